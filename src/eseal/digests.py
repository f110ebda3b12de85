"""The two digests that evidence rests on: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016).

SM3 comes from hashlib, where OpenSSL has it (300 MB/s); else from gmssl, which is a thousand times
slower and is right for small things only.
"""

import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, Self

from gmssl import sm3 as gmssl_sm3


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
