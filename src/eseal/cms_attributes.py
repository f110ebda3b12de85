"""Attributes of a CMS signature, written: what is in each, in DER.

What is written for one signer again and again is encoded once.

Source: RFC 5652, 11; RFC 5035 for signing-certificate-v2; RFC 5126, 5.11.1; RFC 3161, appendix A.
"""

from enum import StrEnum
from functools import lru_cache

from asn1crypto import cms, core, tsp, x509

from eseal import digests
from eseal.der import read_head
from eseal.der import tlv as _tlv
from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.oids import COMMITMENT_TYPE_INDICATION, SEAL_SIGNATURE, SIGNATURE_TIMESTAMP
from eseal.reasons import Reason

SEAL_NAME: bytes = core.ObjectIdentifier(SEAL_SIGNATURE).dump()
TIMESTAMP_NAME: bytes = core.ObjectIdentifier(SIGNATURE_TIMESTAMP).dump()

_SEQUENCE, _SET, _CONTEXT_1 = b"\x30", b"\x31", b"\xa1"
_KEPT = 64
"""Encoded attributes that are remembered: a signer that seals documents one by one has few."""


class Commitment(StrEnum):
    """What a signer commits to with a signature (RFC 5126, 5.11.1), by its OID."""

    ORIGIN = "1.2.840.113549.1.9.16.6.1"
    """They made, approved and sent it: what issuing is."""
    APPROVAL = "1.2.840.113549.1.9.16.6.5"
    """They approved the content; somebody else may have made it."""


def signing_certificate_v2(
    certificate: x509.Certificate, algorithm: DigestAlgorithm
) -> tsp.SigningCertificateV2:
    """Name a certificate by its digest (RFC 5035); SHA-256 is the default and left unsaid."""
    certificate_id: dict[str, object] = {"cert_hash": digests.digest(algorithm, certificate.dump())}
    if algorithm is not DigestAlgorithm.SHA256:
        certificate_id["hash_algorithm"] = {"algorithm": algorithm.value}
    return tsp.SigningCertificateV2({"certs": [certificate_id]})


@lru_cache(maxsize=_KEPT)
def certificate_attribute(certificate: bytes, algorithm: DigestAlgorithm) -> bytes:
    """Write the attribute that names the signer's certificate, given as DER."""
    named = signing_certificate_v2(x509.Certificate.load(certificate), algorithm)
    return _encoded("signing_certificate_v2", named)


@lru_cache(maxsize=_KEPT)
def attribute(name: str, value: str | bytes) -> bytes:
    """Write an attribute of one value, by asn1crypto's name."""
    return _encoded(name, value)


def _encoded(name: str, value: object) -> bytes:
    encoded: bytes = cms.CMSAttribute({"type": name, "values": [value]}).dump()
    return encoded


def unsigned_attributes(timestamp: bytes) -> bytes:
    """Write the unsigned attributes: a timestamp, or nothing at all."""
    if not timestamp:
        return b""
    return _tlv(_CONTEXT_1, _tlv(_SEQUENCE, TIMESTAMP_NAME + _tlv(_SET, timestamp)))


def value_in(der: bytes, name: bytes) -> bytes:
    """Find the value of an attribute that has to be in a CMS; comparing tells if it is.

    Raises:
        RefusedError: SIGNATURE_MALFORMED, no value stands behind that name.
    """
    try:
        values = read_head(der, der.find(name) + len(name), len(der))
        return der[values.start : read_head(der, values.start, values.end).end]
    except ValueError as error:
        raise RefusedError(Reason.SIGNATURE_MALFORMED, str(error), at="cms") from error


def commitment_attribute(commitment: Commitment) -> bytes:
    """Write the attribute that says what a signer commits to."""
    indication = _tlv(_SEQUENCE, core.ObjectIdentifier(commitment.value).dump())
    name = core.ObjectIdentifier(COMMITMENT_TYPE_INDICATION).dump()
    return _tlv(_SEQUENCE, name + _tlv(_SET, indication))
