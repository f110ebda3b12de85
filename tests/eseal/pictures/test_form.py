"""Forms: the same bytes again, the same looks as the picture, parts that add up."""

import hashlib
import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageChops, ImageStat

from eseal.pictures import form as forms
from eseal.pictures.design import SealDesign
from eseal.pictures.form import PictureForm, Slice, form_of
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.pictures.raster import drawn
from eseal.pictures.sheet import sheet_of
from tests.eseal.pictures.designs import (
    COMPANY_SEAL,
    DESIGNS,
    INVOICE_SEAL,
    png_picture,
    svg_picture,
)
from tests.eseal.pictures.test_svg import on_white

DPI = 254  # ten dots a millimetre


def differ(one: Image.Image, other: Image.Image) -> float:
    """By how much two images differ on paper, of 255 on the mean."""
    assert one.size == other.size
    difference = ImageChops.difference(on_white(one), on_white(other))
    return max(ImageStat.Stat(difference).mean)


def shown(data: bytes) -> Image.Image:
    """A PNG as an image."""
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA")


@pytest.mark.parametrize("picture", [svg_picture(), png_picture()], ids=lambda each: each.kind)
def test_makes_the_same_bytes_again(picture: SealPicture) -> None:
    """An equal picture gives the same form; one that was asked for before gives the very one."""
    form = form_of(picture)
    assert form_of(replace(picture)) is form
    forms._whole.cache_clear()
    assert form_of(picture) == form
    assert form_of(picture).bodies(7) == form.bodies(7)


@pytest.mark.parametrize("name", ["company-13", "invoice", "person"])
def test_svg_and_png_look_alike(name: str) -> None:
    """The form of the SVG, the PNG and the form of the PNG show the same.

    An image is compared at a size of its own: at about its own, pdfium shifts it by half a dot.
    """
    design = DESIGNS[name]
    vector = drawn(form_of(svg_picture(design)), dpi=300)
    raster = png_picture(design)
    assert differ(vector, shown(raster.data)) < 2
    assert differ(drawn(form_of(raster), dpi=200), drawn(form_of(svg_picture(design)), dpi=200)) < 3


@pytest.mark.parametrize("design", [COMPANY_SEAL, INVOICE_SEAL], ids=["round", "oval"])
def test_is_as_large_as_the_picture(design: SealDesign) -> None:
    """Millimetres become points."""
    form = form_of(svg_picture(design))
    assert form.width_pt == pytest.approx(design.width_mm * 72 / 25.4)
    assert form.height_pt == pytest.approx(design.height_mm * 72 / 25.4)
    assert b"/BBox[0 0 %.4f" % form.width_pt in form.dictionary


def test_says_nothing_that_pdf_a_forbids() -> None:
    """A vector form is paths in one colour and the blend of ink: no image, whole numbers."""
    (body,) = form_of(svg_picture()).bodies(9)
    assert body.startswith(
        b"<</Type/XObject/Subtype/Form/BBox[0 0 113.3858 113.3858]"
        b"/Resources<</ExtGState<</M<</Type/ExtGState/BM/Multiply>>>>>>"
    )
    content = form_of(svg_picture()).content
    assert set(re.findall(rb"[A-Za-z*]+", content)) <= {
        b"q",
        b"Q",
        b"cm",
        b"gs",
        b"M",
        b"rg",
        *b"m l c h f".split(),
    }
    assert not re.search(rb"\d\.\d", content.split(b"rg", 1)[1])


@pytest.mark.parametrize("vertical", [True, False], ids=["across", "down"])
@pytest.mark.parametrize(
    "picture", [svg_picture(), png_picture(dpi=254)], ids=lambda each: each.kind
)
def test_parts_add_up_to_the_whole(picture: SealPicture, *, vertical: bool) -> None:
    """The parts side by side (or one under the other) are the whole picture."""
    whole = drawn(form_of(picture), dpi=DPI)
    joined = Image.new("RGBA", whole.size)
    for index in range(4):
        part = drawn(form_of(picture, part=Slice(index=index, count=4, vertical=vertical)), dpi=DPI)
        step = whole.width // 4 * index
        joined.paste(part, (step, 0) if vertical else (0, step))
    assert differ(whole, joined) < 0.5


def test_a_part_stands_on_the_whole() -> None:
    """A part's own form is tiny, and can share a whole one that is written already."""
    form = form_of(svg_picture(), part=Slice(index=2, count=20))
    assert form.width_pt == pytest.approx(2 * 72 / 25.4)
    alone = form.bodies(5)
    assert len(alone) == 2
    assert alone[1] == form_of(svg_picture()).bodies(6)[0]
    (shared,) = form.bodies(5, whole=3)
    assert b"/P 3 0 R" in shared
    assert len(shared) < 300


def test_a_png_has_its_image_and_its_mask() -> None:
    """The form shows an image, the image has a soft mask, under the numbers behind the form's."""
    form, image, mask = form_of(png_picture()).bodies(11)
    assert b"/BM/Multiply>>>>/XObject<</P 12 0 R>>>>" in form
    assert b"/SMask 13 0 R" in image
    assert b"/ColorSpace/DeviceGray" in mask
    assert b"/Interpolate" not in image + mask


@pytest.mark.parametrize("wrong", [(-1, 4), (4, 4), (0, 0), (0, 501)])
def test_there_is_no_such_part(wrong: tuple[int, int]) -> None:
    """A part is one of a reasonable number."""
    with pytest.raises(ValueError, match="no part"):
        Slice(index=wrong[0], count=wrong[1])


FORMS = {
    "svg": form_of(svg_picture()),
    "png": form_of(png_picture(dpi=254)),
    "part": form_of(svg_picture(), part=Slice(index=1, count=3)),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_foreign_readers_show_the_same(form: PictureForm, tmp_path: Path) -> None:
    """Poppler draws the form as pdfium does, and pypdf reads it strictly."""
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(sheet_of(form))
    reader = pypdf.PdfReader(sheet, strict=True)
    assert reader.pages[0].mediabox.width == pytest.approx(form.width_pt, abs=0.001)
    ours = drawn(form, dpi=DPI)
    size = ["-scale-to-x", str(ours.width), "-scale-to-y", str(ours.height)]
    command = ["pdftoppm", "-png", "-singlefile", *size, str(sheet), str(tmp_path / "page")]
    subprocess.run(command, check=True, capture_output=True)
    assert differ(shown((tmp_path / "page.png").read_bytes()), ours) < (9 if form.images else 3)


FROZEN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 2000">\
<path fill="#e60012" d="m100 100h1800v1800h-1800zm101 99q333 17 500 801t9 100l3-7 90 90\
c-55 7-120 61-300 401zm1000 900q1 1 40 2t700-33l-9 400z"/></svg>"""


def test_a_picture_is_drawn_as_it_was_for_ever() -> None:
    """Sealed documents are judged by making the form again: other bytes would fail all of them.

    Who has to change them keeps the former way beside the new one, and this test with it.
    """
    picture = SealPicture(kind=PictureKind.SVG, data=FROZEN.encode(), width=40, height=40)
    whole, part = form_of(picture), form_of(picture, part=Slice(index=1, count=3))
    assert whole.inked
    digests = [hashlib.sha256(each.dictionary + each.content).hexdigest() for each in (whole, part)]
    assert digests == [
        "2dff8a74c5e5402f6dfbcbc61d6612d0e0fa2dc1243e5acd944b0ab18d328e99",
        "cf611a5901fd618c2f61200dadc607dc39f2ecac29e1da1430bdcceb929909b0",
    ]
