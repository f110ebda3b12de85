"""Signs any PDF, through pyHanko: fields, forms and the document's own rules are its business.

The CMS is ours, from the same template as everywhere (PAdES baseline B-B, both suites); pyHanko
writes the incremental update around it, minds certification, field locks and seed values, and
reads the file strictly first. What it writes again keeps the bytes that it had (`dated`). It is not
PDF/A: for PDFs that we rendered there is `eseal.pdf.writer`, which is also much quicker.

The marks of a signature are the widgets of its one field: one, or one on each page for a seal over
the edges. pyHanko makes the field without a mark, so that no appearance of its own comes in.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import Signer as PyHankoSigner
from pyhanko.sign.signers.pdf_signer import (
    PdfSignatureMetadata,
    PdfSigner,
    PdfSigningSession,
    PdfTBSDocument,
)

from eseal.cms import CmsTemplate
from eseal.errors import RefusedError
from eseal.moments import check_time
from eseal.pdf.acting import what_acts
from eseal.pdf.dated import DatedWriter
from eseal.pdf.guarded import translated
from eseal.pdf.later import demand_alone
from eseal.pdf.mark import Mark, marks_digest
from eseal.pdf.pages import MAX_PAGES
from eseal.pdf.places import PageBox
from eseal.pdf.reader import OpenPdf
from eseal.pdf.structure import check_readable, range_text
from eseal.pictures.form import FORM_NAME, INK, INK_NAME, PictureForm, PictureStream
from eseal.reasons import Reason

_PRINT_AND_LOCKED = 4 + 128
_TURNED = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}

_name = generic.pdf_name


def unannounced(_digest: bytes) -> None:
    """Tell nobody."""


def open_foreign(pdf: bytes) -> OpenPdf:
    """Open any PDF.

    Raises:
        MalformedError: no PDF, or one that cannot be read strictly.
        RefusedError: ENCRYPTED_PDF; INPUT_TOO_LARGE.
    """
    check_readable(pdf)
    return OpenPdf(pdf)


def page_boxes(pdf: bytes) -> tuple[PageBox, ...]:
    """Say what is seen of each page, and how it is turned.

    Raises:
        MalformedError: no PDF, or one that cannot be read strictly.
        RefusedError: ENCRYPTED_PDF; INPUT_TOO_LARGE, it has more than 1000 pages.
    """
    return open_foreign(pdf).page_boxes(most=MAX_PAGES)


def sign_foreign_pdf(
    pdf: bytes,
    cms: CmsTemplate,
    *,
    at: datetime,
    field_name: str | None = None,
    reason: str | None = None,
    location: str | None = None,
    marks: Sequence[Mark] = (),
    tooltip: str | None = None,
    announce: Callable[[bytes], None] = unannounced,
    opened: OpenPdf | None = None,
) -> bytes:
    """Sign any PDF by an incremental update.

    Args:
        pdf: the file; it is the beginning of what is returned.
        cms: the signer's template.
        at: the claimed signing time, aware.
        field_name: name of the signature field, made if there is none; an empty one is filled. By
            default a new one.
        reason: why it is signed.
        location: where it is signed.
        marks: what the signature shows; nothing by default. A field that was there keeps its place
            and takes no marks.
        tooltip: what readers say of the field.
        announce: told the digest that is about to be signed; what it raises stops the signing.
        opened: the file, where it is open.

    Raises:
        MalformedError: no PDF, or one that cannot be read strictly.
        RefusedError: ENCRYPTED_PDF; INPUT_TOO_LARGE; SIGNING_FORBIDDEN, the document's own rules
            do not allow this signature, or the field has one; FORM_DRAWN_BY_READERS.
        ValueError: `at` has no time zone.
    """
    at = check_time(at, "the signing time")
    opened = opened or open_foreign(pdf)
    with translated(Reason.BROKEN_PDF, "document"):
        if found := what_acts(opened):
            raise RefusedError(Reason.FORM_DRAWN_BY_READERS, found)
        try:
            names = {name for name, _, _ in enumerate_sig_fields(opened.pyhanko)}
            if marks and field_name in names:
                sentence = "已有的签名域不可加印迹 a field that is there takes no marks"
                raise RefusedError(Reason.SIGNING_FORBIDDEN, sentence, at=field_name or "")
            metadata = PdfSignatureMetadata(
                field_name=field_name or _free_name(names),
                md_algorithm=cms.digest_algorithm.value,
                reason=reason,
                location=location,
                subfilter=SigSeedSubFilter.PADES,
            )
            document, writer = _prepared(opened, cms, metadata, at, marks, tooltip)
            _demand_alone(opened, writer)
            digested, output = document.digest_tbs_document()
        except SigningError as error:
            at_field = field_name or ""
            raise RefusedError(
                Reason.SIGNING_FORBIDDEN, f"不可签名 {error}", at=at_field
            ) from error
    announce(digested.document_digest)
    return _fill(digested, output, cms, at)


def _free_name(names: set[str]) -> str:
    return next(
        name for number in range(1, len(names) + 2) if (name := f"Signature{number}") not in names
    )


def _prepared(
    opened: OpenPdf,
    cms: CmsTemplate,
    metadata: PdfSignatureMetadata,
    at: datetime,
    marks: Sequence[Mark],
    tooltip: str | None,
) -> tuple[PdfTBSDocument, DatedWriter]:
    """Go through pyHanko's steps up to the signature."""
    signer = PdfSigner(
        metadata,
        PyHankoSigner(
            signing_cert=cms.signer.certificate,
            signature_mechanism=cms.signer.algorithm.signed_digest_algorithm,
        ),
    )
    said = (metadata.field_name, metadata.reason, metadata.location, tooltip, marks_digest(marks))
    signer_digest = cms.signer.certificate.sha256
    reader = opened.pyhanko
    writer = DatedWriter(reader.data, known=reader, at=at, signer=signer_digest, said=repr(said))
    session = signer.init_signing_session(writer)
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * cms.max_size)
    if marks:
        _show(writer, session, marks, tooltip)
    return document, writer


def _demand_alone(opened: OpenPdf, writer: DatedWriter) -> None:
    """See that nothing else becomes of the document by what is written again."""
    try:
        demand_alone(opened.history, (number for _, number in writer.objects))
    except SuspiciousModification as error:
        raise RefusedError(Reason.SIGNING_FORBIDDEN, str(error)) from error


def _fill(
    prepared: PreparedByteRangeDigest, output: IO[bytes], cms: CmsTemplate, at: datetime
) -> bytes:
    """Put a signature of ours into the hole."""
    digest, size = prepared.document_digest, output.seek(0, 2)
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    said = range_text((0, start, end, size - end))
    sealed = cms.seal_for(digest, at=at, range_text=said)
    prepared.fill_with_cms(output, cms.build(digest, sealed))
    output.seek(0)
    return bytes(output.read())


def _show(
    writer: IncrementalPdfFileWriter,
    session: PdfSigningSession,
    marks: Sequence[Mark],
    tooltip: str | None,
) -> None:
    """Give the field, which has an empty rectangle on some page, its marks."""
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
