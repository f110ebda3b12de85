"""Seals (电子印章) and seal signatures (电子签章) as values: what was read, and nothing believed.

A seal is an object of its own: a picture and a list of who may use it, signed by its maker
(制章者). A seal signature is what using it leaves behind: the seal, a time, the digest of a
document, and the signature of one who is in the list (签章者).

Left to others: reading (`eseal.seals.reading`), making (`eseal.seals.making`), what may be
believed (`eseal.seals.checks`).

Source: GB/T 38540-2020, GM/T 0031-2014, GM/T 0031-2025 (read second-hand).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from asn1crypto import x509

from eseal import digests
from eseal.algorithms import Algorithm
from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.reasons import Reason

MAX_SIGNERS: Final = 64

_DIGEST_NAMES: Final = {
    "SM3": DigestAlgorithm.SM3,
    "1.2.156.10197.1.401": DigestAlgorithm.SM3,
    "SHA256": DigestAlgorithm.SHA256,
    "2.16.840.1.101.3.4.2.1": DigestAlgorithm.SHA256,
}


class SealVersion(IntEnum):
    """The generations of the structure that are met, by their number in the header."""

    V1 = 1
    """GM/T 0031-2014."""
    V4 = 4
    """GB/T 38540-2020, the one that is made here."""
    V5 = 5
    """GM/T 0031-2025."""


class Deviation(StrEnum):
    """What is not as the standard has it and is read all the same; it is told, not hidden."""

    RAW_SIGNATURE = "raw-signature"
    """An SM2 signature is r || s in 64 bytes instead of SEQUENCE { r, s }."""
    ALGORITHM_PARAMETERS = "algorithm-parameters"
    """An algorithm is an AlgorithmIdentifier instead of a bare OID."""
    EXPLICIT_FALSE = "explicit-false"
    """`critical FALSE` is written, which DER leaves out."""
    EXTENSIONS_TAGGED = "extensions-tagged"
    """A seal's extensions stand in a tag [0], where there is none."""
    EXTENSIONS_UNTAGGED = "extensions-untagged"
    """A seal signature's extensions stand without their tag [0]."""
    VERSION_NUMBER = "version-number"
    """The version number is not that of the structure."""
    DATA_HASH_WITH_Z = "data-hash-with-z"
    """The digest of the document was made with the signer's SM2 value Z in front."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealPicture:
    """The picture of a seal, as it stands in it; it was not looked at.

    Attributes:
        kind: its format as the seal names it, such as PNG, SVG or OFD.
        data: the bytes of the picture.
        width: millimetres.
        height: millimetres.
    """

    kind: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SealExtension:
    """An extension of a seal or of a seal signature (ExtData); none is understood here."""

    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateDigest:
    """A certificate named by its digest (CertDigestObj)."""

    kind: str
    value: bytes

    def names(self, certificate: x509.Certificate) -> bool:
        """Say whether it is the digest of `certificate`.

        The standard leaves the kind's text to the maker: a name that is known decides, with any
        other the digest may be either of ours.
        """
        known = _DIGEST_NAMES.get(self.kind.upper().replace("-", "").replace("_", ""))
        der = certificate.dump()
        return any(
            digests.digest(algorithm, der) == self.value
            for algorithm in ([known] if known else DigestAlgorithm)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SignerList:
    """Who may use a seal (签章者证书列表): certificates in DER, or their digests, never both.

    Attributes:
        certificates: list type 1.
        digests: list type 2.
    """

    certificates: tuple[bytes, ...] = ()
    digests: tuple[CertificateDigest, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.certificates) is bool(self.digests):
            raise _refused(
                "签章者应以证书或摘要之一列明 "
                "signers are listed by certificates or by digests, one of both"
            )
        if len(self.certificates) + len(self.digests) > MAX_SIGNERS:
            raise _refused(f"签章者过多 more than {MAX_SIGNERS} signers")

    def lists(self, certificate: x509.Certificate) -> bool:
        """Say whether `certificate` is in the list: the same bytes, or the digest of them."""
        if self.certificates:
            return certificate.dump() in self.certificates
        return any(one.names(certificate) for one in self.digests)


def list_certificates(certificates: Iterable[x509.Certificate]) -> SignerList:
    """List signers by their certificates (type 1)."""
    return SignerList(certificates=tuple(one.dump() for one in certificates))


def list_digests(
    certificates: Iterable[x509.Certificate], algorithm: DigestAlgorithm
) -> SignerList:
    """List signers by digests of their certificates (type 2), named SM3 or SHA256."""
    kind = algorithm.value.upper()
    return SignerList(
        digests=tuple(
            CertificateDigest(kind=kind, value=digests.digest(algorithm, one.dump()))
            for one in certificates
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Seal:
    """A seal (电子印章, SESeal).

    Attributes:
        der: the bytes that it was read from.
        version: the generation of its structure.
        vendor: who made the software, as the seal says (Vid).
        es_id: its identifier (印章标识).
        kind: its type; V1 has 1 for a unit's and 2 for a person's, later ones leave it open.
        name: its name (印章名称).
        signers: who may use it.
        created: when it was made (制作日期); aware, UTC.
        valid_from: first second in which it may be used; aware, UTC.
        valid_until: last second in which it may be used; aware, UTC.
        picture: what it looks like.
        extensions: in their order.
        maker: the maker's certificate.
        algorithm: what the maker signed with.
        signed_bytes: the bytes that the maker's signature is over.
        signature: the maker's signature; SM2 as SEQUENCE { r, s }, whatever was read.
        timestamp: a timestamp over the signature (V5), not looked at.
        deviations: what was tolerated.
    """

    der: bytes
    version: SealVersion
    vendor: str
    es_id: str
    kind: int
    name: str
    signers: SignerList
    created: datetime
    valid_from: datetime
    valid_until: datetime
    picture: SealPicture
    extensions: tuple[SealExtension, ...]
    maker: x509.Certificate
    algorithm: Algorithm
    signed_bytes: bytes
    signature: bytes
    timestamp: bytes | None
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SealSignature:
    """A seal signature (电子签章, SES_Signature).

    Attributes:
        der: the bytes that it was read from.
        version: the generation of its structure.
        seal: the seal that was used.
        at: when it was used, as the signer claims; aware, UTC.
        data_hash: digest of the document.
        property_info: what of the document was digested, in words of the maker's own.
        extensions: in their order.
        signer: the signer's certificate; in V1 signed, later not.
        algorithm: what the signer signed with.
        signed_bytes: the bytes that the signature is over (TBS_Sign).
        signature: the signature; SM2 as SEQUENCE { r, s }, whatever was read.
        timestamp: a timestamp over the signature, or in V1 the one that says `at`; not looked at.
        deviations: what was tolerated, the seal's own left out.
    """

    der: bytes
    version: SealVersion
    seal: Seal
    at: datetime
    data_hash: bytes
    property_info: str
    extensions: tuple[SealExtension, ...]
    signer: x509.Certificate
    algorithm: Algorithm
    signed_bytes: bytes
    signature: bytes
    timestamp: bytes | None
    deviations: tuple[Deviation, ...]


def _refused(sentence: str) -> RefusedError:
    return RefusedError(Reason.SEAL_REFUSED, sentence, at="signers")
