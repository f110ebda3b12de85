"""The incremental update of a file that our renderer made: new objects, their table, the trailer.

Rules kept, all of ISO 19005-3 unless said otherwise:
    - object numbers, `obj` and `endobj` stand as 6.1.9 wants them, the table as 6.1.4;
    - the trailer keeps the file's /ID and changes its second part (ISO 32000-1, 14.4);
    - the file itself stands before it, byte for byte.

Left to others: what the objects say, to `signature_field` and `writer`.
Source: ISO 32000-1, 7.5.4 to 7.5.6; ISO 19005-3 (read second-hand).
"""

import hashlib

from eseal.pdf.objects import write_object
from eseal.pdf.rendered import Rendered
from eseal.pdf.values import Array, Reference


class Update:
    """The objects of an update in the order of writing, numbered and placed.

    Attributes:
        base: the file that is updated.
        parts: the bytes of the update so far.
        position: where in the file the next object will stand.
        next_number: the number of the next new object.
        offsets: where each object stands.
    """

    def __init__(self, base: Rendered) -> None:
        size = base.section.entries.value(b"Size")
        self.next_number = size if isinstance(size, int) else 0
        self.base = base
        self.parts: list[bytes] = [b"" if base.data.endswith(b"\n") else b"\n"]
        self.position = len(base.data) + len(self.parts[0])
        self.offsets: dict[Reference, int] = {}

    def new_reference(self) -> Reference:
        """Give the next new object its number."""
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
