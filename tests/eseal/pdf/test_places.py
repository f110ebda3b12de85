"""Places on pages: what a person says in millimetres is where the picture stands, upright."""

import pytest
from PIL import Image, ImageChops

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.foreign import page_boxes
from eseal.pdf.pages import render_page
from eseal.pdf.places import (
    MAX_SLICES,
    PageBox,
    Spot,
    moved_onto,
    parse_spot,
    place_at,
    run_of,
    straddling,
)
from eseal.pdf.stamping import Wish, stamp_pdf
from eseal.reasons import Reason
from eseal.seals.model import SealPicture
from tests.pages import Page, write_pages
from tests.vectors.sealed_pdf import SealedForge
from tests.world import NOW

DOTS_A_MM = 4
MM = 72 / 25.4

CORNER = SealPicture(
    kind="SVG",
    data=(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm" '
        b'viewBox="0 0 2000 2000"><path fill="#e60012" fill-rule="evenodd" '
        b'd="M0 0H2000V400H400V2000H0Z"/></svg>'
    ),
    width=20,
    height=20,
)
"""A corner: a bar above and one on the left, so that it is seen which way up it stands."""

TURNS = [0, 90, 180, 270]
BOXES = [
    ((0, 0, 420, 300), None),
    ((-100, 50, 320, 350), None),
    ((0, 0, 500, 400), (30, 60, 450, 360)),
    ((420, 300, 0, 0), None),
    ((0, 0, 420, 300), (-50, -50, 900, 900)),
]


def red_box(image: Image.Image) -> tuple[float, float, float, float]:
    """What is red in an image: left, upper, right and lower edge, in millimetres."""
    white = Image.new("RGB", image.size, "white")
    box = ImageChops.difference(image, white).getbbox()
    assert box is not None
    left, top, right, bottom = (side / DOTS_A_MM for side in box)
    return left, top, right, bottom


@pytest.mark.parametrize("rotate", TURNS)
@pytest.mark.parametrize("boxes", BOXES, ids=str)
@pytest.mark.unmeasured
def test_stands_upright_where_it_was_asked_for(
    rsa_sealed: SealedForge,
    rotate: int,
    boxes: tuple[tuple[float, float, float, float], tuple[float, float, float, float] | None],
) -> None:
    """However a page is turned and cropped: the middle is at 40 and 35 mm of what is seen of it."""
    media, crop = boxes
    pdf = write_pages([Page(media=media, crop=crop, rotate=rotate)])
    stamp = rsa_sealed.stamp_with(picture=CORNER)
    sealed = stamp_pdf(pdf, stamp, Wish(at="40mm,35mm"), judge=rsa_sealed.judge, at=NOW)
    image = render_page(sealed, 0, dpi=25.4 * DOTS_A_MM)
    assert red_box(image) == pytest.approx((30, 25, 50, 45), abs=0.6)

    def colour(x: float, y: float) -> tuple[int, ...]:
        found = image.getpixel((round(x * DOTS_A_MM), round(y * DOTS_A_MM)))
        assert isinstance(found, tuple)
        return found

    assert colour(48, 27) == colour(32, 43) == (230, 0, 18)
    assert colour(45, 40) == (255, 255, 255)


@pytest.mark.parametrize("rotate", TURNS)
def test_straddles_the_right_edges_as_they_are_seen(rsa_sealed: SealedForge, rotate: int) -> None:
    """Each page has its part on the right edge of what is seen; put together they are the picture.

    The first of two parts has the left bar, both have the upper one.
    """
    pages = [Page(media=(0, 0, 420, 300), rotate=rotate), Page(media=(10, 10, 310, 430))]
    stamp = rsa_sealed.stamp_with(picture=CORNER)
    wish = Wish(straddle=True)
    sealed = stamp_pdf(write_pages(pages), stamp, wish, judge=rsa_sealed.judge, at=NOW)
    images = [render_page(sealed, number, dpi=25.4 * DOTS_A_MM) for number in range(2)]
    lows = []
    for image in images:
        left, top, right, bottom = red_box(image)
        assert right == pytest.approx(image.width / DOTS_A_MM, abs=0.6)
        assert right - left == pytest.approx(10, abs=0.6)
        assert top == pytest.approx(image.height / DOTS_A_MM / 2 - 10, abs=0.6)
        lows.append(bottom - top)
    assert lows == pytest.approx([20, 4], abs=0.6)


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("120mm,200mm", 120, 200),
        ("120,200", 120, 200),
        ("1.5mm， 2.25mm", 1.5, 2.25),
        ("0,0", 0, 0),
    ],
)
def test_reads_places(text: str, x: float, y: float) -> None:
    """Millimetres with or without their unit, and a comma of either kind."""
    assert parse_spot(text, page=3) == Spot(page=2, x=x * MM, y=y * MM)


@pytest.mark.parametrize(
    "text", ["", "120", "120mm", "120mm,", "-1,2", "1,2,3", "a,b", "12345,1", "1.234,1", "1e3,1"]
)
def test_refuses_what_is_no_place(text: str) -> None:
    """Anything else is refused, and said."""
    with pytest.raises(RefusedError) as caught:
        parse_spot(text, page=1)
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


@pytest.mark.parametrize("page", [-1, 1])
def test_refuses_a_page_that_is_not_there(page: int) -> None:
    """Pages are those of the document."""
    box = PageBox(left=0, bottom=0, right=100, top=100)
    with pytest.raises(RefusedError) as caught:
        place_at([box], Spot(page=page, x=50, y=50), 10, 10)
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


@pytest.mark.parametrize("spot", [(5, 50), (50, 5), (95, 50), (50, 95)])
@pytest.mark.parametrize("rotate", TURNS)
def test_refuses_a_place_over_an_edge(spot: tuple[float, float], rotate: int) -> None:
    """No edge of the picture may stand off the page, however it is turned."""
    box = PageBox(left=7, bottom=7, right=107, top=107, rotate=rotate)
    with pytest.raises(RefusedError) as caught:
        place_at([box], Spot(page=0, x=spot[0], y=spot[1]), 20, 20)
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


@pytest.mark.parametrize("rotate", TURNS)
def test_spots_and_rectangles_agree(rotate: int) -> None:
    """The middle of a rectangle of the page's space is the spot that it was made for."""
    box = PageBox(left=30, bottom=60, right=450, top=360, rotate=rotate)
    (place,) = place_at([box], Spot(page=0, x=111, y=77), 40, 20)
    left, bottom, right, top = place.rectangle
    spot = box.spot(0, (left + right) / 2, (bottom + top) / 2)
    assert (spot.x, spot.y) == pytest.approx((111, 77))
    sides = (right - left, top - bottom)
    assert sides == pytest.approx((20, 40) if rotate % 180 else (40, 20))


def test_moves_onto_the_page() -> None:
    """A spot too near to an edge moves as little as it takes."""
    box = PageBox(left=0, bottom=0, right=100, top=200)
    assert moved_onto(box, Spot(page=0, x=3, y=199), 20, 30) == Spot(page=0, x=10, y=185)
    assert moved_onto(box, Spot(page=0, x=50, y=60), 20, 30) == Spot(page=0, x=50, y=60)


@pytest.mark.parametrize("pages", [2, 3, 19, 20, 21, 39, 40, 41, 999, 1000])
def test_parts_make_whole_pictures(pages: int) -> None:
    """The parts of each run are those of one picture in their order, and no run is too long."""
    wanted = 0
    for page in range(pages):
        index, count = run_of(page, pages)
        assert index == wanted
        assert 1 <= count <= MAX_SLICES
        wanted = 0 if index + 1 == count else index + 1
    assert wanted == 0


def test_one_page_has_no_edges_to_straddle() -> None:
    """A seal over edges needs two pages."""
    with pytest.raises(RefusedError) as caught:
        straddling([PageBox(left=0, bottom=0, right=100, top=100)], 50, 50)
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


def test_straddles_at_a_height() -> None:
    """The middle of all parts stands as far from the upper edge as was said."""
    boxes = [PageBox(left=0, bottom=0, right=100, top=100)] * 2
    for place in straddling(boxes, 50, 20, y=30):
        assert place.rectangle == (75, 60, 100, 80)


def test_pages_inherit_their_boxes() -> None:
    """What a page does not say its parents say; what it says itself counts."""
    pages = [Page(media=None), Page(media=(0, 0, 100, 50), rotate=180)]
    pdf = write_pages(pages, b"/MediaBox[0 0 300 200]/Rotate 90")
    inherited, said = page_boxes(pdf)
    assert (inherited.seen, inherited.rotate) == ((200, 300), 90)
    assert (said.seen, said.rotate) == ((100, 50), 180)


@pytest.mark.parametrize("page", [Page(rotate=45), Page(crop=(700, 0, 800, 100))], ids=str)
def test_refuses_pages_of_no_shape(page: Page) -> None:
    """A page turned by no right angle, or of which nothing is seen, is a broken PDF."""
    with pytest.raises(MalformedError) as caught:
        page_boxes(write_pages([page]))
    assert caught.value.reason is Reason.BROKEN_PDF
