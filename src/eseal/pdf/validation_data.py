"""What helps to validate a signature later (document security store, DSS): written, and read.

With it a signature is PAdES B-LT: the certificates and revocation lists by which signer and
time-stamping authority were good stand in the file, in the same update as the signature, which
covers them.

Rules kept:
    - written: each certificate, list and OCSP answer once, packed, as a stream of its own; they are
      packed once for all documents that carry them;
    - read: help that nobody vouches for. A certificate is believed along a valid path only, a list
      when its issuer's signature holds; what cannot be read helps nobody, and fails nothing;
    - bounded in number and size. OCSP answers are written and not read.

Source: ETSI EN 319 142-1, 5.4.2 (read second-hand).
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final, TypeVar

from asn1crypto import crl, x509

from eseal.certificates import read_certificate
from eseal.crl import read_crl
from eseal.errors import MalformedError
from eseal.pdf.objects import write_stream
from eseal.pdf.syntax import Reference

MAX_ITEMS: Final = 32
"""Of each kind."""

MAX_CARRIED_BYTES: Final = 2 * 1024 * 1024
"""Of all that is read; a list takes a second for each 1.5 MB."""

KINDS: Final = (b"Certs", b"CRLs", b"OCSPs")
"""The arrays of a DSS, in the order of `ValidationData.streams`."""

_KEPT_BYTES: Final = 64 * 1024
"""Longer lists are read anew for each document."""

Read = TypeVar("Read")


class ValidationData:
    """Certificates, revocation lists and OCSP answers for documents to carry, as DER.

    Attributes:
        streams: for each of `KINDS` what its streams hold, unpacked.
    """

    def __init__(
        self,
        *,
        certificates: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
        ocsps: Iterable[bytes] = (),
    ) -> None:
        """Take what is to be carried; of equal ones the first.

        Raises:
            ValueError: there are more than 32 of a kind.
        """
        kinds = (certificates, crls, ocsps)
        self.streams = tuple(tuple(dict.fromkeys(kind)) for kind in kinds)
        if max(map(len, self.streams)) > MAX_ITEMS:
            msg = f"more than {MAX_ITEMS} of a kind"
            raise ValueError(msg)

    @cached_property
    def bodies(self) -> tuple[bytes, ...]:
        """The streams, packed, as they are written."""
        return tuple(
            write_stream(b"/Filter/FlateDecode", zlib.compress(content, 9))
            for kind in self.streams
            for content in kind
        )

    def entry(self, references: Sequence[Reference]) -> bytes:
        """Write the /DSS of a catalog; `references` name the streams in the order of `bodies`."""
        parts, begin = [], 0
        for name, kind in zip(KINDS, self.streams, strict=True):
            listed = b" ".join(b"%d %d R" % one for one in references[begin : begin + len(kind)])
            begin += len(kind)
            if kind:
                parts.append(b"/%b[%b]" % (name, listed))
        return b"/DSS<<%b>>" % b"".join(parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedData:
    """What of a document's DSS could be read: it may help, and is believed in nothing.

    Attributes:
        certificates: in their order.
        crls: in their order.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()


NOTHING: Final = CarriedData()


def read_carried(certificates: Iterable[bytes], crls: Iterable[bytes]) -> CarriedData:
    """Read what a DSS carries; what cannot be read, or is beyond the bounds, is left out."""
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
    )


def _readable(read: Callable[[bytes], Read], items: Iterable[bytes]) -> Iterable[Read]:
    for item in items:
        try:
            yield read(item)
        except MalformedError:
            continue


def _read_list(der: bytes) -> crl.CertificateList:
    return read_crl(der) if len(der) > _KEPT_BYTES else _remembered(der)


_remembered = lru_cache(maxsize=64)(read_crl)
