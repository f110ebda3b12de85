"""The table of cases: what each is, what is asked, and what has to come of it.

Rules kept: a case is a good document or question with exactly one thing about it; what is expected
is stated beside it in full: the indication, and every check that does not pass with its reason. Of
a good one every check has to be there and to pass. Checks that were not reached are left aside.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from eseal.algorithms import Suite
from eseal.pdf.marks import MarkCheck
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, Indication, Outcome, TimestampCheck, failed, undetermined
from eseal.seals.checks import SealCheck
from eseal.trust import TrustStore
from licences.bundle_pins import NO_PINS, BundlePins
from licences.checks import LicenceCheck
from licences.pack_info import PackCheck
from licences.seal_register_check import SealSnapshot
from licences.selftest.authority import AT
from licences.selftest.office import Office
from licences.verification import LicenceReport

REFUSED: Final = "REFUSED"
"""Instead of an indication: what was given beside the document was not taken at all."""

OF_CONTENT: Final = (
    LicenceCheck.IDENTIFIER,
    LicenceCheck.SCHEMA,
    LicenceCheck.VALIDITY,
    LicenceCheck.STATUS,
)
OF_JSON: Final = (*Check, *OF_CONTENT)
OF_PDF: Final = (*Check, *SealCheck, MarkCheck.MARKS, *OF_CONTENT, LicenceCheck.AGREEMENT)
STAMPED: Final = (TimestampCheck.TIMESTAMP,)
AUTHORISED: Final = (LicenceCheck.AUTHORITY,)
REGISTERED: Final = (LicenceCheck.SEAL_REGISTER,)
PACKED: Final = (PackCheck.CONTAINER,)

BOTH: Final = tuple(Suite)
SM2: Final = (Suite.SM2,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a verifier is given.

    Attributes:
        data: the document.
        trust: what it believes of certificates.
        statuses: status lists and histories.
        register: the authority register; `None`: none.
        seals: a snapshot of the seal register; `None`: none.
        at: the time asked for.
        bundle: a trust bundle: trust, statuses, registers and seals are those in it; `None`: none.
        pins: whose bundle is believed.
    """

    data: bytes = field(repr=False)
    trust: TrustStore
    statuses: tuple[bytes, ...] = field(default=(), repr=False)
    register: bytes | None = field(default=None, repr=False)
    seals: SealSnapshot | None = None
    at: datetime = AT
    bundle: bytes | None = field(default=None, repr=False)
    pins: BundlePins = NO_PINS


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Fault:
    """A check that did not pass."""

    check: str
    outcome: str
    reason: str

    def __str__(self) -> str:
        return f"{self.check} {self.outcome} {self.reason}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of a question, or has to come.

    Attributes:
        indication: the verdict's, or REFUSED.
        faults: what did not pass, but for what was not reached.
        checks: all that was checked; `None` where it does not matter.
    """

    indication: str
    faults: frozenset[Fault] = frozenset()
    checks: frozenset[str] | None = None

    def meets(self, expected: "Answer") -> bool:
        """Whether it is what was expected."""
        agreed = self.indication == expected.indication and self.faults == expected.faults
        return agreed and expected.checks in {None, self.checks}

    def __str__(self) -> str:
        told = "; ".join(map(str, sorted(self.faults)))
        return f"{self.indication}（{told}）" if told else self.indication


Make: TypeAlias = Callable[[Office], Question]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One line of the table.

    Attributes:
        name: stable, for machines.
        zh: what it is, in Chinese.
        en: the same in English.
        make: makes the question.
        expected: what has to come of it.
        suites: those in which it makes sense.
    """

    name: str
    zh: str
    en: str
    make: Make
    expected: Answer
    suites: tuple[Suite, ...] = BOTH


class Cases:
    """The cases of one module, in their order; a decorator a kind enters a function."""

    def __init__(self) -> None:
        self.all: list[Case] = []

    def good(self, zh: str, en: str, *checks: StrEnum) -> Callable[[Make], Make]:
        """Enter a case in which all these checks pass."""
        names = frozenset(each.value for each in checks)
        answer = Answer(indication=Indication.TOTAL_PASSED, checks=names)
        return self._entering(zh, en, answer, BOTH)

    def bad(
        self, zh: str, en: str, *faults: Finding, suites: tuple[Suite, ...] = BOTH
    ) -> Callable[[Make], Make]:
        """Enter a case that fails."""
        return self._entering(zh, en, _answer(Indication.TOTAL_FAILED, faults), suites)

    def open(self, zh: str, en: str, *faults: Finding) -> Callable[[Make], Make]:
        """Enter a case that cannot be decided."""
        return self._entering(zh, en, _answer(Indication.INDETERMINATE, faults), BOTH)

    def unreadable(self, zh: str, en: str, *faults: Finding) -> Callable[[Make], Make]:
        """Enter a case of something that is no licence."""
        return self._entering(zh, en, _answer(Indication.UNREADABLE, faults), BOTH)

    def refused(self, zh: str, en: str, reason: ReasonCode) -> Callable[[Make], Make]:
        """Enter a case in which lists or register are not taken at all."""
        return self._entering(zh, en, refusal(reason), BOTH)

    def _entering(
        self, zh: str, en: str, expected: Answer, suites: tuple[Suite, ...]
    ) -> Callable[[Make], Make]:
        def enter(make: Make) -> Make:
            name = getattr(make, "__name__", en).strip("_").replace("_", "-").replace(" ", "-")
            case = Case(name=name, zh=zh, en=en, make=make, expected=expected, suites=suites)
            self.all.append(case)
            return make

        return enter


def wrong(check: StrEnum, reason: ReasonCode) -> Finding:
    """Expect that a check fails."""
    return failed(check, reason)


def doubtful(check: StrEnum, reason: ReasonCode) -> Finding:
    """Expect that a check is left open."""
    return undetermined(check, reason)


def answer_of(report: LicenceReport) -> Answer:
    """Say what came of a question."""
    return Answer(
        indication=report.verdict.indication,
        faults=_faults(report.findings),
        checks=frozenset(each.check.value for each in report.findings),
    )


def refusal(reason: ReasonCode) -> Answer:
    """Say that what was given was refused, or could not be made at all."""
    fault = Fault(check="input", outcome=Outcome.FAILED, reason=reason.value)
    return Answer(indication=REFUSED, faults=frozenset({fault}))


def _answer(indication: Indication, findings: Iterable[Finding]) -> Answer:
    return Answer(indication=indication, faults=_faults(findings))


def _faults(findings: Iterable[Finding]) -> frozenset[Fault]:
    return frozenset(
        Fault(check=each.check.value, outcome=each.outcome.value, reason=each.reason.value)
        for each in findings
        if each.reason is not None and each.reason is not Reason.NOT_REACHED
    )
