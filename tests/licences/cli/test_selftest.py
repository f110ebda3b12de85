"""`licences selftest`: a line a case, a sum, engines; 0 when all is as expected, 1 else."""

import json

import pytest

from eseal.report import passed
from licences import verification
from licences.checks import LicenceCheck
from licences.selftest import running
from licences.selftest.cases import ALL_CASES
from tests.command import Command

FEW = tuple(each for each in ALL_CASES if each.name in {"good-json", "expired", "garbage"})


@pytest.fixture(autouse=True)
def _few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are run in `test_running`."""
    monkeypatch.setattr(running, "ALL_CASES", FEW)


@pytest.fixture
def _no_validity(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verifier that passes every validity period."""
    monkeypatch.setattr(
        verification, "check_validity", lambda *_args: passed(LicenceCheck.VALIDITY)
    )


def test_tells_every_case_and_what_computes_here(licences: Command) -> None:
    """Chinese first, English beside it; engines and versions; exit code 0."""
    outcome = licences("selftest")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert [line.split()[:3] for line in lines[:3]] == [
        ["✓", "SM2", "JSON"],
        ["✓", "SM2", "乱码"],
        ["✓", "SM2", "证照已到期"],
    ]
    assert "an expired licence  TOTAL-FAILED" in lines[2]
    for said in ("Python CPython", "SM2 ", "SM3 ", "typst ", "6 verdicts as expected, 0 not"):
        assert said in outcome.out


@pytest.mark.usefixtures("_no_validity")
def test_a_verdict_that_is_not_as_expected_is_named(licences: Command) -> None:
    """Exit code 1; the case's name, what was expected and what came."""
    outcome = licences("selftest")
    assert outcome.code == 1
    assert "✗ RSA 证照已到期  an expired licence  expired" in outcome.out
    assert "应为 expected  TOTAL-FAILED（validity failed LICENCE_EXPIRED）" in outcome.out
    assert "实为 got       TOTAL-PASSED" in outcome.out
    assert "4 verdicts as expected, 2 not" in outcome.out


def test_a_check_that_is_missing_is_named(
    licences: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good document of which too little was checked is not as expected."""
    monkeypatch.setattr(verification.Verifier, "_content", lambda *_: ())
    outcome = licences("selftest")
    assert outcome.code == 1
    assert "缺少 missing   status" in outcome.out


def test_prints_json(licences: Command) -> None:
    """Each case with what was expected and what came, and the engines."""
    outcome = licences("selftest", "--json")
    told = json.loads(outcome.out)
    assert (outcome.code, told["as_expected"]) == (0, True)
    assert {"Python", "SM2", "SM3", "cryptography"} <= told["engines"].keys()
    assert [(each["suite"], each["name"]) for each in told["cases"]] == [
        (suite, case.name) for suite in ("sm2", "rsa") for case in FEW
    ]
    fault = {"check": "validity", "outcome": "failed", "reason": "LICENCE_EXPIRED"}
    expired = next(each for each in told["cases"] if each["name"] == "expired")
    assert expired["got"] == {"indication": "TOTAL-FAILED", "faults": [fault]}


@pytest.mark.usefixtures("_no_validity")
def test_json_says_so_as_well(licences: Command) -> None:
    """Exit code 1, and which."""
    outcome = licences("selftest", "--json")
    told = json.loads(outcome.out)
    assert (outcome.code, told["as_expected"]) == (1, False)
    bad = [each["name"] for each in told["cases"] if not each["as_expected"]]
    assert bad == ["expired", "expired"]


def test_without_an_engine_it_says_so(licences: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """SM2 cases are refused with ENGINE_UNAVAILABLE, RSA goes on; no traceback."""
    from eseal import sm2

    monkeypatch.setenv("ESEAL_SM2_ENGINE", "none")
    sm2.default_engine.cache_clear()
    try:
        outcome = licences("selftest")
    finally:
        sm2.default_engine.cache_clear()
    assert outcome.code == 1
    assert "REFUSED（input failed ENGINE_UNAVAILABLE）" in outcome.out
    assert "✓ RSA 证照已到期" in outcome.out
