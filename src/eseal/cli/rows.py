"""Rows of cells for people: aligned where they fit, flowing where they do not, never cut.

Rules kept: what is long is broken between words and between Chinese characters only; a word, an
identifier, a digest or a time stays whole, so that it can be copied, also where it is longer than
a line; the first columns are never broken; what stands behind them goes on below itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

GAP: Final = 2
_LEAST_ROOM: Final = 30
_NARROW_INDENT: Final = 6

_WIDE: Final = (
    "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff"
)
_AGE: Final = r"所据数据|\d+d\d+h 前 old"
_TIME: Final = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:?\d\d"
_PIECE: Final = re.compile(
    rf"\s+|[（《【「]*(?:{_TIME}|{_AGE}|[^\s{_WIDE}]+|[{_WIDE}])[，。、；：！？）》】」]*"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    cells: tuple[Text, ...]
    whole: bool


class Rows:
    """Rows to be printed together."""

    def __init__(self, *, fixed: int) -> None:
        """Begin without any.

        Args:
            fixed: how many first columns are never broken.
        """
        self._fixed = fixed
        self._rows: list[_Row] = []

    def add_row(self, *cells: str, whole: bool = False) -> None:
        """Add a row.

        Args:
            cells: what they say, in rich's markup.
            whole: whether the cells behind the fixed ones are never broken either, as a path.
        """
        self._rows.append(_Row(cells=tuple(map(Text.from_markup, cells)), whole=whole))

    def fit(self, width: int) -> bool:
        """Say whether every row has room in a line."""
        return sum(self._widths()) <= width

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Give the lines, which nothing may wrap or crop."""
        widths = self._widths()
        for row in self._rows:
            if sum(widths) <= options.max_width:
                yield _aligned(row.cells, widths)
            else:
                yield from self._flowing(row, widths, options.max_width)

    def _widths(self) -> list[int]:
        """How wide each column is, with the gap behind it but behind the last."""
        columns = max((len(row.cells) for row in self._rows), default=0)
        widths = [
            max(row.cells[n].cell_len for row in self._rows if n < len(row.cells)) + GAP
            for n in range(columns)
        ]
        return [*widths[:-1], widths[-1] - GAP] if widths else []

    def _flowing(self, row: _Row, widths: list[int], width: int) -> Iterator[Text]:
        indent = sum(widths[: self._fixed])
        first, said = _aligned(row.cells[: self._fixed], widths), _joined(row.cells[self._fixed :])
        first.pad_right(indent - first.cell_len)
        if width - indent < _LEAST_ROOM:
            yield first
            indent = _NARROW_INDENT
            first = Text(" " * indent)
        for line in [said] if row.whole else _broken(said, width - indent):
            yield _unwrapped(first + line)
            first = Text(" " * indent)


def _aligned(cells: tuple[Text, ...], widths: list[int]) -> Text:
    line = Text()
    for cell, width in zip(cells, widths, strict=False):
        line.append_text(cell)
        line.append(" " * (width - cell.cell_len))
    return _unwrapped(line)


def _joined(cells: tuple[Text, ...]) -> Text:
    return Text(" " * GAP).join(cell for cell in cells if cell.plain)


def _broken(text: Text, room: int) -> Iterator[Text]:
    """Break a text into lines; one without any words is an empty line."""
    begin = end = 0
    for piece in _PIECE.finditer(text.plain):
        if piece[0].isspace():
            continue
        if end > begin and cell_len(text.plain[begin : piece.end()]) > room:
            yield text[begin:end]
            begin = piece.start()
        begin = begin if end > begin else piece.start()
        end = piece.end()
    yield text[begin:end]


def _unwrapped(line: Text) -> Text:
    line.no_wrap, line.overflow = True, "ignore"
    return line
