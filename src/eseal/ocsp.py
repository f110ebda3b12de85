"""OCSP: questions whether a certificate was revoked, and what the answers say.

Rules kept:

- A certificate is named by digests of its issuer's name and key, and by its serial. We name it
  with the digest of its issuer's suite, SHA-256 or SM3; answers may name it with SHA-1, as many
  responders still do: nothing is secured by this digest, the answer is signed.
- "Good" is no more than "not revoked", and "unknown" is no answer.

Left to others: reading (`eseal.ocsp_reading`) and making answers (`eseal.ocsp_making`), whose
signature counts (`eseal.ocsp_signers`), what an answer weighs beside a CRL (`eseal.revocation`),
asking over HTTP (`eseal.revocation_fetching`).

Source: RFC 6960, 4.1 and 4.2; RFC 9654 for the nonce (both read second-hand).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from asn1crypto import algos, core, ocsp, x509

from eseal.digests import DigestAlgorithm, digest
from eseal.errors import RefusedError
from eseal.keys import Suite, suite_of
from eseal.reasons import Reason

NONCE_BYTES = range(1, 129)
"""How long a nonce may be (RFC 9654, 2.1); 32 bytes are usual."""


class IdDigest(StrEnum):
    """A digest by which a certificate's issuer is named; it secures nothing."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SM3 = "sm3"

    def of(self, data: bytes) -> bytes:
        """Digest some bytes."""
        match self:
            case IdDigest.SHA1:
                return hashlib.sha1(data, usedforsecurity=False).digest()
            case IdDigest.SHA256:
                return digest(DigestAlgorithm.SHA256, data)
            case IdDigest.SM3:
                return digest(DigestAlgorithm.SM3, data)


class OcspStatus(StrEnum):
    """What a responder says of a certificate; "good" is no more than "not revoked"."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateId:
    """Which certificate is meant (CertID): its issuer by two digests, and its serial."""

    digest: IdDigest
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: int

    def means(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Say whether it is this certificate of this issuer that is meant."""
        return self == certificate_id(certificate, issuer, self.digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class OcspAnswer:
    """What a response says of one certificate.

    Attributes:
        about: which certificate.
        status: good, revoked or unknown.
        revoked_at: when it was revoked; exactly when it was.
        reason: why it was revoked, in the words of RFC 5280, 5.3.1.
        this_update: when this was known to be true.
        next_update: when something newer will be known at the latest; `None`: always.
    """

    about: CertificateId
    status: OcspStatus
    revoked_at: datetime | None = None
    reason: str = "unspecified"
    this_update: datetime
    next_update: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OcspResponse:
    """A response that is well formed; whether its signature counts is not yet known.

    Attributes:
        der: the whole of it.
        answers: at least one.
        produced_at: when it was signed.
        nonce: what the request asked to be given back, if it is in it.
        responder: who says to have signed: a name, or the SHA-1 of a key.
        certificates: came with it; perhaps the responder's.
        signed: the bytes under the signature.
        algorithm: of the signature.
        signature: over `signed`.
    """

    der: bytes
    answers: tuple[OcspAnswer, ...]
    produced_at: datetime
    nonce: bytes | None
    responder: x509.Name | bytes
    certificates: tuple[x509.Certificate, ...]
    signed: bytes
    algorithm: algos.SignedDigestAlgorithm
    signature: bytes

    def answers_about(
        self, certificate: x509.Certificate, issuer: x509.Certificate
    ) -> tuple[OcspAnswer, ...]:
        """Find what it says of a certificate; one answer, or none, if it is as it should be."""
        return tuple(one for one in self.answers if one.about.means(certificate, issuer))


def certificate_id(
    certificate: x509.Certificate, issuer: x509.Certificate, by: IdDigest
) -> CertificateId:
    """Name a certificate as RFC 6960, 4.1.1 does: the issuer's name is as it stands in it."""
    key_bits: bytes = issuer.public_key["public_key"].contents[1:]  # behind the count of spare bits
    return CertificateId(
        digest=by,
        issuer_name_hash=by.of(certificate.issuer.dump()),
        issuer_key_hash=by.of(key_bits),
        serial=certificate.serial_number,
    )


def default_id_digest(issuer: x509.Certificate) -> IdDigest:
    """Choose the digest to ask with: that of the issuer's suite."""
    match suite_of(issuer.public_key):
        case Suite.SM2:
            return IdDigest.SM3
        case Suite.RSA:
            return IdDigest.SHA256


def make_ocsp_request(about: CertificateId, *, nonce: bytes | None = None) -> bytes:
    """Ask about one certificate, as DER; unsigned, as is usual.

    Args:
        about: which.
        nonce: what the response has to give back; leave it out where the answer is to be kept.

    Raises:
        RefusedError: OCSP_REFUSED, the nonce is empty or longer than 128 bytes.
    """
    request: dict[str, Any] = {"request_list": [{"req_cert": id_fields(about)}]}
    if nonce is not None:
        request["request_extensions"] = [nonce_extension(nonce)]
    der: bytes = ocsp.OCSPRequest({"tbs_request": request}).dump()
    return der


def id_fields(about: CertificateId) -> dict[str, Any]:
    """Put a certificate's name into the form that asn1crypto writes."""
    return {
        "hash_algorithm": {"algorithm": about.digest.value, "parameters": core.Null()},
        "issuer_name_hash": about.issuer_name_hash,
        "issuer_key_hash": about.issuer_key_hash,
        "serial_number": about.serial,
    }


def nonce_extension(nonce: bytes) -> dict[str, Any]:
    """Write a nonce (RFC 9654, 2.1); it is never critical.

    Raises:
        RefusedError: OCSP_REFUSED.
    """
    if len(nonce) not in NONCE_BYTES:
        raise RefusedError(
            Reason.OCSP_REFUSED, "随机数应为 1 至 128 字节 a nonce has 1 to 128 bytes", at="nonce"
        )
    return {"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(nonce)}
