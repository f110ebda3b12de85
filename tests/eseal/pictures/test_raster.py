"""PNG: small, clear, of the right size; broken ones are refused before they are decoded."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from eseal.errors import EvidenceError, MalformedError
from eseal.pictures.design import SealDesign
from eseal.pictures.dots import MAX_PNG_BYTES, ground_of, open_png, samples_of
from eseal.pictures.outline import Contour, Drawing, Shape
from eseal.pictures.raster import png_of
from eseal.reasons import Reason
from tests.eseal.pictures.designs import COMPANY_SEAL, ENDS, INVOICE_SEAL, drawing_of, png_picture

pytestmark = pytest.mark.unmeasured

GOOD = png_picture().data
BOX = Contour(start=(500, 500), segments=(((1500, 500),), ((1500, 1500),), ((500, 1500),)))


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def png(image: Image.Image, **options: Any) -> bytes:
    """An image as PNG."""
    output = io.BytesIO()
    image.save(output, "PNG", **options)
    return output.getvalue()


@pytest.mark.parametrize("design", ENDS.values(), ids=ENDS)
def test_is_small(design: SealDesign) -> None:
    """Few levels of alpha over one colour: some 10 to 20 KiB."""
    assert len(png_of(drawing_of(design), dpi=300)) < 22 * 1024 * (design.width_mm / 40) ** 1.1


@pytest.mark.parametrize("design", [COMPANY_SEAL, INVOICE_SEAL], ids=["round", "oval"])
def test_is_small_in_print(design: SealDesign) -> None:
    """At 600 dpi it takes double."""
    assert len(png_of(drawing_of(design), dpi=600)) < 48 * 1024 * (design.width_mm / 40) ** 1.1


@pytest.mark.parametrize("dpi", [150, 300, 600])
@pytest.mark.parametrize("design", [COMPANY_SEAL, INVOICE_SEAL], ids=["round", "oval"])
def test_says_its_size(design: SealDesign, dpi: int) -> None:
    """Dots and dots an inch give the millimetres of the seal."""
    with Image.open(io.BytesIO(png_of(drawing_of(design), dpi=dpi))) as image:
        assert image.width == round(design.width_mm / 25.4 * dpi)
        assert image.height == round(design.height_mm / 25.4 * dpi)
        across, down = image.info["dpi"]
        assert image.width / across * 25.4 == pytest.approx(design.width_mm, abs=0.01)
        assert image.height / down * 25.4 == pytest.approx(design.height_mm, abs=0.01)


def test_is_ink_on_clear_ground() -> None:
    """One colour in sixteen levels of alpha; corners and middle gaps are clear."""
    image = open_png(GOOD)
    assert image.convert("RGB").getcolors() == [(image.width * image.height, (0xE6, 0x00, 0x12))]
    assert len(image.getcolors() or []) <= 16
    assert image.getchannel("A").getpixel((0, 0)) == 0
    ground = ground_of(image)
    assert 0.6 < ground.clear < 0.8
    assert 0.15 < ground.inked < 0.35
    assert ground.white == 0


def test_draws_the_same_again() -> None:
    """The same drawing gives the same bytes."""
    assert png_of(drawing_of(COMPANY_SEAL)) == GOOD


def test_keeps_two_colours() -> None:
    """A drawing of two colours is not forced into one."""
    shapes = (
        Shape(colour="#e60012", contours=(BOX,)),
        Shape(colour="#0000ff", contours=(BOX.under((0.5, 0, 0, 0.5, 500, 500)),)),
    )
    data = png_of(Drawing(width_mm=20, height_mm=20, shapes=shapes))
    image = open_png(data)
    assert image.getpixel((image.width // 2, image.height // 2)) == (0, 0, 255, 255)
    assert image.getpixel((image.width * 7 // 10, image.height * 7 // 10)) == (230, 0, 18, 255)


@pytest.mark.parametrize("dpi", [72, 1200])
def test_draws_no_other_sizes(dpi: int) -> None:
    """Too coarse to print, or finer than any printer."""
    with pytest.raises(ValueError, match="dpi"):
        png_of(drawing_of(COMPANY_SEAL), dpi=dpi)


def test_clear_dots_have_no_colour_of_their_own() -> None:
    """What cannot be seen is not kept: clear dots get the colour of the ink."""
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (230, 0, 18, 255))
    samples = samples_of(png(image))
    assert samples.colours == bytes((230, 0, 18)) * 2
    assert samples.alpha == bytes((0, 255))


CLEAR = Image.new("RGBA", (8, 8))
HEADER = struct.pack(">IIBBBBB", 8, 8, 8, 6, 0, 0, 0)
SIGNATURE = GOOD[:8]
BOMB = chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(bytes(8 * 33)))
END = chunk(b"IEND", b"")
BAD = {
    "empty": b"",
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(64),
    "signature-alone": SIGNATURE,
    "cut-off": GOOD[:-20],
    "cut-in-a-chunk": GOOD[:-6],
    "trailing-bytes": GOOD + b"\0",
    "two-files": GOOD + GOOD,
    "no-end": SIGNATURE + chunk(b"IHDR", HEADER) + PIXELS,
    "no-header": SIGNATURE + PIXELS + END,
    "two-headers": SIGNATURE + chunk(b"IHDR", HEADER) * 2 + PIXELS + END,
    "no-pixels": SIGNATURE + chunk(b"IHDR", HEADER) + END,
    "bad-checksum": GOOD[:30] + bytes([GOOD[30] ^ 1]) + GOOD[31:],
    "bad-pixels": SIGNATURE + chunk(b"IHDR", HEADER) + chunk(b"IDAT", b"nonsense") + END,
    "bomb": SIGNATURE + BOMB + PIXELS + END,
    "too-many-dots-a-side": png(Image.new("RGBA", (2049, 8))),
    "too-many-dots": png(Image.new("RGBA", (1673, 1673))),
    "too-many-bytes": png(CLEAR)[:-12] + chunk(b"zzZz", bytes(MAX_PNG_BYTES)) + END,
    "animation": png(CLEAR, save_all=True, append_images=[Image.new("RGBA", (8, 8), "red")]),
    "no-alpha": png(CLEAR.convert("RGB")),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_refuses_what_is_no_good_png(data: bytes) -> None:
    """One defect each."""
    with pytest.raises(EvidenceError) as refusal:
        open_png(data)
    assert refusal.value.reason is Reason.SEAL_PICTURE_REFUSED


def test_a_broken_png_is_malformed() -> None:
    """Damage is told from a rule that says no."""
    with pytest.raises(MalformedError):
        open_png(BAD["cut-off"])
