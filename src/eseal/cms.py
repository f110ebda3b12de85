"""CMS signatures for PAdES baseline B-B and B-T, built from a template.

All of a signer's CMS but the digest and the signature is the same every time: it is encoded once,
and each signature is put together from bytes. What is in it:

    - content types of RFC 5652, content detached, one signer, version 1;
    - the signer's certificate and its issuing CAs, in DER's order of a SET OF;
    - signed attributes content-type, message-digest and signing-certificate-v2, on request
      commitment-type-indication and the signature of a seal for the same content; no signing-time:
      the claimed time stands in the PDF, as PAdES wants it;
    - no unsigned attributes but, on request, a timestamp over the signature value (B-T).

Source: RFC 5652, RFC 5035; RFC 3161, appendix A; ETSI EN 319 142-1, 6.3 (read second-hand).
"""

from datetime import datetime

from asn1crypto import algos, cms

from eseal import digests
from eseal.cms_attributes import (
    SEAL_NAME,
    TIMESTAMP_NAME,
    Commitment,
    attribute,
    certificate_attribute,
    commitment_attribute,
    unsigned_attributes,
    value_in,
)
from eseal.der import tlv as _tlv
from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.keys import verify_signature
from eseal.reasons import Reason
from eseal.seals.making import SealStamp
from eseal.signers import Signer, signature_size
from eseal.timestamps.stamper import Timestamper
from eseal.timestamps.tokens import read_token
from eseal.timestamps.verification import check_token

_SEQUENCE, _SET, _OCTETS, _CONTEXT_0 = b"\x30", b"\x31", b"\x04", b"\xa0"
_DIGEST_BYTES = 32

__all__ = ["CmsTemplate", "Commitment"]


class CmsTemplate:
    """Makes the CMS signatures of one signer.

    Attributes:
        signer: whose signatures they are.
        commitment: what they say that the signer commits to; nothing when `None`.
        seal: the signer's seal, which goes into every one of them; none when `None`.
        timestamps: who stamps every one of them; nobody when `None`.
        max_size: the longest CMS that `build` can return, in bytes.
    """

    def __init__(
        self,
        signer: Signer,
        *,
        commitment: Commitment | None = None,
        seal: SealStamp | None = None,
        timestamps: Timestamper | None = None,
    ) -> None:
        algorithm = signer.algorithm
        self.signer = signer
        self.commitment = commitment
        self.seal = seal
        self.timestamps = timestamps
        self._contents = digests.CommonTexts(algorithm.digest)
        self._digest_algorithm = algos.DigestAlgorithm({"algorithm": algorithm.digest.value})
        self._content_type = cms.ContentType("signed_data").dump()
        self._data_head = self._encode_data_head()
        self._signer_head = self._encode_signer_head()
        self._before, self._after = self._encode_attributes()
        self._signature_algorithm = algorithm.signed_digest_algorithm.dump()
        self._longest = signature_size(signer)
        sealed, parts = bytes(seal.max_size) if seal else b"", bytes(self._longest)
        plain = self.assemble(bytes(_DIGEST_BYTES), parts, sealed)
        self._overhead = len(plain) - self._longest - len(sealed)
        if timestamps is not None:
            plain = self.assemble(bytes(_DIGEST_BYTES), parts, sealed, bytes(timestamps.max_size))
        self.max_size = len(plain)

    @property
    def digest_algorithm(self) -> DigestAlgorithm:
        """What the content has to be digested with."""
        return self.signer.algorithm.digest

    def digest(self, before: bytes, behind: bytes) -> bytes:
        """Digest content that stands in two parts."""
        begun = self._contents.begin(before)
        begun.update(behind)
        return begun.digest()

    def seal_for(self, message_digest: bytes, *, at: datetime, range_text: str) -> bytes:
        """Let the seal sign content of this digest; nothing when there is no seal.

        Args:
            message_digest: digest of the content.
            at: the time that the document claims, too.
            range_text: the document's byte range, as the seal repeats it.
        """
        if self.seal is None:
            return b""
        return self.seal.sign(message_digest, at=at, property_info=range_text)

    def build(self, message_digest: bytes, seal_signature: bytes = b"") -> bytes:
        """Sign content of this digest, and have it stamped; returns the DER of a ContentInfo.

        Args:
            message_digest: digest of the content.
            seal_signature: what `seal_for` gave for it.

        Raises:
            EvidenceError: the signer failed, or whoever stamps it.
        """
        attributes = self._attributes(message_digest, seal_signature)
        signature = self.signer.sign(_tlv(_SET, attributes))
        return self._around(attributes, signature, self.timestamp_for(signature))

    def timestamp_for(self, signature: bytes) -> bytes:
        """Have a signature value stamped; nothing when nobody stamps.

        Raises:
            EvidenceError: no good timestamp was to be had.
        """
        if self.timestamps is None:
            return b""
        return self.timestamps.stamp(signature, digest=self.digest_algorithm)

    def signed_bytes(self, message_digest: bytes, seal_signature: bytes = b"") -> bytes:
        """What is signed for content of this digest: the DER of the signed attributes."""
        return _tlv(_SET, self._attributes(message_digest, seal_signature))

    def assemble(
        self,
        message_digest: bytes,
        signature: bytes,
        seal_signature: bytes = b"",
        timestamp: bytes = b"",
    ) -> bytes:
        """Put a CMS together from a digest and the signature over `signed_bytes` of it."""
        return self._around(self._attributes(message_digest, seal_signature), signature, timestamp)

    def check(
        self,
        der: bytes,
        message_digest: bytes,
        *,
        at: datetime | None = None,
        range_text: str = "",
    ) -> None:
        """See that `der` is what `build` makes for this digest, and that its signatures hold.

        Args:
            der: the CMS.
            message_digest: digest of the content.
            at: the time that the document claims; without it a seal fails.
            range_text: the document's byte range, as the seal repeats it.

        Raises:
            RefusedError: SIGNATURE_MALFORMED, it is anything else; SIGNATURE_INVALID; or what is
                wrong with its timestamp.
            MalformedError: TIMESTAMP_MALFORMED.
        """
        if self.seal is not None and at is None:
            raise RefusedError(
                Reason.SIGNATURE_MALFORMED, "未载签名时间 it claims no time", at="cms"
            )
        sealed = value_in(der, SEAL_NAME) if self.seal is not None else b""
        attributes = self._attributes(message_digest, sealed)
        timestamp = value_in(der, TIMESTAMP_NAME) if self.timestamps is not None else b""
        if timestamp:
            unsigned = len(unsigned_attributes(timestamp))
            begin = len(self._around(attributes, bytes(self._longest), timestamp)) - unsigned
            signature = der[begin - self._longest : len(der) - unsigned]
        else:
            signature = der[self._overhead + len(sealed) :]
        if self._around(attributes, signature, timestamp) != der:
            raise RefusedError(
                Reason.SIGNATURE_MALFORMED,
                "不是该签名者对此内容的 CMS not this signer's CMS for this content",
                at="cms",
            )
        if self.seal is not None and at is not None:
            self.seal.check(sealed, message_digest, at=at, property_info=range_text)
        signer = self.signer
        verify_signature(
            signer.certificate.public_key,
            signer.algorithm,
            _tlv(_SET, attributes),
            signature,
        )
        if timestamp:
            check_token(read_token(timestamp), signature)

    def _attributes(self, message_digest: bytes, seal_signature: bytes) -> bytes:
        if len(message_digest) != _DIGEST_BYTES:
            msg = f"a digest has {_DIGEST_BYTES} bytes"
            raise ValueError(msg)
        if (self.seal is None) is not (not seal_signature):
            msg = "a seal's signature goes with a seal, and only with one"
            raise ValueError(msg)
        plain = self._before + message_digest + self._after
        if not seal_signature:
            return plain
        # Longer than all others, and so the last in DER's order of a SET OF.
        return plain + _tlv(_SEQUENCE, SEAL_NAME + _tlv(_SET, seal_signature))

    def _around(self, attributes: bytes, signature: bytes, timestamp: bytes = b"") -> bytes:
        """Put a CMS together around its signed attributes."""
        signer_info = _tlv(
            _SEQUENCE,
            self._signer_head
            + _tlv(_CONTEXT_0, attributes)
            + self._signature_algorithm
            + _tlv(_OCTETS, signature)
            + unsigned_attributes(timestamp),
        )
        signed_data = _tlv(_SEQUENCE, self._data_head + _tlv(_SET, signer_info))
        return _tlv(_SEQUENCE, self._content_type + _tlv(_CONTEXT_0, signed_data))

    def _encode_data_head(self) -> bytes:
        """Everything in SignedData before the signerInfos."""
        certificates = sorted(
            certificate.dump() for certificate in (self.signer.certificate, *self.signer.chain)
        )
        head: bytes = (
            cms.CMSVersion("v1").dump()
            + cms.DigestAlgorithms([self._digest_algorithm]).dump()
            + cms.EncapsulatedContentInfo({"content_type": "data"}).dump()
            + _tlv(_CONTEXT_0, b"".join(certificates))
        )
        return head

    def _encode_signer_head(self) -> bytes:
        """Everything in SignerInfo before the signed attributes."""
        certificate = self.signer.certificate
        identifier = cms.IssuerAndSerialNumber(
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        )
        head: bytes = cms.CMSVersion("v1").dump() + identifier.dump()
        return head + bytes(self._digest_algorithm.dump())

    def _encode_attributes(self) -> tuple[bytes, bytes]:
        """The signed attributes in DER's order, what stands before and behind the digest."""
        message_digest = attribute("message_digest", bytes(_DIGEST_BYTES))
        attributes = sorted(
            (
                attribute("content_type", "data"),
                message_digest,
                certificate_attribute(self.signer.certificate.dump(), self.signer.algorithm.digest),
                *([commitment_attribute(self.commitment)] if self.commitment else []),
            )
        )
        place = attributes.index(message_digest)
        before = b"".join(attributes[:place]) + message_digest[:-_DIGEST_BYTES]
        return before, b"".join(attributes[place + 1 :])
