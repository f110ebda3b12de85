"""The empty form (空白证照) of a type: drawn once, read here, and filled in for every licence.

The form is a PDF/A-3b of one page as typst writes it, with stand-ins for what differs from licence
to licence: the image of the QR code, the attached file, identifier and times in the metadata. Here
they are found, and everything else is put in order to begin a file with, byte for byte.

Rules kept: a form in which something is not where it was expected is refused, not guessed at; no
value is known here, so that none can be left over from another licence.

Left to others: what is filled in to `filling`, drawing to `form_drawing`.

Source: ISO 32000-1, 7.3 to 7.5, 7.7, 7.11 (read second-hand).
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from eseal.errors import MalformedError
from eseal.pdf.objects import write_object, write_stream, write_text, write_time
from eseal.pdf.rendered import Rendered, open_rendered
from eseal.pdf.values import Array, Dictionary, IndirectObject, LiteralString, Name, Reference
from eseal.pdf.xmp import add_identifier
from licences.face_source import EMPTY
from licences.reasons import LicenceReason
from licences.setting import Slot

DRAWN_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for the time of issue in the metadata."""

ATTACHMENT: Final = b"{}"
"""Stands for the attached file."""

FONT_RESOURCE: Final = b"filled"
"""What the page calls the font of what is filled in."""


class Spelling(NamedTuple):
    """How what stands in reads in the document information and in the XMP."""

    in_info: bytes
    in_xmp: bytes


STANDS_FOR_IDENTIFIER: Final = Spelling(write_text(EMPTY).upper(), EMPTY.encode())
STANDS_FOR_TIME: Final = Spelling(write_time(DRAWN_AT), DRAWN_AT.isoformat().encode())


class StandIn(NamedTuple):
    """An object that differs from licence to licence: its number, and what is known of it."""

    number: int
    known: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class EmptyForm:
    """A form to be filled in, as the parts of a PDF file.

    Attributes:
        slots: where values stand.
        height: the sheet's height, in points.
        beginning: all objects that are the same on every licence, from the file's first byte on.
        offsets: where each of them stands in the file, by number.
        catalog: number of the catalog.
        size: the next free number. The first is the content's that is to show the values, the next
            ones are their font's.
        qr_code: the image of the QR code; its dictionary but for the length.
        attachment: the attached file; its dictionary but for length and parameters.
        info: the document information; as it stands.
        metadata: the XMP.
        file_id: the file's identifier, as the metadata have it.
    """

    slots: tuple[Slot, ...]
    height: float
    beginning: bytes
    offsets: Mapping[int, int]
    catalog: int
    size: int
    qr_code: StandIn
    attachment: StandIn
    info: StandIn
    metadata: StandIn
    file_id: bytes


def stand_in_pixels(size: int) -> bytes:
    """Give the pixels that stand for a QR code of `size` modules to a side."""
    return bytes((7 * place + 3) % 251 for place in range(size * size))


def read_form(pdf: bytes, slots: tuple[Slot, ...], *, qr_size: int) -> EmptyForm:
    """Read a form as drawn.

    Args:
        pdf: the empty form.
        slots: where values stand on it.
        qr_size: the modules of its QR code, to a side.

    Raises:
        RefusedError: PDF_NOT_OURS, it is not as typst writes it.
        MalformedError: BROKEN_PDF; TYPE_MALFORMED, something is not where it was expected.
    """
    drawn = _Drawn(open_rendered(pdf))
    qr_code = drawn.image(stand_in_pixels(qr_size))
    attachment = drawn.attachment()
    info, metadata = drawn.info(), drawn.metadata()
    height = drawn.open_page()
    beginning, offsets = drawn.joined(
        {each.number for each in (qr_code, attachment, info, metadata)}
    )
    return EmptyForm(
        slots=slots,
        height=height,
        beginning=beginning,
        offsets=offsets,
        catalog=drawn.catalog,
        size=drawn.size,
        qr_code=qr_code,
        attachment=attachment,
        info=info,
        metadata=metadata,
        file_id=drawn.file_id(),
    )


class _Drawn:
    """A form as drawn: its objects, and what becomes of them."""

    def __init__(self, file: Rendered) -> None:
        self._file = file
        self._trailer = file.section.entries
        self.catalog = file.catalog.reference.number
        (run,) = file.section.subsections
        self.size = run.count
        references = [Reference(number, 0) for number in range(1, run.count)]
        self._objects = {each.number: file.object(each) for each in references}
        self._offsets = {
            each.number: file.section.offset(file.data, each) or 0 for each in references
        }
        self._changed: dict[int, bytes] = {}

    def image(self, pixels: bytes) -> StandIn:
        """Find the image that has these pixels, the one of its kind."""
        found = [
            each
            for each in self._objects.values()
            if isinstance(each.body.value, Dictionary)
            and each.dictionary().value(b"Subtype") == Name(b"Image")
            and self._inflated(each) == pixels
        ]
        if len(found) != 1:
            raise _unexpected("`qr` 所置的一个二维码 one QR code, put there by `qr`,")
        return self._stand_in(found[0], b"Length", b"Filter")

    def attachment(self) -> StandIn:
        """Find the attached file."""
        names = self._file.catalog.entries.within(b"Names", b"EmbeddedFiles", b"Names")
        if not isinstance(names, Array) or len(names.items) != 2:
            raise _unexpected("一个附件 one attached file")
        specification = self._file.object(names.items[1].value).dictionary()
        found = self._file.object(specification.within(b"EF", b"F"))
        return self._stand_in(found, b"Length", b"Filter", b"Params")

    def info(self) -> StandIn:
        """Find the document information, with the identifier and both times in it."""
        found = self._file.object(self._trailer.value(b"Info"))
        said = self._file.source(found.body)
        if any(each.in_info not in said for each in (STANDS_FOR_IDENTIFIER, STANDS_FOR_TIME)):
            raise _unexpected("信息中的标识和时间 identifier and time in its information")
        return StandIn(found.reference.number, said)

    def metadata(self) -> StandIn:
        """Find the XMP, and let it say the identifier as `dc:identifier` too."""
        reference, xmp = self._file.metadata()
        if any(each.in_xmp not in xmp for each in (STANDS_FOR_IDENTIFIER, STANDS_FOR_TIME)):
            raise _unexpected("元数据中的标识和时间 identifier and time in its metadata")
        return StandIn(reference.number, add_identifier(xmp, EMPTY))

    def file_id(self) -> bytes:
        """Read the file's second identifier, which the XMP repeats."""
        identifiers = self._trailer.value(b"ID")
        found = identifiers.items[1].value if isinstance(identifiers, Array) else None
        if not isinstance(found, LiteralString):
            raise _unexpected("一个文件标识 a file identifier")
        return bytes(found)

    def open_page(self) -> float:
        """Let the page show one content more, in one font more; give its height in points."""
        page = self._file.page(0)
        entries = page.dictionary()
        content = self._file.object(entries.value(b"Contents"))
        box, pages = entries.value(b"MediaBox"), self._file.object(entries.value(b"Parent"))
        if not isinstance(box, Array) or pages.dictionary().value(b"Count") != 1:
            raise _unexpected("恰好一页 one page")
        # What the form's own content leaves behind must not touch what is filled in.
        kept = zlib.compress(b"q\n%b\nQ\n" % self._inflated(content), 9)
        self._change(content, write_stream(b"/Filter/FlateDecode", kept))
        contents = b"[%d 0 R %d 0 R]" % (content.reference.number, self.size)
        self._change(page, self._with(page, b"Contents", contents))
        resources = self._file.object(entries.value(b"Resources"))
        fonts = resources.dictionary().entries.get(b"Font")
        known = self._file.source(fonts)[2:-2] if fonts else b""
        named = b"<<%b/%b %d 0 R>>" % (known, FONT_RESOURCE, self.size + 1)
        self._change(resources, self._with(resources, b"Font", named))
        height = box.items[3].value
        return float(height) if isinstance(height, int | float) else 0.0

    def joined(self, left_out: set[int]) -> tuple[bytes, dict[int, int]]:
        """Write all objects but some, and say where each stands."""
        parts = [self._file.data[: min(self._offsets.values())]]
        position, offsets = len(parts[0]), {}
        for number, each in self._objects.items():
            if number not in left_out:
                body = self._changed.get(number, self._body(each))
                offsets[number] = position
                parts.append(write_object(each.reference, body))
                position += len(parts[-1])
        return b"".join(parts), offsets

    def _change(self, found: IndirectObject, body: bytes) -> None:
        self._changed[found.reference.number] = body

    def _body(self, found: IndirectObject) -> bytes:
        """Give all that stands between `obj` and `endobj`."""
        if found.stream is None:
            return self._file.source(found.body)
        start, end = found.stream
        entries = self._file.entries_but(found.dictionary(), b"Length")
        return write_stream(entries, self._file.data[start:end])

    def _with(self, found: IndirectObject, key: bytes, value: bytes) -> bytes:
        """Give a dictionary with another value for one key."""
        return b"<<%b/%b%b>>" % (self._file.entries_but(found.dictionary(), key), key, value)

    def _stand_in(self, found: IndirectObject, *keys: bytes) -> StandIn:
        entries = self._file.entries_but(found.dictionary(), *keys)
        return StandIn(found.reference.number, entries)

    def _inflated(self, found: IndirectObject) -> bytes:
        """Unpack a stream of the file that typst has just written."""
        start, end = found.stream or (0, 0)
        data = self._file.data[start:end]
        return zlib.decompress(data) if b"Filter" in found.dictionary().entries else data


def _unexpected(what: str) -> MalformedError:
    sentence = f"空白票面应有{what} is expected of the empty form"
    return MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
