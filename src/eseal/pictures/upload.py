"""The check of a seal's picture that somebody else made: PNG or SVG.

Rules kept: bounded in bytes, dots and size on paper before anything is decoded; as much wider than
high as the seal; fine enough to print; ink on clear ground, so that the words under a seal can be
read; nothing white that would cover them. An SVG is drawn and judged by its looks as well. Its
ground is asked for again when a seal is put on a document, and where it stands over what others
signed: whoever made it may not have asked.

Left to others: structure, to `svg` and `dots`.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from eseal.errors import MalformedError
from eseal.pictures.form import form_of
from eseal.pictures.picture import PictureKind, SealPicture, refused
from eseal.pictures.svg import check_ratio
from eseal.reasons import Reason

if TYPE_CHECKING:
    from eseal.pictures.dots import Ground

_KEPT: Final = 128
LEAST_DPI: Final = 150
LEAST_CLEAR: Final = 0.25
"""A white disc on clear ground leaves 0.21 of its square clear."""

LEAST_INKED: Final = 0.02
MOST_WHITE: Final = 0.2

_PNG: Final = b"\x89PNG"
_BEFORE_XML: Final = b"\xef\xbb\xbf \t\r\n"
_MM_AN_INCH: Final = 25.4
_ROUNDING: Final = 0.98


def read_picture(data: bytes, *, width: int, height: int) -> SealPicture:
    """Read a file as a seal's picture of so many millimetres, and check it.

    Raises:
        MalformedError: SEAL_PICTURE_REFUSED, it is no PNG and no SVG, or a broken one.
        RefusedError: SEAL_PICTURE_REFUSED, it breaks a rule.
    """
    kind = PictureKind.PNG if data.startswith(_PNG) else PictureKind.SVG
    if kind is PictureKind.SVG and not data.lstrip(_BEFORE_XML).startswith(b"<"):
        sentence = "既不是 PNG 也不是 SVG neither a PNG nor an SVG"
        raise MalformedError(Reason.SEAL_PICTURE_REFUSED, sentence, at="picture")
    picture = SealPicture(kind=kind, data=data, width=width, height=height)
    check_picture(picture)
    return picture


def check_picture(picture: SealPicture) -> None:
    """See that a picture may be that of a seal.

    Raises:
        MalformedError: SEAL_PICTURE_REFUSED.
        RefusedError: SEAL_PICTURE_REFUSED.
    """
    if picture.kind is PictureKind.PNG:
        _check_resolution(picture)
    if _ground_of(picture).inked < LEAST_INKED:
        raise refused("几乎没有图形 shows nothing, or next to nothing", "picture")
    check_ground(picture)


def check_ground(picture: SealPicture) -> None:
    """See that what a picture is put over can be read; raises as `check_picture`."""
    ground = _ground_of(picture)
    if ground.clear < LEAST_CLEAR:
        raise refused(
            "底色须透明，以免遮住文字 its ground is not clear: what is under it could not be read",
            "picture",
        )
    if ground.white > MOST_WHITE:
        raise refused("应透明处涂成了白色 is painted white where it should be clear", "picture")


def _check_resolution(picture: SealPicture) -> None:
    from eseal.pictures import dots  # noqa: PLC0415  Pillow: who only verifies waits for it

    image = dots.open_png(picture.data)
    check_ratio(*image.size, (picture.width, picture.height))
    dpi = min(image.width / picture.width, image.height / picture.height) * _MM_AN_INCH
    if dpi < LEAST_DPI * _ROUNDING:
        raise refused(f"{dpi:.0f} dpi，至少 {LEAST_DPI} are needed", "png")


@lru_cache(maxsize=_KEPT)
def _ground_of(picture: SealPicture) -> "Ground":
    from eseal.pictures import dots, raster  # noqa: PLC0415  Pillow: who only verifies waits for it

    match picture.kind:
        case PictureKind.PNG:
            return dots.ground_of(dots.open_png(picture.data))
        case PictureKind.SVG:
            return dots.ground_of(raster.drawn(form_of(picture), dpi=LEAST_DPI))
