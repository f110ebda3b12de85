"""Letters of a seal: fitted into cells, set in rows, on arcs and in columns.

Rules kept: a Chinese character fills its cell, whatever the cell's proportions: characters get
narrower before they get smaller. Brackets, points, Latin letters and digits take a part of a cell
and stand in its middle by their ink; Latin capitals and digits are as high as the cell.

Lengths are those of `outline`: hundredths of a millimetre.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, sin
from typing import Final

from eseal.errors import RefusedError
from eseal.pictures.curves import Curve
from eseal.pictures.glyphs import CAP_HEIGHT, glyph_of
from eseal.pictures.outline import Affine, Contour, Point
from eseal.reasons import Reason

_CELL: Final = 940
"""The side of the square that a Chinese character's ink fills, in thousandths of an em."""

_CELL_MIDDLE: Final = (500.0, 380.0)
_ROW_GAP: Final = 0.14
_ROW_WIDEST: Final = 0.8
_ROW_NARROWEST: Final = 0.36
_BRACKETS: Final = "（）()《》〈〉“”‘’「」『』【】〔〕[]"
_POINTS: Final = "·•、，。.,:：;；-－"
_NARROW: Final = dict.fromkeys(_BRACKETS, 0.5) | dict.fromkeys(_POINTS, 0.42)
"""What part of a cell these take; a full-width one has its ink at one side of its square."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The width and the height of a Chinese character's cell."""

    width: float
    height: float


def share_of(character: str) -> float:
    """Tell what part of a whole cell's width a character takes."""
    if character in _NARROW:
        return _NARROW[character]
    return glyph_of(character).advance / 1000 if character.isascii() else 1.0


def letter(character: str, cell: Cell) -> tuple[Contour, ...]:
    """Draw a character around the origin, y down."""
    glyph = glyph_of(character)
    across, up = cell.width / _CELL, cell.height / _CELL
    x, y = _CELL_MIDDLE
    if character in _NARROW:
        x = (glyph.ink.left + glyph.ink.right) / 2
        across = min(across, share_of(character) * cell.width / glyph.ink.width)
    elif character.isascii():
        x, y = glyph.advance / 2, CAP_HEIGHT / 2
        across, up = cell.width / 1000, cell.height / CAP_HEIGHT
    affine = (across, 0, 0, -up, -across * x, up * y)
    return tuple(contour.under(affine) for contour in glyph.contours)


def row(text: str, middle: Point, cell: Cell, gap: float) -> Iterator[Contour]:
    """Set a horizontal row around `middle`, with `gap` between its cells."""
    x, y = middle
    for character, offset in zip(text, offsets(text, cell.width, gap), strict=True):
        yield from _placed(character, cell, (1, 0, 0, 1, x + offset, y))


def arc(text: str, curve: Curve, cell: Cell, gap: float) -> Iterator[Contour]:
    """Set text on a curve, its middle at the top, every letter upright on the normal."""
    for character, offset in zip(text, offsets(text, cell.width, gap), strict=True):
        point, angle = curve.at(offset)
        turn = (cos(angle), sin(angle), -sin(angle), cos(angle))
        yield from _placed(character, cell, (*turn, *point))


def lower_arc(text: str, curve: Curve, cell: Cell, gap: float) -> Iterator[Contour]:
    """Set text on a curve, its middle at the bottom, feet outwards, read from left to right."""
    for character, offset in zip(text, offsets(text, cell.width, gap), strict=True):
        point, angle = curve.at(curve.length / 2 - offset)
        turn = (-cos(angle), -sin(angle), sin(angle), -cos(angle))
        yield from _placed(character, cell, (*turn, *point))


def offsets(text: str, width: float, gap: float) -> Sequence[float]:
    """Tell how far each character's middle is from the middle of all."""
    found, edge = [], -extent(text, width, gap) / 2
    for character in text:
        breadth = width * share_of(character)
        found.append(edge + breadth / 2)
        edge += breadth + gap
    return found


def extent(text: str, width: float, gap: float) -> float:
    """Tell how long text gets, from the first cell's edge to the last one's."""
    return width * sum(map(share_of, text)) + gap * (len(text) - 1)


def fit_row(
    text: str, room: float, height: float, *, widest: float = _ROW_WIDEST
) -> tuple[Cell, float]:
    """Find the cell and the gap with which a row of this height fits into a width.

    Raises:
        RefusedError: SEAL_DESIGN_REFUSED, it would be too narrow to read.
    """
    shares = extent(text, 1, 0)
    width = min(widest * height, room / (shares + _ROW_GAP * (len(text) - 1)))
    if width < _ROW_NARROWEST * height:
        sentence = f"这一行对此尺寸过长 the row {text} is too long for this size"
        raise RefusedError(Reason.SEAL_DESIGN_REFUSED, sentence, at="purpose")
    return Cell(width=width, height=height), _ROW_GAP * width


def _placed(character: str, cell: Cell, affine: Affine) -> Iterator[Contour]:
    return (contour.under(affine) for contour in letter(character, cell))
