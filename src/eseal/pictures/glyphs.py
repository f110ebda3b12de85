"""The outlines of characters, read out of the shipped font. The door to fontTools.

Rules kept: one glyph for every character, as quadratic curves, in thousandths of an em, y up; a
glyph is read once. Seals are lettered in the bold weight: the thin strokes of the regular one are
lost at the size of a seal.

Left to others: which characters there are, to `eseal.fonts`; where they stand, to `lettering`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from eseal.fonts import FONT_FOLDER
from eseal.pictures.outline import Box, Contour, Point, Segment, box_of

CAP_HEIGHT: Final = 729
"""The height of capitals and digits."""

_FONT: Final = "LicenceSong-Bold.ttc"
_KEPT: Final = 4096


class _Font(NamedTuple):
    names: dict[int, str]
    glyphs: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Glyph:
    """A character's outline, the width that it takes in a line, and the box around its ink."""

    contours: tuple[Contour, ...]
    advance: int
    ink: Box


@lru_cache(maxsize=_KEPT)
def glyph_of(character: str) -> Glyph:
    """Read the glyph of a character.

    Raises:
        KeyError: the font has none; `eseal.fonts.not_shipped` says so before.
    """
    glyph = _font().glyphs[_font().names[ord(character)]]
    pen = RecordingPen()
    glyph.draw(pen)
    contours = tuple(_contours(pen.value))
    return Glyph(contours=contours, advance=glyph.width, ink=box_of(contours))


@cache
def _font() -> _Font:
    font = TTFont(FONT_FOLDER / _FONT, fontNumber=0, lazy=True)
    return _Font(names=font.getBestCmap(), glyphs=font.getGlyphSet())


def _contours(strokes: list[tuple[str, tuple[Point, ...]]]) -> Iterator[Contour]:
    """Read what a pen recorded; the cut font has no composites, and a point on every curve."""
    start: Point = (0, 0)
    segments: list[Segment] = []
    for operator, points in strokes:
        if operator == "moveTo":
            (start,), segments = points, []
        elif operator == "lineTo":
            segments.append(points)
        elif operator == "qCurveTo":
            segments.extend(decomposeQuadraticSegment(points))
        elif segments:
            yield Contour(start=start, segments=tuple(segments))
