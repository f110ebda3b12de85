"""The name on the arc of a round or an oval seal: how large, how narrow, how far around.

Rules kept: the arc is symmetric about the top and grows with the name, up to what the design
leaves free below; all gaps are equal; characters get narrower before they get smaller, and are
refused before they get illegible.

Lengths are those of `outline`: hundredths of a millimetre.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Final

from eseal.errors import RefusedError
from eseal.pictures.curves import Curve
from eseal.pictures.lettering import Cell, extent, share_of
from eseal.pictures.outline import Point
from eseal.reasons import Reason

NARROWEST: Final = 0.46
"""Width over height of a character, before it gets smaller."""

LEAST_WIDTH: Final = 140.0
"""The narrowest cell that can be read when printed at 300 dpi: 16 dots."""

_WIDEST: Final = 0.84
_TIGHTEST_GAP: Final = 0.06  # of a cell's width
_SMALLER: Final = 0.97
_STEP: Final = 10.0
_CLEAR: Final = 6.0  # degrees


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """The free ground within the border that the name is set in.

    Attributes:
        centre: of the seal.
        across: the radius to the side within which letters stay.
        down: the radius up and down.
        height: of a character, where there is room.
        least_height: of a character that had to get smaller.
        spans: over how many degrees a name of so many characters runs, in rising order.
        most_span: what the arc leaves free below for other things.
    """

    centre: Point
    across: float
    down: float
    height: float
    least_height: float
    spans: tuple[tuple[int, float], ...]
    most_span: float = 310.0


@dataclass(frozen=True, kw_only=True, slots=True)
class NameArc:
    """How a name is set: on which curve, in what cells, with what gaps."""

    curve: Curve
    cell: Cell
    gap: float
    inner: tuple[float, float]
    """The radii of the ground that is free inside."""

    end: float
    """The angle at which the last letter's edge stands, in degrees from the top."""


def set_name(name: str, ground: Ground) -> NameArc:
    """Find the largest letters that the name fits with.

    Raises:
        RefusedError: SEAL_DESIGN_REFUSED, they would be too small to read.
    """
    height = ground.height
    while True:
        found = _fit(name, ground, height)
        narrow = found.cell.width / height
        if narrow >= NARROWEST or (height <= ground.least_height and narrow >= NARROWEST * 0.8):
            break
        if height <= ground.least_height:
            sentence = f"此尺寸容不下 too many for this size: {len(name)} 字 characters"
            raise RefusedError(Reason.SEAL_DESIGN_REFUSED, sentence, at="name")
        height = max(height * _SMALLER, ground.least_height)
    if found.cell.width < LEAST_WIDTH:
        sentence = f"此尺寸下字太窄 too narrow to read at this size: {len(name)} 字 characters"
        raise RefusedError(Reason.SEAL_DESIGN_REFUSED, sentence, at="name")
    return found


def _fit(name: str, ground: Ground, height: float) -> NameArc:
    """Set the name in letters of this height, as wide as it goes."""
    width = height * _WIDEST
    for _ in range(3):  # the narrower the letters, the further out they may stand
        curve = _line(ground, Cell(width=width, height=height))
        span = min(_span(len(name), ground.spans), ground.most_span)
        room = 2 * curve.distance(span / 2)
        shares = sum(map(share_of, name)) - (share_of(name[0]) + share_of(name[-1])) / 2
        crowding = (curve.tightest - height / 2) / curve.tightest
        each = room / shares  # from one whole cell to the next
        width = min(height * _WIDEST, each * crowding / (1 + _TIGHTEST_GAP))
    ends = extent(name, width, 0) - width * (share_of(name[0]) + share_of(name[-1])) / 2
    inner = curve.across - height / 2, curve.down - height / 2
    gap = (room - ends) / (len(name) - 1)
    edge, _ = curve.at((room + width * share_of(name[-1])) / 2)
    return NameArc(
        curve=curve,
        cell=Cell(width=width, height=height),
        gap=gap,
        inner=inner,
        end=_degrees(edge, ground.centre),
    )


def _line(ground: Ground, cell: Cell) -> Curve:
    """Find the middle line of letters whose outer corners touch the edge of the ground."""
    half = cell.width / 2
    bend = min(ground.across, ground.down) ** 2 / max(ground.across, ground.down)
    corner = bend - (bend**2 - half**2) ** 0.5
    inwards = corner + cell.height / 2
    return Curve(ground.centre, ground.across - inwards, ground.down - inwards)


def _span(count: int, spans: tuple[tuple[int, float], ...]) -> float:
    """Read between the lines of the table of spans."""
    for (few, small), (many, large) in pairwise(spans):
        if count <= many:
            return small + (large - small) * max(count - few, 0) / (many - few)
    return spans[-1][1]


def free_width(setting: NameArc, outer: tuple[float, float], top: float, bottom: float) -> float:
    """Tell how wide a row between two depths below the centre may be, from edge to edge.

    It stays within the letters of the name; beyond the last of them, within the radii `outer`.
    """
    half = outer[0]
    while half > 0:
        corners = (half, top), (half, bottom)
        if all(_free(corner, setting, outer) for corner in corners):
            return 2 * half
        half -= _STEP
    return 0


def _free(corner: Point, setting: NameArc, outer: tuple[float, float]) -> bool:
    if _within(corner, setting.inner):
        return True
    below_the_name = _degrees(corner, (0, 0)) > setting.end + _CLEAR
    return below_the_name and _within(corner, outer)


def _within(corner: Point, radii: tuple[float, float]) -> bool:
    return hypot(corner[0] / radii[0], corner[1] / radii[1]) <= 1


def _degrees(point: Point, centre: Point) -> float:
    """Tell at which angle from the top, as seen from the centre, a point lies."""
    return degrees(atan2(point[0] - centre[0], centre[1] - point[1])) % 360
