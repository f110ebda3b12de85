"""Drawings made pictures of dots (PNG). A door to Pillow.

Rules kept: what is made has a clear ground, few levels of alpha, and says how many dots an inch it
has.

Left to others: reading PNG, to `dots`.
"""

from io import BytesIO
from typing import Final

from PIL import Image

from eseal.pdf.pages import render_page
from eseal.pictures.form import PictureForm, form_of
from eseal.pictures.outline import Drawing
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.pictures.sheet import sheet_of
from eseal.pictures.svg import svg_of

_MM_AN_INCH: Final = 25.4
_BITS: Final = 4
_LEVELS: Final = 2**_BITS


def png_of(drawing: Drawing, *, dpi: int = 300) -> bytes:
    """Make a drawing a PNG on clear ground.

    Args:
        drawing: one of one colour gets a palette, and is small.
        dpi: dots an inch, 150 to 600.

    Raises:
        ValueError: another `dpi`.
    """
    if not 150 <= dpi <= 600:
        msg = f"{dpi} dpi; 150 to 600 are drawn"
        raise ValueError(msg)
    picture = SealPicture(
        kind=PictureKind.SVG,
        data=svg_of(drawing),
        width=drawing.width_mm,
        height=drawing.height_mm,
    )
    image = drawn(form_of(picture), dpi=dpi)
    dots = (
        image.width / drawing.width_mm * _MM_AN_INCH,
        image.height / drawing.height_mm * _MM_AN_INCH,
    )
    output = BytesIO()
    if len(drawing.colours) == 1:
        (colour,) = drawing.colours
        palette = bytes.fromhex(colour[1:]) * _LEVELS
        levels = _levels(image, palette)
        alphas = bytes(255 * level // (_LEVELS - 1) for level in range(_LEVELS))
        levels.save(output, "PNG", bits=_BITS, transparency=alphas, dpi=dots, optimize=True)
    else:
        image.save(output, "PNG", dpi=dots, optimize=True)
    return output.getvalue()


def drawn(form: PictureForm, *, dpi: float) -> Image.Image:
    """Draw a form on clear ground, as a reader of PDFs shows it."""
    return render_page(sheet_of(form), 0, dpi=dpi, transparent=True)


def _levels(image: Image.Image, palette: bytes) -> Image.Image:
    """Make an image of one colour a palette of as many levels of alpha as are kept."""
    step = 255 / (_LEVELS - 1)
    alpha = image.getchannel("A").point([round(value / step) for value in range(256)])
    levels = Image.frombytes("P", image.size, alpha.tobytes())
    levels.putpalette(palette)
    return levels
