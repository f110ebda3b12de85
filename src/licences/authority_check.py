"""Might this department issue this licence when it was signed, with this certificate and seal?

Asked of an authority register (`authority_register`). Rules kept:

- one entry has to allow the whole licence: department, type, the day of every signature, every
  signer's certificate, every seal; one that names seals allows no PDF without a seal;
- the day is that of the signature's claimed time in China; without one it is the day of issue;
- of several entries that do not, the one that comes nearest tells why;
- a department that is not listed may issue nothing; a register that has ended says nothing.

The claimed time is the signer's own word: a department whose authority has ended can backdate what
it signs, as long as no timestamp is asked for.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Final

from eseal.evidence import SignatureInfo
from eseal.moments import china_day
from eseal.pdf.sealed import SealEvidence
from eseal.report import Finding, failed, passed, undetermined
from licences.authority_entries import AuthorityEntry
from licences.authority_register import AuthorityRegister
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.reasons import LicenceReason

_CHECK: Final = LicenceCheck.AUTHORITY


def check_authority(
    claims: LicenceClaims,
    signatures: Sequence[SignatureInfo],
    seals: Sequence[SealEvidence] | None,
    register: AuthorityRegister,
    at: datetime,
) -> Finding:
    """Say whether the register lets the department that issued a licence do so.

    Args:
        claims: what the licence says.
        signatures: who signed it; that they are the department's is asked elsewhere.
        seals: the seals on it; `None` of what cannot carry any.
        register: one that may be believed.
        at: aware time that the question is asked for.
    """
    if register.expires_at is not None and at > register.expires_at:
        detail = f"{register.issuer} 的清单到期于 register ended {register.expires_at}"
        reason = LicenceReason.AUTHORITY_REGISTER_STALE
        return undetermined(_CHECK, reason, detail, as_of=register.made_at)
    department = claims.issuing_authority_code
    refusals = []
    for entry in register.of(department):
        refusal = _refusal(entry, claims, signatures, seals)
        if refusal is None:
            detail = f"{department}，{entry.period}，清单 register by {register.issuer}"
            return passed(_CHECK, detail, as_of=register.made_at)
        refusals.append(refusal)
    _, why = max(
        refusals, default=(0, "不在清单中 is not in the register"), key=lambda refusal: refusal[0]
    )
    detail = f"{department} {why}"
    return failed(_CHECK, LicenceReason.WRONG_AUTHORITY, detail, as_of=register.made_at)


def _refusal(
    entry: AuthorityEntry,
    claims: LicenceClaims,
    signatures: Sequence[SignatureInfo],
    seals: Sequence[SealEvidence] | None,
) -> tuple[int, str] | None:
    """Say why an entry does not allow a licence, and how far it came; `None` when it does."""
    if entry.types is not None and claims.type_code not in map(str, entry.types):
        return 1, f"不可颁发此类型 may not issue the type {claims.type_code}"
    for day in _days(claims, signatures):
        if entry.begins is not None and day < entry.begins:
            return (
                2,
                f"自此日起可颁发 may issue it from {entry.begins} on，签于 it was signed on {day}",
            )
        if entry.ends is not None and day > entry.ends:
            return 2, f"可颁发至 might issue it until {entry.ends}，签于 it was signed on {day}"
    for signature in signatures:
        sha256 = signature.certificate_sha256
        if entry.certificates is not None and sha256 not in entry.certificates:
            return 3, f"不可用此证书 may not sign it with the certificate {sha256}"
    why = None if entry.seals is None or seals is None else _not_sealed(entry.seals, seals)
    return None if why is None else (4, why)


def _not_sealed(listed: Collection[str], seals: Sequence[SealEvidence]) -> str | None:
    """Say what is wrong with the seals of a document that has to carry one of those listed."""
    if not seals:
        return "未盖印章 may not issue it without a seal"
    others = (each.info.es_id for each in seals if each.info.es_id not in listed)
    return next((f"不可用此印章 may not seal it with the seal {each}" for each in others), None)


def _days(claims: LicenceClaims, signatures: Iterable[SignatureInfo]) -> list[date]:
    """The days in China on which it was signed; there is at least one."""
    days = [
        claims.issued_on if each.claimed_time is None else china_day(each.claimed_time)
        for each in signatures
    ]
    return days or [claims.issued_on]
