"""Lines that letters stand on: circles and ellipses, walked along by length from the top.

Source: elementary; the length of an ellipse has no closed form and is added up in small steps.
"""

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from math import atan2, cos, hypot, pi, radians, sin
from operator import sub
from typing import Final

from eseal.pictures.outline import Point

_STEPS: Final = 1440
_SINES: Final = [sin(2 * pi * step / _STEPS) for step in range(_STEPS + 1)]
_COSINES: Final = [cos(2 * pi * step / _STEPS) for step in range(_STEPS + 1)]


class Curve:
    """An ellipse (or circle) around `centre`, walked along clockwise from its top."""

    def __init__(self, centre: Point, across: float, down: float) -> None:
        """Take the radii to the side (`across`) and up and down (`down`)."""
        self.centre, self.across, self.down = centre, across, down

    @property
    def length(self) -> float:
        """Once around."""
        return self._lengths[-1]

    @property
    def tightest(self) -> float:
        """The radius of the circle that fits where it bends most."""
        small, large = sorted((self.across, self.down))
        return small * small / large

    def at(self, distance: float) -> tuple[Point, float]:
        """Tell the point so far from the top, and how far its outward normal is turned.

        The turn is in radians, clockwise, 0 at the top; distances to the left are negative.
        """
        angle = self._parameter(distance)
        x, y = self.centre
        point = x + self.across * sin(angle), y - self.down * cos(angle)
        return point, atan2(self.down * sin(angle), self.across * cos(angle))

    def distance(self, degrees: float) -> float:
        """Tell how far from the top the curve meets the ray at `degrees`, at most 180."""
        aim = radians(degrees)
        parameter = atan2(self.down * sin(aim), self.across * cos(aim))
        place = (parameter % (2 * pi)) / (2 * pi) * _STEPS
        whole = min(int(place), _STEPS - 1)
        before, after = self._lengths[whole], self._lengths[whole + 1]
        return before + (place - whole) * (after - before)

    @cached_property
    def _lengths(self) -> list[float]:
        """How long the curve is up to each step."""
        across = [self.across * sine for sine in _SINES]
        down = [self.down * cosine for cosine in _COSINES]
        steps = map(hypot, map(sub, across[1:], across), map(sub, down[1:], down))
        return list(accumulate(steps, initial=0.0))

    def _parameter(self, distance: float) -> float:
        wanted = distance % self.length
        step = min(bisect_right(self._lengths, wanted), _STEPS) - 1
        before, after = self._lengths[step], self._lengths[step + 1]
        return 2 * pi * (step + (wanted - before) / (after - before)) / _STEPS
