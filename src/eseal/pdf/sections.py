"""Cross-reference tables and trailers: where a revision of a PDF says its objects are.

Only the classic table is read, as our renderer and our writer make it; an entry is checked when it
is looked up. What cross-reference streams hold is pyHanko's business: here they are only bounded,
for pyHanko would go on for hours over one that promises thousands of millions of empty entries.

Of either kind no section names an object twice: of two entries one reader takes the first, another
one the last, and they show two documents. Nor are there runs without entries, of which a file
could have millions; only where there is nothing to say one stands alone.

A stream for new readers beside a table for old ones is there only as Microsoft Word has it: named
by a table without entries, behind the file's first section and of one piece with it. Whether both
lead to the same places `hybrid` sees.

Source: ISO 32000-1, 7.5.4, 7.5.5 and 7.5.8; ISO 19005-3, 6.1.4 (both read second-hand).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from eseal.errors import MalformedError
from eseal.pdf.syntax import read_body, read_object, read_value
from eseal.pdf.values import Array, Dictionary, IndirectObject, Name, Reference, broken

ENTRY_BYTES = 20
MAX_OBJECTS = 100_000
MAX_SECTIONS = 64

ABBREVIATED = frozenset({b"F", b"FFilter", b"FDecodeParms", b"DP"})
"""Keys by which a stream is another one to some readers: in a file of its own, or short for
/Filter and /DecodeParms, which only images within contents may shorten."""

_BESIDE = frozenset(b"Type Size W Index Root Info ID Length Filter DecodeParms".split())
"""What a stream beside a table may say: nothing by which it would be a section of its own."""

TAIL = re.compile(rb"startxref(?:\r\n|\n|\r)(\d{1,10}) ?(?:\r\n|\n|\r)%%EOF[\x00\t\r\n ]{0,64}")
"""How a revision ends: where its section begins, and the end of the file."""

_TAIL_BYTES = 128
_XREF = re.compile(rb"xref ?(?:\r\n|\n|\r)")
_SUBSECTION = re.compile(rb"(\d{1,10}) (\d{1,7}) ?(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \n| \r|\r\n)")
_TRAILER = re.compile(rb"[\t\r\n ]*trailer[\t\r\n ]*(?=[<%])")


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
        entries: the trailer.
    """

    start: int
    subsections: tuple[Subsection, ...]
    entries: Dictionary

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
        raise broken(f"交叉引用中没有此对象 no entry in use for object {reference.number}", at)
    return int(entry[1])


def read_last_section(data: bytes, end: int) -> Section:
    """Read the section that `startxref` before `end` points to; `end` is behind `%%EOF`.

    Raises:
        MalformedError: the tail or the section is not what it should be.
    """
    return read_section(data, last_start(data, end))


def check_sections(data: bytes, end: int) -> list[tuple[int, int]]:
    """See that all sections are there and not too large.

    Returns:
        where each of them begins and of how many objects it speaks, from the first to the last.

    Raises:
        MalformedError: BROKEN_PDF, one is neither table nor stream, or has a stream for other
            readers beside it where there may be none; one names an object twice, or has empty
            runs; they do not end; or there are more than `MAX_SECTIONS`, or more than
            `MAX_OBJECTS` in them.
    """
    found: list[tuple[int, int]] = []
    for start, promised in _walk(data, end):
        found.append((start, promised))
        if sum(count for _, count in found) >= MAX_OBJECTS:  # with the object 0, which is none
            raise broken("对象过多 too many objects", end)
    return found[::-1]


def closed_ends(data: bytes, ends: Iterable[int]) -> frozenset[int]:
    """Say behind which of these offsets nothing stands but revisions that end at another of them.

    So an end is closed when it is that of a revision, every later revision has its end among
    `ends`, and the last of them is the end of the file. Where sections cannot be read, none is.
    """
    closed: set[int] = set()
    newest_first = sorted(set(ends), reverse=True)
    if newest_first[:1] != [len(data)]:
        return frozenset()
    try:
        for (start, _), end in zip(_walk(data, len(data)), newest_first, strict=False):
            if last_start(data, end) != start:
                break
            closed.add(end)
    except MalformedError:
        return frozenset(closed)
    return frozenset(closed)


def _walk(data: bytes, end: int) -> Iterator[tuple[int, int]]:
    """Go from the last section to the first: where each begins, and how many objects it has."""
    start, seen, is_first = last_start(data, end), set[int](), False
    while start not in seen and len(seen) < MAX_SECTIONS:
        seen.add(start)
        entries, promised = _measure(data, start)
        if is_first and (b"Prev" in entries.entries or not data.startswith(b"xref", start)):
            raise _two_kinds(start)
        is_first = b"XRefStm" in entries.entries
        yield start, _measure_beside(data, start, entries, promised) if is_first else promised
        if b"Prev" not in entries.entries:
            return
        start = _whole(entries.value(b"Prev"), start)
    raise broken("交叉引用段没有尽头 the cross-reference sections do not end", start)


def _measure_beside(data: bytes, start: int, entries: Dictionary, promised: int) -> int:
    """Of how many objects the stream speaks that stands beside a table, which has none itself."""
    if promised or b"Prev" not in entries.entries or not data.startswith(b"xref", start):
        raise _two_kinds(start)
    beside = _whole(entries.value(b"XRefStm"), start)
    said, count = _measure(data, beside)
    if (
        beside >= _whole(entries.value(b"Prev"), start)
        or said.entries.keys() - _BESIDE
        or any(said.value(key) not in (None, entries.value(key)) for key in (b"Root", b"Info"))
    ):
        raise _two_kinds(beside)
    return count


def _two_kinds(at: int) -> MalformedError:
    return broken("有供两类阅读器的两份交叉引用 two tables for two kinds of readers", at)


def last_start(data: bytes, end: int) -> int:
    """Say where the section begins that `startxref` before `end` points to.

    Raises:
        MalformedError: BROKEN_PDF, nothing there says so.
    """
    position = data.rfind(b"startxref", max(0, end - _TAIL_BYTES), end)
    tail = TAIL.fullmatch(data, position, end) if position >= 0 else None
    if tail is None:
        raise broken("文件末尾没有 startxref no startxref at the end", end)
    return int(tail[1])


def _measure(data: bytes, start: int) -> tuple[Dictionary, int]:
    """The trailer's entries of the section at `start`, and of how many objects it speaks but 0."""
    if data.startswith(b"xref", start):
        section = read_section(data, start)
        return section.entries, _count((run.first, run.count) for run in section.subsections)
    entries = IndirectObject(*read_body(data, start, comments=True)).dictionary()
    if entries.entries.keys() & ABBREVIATED or entries.value(b"Type") != Name(b"XRef"):
        raise broken("交叉引用流的键有误 a cross-reference stream with odd keys", start)
    widths = _wholes(entries.value(b"W"), start)
    index = entries.value(b"Index")
    size = _whole(entries.value(b"Size"), start)
    pairs = _wholes(index, start) if index is not None else [0, size]
    runs = list(zip(pairs[::2], pairs[1::2], strict=False))
    _check_runs(runs, start)
    if len(widths) != 3 or widths[1] == 0 or max(widths) > 8:
        raise broken(
            "交叉引用流的条目没有宽度 a cross-reference stream whose entries have no width", start
        )
    return entries, _count(runs)


def _count(runs: Iterable[tuple[int, int]]) -> int:
    return sum(count - (first == 0 and count > 0) for first, count in runs)


def _check_runs(runs: Iterable[tuple[int, int]], at: int) -> None:
    """See that no object stands in two runs, and that each has one; first number and count."""
    ordered = sorted(runs)
    if len(ordered) > 1 and not all(count for _, count in ordered):
        raise broken("交叉引用有空的小节 a run of entries without any", at)
    for (first, count), (following, _) in pairwise(ordered):
        if following < first + count:
            raise broken(f"交叉引用中对象重复 object {following} stands twice", at)


def _wholes(value: object, at: int) -> list[int]:
    if not isinstance(value, Array):
        raise broken("应为数的数组 an array of numbers was expected", at)
    return [_whole(item.value, at) for item in value.items]


def _whole(value: object, at: int) -> int:
    if type(value) is not int or value < 0:
        raise broken("应为整数 a whole number was expected", at)
    return value


def read_section(data: bytes, start: int) -> Section:
    """Read the section whose keyword `xref` stands at `start`.

    Raises:
        MalformedError: no classic section stands there, or it names an object twice.
    """
    heading = _XREF.match(data, start)
    if heading is None:
        raise broken("此处不是交叉引用表 no cross-reference table begins here", start)
    runs: list[Subsection] = []
    position = heading.end()
    while run := _SUBSECTION.match(data, position):
        subsection = Subsection(first=int(run[1]), count=int(run[2]), start=run.end())
        runs.append(subsection)
        position = subsection.start + subsection.count * ENTRY_BYTES
        if len(runs) > MAX_OBJECTS:
            raise broken("交叉引用的小节过多 too many runs of entries", start)
    _check_runs([(run.first, run.count) for run in runs], start)
    trailer = _TRAILER.match(data, position)
    entries = read_value(data, trailer.end(), comments=True).value if trailer and runs else None
    if not isinstance(entries, Dictionary):
        raise broken(
            "交叉引用表之后没有文件尾 a cross-reference table does not end with its trailer",
            position,
        )
    return Section(start=start, subsections=tuple(runs), entries=entries)


def find_object(data: bytes, sections: tuple[Section, ...], value: object) -> IndirectObject:
    """Read the object that a reference points to, in the newest of `sections` that has it.

    Args:
        data: the file.
        sections: newest first.
        value: what should be a reference.

    Raises:
        MalformedError: it is no reference, or leads to no object of its number.
    """
    reference, offset = find_offset(data, sections, value)
    found = read_object(data, offset)
    if found.reference != reference:
        raise broken(f"不是所指对象 not object {reference.number}", offset)
    return found


def find_offset(data: bytes, sections: tuple[Section, ...], value: object) -> tuple[Reference, int]:
    """Say where the object begins that a reference points to; arguments as for `find_object`.

    Raises:
        MalformedError: it is no reference, or no section speaks of its object.
    """
    if not isinstance(value, Reference):
        raise broken("应为间接引用 a reference was expected", sections[0].start)
    for section in sections:
        offset = section.offset(data, value)
        if offset is not None:
            return value, offset
    raise broken(f"找不到对象 object {value.number} is nowhere", sections[0].start)
