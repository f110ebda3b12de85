"""The vector model of a picture: closed contours filled with one colour; no strokes, no text.

Rules kept: lengths are hundredths of a millimetre, y down, the origin at the top left of the
picture; what stands in a `Shape` is rounded to the grid, so that every writer writes the same; a
segment is told by its points: one ends a line, two a quadratic, three a cubic curve.

Left to others: what is drawn, to `geometry` and `glyphs`; how it is written, to `svg` and `form`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import hypot
from typing import Final

UNITS_A_MM: Final = 100
GRID: Final = 2
"""Units from line to line of the grid, half a dot at 600 dpi: a seal's picture stands in every
document twice, and on half the grid it takes half as much again."""

_FLAT: Final = 3
"""How far a curve may go aside and be written as a line: three quarters of a dot at 600 dpi."""

Point = tuple[float, float]
Segment = tuple[Point, ...]
Affine = tuple[float, float, float, float, float, float]
"""x' = a x + c y + e, y' = b x + d y + f, in the order of SVG and PDF."""

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contour:
    """A closed line: from `start` over the segments, and straight back."""

    start: Point
    segments: tuple[Segment, ...]

    def under(self, affine: Affine) -> "Contour":
        """Give this contour, moved, turned or scaled."""
        a, b, c, d, e, f = affine

        def moved(point: Point) -> Point:
            x, y = point
            return a * x + c * y + e, b * x + d * y + f

        return Contour(
            start=moved(self.start),
            segments=tuple(tuple(map(moved, segment)) for segment in self.segments),
        )

    @property
    def points(self) -> Iterator[Point]:
        """All points, control points too: nothing is drawn outside their hull."""
        yield self.start
        for segment in self.segments:
            yield from segment

    def rounded(self) -> "Contour":
        """Give this contour on the grid, without segments that shrank to a point."""
        start = here = _rounded(self.start)
        kept = []
        for segment in self.segments:
            points = tuple(map(_rounded, segment))
            if any(point != here for point in points):
                kept.append(_simplest(here, points))
                here = points[-1]
        return Contour(start=start, segments=tuple(kept))


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """Contours filled with one colour (`#rrggbb`), nonzero unless `even_odd`."""

    colour: str
    contours: tuple[Contour, ...]
    even_odd: bool = False

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.colour):
            msg = f"not a colour: {self.colour!r}"
            raise ValueError(msg)
        rounded = tuple(contour.rounded() for contour in self.contours)
        kept = tuple(contour for contour in rounded if len(contour.segments) > 0)
        object.__setattr__(self, "contours", kept)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A picture of shapes, one over the other; its size is in millimetres."""

    width_mm: int
    height_mm: int
    shapes: tuple[Shape, ...]

    @property
    def colours(self) -> frozenset[str]:
        """The colours used."""
        return frozenset(shape.colour for shape in self.shapes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A box around points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def box_of(contours: Iterable[Contour]) -> Box:
    """Put a box around the hull of some contours.

    Raises:
        ValueError: there are none.
    """
    xs, ys = zip(*(point for contour in contours for point in contour.points), strict=True)
    return Box(left=min(xs), top=min(ys), right=max(xs), bottom=max(ys))


def _rounded(point: Point) -> Point:
    return round(point[0] / GRID) * GRID, round(point[1] / GRID) * GRID


def _simplest(here: Point, segment: Segment) -> Segment:
    """Write a quadratic curve that is flat on the grid as the line that it is."""
    if len(segment) != 2:
        return segment
    control, end = segment
    chord, arm = _from(here, end), _from(here, control)
    length = hypot(*chord)
    along, aside = chord[0] * arm[0] + chord[1] * arm[1], chord[0] * arm[1] - chord[1] * arm[0]
    lies_within = 0 <= along <= length * length
    # A curve goes half as far aside as its control point lies.
    return (end,) if lies_within and abs(aside) < 2 * _FLAT * length else segment


def _from(start: Point, end: Point) -> Point:
    return end[0] - start[0], end[1] - start[1]
