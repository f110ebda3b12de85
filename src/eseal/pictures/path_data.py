"""The path data of SVG (`d`), written short and read strictly.

Rules kept: written are whole numbers, relative, no letter again where one will do; what is read is
the grammar of SVG and nothing else, and its numbers are short.

Left to others: following the commands, to `pen`.
Source: SVG 1.1, 8.3 (read second-hand).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from eseal.errors import MalformedError
from eseal.pictures.outline import Contour, Point, Segment
from eseal.pictures.pen import Pen
from eseal.reasons import Reason

_SPACE: Final = r"[ \t\r\n]*"
_GAP: Final = re.compile(rf"{_SPACE},?{_SPACE}")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,9}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE][+-]?\d{1,2})?")
_FLAG: Final = re.compile(r"[01]")
_LETTER: Final = re.compile(rf"{_SPACE}([MmLlHhVvCcSsQqTtAaZz]){_SPACE}")
_COUNTS: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_ORDERS: Final = {1: "l", 2: "q", 3: "c"}


def write_path(contours: Sequence[Contour]) -> str:
    """Write contours whose points are whole."""
    writer = _Writer()
    for contour in contours:
        writer.contour(contour)
    return "".join(writer.parts)


def read_path(text: str) -> tuple[Contour, ...]:
    """Read path data; what is open is closed, as filling closes it.

    Raises:
        MalformedError: SEAL_PICTURE_REFUSED.
    """
    pen = Pen()
    for letter, values in _commands(text):
        pen.follow(letter, values)
    pen.close()
    return tuple(pen.contours)


class _Writer:
    """Writes relative commands, and leaves out what can be left out."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._here: Point = (0, 0)
        self._letter = ""

    def contour(self, contour: Contour) -> None:
        """Write one contour; its last straight line is what closing it draws."""
        self._put("m", self._from_here([contour.start]))
        self._here = contour.start
        closing = (contour.start,)
        whole = contour.segments
        for segment in whole[:-1] if whole[-1:] == (closing,) else whole:
            self._segment(segment)
        self._put("z", ())
        self._here = contour.start

    def _segment(self, segment: Segment) -> None:
        values = self._from_here(segment)
        if len(segment) == 1 and 0 in values:
            across, down = values
            self._put("v" if across == 0 else "h", (across or down,))
        else:
            self._put(_ORDERS[len(segment)], values)
        self._here = segment[-1]

    def _from_here(self, points: Sequence[Point]) -> list[int]:
        return [
            round(value - start)
            for point in points
            for value, start in zip(point, self._here, strict=True)
        ]

    def _put(self, letter: str, values: Sequence[int]) -> None:
        repeated = letter == self._letter
        if not repeated:
            self.parts.append(letter)
        for number, value in enumerate(values):
            apart = value >= 0 and (repeated or number > 0)
            self.parts.append(f" {value}" if apart else str(value))
        self._letter = letter


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Take path data apart: each command with its numbers, repeated ones singly."""
    position = 0
    while position < len(text):
        match = _LETTER.match(text, position)
        if not match:
            raise _broken(text, position)
        letter, position = match[1], match.end()
        if letter in "Zz":
            yield letter, []
            continue
        values, position = _numbers(text, position, letter)
        yield letter, values
        again = {"M": "L", "m": "l"}.get(letter, letter)
        while position < len(text) and not _LETTER.match(text, position):
            values, position = _numbers(text, position, again)
            yield again, values


def _numbers(text: str, position: int, letter: str) -> tuple[list[float], int]:
    values = []
    for number in range(_COUNTS[letter.upper()]):
        pattern = _FLAG if letter in "Aa" and number in (3, 4) else _NUMBER
        match = pattern.match(text, position)
        if not match:
            raise _broken(text, position)
        values.append(float(match[0]))
        gap = _GAP.match(text, match.end())
        position = gap.end() if gap else match.end()
    return values, position


def _broken(text: str, position: int) -> MalformedError:
    sentence = f"不是路径数据 no path data at {text[position : position + 12]!r}"
    return MalformedError(Reason.SEAL_PICTURE_REFUSED, sentence, at=f"path d, {position}")
