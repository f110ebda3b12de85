"""Signs a PDF that our renderer made: one incremental update, and the file stays PDF/A-3b.

The update holds what a signature needs around it (`signature_field`), and last the signature.
Everything is laid out before anything is digested, so that the file is written once and digested
once, and the container is exactly as long as the CMS can get.

Rules kept: the digest is over the whole file but the signature itself (ISO 19005-3, 6.4.3); any
other file than our renderer's is refused.

Left to others: objects, their table and the trailer to `update`; what is known of a rendered file
to `rendered`; files of others to `foreign`.

Source: ISO 32000-1, 12.8; ISO 19005-3; ETSI EN 319 142-1, 6.3 (read second-hand).
"""

from dataclasses import dataclass
from datetime import datetime

from eseal.cms import CmsTemplate
from eseal.errors import MalformedError, RefusedError
from eseal.pdf.objects import write_text, write_time
from eseal.pdf.rendered import open_rendered
from eseal.pdf.signature_field import Appearance, add_field
from eseal.pdf.structure import range_text
from eseal.pdf.update import Update
from eseal.pdf.validation_data import ValidationData
from eseal.pdf.values import Reference
from eseal.reasons import Reason

FIELD_NAME = "Signature1"

_BYTE_RANGE_WIDTH = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedPdf:
    """A PDF that lacks its signature only.

    Attributes:
        message_digest: digest of all that the signature will cover, by the signer's algorithm.
        at: the time that the signature claims.
        before: the file up to the container of the signature.
        behind: the file behind it.
        size: the container's size, in bytes.
    """

    message_digest: bytes
    at: datetime
    before: bytes
    behind: bytes
    size: int

    @property
    def range_text(self) -> str:
        """The byte range as a seal repeats it."""
        start = len(self.before)
        end = start + 2 * self.size + 2
        return range_text((0, start, end, len(self.behind)))

    def signed_by(self, cms: CmsTemplate) -> bytes:
        """Sign it, with the template's seal if it has one.

        Raises:
            EvidenceError: the signer failed.
        """
        digest = self.message_digest
        sealed = cms.seal_for(digest, at=self.at, range_text=self.range_text)
        return self.complete(cms.build(digest, sealed))

    def complete(self, cms: bytes) -> bytes:
        """Put the signature in; `cms` is what the template builds for the digest.

        Raises:
            RefusedError: SIGNATURE_MALFORMED, it is longer than what was laid out for it.
        """
        if len(cms) > self.size:
            raise RefusedError(
                Reason.SIGNATURE_MALFORMED, f"签名长度不符 {len(cms)} bytes, not {self.size}"
            )
        contents = cms.hex().encode().ljust(2 * self.size, b"0")
        return b"".join((self.before, b"<", contents, b">", self.behind))


def sign_rendered_pdf(
    pdf: bytes,
    cms: CmsTemplate,
    *,
    at: datetime,
    identifier: str | None = None,
    field_name: str = FIELD_NAME,
    reason: str | None = None,
    location: str | None = None,
    appearance: Appearance | None = None,
    validation: ValidationData | None = None,
) -> bytes:
    """Sign a PDF that our renderer made; returns the signed file.

    Args:
        pdf: the file as rendered; it is the beginning of what is returned.
        cms: the signer's template.
        at: the claimed signing time, aware; written in UTC, to the second.
        identifier: goes into the metadata as `dc:identifier` unless it is there; `None` leaves
            them alone.
        field_name: name of the signature field.
        reason: why it is signed.
        location: where it is signed.
        appearance: the visible mark, none by default.
        validation: what the file carries to help to validate it later; nothing by default.

    Raises:
        RefusedError: PDF_NOT_OURS, the file is not as our renderer writes it.
        ValueError: `at` has no time zone.
    """
    prepared = prepare_rendered_pdf(
        pdf,
        cms,
        at=at,
        identifier=identifier,
        field_name=field_name,
        reason=reason,
        location=location,
        appearance=appearance,
        validation=validation,
    )
    return prepared.signed_by(cms)


def prepare_rendered_pdf(
    pdf: bytes,
    cms: CmsTemplate,
    *,
    at: datetime,
    identifier: str | None = None,
    field_name: str = FIELD_NAME,
    reason: str | None = None,
    location: str | None = None,
    appearance: Appearance | None = None,
    validation: ValidationData | None = None,
) -> PreparedPdf:
    """Do all of `sign_rendered_pdf` but the signature, so that its digest is known before."""
    if at.tzinfo is None:
        msg = "the signing time has no zone"
        raise ValueError(msg)
    try:
        update = Update(open_rendered(pdf))
        signature = add_field(
            update,
            name=field_name,
            identifier=identifier,
            appearance=appearance,
            validation=validation,
        )
        head = _signature_head(at, reason=reason, location=location)
        return _lay_out(update, signature, head, cms, at)
    except MalformedError as error:
        raise RefusedError(Reason.PDF_NOT_OURS, error.sentence, at=error.at) from error


def _lay_out(
    update: Update, signature: Reference, head: bytes, cms: CmsTemplate, at: datetime
) -> PreparedPdf:
    """Lay the rest of the file out and digest it; `head` is the signature up to /ByteRange."""
    head = update.begin_signature(signature, head)
    before = update.position + len(head) + _BYTE_RANGE_WIDTH + len(b"/Contents")
    behind = before + 2 * cms.max_size + 2
    end_of_object = b">>\nendobj\n"
    tail = b"%b%b%bstartxref\n%d\n%%%%EOF\n" % (
        end_of_object,
        update.table(),
        update.trailer(),
        behind + len(end_of_object),
    )
    byte_range = b"/ByteRange[0 %d %d %d]" % (before, behind, len(tail))
    head += byte_range.ljust(_BYTE_RANGE_WIDTH) + b"/Contents"
    covered = b"".join((update.base.data, *update.parts, head))
    return PreparedPdf(
        message_digest=cms.digest(covered, tail),
        at=at,
        before=covered,
        behind=tail,
        size=cms.max_size,
    )


def _signature_head(at: datetime, *, reason: str | None, location: str | None) -> bytes:
    """The signature dictionary up to its /ByteRange."""
    said = b"".join(
        b"/%b%b" % (key, write_text(value))
        for key, value in ((b"Reason", reason), (b"Location", location))
        if value is not None
    )
    return b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(%b)%b" % (
        write_time(at),
        said,
    )
