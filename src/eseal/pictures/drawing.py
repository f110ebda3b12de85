"""A design drawn: the border, the letters and the star as filled contours.

Rules kept: the same design gives the same drawing; everything lies within the border.
Left to others: each shape has a module of its own.
"""

from collections.abc import Iterator

from eseal.pictures.design import SealDesign, SealShape
from eseal.pictures.outline import Contour, Drawing, Shape
from eseal.pictures.oval_seal import oval_seal
from eseal.pictures.round_seal import round_seal
from eseal.pictures.square_seal import square_seal


def draw_seal(design: SealDesign) -> Drawing:
    """Draw a seal.

    Raises:
        RefusedError: SEAL_DESIGN_REFUSED, its words do not fit into these measures.
    """
    shape = Shape(colour=design.colour, contours=tuple(_contours(design)))
    return Drawing(width_mm=design.width_mm, height_mm=design.height_mm, shapes=(shape,))


def _contours(design: SealDesign) -> Iterator[Contour]:
    match design.shape:
        case SealShape.ROUND:
            return round_seal(design)
        case SealShape.OVAL:
            return oval_seal(design)
        case SealShape.SQUARE:
            return square_seal(design)
