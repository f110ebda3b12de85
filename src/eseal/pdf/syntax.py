"""PDF syntax: a small strict reader of objects, for what a signature rests on.

It reads one object at one offset and says where each of its parts begins and ends.

Rules kept:
    - Nothing is repaired, guessed or skipped; comments inside an object refuse, unless who asks
      reads what others made.
    - A key stands once in a dictionary, whatever way it is spelled (`/Byte#52ange`).
    - Nesting, digits and lengths are bounded. A number of more digits than any reader takes for a
      whole one is a real one (7.3.3).
    - A name with a `#` that begins no escape is none that is spelled otherwise.

Left to others: what objects are, to `values`; writing them, to `objects`. Not for whole documents:
those are read by pyHanko, behind `eseal.pdf.reader`.
Source: ISO 32000-1, 7.3 (read second-hand).
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from eseal.pdf.values import (
    Array,
    Dictionary,
    HexString,
    IndirectObject,
    LiteralString,
    Name,
    Placed,
    Reference,
    Value,
    broken,
)

MAX_DEPTH = 64
"""How deep arrays and dictionaries may stand in one another; each takes a few frames of a stack."""

MAX_OBJECT_BYTES = 128 * 1024
"""What an object may be long, without its stream; a signature dictionary has 2 to 65 KB."""

MAX_PARSED_BYTES = 1024 * 1024
"""Of all objects, without their streams, that are read of a document; one may be as long."""

_SPACES = b"\0\t\n\f\r "
_WHITE = rb"[\x00\t\n\x0c\r ]"
_ENDS = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_NAME = rb"/[^\x00-\x20()<>\[\]{}/%%]{0,4096}+%b" % _ENDS
_KINDS = b"|".join(
    (
        rb"(?P<name>%b)" % _NAME,
        rb"(?P<reference>\d{1,10}%b+\d{1,5}%b+R)%b" % (_WHITE, _WHITE, _ENDS),
        rb"(?P<integer>[+-]?\d{1,10})%b" % _ENDS,
        rb"(?P<real>[+-]?(?:\d{11,100}|\d{1,100}\.\d{0,100}|\.\d{1,100}))%b" % _ENDS,
        rb"(?P<dictionary><<)",
        rb"(?P<hex><)",
        rb"(?P<string>\()",
        rb"(?P<array>\[)",
        rb"(?P<word>true|false|null)%b" % _ENDS,
    )
)
_COMMENTED = rb"(?:%b|%%[^\r\n]*[\r\n])" % _WHITE
_HEADER = re.compile(rb"(\d{1,10})%b+(\d{1,5})%b+obj(?=%b|[<\[(/])" % (_WHITE, _WHITE, _WHITE))
_STREAM = re.compile(rb"%b*stream(\r\n|\n)" % _WHITE)
_END_STREAM = re.compile(rb"(?:\r\n|\n|\r)endstream%b+endobj%b" % (_WHITE, _ENDS))
_END_OBJECT = re.compile(rb"%b*endobj%b" % (_WHITE, _ENDS))
_WELL_ESCAPED = re.compile(rb"(?:[^#]|#(?!00)[0-9A-Fa-f]{2})*")
_ESCAPED_BYTE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_ESCAPED = {
    **{b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"},
    **{b"\n": b"", b"\r": b"", b"\r\n": b""},
}
_IN_STRING = re.compile(rb"[()\\]")


class _Grammar(NamedTuple):
    """Patterns that differ in what may stand between the parts of a value."""

    value: re.Pattern[bytes]
    entry: re.Pattern[bytes]
    end_dictionary: re.Pattern[bytes]
    end_array: re.Pattern[bytes]


def _grammar(between: bytes) -> _Grammar:
    return _Grammar(
        value=re.compile(rb"%b*(?:%b)" % (between, _KINDS)),
        entry=re.compile(rb"%b*(%b)%b*(?:%b)" % (between, _NAME, between, _KINDS)),
        end_dictionary=re.compile(rb"%b*>>" % between),
        end_array=re.compile(rb"%b*\]" % between),
    )


_STRICT, _WITH_COMMENTS = _grammar(_WHITE), _grammar(_COMMENTED)


def read_object(
    data: bytes, offset: int, *, comments: bool = False, most: int = MAX_OBJECT_BYTES
) -> IndirectObject:
    """Read the indirect object whose header begins exactly at `offset`.

    Args:
        data: the file.
        offset: where the header begins.
        comments: whether there may be some in its value.
        most: how many bytes its value may have.

    Raises:
        MalformedError: there is none, or it breaks the syntax; `.at` is the byte's offset.
    """
    reference, body = read_body(data, offset, comments=comments, most=most)
    if _END_OBJECT.match(data, body.end):
        return IndirectObject(reference, body)
    return IndirectObject(reference, body, _read_stream(data, body))


def read_body(
    data: bytes, offset: int, *, comments: bool = False, most: int = MAX_OBJECT_BYTES
) -> tuple[Reference, Placed]:
    """Read an object's header and value, whatever follows.

    Args:
        data: the file.
        offset: where the header begins.
        comments: whether there may be some.
        most: how many bytes its value may have.

    Raises:
        MalformedError: as `read_object`.
    """
    header = _HEADER.match(data, offset)
    if header is None:
        raise broken("此处不是对象的开头 no object begins here", offset)
    value = read_value(data, header.end(), comments=comments, most=most)
    return Reference(int(header[1]), int(header[2])), value


def read_value(
    data: bytes, offset: int, *, comments: bool = False, most: int = MAX_OBJECT_BYTES
) -> Placed:
    """Read the one value at `offset`; white space before it is passed over.

    Args:
        data: the file.
        offset: where it begins.
        comments: whether there may be some.
        most: how many bytes it may have.

    Raises:
        MalformedError: there is none, it is longer, or nested deeper than `MAX_DEPTH`.
    """
    grammar = _WITH_COMMENTS if comments else _STRICT
    match = grammar.value.match(data, offset, offset + most)
    if match is None:
        raise broken("此处应为值 a value was expected", offset)
    return _build(data, match, 0, grammar)


def _build(data: bytes, match: re.Match[bytes], depth: int, grammar: _Grammar) -> Placed:
    """Make the value that begins with `match`."""
    kind = match.lastgroup or ""
    convert = _SCALARS.get(kind)
    if convert is not None:
        return Placed(convert(match[kind]), match.start(kind), match.end())
    if kind == "string":
        return _read_literal(data, match)
    if kind == "hex":
        return _read_hex(data, match)
    if depth >= MAX_DEPTH:
        raise broken("嵌套过深 nested too deeply", match.start())
    read = _read_dictionary if kind == "dictionary" else _read_array
    return read(data, match, depth + 1, grammar)


def _name(text: bytes) -> Name:
    if b"#" not in text:
        return Name(text[1:])
    if not _WELL_ESCAPED.fullmatch(text):
        return Name(b"\0" + text)  # no other name has this byte
    return Name(_ESCAPED_BYTE.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), text[1:]))


def _reference(text: bytes) -> Reference:
    number, generation, _ = text.replace(b"\0", b" ").split()
    return Reference(int(number), int(generation))


def _read_dictionary(
    data: bytes, opening: re.Match[bytes], depth: int, grammar: _Grammar
) -> Placed:
    entries: dict[bytes, Placed] = {}
    position = opening.end()
    while entry := grammar.entry.match(data, position, opening.endpos):
        key = _name(entry[1])
        if key in entries:
            raise broken(f"键重复 the key {key.decode('latin-1')} stands twice", entry.start())
        value = entries[key] = _build(data, entry, depth, grammar)
        position = value.end
    closing = grammar.end_dictionary.match(data, position, opening.endpos)
    if closing is None:
        raise broken("字典未正常结束 a dictionary does not go on or end", position)
    return Placed(Dictionary(entries), opening.start("dictionary"), closing.end())


def _read_array(data: bytes, opening: re.Match[bytes], depth: int, grammar: _Grammar) -> Placed:
    items: list[Placed] = []
    position = opening.end()
    while item := grammar.value.match(data, position, opening.endpos):
        items.append(_build(data, item, depth, grammar))
        position = items[-1].end
    closing = grammar.end_array.match(data, position, opening.endpos)
    if closing is None:
        raise broken("数组未正常结束 an array does not go on or end", position)
    return Placed(Array(tuple(items)), opening.start("array"), closing.end())


def _read_literal(data: bytes, opening: re.Match[bytes]) -> Placed:
    depth, position = 1, opening.end()
    while depth:
        mark = _IN_STRING.search(data, position, opening.endpos)
        if mark is None:
            raise broken("字符串没有结束 a string does not end", opening.start())
        position = mark.end() + (mark[0] == b"\\")
        depth += {b"(": 1, b")": -1, b"\\": 0}[mark[0]]
    start = opening.start("string")
    text = _ESCAPE.sub(_unescape, data[start + 1 : position - 1])
    return Placed(LiteralString(text), start, position)


def _read_hex(data: bytes, opening: re.Match[bytes]) -> Placed:
    """Read without a pattern, because a signature is long."""
    start, end = opening.start("hex"), data.find(b">", opening.end(), opening.endpos)
    digits = data[opening.end() : end].translate(None, _SPACES) if end >= 0 else b"-"
    try:
        held = bytes.fromhex(str(digits, "ascii") + "0" * (len(digits) % 2))
    except ValueError as error:
        raise broken(
            "十六进制字符串未正常结束 a hexadecimal string does not go on or end", start
        ) from error
    if len(held) != (len(digits) + 1) // 2:
        raise broken("十六进制字符串中有杂质 a hexadecimal string with more than digits", start)
    return Placed(HexString(held), start, end + 1)


def _unescape(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes((int(escape[1], 8) & 0xFF,))
    return _ESCAPED.get(escape[2], escape[2])


def _read_stream(data: bytes, body: Placed) -> tuple[int, int]:
    opening = _STREAM.match(data, body.end)
    if opening is None or not isinstance(body.value, Dictionary):
        raise broken("对象没有结束 an object does not end", body.end)
    length = body.value.value(b"Length")
    if not isinstance(length, int) or length < 0:
        raise broken("流未载明长度 a stream does not say its length", body.start)
    start, end = opening.end(), opening.end() + length
    if not _END_STREAM.match(data, end):
        raise broken("流的结尾与其长度不符 a stream does not end where its length says", end)
    return start, end


_SCALARS: Final[dict[str, Callable[[bytes], Value]]] = {
    "name": _name,
    "reference": _reference,
    "integer": int,
    "real": float,
    "word": {b"true": True, b"false": False, b"null": None}.__getitem__,
}
