"""What stands in a revision that comes after a signature: its objects, its section, its end.

Readers that find a file damaged look for objects and trailers in all of it, wherever they stand,
in streams and strings as well. So there is nothing in such a revision but what its section lists:

    - objects in use, each where its entry says, ended as they should be; white space, and lines of
      comment, between them; one section; where it begins; the end of the file;
    - streams as long as they say, and the same to all: no abbreviated keys; none is an object
      stream or a section but those that the section knows of;
    - nothing that looks like the beginning of an object, a section or a trailer anywhere else.

Left to others: what the entries of the section are, and the objects in object streams, to `layout`.
Source: ISO 32000-1, 7.5 (read second-hand).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eseal.pdf.sections import ABBREVIATED, TAIL, read_section
from eseal.pdf.syntax import MAX_PARSED_BYTES, read_object, read_value
from eseal.pdf.values import Array, Dictionary, IndirectObject, Name, Reference, Value, broken

_WHITE = rb"[\x00\t\n\x0c\r ]"
_BETWEEN = re.compile(rb"(?:%b|%%(?!%%EOF|PDF-)[\x20-\x7e]{0,255}[\r\n])*" % _WHITE)
_END = b"endobj"
_SPACE = b"\0\t\n\x0b\x0c\r \x85\xa0"
"""What one reader or another takes for white space when it repairs."""

_GAP = _SPACE + b")>"
"""What may stand between two numbers; some readers pass over a bracket that closes nothing."""

_NUMBER = b"0123456789.+-"
_BEFORE = frozenset(_GAP + _NUMBER)
_MAX_WORDS = 10_000
"""Of text that begin as `object` does; so many are no text."""

_SIGN = re.compile(rb"[+-]")
_COMMENT = re.compile(rb"[\x00%]")
_END_OF_LINE = re.compile(rb"[\r\n]")
_BYTES_AT_FIRST = 64
_INDENT = b"\0\t\x0b\x0c \x85\xa0"
_INDENT_BYTES = 256
_LINE_STARTS = frozenset({b"", b"\r", b"\n", b"<"})
_TRAILER = b"trailer"
_KEYWORDS = {
    b"xref": re.compile(rb"[%b]*[\d%%]" % _SPACE),
    _TRAILER: re.compile(rb"[%b]*[<%%]" % _SPACE),
}
"""Words that begin something where a line begins, or with what follows them there anywhere: there
are readers that cut long lines, and such that begin again behind a `<`."""

_PREDICTORS = range(10, 16)


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What is known of a revision before it is looked through.

    Attributes:
        start: where its section begins.
        objects: those that its section lists, not in object streams, by where they begin.
        packed: the object streams that its section names.
    """

    start: int
    objects: Mapping[int, Reference]
    packed: frozenset[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A revision that was looked through.

    Attributes:
        entries: the trailer, or the dictionary of the stream that stands for it.
        end: behind its `%%EOF`, and what may follow that.
        size: bytes of its objects without their streams.
    """

    entries: Dictionary
    end: int
    size: int


def read_revision(data: bytes, position: int, revision: Revision) -> Found:
    """Look through a revision.

    Args:
        data: the file.
        position: behind the revision before it.
        revision: what is known of it.

    Raises:
        MalformedError: BROKEN_PDF, there is more in it, or less, than its section says.
    """
    reading = _Reading(data, revision)
    end = reading.read(position)
    if reading.entries is None or reading.seen != revision.objects.keys():
        raise broken("交叉引用所列的对象不在其修订中 objects that are not in their revision", end)
    for at in _keywords(data, position, end):
        if at not in reading.keywords:
            raise broken("对象之外还有像对象的内容 what looks like an object and is none", at)
    return Found(entries=reading.entries, end=end, size=reading.size)


class _Reading:
    """Goes through a revision.

    Attributes:
        seen: where the objects began that were met.
        keywords: where keywords stand that have to.
        entries: of the trailer.
        size: bytes of its objects without their streams.
    """

    def __init__(self, data: bytes, revision: Revision) -> None:
        self._data, self._revision = data, revision
        self.seen: set[int] = set()
        self.keywords: set[int] = set()
        self.entries: Dictionary | None = None
        self.size = 0

    def read(self, position: int) -> int:
        """Go on to the end of the revision; returns where that is."""
        while True:
            position = behind(self._data, position)
            if position == self._revision.start and self._data.startswith(b"xref", position):
                position = self._table(position)
            elif position == self._revision.start or position in self._revision.objects:
                position = self._object(position)
            else:
                return self._tail(position)

    def _table(self, position: int) -> int:
        self.entries = read_section(self._data, position).entries
        keyword = self._data.index(_TRAILER, position)
        self.keywords |= {position, keyword}
        return read_value(self._data, keyword + len(_TRAILER)).end  # once more, without comments

    def _object(self, position: int) -> int:
        found = read_object(self._data, position, comments=True, most=MAX_PARSED_BYTES)
        if self._revision.objects.get(position, found.reference) != found.reference:
            raise broken("对象的编号与交叉引用不符 an object of another number", position)
        if position in self._revision.objects:
            self.seen.add(position)
        self.keywords.add(self._data.index(b"obj", position))
        self.size += found.body.end - position
        if found.stream is not None:
            self._stream(found, position)
        last = found.stream[1] if found.stream else found.body.end
        return self._data.index(_END, last) + len(_END)

    def _stream(self, found: IndirectObject, position: int) -> None:
        """See that a stream is of one kind to all readers, and of the kind that it should be."""
        entries = found.dictionary()
        kind = entries.value(b"Type")
        is_section = position == self._revision.start
        is_packed = found.reference.number in self._revision.packed
        wanted = Name(b"XRef") if is_section else Name(b"ObjStm") if is_packed else None
        is_structure = kind in {Name(b"XRef"), Name(b"ObjStm")}
        if isinstance(kind, Reference) or ((is_structure or wanted is not None) and kind != wanted):
            raise broken("流的类型有误 a stream of a kind that it should not be", position)
        if entries.entries.keys() & ABBREVIATED:
            raise broken("流的键有误 a stream with keys that not all readers know", position)
        if is_structure and not _is_plainly_packed(entries):
            raise broken("结构流的编码有误 a stream of structure packed in an odd way", position)
        if is_section:
            self.entries = entries

    def _tail(self, position: int) -> int:
        tail = TAIL.match(self._data, position)
        if tail is None or int(tail[1]) != self._revision.start:
            raise broken("有交叉引用未列出的内容 something that no section lists", position)
        self.keywords.add(position + len(b"start"))
        return tail.end()


def behind(data: bytes, position: int) -> int:
    """Where the next thing begins that is neither white space nor a comment."""
    between = _BETWEEN.match(data, position)
    return between.end() if between else position


def _is_plainly_packed(entries: Dictionary) -> bool:
    """Is it not packed, or by deflate, rows of a section with a predictor of PNG before that?"""
    packed, how = (_only(entries.value(key)) for key in (b"Filter", b"DecodeParms"))
    if packed not in (None, Name(b"FlateDecode")):
        return False
    if how is None:
        return True
    widths = entries.value(b"W")
    if not isinstance(how, Dictionary) or not isinstance(widths, Array):
        return False
    row = sum(item.value for item in widths.items if isinstance(item.value, int))
    return (
        how.entries.keys() <= {b"Predictor", b"Columns"}
        and how.value(b"Predictor") in _PREDICTORS
        and how.value(b"Columns") == row
    )


def _only(value: Value) -> Value:
    """A value, or the only one of an array."""
    if isinstance(value, Array) and len(value.items) == 1:
        return value.items[0].value
    return value


def _keywords(data: bytes, position: int, end: int) -> Iterator[int]:
    """Where a reader that repairs would see an object, a section or a trailer begin."""
    words = 0
    for at in _all(data, b"obj", position, end):
        if at == position or data[at - 1] not in _BEFORE:
            continue
        if _follows_numbers(data, position, at):
            yield at
        else:
            words += 1
        if words > _MAX_WORDS:
            yield at
    for keyword, following in _KEYWORDS.items():
        for at in _all(data, keyword, position, end):
            before = data[max(position, at - _INDENT_BYTES) : at].rstrip(_INDENT)
            if before[-1:] in _LINE_STARTS or following.match(data, at + len(keyword)):
                yield at


def _follows_numbers(data: bytes, position: int, at: int) -> bool:
    """Do two numbers stand before this place, however spelled and far apart, or a comment?

    A comment is what stands behind a `%`, or behind a NUL where readers take that for the end of
    a line; whatever is in one, it is enough.
    """
    for _ in range(2):
        gap = _before(data, position, at, _GAP)
        if _END_OF_LINE.search(data, gap, at) and _COMMENT.search(_line(data, position, gap)):
            return True
        at = _before(data, position, gap, _NUMBER)
        if at == gap:
            return False
        if _SIGN.search(data, at + 1, gap):  # two numbers, one right behind the other
            return True
    return True


def _before(data: bytes, position: int, at: int, kind: bytes) -> int:
    """Where the bytes of this kind begin that stand before a place; the place where none do."""
    size = _BYTES_AT_FIRST
    while True:
        start = max(position, at - size)
        kept = len(data[start:at].rstrip(kind))
        if kept or start == position:
            return start + kept
        size *= 8


def _line(data: bytes, position: int, end: int) -> bytes:
    """The line that ends at a place."""
    size = _BYTES_AT_FIRST
    while True:
        start = max(position, end - size)
        last = max(data.rfind(mark, start, end) for mark in (b"\r", b"\n"))
        if last >= 0 or start == position:
            return data[max(last + 1, start) : end]
        size *= 8


def _all(data: bytes, word: bytes, position: int, end: int) -> Iterator[int]:
    while (at := data.find(word, position, end)) >= 0:
        yield at
        position = at + 1
