"""Weighing findings on evidence: are the bytes sound, is the signer known, which is worse."""

from dataclasses import replace

from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome, not_reached

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
