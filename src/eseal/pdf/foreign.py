"""Signs any PDF, through pyHanko: fields, forms and the document's own rules are its business.

The CMS is ours, from the same template as everywhere (PAdES baseline B-B, both suites); pyHanko
writes the incremental update around it, minds certification, field locks and seed values, and
reads the file strictly first. What it writes again keeps the bytes that it had (`dated`). It is not
PDF/A: for PDFs that we rendered there is `eseal.pdf.writer`, which is also much quicker.

The marks of a signature are the widgets of its one field (`widgets`): one, or one on each page for
a seal over the edges.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import IO

from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import Signer as PyHankoSigner
from pyhanko.sign.signers.pdf_signer import (
    PdfSignatureMetadata,
    PdfSigner,
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
from eseal.pdf.widgets import show_marks
from eseal.reasons import Reason


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
        show_marks(writer, session, marks, tooltip)
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
