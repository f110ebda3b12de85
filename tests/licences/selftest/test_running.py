"""The whole self-test: every case comes out as expected, and nothing is touched on the way."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.errors import UnavailableError
from eseal.pdf.marks import MarkCheck
from eseal.reasons import Reason
from eseal.report import Check, Indication, TimestampCheck
from eseal.seals.checks import SealCheck
from licences.checks import LicenceCheck
from licences.pack_info import PackCheck
from licences.selftest.cases import ALL_CASES
from licences.selftest.office import Office
from licences.selftest.running import planned, run_case
from licences.selftest.table import REFUSED, Case, Question

ALL_CHECKS = [*Check, *TimestampCheck, *SealCheck, *MarkCheck, *LicenceCheck, *PackCheck]
GOOD = [case for case in ALL_CASES if case.expected.indication == Indication.TOTAL_PASSED]


@pytest.mark.parametrize("check", ALL_CHECKS, ids=str)
def test_the_table_has_a_good_and_a_bad_case_of_every_check(check: str) -> None:
    """Every check passes in some case, and in another it is at fault; as a rule it alone."""
    assert any(check in (case.expected.checks or ()) for case in GOOD)
    faults = [{fault.check for fault in case.expected.faults} for case in ALL_CASES]
    alone = {check}
    if check is SealCheck.SIGNER_PATH:  # whoever seals signs as well, and shows one certificate
        alone.add(Check.CERTIFICATE_PATH)
    assert alone in faults


def test_every_kind_of_verdict_is_expected_of_some_case() -> None:
    """All four indications, and refusals."""
    assert {case.expected.indication for case in ALL_CASES} == {*Indication, REFUSED}


def test_names_are_stable_and_in_both_languages() -> None:
    """No two cases have the same name or title; Chinese first, English beside it."""
    for titles in ([c.name for c in ALL_CASES], [c.zh for c in ALL_CASES]):
        assert sorted(set(titles)) == sorted(titles)
    for case in ALL_CASES:
        assert any("\u4e00" <= each <= "\u9fff" or each == "J" for each in case.zh)
        assert case.en.isascii()
        assert case.suites


def test_a_case_that_cannot_be_made_is_told(office_of: Callable[[Suite], Office]) -> None:
    """No engine, no face: refused with its reason, and not as expected."""

    def make(_office: Office) -> Question:
        raise UnavailableError(Reason.ENGINE_UNAVAILABLE, "sample")

    case = Case(name="a", zh="甲", en="a", make=make, expected=GOOD[0].expected)
    result = run_case(case, office_of(Suite.SM2))
    assert not result.as_expected
    assert str(result.got) == "REFUSED（input failed ENGINE_UNAVAILABLE）"


_WATCHED = """
import os, re, sys
import eseal.moments
from licences.selftest import running
def no_clock():
    raise AssertionError("the clock was asked")
eseal.moments.now = no_clock
seen, told, answer_of = [], set(), running.answer_of
def kept(report):
    told.update(finding.detail for finding in report.findings)
    return answer_of(report)
running.answer_of = kept
def watch(event, args):
    touched = event.startswith(("socket.", "os.mkdir", "os.rename", "os.remove", "sqlite3."))
    if event == "open" and isinstance(args[0], str) and args[0] != os.devnull:
        touched = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if touched:
        seen.append((event, str(args)))
sys.addaudithook(watch)
from licences.cli.main import main
sys.argv = ["licences", "selftest"]
try:
    main()
finally:
    english = [
        each for each in told
        if re.search("[a-z]{2} [a-z]{2}", each) and not re.search("[\u4e00-\u9fff]", each)
    ]
    print(seen + english, file=sys.stderr)
"""


def test_every_case_is_as_expected_and_touches_nothing(tmp_path: Path) -> None:
    """No network, no home, no clock, no file written; what checks tell is told in Chinese, too."""
    environment = {"HOME": str(tmp_path / "none"), "PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-B", "-c", _WATCHED],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in ran.stdout.splitlines() if line.startswith("✗")] == []
    assert (ran.returncode, ran.stderr.strip()) == (0, "[]")
    assert list(tmp_path.iterdir()) == []
    assert len(planned()) > 250
    assert f"{len(planned())} verdicts as expected, 0 not" in ran.stdout
