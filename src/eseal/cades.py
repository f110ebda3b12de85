"""Detached CMS signatures with a claimed time over any bytes: CAdES baseline B-B.

As those of PDFs (`eseal.cms`), with the signing-time that CAdES wants in the signature itself.

Rules kept: nothing is signed with a certificate that is not valid at that time; reading is that of
`eseal.signed_data`.

Source: RFC 5652, RFC 5035; ETSI EN 319 122-1, 6.3 (read second-hand).
"""

from datetime import datetime
from typing import Final

from asn1crypto import algos, cms

from eseal import digests
from eseal.certificates import to_time
from eseal.cms_attributes import attribute, certificate_attribute
from eseal.der import tlv
from eseal.errors import RefusedError
from eseal.keys import verify_signature
from eseal.moments import check_time
from eseal.reasons import Reason
from eseal.signed_data import SignedData, read_signed_data
from eseal.signers import Signer

_SEQUENCE: Final = b"\x30"
_SET: Final = b"\x31"
_OCTETS: Final = b"\x04"
_CONTEXT_0: Final = b"\xa0"


def sign_detached(signer: Signer, content: bytes, *, at: datetime) -> bytes:
    """Sign bytes that stand elsewhere; returns the DER of a ContentInfo.

    Args:
        signer: whose signature it is.
        content: what is signed.
        at: aware time that the signer claims; parts of a second are dropped.

    Raises:
        RefusedError: SIGNED_OUTSIDE_VALIDITY, the certificate is not valid then.
    """
    moment, certificate = check_time(at, "at"), signer.certificate
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    if not begins <= moment <= ends:
        sentence = (
            f"证书有效期为 the certificate is valid from {begins} to {ends}，不含 not at {moment}"
        )
        raise RefusedError(Reason.SIGNED_OUTSIDE_VALIDITY, sentence)
    attributes = _attributes(signer, content, moment)
    signature = signer.sign(tlv(_SET, attributes))
    digest = algos.DigestAlgorithm({"algorithm": signer.algorithm.digest.value})
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer_info = tlv(
        _SEQUENCE,
        cms.CMSVersion("v1").dump()
        + cms.IssuerAndSerialNumber(issuer).dump()
        + digest.dump()
        + tlv(_CONTEXT_0, attributes)
        + signer.algorithm.signed_digest_algorithm.dump()
        + tlv(_OCTETS, signature),
    )
    certificates = sorted(each.dump() for each in (certificate, *signer.chain))
    signed_data = tlv(
        _SEQUENCE,
        cms.CMSVersion("v1").dump()
        + cms.DigestAlgorithms([digest]).dump()
        + cms.EncapsulatedContentInfo({"content_type": "data"}).dump()
        + tlv(_CONTEXT_0, b"".join(certificates))
        + tlv(_SET, signer_info),
    )
    return tlv(_SEQUENCE, cms.ContentType("signed_data").dump() + tlv(_CONTEXT_0, signed_data))


def check_detached(der: bytes, content: bytes) -> SignedData:
    """Read a signature and see that it is one over these bytes; whose it is, is not judged.

    Raises:
        MalformedError: SIGNATURE_MALFORMED.
        RefusedError: DIGEST_MISMATCH, it is over other bytes; SIGNATURE_INVALID; ALGORITHM_REFUSED;
            CERTIFICATE_MISMATCH.
        UnavailableError: no engine can verify it.
    """
    signed = read_signed_data(der, timed=True)
    algorithm = signed.algorithm
    if digests.digest(algorithm.digest, content) != signed.message_digest:
        raise RefusedError(
            Reason.DIGEST_MISMATCH, "签的是别的内容 it is over other bytes", at="message-digest"
        )
    verify_signature(
        signed.certificate.public_key, algorithm, signed.signed_bytes, signed.signature
    )
    return signed


def _attributes(signer: Signer, content: bytes, moment: datetime) -> bytes:
    """The signed attributes, in DER's order of a SET OF."""
    digest = signer.algorithm.digest
    written = to_time(moment)
    claimed = cms.Time(name=written.name, value=written.chosen)
    time = cms.CMSAttribute({"type": "signing_time", "values": [claimed]}).dump()
    return b"".join(
        sorted(
            (
                attribute("content_type", "data"),
                time,
                attribute("message_digest", digests.digest(digest, content)),
                certificate_attribute(signer.certificate.dump(), digest),
            )
        )
    )
