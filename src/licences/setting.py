"""Sets (排版) the value of a field in its place on an empty form, as typst would set it.

Rules kept: a text stands in one line at the slot's own size if it fits, else in as many lines as
fill the slot, in smaller type by half points down to `least`; nothing is cut, what does not fit is
refused. Lines break between Chinese characters, at spaces and behind hyphens; no line begins with a
closing sign or ends with an opening one; a number or a word is broken only if it is longer than a
line, behind a dot if it has one. Lines are justified but for the last of a paragraph and those that
break a word. A quarter of an em stands between Chinese and Latin.

Source: GB/T 15834-2011 5.1 (signs at the ends of lines); typst's documentation (metrics of lines).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import ceil, sqrt
from typing import Final, NamedTuple

from eseal.errors import RefusedError
from licences.reasons import LicenceReason

LEADING: Final = 0.62
"""Between the lines of a text, in em."""

LATIN_GAP: Final = 250
"""Between Chinese and Latin, in thousandths of an em."""

_STEP: Final = 0.5
_ROUNDING: Final = 1e-6

_OPENING: Final = frozenset("(（[［{｛《〈「『【〖〔“‘")
_CLOSING: Final = frozenset(")）]］}｝》〉」』】〗〕”’，。、；：？！…—～·,.;:?!%％‰℃°-")
_IN_WORD: Final = frozenset(
    [chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0x250))]
) - frozenset('"()[]{},;:?-')
_IN_NUMBER: Final = frozenset(",:")
_HAN: Final = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LATIN: Final = r"0-9A-Za-z\u00c0-\u024f"

SEAM: Final = re.compile(rf"(?<=[{_HAN}])(?=[{_LATIN}])|(?<=[{_LATIN}])(?=[{_HAN}])")
"""Where Chinese and Latin meet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """The place of a value on an empty form; lengths in points from the sheet's top left corner.

    Attributes:
        name: the field.
        x: its left edge.
        y: its upper edge.
        width: how wide it is.
        height: how high it is.
        size: the type's size if it fits.
        least: the smallest size.
        across: `left`, `center` or `right`: where in the slot's width lines stand.
        down: `top`, `horizon` or `bottom`: where in its height the text stands.
    """

    name: str
    x: float
    y: float
    width: float
    height: float
    size: float
    least: float
    across: str
    down: str


class Line(NamedTuple):
    """A line of text: where it begins, from the sheet's top left corner, and how it is set.

    `spacing` is added behind every character, in points.
    """

    x: float
    baseline: float
    size: float
    spacing: float
    text: str


class _Broken(NamedTuple):
    """A line as broken: its text, its width in thousandths of an em, whether to justify it."""

    text: str
    width: int
    full: bool


def set_words(
    slot: Slot, words: str, advances: Mapping[str, int], *, cap_height: int
) -> tuple[Line, ...]:
    """Set a text in its slot.

    Args:
        slot: the place.
        words: the text; a line feed ends a paragraph.
        advances: the width of every character, in thousandths of an em.
        cap_height: the height of a line of one, in thousandths of an em.

    Raises:
        RefusedError: CONTENT_TOO_LONG, it does not fit even in the smallest type.
    """
    if not words:
        return ()
    paragraphs = [_Paragraph(each, advances) for each in words.split("\n")]
    for size in _sizes(slot, words, paragraphs):
        width = 1000 * (slot.width + _ROUNDING) / size
        lines = [line for each in paragraphs for line in each.broken(width)]
        height = size * (len(lines) * cap_height / 1000 + (len(lines) - 1) * LEADING)
        if height <= slot.height + _ROUNDING:
            return tuple(_placed(slot, lines, size, height, cap_height))
    raise too_long_for_face(slot.name)


def too_long_for_face(field: str) -> RefusedError:
    """Make the refusal of a text that a face has no room for."""
    zh, en = "最小字号也放不下此文字", "the face cannot hold this text even in its smallest type"
    return RefusedError.apart(LicenceReason.CONTENT_TOO_LONG, zh, en, at=f"/{field}")


def _sizes(slot: Slot, words: str, paragraphs: list["_Paragraph"]) -> Iterator[float]:
    """Give the sizes to try: from where the text might fill the slot, and down from there."""
    if len(paragraphs) == 1 and paragraphs[0].width * slot.size <= 1000 * slot.width:
        yield slot.size
    filling = sqrt(slot.width * slot.height / (1.36 * len(words)))
    size = max(slot.least, min(slot.size, ceil(2 * filling) / 2 + _STEP))
    while size >= slot.least:
        yield size
        size -= _STEP


class _Paragraph:
    """A paragraph, measured once, broken as often as it takes; widths in thousandths of an em."""

    def __init__(self, text: str, advances: Mapping[str, int]) -> None:
        self._text = text
        self._seams = [seam.start() for seam in SEAM.finditer(text)]
        self._widths = [advances[char] for char in text]
        for seam in self._seams:
            self._widths[seam] += LATIN_GAP
        self.width = sum(self._widths)

    def broken(self, width: float) -> Iterator[_Broken]:
        """Break it into lines of at most `width`."""
        if self.width <= width:
            yield _Broken(self._text.rstrip(), self.width, full=False)
            return
        start, end = 0, len(self._text)
        while self._measured(start, end) > width:
            stop, whole = self._stop(start, width)
            yield self._line(start, stop, full=whole)
            start = stop
            while start < end and self._text[start].isspace():
                start += 1
        yield self._line(start, end, full=False)

    def _stop(self, start: int, width: float) -> tuple[int, bool]:
        """Where the line that begins at `start` ends, and whether no word is broken there."""
        room = width + self._upto[start] + self._gap(start)
        fitting = max(bisect_right(self._upto, room) - 1, start + 1)
        for stop in range(fitting, start, -1):
            if self._may_end(stop):
                return stop, True
        # A word is longer than the line: cut it behind its last dot, else where it has to be.
        return self._text.rfind(".", start, fitting) + 1 or fitting, False

    def _may_end(self, stop: int) -> bool:
        """May a line end before the character at `stop`?"""
        last, following = self._text[stop - 1], self._text[stop]
        if last in _OPENING or following in _CLOSING:
            return False
        if last in _IN_NUMBER and following.isdecimal():
            return False
        return last not in _IN_WORD or following not in _IN_WORD

    @cached_property
    def _upto(self) -> list[int]:
        """How wide the paragraph is up to each character."""
        return list(accumulate(self._widths, initial=0))

    def _line(self, start: int, end: int, *, full: bool) -> _Broken:
        text = self._text[start:end].rstrip()
        return _Broken(text, self._measured(start, start + len(text)), full)

    def _measured(self, start: int, end: int) -> int:
        """Measure a part, gaps between Chinese and Latin included."""
        return self._upto[end] - self._upto[start] - (self._gap(start) if end > start else 0)

    def _gap(self, at: int) -> int:
        return LATIN_GAP if at in self._seams else 0


def _placed(
    slot: Slot, lines: list[_Broken], size: float, height: float, cap_height: int
) -> Iterator[Line]:
    over = slot.height - height
    top = slot.y + {"horizon": over / 2, "bottom": over}.get(slot.down, 0)
    for number, line in enumerate(lines):
        left = slot.width - line.width * size / 1000
        across = {"center": left / 2, "right": left}.get(slot.across, 0)
        spread = slot.across == "left" and line.full and len(line.text) > 1
        yield Line(
            x=slot.x + across,
            baseline=top + size * (cap_height / 1000 * (number + 1) + LEADING * number),
            size=size,
            spacing=left / (len(line.text) - 1) if spread else 0,
            text=line.text,
        )
