"""The checks on what a licence says: identifier, schema, validity period.

Each takes the claims of a licence whose signature and integrity are good, and returns one finding.
A wrong check character is refused when issuing, and a finding here: licences of others exist that
carry one, and an auditor wants to be told so.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from eseal.errors import MalformedError
from eseal.evidence import SignatureInfo
from eseal.moments import CLOCKS_DIFFER, china_day
from eseal.report import Finding, failed, passed, undetermined
from licences.catalogue import Catalogue, LicenceType
from licences.claims import LicenceClaims
from licences.identifiers import LicenceIdentifier
from licences.reasons import LicenceReason


class LicenceCheck(StrEnum):
    """The checks on content, which follow those on evidence."""

    IDENTIFIER = "identifier"
    SCHEMA = "schema"
    VALIDITY = "validity"
    STATUS = "status"
    AGREEMENT = "agreement"
    AUTHORITY = "authority"
    SEAL_REGISTER = "seal-register"


def check_identifier(
    claims: LicenceClaims,
    signatures: Iterable[SignatureInfo],
    catalogue: Catalogue | None,
) -> Finding:
    """Is the identifier good, does it agree with the metadata, did its issuer sign, and may they?

    A type that is not known says nothing of who may issue it: the schema check tells that. Nor is
    that asked without a catalogue, because a register says who may (`authority_check`).
    """
    check = LicenceCheck.IDENTIFIER
    try:
        identifier = LicenceIdentifier.parse(claims.identifier)
    except MalformedError as error:
        return failed(check, error.reason, error.sentence)
    parts = {
        "类型代码 type code": (identifier.type_code, claims.type_code),
        "颁发机构代码 issuer code": (identifier.issuer_code, claims.issuing_authority_code),
        "版本 version": (identifier.version, claims.version),
    }
    for name, (in_identifier, in_metadata) in parts.items():
        if in_identifier != in_metadata:
            detail = f"{name}：标识 identifier {in_identifier}，元数据 metadata {in_metadata}"
            return failed(check, LicenceReason.METADATA_DISAGREES, detail)
    if claims.replaces is not None and not _follows(identifier, claims.replaces):
        detail = f"自称替代 it says that it replaces {claims.replaces}"
        return failed(check, LicenceReason.METADATA_DISAGREES, detail)
    for signature in signatures:
        if signature.organisation_identifier != claims.issuing_authority_code:
            code = signature.organisation_identifier or "—"
            detail = (
                f"签名者 signed by {signature.signer}（{code}），"
                f"颁发者 issued by {claims.issuing_authority_code}"
            )
            return failed(check, LicenceReason.SIGNER_NOT_ISSUER, detail)
    by_types = None if catalogue is None else _not_an_issuer(claims, catalogue)
    return by_types or passed(check, claims.identifier)


def _not_an_issuer(claims: LicenceClaims, catalogue: Catalogue) -> Finding | None:
    """Say that the type does not list its issuer, and by whose word; `None`: that it does.

    A folder that was named, or that knows the department, denies it the type; one that merely lies
    at hand cannot: another authority may have a type of its own by the same code.
    """
    licence_type = catalogue.find_code(claims.type_code)
    code = claims.issuing_authority_code
    if licence_type is None or licence_type.may_be_issued_by(code):
        return None
    source = catalogue.source_of(licence_type)
    detail = (
        f"{code} 不在 {licence_type.slug} 的颁发者之列，据 no issuer of it by {source.name}；"
        "另有类型文件夹用 name others with --types"
    )
    if source.denies(code):
        return failed(LicenceCheck.IDENTIFIER, LicenceReason.WRONG_AUTHORITY, detail)
    return undetermined(LicenceCheck.IDENTIFIER, LicenceReason.ISSUER_NOT_LISTED, detail)


def _follows(identifier: LicenceIdentifier, predecessor: str) -> bool:
    """Is it a version after that of `predecessor`, and the same in all else?

    Not always the next one: versions that came to nothing, or were taken back, are passed over.
    """
    try:
        former = LicenceIdentifier.parse(predecessor)
    except MalformedError:
        return False
    return former.version < identifier.version and former == replace(
        identifier, version=former.version
    )


def check_schema(claims: LicenceClaims, catalogue: Catalogue) -> Finding:
    """Do the disclosed fields meet the type's schema, and do the metadata agree with them?

    Withheld fields are no fault. What the metadata say of the type has to be what the catalogue
    says; so the department's name, if the catalogue knows the department.
    """
    check = LicenceCheck.SCHEMA
    licence_type = catalogue.find_code(claims.type_code)
    if licence_type is None:
        return undetermined(
            check, LicenceReason.UNKNOWN_TYPE, f"类型代码 type code {claims.type_code}"
        )
    problems = licence_type.check_disclosed(claims.fields)
    if problems:
        detail = "; ".join(f"{each.pointer} {each.zh} {each.en}" for each in problems[:5])
        return failed(check, LicenceReason.DATA_REFUSED, detail)
    expected = {
        **_from_catalogue(licence_type, catalogue, claims),
        **_from_fields(licence_type, claims),
    }
    contradicted = [name for name, (said, known) in expected.items() if said != known]
    if contradicted:
        detail = (
            f"元数据与字段或类型不符 metadata differ from fields or type: {', '.join(contradicted)}"
        )
        return failed(check, LicenceReason.METADATA_DISAGREES, detail)
    said = filter(None, (f"{len(claims.fields)} 个字段 fields", claims.shares))
    return passed(check, "；".join(said))


def _from_catalogue(
    licence_type: LicenceType, catalogue: Catalogue, claims: LicenceClaims
) -> dict[str, tuple[object, object]]:
    """Pair what the metadata say with what the catalogue knows."""
    department = catalogue.find_department(claims.issuing_authority_code)
    authority = licence_type.type_code.authority.text
    pairs: dict[str, tuple[object, object]] = {
        "type_name": (claims.type_name, licence_type.name.zh),
        "defining_authority": (claims.defining_authority, licence_type.authority),
        "defining_authority_code": (claims.defining_authority_code, authority),
    }
    if department is not None:
        pairs["issuing_authority"] = (claims.issuing_authority, department.name.zh)
    return pairs


def _from_fields(
    licence_type: LicenceType, claims: LicenceClaims
) -> dict[str, tuple[object, object]]:
    """Pair what the metadata say with what the disclosed fields say; the withheld say nothing."""
    roles, fields = licence_type.roles, claims.fields
    repeated = {
        roles.number: claims.number,
        roles.holder_name: claims.holder_name,
        roles.holder_code: claims.holder_code,
        roles.issued_on: claims.issued_on.isoformat(),
    }
    pairs: dict[str, tuple[object, object]] = {
        name: (said, fields[name])
        for name, said in repeated.items()
        if said is not None and name in fields
    }
    if all(field.name in fields for field in licence_type.fields if field.required):
        validity = licence_type.validity(dict(fields))
        pairs["valid_from"] = (claims.valid_from, validity.start)
        if claims.complete:
            pairs["valid_until"] = (claims.valid_until, validity.until)
        if claims.holder_type is not None:
            holder_type = licence_type.holder_code_type(dict(fields)).value
            pairs["holder_type"] = (claims.holder_type, holder_type)
    return pairs


def check_validity(
    claims: LicenceClaims, signatures: Iterable[SignatureInfo], at: datetime
) -> Finding:
    """Is T within the licence's own validity period, and not before it was made?

    Its last day counts to its end. A licence that was issued, or says that it was signed, after T
    did not exist at T, whatever its period; clocks may differ by some minutes.
    """
    check = LicenceCheck.VALIDITY
    today = china_day(at)
    period = f"{claims.valid_from} … {claims.valid_until or '长期'}"
    if today < claims.valid_from:
        return failed(check, LicenceReason.LICENCE_NOT_YET_VALID, period)
    if today < claims.issued_on:
        detail = f"签发于 issued on {claims.issued_on}"
        return failed(check, LicenceReason.NOT_ISSUED_THEN, detail)
    for signature in signatures:
        if signature.claimed_time is not None and at < signature.claimed_time - CLOCKS_DIFFER:
            detail = f"签于 signed {signature.claimed_time}，所问 asked for {at}"
            return failed(check, LicenceReason.NOT_ISSUED_THEN, detail)
    if claims.valid_until is not None and today > claims.valid_until:
        return failed(check, LicenceReason.LICENCE_EXPIRED, period)
    return passed(check, period)
