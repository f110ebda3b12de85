"""The square seal of a person (法定代表人名章): red characters in a frame (朱文).

Rules kept: read from the right column to the left, each from the top; two columns, the right one
begins with the surname. 印 may follow the name.
"""

from collections.abc import Iterator
from typing import Final

from eseal.pictures.design import SealDesign
from eseal.pictures.geometry import frame
from eseal.pictures.lettering import Cell, letter, row
from eseal.pictures.outline import UNITS_A_MM, Contour

_CORNER: Final = 60.0
_MARGIN: Final = 0.045  # of the side
_GAP: Final = 0.035
_SAMPLE: Final = 200.0


def square_seal(design: SealDesign) -> Iterator[Contour]:
    """Draw a square seal."""
    side, border = design.width_mm * UNITS_A_MM, design.border_mm * UNITS_A_MM
    yield from frame(side, side, border, _CORNER)
    margin = border + _MARGIN * side
    foot = side - margin
    if design.sample:
        words = Cell(width=_SAMPLE, height=_SAMPLE)
        yield from row("样本", (side / 2, foot - _SAMPLE / 2), words, _SAMPLE / 2)
        foot -= _SAMPLE + _GAP * side
    yield from _columns(design.name + design.purpose, margin, foot, side)


def _columns(text: str, margin: float, foot: float, side: float) -> Iterator[Contour]:
    """Set two columns, the right one first."""
    gap = _GAP * side
    width = (side - 2 * margin - gap) / 2
    middle = len(text) // 2
    for column, left in ((text[:middle], margin + width + gap), (text[middle:], margin)):
        height = (foot - margin - gap * (len(column) - 1)) / len(column)
        for number, character in enumerate(column):
            x, y = left + width / 2, margin + height / 2 + number * (height + gap)
            for contour in letter(character, Cell(width=width, height=height)):
                yield contour.under((1, 0, 0, 1, x, y))
