"""Runs the cases: makes each document, asks the real verifier, and compares.

Rules kept: each case by itself, with a verifier of its own; one that cannot even be made is told
like any other that is not as expected. Nothing is written; whoever is told of progress is given.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from eseal.algorithms import Suite
from eseal.errors import EvidenceError
from licences.authority_register import open_register
from licences.bundle_contents import authorities_of, seals_of, statuses_of, trust_of
from licences.bundle_pins import open_bundle
from licences.catalogue import Catalogue
from licences.pack_verification import verify_input
from licences.seal_register_check import SealSnapshot
from licences.selftest.cases import ALL_CASES
from licences.selftest.office import Office
from licences.selftest.table import Answer, Case, Question, answer_of, refusal
from licences.status_files import read_statuses
from licences.verification import Verifier


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of a case in a suite."""

    case: Case
    suite: Suite
    got: Answer

    @property
    def as_expected(self) -> bool:
        """Whether it is what had to come of it."""
        return self.got.meets(self.case.expected)


def planned(suites: Iterable[Suite] = Suite) -> list[tuple[Suite, Case]]:
    """List what is going to be run, in its order."""
    return [(suite, case) for suite in suites for case in ALL_CASES if suite in case.suites]


def run(suites: Iterable[Suite] = Suite) -> Iterator[Result]:
    """Run every case, in the order of `planned`."""
    offices: dict[Suite, Office] = {}
    for suite, case in planned(suites):
        if suite not in offices:
            offices[suite] = Office(suite)
        yield run_case(case, offices[suite])


def run_case(case: Case, office: Office) -> Result:
    """Run one case."""
    try:
        got = answer(case.make(office), office.catalogue)
    except EvidenceError as error:
        got = refusal(error.reason)
    return Result(case=case, suite=office.suite, got=got)


def answer(question: Question, catalogue: Catalogue) -> Answer:
    """Ask a verifier.

    Raises:
        EvidenceError: it does not take the bundle, the lists or the register that it is given.
    """
    if question.bundle is not None:
        question = _unpacked(question, question.bundle)
    files = ((f"status {number}", each) for number, each in enumerate(question.statuses, 1))
    authorities = None
    if question.register is not None:
        authorities = open_register(question.register, trust=question.trust, at=question.at)
    verifier = Verifier(
        question.trust,
        catalogue,
        at=question.at,
        authorities=authorities,
        statuses=read_statuses(files),
        seals=question.seals,
    )
    return answer_of(verify_input(verifier, "selftest", question.data))


def _unpacked(question: Question, data: bytes) -> Question:
    """Take out of a trust bundle what a verifier is given."""
    bundle = open_bundle(data, pins=question.pins, at=question.at)
    seals = seals_of(bundle)
    return replace(
        question,
        trust=trust_of(bundle),
        statuses=tuple(each for _, each in statuses_of(bundle)),
        register=authorities_of(bundle),
        seals=None if seals is None else SealSnapshot(made_at=bundle.made_at, seals=seals),
    )
