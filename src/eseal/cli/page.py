"""A page for people on stdout: made whole, then written.

Rules: on a terminal as wide as it is; otherwise as wide as COLUMNS says, or so wide that no line is
folded, for whoever searches in it; no blanks at the ends of lines; with NO_COLOR no escape sequence
at all; nothing is cut, what is long is folded.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eseal.cli.voice import one_line
from eseal.plain_text import printable

_WIDE = 1_000_000


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


def _columns() -> int:
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and int(asked) > 0 else _WIDE
