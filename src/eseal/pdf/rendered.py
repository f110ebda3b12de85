"""What the writer has to know of a PDF that our renderer made, and of nothing else.

The renderer writes one revision with a classic cross-reference table, plain objects, metadata in
clear, no form and no encryption. Whatever is different is refused (PDF_NOT_OURS): such a file goes
to `eseal.pdf.foreign`.
"""

from dataclasses import dataclass

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.plain import PlainObject, find_plain
from eseal.pdf.sections import Section, find_object, read_last_section
from eseal.pdf.values import Array, Dictionary, IndirectObject, Placed, Reference, is_name
from eseal.reasons import Reason

_TREE_DEPTH = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A PDF as rendered, opened for signing.

    Attributes:
        data: the file.
        section: its one cross-reference section.
        catalog: the document catalog.
    """

    data: bytes
    section: Section
    catalog: PlainObject

    def _plain(self, value: object) -> PlainObject:
        return find_plain(self.data, (self.section,), value)

    def object(self, value: object) -> IndirectObject:
        """Read the object that a reference points to."""
        return find_object(self.data, (self.section,), value)

    def source(self, placed: Placed) -> bytes:
        """The bytes that a value stands on."""
        return self.data[placed.start : placed.end]

    def entries_but(self, entries: Dictionary, *keys: bytes) -> bytes:
        """The entries of a dictionary as they stand, but for some."""
        return b"".join(
            b"/%b %b" % (key, self.source(placed))
            for key, placed in entries.entries.items()
            if key not in keys
        )

    def page(self, number: int) -> IndirectObject:
        """Read page `number`, counted from 0, at its place in the file; raises as `plain_page`."""
        return self.object(self.plain_page(number).reference)

    def plain_page(self, number: int) -> PlainObject:
        """Read page `number`, counted from 0, by itself.

        Raises:
            RefusedError: PDF_NOT_OURS, there is no such page.
        """
        node = self._plain(self.catalog.entries.value(b"Pages"))
        for _ in range(_TREE_DEPTH):
            if is_name(node.entries.value(b"Type"), b"Page"):
                return node
            node, number = self._descend(node.entries, number)
        raise _foreign("页面树过深 the page tree is too deep")

    def _descend(self, entries: Dictionary, number: int) -> tuple[PlainObject, int]:
        """The child of a page tree node that page `number` lies below, and its number there."""
        kids = entries.value(b"Kids")
        for kid in kids.items if isinstance(kids, Array) else ():
            node = self._plain(kid.value)
            count = node.entries.value(b"Count")
            pages = count if isinstance(count, int) else 1
            if number < pages:
                return node, number
            number -= pages
        raise _foreign("没有此页 there is no such page")

    def metadata(self) -> tuple[Reference, bytes]:
        """Read the document's XMP metadata, and say which object it is.

        Raises:
            RefusedError: PDF_NOT_OURS, it is compressed, or no stream.
        """
        found = self.object(self.catalog.entries.value(b"Metadata"))
        if found.stream is None or b"Filter" in found.dictionary().entries:
            raise _foreign("元数据不是普通流 the metadata is no plain stream")
        start, end = found.stream
        return found.reference, self.data[start:end]


def open_rendered(data: bytes) -> Rendered:
    """Open a PDF as our renderer writes it.

    Raises:
        RefusedError: PDF_NOT_OURS, it is anything else.
    """
    try:
        section = read_last_section(data, len(data))
        check_trailer(section)
        catalog = find_plain(data, (section,), section.entries.value(b"Root"))
        _check_catalog(catalog.entries)
    except MalformedError as error:
        raise _foreign(f"{error.sentence} ({error.at})") from error
    return Rendered(data=data, section=section, catalog=catalog)


def check_trailer(section: Section) -> None:
    """See that a trailer is that of a rendered file: the first, not encrypted, with its /ID.

    Raises:
        RefusedError: PDF_NOT_OURS, it is not.
    """
    trailer = section.entries
    for key in (b"Prev", b"XRefStm", b"Encrypt"):
        if key in trailer.entries:
            raise _foreign(f"文件尾含 the trailer has /{key.decode()}")
    identifiers = trailer.value(b"ID")
    if not isinstance(identifiers, Array) or len(identifiers.items) != 2:
        raise _foreign("文件尾没有 /ID the trailer has no /ID")
    if not isinstance(trailer.value(b"Size"), int):
        raise _foreign("文件尾没有 /Size the trailer has no /Size")


def _check_catalog(catalog: Dictionary) -> None:
    for key in (b"AcroForm", b"Perms", b"Extensions", b"DSS"):
        if key in catalog.entries:
            raise _foreign(f"文件目录含 the catalog has /{key.decode()}")


def _foreign(sentence: str) -> RefusedError:
    return RefusedError(Reason.PDF_NOT_OURS, sentence)
