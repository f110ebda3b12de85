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
from licences.cli.passed_over import passed_over_lines

if TYPE_CHECKING:
    from eseal.signers import Signer
    from licences.passed_over import Entries
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
PassedOverOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="把略过、未验的各项（隐藏的、链接、设备等）全部写入新文件，每行一个 JSON 对象。"
        "Write all that was passed over and not verified (hidden, links, devices) into a new file, "
        "a JSON object a line.",
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
    """Where the reports go, and who signs them; without a path they go nowhere.

    Attributes:
        path: of the reports.
        signer: who signs them, if anybody does.
        passed_over: where all goes that was passed over.
    """

    path: Path | None
    signer: "Signer | None" = None
    passed_over: Path | None = None
    _seen: "list[LicenceReport]" = field(default_factory=list)

    def watch(self, reports: "Iterable[LicenceReport]") -> "Iterator[LicenceReport]":
        """Keep the reports that go by, if they are wanted."""
        for report in reports:
            if self.path is not None:
                self._seen.append(report)
            yield report

    def write(self, passed_over: "Entries") -> None:
        """Write what went by; a signed report has what was passed over, too."""
        with _failing_as_usage():
            if self.passed_over is not None:
                write_new(self.passed_over, passed_over_lines(passed_over), mode=_OWNER_ONLY)
            if self.path is not None:
                write_new(self.path, self._content(passed_over), mode=_OWNER_ONLY)

    def _content(self, passed_over: "Entries") -> bytes:
        from eseal.moments import now
        from licences.reporting import json_text

        if self.signer is None:
            return f"{json_text(self._seen)}\n".encode()
        from licences.signed_report import sign_report

        reported = passed_over.reported()
        return sign_report(self.signer, self._seen, at=now(), passed_over=reported)


def plan_report(
    path: Path | None,
    key: Path | None,
    certificate: Path | None,
    passphrase_file: Path | None,
    passed_over: Path | None,
) -> ReportPlan:
    """Look at what is needed to write the report; give up if it is not there or of no use."""
    if path is not None:
        demand_new(path, option="--report")
    if passed_over is not None:
        demand_new(passed_over, option="--passed-over")
    if key is None and certificate is None:
        return ReportPlan(path=path, passed_over=passed_over)
    if path is None or key is None or certificate is None:
        give_up(
            "签署报告须同时给出 --report、--sign-key 与 --sign-cert",
            "to sign a report, give --report, --sign-key and --sign-cert together",
        )
    with _failing_as_usage():
        signer = open_signer(key, certificate, passphrase_file)
        return ReportPlan(path=path, signer=signer, passed_over=passed_over)


@contextmanager
def _failing_as_usage() -> Iterator[None]:
    """Leave with 2 where no report can be signed: 1 would say that a licence failed."""
    from eseal.errors import EvidenceError

    try:
        yield
    except EvidenceError as error:
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error
