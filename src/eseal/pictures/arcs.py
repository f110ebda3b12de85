"""Elliptical arcs of SVG path data as cubic curves.

Rules kept: radii that are too small are enlarged; one curve is a quarter of an ellipse at most.
Source: SVG 1.1, F.6 (read second-hand).
"""

from collections.abc import Iterator, Sequence
from math import atan2, ceil, cos, hypot, pi, radians, sin, sqrt, tan

from eseal.pictures.outline import Affine, Point, Segment

_NEAR = 1e-9
"""Ends as near as this, in radii, have a straight line between them."""


def arc_curves(here: Point, values: Sequence[float], end: Point) -> Iterator[Segment]:
    """Draw the arc from `here` to `end`; `values` are its radii, its turn and its two flags."""
    across, down, turn, large, clockwise = values
    across, down, turn = abs(across), abs(down), radians(turn % 360)
    if here == end:
        return
    if across == 0 or down == 0:
        yield (end,)
        return
    middle = (here[0] + end[0]) / 2, (here[1] + end[1]) / 2
    x, y = (here[0] - middle[0]), (here[1] - middle[1])
    # On the unit circle: the turn undone, then the radii; the ends lie opposite, around the middle.
    x, y = (cos(turn) * x + sin(turn) * y) / across, (cos(turn) * y - sin(turn) * x) / down
    half = hypot(x, y)
    if half < _NEAR:
        yield (end,)
        return
    size = max(half, 1.0)
    x, y, half = x / size, y / size, half / size
    off = sqrt(max(1 / half**2 - 1, 0)) * (-1 if large == clockwise else 1)
    centre = off * y, -off * x
    start = atan2(y - centre[1], x - centre[0])
    sweep = (atan2(-y - centre[1], -x - centre[0]) - start) % (2 * pi)
    sweep -= 0 if clockwise else 2 * pi
    across, down = across * size, down * size
    back = (cos(turn) * across, sin(turn) * across, -sin(turn) * down, cos(turn) * down, *middle)
    *curves, (one, two, _) = _curves(centre, start, sweep, back)
    yield from curves
    yield one, two, end


def _curves(centre: Point, start: float, sweep: float, back: Affine) -> Iterator[Segment]:
    """Cut the sweep into even parts of at most a quarter, and draw each."""
    count = max(ceil(abs(sweep) / (pi / 2) - 1e-9), 1)
    step = sweep / count
    reach = 4 / 3 * tan(step / 4)
    a, b, c, d, e, f = back
    for number in range(count):
        first, last = start + number * step, start + (number + 1) * step
        on_circle = (
            (cos(first) - reach * sin(first), sin(first) + reach * cos(first)),
            (cos(last) + reach * sin(last), sin(last) - reach * cos(last)),
            (cos(last), sin(last)),
        )
        moved = ((x + centre[0], y + centre[1]) for x, y in on_circle)
        yield tuple((a * x + c * y + e, b * x + d * y + f) for x, y in moved)
