"""The widgets of a signature's field in any PDF: one mark, or one on each page, written by pyHanko.

pyHanko makes the field without a mark, on some page, so that no appearance of its own comes in;
what the marks show is written here, turned as each page is turned.
"""

from collections.abc import Sequence
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from eseal.pdf.mark import Mark
from eseal.pictures.form import FORM_NAME, INK, INK_NAME, PictureForm, PictureStream

_PRINT_AND_LOCKED = 4 + 128
_TURNED = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}

_name = generic.pdf_name


def show_marks(
    writer: IncrementalPdfFileWriter,
    session: PdfSigningSession,
    marks: Sequence[Mark],
    tooltip: str | None,
) -> None:
    """Give the field of a session, which has an empty rectangle on some page, its marks.

    Args:
        writer: writes the update.
        session: whose field it is.
        marks: at least one; of several each is on a page of its own.
        tooltip: what readers say of the field.
    """
    field = session.sig_field
    reference = next(  # pyHanko puts a new field at the end of the form
        each for each in reversed(writer.root["/AcroForm"]["/Fields"]) if each.get_object() is field
    )
    forms = _Forms(writer)
    if tooltip:
        field[_name("/TU")] = generic.pdf_string(tooltip)
    if len(marks) == 1:
        (mark,) = marks
        page = _page(writer, mark.place.page)
        if page.reference != field.raw_get("/P").reference:
            _take_off(writer, field, reference)
            writer.register_annotation(page, reference)
        field.update(_widget(forms, mark, page))
        return
    _take_off(writer, field, reference)
    for key in ("/Type", "/Subtype", "/Rect", "/P", "/F", "/AP"):
        field.pop(_name(key), None)
    kids = generic.ArrayObject()
    for mark in marks:
        page = _page(writer, mark.place.page)
        widget = _widget(forms, mark, page)
        widget[_name("/Parent")] = reference
        widget[_name("/V")] = field.raw_get("/V")  # poppler does not look it up in the field
        kid = writer.add_object(widget)
        writer.register_annotation(page, kid)
        kids.append(kid)
    field[_name("/Kids")] = kids


def _widget(forms: "_Forms", mark: Mark, page: generic.IndirectObject) -> generic.DictionaryObject:
    appearance = generic.DictionaryObject({_name("/N"): forms.shown(mark)})
    return generic.DictionaryObject(
        {
            _name("/Type"): _name("/Annot"),
            _name("/Subtype"): _name("/Widget"),
            _name("/F"): generic.NumberObject(_PRINT_AND_LOCKED),
            _name("/Rect"): _numbers(mark.place.rectangle),
            _name("/P"): page,
            _name("/AP"): appearance,
        }
    )


class _Forms:
    """Writes the forms of marks; what several share is written once."""

    def __init__(self, writer: IncrementalPdfFileWriter) -> None:
        self._writer = writer
        self._written: dict[int, generic.IndirectObject] = {}

    def shown(self, mark: Mark) -> generic.IndirectObject:
        """Write the form of a mark, turned as its page is turned."""
        form = self._object(mark.form)
        if mark.place.rotate:
            matrix = (*_TURNED[mark.place.rotate], 0, 0)
            form[_name("/Matrix")] = generic.ArrayObject(map(generic.NumberObject, matrix))
        return self._writer.add_object(form)

    def _object(self, form: PictureForm) -> generic.StreamObject:
        written = _stream(form.stream)
        resources = generic.DictionaryObject()
        if form.inked:
            ink = generic.DictionaryObject({_name(INK_NAME.decode()): _dictionary(INK)})
            resources[_name("/ExtGState")] = ink
        drawn = self._below(form)
        if drawn is not None:
            named = generic.DictionaryObject({_name(FORM_NAME.decode()): drawn})
            resources[_name("/XObject")] = named
        written[_name("/Resources")] = resources
        return written

    def _below(self, form: PictureForm) -> generic.IndirectObject | None:
        """What a form draws: the whole that it is a part of, or an image."""
        key = id(form.whole or form.images)
        if key in self._written:
            return self._written[key]
        if form.whole is not None:
            below = self._object(form.whole)
        elif form.images:
            image, mask = map(_stream, form.images)
            image[_name("/SMask")] = self._writer.add_object(mask)
            below = image
        else:
            return None
        self._written[key] = self._writer.add_object(below)
        return self._written[key]


def _stream(stream: PictureStream) -> generic.StreamObject:
    """Take a stream over, packed as it is."""
    entries = _dictionary(b"<<%b/Filter/FlateDecode>>" % stream.dictionary)
    return generic.StreamObject(dict_data=entries, encoded_data=stream.packed)


def _dictionary(written: bytes) -> generic.DictionaryObject:
    source, nowhere = BytesIO(written), generic.Reference(0, 0)
    found: generic.DictionaryObject = generic.DictionaryObject.read_from_stream(source, nowhere)
    return found


def _page(writer: IncrementalPdfFileWriter, number: int) -> generic.IndirectObject:
    reference: generic.IndirectObject = writer.find_page_for_modification(number)[0]
    return reference


def _take_off(
    writer: IncrementalPdfFileWriter,
    field: generic.DictionaryObject,
    reference: generic.IndirectObject,
) -> None:
    """Take the field off the page where pyHanko put it."""
    page = field["/P"]
    annotations = page["/Annots"]
    annotations[:] = [each for each in annotations if each.reference != reference.reference]
    writer.update_container(annotations)


def _numbers(values: Sequence[float]) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(f"{value:.3f}") for value in values])
