"""`licences verify --report`: the reports in a file of their own, signed where a key is given.

The file must not exist yet: that, and the key, are looked at before anything is verified.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eseal.cli.options import demand_new, open_signer, write_new
from eseal.cli.voice import Exit, give_up, say_error

if TYPE_CHECKING:
    from eseal.signers import Signer
    from licences.passed_over import Counts
    from licences.verification import LicenceReport

_OWNER_ONLY: Final = 0o600
"""Who may read a report, which has holders' data in it, as the licences themselves."""

ReportOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="另把 JSON 报告写入新文件（仅本人可读）；给出 --sign-key 则为签名报告（JWS，宜名为"
        " .jwt）。Write the JSON reports into a new file, too, which only you can read; with"
        " --sign-key as a signed one, which is a JWS: call it .jwt.",
    ),
]
SignKeyOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="签署报告的私钥文件。Key file to sign the report with."),
]
SignCertOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="其证书，签发者的证书附于其后。Its certificate, those of the issuers behind it.",
    ),
]


@dataclass(kw_only=True)
class ReportPlan:
    """Where the reports go, and who signs them; without a path they go nowhere."""

    path: Path | None
    signer: "Signer | None"
    _seen: "list[LicenceReport]" = field(default_factory=list)

    def watch(self, reports: "Iterable[LicenceReport]") -> "Iterator[LicenceReport]":
        """Keep the reports that go by, if they are wanted."""
        for report in reports:
            if self.path is not None:
                self._seen.append(report)
            yield report

    def write(self, passed_over: "Counts") -> None:
        """Write what went by; a signed report has what was passed over, too."""
        if self.path is not None:
            with _failing_as_usage():
                write_new(self.path, self._content(passed_over), mode=_OWNER_ONLY)

    def _content(self, passed_over: "Counts") -> bytes:
        from eseal.moments import now
        from licences.reporting import json_text

        if self.signer is None:
            return f"{json_text(self._seen)}\n".encode()
        from licences.signed_report import sign_report

        return sign_report(self.signer, self._seen, at=now(), passed_over=passed_over)


def plan_report(
    path: Path | None, key: Path | None, certificate: Path | None, passphrase_file: Path | None
) -> ReportPlan:
    """Look at what is needed to write the report; give up if it is not there or of no use."""
    if path is not None:
        demand_new(path, option="--report")
    if key is None and certificate is None:
        return ReportPlan(path=path, signer=None)
    if path is None or key is None or certificate is None:
        give_up(
            "签署报告须同时给出 --report、--sign-key 与 --sign-cert",
            "to sign a report, give --report, --sign-key and --sign-cert together",
        )
    with _failing_as_usage():
        return ReportPlan(path=path, signer=open_signer(key, certificate, passphrase_file))


@contextmanager
def _failing_as_usage() -> Iterator[None]:
    """Leave with 2 where no report can be signed: 1 would say that a licence failed."""
    from eseal.errors import EvidenceError

    try:
        yield
    except EvidenceError as error:
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error
