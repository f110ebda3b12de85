"""What a document carries to help to validate it: certificates, revocation lists, OCSP answers.

Rules kept: it is help that nobody vouches for. A certificate is believed along a valid path only, a
list or an answer when the signature holds of whom it has to be; what cannot be read helps nobody,
and fails nothing. It is bounded in number and in size.

Left to others: where it stands in a document (`eseal.pdf`), what it is worth (`eseal.chain`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Final, TypeVar

from asn1crypto import crl, x509

from eseal.certificates import read_certificate
from eseal.crl import read_crl
from eseal.errors import EvidenceError
from eseal.ocsp import OcspResponse
from eseal.ocsp_reading import read_ocsp

MAX_ITEMS: Final = 32
"""Of each kind."""

MAX_CARRIED_BYTES: Final = 2 * 1024 * 1024
"""Of all that is read; a list takes a second for each 1.5 MB."""

_KEPT_BYTES: Final = 64 * 1024
"""Longer lists are read anew for each document."""

Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedData:
    """What could be read: it may help, and is believed in nothing.

    Attributes:
        certificates: in their order.
        crls: in their order.
        ocsps: in their order.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[OcspResponse, ...] = ()

    @property
    def name(self) -> bytes:
        """A digest of the lists and answers; empty where there are none."""
        if not self.crls and not self.ocsps:
            return b""
        ders = (*(one.dump() for one in self.crls), *(one.der for one in self.ocsps))
        return sha256(b"".join(sha256(der).digest() for der in ders)).digest()


NOTHING: Final = CarriedData()


def read_carried(
    certificates: Iterable[bytes], crls: Iterable[bytes], ocsps: Iterable[bytes] = ()
) -> CarriedData:
    """Read what a document carries; what cannot be read, or is beyond the bounds, is left out."""
    left = MAX_CARRIED_BYTES

    def bounded(items: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal left
        for item in islice(items, MAX_ITEMS):
            left -= len(item)
            if left < 0:
                return
            yield item

    return CarriedData(
        certificates=tuple(_readable(read_certificate, bounded(certificates))),
        crls=tuple(_readable(_read_list, bounded(crls))),
        ocsps=tuple(_readable(read_ocsp, bounded(ocsps))),
    )


def _readable(read: Callable[[bytes], Read], items: Iterable[bytes]) -> Iterator[Read]:
    for item in items:
        try:
            yield read(item)
        except EvidenceError:
            continue


def _read_list(der: bytes) -> crl.CertificateList:
    return read_crl(der) if len(der) > _KEPT_BYTES else _remembered(der)


_remembered = lru_cache(maxsize=64)(read_crl)
