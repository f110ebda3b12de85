"""What a signature shows on the pages, compared with the picture of its seal.

A mark is an annotation of the signature's field, unless it is a widget with an empty rectangle, no
border or colours, and nothing to draw: of a rectangle without an appearance, and of annotations of
other kinds, readers make one themselves, and they do not agree on what an empty rectangle hides.
Hidden ones count, for flags can be changed by what acts, and printers pass over some. The marks of
a seal are the forms that `eseal.pictures.form` makes of its picture: the whole one, or
its parts over the edges of pages. They are compared by what they hold, object by object, and
nothing may stand in them that is not expected there: what is shown is then the picture, dot by dot.

Other products show a seal in their own way: an image with the samples of the picture, drawn alone
and once, in the picture's size, is as good; what cannot be compared is undetermined, never passed.

Left to others: images to `images`, where marks stand to `likeness`.
Source: ISO 32000-1, 8.10 and 12.5.5 (read second-hand).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pyhanko.pdf_utils import generic, misc

from eseal.errors import EvidenceError, RefusedError
from eseal.pdf.fields import FIELD_KEYS, widgets_below
from eseal.pdf.guarded import entry, resolve, translated
from eseal.pdf.images import (
    OF_FORM,
    OF_IMAGE,
    ROUNDING_OF_OTHERS,
    are_images,
    image_filling,
    is_blank,
    numbers_in,
    says,
    says_only,
)
from eseal.pdf.places import Rectangle, run_of
from eseal.pdf.reader import OpenPdf
from eseal.pictures.form import (
    FORM_NAME,
    INK,
    INK_NAME,
    PictureForm,
    Slice,
    form_of,
)
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.reasons import Reason
from eseal.report import Finding, failed, passed, undetermined
from eseal.seals.checks import SealCheck
from eseal.seals.model import SealPicture as CarriedPicture

MAX_MARKS: Final = 1000

_HIDDEN: Final = 1 + 2 + 32 + 256
"""ISO 32000-1, 12.5.3: invisible, hidden, no view, toggled: something else is seen in its place."""

_ROUNDING: Final = 0.05
"""Points by which a rectangle may differ from the picture's size."""

_ANNOTATION: Final = frozenset({"/Rect", "/AP"})
"""What a field has that is an annotation, too."""

_DRESS: Final = frozenset({"/MK", "/BS", "/Border"})
"""Colours and borders: readers draw them where there is no appearance."""


class MarkCheck(StrEnum):
    """The check on marks that no seal proves."""

    MARKS = "marks"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownMark:
    """A mark.

    Attributes:
        reference: of its widget.
        rectangle: in the page's own space.
        appearance: what is shown, if that is one stream.
    """

    reference: generic.Dereferenceable | None
    rectangle: Rectangle
    appearance: generic.StreamObject | None

    @property
    def width(self) -> float:
        """How wide it is, in points."""
        return self.rectangle[2] - self.rectangle[0]

    @property
    def height(self) -> float:
        """How high it is, in points."""
        return self.rectangle[3] - self.rectangle[1]


def shown_marks(opened: OpenPdf, number: int) -> tuple[ShownMark, ...]:
    """List what the signature of field `number` shows, in the order of its widgets.

    Raises:
        MalformedError: SIGNATURE_MALFORMED, its widgets cannot be read.
    """
    name, field = opened.field(number)
    with translated(Reason.SIGNATURE_MALFORMED, name):
        dictionary = resolve(field, generic.DictionaryObject)
        widgets = [dictionary, *widgets_below(dictionary)]
        if len(widgets) > MAX_MARKS + 1:
            raise misc.PdfReadError(f"签名域的控件过多 {len(widgets)} widgets")
        found = (_mark(widget) for widget in widgets)
        return tuple(mark for mark in found if mark is not None)


def compare_marks(
    opened: OpenPdf, number: int, picture: CarriedPicture, *, is_ours: bool
) -> Finding:
    """Say whether what the signature of field `number` shows is the picture of its seal.

    Args:
        opened: the file.
        number: of the signature field.
        picture: as the seal carries it.
        is_ours: whether it has to be shown as we show it; else an image with its samples will do.
    """
    try:
        marks = shown_marks(opened, number)
        if not marks:
            return passed(SealCheck.PICTURE, "没有显示印迹 nothing is shown")
        shown = picture_of(picture)
        with translated(Reason.SIGNATURE_MALFORMED, "appearance"):
            if _are_forms(marks, shown):
                return passed(SealCheck.PICTURE, on_pages(len(marks)))
            if not is_ours:
                return _compare_images(marks, shown)
    except EvidenceError as error:
        return undetermined(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, error.told)
    return failed(SealCheck.PICTURE, Reason.SEAL_PICTURE_MISMATCH)


def on_pages(count: int) -> str:
    """Say in how many places of the pages seals are shown."""
    return f"页面上 {count} 处 on the pages"


def picture_of(picture: CarriedPicture) -> SealPicture:
    """Take a seal's picture as one that we can show.

    Raises:
        RefusedError: SEAL_PICTURE_REFUSED, it is of another format or size.
    """
    try:
        kind = PictureKind(picture.kind.upper())
    except ValueError as error:
        raise _refused(f"图片格式为 its format is {picture.kind}") from error
    return SealPicture(kind=kind, data=picture.data, width=picture.width, height=picture.height)


def _refused(sentence: str) -> RefusedError:
    return RefusedError(Reason.SEAL_PICTURE_REFUSED, sentence, at="picture")


def _mark(widget: generic.DictionaryObject) -> ShownMark | None:
    """The mark of a widget; `None` if it has nothing to show, or is a field and no widget.

    An empty rectangle alone hides nothing: pdfium draws a form without a box all the same.
    """
    is_widget = "/Subtype" not in widget or says(widget, b"/Subtype/Widget")
    dressed = not _DRESS.isdisjoint(widget)
    if is_widget and not dressed and _ANNOTATION.isdisjoint(widget):
        return None
    appearances = entry(widget, "/AP", generic.DictionaryObject)
    x1, y1, x2, y2 = numbers_in(widget["/Rect"])
    is_empty = x1 == x2 or y1 == y2
    if is_empty and is_widget and not dressed and _draws_nothing(appearances):
        return None
    (flags,) = numbers_in([widget.get("/F", generic.NumberObject(0))])
    is_hidden = int(flags) & _HIDDEN
    is_plain = set(appearances or ()) == {"/N"} and set(widget) <= FIELD_KEYS and not is_hidden
    normal = appearances["/N"] if appearances and is_plain and is_widget else None
    stream = normal if isinstance(normal, generic.StreamObject) else None
    return ShownMark(
        reference=widget.container_ref,
        rectangle=(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)),
        appearance=stream,
    )


def _draws_nothing(appearances: generic.DictionaryObject | None) -> bool:
    """Is all that would be shown one form without content, as of signatures that show nothing?"""
    shown = [appearances[key] for key in appearances or ()] if appearances else []
    return all(isinstance(each, generic.StreamObject) and is_blank(each) for each in shown)


def _are_forms(marks: Sequence[ShownMark], picture: SealPicture) -> bool:
    """Are these exactly the forms of the picture, in their order?"""
    if len(marks) == 1:
        return _is_form(marks[0], form_of(picture))
    for number, mark in enumerate(marks):
        index, count = run_of(number, len(marks))
        if not _is_form(mark, form_of(picture, part=Slice(index=index, count=count))):
            return False
    return True


def _is_form(mark: ShownMark, form: PictureForm) -> bool:
    appearance = mark.appearance
    if appearance is None:
        return False
    turned = _is_turned(appearance)
    size = (form.height_pt, form.width_pt) if turned else (form.width_pt, form.height_pt)
    if max(abs(mark.width - size[0]), abs(mark.height - size[1])) > _ROUNDING:
        return False
    return _shows(appearance, form)


def _is_turned(appearance: generic.StreamObject) -> bool:
    """Is the form turned by a right angle, for a page that is turned the other way?"""
    return numbers_in(appearance.get("/Matrix", ())) in ([0, 1, -1, 0, 0, 0], [0, -1, 1, 0, 0, 0])


def _shows(found: generic.StreamObject, form: PictureForm) -> bool:
    """Does a form in the file hold what the form of the picture holds?"""
    box = numbers_in(found["/BBox"])
    expected = (0.0, 0.0, form.width_pt, form.height_pt)
    same_box = len(box) == 4 and all(
        abs(one - other) < _ROUNDING for one, other in zip(box, expected, strict=True)
    )
    matrix = numbers_in(found.get("/Matrix", ()))
    upright = matrix in ([], [1, 0, 0, 1, 0, 0], [-1, 0, 0, -1, 0, 0]) or _is_turned(found)
    is_form = says(found, b"/Subtype/Form") and says_only(found, OF_FORM)
    if not is_form or not same_box or not upright or found.data != form.content:
        return False
    drawn = _drawn_with(found, inked=form.inked)
    if drawn is None:
        return False
    if form.whole is not None:
        return len(drawn) == 1 and "/Matrix" not in drawn[0] and _shows(drawn[0], form.whole)
    return are_images(drawn, form.images)


def _drawn_with(found: generic.StreamObject, *, inked: bool) -> list[generic.StreamObject] | None:
    """The XObjects of a form's resources; `None` if there are others than the form should have."""
    resources = entry(found, "/Resources", generic.DictionaryObject) or generic.DictionaryObject()
    states = entry(resources, "/ExtGState", generic.DictionaryObject)
    objects = entry(resources, "/XObject", generic.DictionaryObject) or generic.DictionaryObject()
    if not set(resources) <= {"/XObject", "/ExtGState"} or (states is not None) is not inked:
        return None
    if states is not None and (set(states) != {INK_NAME.decode()} or not _is_ink(states)):
        return None
    if not set(objects) <= {FORM_NAME.decode()}:
        return None
    return [resolve(objects.raw_get(name), generic.StreamObject) for name in objects]


def _is_ink(states: generic.DictionaryObject) -> bool:
    """Is the one state there that in which we draw?"""
    state = resolve(states.raw_get(INK_NAME.decode()), generic.DictionaryObject)
    return set(state) == {"/Type", "/BM"} and says(state, INK.strip(b"<>"))


def _compare_images(marks: Sequence[ShownMark], picture: SealPicture) -> Finding:
    """Compare the one image of a foreign appearance with the samples of the picture."""
    form = form_of(picture)
    if len(marks) != 1 or not form.images:
        return _not_compared(
            "所显示格式与印章图片不同，未比对 it is shown in another form than the picture has"
        )
    (mark,) = marks
    off = max(abs(mark.width - form.width_pt), abs(mark.height - form.height_pt))
    if off > ROUNDING_OF_OTHERS:
        return _not_compared(
            "所显示尺寸与印章图片不同，未比对 it is shown in another size than the picture has"
        )
    image = image_filling(mark.rectangle, mark.appearance)
    if are_images([image], form.images):
        return passed(
            SealCheck.PICTURE, "图像与印章图片的像素相同 an image with the samples of the picture"
        )
    if len(image.data) == len(form.images[0].content) and says_only(image, OF_IMAGE):
        return failed(
            SealCheck.PICTURE,
            Reason.SEAL_PICTURE_MISMATCH,
            "图像与印章图片的像素不同 the samples are others",
        )
    return _not_compared(
        "图像的编码与印章图片不同，未比对 the image is coded otherwise than the picture"
    )


def _not_compared(detail: str) -> Finding:
    return undetermined(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, detail)
