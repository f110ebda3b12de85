"""The oval seal: invoice seal (发票专用章), finance seal (财务专用章), foreign-invested companies.

Source: the measures of the invoice seal, in millimetres: letters on the arc 4.2 high, over
210 to 260 degrees, 0.5 from the border; tax number across the middle, 3.7 high, 26 wide in all;
purpose 4.6 high and 3 wide, its top 4.2 under the centre line; number 2.2 high, 10 under it. Read
in a secondary text; other sizes are drawn in proportion.
"""

from collections.abc import Iterator
from typing import Final

from eseal.pictures.design import SealDesign
from eseal.pictures.geometry import ring
from eseal.pictures.lettering import Cell, arc, extent, fit_row, row
from eseal.pictures.name_arc import Ground, NameArc, free_width, set_name
from eseal.pictures.outline import UNITS_A_MM, Contour, Point

_SPANS: Final = ((4, 130.0), (8, 190.0), (12, 225.0), (18, 250.0), (30, 268.0))

_NUMBER_TOP: Final = 990.0
_NUMBER_HEIGHT: Final = 210.0
_NUMBER_WIDEST: Final = 1.4


def oval_seal(design: SealDesign) -> Iterator[Contour]:
    """Draw an oval seal.

    Raises:
        RefusedError: SEAL_DESIGN_REFUSED, its words do not fit.
    """
    across, down = design.width_mm * UNITS_A_MM / 2, design.height_mm * UNITS_A_MM / 2
    border = design.border_mm * UNITS_A_MM
    scale = design.height_mm / 30
    centre, free = (across, down), border + 55 * scale
    yield from ring(centre, across, down, border)
    ground = Ground(
        centre=centre,
        across=across - free,
        down=down - free,
        height=420 * scale,
        least_height=360 * scale,
        spans=_SPANS,
    )
    name = set_name(design.name, ground)
    yield from arc(design.name, name.curve, name.cell, name.gap)
    yield from _rows(design, centre, name, (across - free, down - free), scale)


def _rows(
    design: SealDesign, centre: Point, name: NameArc, outer: tuple[float, float], scale: float
) -> Iterator[Contour]:
    x, y = centre
    if design.tax_number:
        yield from _tax_number(design.tax_number, centre, name, scale)
    if design.purpose:
        top, height = _purpose_place(design, scale)
        width = free_width(name, outer, max(top, 0), top + height) - 60 * scale
        cell, gap = fit_row(design.purpose, width, height)
        yield from row(design.purpose, (x, y + top + height / 2), cell, gap)
    if design.number:
        top, height = _NUMBER_TOP * scale, _NUMBER_HEIGHT * scale
        width = free_width(name, outer, top, top + height) - 60 * scale
        cell, gap = fit_row(design.number, width, height, widest=_NUMBER_WIDEST)
        yield from row(design.number, (x, y + top + height / 2), cell, gap)
    if design.sample:
        cell = Cell(width=220 * scale, height=220 * scale)
        yield from row("样本", (x, y - 500 * scale), cell, 80 * scale)


def _purpose_place(design: SealDesign, scale: float) -> tuple[float, float]:
    """Tell the top and the height of the purpose: higher where no tax number stands."""
    if design.tax_number:
        return 420 * scale, 440 * scale
    return 60 * scale, 460 * scale


def _tax_number(number: str, centre: Point, name: NameArc, scale: float) -> Iterator[Contour]:
    """Set the tax number across the middle, in even cells."""
    room = min(2 * name.inner[0] - 120 * scale, 2600 * scale)
    gap = 0.12 * room / len(number)
    width = (room - gap * (len(number) - 1)) / extent(number, 1, 0)
    yield from row(number, centre, Cell(width=width, height=370 * scale), gap)
