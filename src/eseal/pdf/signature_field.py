"""The signature field: what an update changes in a rendered file, for a signature to stand in it.

    catalog     form, PAdES extension, what helps to validate the signature later (DSS, B-LT)
    page        one annotation more
    metadata    the identifier, unless they say it
    field       which is its own widget, with the mark if one is shown

Rules kept, all of ISO 19005-3:
    - the widget is printed and neither hidden nor invisible (6.3.2); without a mark its rectangle
      is empty and it needs no appearance (6.3.3); the form asks for no appearances (6.4.1);
    - metadata stays uncompressed; Info is not touched and so still agrees with it.

Left to others: the signature itself to `writer`, numbers and places of objects to `update`.
Source: ISO 32000-1, 12.5 and 12.7; ISO 19005-3 (read second-hand).
"""

from dataclasses import dataclass

from eseal.errors import RefusedError
from eseal.pdf.objects import write_stream, write_text
from eseal.pdf.plain import PlainObject
from eseal.pdf.update import Update
from eseal.pdf.validation_data import ValidationData
from eseal.pdf.values import Array, Reference
from eseal.pdf.xmp import add_identifier, says_identifier
from eseal.pictures.form import PictureForm
from eseal.reasons import Reason

_PRINT_AND_LOCKED = 4 + 128
_SIGNATURES_EXIST_APPEND_ONLY = 3
_EXTENSION = b"/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 1>>>>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Appearance:
    """A visible mark: a picture, and where its middle stands on a page.

    Attributes:
        form: the picture.
        x: how far its middle is from the left edge of the page, in points.
        y: how far its middle is from the upper edge, in points.
        page: number of the page, counted from 0.
        tooltip: what readers say of the field.
    """

    form: PictureForm
    x: float
    y: float
    page: int = 0
    tooltip: str | None = None


def add_field(
    update: Update,
    *,
    name: str,
    identifier: str | None,
    appearance: Appearance | None,
    validation: ValidationData | None,
) -> Reference:
    """Write everything but the signature itself, whose number comes last; returns that.

    Args:
        update: where to.
        name: of the field.
        identifier: what the metadata shall say, `None` leaves them alone.
        appearance: the visible mark, if there is one.
        validation: what the file carries to help to validate it later, if anything.

    Raises:
        RefusedError: PDF_NOT_OURS; SEAL_PLACE_REFUSED, the mark would not lie on the page.
        MalformedError: the file breaks the syntax.
    """
    base = update.base
    page = base.plain_page(appearance.page if appearance else 0)
    widget = update.new_reference()
    marks = [update.new_reference() for _ in appearance.form.bodies(0)] if appearance else []
    helping = [update.new_reference() for _ in validation.bodies] if validation else []
    signature = update.new_reference()
    store = validation.entry(helping) if validation else b""
    form = b"/AcroForm<</Fields[%b]/SigFlags %d>>" % (_ref(widget), _SIGNATURES_EXIST_APPEND_ONLY)
    update.write(base.catalog.reference, _extended(base.catalog, form + _EXTENSION + store))
    update.write(page.reference, _with_annotation(page, widget))
    if identifier is not None:
        _say_identifier(update, identifier)
    rectangle, shown = (0.0, 0.0, 0.0, 0.0), b""
    if appearance:
        rectangle, shown = _rectangle(page, appearance), _shown(appearance, marks[0])
    update.write(
        widget,
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T%b/F %d/Rect[%b]/P %b%b/V %b>>"
        % (
            write_text(name),
            _PRINT_AND_LOCKED,
            _numbers(rectangle),
            _ref(page.reference),
            shown,
            _ref(signature),
        ),
    )
    bodies = appearance.form.bodies(marks[0].number) if appearance else ()
    for reference, body in zip(marks, bodies, strict=True):
        update.write(reference, body)
    for reference, body in zip(helping, validation.bodies if validation else (), strict=True):
        update.write(reference, body)
    return signature


def _extended(found: PlainObject, entries: bytes) -> bytes:
    """A dictionary as it stands, with entries more."""
    return found.text[: -len(b">>")] + entries + b">>"


def _say_identifier(update: Update, identifier: str) -> None:
    """Write the metadata anew with an identifier, unless they say it."""
    reference, xmp = update.base.metadata()
    if not says_identifier(xmp, identifier):
        head = b"/Type/Metadata/Subtype/XML"
        update.write(reference, write_stream(head, add_identifier(xmp, identifier)))


def _shown(appearance: Appearance, mark: Reference) -> bytes:
    """What a widget says of its mark."""
    tooltip = b"/TU%b" % write_text(appearance.tooltip) if appearance.tooltip else b""
    return b"/AP<</N %b>>%b" % (_ref(mark), tooltip)


def _with_annotation(page: PlainObject, widget: Reference) -> bytes:
    """A page as it stands, with one annotation more, behind those that it has."""
    annotations = page.entries.entries.get(b"Annots")
    if annotations is None:
        return _extended(page, b"/Annots[%b]" % _ref(widget))
    if not isinstance(annotations.value, Array):
        raise RefusedError(
            Reason.PDF_NOT_OURS, "页面的注释不是普通数组 the page's annotations are no plain array"
        )
    place = annotations.end - len(b"]")
    return b"%b %b%b" % (
        page.source[page.body.start : place],
        _ref(widget),
        page.source[place : page.body.end],
    )


def _rectangle(page: PlainObject, appearance: Appearance) -> tuple[float, float, float, float]:
    """Where a mark stands in the page's own space, which begins at its lower left corner."""
    box = page.entries.value(b"MediaBox")
    corners = [item.value for item in box.items] if isinstance(box, Array) else []
    sizes = [each for each in corners if isinstance(each, int | float)]
    if len(sizes) != 4 or sizes[:2] != [0, 0] or b"Rotate" in page.entries.entries:
        raise RefusedError(
            Reason.PDF_NOT_OURS, "页面没有普通的页面框 the page has no plain media box"
        )
    width, height = appearance.form.width_pt, appearance.form.height_pt
    left, bottom = appearance.x - width / 2, sizes[3] - appearance.y - height / 2
    if left < 0 or bottom < 0 or left + width > sizes[2] or bottom + height > sizes[3]:
        raise RefusedError(
            Reason.SEAL_PLACE_REFUSED, "图形会超出页面 the mark would not lie on the page"
        )
    return (left, bottom, left + width, bottom + height)


def _ref(reference: Reference) -> bytes:
    return b"%d %d R" % reference


def _numbers(values: tuple[float, ...]) -> bytes:
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values).encode()
