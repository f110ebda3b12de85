"""Options that say why something is done, on what ground and since when; times as people write."""

from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.time_options import A_DAY, read_moment
from eseal.cli.voice import give_up

if TYPE_CHECKING:
    from datetime import datetime

    from licences.seal_journal import Grounds

ReasonOption = Annotated[
    str, typer.Option(help="理由，记入签名的记录。Why; stands in the signed record.")
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


def grounds(reason: str, basis: str, effective: str | None = None) -> "Grounds":
    """Put together why something is done."""
    from licences.seal_journal import Grounds

    moment = None if effective is None else read_moment(effective, "--effective")
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
