"""Second signatures whose revision is laid out otherwise than pyHanko does it.

A file that was signed twice is taken apart, put together with something changed, and the second
signer signs it as it is then.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eseal.pdf.objects import write_object, write_stream
from eseal.pdf.sections import last_start
from eseal.pdf.values import Reference
from tests.vectors.sealed_pdf import SealedForge, sign_with

_ENTRY = re.compile(rb"(\d{10}) (\d{5}) n")
_RUN = re.compile(rb"(\d+) (\d+) ?\r?\n")
_BYTE_RANGE = re.compile(rb"/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) *\] *")


@dataclass(frozen=True, kw_only=True)
class Second:
    """A second revision, to be laid out.

    Attributes:
        first: the file before it.
        objects: its objects.
        entries: where each begins, or for one in an object stream that stream's number.
        packed: the numbers of those in object streams.
        trailer: what its trailer says, without brackets.
        stream: number of the stream that is its section, 0 for a table.
        lists_itself: whether the stream does so.
        rows: kind of its rows, where they are packed as such: 0, as they were.
        before: what stands before the section.
        behind: what stands behind it.
    """

    first: bytes
    objects: bytes
    entries: Mapping[int, int]
    trailer: bytes
    packed: frozenset[int] = field(default_factory=frozenset)
    stream: int = 0
    lists_itself: bool = True
    rows: int | None = None
    before: bytes = b""
    behind: bytes = b""

    def with_object(self, number: int, written: bytes) -> "Second":
        """The same with an object more."""
        at = len(self.first) + len(self.objects)
        entries = {**self.entries, number: at}
        return replace(self, objects=self.objects + written, entries=entries)

    def with_packed(
        self, number: int, content: bytes, holds: tuple[int, ...], said: bytes
    ) -> "Second":
        """The same with an object stream more, which holds objects that the section lists in it."""
        head = b"/Type/ObjStm" + said
        written = write_object(Reference(number, 0), write_stream(head, content))
        found = self.with_object(number, written)
        return replace(
            found,
            entries={**found.entries, **dict.fromkeys(holds, number)},
            packed=found.packed | set(holds),
        )

    def write(self, forge: SealedForge) -> bytes:
        """Put it together, signed by the second signer."""
        head = self.first + self.objects + self.before
        at = len(head)
        section = self._stream(at) if self.stream else self._table()
        tail = section + self.behind + b"startxref\n%d\n%%%%EOF\n" % at
        found = list(_BYTE_RANGE.finditer(head))[-1]
        first, behind = int(found[1]), int(found[2])
        said = b"/ByteRange [0 %d %d %d]" % (first, behind, len(head) + len(tail) - behind)
        head = head[: found.start()] + said.ljust(len(found[0])) + head[found.end() :]
        return forge.refill(head + tail, forge.insider)

    def _table(self) -> bytes:
        lines = (b"%d 1\n%010d 00000 n\r\n" % each for each in sorted(self.entries.items()))
        return b"xref\n%btrailer\n<<%b>>\n" % (b"".join(lines), self.trailer)

    def _stream(self, at: int) -> bytes:
        entries = {**self.entries, **({self.stream: at} if self.lists_itself else {})}
        index, rows = b"", b""
        for number, place in sorted(entries.items()):
            index += b"%d 1 " % number
            is_packed = number in self.packed
            row = bytes([1 + is_packed]) + place.to_bytes(4, "big")
            row += bytes([sorted(self.packed).index(number) if is_packed else 0])
            rows += bytes([self.rows]) + row if self.rows is not None else row
        said = b"/Type/XRef/W[1 4 1]/Index[%b]%b" % (index, self.trailer)
        if self.rows is not None:
            said += b"/Filter[/FlateDecode]/DecodeParms[<</Columns 6/Predictor 12>>]"
            rows = zlib.compress(rows)
        return write_object(Reference(self.stream, 0), write_stream(said, rows))


def second_revision(forge: SealedForge, first: bytes) -> Second:
    """Sign a file that was signed before, and take the new revision apart."""
    signed = sign_with(first, forge.insider, name="Second")
    start = last_start(signed, len(signed))
    table, trailer = signed[start:].split(b"trailer", 1)
    entries: dict[int, int] = {}
    position = table.index(b"\n") + 1
    while run := _RUN.match(table, position):
        position = run.end()
        for number in range(int(run[1]), int(run[1]) + int(run[2])):
            entry = _ENTRY.match(table, position)
            if entry:
                entries[number] = int(entry[1])
            position += 20
    said = trailer[trailer.index(b"<<") + 2 : trailer.rindex(b">>")].strip()
    said = re.sub(rb"/Size \d+", b"/Size 90", said)
    return Second(first=first, objects=signed[len(first) : start], entries=entries, trailer=said)
