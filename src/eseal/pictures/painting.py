"""A drawing as the operators of a PDF's content stream.

Rules kept: the same drawing gives the same bytes, in every version from the first release on:
sealed documents are judged by drawing the picture of the seal again (ADR 10). Whoever wants to draw
otherwise keeps this beside it for what was sealed before. Numbers are whole on the grid, so nothing
depends on how a machine rounds.
Source: ISO 32000-1, 8.5 (read second-hand).
"""

from collections.abc import Iterator
from typing import Final

from eseal.pictures.outline import GRID, UNITS_A_MM, Contour, Drawing, Point, Shape

POINTS_A_MM: Final = 72 / 25.4


def painted(drawing: Drawing) -> bytes:
    """Draw paths: y is turned up, and a unit is that of the grid."""
    scale = POINTS_A_MM / UNITS_A_MM * GRID
    height = write_number(drawing.height_mm * POINTS_A_MM)
    lines = [b"q %.10f 0 0 -%.10f 0 %b cm" % (scale, scale, height)]
    for shape in drawing.shapes:
        lines.extend(_filled(shape))
    return b"\n".join([*lines, b"Q"])


def _filled(shape: Shape) -> Iterator[bytes]:
    channels = (int(shape.colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    yield b"%b rg" % b" ".join(map(write_number, channels))
    for contour in shape.contours:
        yield b"%b m" % _points(contour.start)
        yield from _traced(contour)
        yield b"h"
    if shape.contours:
        yield b"f*" if shape.even_odd else b"f"


def _traced(contour: Contour) -> Iterator[bytes]:
    here = contour.start
    for segment in contour.segments:
        match segment:
            case (end,):
                yield b"%b l" % _points(end)
            case (control, end):
                yield b"%b c" % _points(_towards(here, control), _towards(end, control), end)
            case _:
                yield b"%b c" % _points(*segment)
        here = segment[-1]


def _points(*points: Point) -> bytes:
    return b" ".join(b"%d" % round(value / GRID) for point in points for value in point)


def _towards(end: Point, control: Point) -> Point:
    """Give the control point of the cubic curve that a quadratic one is: two thirds of the way."""
    return (end[0] + 2 * control[0]) / 3, (end[1] + 2 * control[1]) / 3


def write_number(value: float) -> bytes:
    """Write a number with at most four decimals."""
    return b"%d" % value if value == int(value) else (b"%.4f" % value).rstrip(b"0").rstrip(b".")
