"""Cross-reference tables and trailers: where a revision of a PDF says its objects are.

Only the classic table is read, as our renderer and our writer make it; cross-reference streams
and hybrids are pyHanko's business. An entry is checked when it is looked up.

Source: ISO 32000-1, 7.5.4 and 7.5.5; ISO 19005-3, 6.1.4 (both read second-hand).
"""

import re
from dataclasses import dataclass

from eseal.pdf.syntax import (
    Dictionary,
    IndirectObject,
    Placed,
    Reference,
    broken,
    read_object,
    read_value,
)

ENTRY_BYTES = 20

_TAIL = re.compile(rb"startxref(?:\r\n|\n)(\d{1,10})(?:\r\n|\n)%%EOF(?:\r\n|\n)?")
_TAIL_BYTES = 64
_XREF = re.compile(rb"xref(?:\r\n|\n)")
_SUBSECTION = re.compile(rb"(\d{1,10}) (\d{1,7})(?:\r\n|\n)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \n| \r|\r\n)")
_TRAILER = re.compile(rb"trailer(?:\r\n|\n)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subsection:
    """A run of entries: the first object's number, how many, and where the entries begin."""

    first: int
    count: int
    start: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A revision's table and trailer.

    Attributes:
        start: offset of the keyword `xref`.
        subsections: the runs of entries.
        trailer: the trailer's dictionary, with its place.
    """

    start: int
    subsections: tuple[Subsection, ...]
    trailer: Placed

    @property
    def entries(self) -> Dictionary:
        """The trailer's dictionary."""
        value = self.trailer.value
        if not isinstance(value, Dictionary):
            raise broken("a trailer is a dictionary", self.trailer.start)
        return value

    def offset(self, data: bytes, reference: Reference) -> int | None:
        """Where this revision puts the object; `None` when it does not speak of it.

        Raises:
            MalformedError: the entry is ill formed, or says that the object is free.
        """
        for run in self.subsections:
            if run.first <= reference.number < run.first + run.count:
                at = run.start + (reference.number - run.first) * ENTRY_BYTES
                return _in_use(data, at, reference)
        return None


def _in_use(data: bytes, at: int, reference: Reference) -> int:
    entry = _ENTRY.match(data, at)
    if entry is None or entry[3] != b"n" or int(entry[2]) != reference.generation:
        raise broken(f"no entry in use for object {reference.number}", at)
    return int(entry[1])


def read_last_section(data: bytes, end: int) -> Section:
    """Read the section that `startxref` before `end` points to; `end` is behind `%%EOF`.

    Raises:
        MalformedError: the tail or the section is not what it should be.
    """
    position = data.rfind(b"startxref", max(0, end - _TAIL_BYTES), end)
    tail = _TAIL.fullmatch(data, position, end) if position >= 0 else None
    if tail is None:
        raise broken("no startxref at the end", end)
    return read_section(data, int(tail[1]))


def read_section(data: bytes, start: int) -> Section:
    """Read the section whose keyword `xref` stands at `start`.

    Raises:
        MalformedError: no classic section stands there.
    """
    heading = _XREF.match(data, start)
    if heading is None:
        raise broken("no cross-reference table begins here", start)
    runs: list[Subsection] = []
    position = heading.end()
    while run := _SUBSECTION.match(data, position):
        subsection = Subsection(first=int(run[1]), count=int(run[2]), start=run.end())
        runs.append(subsection)
        position = subsection.start + subsection.count * ENTRY_BYTES
    trailer = _TRAILER.match(data, position)
    if trailer is None or not runs:
        raise broken("a cross-reference table does not end with its trailer", position)
    return Section(start=start, subsections=tuple(runs), trailer=read_value(data, trailer.end()))


def find_object(data: bytes, sections: tuple[Section, ...], value: object) -> IndirectObject:
    """Read the object that a reference points to, in the newest of `sections` that has it.

    Args:
        data: the file.
        sections: newest first.
        value: what should be a reference.

    Raises:
        MalformedError: it is no reference, or leads to no object of its number.
    """
    if not isinstance(value, Reference):
        raise broken("a reference was expected", sections[0].start)
    for section in sections:
        offset = section.offset(data, value)
        if offset is not None:
            found = read_object(data, offset)
            if found.reference != value:
                raise broken(f"not object {value.number}", offset)
            return found
    raise broken(f"object {value.number} is nowhere", sections[0].start)
