"""A picture as the form XObject that shows it in a PDF, whole or cut for a straddle seal (骑缝章).

Rules kept: the same picture gives the same content, so that what a document shows can be compared
with what its seal carries; compare what streams hold when unpacked, because packers differ. Sizes
are the picture's millimetres. Like ink a picture of one colour darkens what is under it (blend mode
Multiply), so that words it is put over can be read; shapes of several colours would darken each
other. Lawful in PDF/A-3: paths in DeviceRGB, images with a soft
mask, no interpolation; the document has to have an output intent.

Left to others: where it is put, and under which numbers.
Source: ISO 32000-1, 8.9, 8.10 and 11.6.5.3 (read second-hand).
"""

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from eseal.pdf.objects import write_stream
from eseal.pictures.painting import POINTS_A_MM, painted, write_number
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.pictures.svg import read_svg

MAX_PARTS: Final = 500

_KEPT: Final = 128
FORM_NAME: Final = b"/P"
"""What the content of a form calls what it draws."""

INK_NAME: Final = b"/M"
"""What the content of a whole form calls the state in which it draws."""

INK: Final = b"<</Type/ExtGState/BM/Multiply>>"
"""That state."""

_STATE: Final = b"/ExtGState<<%b%b>>" % (INK_NAME, INK)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """Part `index` (from 0) of `count`: from left to right, or from the top if not `vertical`.

    Attributes:
        index: which part.
        count: of how many, at most `MAX_PARTS`.
        vertical: whether the cuts run from top to bottom.

    Raises:
        ValueError: there is no such part.
    """

    index: int
    count: int
    vertical: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.count <= MAX_PARTS:
            msg = f"no part {self.index} of {self.count}"
            raise ValueError(msg)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureStream:
    """A stream: the entries of its dictionary but for length, filter and references; packed."""

    dictionary: bytes
    packed: bytes

    @property
    def content(self) -> bytes:
        """What the stream holds, unpacked."""
        return zlib.decompress(self.packed)

    def body(self, references: bytes = b"") -> bytes:
        """Write the stream as the body of an object."""
        entries = b"%b%b/Filter/FlateDecode" % (self.dictionary, references)
        return write_stream(entries, self.packed)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureForm:
    """The form XObject of a picture or of a part of it, and what it stands on.

    Attributes:
        width_pt: its width in points.
        height_pt: its height in points.
        stream: the form itself.
        images: the image and its soft mask, of a PNG.
        whole: of a part: the form of the whole picture, which it shows through its box.
        inked: whether it draws in the state `INK`.
    """

    width_pt: float
    height_pt: float
    stream: PictureStream
    images: tuple[PictureStream, ...] = ()
    whole: "PictureForm | None" = None
    inked: bool = False

    @property
    def dictionary(self) -> bytes:
        """The form's entries but for its length, filter and resources."""
        return self.stream.dictionary

    @property
    def content(self) -> bytes:
        """The form's content, unpacked."""
        return self.stream.content

    def bodies(self, first: int, *, whole: int | None = None) -> tuple[bytes, ...]:
        """Write the bodies of its objects, which are numbered from `first` on.

        Args:
            first: the number of the form; what it stands on gets the numbers behind it.
            whole: of a part: the number of the whole picture's form if it is written already,
                which is then not written again.
        """
        if self.whole is not None:
            behind = self.whole.bodies(first + 1) if whole is None else ()
            return self.stream.body(_resources(_drawing(whole or first + 1))), *behind
        state = _STATE if self.inked else b""
        if not self.images:
            return (self.stream.body(_resources(state)),)
        image, mask = self.images
        refers = b"/SMask %d 0 R" % (first + 2)
        resources = _resources(state + _drawing(first + 1))
        return self.stream.body(resources), image.body(refers), mask.body()


def form_of(picture: SealPicture, *, part: Slice | None = None) -> PictureForm:
    """Make the form of a picture, or of a part of it; a whole one is kept, and made once.

    Raises:
        RefusedError: SEAL_PICTURE_REFUSED.
        MalformedError: SEAL_PICTURE_REFUSED.
    """
    whole = _whole(picture)
    return whole if part is None else _part(whole, part)


@lru_cache(maxsize=_KEPT)
def _whole(picture: SealPicture) -> PictureForm:
    match picture.kind:
        case PictureKind.SVG:
            drawing = read_svg(picture.data, width=picture.width, height=picture.height)
            return _form(picture, painted(drawing), inked=len(drawing.shapes) == 1)
        case PictureKind.PNG:
            return _form(picture, _shown(picture), inked=True, images=_images(picture.data))


def _form(
    picture: SealPicture, content: bytes, *, inked: bool, images: tuple[PictureStream, ...] = ()
) -> PictureForm:
    width, height = picture.width * POINTS_A_MM, picture.height * POINTS_A_MM
    stream = _stream(width, height, b"%b gs\n%b" % (INK_NAME, content) if inked else content)
    return PictureForm(width_pt=width, height_pt=height, stream=stream, images=images, inked=inked)


def _part(whole: PictureForm, part: Slice) -> PictureForm:
    """Show the whole through a box that is as large as the part."""
    across, down = (part.count, 1) if part.vertical else (1, part.count)
    width, height = whole.width_pt / across, whole.height_pt / down
    right = part.index * width if part.vertical else 0
    up = 0 if part.vertical else (part.count - 1 - part.index) * height
    content = b"q 1 0 0 1 %b %b cm %b Do Q" % (write_number(-right), write_number(-up), FORM_NAME)
    stream = _stream(width, height, content)
    return PictureForm(width_pt=width, height_pt=height, stream=stream, whole=whole)


def _stream(width: float, height: float, content: bytes) -> PictureStream:
    box = b"[0 0 %b %b]" % (write_number(width), write_number(height))
    return PictureStream(
        dictionary=b"/Type/XObject/Subtype/Form/BBox%b" % box, packed=zlib.compress(content, 9)
    )


def _resources(entries: bytes) -> bytes:
    return b"/Resources<<%b>>" % entries


def _drawing(number: int) -> bytes:
    return b"/XObject<<%b %d 0 R>>" % (FORM_NAME, number)


def _shown(picture: SealPicture) -> bytes:
    """Show the image as large as the picture."""
    size = picture.width * POINTS_A_MM, picture.height * POINTS_A_MM
    return b"q %b 0 0 %b 0 0 cm %b Do Q" % (*map(write_number, size), FORM_NAME)


def _images(data: bytes) -> tuple[PictureStream, ...]:
    """Make the image and its soft mask."""
    from eseal.pictures.dots import samples_of  # noqa: PLC0415  Pillow: only PNGs need it

    samples = samples_of(data)
    return tuple(
        PictureStream(
            dictionary=b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%b"
            b"/BitsPerComponent 8" % (samples.width, samples.height, space),
            packed=zlib.compress(content, 9),
        )
        for space, content in ((b"DeviceRGB", samples.colours), (b"DeviceGray", samples.alpha))
    )
