"""The plain figures of a seal: rings, frames and the star, as closed contours.

Rules kept: a ring or a frame is two contours of opposite sense, so that the nonzero rule leaves
its inside open; circles and ellipses are four cubic curves, true to a three-thousandth.
"""

from math import cos, pi, sin
from typing import Final

from eseal.pictures.outline import Contour, Point

_KAPPA: Final = 0.5522847498307936
"""How far the control points of a quarter of a circle stand off: 4/3 (√2 − 1)."""

_INNER_TIPS: Final = 0.3819660112501051
"""The inner corners of a pentagram lie at cos 72° / cos 36° of its radius."""


def ellipse(centre: Point, across: float, down: float) -> Contour:
    """Draw an ellipse with the radii `across` and `down`, clockwise from the top."""
    x, y = centre
    k, m = _KAPPA * across, _KAPPA * down
    top, right, bottom, left = (x, y - down), (x + across, y), (x, y + down), (x - across, y)
    return Contour(
        start=top,
        segments=(
            ((x + k, y - down), (x + across, y - m), right),
            ((x + across, y + m), (x + k, y + down), bottom),
            ((x - k, y + down), (x - across, y + m), left),
            ((x - across, y - m), (x - k, y - down), top),
        ),
    )


def ring(centre: Point, across: float, down: float, border: float) -> tuple[Contour, ...]:
    """Draw a ring, `border` wide, whose outer radii are `across` and `down`."""
    outer = ellipse(centre, across, down)
    return outer, backwards(ellipse(centre, across - border, down - border))


def frame(width: float, height: float, border: float, corner: float) -> tuple[Contour, ...]:
    """Draw a frame with its outer corner at the origin; `corner` is the radius of its corners."""
    inner = _panel(border, border, width - border, height - border, max(corner - border, 0))
    return _panel(0, 0, width, height, corner), backwards(inner)


def star(centre: Point, radius: float) -> Contour:
    """Draw a five-pointed star that stands upright; `radius` is that of its tips."""
    x, y = centre
    tips = [
        (x + reach * sin(pi * number / 5), y - reach * cos(pi * number / 5))
        for number in range(10)
        for reach in [radius * (_INNER_TIPS if number % 2 else 1)]
    ]
    return Contour(start=tips[0], segments=tuple((tip,) for tip in tips[1:]))


def backwards(contour: Contour) -> Contour:
    """Run along a contour the other way."""
    ends = [contour.start, *(segment[-1] for segment in contour.segments)]
    segments = tuple(
        (*reversed(segment[:-1]), end)
        for segment, end in zip(reversed(contour.segments), reversed(ends[:-1]), strict=True)
    )
    return Contour(start=ends[-1], segments=segments)


def _panel(left: float, top: float, right: float, bottom: float, corner: float) -> Contour:
    """Draw a rectangle with round corners, clockwise."""
    off = corner * (1 - _KAPPA)
    return Contour(
        start=(left + corner, top),
        segments=(
            ((right - corner, top),),
            ((right - off, top), (right, top + off), (right, top + corner)),
            ((right, bottom - corner),),
            ((right, bottom - off), (right - off, bottom), (right - corner, bottom)),
            ((left + corner, bottom),),
            ((left + off, bottom), (left, bottom - off), (left, bottom - corner)),
            ((left, top + corner),),
            ((left, top + off), (left + off, top), (left + corner, top)),
        ),
    )
