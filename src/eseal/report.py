"""Findings and verdicts: what a verifier says.

Signing raises; verifying reports. A report is a tuple of findings, one for each check, and its
verdict is the worst of them. Nothing checked is never "passed".

Source: the words of ETSI EN 319 102-1 (read second-hand). UNREADABLE is ours: ETSI has no word for
an input on which no validation could even begin.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason, ReasonCode

MAX_DETAIL = 1000
"""Characters of a finding's detail; it may quote the document."""


class Outcome(StrEnum):
    """What a single check came to."""

    PASSED = "passed"
    FAILED = "failed"
    UNDETERMINED = "undetermined"

    @property
    def badness(self) -> int:
        """How it weighs: failed most, passed least."""
        match self:
            case Outcome.PASSED:
                return 0
            case Outcome.UNDETERMINED:
                return 1
            case Outcome.FAILED:
                return 2


class Indication(StrEnum):
    """The verdict on a whole document."""

    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"
    UNREADABLE = "UNREADABLE"


class Check(StrEnum):
    """The checks on evidence, in their order; packages above add theirs behind."""

    READABLE = "readable"
    STRUCTURE = "structure"
    INTEGRITY = "integrity"
    SIGNATURE = "signature"
    CERTIFICATE_PATH = "certificate-path"


class TimestampCheck(StrEnum):
    """The check on timestamps, of documents that have one; it stands behind those above."""

    TIMESTAMP = "timestamp"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One check's outcome; a reason stands with everything that is not passed.

    Attributes:
        check: what was asked.
        outcome: what it came to.
        reason: why it is not passed.
        detail: in words.
        as_of: of what time the oldest data are that the answer rests on, where it rests on any.
    """

    check: StrEnum
    outcome: Outcome
    reason: ReasonCode | None = None
    detail: str = ""
    as_of: datetime | None = None

    def __post_init__(self) -> None:
        if (self.reason is None) is not (self.outcome is Outcome.PASSED):
            msg = "a finding has a reason exactly when it is not passed"
            raise ValueError(msg)


def passed(check: StrEnum, detail: str = "", *, as_of: datetime | None = None) -> Finding:
    """Say that `check` holds."""
    return Finding(check=check, outcome=Outcome.PASSED, detail=_bounded(detail), as_of=as_of)


def failed(
    check: StrEnum, reason: ReasonCode, detail: str = "", *, as_of: datetime | None = None
) -> Finding:
    """Say that `check` does not hold."""
    return Finding(
        check=check, outcome=Outcome.FAILED, reason=reason, detail=_bounded(detail), as_of=as_of
    )


def undetermined(
    check: StrEnum, reason: ReasonCode, detail: str = "", *, as_of: datetime | None = None
) -> Finding:
    """Say that `check` could not be decided."""
    return Finding(
        check=check,
        outcome=Outcome.UNDETERMINED,
        reason=reason,
        detail=_bounded(detail),
        as_of=as_of,
    )


def not_reached(*checks: StrEnum) -> tuple[Finding, ...]:
    """Say of checks that an earlier fault made them pointless."""
    return tuple(undetermined(check, Reason.NOT_REACHED) for check in checks)


def _bounded(detail: str) -> str:
    """Keep what a document's own text can do to a report within bounds; a name becomes a text."""
    detail = str(detail)
    return detail if len(detail) <= MAX_DETAIL else f"{detail[:MAX_DETAIL]}…"


def with_fault(findings: Iterable[Finding], fault: Finding) -> tuple[Finding, ...]:
    """Put a fault in the place of what was found of its check."""
    return tuple(fault if each.check is fault.check else each for each in findings)


def worst(findings: Iterable[Finding]) -> Finding:
    """Give the worst of some findings, the first of equals; there is at least one."""
    return max(findings, key=lambda finding: finding.outcome.badness)


def demand(finding: Finding) -> None:
    """Insist that a check passed.

    Raises:
        RefusedError: it failed.
        UnavailableError: it could not be decided.
    """
    if finding.reason is not None:
        failure = RefusedError if finding.outcome is Outcome.FAILED else UnavailableError
        raise failure(finding.reason, finding.detail)


def demand_all(findings: Iterable[Finding]) -> None:
    """Insist that all checks passed; raises as `demand`, of the first that did not."""
    for finding in findings:
        demand(finding)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """An indication and the finding that decided it; `None` only when all passed."""

    indication: Indication
    deciding: Finding | None

    @property
    def sub_indication(self) -> str | None:
        """The sub-indication of the deciding finding, `None` when all passed."""
        if self.deciding is None or self.deciding.reason is None:
            return None
        return self.deciding.reason.sub


def judge(findings: Iterable[Finding]) -> Verdict:
    """Weigh findings: the first failed one decides, else the first undetermined one.

    A failed `readable` check is UNREADABLE. No findings at all is a programming error.

    Raises:
        ValueError: there are no findings; nothing checked is never passed.
    """
    found = tuple(findings)
    if not found:
        msg = "nothing was checked"
        raise ValueError(msg)
    for outcome, indication in (
        (Outcome.FAILED, Indication.TOTAL_FAILED),
        (Outcome.UNDETERMINED, Indication.INDETERMINATE),
    ):
        for finding in found:
            if finding.outcome is outcome:
                unreadable = outcome is Outcome.FAILED and finding.check is Check.READABLE
                return Verdict(
                    indication=Indication.UNREADABLE if unreadable else indication,
                    deciding=finding,
                )
    return Verdict(indication=Indication.TOTAL_PASSED, deciding=None)
