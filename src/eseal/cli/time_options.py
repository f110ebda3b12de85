"""Times on the command line, as people write them; the options say what a day alone means."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from eseal.cli.voice import give_up

if TYPE_CHECKING:
    from datetime import datetime

A_DAY: Final = (
    "无时区为北京时间，仅日期指当日正午。"
    "Without a zone it is China's time; a day alone is its noon there."
)
AtOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="所问时刻，如 2026-11-22 或 2026-11-22T10:00:00+08:00；默认现在。"
        f"The time asked for; default: now. {A_DAY}",
    ),
]


def read_moment(text: str, option: str = "--at") -> "datetime":
    """Read a time as people write it."""
    from eseal.moments import parse_moment

    try:
        return parse_moment(text)
    except ValueError:
        examples = "2026-11-22, 2026-11-22T10:00:00+08:00"
        give_up(
            f"{option} 不是时间：{text}；例：{examples}",
            f"{option} is no time: {text}; e.g. {examples}",
        )


def moment_or_now(at: str | None) -> "datetime":
    """Read the time asked for; without one it is now."""
    from eseal.moments import now

    return now() if at is None else read_moment(at)


def asked_and_now(at: str | None) -> "tuple[datetime, datetime]":
    """Read the time asked for, and now; says so on stderr if that time has not come."""
    moment = moment_or_now(at)
    now = moment if at is None else moment_or_now(None)
    if moment > now:
        typer.echo(
            "注意：所问时刻尚未到来，只能按现在所知回答\n"
            "note: the time asked for has not come; this is what is known by now",
            err=True,
        )
    return moment, now
