"""What helps to validate a signature later (document security store, DSS), as a PDF has it.

With it a signature is PAdES B-LT: the certificates and revocation lists by which signer and
time-stamping authority were good stand in the file, in the same update as the signature, which
covers them.

Rules kept:
    - written: each certificate, list and OCSP answer once, packed, as a stream of its own; they are
      packed once for all documents that carry them;
    - bounded in number; what is read of it is bounded, too (`eseal.carried`).

Source: ETSI EN 319 142-1, 5.4.2 (read second-hand).
"""

import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from eseal.carried import MAX_ITEMS
from eseal.pdf.objects import write_stream
from eseal.pdf.values import Reference

KINDS: Final = (b"Certs", b"CRLs", b"OCSPs")
"""The arrays of a DSS, in the order of `ValidationData.streams`."""


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
