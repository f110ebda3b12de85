"""Sealed PDFs: good ones pass every check, each defect has its own finding."""

from collections.abc import Callable
from enum import StrEnum

import pytest

from eseal.pdf.marks import MarkCheck
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.report import Check, Finding, Indication, Outcome, judge
from eseal.seals.checks import SealCheck
from tests.vectors.after_sealing import GOOD, VECTORS, Vector
from tests.vectors.sealed_pdf import USES, Case, SealedForge, SealingTemplate, SealUse

ALL_CHECKS: list[StrEnum] = [*Check, *SealCheck, *MarkCheck]


def finding(evidence: PdfEvidence, check: StrEnum) -> Finding:
    """The finding of a check."""
    (found,) = [one for one in evidence.findings if one.check is check]
    return found


def not_passed(evidence: PdfEvidence) -> set[StrEnum]:
    """The checks that did not pass."""
    return {one.check for one in evidence.findings if one.outcome is not Outcome.PASSED}


def put_on(forge: SealedForge, case: Case, way: str) -> bytes:
    """Put a use of a seal on a document."""
    template = SealingTemplate(forge.stamp, case.use, case.signer)
    if way == "rendered":
        return forge.write(template, at=case.at)
    return forge.stamp_on(template, at=case.at)


@pytest.mark.parametrize("way", ["rendered", "any"])
def test_good_ones_pass(sealed_forge: SealedForge, way: str) -> None:
    """A good use passes every check, whichever writer put it on, and tells of the seal."""
    pdf = put_on(sealed_forge, Case(use=sealed_forge.use()), way)
    evidence = verify_pdf(pdf, judge=sealed_forge.judge)
    assert [one.check for one in evidence.findings] == ALL_CHECKS
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    (seal,) = evidence.seals
    assert [one.check for one in seal.findings] == list(SealCheck)
    assert seal.info.name == "示例市市场监督管理局电子证照专用章（样本）"


@pytest.mark.parametrize("way", ["rendered", "any"])
@pytest.mark.parametrize("vector", USES, ids=lambda vector: vector.name)
def test_each_defect_has_its_finding(sealed_forge: SealedForge, vector: SealUse, way: str) -> None:
    """A seal with one defect gets its outcome and reason; the other checks pass, or are told."""
    if sealed_forge.authority.suite not in vector.suites:
        pytest.skip("a matter of the other suite")
    case = vector.make(sealed_forge)
    pdf = put_on(sealed_forge, case, way)
    path_judge = sealed_forge.judge_with(case.trust) if case.trust else sealed_forge.judge
    evidence = verify_pdf(pdf, judge=path_judge)
    found = finding(evidence, vector.check)
    assert (found.outcome, found.reason) == (vector.outcome, vector.reason)
    assert not_passed(evidence) - {MarkCheck.MARKS} == {vector.check, *vector.also}
    assert judge(evidence.findings).indication is not Indication.TOTAL_PASSED


@pytest.mark.parametrize("make", GOOD, ids=lambda make: make.__name__)
def test_good_documents_pass(
    sealed_forge: SealedForge, make: Callable[[SealedForge], bytes]
) -> None:
    """What may be shown, and what may come behind a seal, passes every check."""
    evidence = verify_pdf(make(sealed_forge), judge=sealed_forge.judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED, evidence.findings


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_each_document_has_its_finding(sealed_forge: SealedForge, vector: Vector) -> None:
    """A document with one defect gets the outcome and reason of that defect, and never passes."""
    evidence = verify_pdf(vector.make(sealed_forge), judge=sealed_forge.judge)
    found = finding(evidence, vector.check)
    assert (found.outcome, found.reason) == (vector.outcome, vector.reason), evidence.findings
    deciding = judge(evidence.findings).deciding
    assert deciding is not None
    assert (deciding.outcome, deciding.reason) == (vector.outcome, vector.reason)
