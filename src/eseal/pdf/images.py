"""Images in the forms of a PDF, compared with those of a seal's picture.

They are compared by what they hold, and nothing may be said of them that is not expected there. An
image by which others show a picture is shown once and fills the rectangle of its annotation: drawn
again and again, enlarged or cut off by a box it could show anything.

Left to others: what is shown, and whose picture it has to be, to `marks`.
Source: ISO 32000-1, 8.3, 8.9, 8.10 and 12.5.5 (read second-hand).
"""

import re
from collections.abc import Iterable, Sequence, Set
from typing import Final, cast

from pyhanko.pdf_utils import generic, misc

from eseal.pdf.guarded import entry, resolve
from eseal.pdf.places import Rectangle
from eseal.pdf.syntax import read_value
from eseal.pdf.values import Dictionary, Name
from eseal.pictures.form import PictureStream

MAX_DEPTH: Final = 4
"""Forms within a form."""

MAX_CONTENT_BYTES: Final = 4096
"""Of a form that places another one or an image."""

ROUNDING_OF_OTHERS: Final = 3
"""Points by which rectangles of other products are off: they have whole points or pixels."""

_OF_ANY_STREAM: Final = {"/Type", "/Length", "/Filter"}
OF_FORM: Final = _OF_ANY_STREAM | {"/Subtype", "/BBox", "/Resources", "/Matrix", "/FormType"}
OF_IMAGE: Final = _OF_ANY_STREAM | {
    "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/SMask",
}  # fmt: skip
_COMMENT: Final = re.compile(rb"%[^\r\n]*(?:[\r\n]|\Z)")
_SPACE: Final = re.compile(rb"[\t\n\f\r ]+")
_NUMBER: Final = re.compile(rb"[-+]?\d{1,6}(?:\.\d{0,12})?|[-+]?\.\d{1,12}")
_NAME: Final = re.compile(rb"/\w{1,64}")

_LARGEST: Final = 1_000_000

_Matrix = tuple[float, float, float, float, float, float]
_AS_IT_IS: Final[_Matrix] = (1, 0, 0, 1, 0, 0)
_UNIT: Final[Rectangle] = (0, 0, 1, 1)
"""Where an image is before it is placed."""


def are_images(found: Sequence[generic.StreamObject], images: Sequence[PictureStream]) -> bool:
    """Say whether these are the image of a picture, with its soft mask; or none, if it has none."""
    if not images:
        return not found
    if len(found) != 1:
        return False
    image, mask = images
    below = entry(found[0], "/SMask", generic.StreamObject)
    return below is not None and _is_image(found[0], image) and _is_image(below, mask)


def says(found: generic.DictionaryObject, wanted: bytes) -> bool:
    """Say whether a dictionary says these things among others, kind by kind.

    Args:
        found: the dictionary.
        wanted: entries as they are written; what is no name or whole number is not asked for.
    """
    entries = cast("Dictionary", read_value(b"<<%b>>" % wanted, 0).value).entries
    for key, placed in entries.items():
        value = found.get(f"/{key.decode()}", generic.NullObject()).get_object()
        if isinstance(placed.value, Name):
            is_so = isinstance(value, generic.NameObject) and value == f"/{placed.value.decode()}"
        else:
            is_so = isinstance(value, generic.NumberObject) and value == placed.value
        if not is_so:
            return False
    return True


def says_only(found: generic.StreamObject, keys: Set[str]) -> bool:
    """Say whether a stream says nothing but this, and is packed as all readers unpack it."""
    packed = found["/Filter"] if "/Filter" in found else generic.ArrayObject()
    filters = list(packed) if isinstance(packed, generic.ArrayObject) else [packed]
    is_plain = all(isinstance(one, generic.NameObject) for one in filters)
    return set(found) <= keys and is_plain and filters in ([], ["/FlateDecode"])


def numbers_in(array: Iterable[generic.PdfObject]) -> list[float]:
    """Read numbers; a string of digits is none.

    Raises:
        PdfReadError: pyHanko's; something else is among them.
    """
    found = [each.get_object() for each in array]
    if not all(isinstance(each, generic.NumberObject | generic.FloatObject) for each in found):
        raise misc.PdfReadError("应为数 numbers were expected")
    return [float(each) for each in found]


def is_blank(form: generic.StreamObject) -> bool:
    """Say whether a form is one whose content draws nothing."""
    return says_only(form, OF_FORM) and not _COMMENT.sub(b" ", form.data).strip()


def image_filling(
    rectangle: Rectangle, appearance: generic.StreamObject | None
) -> generic.StreamObject:
    """Give the one image that an appearance shows, in forms within it, and that fills `rectangle`.

    Raises:
        PdfReadError: pyHanko's; it is no form, says more than forms do, draws anything else, or
            does not show the image whole and once.
    """
    if appearance is None:
        raise misc.PdfReadError("没有单一的外观 there is not one appearance")
    shown, matrix = appearance, _fitted(appearance, rectangle)
    for _ in range(MAX_DEPTH + 1):
        if says(shown, b"/Subtype/Image"):
            _check_fills(matrix, rectangle)
            return shown
        matrix = _times(_matrix_of(shown), matrix)
        _check_shows(_bounds(_box_of(shown), matrix), rectangle)
        shown, placed = _drawn_by(shown)
        matrix = _times(placed, matrix)
    raise misc.PdfReadError("表单层层嵌套 forms within forms within forms")


def _fitted(appearance: generic.StreamObject, rectangle: Rectangle) -> _Matrix:
    """The matrix that fits an appearance into the rectangle of its annotation."""
    left, bottom, right, top = _bounds(_box_of(appearance), _matrix_of(appearance))
    across = (rectangle[2] - rectangle[0]) / (right - left)
    up = (rectangle[3] - rectangle[1]) / (top - bottom)
    return (across, 0, 0, up, rectangle[0] - across * left, rectangle[1] - up * bottom)


def _check_fills(matrix: _Matrix, rectangle: Rectangle) -> None:
    """See that an image so placed fills a rectangle, turned at most."""
    a, b, c, d, _, _ = matrix
    off = [one - other for one, other in zip(_bounds(_UNIT, matrix), rectangle, strict=True)]
    if not (a * d - b * c > 0 and all(abs(each) <= ROUNDING_OF_OTHERS for each in off)):
        raise misc.PdfReadError("图像未恰好占满其位置 the image does not fill its place")


def _check_shows(box: Rectangle, rectangle: Rectangle) -> None:
    """See that the box of a form cuts nothing off."""
    off = (
        box[0] - rectangle[0], box[1] - rectangle[1], rectangle[2] - box[2], rectangle[3] - box[3]
    )  # fmt: skip
    if not all(each <= ROUNDING_OF_OTHERS for each in off):
        raise misc.PdfReadError("图像被裁切 the image is cut off")


def _drawn_by(form: generic.StreamObject) -> tuple[generic.StreamObject, _Matrix]:
    """The one thing that a form draws, and where; forms that are blank are nothing."""
    if not says(form, b"/Subtype/Form") or not says_only(form, OF_FORM):
        raise misc.PdfReadError(
            "不是以普通表单 XObject 显示 it is shown by something else than plain forms"
        )
    resources = entry(form, "/Resources", generic.DictionaryObject) or generic.DictionaryObject()
    objects = entry(resources, "/XObject", generic.DictionaryObject) or generic.DictionaryObject()
    drawn = [
        (resolve(objects.raw_get(name), generic.StreamObject), matrix)
        for name, matrix in _placed_in(form.data)
    ]
    found = [
        (stream, matrix)
        for stream, matrix in drawn
        if not says(stream, b"/Subtype/Form") or not is_blank(stream)
    ]
    if len(found) != 1 or len(objects) > MAX_DEPTH:
        raise _draws_more()
    return found[0]


def _placed_in(content: bytes) -> list[tuple[str, _Matrix]]:
    """What a content places, and where: matrices, states and names, as every reader takes them."""
    if len(content) > MAX_CONTENT_BYTES:
        raise _draws_more()
    placed: list[tuple[str, _Matrix]] = []
    matrix, states = _AS_IT_IS, list[_Matrix]()
    given: list[bytes] = []
    for word in filter(None, _SPACE.split(_COMMENT.sub(b" ", content).replace(b"/", b" /"))):
        match word:
            case b"q" if not given:
                states.append(matrix)
            case b"Q" if not given:
                matrix = states.pop()
            case b"cm" if all(map(_NUMBER.fullmatch, given)):
                matrix = _times(_right_angled(map(float, given)), matrix)
            case b"Do" if all(map(_NAME.fullmatch, given)):
                (name,) = given
                placed.append((name.decode(), matrix))
            case _ if _NUMBER.fullmatch(word) or _NAME.fullmatch(word):
                given.append(word)
                continue
            case _:
                raise _draws_more()
        given = []
    return placed


def _draws_more() -> misc.PdfReadError:
    return misc.PdfReadError("所绘不止一幅图像 more is drawn than an image")


def _box_of(form: generic.StreamObject) -> Rectangle:
    x1, y1, x2, y2 = _bounded(numbers_in(form["/BBox"]))
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _matrix_of(form: generic.StreamObject) -> _Matrix:
    given = form.get("/Matrix")
    return _right_angled(numbers_in(given)) if given else _AS_IT_IS


def _bounded(numbers: Iterable[float]) -> list[float]:
    """Numbers that every reader can hold."""
    found = list(numbers)
    if not all(abs(each) < _LARGEST for each in found):
        raise misc.PdfReadError("数值过大 a number is too large")
    return found


def _right_angled(numbers: Iterable[float]) -> _Matrix:
    """Six numbers as a matrix that turns by right angles only."""
    a, b, c, d, e, f = _bounded(numbers)
    if not (b == c == 0 or a == d == 0):
        raise misc.PdfReadError("图像斜置 the image is turned askew")
    return a, b, c, d, e, f


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def _bounds(box: Rectangle, matrix: _Matrix) -> Rectangle:
    """The rectangle that a box becomes, turned by right angles."""
    a, b, c, d, e, f = matrix
    across = [a * x + c * y + e for x, y in (box[:2], box[2:])]
    up = [b * x + d * y + f for x, y in (box[:2], box[2:])]
    return min(across), min(up), max(across), max(up)


def _is_image(found: generic.StreamObject, image: PictureStream) -> bool:
    is_plain = says_only(found, OF_IMAGE) and says(found, image.dictionary)
    return is_plain and found.data == image.content
