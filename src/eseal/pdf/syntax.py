"""PDF objects as they stand in the file: a small strict reader for what a signature rests on.

It reads one object at one offset and says where each of its parts begins and ends, so that a
writer can put something in and a verifier can say which bytes are the signature.

Rules kept:
    - Nothing is repaired, guessed or skipped; comments inside an object refuse.
    - A key stands once in a dictionary, whatever way it is spelled (`/Byte#52ange`).
    - Nesting, digits and lengths are bounded.

Not for whole documents: those are read by pyHanko, behind `eseal.pdf.reader`.
Source: ISO 32000-1, 7.3 (read second-hand).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from eseal.errors import MalformedError
from eseal.reasons import Reason

MAX_DEPTH = 16

_SPACE = rb"[\x00\t\n\x0c\r ]"
_ENDS = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_TOKEN = re.compile(
    _SPACE
    + rb"*(?:(?P<name>/[^\x00-\x20()<>\[\]{}/%]*)"
    + rb"|(?P<reference>\d{1,10}"
    + _SPACE
    + rb"+\d{1,5}"
    + _SPACE
    + rb"+R)"
    + _ENDS
    + rb"|(?P<integer>[+-]?\d{1,10})"
    + _ENDS
    + rb"|(?P<real>[+-]?(?:\d{1,20}\.\d{0,20}|\.\d{1,20}))"
    + _ENDS
    + rb"|(?P<open><<)|(?P<close>>>)"
    + rb"|(?P<hex><[0-9A-Fa-f]*>)"
    + rb"|(?P<string>\()"
    + rb"|(?P<begin>\[)|(?P<end>\])"
    + rb"|(?P<word>true|false|null)"
    + _ENDS
    + rb")"
)
_HEADER = re.compile(
    rb"(\d{1,10})" + _SPACE + rb"+(\d{1,5})" + _SPACE + rb"+obj(?=" + _SPACE + rb"|<)"
)
_STREAM = re.compile(_SPACE + rb"*stream(\r\n|\n)")
_END_STREAM = re.compile(rb"(?:\r\n|\n|\r)endstream" + _SPACE + rb"+endobj" + _ENDS)
_END_OBJECT = re.compile(_SPACE + rb"*endobj" + _ENDS)
_ESCAPED_BYTE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_ESCAPED = {
    **{b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"},
    **{b"\n": b"", b"\r": b"", b"\r\n": b""},
}
_IN_STRING = re.compile(rb"[()\\]")


class Name(bytes):
    """A name without its slash, its `#` escapes resolved."""

    __slots__ = ()


class HexString(bytes):
    """What a string written in hexadecimal holds; an odd last digit counts as 16 times itself."""

    __slots__ = ()


class LiteralString(bytes):
    """What a string written in parentheses holds, its escapes resolved."""

    __slots__ = ()


class Reference(NamedTuple):
    """A reference to an indirect object."""

    number: int
    generation: int


class Array(NamedTuple):
    """An array; its items with their places."""

    items: tuple["Placed", ...]


class Dictionary(NamedTuple):
    """A dictionary; its values with their places."""

    entries: dict[bytes, "Placed"]

    def value(self, key: bytes) -> "Value":
        """The value of `key`; `None` where there is none, as for PDF's own null."""
        placed = self.entries.get(key)
        return None if placed is None else placed.value


Value = (
    Name | HexString | LiteralString | Reference | Array | Dictionary | int | float | bool | None
)


class Placed(NamedTuple):
    """A value and the bytes that it stands on: `data[start:end]`.

    Tuples, here and above, because one is made for every token.
    """

    value: Value
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class IndirectObject:
    """An indirect object: its dictionary or other value, and where its stream lies, if it is one.

    Attributes:
        reference: its number and generation as its own header says.
        body: the value, with its place.
        stream: first and behind-last offset of the stream's data.
    """

    reference: Reference
    body: Placed
    stream: tuple[int, int] | None = None

    def dictionary(self) -> Dictionary:
        """The body as a dictionary.

        Raises:
            MalformedError: it is something else.
        """
        if not isinstance(self.body.value, Dictionary):
            raise broken("a dictionary was expected", self.body.start)
        return self.body.value


def broken(sentence: str, offset: int) -> MalformedError:
    """Make the error for a PDF that breaks the syntax at `offset`."""
    return MalformedError(Reason.BROKEN_PDF, sentence, at=f"byte {offset}")


def read_object(data: bytes, offset: int) -> IndirectObject:
    """Read the indirect object whose header begins exactly at `offset`.

    Raises:
        MalformedError: there is none, or it breaks the syntax; `.at` is the byte's offset.
    """
    header = _HEADER.match(data, offset)
    if header is None:
        raise broken("no object begins here", offset)
    reference = Reference(int(header[1]), int(header[2]))
    body = read_value(data, header.end())
    if _END_OBJECT.match(data, body.end):
        return IndirectObject(reference, body)
    return IndirectObject(reference, body, _read_stream(data, body))


def read_value(data: bytes, offset: int, depth: int = 0) -> Placed:
    """Read the one value at `offset`; white space before it is passed over.

    Raises:
        MalformedError: there is none, or it is nested deeper than `MAX_DEPTH`.
    """
    token = _next(data, offset)
    kind = str(token.lastgroup)
    if kind in _SCALARS:
        return Placed(_SCALARS[kind](token[kind]), token.start(kind), token.end())
    if kind == "string":
        return _read_literal(data, token)
    if depth >= MAX_DEPTH or kind not in _COMPOUNDS:
        raise broken("a value was expected, or nested less deeply", token.start(kind))
    return _COMPOUNDS[kind](data, token, depth + 1)


def _next(data: bytes, offset: int) -> re.Match[bytes]:
    token = _TOKEN.match(data, offset)
    if token is None:
        raise broken("not the syntax of an object", offset)
    return token


def _name(text: bytes) -> Name:
    if b"#" not in text:
        return Name(text[1:])
    return Name(_ESCAPED_BYTE.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), text[1:]))


def _reference(text: bytes) -> Reference:
    number, generation, _ = text.split()
    return Reference(int(number), int(generation))


def _hex_string(text: bytes) -> HexString:
    digits = text[1:-1].decode("ascii")
    return HexString(bytes.fromhex(digits + "0" * (len(digits) % 2)))


def _read_dictionary(data: bytes, opening: re.Match[bytes], depth: int) -> Placed:
    entries: dict[bytes, Placed] = {}
    token = _next(data, opening.end())
    while token.lastgroup != "close":
        if token.lastgroup != "name":
            raise broken("a key was expected", token.start())
        key = _name(token["name"])
        if key in entries:
            raise broken(f"the key {key.decode('latin-1')} stands twice", token.start())
        value = entries[key] = read_value(data, token.end(), depth)
        token = _next(data, value.end)
    return Placed(Dictionary(entries), opening.start("open"), token.end())


def _read_array(data: bytes, opening: re.Match[bytes], depth: int) -> Placed:
    items: list[Placed] = []
    token = _next(data, opening.end())
    while token.lastgroup != "end":
        items.append(read_value(data, token.start(), depth))
        token = _next(data, items[-1].end)
    return Placed(Array(tuple(items)), opening.start("begin"), token.end())


def _read_literal(data: bytes, opening: re.Match[bytes]) -> Placed:
    depth, position = 1, opening.end()
    while depth:
        mark = _IN_STRING.search(data, position)
        if mark is None:
            raise broken("a string does not end", opening.start())
        position = mark.end() + (mark[0] == b"\\")
        depth += {b"(": 1, b")": -1, b"\\": 0}[mark[0]]
    start = opening.start("string")
    text = _ESCAPE.sub(_unescape, data[start + 1 : position - 1])
    return Placed(LiteralString(text), start, position)


def _unescape(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes((int(escape[1], 8) & 0xFF,))
    return _ESCAPED.get(escape[2], escape[2])


def _read_stream(data: bytes, body: Placed) -> tuple[int, int]:
    opening = _STREAM.match(data, body.end)
    if opening is None or not isinstance(body.value, Dictionary):
        raise broken("an object does not end", body.end)
    length = body.value.value(b"Length")
    if not isinstance(length, int) or length < 0:
        raise broken("a stream does not say its length", body.start)
    start, end = opening.end(), opening.end() + length
    if not _END_STREAM.match(data, end):
        raise broken("a stream does not end where its length says", end)
    return start, end


_SCALARS: Final[dict[str, Callable[[bytes], Value]]] = {
    "name": _name,
    "reference": _reference,
    "integer": int,
    "real": float,
    "hex": _hex_string,
    "word": {b"true": True, b"false": False, b"null": None}.__getitem__,
}
_COMPOUNDS: Final[dict[str, Callable[[bytes, re.Match[bytes], int], Placed]]] = {
    "open": _read_dictionary,
    "begin": _read_array,
}
