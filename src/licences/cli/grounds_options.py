"""Options that say who does something, why, on what ground, since when; times as people write."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eseal.cli.time_options import A_DAY, read_moment
from eseal.cli.voice import as_usage, give_up
from eseal.errors import EvidenceError

if TYPE_CHECKING:
    from datetime import datetime

    from licences.seal_journal import Grounds

ReasonOption = Annotated[
    str, typer.Option(help="理由，记入签名的记录。Why; stands in the signed record.")
]
OperatorOption = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="NAME",
        help="部门经办人；部门用自己的密钥签名。Who acts for the department, which signs it.",
    ),
]
BasisOption = Annotated[
    str, typer.Option(help="依据（规定或文件）。The rule or paper it rests on.")
]
EffectiveOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="自何时起算（不晚于现在），默认现在。"
        f"Since when it counts, never later than now; default: now. {A_DAY}",
    ),
]

_OPTIONS: Final = {
    "action": "",
    "actor": "--by",
    "basis": "--basis",
    "corrects": "--event",
    "effective": "--effective",
    "matter": "--matter",
    "reason": "--reason",
    "recorded": "",
}
"""What a refusal is about, by the option that said it; "" is the command itself."""


@contextmanager
def in_options() -> Iterator[None]:
    """Have what a block refuses name the options; text of theirs that is refused is wrong usage."""
    from licences.reasons import LicenceReason

    try:
        yield
    except EvidenceError as error:
        error.at = option_of(error.at)
        is_usage = error.reason is LicenceReason.TEXT_REFUSED and error.at.startswith("--")
        with as_usage() if is_usage else nullcontext():
            raise


def option_of(place: str) -> str:
    """Name the option that said what a refusal is about; other places stay."""
    return _OPTIONS.get(place, place)


def grounds(reason: str, basis: str, effective: str | None = None) -> "Grounds":
    """Put together why something is done."""
    from licences.seal_journal import Grounds

    moment = None if effective is None else read_moment(effective, "--effective")
    with in_options():
        return Grounds(reason=reason, basis=basis, effective=moment)


def read_past(text: str, option: str) -> "datetime":
    """Read a time that is not in the future: what will be then nobody knows."""
    from eseal.cli.times import china_time
    from eseal.moments import now

    moment, latest = read_moment(text, option), now()
    if moment > latest:
        said = f"{china_time(moment)} > {china_time(latest)}"
        give_up(
            f"{option} 在将来，那时如何无人知道；仅日期指当日正午：{said}",
            f"{option} lies in the future, which nobody knows; a day alone is its noon: {said}",
        )
    return moment
