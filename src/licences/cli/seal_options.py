"""What the `licences seal` commands share: options, opening the office, files of certificates."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eseal.cli.voice import as_usage, give_up
from licences.cli.grounds_options import grounds, in_options
from licences.seal_terms import action_words

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

    from licences.home import Home
    from licences.seal_journal import Grounds
    from licences.seal_office import SealOffice
    from licences.seal_store import SealRegister

EXPLAINED: Final = frozenset(
    {"reject", "suspend", "resume", "change", "revoke", "hand-in", "destroy"}
)
"""Steps that nobody takes without a reason: what takes a seal out of use or back, or ends it; the
others are what was applied for, and a renewal is for its certificates."""

_YEARS = range(1950, 9900)

SealArgument = Annotated[
    str,
    typer.Argument(
        metavar="SEAL",
        help="印章编号（esID）或登记号，见 licences seal list。Its es_id or its id, as"
        " licences seal list tells.",
    ),
]
ActorOption = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="OFFICER",
        help="经办人员；口令取自设置所指文件或环境变量 ESEAL_PASSPHRASE。"
        "Who acts; their key's passphrase is in the file that the settings name, or in the"
        " environment.",
    ),
]
CertificatesOption = Annotated[
    list[Path],
    typer.Option(
        "--cert",
        metavar="FILE",
        help="用章证书（PEM，其后可附签发者证书），可重复。"
        "Certificate of who may use it, then its issuers'; may be repeated.",
    ),
]
LimitOption = Annotated[int, typer.Option(min=1, max=10_000, help="至多几条。At most so many.")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")]


def why(action: str, reason: str, basis: str, effective: str | None = None) -> "Grounds":
    """Put together why something is done to a seal; gives up where a reason has to be given."""
    if action in EXPLAINED and not reason.strip():
        give_up(f"{action_words(action)}：须以 --reason 说明理由", "say why with --reason")
    with as_usage():
        return grounds(reason, basis, effective)


@contextmanager
def open_office(home: Path) -> Iterator[tuple["Home", "SealOffice"]]:
    """Open a home and its seal office for the length of a block."""
    from eseal.moments import now
    from licences.home import open_home
    from licences.home_advice import advised
    from licences.seal_office import SealOffice

    opened = open_home(home)
    with in_options(), advised(opened.path), SealOffice.open(opened, clock=now) as office:
        yield opened, office


@contextmanager
def open_register(home: Path) -> Iterator["SealRegister"]:
    """Open the seal register of a home for the length of a block; roots are not needed."""
    from licences.home import open_home

    with closing(open_home(home).seal_register()) as register:
        yield register


def read_day(text: str, option: str) -> date:
    """Read a day, such as 2027-12-31, of a year that leaves room for zones and validities."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in _YEARS:
        give_up(
            f"{option} 应为日期（如 2027-12-31）：{text}",
            f"{option} is a day such as 2027-12-31: {text}",
        )
    return day


def read_certificate_files(
    paths: list[Path],
) -> tuple[tuple["Certificate", ...], tuple["Certificate", ...]]:
    """Read files of certificates: the first of each, and all those that follow them."""
    from eseal.cli.options import read_certificate_file

    signers: list[Certificate] = []
    issuers: dict[bytes, Certificate] = {}
    for path in paths:
        first, *others = read_certificate_file(path)
        signers.append(first)
        issuers |= {each.sha256: each for each in others}
    return tuple(signers), tuple(issuers.values())
