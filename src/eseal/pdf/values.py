"""PDF objects as values, each with its place in the file.

A place says where a value begins and ends, so that a writer can put something in and a verifier
can say which bytes are the signature.

Left to others: reading them, to `syntax`; writing them, to `objects`.
Source: ISO 32000-1, 7.3 (read second-hand).
"""

from dataclasses import dataclass
from typing import NamedTuple

from eseal.errors import MalformedError
from eseal.reasons import Reason


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

    def within(self, *keys: bytes) -> "Value":
        """The value that a chain of keys leads to; `None` where it breaks off."""
        value: Value = self
        for key in keys:
            value = value.value(key) if isinstance(value, Dictionary) else None
        return value


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
            raise broken("应为字典 a dictionary was expected", self.body.start)
        return self.body.value


def is_name(value: Value, name: bytes) -> bool:
    """Is a value this name? A string of the same letters is not."""
    return isinstance(value, Name) and value == name


def broken(sentence: str, offset: int) -> MalformedError:
    """Make the error for a PDF that breaks the syntax at `offset`."""
    return MalformedError(Reason.BROKEN_PDF, sentence, at=f"byte {offset}")
