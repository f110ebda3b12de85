"""The `--at` option of commands that judge: the time that is asked for."""

from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import give_up

if TYPE_CHECKING:
    from datetime import datetime

AtOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="所问时刻，如 2026-11-22 或 2026-11-22T10:00:00+08:00；默认现在。"
        "The time asked for; without a zone it is China's, a day alone is its noon.",
    ),
]


def read_moment(text: str | None) -> "datetime":
    """Read the time asked for; without one it is now."""
    from eseal.moments import now, parse_moment

    if text is None:
        return now()
    try:
        return parse_moment(text)
    except ValueError:
        give_up(
            f"看不懂的时间：{text}；例：2026-11-22 或 2026-11-22T10:00:00+08:00",
            f"no time that can be read: {text}; e.g. 2026-11-22 or 2026-11-22T10:00:00+08:00",
        )
