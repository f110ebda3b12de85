"""A page for people on stdout: made whole, then written.

Rules: on a terminal as wide as it is; otherwise as wide as COLUMNS says, or wide; no blanks at the
ends of lines; with NO_COLOR no escape sequence at all; nothing is cut, what is long is folded.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eseal.cli.voice import one_line, printable
from eseal.moments import CHINA

_WIDE = 200
_HOURS_OF_A_DAY = 24
_UTC = re.compile(r"\b2\d{3}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d\+00:00")


class _Page(Console):
    """A console that cuts nothing off: what is longer than a line the terminal wraps."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*objects, **{"crop": False, **options})


@contextmanager
def page() -> Iterator[Console]:
    """Give a console to print on; what was printed goes to stdout at the end."""
    held = io.StringIO()
    terminal = Console().is_terminal
    yield _Page(
        file=held,
        highlight=False,
        force_terminal=terminal and not os.environ.get("NO_COLOR"),
        width=None if terminal else _columns(),
    )
    *lines, last = held.getvalue().split("\n")
    sys.stdout.writelines(line.rstrip() + "\n" for line in (*lines, *filter(None, [last])))


def grid(columns: int, *, fixed: int) -> Table:
    """Give a table without lines; the first `fixed` columns are never folded, the others may be."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for column in range(columns):
        table.add_column(no_wrap=column < fixed, overflow="fold")
    return table


def safe(text: str) -> str:
    """Make a text that came from a document harmless for the terminal and for rich."""
    return escape(printable(text))


def in_line(text: str) -> str:
    """Make such a text harmless where it stands in a line: it cannot begin another one."""
    return escape(one_line(text))


def china_time(moment: datetime) -> str:
    """Write a time as clocks in China show it, with the zone; in UTC at the calendar's ends."""
    try:
        return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S} +08:00"
    except OverflowError:
        return f"{moment:%Y-%m-%d %H:%M:%S %z}"


def age_words(moment: datetime, at: datetime) -> str:
    """Say how old something of `moment` is at a time, in days and hours, such as 1d4h."""
    hours = int((at - moment).total_seconds()) // 3600
    if hours < 0:
        return "晚于所问时刻 from later"
    return f"{hours // _HOURS_OF_A_DAY}d{hours % _HOURS_OF_A_DAY}h 前 old"


def in_china(text: str) -> str:
    """Write the times of a finding's detail, which are in UTC, as clocks in China show them."""
    return _UTC.sub(lambda found: china_time(datetime.fromisoformat(found[0])), text)


def _columns() -> int:
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and int(asked) > 0 else _WIDE
