"""PDFs that end as those of Microsoft Word do: a table for old readers, a stream for all others.

Behind the table of all objects stands one without entries, whose trailer names the stream. What
the stream has in an object stream is free in the table.

Source: ISO 32000-1, 7.5.8.4 (read second-hand).
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from eseal.pdf.objects import write_object, write_stream
from eseal.pdf.values import Reference

PACKED = {9: b"<</Type/StructTreeRoot/K[10 0 R]>>", 10: b"<</P 9 0 R/S/P/Type/StructElem>>"}
"""Objects that only readers of the stream see: the structure of the text."""

_BODIES = (
    b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot 9 0 R/MarkInfo<</Marked true>>>>",
    b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.32 841.92]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>",
    write_stream(b"", b"BT /F1 18 Tf 90 760 Td (Contract) Tj ET"),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    b"<</Producer(Word)>>",
)
_OBJECTS, _STREAM = 7, 8
_TRAILER = b"/Size 11/Root 1 0 R/Info 6 0 R/ID[<41><42>]"

Row = tuple[int, int, int]
"""Of a stream: the kind of an entry, and the two numbers that it says."""


@dataclass(frozen=True, kw_only=True)
class Hybrid:
    """A PDF of this kind, with something else than should be where its parts say so.

    Attributes:
        table: entries of the table, by number, that are not what they should be.
        stream: the same of the stream; `None` where it has none.
        said: what the stream says beside what it has to say.
        empty: the runs of the table that has none.
        last: what its trailer says more; a place is put in for each word in capitals.
        first: what the trailer of the section of all objects says more.
    """

    table: Mapping[int, bytes] = field(default_factory=dict)
    stream: Mapping[int, Row | None] = field(default_factory=dict)
    said: bytes = b"/Root 1 0 R/Info 6 0 R/ID[<41><42>]"
    empty: bytes = b"0 0\r\n"
    last: bytes = b"/Prev TABLE/XRefStm STREAM"
    first: bytes = b""

    def write(self) -> bytes:
        """Put it together."""
        out, offsets = b"%PDF-1.7\r\n", dict[int, int]()
        for number, body in enumerate((*_BODIES, _packed()), 1):
            offsets[number] = len(out)
            out += write_object(Reference(number, 0), body)
        offsets[_STREAM] = len(out)
        out += self._stream(offsets)
        places = {b"STREAM": offsets[_STREAM], b"TABLE": len(out), b"PAGE": offsets[3]}
        out += self._table(offsets) + _put(
            b"trailer\r\n<<%b%b>>\r\n" % (_TRAILER, self.first), places
        )
        out += b"startxref\r\n%d\r\n%%%%EOF\r\n" % places[b"TABLE"]
        places |= {b"LAST": len(out)}
        last = _put(self.last, places)
        out += b"xref\r\n%btrailer\r\n<<%b%b>>\r\n" % (self.empty, _TRAILER, last)
        return out + b"startxref\r\n%d\r\n%%%%EOF" % places[b"LAST"]

    def _table(self, offsets: Mapping[int, int]) -> bytes:
        rows = {one: b"%010d 00000 n" % at for one, at in offsets.items()}
        free = dict.fromkeys((0, *PACKED), b"0000000000 65535 f")
        entries = free | rows | dict(self.table)
        lines = b"".join(entries[number] + b"\r\n" for number in range(11))
        return b"xref\r\n0 11\r\n" + lines

    def _stream(self, offsets: Mapping[int, int]) -> bytes:
        """The stream, which does not list itself, as Word's does not."""
        rows: dict[int, Row | None] = {0: (0, 0, 65535)}
        rows |= {one: (1, at, 0) for one, at in offsets.items() if one != _STREAM}
        rows |= {one: (2, _OBJECTS, index) for index, one in enumerate(PACKED)}
        rows |= self.stream
        index, content = b"", b""
        for number, row in sorted(rows.items()):
            if row is not None:
                index += b"%d 1 " % number
                kind, place, more = row
                content += bytes([kind]) + place.to_bytes(4, "big") + more.to_bytes(2, "big")
        said = b"/Type/XRef/Size 11/W[1 4 2]/Index[%b]/Filter/FlateDecode%b" % (index, self.said)
        return write_object(Reference(_STREAM, 0), write_stream(said, zlib.compress(content)))


def _packed() -> bytes:
    head, text = b"", b""
    for number, body in PACKED.items():
        head += b"%d %d " % (number, len(text))
        text += body + b" "
    said = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(PACKED), len(head))
    return write_stream(said, zlib.compress(head + text))


def _put(said: bytes, places: Mapping[bytes, int]) -> bytes:
    for word, place in places.items():
        said = said.replace(word, b"%d" % place)
    return said
