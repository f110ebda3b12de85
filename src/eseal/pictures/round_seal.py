"""The round seal (公章, 专用章): border, name on the arc, star, purpose, number.

Source: measures in `design`; the rest follows from looking at seals, in proportion to 42 mm.
"""

from collections.abc import Iterator
from typing import Final

from eseal.pictures.curves import Curve
from eseal.pictures.design import SealDesign
from eseal.pictures.geometry import ring, star
from eseal.pictures.lettering import Cell, arc, extent, fit_row, lower_arc, row
from eseal.pictures.name_arc import Ground, NameArc, free_width, set_name
from eseal.pictures.outline import UNITS_A_MM, Contour, Point

_SPANS: Final = ((4, 130.0), (6, 174.0), (8, 204.0), (12, 242.0), (18, 266.0), (30, 292.0))
_MOST_SPAN: Final = 310.0
_STAR_BELOW: Final = 0.809016994374947  # the lower tips of a star: cos 36°
_NUMBER_EDGE: Final = 60.0
_NUMBER_CLEAR: Final = 12.0  # degrees between the number and the middle of the last letter


def round_seal(design: SealDesign) -> Iterator[Contour]:
    """Draw a round seal.

    Raises:
        RefusedError: SEAL_DESIGN_REFUSED, its words do not fit.
    """
    radius = design.width_mm * UNITS_A_MM / 2
    border = design.border_mm * UNITS_A_MM
    scale = design.width_mm / 42
    centre, inside = (radius, radius), radius - border
    yield from ring(centre, radius, radius, border)
    number = _Number(design.number, centre, inside, scale)
    name = set_name(design.name, _ground(centre, inside, scale, number.most_span))
    yield from arc(design.name, name.curve, name.cell, name.gap)
    yield from number.contours()
    if design.star:
        yield star(centre, design.star_mm * UNITS_A_MM / 2)
    yield from _rows(design, centre, name, inside - number.height, scale)


class _Number:
    """The registration number on the lower arc."""

    def __init__(self, number: str, centre: Point, inside: float, scale: float) -> None:
        self._number = number
        self._cell = Cell(width=275 * scale, height=170 * scale)
        self._gap = 20 * scale
        self.height = (_NUMBER_EDGE + 170 + 40) * scale if number else _NUMBER_EDGE * scale
        radius = inside - _NUMBER_EDGE * scale - self._cell.height / 2
        self._curve = Curve(centre, radius, radius)

    @property
    def most_span(self) -> float:
        """How many degrees the number leaves the name, to the middles of its last letters."""
        if not self._number:
            return _MOST_SPAN
        half = 180 * extent(self._number, self._cell.width, self._gap) / self._curve.length
        return 360 - 2 * (half + _NUMBER_CLEAR)

    def contours(self) -> Iterator[Contour]:
        """Draw it."""
        return lower_arc(self._number, self._curve, self._cell, self._gap)


def _ground(centre: Point, inside: float, scale: float, most_span: float) -> Ground:
    free, height = inside - 70 * scale, 590 * scale
    return Ground(
        centre=centre,
        across=free,
        down=free,
        height=height,
        least_height=height * 0.7,
        spans=_SPANS,
        most_span=most_span,
    )


def _rows(
    design: SealDesign, centre: Point, name: NameArc, outer: float, scale: float
) -> Iterator[Contour]:
    """Set the purpose under the middle, and the words that say it is a sample under that."""
    x, y = centre
    tips = _STAR_BELOW * design.star_mm * UNITS_A_MM / 2
    top = tips + 110 * scale if design.star else 430 * scale
    if design.purpose:
        height = (360 if design.star else 430) * scale
        width = free_width(name, (outer, outer), top, top + height) - 200 * scale
        cell, gap = fit_row(design.purpose, width, height)
        yield from row(design.purpose, (x, y + top + height / 2), cell, gap)
        top += height + 90 * scale
    if design.sample:
        cell = Cell(width=210 * scale, height=210 * scale)
        yield from row("样本", (x, y + top + 105 * scale), cell, 70 * scale)
