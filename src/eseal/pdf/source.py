"""Values of a PDF as its bytes say them: equal by their kind and by their bytes, or not at all.

pyHanko holds a name and a string of the same letters for equal, 1 and 1.0, `/#E9` and `/#C3#A9`, a
text in two encodings. Readers do not: a font of `/one` draws something else than one of `(one)`. So
what has to stay as it was is read from its bytes, and compared here.

Rules kept:
    - a string is what it holds, in parentheses or in hexadecimal; one whose spelling readers
      understand differently is its spelling;
    - a name is its bytes, its `#` escapes resolved; a real number is its decimal value; one beyond
      32 bits, or of more digits than readers keep, is its spelling;
    - references are equal by number and generation.

Left to others: reading, to `syntax`; which bytes are an object's, to `guarded`.
Source: ISO 32000-1, 7.3 (read second-hand).
"""

import re
from collections.abc import Hashable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from eseal.pdf.values import (
    Array,
    Dictionary,
    HexString,
    LiteralString,
    Name,
    Placed,
)

_PLAIN: Final = re.compile(
    rb"(?:[^\\\r]|\\(?![4-7][0-7]{2})(?:[0-7]{1,3}|[nrtbf()\\\n]))*", re.DOTALL
)
"""What is within a string in parentheses, where all readers take it alike: a carriage return is a
line feed to some, and an escape that there is not is what they like."""


_LARGE: Final = 1 << 31
_MANY: Final = 20
"""Digits of a number, with its point and sign, up to which all readers take it alike."""


class Source(NamedTuple):
    """A value and the bytes that it stands in.

    Attributes:
        data: a file, or what an object stream holds.
        placed: the value, and where it stands there.
    """

    data: bytes
    placed: Placed

    @property
    def text(self) -> bytes:
        """The bytes of the value."""
        return self.data[self.placed.start : self.placed.end]

    def entries(self) -> dict[bytes, "Source"]:
        """The entries of a dictionary; none of any other value."""
        value = self.placed.value
        entries = value.entries if isinstance(value, Dictionary) else {}
        return {bytes(key): Source(self.data, placed) for key, placed in entries.items()}

    def entry(self, key: str) -> "Source | None":
        """What stands under a key, which pyHanko writes so; `None` where nothing does."""
        return self.entries().get(key.removeprefix("/").encode())

    def items(self) -> list["Source"]:
        """The items of an array; none of any other value."""
        value = self.placed.value
        return [Source(self.data, p) for p in value.items] if isinstance(value, Array) else []

    def is_name(self, name: bytes) -> bool:
        """Is it this name, and not a string of the same letters?"""
        return self.meaning() == (Name.__name__, name)

    def meaning(self) -> Hashable:
        """What it says: two values are equal if and only if this is."""
        return _meaning(self.data, self.placed)


def differing(before: Source | None, after: Source | None) -> set[bytes]:
    """Which keys of two dictionaries say something else, or come, or go."""
    was, now = (one.entries() if one else {} for one in (before, after))
    return {key for key in was.keys() | now.keys() if not _same(was.get(key), now.get(key))}


def same_numbers(before: Source, after: Source) -> bool:
    """Are these arrays of the same numbers, whole ones written with a point or without?"""
    was, now = list(_numbers(before)), list(_numbers(after))
    return None not in was and was == now


def _same(one: Source | None, other: Source | None) -> bool:
    if one is None or other is None:
        return False
    return one.text == other.text or one.meaning() == other.meaning()


def _numbers(source: Source) -> Iterator[Decimal | None]:
    for item in source.items():
        is_number = type(item.placed.value) in {int, float} and _is_plain(
            item.placed.value, item.text
        )
        yield Decimal(item.text.decode("ascii")) if is_number else None


def _is_plain(value: object, text: bytes) -> bool:
    """Is a string or a number one that all readers take alike?"""
    if isinstance(value, int | float):
        return abs(value) < _LARGE and len(text) <= _MANY
    return _PLAIN.fullmatch(text, 1, len(text) - 1) is not None


def _meaning(data: bytes, placed: Placed) -> Hashable:
    value, text = placed.value, data[placed.start : placed.end]
    match value:
        case Dictionary():
            entries = value.entries.items()
            return "dictionary", frozenset((bytes(key), _meaning(data, p)) for key, p in entries)
        case Array():
            return "array", tuple(_meaning(data, item) for item in value.items)
        case LiteralString() | int() | float() if not _is_plain(value, text):
            return "as it is spelled", text
        case LiteralString() | HexString():
            return "string", bytes(value)
        case float():
            return "real", Decimal(text.decode("ascii"))
        case _:
            return type(value).__name__, value
