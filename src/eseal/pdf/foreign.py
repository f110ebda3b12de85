"""Signs any PDF, through pyHanko: fields, forms and the document's own rules are its business.

The CMS is ours, from the same template as everywhere (PAdES baseline B-B, both suites); pyHanko
writes the incremental update around it, minds certification, field locks and seed values, and
reads the file strictly first. What it writes is not PDF/A: for PDFs that we rendered there is
`eseal.pdf.writer`, which is also much quicker.
"""

from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer as PyHankoSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from eseal.cms import CmsTemplate
from eseal.errors import RefusedError
from eseal.pdf.reader import OpenPdf, translated
from eseal.pdf.structure import check_readable
from eseal.pdf.writer import FIELD_NAME
from eseal.reasons import Reason


def sign_foreign_pdf(
    pdf: bytes,
    cms: CmsTemplate,
    *,
    at: datetime,
    field_name: str = FIELD_NAME,
    reason: str | None = None,
    location: str | None = None,
) -> bytes:
    """Sign any PDF by an incremental update; the signature is invisible.

    Args:
        pdf: the file; it is the beginning of what is returned.
        cms: the signer's template.
        at: the claimed signing time, aware.
        field_name: name of the signature field, made if there is none; an empty one is filled.
        reason: why it is signed.
        location: where it is signed.

    Raises:
        MalformedError: no PDF, or one that cannot be read strictly.
        RefusedError: ENCRYPTED_PDF; INPUT_TOO_LARGE; SIGNING_FORBIDDEN, the document's own rules
            do not allow this signature, or the field has one.
        ValueError: `at` has no time zone.
    """
    if at.tzinfo is None:
        msg = "the signing time has no zone"
        raise ValueError(msg)
    check_readable(pdf)
    OpenPdf(pdf)
    metadata = PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm=cms.digest_algorithm.value,
        reason=reason,
        location=location,
        subfilter=SigSeedSubFilter.PADES,
    )
    with translated(Reason.BROKEN_PDF, "document"):
        try:
            return _sign(pdf, cms, metadata, at)
        except SigningError as error:
            raise RefusedError(Reason.SIGNING_FORBIDDEN, str(error), at=field_name) from error


def _sign(pdf: bytes, cms: CmsTemplate, metadata: PdfSignatureMetadata, at: datetime) -> bytes:
    """Go through pyHanko's steps, with a CMS of ours put in at the end."""
    signer = PdfSigner(
        metadata,
        PyHankoSigner(
            signing_cert=cms.signer.certificate,
            signature_mechanism=cms.signer.algorithm.signed_digest_algorithm,
        ),
    )
    session = signer.init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf), strict=True))
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * cms.max_size)
    prepared, output = document.digest_tbs_document()
    prepared.fill_with_cms(output, cms.build(prepared.document_digest))
    output.seek(0)
    return bytes(output.read())
