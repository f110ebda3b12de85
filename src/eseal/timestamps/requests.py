"""Requests for timestamps: written for an authority, and read as one.

Rules kept:
    - written: version 1, an imprint, a nonce of 64 random bits, the certificate asked for;
    - read: at most 4 KiB of DER with nothing behind; which requests are granted is said by
      `authority`.

Source: RFC 3161, 2.4.1.
"""

from dataclasses import dataclass
from typing import Final

from asn1crypto import core, tsp

from eseal.der import PARSE_ERRORS, check_der, fault_words
from eseal.reasons import Reason
from eseal.sizes import too_large
from eseal.timestamps.contents import check_extensions, malformed, read_nonce
from eseal.timestamps.imprints import Imprint, read_imprint

MAX_REQUEST_BYTES: Final = 4096
NONCE_BITS: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class TimestampRequest:
    """What an authority is asked.

    Attributes:
        imprint: of what is to be stamped.
        policy: OID of the policy asked for; the authority's own when left out.
        nonce: what the answer has to repeat.
        wants_certificate: whether the authority's certificate has to be in the answer.
        has_extensions: whether it has extensions; nobody here knows any.
    """

    imprint: Imprint
    policy: str | None = None
    nonce: int | None = None
    wants_certificate: bool = True
    has_extensions: bool = False

    def dump(self) -> bytes:
        """Write it as DER."""
        fields: dict[str, object] = {
            "version": "v1",
            "message_imprint": self.imprint.structure(),
            "cert_req": self.wants_certificate,
        }
        if self.policy is not None:
            fields["req_policy"] = self.policy
        if self.nonce is not None:
            fields["nonce"] = self.nonce
        der: bytes = tsp.TimeStampReq(fields).dump()
        return der


def read_request(der: bytes) -> TimestampRequest:
    """Read a request; nothing may follow it.

    Raises:
        MalformedError: TIMESTAMP_MALFORMED.
        RefusedError: ALGORITHM_REFUSED, an imprint by another digest than SHA-256 and SM3;
            TIMESTAMP_INVALID, it has a critical extension.
    """
    if len(der) > MAX_REQUEST_BYTES:
        raise malformed(too_large(MAX_REQUEST_BYTES), "length")
    check_der(der, Reason.TIMESTAMP_MALFORMED, "request")
    try:
        found = tsp.TimeStampReq.load(der, strict=True)
        found.native  # noqa: B018 - asn1crypto parses lazily; this makes it parse all
        if found["version"].native != "v1":
            raise malformed("版本不是 1 not version 1", "version")
        check_extensions(found["extensions"])
        policy = found["req_policy"]
        return TimestampRequest(
            imprint=read_imprint(found["message_imprint"]),
            policy=None if isinstance(policy, core.Void) else str(policy.dotted),
            nonce=read_nonce(found["nonce"]),
            wants_certificate=bool(found["cert_req"].native),
            has_extensions=not isinstance(found["extensions"], core.Void),
        )
    except PARSE_ERRORS as error:
        raise malformed(fault_words(error), "request") from error
