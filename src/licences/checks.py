"""The checks on what a licence says: identifier, schema, validity period.

Each takes the claims of a licence whose signature and integrity are good, and returns one finding.
A wrong check character is refused when issuing, and a finding here: licences of others exist that
carry one, and an auditor wants to be told so.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from eseal.errors import MalformedError
from eseal.evidence import SignatureInfo
from eseal.report import Finding, failed, passed, undetermined
from licences.catalogue import LicenceType
from licences.claims import LicenceClaims
from licences.identifiers import LicenceIdentifier
from licences.moments import CHINA
from licences.reasons import LicenceReason


class LicenceCheck(StrEnum):
    """The checks on content, which follow those on evidence."""

    IDENTIFIER = "identifier"
    SCHEMA = "schema"
    VALIDITY = "validity"
    AGREEMENT = "agreement"


def check_identifier(claims: LicenceClaims, signatures: Iterable[SignatureInfo]) -> Finding:
    """Is the identifier well formed, does it agree with the metadata, did its issuer sign?"""
    check = LicenceCheck.IDENTIFIER
    try:
        identifier = LicenceIdentifier.parse(claims.identifier)
    except MalformedError as error:
        return failed(check, error.reason, error.sentence)
    parts = {
        "type code": (identifier.type_code, claims.type_code),
        "issuer code": (identifier.issuer_code, claims.issuing_authority_code),
        "version": (identifier.version, claims.version),
    }
    for name, (in_identifier, in_metadata) in parts.items():
        if in_identifier != in_metadata:
            detail = f"{name}: {in_identifier} in the identifier, {in_metadata} in the metadata"
            return failed(check, LicenceReason.METADATA_DISAGREES, detail)
    for signature in signatures:
        if signature.organisation_identifier != claims.issuing_authority_code:
            detail = (
                f"signed by {signature.signer} ({signature.organisation_identifier or 'no code'}), "
                f"issued by {claims.issuing_authority_code}"
            )
            return failed(check, LicenceReason.SIGNER_NOT_ISSUER, detail)
    return passed(check, claims.identifier)


def check_schema(claims: LicenceClaims, licence_type: LicenceType | None) -> Finding:
    """Do the disclosed fields meet the type's schema, and the metadata that repeat them agree?

    Withheld fields are no fault.
    """
    check = LicenceCheck.SCHEMA
    if licence_type is None:
        return undetermined(check, LicenceReason.UNKNOWN_TYPE, f"type code {claims.type_code}")
    problems = licence_type.check_disclosed(claims.fields)
    if problems:
        detail = "; ".join(f"{problem.pointer} {problem.message}" for problem in problems[:5])
        return failed(check, LicenceReason.DATA_REFUSED, detail)
    contradicted = _contradicted(claims, licence_type)
    if contradicted:
        detail = f"metadata and fields differ: {', '.join(contradicted)}"
        return failed(check, LicenceReason.METADATA_DISAGREES, detail)
    return passed(check, f"{len(claims.fields)} fields")


def _contradicted(claims: LicenceClaims, licence_type: LicenceType) -> list[str]:
    """Name the fields whose role's metadata say something else, where both are disclosed."""
    roles = licence_type.roles
    metadata = {
        roles.number: claims.number,
        roles.holder_name: claims.holder_name,
        roles.holder_code: claims.holder_code,
        roles.issued_on: claims.issued_on.isoformat(),
    }
    return [
        name
        for name, said in metadata.items()
        if said is not None and name in claims.fields and claims.fields[name] != said
    ]


def check_validity(claims: LicenceClaims, at: datetime) -> Finding:
    """Is T within the licence's own validity period? Its last day counts to its end."""
    check = LicenceCheck.VALIDITY
    today = at.astimezone(CHINA).date()
    period = f"{claims.valid_from} … {claims.valid_until or '长期'}"
    if today < claims.valid_from:
        return failed(check, LicenceReason.LICENCE_NOT_YET_VALID, period)
    if claims.valid_until is not None and today > claims.valid_until:
        return failed(check, LicenceReason.LICENCE_EXPIRED, period)
    return passed(check, period)
