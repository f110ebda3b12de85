"""Weighing findings on evidence: are the bytes sound, is the signer known, which is worse."""

from dataclasses import replace

from eseal.cms import Commitment
from eseal.pdf.verify import PdfEvidence
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome, failed, not_reached, passed
from licences.reasons import LicenceReason

_EVIDENCE = tuple(Check)
_OF_BYTES = frozenset(Check) - {Check.CERTIFICATE_PATH}


def is_sound(findings: tuple[Finding, ...]) -> bool:
    """Say whether the bytes are what somebody signed; whether we trust them others say."""
    return all(
        finding.outcome is Outcome.PASSED for finding in findings if finding.check in _OF_BYTES
    )


def is_known(findings: tuple[Finding, ...]) -> bool:
    """Say whether a trusted authority certified the signer: strangers' pages are not rendered."""
    path = next(each for each in findings if each.check is Check.CERTIFICATE_PATH)
    return path.outcome is not Outcome.FAILED and path.reason is not Reason.UNKNOWN_ISSUER


def without_readable(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Say of what is within a document and cannot be read that the document's structure is bad."""
    first, second, *others = findings
    if first.check is not Check.READABLE or first.outcome is not Outcome.FAILED:
        return findings
    return (passed(first.check), replace(first, check=second.check), *others)


def both(
    outer: tuple[Finding, ...], inner: tuple[Finding, ...], *, within: str
) -> tuple[Finding, ...]:
    """Put the findings of a PDF and of the JSON in it together, the worse of each check.

    Args:
        outer: of the PDF.
        inner: of the JSON.
        within: what the JSON is called, to tell where a finding comes from.
    """
    inside = {each.check: each for each in inner}
    found = [_worse(each, inside.pop(each.check, None), within) for each in outer]
    return (*found, *inside.values())


def _worse(outer: Finding, inner: Finding | None, within: str) -> Finding:
    if inner is not None and inner.outcome.badness > outer.outcome.badness:
        return replace(inner, detail=f"{within}: {inner.detail}")
    return outer


def not_reached_after(check: Check) -> tuple[Finding, ...]:
    """Say of the checks on evidence behind one that it made them pointless."""
    return not_reached(*_EVIDENCE[_EVIDENCE.index(check) + 1 :])


def is_of_another_form(findings: tuple[Finding, ...]) -> bool:
    """Say whether nothing is amiss with the bytes but that a signature's form is not judged."""
    bytes_ = [each for each in findings if each.check in _OF_BYTES]
    return any(each.reason is Reason.SIGNATURE_FORM_NOT_JUDGED for each in bytes_) and not any(
        each.outcome is Outcome.FAILED for each in bytes_
    )


def fault_of_signing(pdf: PdfEvidence) -> Finding | None:
    """Say why a sound PDF with a licence's data was not signed as a licence is issued."""
    many = len(pdf.signatures)
    if many != 1:
        detail = f"有 {many} 个签名，而证照只签一次 {many} signatures: a licence is signed once"
    elif any(each.commitment != Commitment.ORIGIN for each in pdf.signatures):
        detail = "签名不是以颁发者身份所签 not signed as its origin, so not issued"
    else:
        return None
    return failed(Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED, detail)
