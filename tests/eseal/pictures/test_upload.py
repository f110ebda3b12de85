"""Uploaded pictures: those of seals pass, those with one defect are refused."""

import io

import pytest
from PIL import Image, ImageDraw

from eseal.errors import EvidenceError
from eseal.pictures.design import SealDesign
from eseal.pictures.form import form_of
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.pictures.upload import check_picture, read_picture
from eseal.reasons import Reason
from tests.eseal.pictures.designs import ENDS, png_picture, svg_picture
from tests.eseal.pictures.test_svg import GOOD, ROOT

pytestmark = pytest.mark.unmeasured

SIZE = 250
RED = "#e60012"


@pytest.mark.parametrize("design", ENDS.values(), ids=ENDS)
def test_our_own_pictures_pass(design: SealDesign) -> None:
    """What we draw may be uploaded, in both forms, and is the picture that it was."""
    for picture in (svg_picture(design), png_picture(design)):
        size = {"width": picture.width, "height": picture.height}
        assert read_picture(picture.data, **size) == picture
        assert form_of(picture).width_pt > 0


def test_a_fine_picture_passes() -> None:
    """600 dpi is good."""
    check_picture(png_picture(dpi=600))


def painted(
    ground: str | tuple[int, ...], ink: str | tuple[int, ...] = RED, size: int = SIZE
) -> bytes:
    """A ring on some ground, as PNG with alpha."""
    image = Image.new("RGBA", (size, size), ground)
    box = (size // 10, size // 10, size * 9 // 10, size * 9 // 10)
    ImageDraw.Draw(image).ellipse(box, outline=ink, width=size // 12)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def disc(fill: str) -> bytes:
    """A ring whose inside is painted, on clear ground."""
    image = Image.new("RGBA", (SIZE, SIZE))
    ImageDraw.Draw(image).ellipse((0, 0, SIZE - 1, SIZE - 1), fill=fill, outline=RED, width=20)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def test_a_plain_ring_passes() -> None:
    """The good picture that the bad ones are made of."""
    assert read_picture(painted((0, 0, 0, 0)), width=40, height=40).kind is PictureKind.PNG
    assert read_picture(GOOD.encode(), width=40, height=40).kind is PictureKind.SVG


BAD = {
    "neither": b"GIF89a",
    "white-ground": painted("white"),
    "opaque-ground": painted("#123456"),
    "white-inside": disc("white"),
    "filled-inside": disc("#e60012"),
    "empty": painted((0, 0, 0, 0), (0, 0, 0, 0)),
    "hardly-seen": painted((0, 0, 0, 0), (230, 0, 18, 40)),
    "too-coarse": painted((0, 0, 0, 0), size=200),
    "svg-empty": f"{ROOT}</svg>".encode(),
    "svg-white-ground": GOOD.replace(
        ROOT, f'{ROOT}<path fill="#fff" d="M0 0h40v40h-40z"/>'
    ).encode(),
    "svg-outside": GOOD.replace("M5 5", "M42 42").encode(),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_refuses_what_is_no_seal(data: bytes) -> None:
    """One defect each, the file good in itself."""
    with pytest.raises(EvidenceError) as refusal:
        read_picture(data, width=40, height=40)
    assert refusal.value.reason is Reason.SEAL_PICTURE_REFUSED


@pytest.mark.parametrize(("width", "height"), [(9, 9), (61, 61), (40, 30), (40, 42)])
def test_refuses_other_sizes(width: int, height: int) -> None:
    """No seal is so small or large, and the sides have to be as the picture's."""
    for data in (painted((0, 0, 0, 0), size=400), GOOD.encode()):
        with pytest.raises(EvidenceError) as refusal:
            read_picture(data, width=width, height=height)
        assert refusal.value.reason is Reason.SEAL_PICTURE_REFUSED


def test_the_kind_has_to_be_that_of_the_bytes() -> None:
    """A PNG that calls itself SVG, or the other way, is refused."""
    png, svg = png_picture(), svg_picture()
    for kind, data in ((PictureKind.SVG, png.data), (PictureKind.PNG, svg.data)):
        with pytest.raises(EvidenceError):
            check_picture(SealPicture(kind=kind, data=data, width=40, height=40))
