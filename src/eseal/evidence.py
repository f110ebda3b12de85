"""What a signature says about itself: the same values for PDF and JSON.

Only what was read is told here; whether it may be believed is said by the findings beside it.
The organisation identifier is the subject's 2.5.4.97 (X.520): for a department its USCC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import x509

from eseal.oids import ORGANIZATION_IDENTIFIER

_COMMON_NAME = "2.5.4.3"
_ORGANIZATION_NAME = "2.5.4.10"


class SignatureKind(StrEnum):
    """How the signature is attached to what it signs."""

    PADES = "pades-b-b"
    SD_JWT = "sd-jwt"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureInfo:
    """Who signed, with what, and when they claim to have done so.

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


def signature_info(
    certificate: x509.Certificate,
    algorithm: str,
    claimed_time: datetime | None,
    *,
    kind: SignatureKind,
    field: str = "",
    commitment: str | None = None,
) -> SignatureInfo:
    """Tell a signature from its certificate, the algorithm's name and the claimed time."""
    names = _subject_names(certificate)
    return SignatureInfo(
        kind=kind,
        signer=names.get(_COMMON_NAME) or names.get(_ORGANIZATION_NAME, ""),
        organisation_identifier=names.get(ORGANIZATION_IDENTIFIER),
        algorithm=algorithm,
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_sha256=certificate.sha256.hex(),
        claimed_time=claimed_time,
        field=field,
        commitment=commitment,
    )


def organisation_identifier(certificate: x509.Certificate) -> str | None:
    """Give the organizationIdentifier of a certificate's subject; `None` if it has none."""
    return _subject_names(certificate).get(ORGANIZATION_IDENTIFIER)


def _subject_names(certificate: x509.Certificate) -> dict[str, str]:
    """The subject's attributes by dotted OID, the first of each; needs no registered names."""
    names: dict[str, str] = {}
    for relative in certificate.subject.chosen:
        for pair in relative:
            names.setdefault(pair["type"].dotted, str(pair["value"].native))
    return names
