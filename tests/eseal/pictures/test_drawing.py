"""Drawn seals: all within the border, nothing over another, the arc symmetric and legible."""

from dataclasses import replace
from itertools import pairwise
from math import dist, hypot

import pytest

from eseal.errors import RefusedError
from eseal.pictures.design import SealDesign, SealShape
from eseal.pictures.drawing import draw_seal
from eseal.pictures.form import form_of
from eseal.pictures.lettering import arc
from eseal.pictures.name_arc import LEAST_WIDTH, NARROWEST, Ground, NameArc, set_name
from eseal.pictures.outline import Box, Contour, Point, box_of
from eseal.pictures.raster import drawn
from eseal.reasons import Reason
from tests.eseal.pictures.designs import (
    COMPANY_SEAL,
    DESIGNS,
    ENDS,
    INVOICE_SEAL,
    drawing_of,
    svg_picture,
)

pytestmark = pytest.mark.unmeasured

DPI = 150
POINT = "·"
DOTS_A_UNIT = DPI / 25.4 / 100
SPANS = ((4, 130.0), (12, 242.0), (30, 292.0))
ROUND = Ground(
    centre=(2100, 2100), across=1900, down=1900, height=590, least_height=410, spans=SPANS
)
OVAL = replace(ROUND, centre=(2000, 1500), across=1845, down=1345, height=420, least_height=360)


def sizes_of(design: SealDesign) -> tuple[float, float, float]:
    """Width, height and border in units."""
    return design.width_mm * 100, design.height_mm * 100, design.border_mm * 100


def letters_of(length: int, setting: NameArc) -> list[Box]:
    """The boxes of the letters of a name of points, which have one contour in their middle."""
    return [
        box_of([each]) for each in arc(POINT * length, setting.curve, setting.cell, setting.gap)
    ]


def middle_of(box: Box) -> Point:
    """The middle of a box."""
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


SWEPT = {
    2: {(0, 1): 1.0},
    3: {(0, 1): 2 / 3, (0, 2): 1 / 3, (1, 2): 2 / 3},
    4: {(0, 1): 0.6, (0, 2): 0.3, (0, 3): 0.1, (1, 2): 0.3, (1, 3): 0.3, (2, 3): 0.6},
}
"""By number of points of a Bézier curve: how much each pair adds to twice the area it sweeps."""


def area_of(contour: Contour) -> float:
    """The area within a contour, signed by its sense."""
    start, twice = contour.start, 0.0
    for segment in (*contour.segments, (contour.start,)):
        points = (start, *segment)
        for (i, j), weight in SWEPT[len(points)].items():
            (a, b), (c, d) = points[i], points[j]
            twice += weight * (a * d - c * b)
        start = points[-1]
    return twice / 2


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_keeps_within_the_border(design: SealDesign) -> None:
    """The border touches the picture's edge, and no letter touches the border."""
    (shape,) = drawing_of(design).shapes
    width, height, border = sizes_of(design)
    assert box_of(shape.contours[:1]) == Box(left=0, top=0, right=width, bottom=height)
    for contour in shape.contours[2:]:
        for x, y in contour.points:
            across, down = (x - width / 2) / (width / 2 - border), y - height / 2
            down /= height / 2 - border
            square = design.shape is SealShape.SQUARE
            assert (max(abs(across), abs(down)) if square else hypot(across, down)) < 1


@pytest.mark.parametrize("design", ENDS.values(), ids=ENDS)
def test_nothing_covers_another(design: SealDesign) -> None:
    """What is inked is as much as the areas of all parts together."""
    levels = drawn(form_of(svg_picture(design)), dpi=DPI).getchannel("A").histogram()
    inked = sum(level * count for level, count in enumerate(levels)) / 255
    (shape,) = drawing_of(design).shapes
    assert sum(map(area_of, shape.contours)) * DOTS_A_UNIT**2 == pytest.approx(inked, rel=0.01)


@pytest.mark.parametrize("ground", [ROUND, OVAL], ids=["round", "oval"])
@pytest.mark.parametrize("length", [4, 5, 9, 12, 18, 30])
def test_arc_is_symmetric(length: int, ground: Ground) -> None:
    """Letters stand in mirrored places left and right of the top."""
    letters = letters_of(length, set_name(POINT * length, ground))
    for one, other in zip(map(middle_of, letters), map(middle_of, reversed(letters)), strict=True):
        assert one[0] + other[0] == pytest.approx(2 * ground.centre[0], abs=2)
        assert one[1] == pytest.approx(other[1], abs=2)


@pytest.mark.parametrize("length", [4, 5, 9, 12, 18, 30])
def test_letters_are_evenly_spaced(length: int) -> None:
    """On a circle every letter stands as far from the next."""
    middles = [middle_of(box) for box in letters_of(length, set_name(POINT * length, ROUND))]
    steps = [dist(one, two) for one, two in pairwise(middles)]
    assert max(steps) - min(steps) < 0.05 * max(steps)


@pytest.mark.parametrize("ground", [ROUND, OVAL], ids=["round", "oval"])
def test_letters_get_narrower_before_they_get_smaller(ground: Ground) -> None:
    """The longer the name, the narrower; lower only when narrow; always legible."""
    settings = [set_name("示" * length, ground) for length in range(4, 31)]
    widths = [setting.cell.width for setting in settings]
    assert widths == sorted(widths, reverse=True)
    assert min(widths) >= LEAST_WIDTH
    assert settings[0].cell.height == ground.height
    for setting in settings:
        if setting.cell.height < ground.height:
            assert setting.cell.width / setting.cell.height < NARROWEST + 0.02
        assert setting.cell.height >= ground.least_height
        assert setting.gap > 0


def test_arc_grows_with_the_name() -> None:
    """A short name stays above, a long one leaves a gap below."""
    ends = [set_name("示" * length, ROUND).end for length in range(4, 31)]
    assert ends == sorted(ends)
    assert ends[0] < 80
    assert 140 < ends[-1] < 155


@pytest.mark.parametrize(
    ("ground", "length"), [(replace(ROUND, across=900, down=900), 30), (ROUND, 60)]
)
def test_refuses_letters_too_small_to_read(ground: Ground, length: int) -> None:
    """A name that would be illegible is refused, not drawn."""
    with pytest.raises(RefusedError) as refusal:
        set_name("示" * length, ground)
    assert refusal.value.reason is Reason.SEAL_DESIGN_REFUSED


def test_refuses_a_purpose_that_does_not_fit() -> None:
    """A long row under the star of a small seal would run into the name."""
    small = replace(COMPANY_SEAL, width_mm=38, height_mm=38, name="示" * 30, purpose="专" * 12)
    with pytest.raises(RefusedError) as refusal:
        draw_seal(small)
    assert refusal.value.reason is Reason.SEAL_DESIGN_REFUSED
    assert refusal.value.at == "purpose"


@pytest.mark.parametrize("design", [COMPANY_SEAL, INVOICE_SEAL, DESIGNS["person"]])
def test_a_sample_says_so(design: SealDesign) -> None:
    """样本 is drawn for samples only; nothing else but a person's letters moves for it."""
    with_words = drawing_of(design).shapes[0].contours
    without = draw_seal(replace(design, sample=False)).shapes[0].contours
    assert len(with_words) > len(without)
    if design.shape is not SealShape.SQUARE:
        assert set(without) < set(with_words)


def test_draws_the_same_again() -> None:
    """The same design gives the same drawing."""
    assert draw_seal(COMPANY_SEAL) == draw_seal(replace(COMPANY_SEAL))


def test_a_bracket_takes_half_a_place() -> None:
    """A full-width bracket, whose ink is at one side, does not tear a hole into the arc."""
    whole, half = set_name("示例示例示例", ROUND), set_name("示（示）示例", ROUND)
    assert half.gap > whole.gap
    assert half.cell == whole.cell
