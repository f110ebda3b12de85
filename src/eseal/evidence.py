"""What a signature or a seal says about itself: the same values for PDF and JSON.

Only what was read is told here; whether it may be believed is said by the findings beside it.
The organisation identifier is the subject's 2.5.4.97 (X.520): for a department its USCC.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import x509

from eseal.certificates import ORGANIZATION, name_parts, plain_name
from eseal.oids import ORGANIZATION_IDENTIFIER
from eseal.seals.model import Seal, SealSignature


class SignatureKind(StrEnum):
    """How the signature is attached to what it signs."""

    PADES = "pades-b-b"
    PADES_T = "pades-b-t"
    SD_JWT = "sd-jwt"
    SD_JWT_T = "sd-jwt-t"
    SEAL = "ses-signature"
    STATEMENT = "jws"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenTime:
    """A time at which something was there, by a timestamp that was found sound.

    Attributes:
        time: genTime, aware.
        authority: who says so, by common name.
    """

    time: datetime
    authority: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureInfo:
    """Who signed, with what, when they claim to have done so, and when it is proven to be there.

    Attributes:
        kind: how the signature is attached.
        signer: common name of the certificate's subject, its organisation's name if it has none.
        organisation_identifier: the subject's organizationIdentifier, `None` if it has none.
        algorithm: name of the signature algorithm.
        certificate_serial: serial number of the certificate, lower-case hexadecimal.
        certificate_sha256: SHA-256 of the certificate's DER, lower-case hexadecimal.
        claimed_time: the signing time that the signer claims, `None` if they claim none.
        field: name of the PDF signature field, empty for JSON.
        commitment: OID of what the signer says to commit to (RFC 5126, 5.11.1), if they do.
        proven: the time that a sound timestamp proves, and who says so; `None` without one.
    """

    kind: SignatureKind
    signer: str
    organisation_identifier: str | None
    algorithm: str
    certificate_serial: str
    certificate_sha256: str
    claimed_time: datetime | None
    field: str = ""
    commitment: str | None = None
    proven: ProvenTime | None = None


def signature_info(
    certificate: x509.Certificate,
    algorithm: str,
    claimed_time: datetime | None,
    *,
    kind: SignatureKind,
    field: str = "",
    commitment: str | None = None,
    proven: ProvenTime | None = None,
) -> SignatureInfo:
    """Tell a signature from its certificate, the algorithm's name and the claimed time."""
    return SignatureInfo(
        kind=kind,
        signer=common_name(certificate),
        organisation_identifier=organisation_identifier(certificate),
        algorithm=algorithm,
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_sha256=certificate.sha256.hex(),
        claimed_time=claimed_time,
        field=field,
        commitment=commitment,
        proven=proven,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SealInfo:
    """What a seal on a document says, and what its use says.

    Attributes:
        name: the seal's name.
        es_id: its number.
        version: of its structure, such as V4.
        valid_from: its first second of validity.
        valid_until: its last.
        maker: who made it, by common name.
        signer: who used it, by common name.
        used_at: when they say they did.
        picture: format and size of its picture, such as `SVG 42 x 42 mm`.
        sha256: SHA-256 of the seal's DER, lower-case hexadecimal.
        data_hash: digest of what was sealed (原文杂凑值), lower-case hexadecimal; a register's
            journal of uses has the same.
    """

    name: str
    es_id: str
    version: str
    valid_from: datetime
    valid_until: datetime
    maker: str
    signer: str
    used_at: datetime
    picture: str
    sha256: str
    data_hash: str


def seal_info(signature: SealSignature) -> SealInfo:
    """Tell a seal from its use on a document."""
    seal = signature.seal
    return SealInfo(
        name=seal.name,
        es_id=seal.es_id,
        version=seal.version.name,
        valid_from=seal.valid_from,
        valid_until=seal.valid_until,
        maker=common_name(seal.maker),
        signer=common_name(signature.signer),
        used_at=signature.at,
        picture=picture_words(seal),
        sha256=hashlib.sha256(seal.der).hexdigest(),
        data_hash=signature.data_hash.hex(),
    )


def picture_words(seal: Seal) -> str:
    """Tell a seal's picture by format and size."""
    picture = seal.picture
    return f"{picture.kind} {picture.width} x {picture.height} mm"


def common_name(certificate: x509.Certificate) -> str:
    """Give the plain name of a certificate's subject."""
    return plain_name(certificate.subject)


def organisation_name(certificate: x509.Certificate) -> str:
    """Give the organisation's name of a certificate's subject; empty if it has none."""
    return name_parts(certificate.subject).get(ORGANIZATION, "")


def organisation_identifier(certificate: x509.Certificate) -> str | None:
    """Give the organizationIdentifier of a certificate's subject; `None` if it has none."""
    return name_parts(certificate.subject).get(ORGANIZATION_IDENTIFIER)
