"""The two digests that evidence rests on: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016).

SM3 comes from hashlib, where OpenSSL has it (300 MB/s); else from gmssl, which is a thousand times
slower and is right for small things only.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, Self

from gmssl import sm3 as gmssl_sm3

_FIRST_BLOCK = 4096
"""Bytes that texts have to have in common, at least, for that to be digested once."""

_BLOCK = 256
"""What they have in common is digested in whole blocks: its end may be chance, as a time is."""

_LONGEST_BEGINNING = 64 * 1024
_MOST_BEGINNINGS = 8

_SAMPLE = 48
_MOST_KEPT = 128
_LONGEST_KEPT = 256 * 1024


class DigestAlgorithm(StrEnum):
    """A digest algorithm, by the name that asn1crypto and hashlib give it."""

    SHA256 = "sha256"
    SM3 = "sm3"


class Hash(Protocol):
    """A digest in the making, as hashlib has it."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def digest(self) -> bytes:
        """Give the 32-byte digest of what was taken in so far."""

    def copy(self) -> Self:
        """Give an independent copy, to go on from here twice."""


def new(algorithm: DigestAlgorithm, data: bytes = b"") -> Hash:
    """Begin a digest, of `data` to start with."""
    match algorithm:
        case DigestAlgorithm.SHA256:
            return hashlib.sha256(data)
        case DigestAlgorithm.SM3:
            return _new_sm3(data)


def digest(algorithm: DigestAlgorithm, data: bytes) -> bytes:
    """Digest `data` in one go; 32 bytes."""
    return new(algorithm, data).digest()


class _Recent:
    """Remembers what was digested lately, for all; threads share it.

    A text is looked up by samples of it, and is the same only if all of it is.
    """

    def __init__(self) -> None:
        self._begun: OrderedDict[object, tuple[bytes, Hash]] = OrderedDict()

    def get(self, how: object, data: bytes) -> Hash | None:
        """Give the digest of the text begun in this way, if it is remembered."""
        known = self._begun.get(self._key(how, data))
        return known[1].copy() if known is not None and known[0] == data else None

    def keep(self, how: object, data: bytes, begun: Hash) -> None:
        """Remember a text, and forget the oldest."""
        if len(data) <= _LONGEST_KEPT:
            self._begun[self._key(how, data)] = data, begun.copy()
            while len(self._begun) > _MOST_KEPT:
                self._begun.popitem(last=False)

    def _key(self, how: object, data: bytes) -> object:
        middle = len(data) // 2
        return how, len(data), data[middle : middle + _SAMPLE], data[-_SAMPLE:]


_recent = _Recent()


class CommonTexts:
    """Digests texts of which many begin alike or come twice; threads may share it.

    The files of one form begin alike, and what is signed is verified at once. What a text has in
    common with one before that has the same first block is digested once and gone on from, if a
    later text begins with these very bytes; the same text again is not digested again. The digests
    are the same as without.
    """

    def __init__(self, algorithm: DigestAlgorithm, *, before: bytes = b"") -> None:
        """Make ready to digest texts, before each of which `before` is digested."""
        self._algorithm, self._before = algorithm, before
        self._how = algorithm, before
        self._known: tuple[tuple[bytes, Hash], ...] = ()
        self._lasts: dict[bytes, bytes] = {}

    def begin(self, data: bytes) -> Hash:
        """Begin a digest of `data`, as `new` does, behind what stands before every text."""
        if len(data) < _FIRST_BLOCK:
            return new(self._algorithm, self._before + data)
        begun = _recent.get(self._how, data)
        if begun is None:
            begun = self._begin_long(data)
            _recent.keep(self._how, data, begun)
        return begun

    def _begin_long(self, data: bytes) -> Hash:
        for beginning, begun in self._known:
            if data.startswith(beginning):
                going = begun.copy()
                going.update(data[len(beginning) :])
                return going
        self._learn(data[:_LONGEST_BEGINNING])
        return new(self._algorithm, self._before + data)

    def _learn(self, data: bytes) -> None:
        """Remember what `data` and the last text that began so have in common, in whole blocks."""
        first = data[:_FIRST_BLOCK]
        last = self._lasts.get(first, data)
        if len(self._lasts) >= _MOST_BEGINNINGS:
            self._lasts.clear()
        self._lasts[first] = data
        if data != last:
            length = _common_length(data, last) // _BLOCK * _BLOCK
            beginning = data[:length]
            learnt = (beginning, new(self._algorithm, self._before + beginning))
            self._known = (learnt, *self._known[: _MOST_BEGINNINGS - 1])


def _common_length(one: bytes, other: bytes) -> int:
    """Count the bytes that two texts have in common at their beginnings."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


class PortableSm3:
    """SM3 by gmssl, for a Python whose hashlib has none; holds all it is given until `digest`."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = bytearray(data)

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""
        self._data += data

    def digest(self) -> bytes:
        """Give the digest of what was taken in so far."""
        return bytes.fromhex(gmssl_sm3.sm3_hash(list(self._data)))

    def copy(self) -> Self:
        """Give an independent copy."""
        return type(self)(bytes(self._data))


def is_fast(algorithm: DigestAlgorithm) -> bool:
    """Say whether hashlib does it."""
    return algorithm is not DigestAlgorithm.SM3 or _new_sm3 is not PortableSm3


def _choose_sm3() -> Callable[[bytes], Hash]:
    try:
        begun = hashlib.new("sm3")
    except ValueError:  # this Python's OpenSSL is without SM3, or does not permit it
        return PortableSm3

    def begin(data: bytes) -> Hash:
        """Go on from a copy: hashlib looks a name up anew each time that it begins."""
        going = begun.copy()
        going.update(data)
        return going

    return begin


_new_sm3 = _choose_sm3()
