"""Signs a PDF that our renderer made: one incremental update, and the file stays PDF/A-3b.

The update holds new versions of the catalog (form, PAdES extension), of the page (annotation) and
of the metadata (identifier, unless they say it), then the signature field, which is its own widget,
the mark if one is shown, what helps to validate it later (DSS, B-LT) if that is wanted, and last
the signature. Everything is laid out before anything is
digested, so that the file is written once and digested once, and the container is exactly as long
as the CMS can get.

Rules kept, all of ISO 19005-3 unless said otherwise:
    - object numbers, `obj` and `endobj` stand as 6.1.9 wants them, the table as 6.1.4;
    - the trailer keeps the file's /ID and changes its second part (ISO 32000-1, 14.4);
    - the widget is printed and neither hidden nor invisible (6.3.2); without a mark its rectangle
      is empty and it needs no appearance (6.3.3); the form asks for no appearances (6.4.1);
    - the digest is over the whole file but the signature itself (6.4.3);
    - metadata stays uncompressed; Info is not touched and so still agrees with it.

Source: ISO 32000-1, 7.5.6, 12.7 and 12.8; ISO 19005-3; ETSI EN 319 142-1, 6.3 (read second-hand).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from eseal.cms import CmsTemplate
from eseal.errors import MalformedError, RefusedError
from eseal.pdf.objects import write_object, write_stream, write_text, write_time
from eseal.pdf.plain import PlainObject
from eseal.pdf.rendered import Rendered, open_rendered
from eseal.pdf.structure import range_text
from eseal.pdf.validation_data import ValidationData
from eseal.pdf.values import Array, Reference
from eseal.pdf.xmp import add_identifier, says_identifier
from eseal.pictures.form import PictureForm
from eseal.reasons import Reason

FIELD_NAME = "Signature1"

_PRINT_AND_LOCKED = 4 + 128
_SIGNATURES_EXIST_APPEND_ONLY = 3
_EXTENSION = b"/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 1>>>>"
_BYTE_RANGE_WIDTH = 40


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
            raise RefusedError(Reason.SIGNATURE_MALFORMED, f"{len(cms)} bytes, not {self.size}")
        contents = cms.hex().encode().ljust(2 * self.size, b"0")
        return b"".join((self.before, b"<", contents, b">", self.behind))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claims:
    """What a signature says beside its CMS."""

    at: datetime
    field_name: str
    identifier: str | None
    reason: str | None
    location: str | None


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
    claims = _Claims(
        at=at, field_name=field_name, identifier=identifier, reason=reason, location=location
    )
    try:
        base = open_rendered(pdf)
        update = _Update(base)
        _add_field(update, claims, appearance, validation)
        return _lay_out(base, update, claims, cms)
    except MalformedError as error:
        raise RefusedError(Reason.PDF_NOT_OURS, error.sentence, at=error.at) from error


class _Update:
    """The objects of the update in the order of writing, numbered and placed."""

    def __init__(self, base: Rendered) -> None:
        size = base.section.entries.value(b"Size")
        self.next_number = size if isinstance(size, int) else 0
        self.base = base
        self.parts: list[bytes] = [b"" if base.data.endswith(b"\n") else b"\n"]
        self.position = len(base.data) + len(self.parts[0])
        self.offsets: dict[Reference, int] = {}

    def new_reference(self) -> Reference:
        self.next_number += 1
        return Reference(self.next_number - 1, 0)

    def write(self, reference: Reference, body: bytes) -> None:
        """Write an object; its body says everything between `obj` and `endobj`."""
        self.offsets[reference] = self.position
        part = write_object(reference, body)
        self.parts.append(part)
        self.position += len(part)

    def begin_signature(self, reference: Reference, head: bytes) -> bytes:
        """Place the signature's object; returns its bytes up to the /Contents."""
        self.offsets[reference] = self.position
        return b"%d %d obj\n%b" % (*reference, head)

    def table(self) -> bytes:
        """The cross-reference table: runs of consecutive numbers."""
        lines, last = [b"xref\n"], Reference(-2, 0)
        ordered = sorted(self.offsets)
        for index, reference in enumerate(ordered):
            if reference.number != last.number + 1:
                count = _run_length(ordered[index:])
                lines.append(b"%d %d\n" % (reference.number, count))
            lines.append(b"%010d %05d n\r\n" % (self.offsets[reference], reference.generation))
            last = reference
        return b"".join(lines)

    def trailer(self) -> bytes:
        """The trailer: what the file's own says, with a new size and a new second identifier."""
        entries = self.base.section.entries
        kept = self.base.entries_but(entries, b"Size", b"ID")
        identifiers = entries.value(b"ID")
        first = self.base.source(identifiers.items[0]) if isinstance(identifiers, Array) else b""
        second = hashlib.sha256(first + b"".join(self.parts)).digest()[:16].hex().encode()
        return b"trailer\n<</Size %d%b/ID[%b<%b>]/Prev %d>>\n" % (
            self.next_number,
            kept,
            first,
            second,
            self.base.section.start,
        )


def _run_length(references: list[Reference]) -> int:
    count = 1
    while count < len(references) and references[count].number == references[0].number + count:
        count += 1
    return count


def _add_field(
    update: _Update,
    claims: _Claims,
    appearance: Appearance | None,
    validation: ValidationData | None,
) -> None:
    """Write everything but the signature itself, whose number comes last."""
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
    if claims.identifier is not None:
        reference, xmp = base.metadata()
        if not says_identifier(xmp, claims.identifier):
            head = b"/Type/Metadata/Subtype/XML"
            update.write(reference, write_stream(head, add_identifier(xmp, claims.identifier)))
    rectangle, shown = (0.0, 0.0, 0.0, 0.0), b""
    if appearance:
        rectangle = _rectangle(page, appearance)
        shown = b"/AP<</N %b>>" % _ref(marks[0])
        if appearance.tooltip:
            shown += b"/TU%b" % write_text(appearance.tooltip)
    update.write(
        widget,
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T%b/F %d/Rect[%b]/P %b%b/V %b>>"
        % (
            write_text(claims.field_name),
            _PRINT_AND_LOCKED,
            _numbers(rectangle),
            _ref(page.reference),
            shown,
            _ref(signature),
        ),
    )
    if appearance:
        bodies = appearance.form.bodies(marks[0].number)
        for reference, body in zip(marks, bodies, strict=True):
            update.write(reference, body)
    for reference, body in zip(helping, validation.bodies if validation else (), strict=True):
        update.write(reference, body)


def _lay_out(base: Rendered, update: _Update, claims: _Claims, cms: CmsTemplate) -> PreparedPdf:
    """Lay the rest of the file out and digest it."""
    signature = Reference(update.next_number - 1, 0)
    head = update.begin_signature(signature, _signature_head(claims))
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
    covered = b"".join((base.data, *update.parts, head))
    return PreparedPdf(
        message_digest=cms.digest(covered, tail),
        at=claims.at,
        before=covered,
        behind=tail,
        size=cms.max_size,
    )


def _signature_head(claims: _Claims) -> bytes:
    """The signature dictionary up to its /ByteRange."""
    time = write_time(claims.at)
    said = b"".join(
        b"/%b%b" % (key, write_text(value))
        for key, value in ((b"Reason", claims.reason), (b"Location", claims.location))
        if value is not None
    )
    return b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(%b)%b" % (time, said)


def _extended(found: PlainObject, entries: bytes) -> bytes:
    """A dictionary as it stands, with entries more."""
    return found.text[: -len(b">>")] + entries + b">>"


def _with_annotation(page: PlainObject, widget: Reference) -> bytes:
    """A page as it stands, with one annotation more, behind those that it has."""
    annotations = page.entries.entries.get(b"Annots")
    if annotations is None:
        return _extended(page, b"/Annots[%b]" % _ref(widget))
    if not isinstance(annotations.value, Array):
        raise RefusedError(Reason.PDF_NOT_OURS, "the page's annotations are no plain array")
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
        raise RefusedError(Reason.PDF_NOT_OURS, "the page has no plain media box")
    width, height = appearance.form.width_pt, appearance.form.height_pt
    left, bottom = appearance.x - width / 2, sizes[3] - appearance.y - height / 2
    if left < 0 or bottom < 0 or left + width > sizes[2] or bottom + height > sizes[3]:
        raise RefusedError(Reason.SEAL_PLACE_REFUSED, "the mark would not lie on the page")
    return (left, bottom, left + width, bottom + height)


def _ref(reference: Reference) -> bytes:
    return b"%d %d R" % reference


def _numbers(values: tuple[float, ...]) -> bytes:
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values).encode()
