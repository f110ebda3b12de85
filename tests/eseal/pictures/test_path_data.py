"""Path data: what is written is read back, and the grammar is that of SVG."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eseal.errors import MalformedError
from eseal.pictures.outline import Contour, Shape, box_of
from eseal.pictures.path_data import read_path, write_path
from eseal.reasons import Reason

POINT = st.tuples(st.integers(-6000, 6000), st.integers(-6000, 6000))
SEGMENT = st.one_of(*(st.tuples(*[POINT] * count) for count in (1, 2, 3)))
CONTOUR = st.builds(
    lambda start, segments: Contour(start=start, segments=tuple(segments)),
    POINT,
    st.lists(SEGMENT, max_size=6),
)


@given(st.lists(CONTOUR, max_size=4))
def test_reads_what_it_writes(contours: list[Contour]) -> None:
    """Contours on the grid come back as they were, but for the line that closing draws."""
    kept = Shape(colour="#e60012", contours=tuple(contours)).contours
    back = read_path(write_path(kept))
    closing = [
        (contour.segments[:-1] if contour.segments[-1] == (contour.start,) else contour.segments)
        for contour in kept
    ]
    expected = [
        (contour.start, segments)
        for contour, segments in zip(kept, closing, strict=True)
        if segments
    ]
    assert [(contour.start, contour.segments) for contour in back] == expected


def test_writes_briefly() -> None:
    """Relative, whole, a letter once, no space where a sign parts numbers."""
    contour = Contour(
        start=(100, 100), segments=(((110, 100),), ((105, 90),), ((103, 95), (101, 97)))
    )
    assert write_path((contour,)) == "m100 100h10l-5-10q-2 5-4 7z"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("M0 0L10,0 10 10z", [(0, 0), (10, 0), (10, 10)]),
        ("m0,0 10 0 0 10", [(0, 0), (10, 0), (10, 10)]),
        ("M0 0h10v10H5V2z", [(0, 0), (10, 0), (10, 10), (5, 10), (5, 2)]),
        ("M.5.5l1-1-.5 1e1Z", [(0.5, 0.5), (1.5, -0.5), (1, 9.5)]),
        (" M 0 0 l 1 0 z m 5 5 l 1 0 z ", [(0, 0), (1, 0), (5, 5), (6, 5)]),
        ("M0 0C1 1 2 1 3 0S5-1 6 0", [(0, 0), (1, 1), (2, 1), (3, 0), (4, -1), (5, -1), (6, 0)]),
        ("M0 0Q1 1 2 0T4 0 6 0", [(0, 0), (1, 1), (2, 0), (3, -1), (4, 0), (5, 1), (6, 0)]),
        ("M0 0L9 9S5-1 6 0", [(0, 0), (9, 9), (9, 9), (5, -1), (6, 0)]),
        ("M0 0A0 5 0 0 1 3 4", [(0, 0), (3, 4)]),
        ("M0 0a5 5 0 1 1 0 0L1 1", [(0, 0), (1, 1)]),
        ("", []),
    ],
)
def test_reads_the_grammar(text: str, points: list[tuple[float, float]]) -> None:
    """Separators, repeated commands, mirrored control points and moves after closing."""
    found = [point for contour in read_path(text) for point in contour.points]
    assert found == points


@pytest.mark.parametrize(
    "text",
    [
        "L1 1",
        "z",
        "M1",
        "M1 1L",
        "M1 1 2",
        "M1 1X2 2",
        "M1 1,,2 2",
        "M1 1Lnan 0",
        "M1 1L1 1;",
        "M0x1",
        "M1 1e999",
        "M1 1L12345678901 1",
        "M0 0A1 1 0 2 0 3 3",
        "M0 0z5",
        "none",
    ],
)
def test_refuses_anything_else(text: str) -> None:
    """What is no path data is refused, with the place."""
    with pytest.raises(MalformedError) as refusal:
        read_path(text)
    assert refusal.value.reason is Reason.SEAL_PICTURE_REFUSED
    assert refusal.value.at.startswith("path d")


@pytest.mark.parametrize("flags", ["0 0", "0 1", "1 0", "1 1"])
@pytest.mark.parametrize("turn", [0, 90, 30])
def test_an_arc_lies_on_its_circle(flags: str, turn: int) -> None:
    """Whatever the flags, an arc of a circle stays on one of the two circles through its ends."""
    (contour,) = read_path(f"M5 0A5 5 {turn} {flags} 0 5")
    large, clockwise = (flag == "1" for flag in flags.split())
    centre = (0, 0) if large != clockwise else (5, 5)
    here = contour.start
    for one, two, end in contour.segments:
        middle = [
            (a + 3 * b + 3 * c + d) / 8 for a, b, c, d in zip(here, one, two, end, strict=True)
        ]
        for x, y in (middle, end):
            assert hypot(x - centre[0], y - centre[1]) == pytest.approx(5, rel=1e-3)
        here = end
    assert here == (0, 5)


def test_two_arcs_make_an_ellipse() -> None:
    """An ellipse as editors write it has the box of its radii."""
    (contour,) = read_path("M0 20a40 20 0 1 0 80 0a40 20 0 1 0-80 0z")
    box = box_of([contour])
    assert (box.left, box.right) == pytest.approx((0, 80), abs=0.01)
    assert (box.top, box.bottom) == pytest.approx((0, 40), abs=0.01)


def test_small_radii_grow() -> None:
    """Radii too small to reach become as large as they have to be: half a circle."""
    (contour,) = read_path("M0 0A1 1 0 0 1 10 0")
    assert box_of([contour]).top == pytest.approx(-5, abs=0.01)


def test_a_turned_ellipse_stands_upright() -> None:
    """A turn of 90 degrees changes the radii over."""
    (contour,) = read_path("M0 40A40 20 90 1 0 40 40A40 20 90 1 0 0 40z")
    box = box_of([contour])
    assert (box.left, box.right) == pytest.approx((0, 40), abs=0.01)
    assert (box.top, box.bottom) == pytest.approx((0, 80), abs=0.01)
