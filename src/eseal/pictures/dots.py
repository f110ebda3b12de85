"""Pictures of dots: PNG read within limits, and what is measured of them. A door to Pillow.

Rules kept: the size is read from the header before Pillow sees the file; every chunk is walked
over, so that nothing stands behind the end; one image, not an animation.

Left to others: whether a picture is that of a seal, to `upload`; making PNG, to `raster`.
Source: PNG 1.2, chapters 3 to 5 (read second-hand).
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, ImageChops, ImageStat

from eseal.errors import MalformedError
from eseal.pdf.structure import MAX_STREAM_BYTES
from eseal.pictures.picture import refused
from eseal.reasons import Reason

MAX_PNG_BYTES: Final = 256 * 1024
MAX_SIDE: Final = 2048
"""Dots of a side."""

MAX_DOTS: Final = MAX_STREAM_BYTES // 3
"""Dots of a picture: what a PDF shows of it is read again, and no longer streams are."""

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

_VISIBLE: Final = 128
_SEEN: Final = 16
_NEARLY_WHITE: Final = 225


class Samples(NamedTuple):
    """The samples of an image: three bytes of colour and one of alpha a dot."""

    width: int
    height: int
    colours: bytes
    alpha: bytes


class Ground(NamedTuple):
    """What part of an image is clear, what part is inked, what part of the ink is white."""

    clear: float
    inked: float
    white: float


def samples_of(data: bytes) -> Samples:
    """Read a PNG's samples; clear dots get the mean colour, so that no edge shows another.

    Raises:
        MalformedError: SEAL_PICTURE_REFUSED.
        RefusedError: SEAL_PICTURE_REFUSED.
    """
    image = open_png(data)
    alpha = image.getchannel("A")
    colours = image.convert("RGB")
    seen = alpha.point(_over(0))
    if seen.getbbox():
        mean = tuple(round(value) for value in ImageStat.Stat(colours, seen).mean)
        colours = Image.composite(colours, Image.new("RGB", image.size, mean), seen)
    return Samples(*image.size, colours=colours.tobytes(), alpha=alpha.tobytes())


def open_png(data: bytes) -> Image.Image:
    """Read a PNG as RGBA.

    Raises:
        MalformedError: SEAL_PICTURE_REFUSED, it is broken.
        RefusedError: SEAL_PICTURE_REFUSED, it is too large, or an animation, or has no alpha.
    """
    if len(data) > MAX_PNG_BYTES:
        raise refused(f"{len(data)} 字节，至多 {MAX_PNG_BYTES} bytes; no more are read", "png")
    _check_chunks(data)
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            if not image.has_transparency_data:
                raise refused("没有透明底色 has no alpha: its ground is not clear", "png")
            return image.convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error, struct.error) as error:
        raise _broken("无法解码 cannot be decoded") from error


def ground_of(image: Image.Image) -> Ground:
    """Measure what is clear, inked and white."""
    alpha = image.getchannel("A")
    counts, total = alpha.histogram(), image.width * image.height
    red, green, blue = image.convert("RGB").split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    inked = sum(counts[_VISIBLE:])
    white = sum(darkest.histogram(alpha.point(_over(_VISIBLE - 1)))[_NEARLY_WHITE:])
    return Ground(
        clear=sum(counts[:_SEEN]) / total, inked=inked / total, white=white / max(inked, 1)
    )


def _over(limit: int) -> list[int]:
    """A table that makes a mask of the values over `limit`."""
    return [255 if value > limit else 0 for value in range(256)]


def _check_chunks(data: bytes) -> None:
    """Walk over the chunks: a header first, an end last, no animation."""
    kinds = list(_chunks(data))
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or kinds.count(b"IHDR") > 1:
        raise _broken("首尾不完整 does not run from a header to an end")
    if b"acTL" in kinds:
        raise refused("不可为动画 is an animation", "png")
    width, height = struct.unpack_from(">II", data, 16)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_DOTS):
        sentence = (
            f"{width} × {height} 点，每边至多 {MAX_SIDE}、总共至多 {MAX_DOTS} dots; "
            "no more a side or in all are read"
        )
        raise refused(sentence, "png")


def _chunks(data: bytes) -> Iterator[bytes]:
    if not data.startswith(PNG_SIGNATURE):
        raise _broken("开头不是 PNG does not begin as a PNG")
    position = len(PNG_SIGNATURE)
    while position < len(data):
        if len(data) < position + 12:
            raise _broken("不完整 is cut off")
        length, kind = struct.unpack_from(">I4s", data, position)
        position += 12 + length
        yield kind
        if kind == b"IEND" or position > len(data):
            break
    if position != len(data):
        raise _broken("不完整或末尾有多余内容 is cut off, or goes on behind its end")


def _broken(sentence: str) -> MalformedError:
    return MalformedError(Reason.SEAL_PICTURE_REFUSED, sentence, at="png")
