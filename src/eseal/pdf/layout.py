"""How a file is laid out: that its cross-references show all readers one document, and go on to.

Readers differ in what they do with cross-references that are wrong: some repair the file by
looking for objects in all of it, and then show another one. What makes them do so may not come
after a signature, and what they would find then may not either.

Rules kept, of every file (`check_entries`):
    - no entry is of an unknown kind, leads out of the file, or is of an object over /Size, which
      is no higher than readers take it;
    - a section that is a stream lists itself where it is, or has a number that nobody else has.

Rules kept, where a revision comes after a signature (`Layout`):
    - what was signed: each entry leads to the beginning of its own object, within what was signed,
      or to its place in an object stream;
    - what comes: is what its section lists and nothing else (`tiles`); its trailer says /Size, and
      the /Root that it was; object streams hold what the section says, in plain syntax; a section
      that does not list itself is named by nobody; references lead to what is there.

Left to others: whether what comes may come, to `later`.
Source: ISO 32000-1, 7.5.4, 7.5.7 and 7.5.8 (read second-hand).
"""

import re
from collections.abc import Sequence

from pyhanko.pdf_utils import generic, misc

from eseal.pdf.guarded import GuardedReader, too_much
from eseal.pdf.named import History
from eseal.pdf.syntax import MAX_PARSED_BYTES
from eseal.pdf.tiles import Revision, behind, read_revision
from eseal.pdf.values import Dictionary, Reference, broken

MAX_SIZE = 4 * 1024 * 1024
"""Of /Size: with more, pdfium takes the file for damaged, and others soon after."""

_HEADER = re.compile(
    rb"[\x00\t\n\x0c\r ]*(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj"
)


def check_entries(reader: GuardedReader, sections: Sequence[tuple[int, int]]) -> None:
    """See that the entries of each section are what they should be.

    Args:
        reader: the file, as pyHanko reads it.
        sections: where each begins and of how many objects it speaks, from the first to the last.

    Raises:
        PdfError: an entry is not.
    """
    known: dict[int, tuple[int, int] | None] = {}
    for revision, (_, count) in enumerate(sections):
        section = reader.xrefs.get_xref_data(revision)
        about = reader.xrefs.get_xref_container_info(revision)
        if len(section.explicit_refs_in_revision) != count:
            raise misc.PdfReadError("交叉引用的条目有误 an entry of an unknown kind")
        known |= section.standard_xrefs | dict.fromkeys(section.xrefs_in_objstm)
        if not max(known, default=0) < about.size <= MAX_SIZE:
            raise misc.PdfReadError("/Size 有误 an xref entry of an object over /Size, or too high")
        if any(place >= len(reader.data) for _, place in section.standard_xrefs.values()):
            raise misc.PdfReadError("交叉引用指到文件之外 an xref entry leads out of the file")
        own = about.stream_ref
        if (
            own is not None
            and own.idnum in known
            and known[own.idnum]
            != (
                own.generation,
                about.start_location,
            )
        ):
            raise misc.PdfReadError(
                "交叉引用流的编号另有对象 an xref stream has the number of another object"
            )


class Layout:
    """Looks at how a file is laid out, at each part of it once."""

    def __init__(self, history: History) -> None:
        self._history, self._reader = history, history.reader
        self._led: dict[int, int] = {}
        self._read: dict[tuple[int, int], int] = {}
        self._size = 0

    def check(self, revision: int, end: int) -> None:
        """See that readers can show nothing otherwise by how later revisions are laid out.

        Args:
            revision: number of the signed one, from 0.
            end: where that ends which its signature covers.

        Raises:
            MalformedError: BROKEN_PDF, they could.
            RefusedError: INPUT_TOO_LARGE.
            PdfError: an object stream cannot be read.
        """
        data = self._reader.data
        for signed in range(revision + 1):
            self._check_leads(signed, end)
            self._check_packed_leads(signed, revision)
        root = self._history.root(revision)
        position = end
        for later in range(revision + 1, self._reader.total_revisions):
            position = self._check_revision(later, behind(data, position), root)
        if behind(data, position) != len(data):
            raise broken("文件末尾之后还有内容 something stands behind the last revision", position)
        self._check_references(revision)

    def _check_leads(self, revision: int, end: int) -> None:
        """See that each entry leads to its own object."""
        if self._led.get(revision, end + 1) <= end:
            return
        section = self._reader.xrefs.get_xref_data(revision)
        start = self._reader.xrefs.get_xref_container_info(revision).declared_startxref
        if start >= end:
            raise broken("已签的交叉引用段在已签内容之外 a signed section was not signed", start)
        for number, (generation, place) in section.standard_xrefs.items():
            header = _HEADER.match(self._reader.data, place, end)
            if header is None or (int(header[1]), int(header[2])) != (number, generation):
                raise broken(
                    f"已签的交叉引用有误 the entry of object {number} did not lead to it", place
                )
        self._led[revision] = end

    def _check_packed_leads(self, signed: int, revision: int) -> None:
        """See that each entry leads to its own object in an object stream, unless it was replaced.

        Readers ask that of entries of which nothing else speaks, too.
        """
        present = self._history.named(revision).present
        section = self._reader.xrefs.get_xref_data(signed)
        for number, place in section.xrefs_in_objstm.items():
            if number not in present or present[number].revision != signed:
                continue
            stream, index = place.obj_stream_id, place.ix_in_stream
            if (
                stream not in present
                or self._reader.object_stream(stream).places.get(number) != index
            ):
                raise broken(
                    f"已签的交叉引用有误 the entry of object {number} did not lead to it", 0
                )

    def _check_revision(self, later: int, position: int, root: Reference) -> int:
        """Look through a later revision; returns where it ends."""
        if (later, position) in self._read:
            return self._read[later, position]
        section = self._reader.xrefs.get_xref_data(later)
        about = self._reader.xrefs.get_xref_container_info(later)
        known = Revision(
            start=about.declared_startxref,
            objects={
                place: Reference(number, generation)
                for number, (generation, place) in section.standard_xrefs.items()
            },
            packed=frozenset(section.obj_streams_used),
        )
        found = read_revision(self._reader.data, position, known)
        self._size += found.size
        if self._size > MAX_PARSED_BYTES:
            raise too_much()
        _check_trailer(found.entries, root, about.declared_startxref)
        if about.stream_ref is not None:
            self._check_unnamed(later, about.stream_ref)
        for number in section.obj_streams_used:
            self._check_packed(later, number)
        self._read[later, position] = found.end
        return found.end

    def _check_unnamed(self, later: int, own: generic.Reference) -> None:
        """See that a section lists itself, or is nothing that anybody names."""
        listed = self._reader.xrefs.get_xref_data(later).standard_xrefs
        if own.idnum not in listed and own.idnum in self._history.named(later).places:
            raise broken(
                f"交叉引用流未列出自己，却另有所指 an unlisted xref stream is named: {own.idnum}",
                0,
            )

    def _check_packed(self, later: int, number: int) -> None:
        """See that an object stream is of this revision, and holds what its section says."""
        section = self._reader.xrefs.get_xref_data(later)
        said = {
            one: place.ix_in_stream
            for one, place in section.xrefs_in_objstm.items()
            if place.obj_stream_id == number
        }
        stream = self._reader.object_stream(number)
        if number not in section.standard_xrefs or said != stream.places:
            raise broken(
                "对象流与交叉引用不符 an object stream holds other objects than are listed", 0
            )
        stream.check_plain()

    def _check_references(self, revision: int) -> None:
        """See that references that lead nowhere are not new, and none to another generation.

        Of the latter there are none in what was signed either: readers begin to search by them.
        """
        signed = self._history.named(revision)
        before = signed.astray
        other = sorted({one.number for one in before} & signed.present.keys())
        if other and revision + 1 < self._reader.total_revisions:
            raise broken(
                f"已签的引用指向另一代 signed references are to another generation: {other}", 0
            )
        for later in range(revision + 1, self._reader.total_revisions):
            new = self._history.named(later).astray - before
            if new:
                numbers = sorted({one.number for one in new})
                raise broken(f"引用没有着落 references lead to nothing: {numbers}", 0)


def _check_trailer(entries: Dictionary, root: Reference, at: int) -> None:
    if entries.value(b"Root") != root or type(entries.value(b"Size")) is not int:
        raise broken("文件尾未载明原来的目录与 /Size a trailer without /Size, or the old /Root", at)
    if b"XRefStm" in entries.entries:
        raise broken(
            "后来的修订另有一份交叉引用 a later revision with a stream beside its table", at
        )
