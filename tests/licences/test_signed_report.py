"""Signed reports: what was found is read as it was, and never with another verdict."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose.statements import verify_statement
from eseal.reasons import Reason
from eseal.report import Indication
from licences import signed_report as module
from licences.licence_report import REPORT_TYP
from licences.passed_over import MOST_REPORTED, Entries, Passed, PassedOver
from licences.reasons import LicenceReason
from licences.reporting import as_json
from licences.signed_report import read_report, sign_report
from licences.verification import LicenceReport, Verifier
from tests.homes import CATALOGUE
from tests.licences.papers import expired, good_statuses, market_signer, paper, pdf_paper
from tests.schemas import faults
from tests.statements import forged
from tests.world import NOW, YEAR, Authority, World


@pytest.fixture(scope="module")
def reports(world: World) -> list[LicenceReport]:
    """Reports of every verdict."""
    verifier = Verifier(world.trust, CATALOGUE, at=NOW, statuses=good_statuses(world.sm2))
    signer = market_signer(world.sm2)
    stranger = market_signer(Authority(world.sm2.suite))
    return [
        verifier.verify("good.json", paper(signer)),
        verifier.verify("old.json", paper(signer, expired)),
        verifier.verify("strange.json", paper(stranger)),
        verifier.verify("none.txt", b"a text"),
    ]


@pytest.fixture(scope="module")
def payload(reports: list[LicenceReport]) -> dict[str, Any]:
    """Give the payload of a good signed report."""
    return {"iat": int(NOW.timestamp()), "reports": [as_json(each) for each in reports]}


def test_what_was_found_is_read(
    authority: Authority, world: World, reports: list[LicenceReport]
) -> None:
    """Every report is there, in order, as the JSON form has it, under a good signature."""
    data = sign_report(authority.signing, reports, at=NOW)
    signed = read_report(data)
    assert faults("signed-report", signed.statement.payload) == []
    assert list(signed.reports) == [as_json(each) for each in reports]
    assert [each["indication"] for each in signed.reports] == [
        Indication.TOTAL_PASSED,
        Indication.TOTAL_FAILED,
        Indication.INDETERMINATE,
        Indication.UNREADABLE,
    ]
    verify_statement(signed.statement, judge=PathJudge(world.trust, at=NOW)).demand()
    assert signed.statement.made_at == NOW


def test_a_pdf_is_told_in_a_signed_report(authority: Authority, world: World) -> None:
    """Everything that is told of one is plain JSON, names of algorithms too."""
    verifier = Verifier(world.trust, CATALOGUE, at=NOW, statuses=good_statuses(world.sm2))
    report = verifier.verify("a.pdf", pdf_paper(market_signer(authority)))
    signed = read_report(sign_report(authority.signing, [report], at=NOW))
    assert list(signed.reports) == [as_json(report)]
    assert all(type(each.detail) is str for each in report.findings)


def test_same_reports_same_bytes(world: World, reports: list[LicenceReport]) -> None:
    """Signed at the same time by a key that needs no randomness, they are the same."""
    kinds, each = (PassedOver.HIDDEN, PassedOver.DANGLING), Passed(count=2, names=("a", "b"))
    signed = {
        sign_report(world.rsa.signing, reports, at=NOW, passed_over=dict.fromkeys(order, each))
        for order in (kinds, kinds[::-1])
    }
    assert len(signed) == 1


def test_what_was_passed_over_is_counted(world: World, reports: list[LicenceReport]) -> None:
    """By kind, with names, in a form of the schema's; where nothing was, nothing is said."""
    entries = Entries()
    for number in range(MOST_REPORTED):
        entries.add(PassedOver.HIDDEN, f".{number}")
    entries.add(PassedOver.RESULTS, "results.ndjson")
    data = sign_report(world.sm2.signing, reports, at=NOW, passed_over=entries.reported())
    signed = read_report(data)
    assert signed.passed_over == {
        PassedOver.HIDDEN: Passed(
            count=MOST_REPORTED, names=tuple(f".{number}" for number in range(MOST_REPORTED))
        ),
        PassedOver.RESULTS: Passed(count=1),
    }
    assert faults("signed-report", signed.statement.payload) == []
    without = read_report(sign_report(world.sm2.signing, reports, at=NOW))
    assert (without.passed_over, "passed_over" in without.statement.payload) == ({}, False)


def test_nothing_is_no_report(world: World) -> None:
    """A report of no input would be passed by whoever only looks for failures."""
    with pytest.raises(RefusedError) as caught:
        sign_report(world.sm2.signing, [], at=NOW)
    assert caught.value.reason is LicenceReason.REPORT_MALFORMED


def test_is_not_signed_with_an_expired_certificate(
    world: World, reports: list[LicenceReport]
) -> None:
    """It is refused before anything is signed."""
    with pytest.raises(RefusedError) as caught:
        sign_report(world.sm2.signing, reports, at=NOW + 3 * YEAR)
    assert caught.value.reason is Reason.SIGNED_OUTSIDE_VALIDITY


def test_a_report_that_could_not_be_read_is_not_signed(
    world: World, reports: list[LicenceReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is larger than the limit is refused, with what to do."""
    monkeypatch.setattr(module, "MAX_REPORT_BYTES", 1000)
    with pytest.raises(RefusedError) as caught:
        sign_report(world.sm2.signing, reports, at=NOW)
    assert caught.value.reason is Reason.INPUT_TOO_LARGE


Spoil = Callable[[dict[str, Any]], object]


def hidden(said: object) -> Spoil:
    """Say something of what was hidden."""
    return lambda payload: payload.update(passed_over={"hidden": said})


MALFORMED: dict[str, tuple[Spoil, str]] = {
    "another member": (lambda said: said.update(note="样本"), ""),
    "no reports": (lambda said: said.pop("reports"), ""),
    "reports that are one": (lambda said: said.update(reports=said["reports"][0]), "reports"),
    "an empty list": (lambda said: said["reports"].clear(), "reports"),
    "a report that is a text": (lambda said: said["reports"].append("x"), "reports/4"),
    "an unknown member": (lambda said: said["reports"][1].update(note=1), "reports/1"),
    "no checks": (lambda said: said["reports"][0].update(checks=[]), "reports/0"),
    "an unknown verdict": (lambda said: said["reports"][0].update(indication="OK"), "reports/0"),
    "nothing passed over": (lambda said: said.update(passed_over={}), "passed_over"),
    "a kind that is none": (lambda said: said.update(passed_over={"x": 1}), "passed_over/x"),
    "a mere count": (lambda said: said.update(passed_over={"hidden": 1}), "passed_over/hidden"),
    "none of a kind": (hidden({"count": 0, "names": []}), "passed_over/hidden"),
    "true of a kind": (hidden({"count": True, "names": []}), "passed_over/hidden"),
    "a name that is none": (hidden({"count": 1, "names": [1]}), "passed_over/hidden"),
    "more said of a kind": (hidden({"count": 1, "names": [], "x": 1}), "passed_over/hidden"),
    "no time": (lambda said: said.pop("iat"), "payload/iat"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_refuses_another_form(world: World, payload: dict[str, Any], name: str) -> None:
    """One thing is wrong with each, and the error says where, though it is signed."""
    spoil, at = MALFORMED[name]
    said = copy.deepcopy(payload)
    spoil(said)
    assert faults("signed-report", said)
    with pytest.raises(MalformedError) as caught:
        read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))
    assert caught.value.reason is LicenceReason.REPORT_MALFORMED
    assert caught.value.at == at


def test_no_more_names_than_entries(world: World, payload: dict[str, Any]) -> None:
    """Of a kind there are at least as many as are named, which a schema cannot say."""
    said = copy.deepcopy(payload)
    hidden({"count": 1, "names": ["a", "b"]})(said)
    with pytest.raises(MalformedError) as caught:
        read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))
    assert caught.value.at == "passed_over/hidden"


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("indication", list(Indication))
def test_a_verdict_is_that_of_its_checks(
    world: World, payload: dict[str, Any], number: int, indication: Indication
) -> None:
    """Whoever signs another verdict than the checks have is refused."""
    said = copy.deepcopy(payload)
    same = said["reports"][number]["indication"] == indication
    said["reports"][number]["indication"] = indication.value
    data = forged(world.sm2.signing, said, typ=REPORT_TYP)
    if same:
        assert read_report(data).reports[number]["indication"] == indication
        return
    with pytest.raises(RefusedError) as caught:
        read_report(data)
    assert caught.value.reason is LicenceReason.REPORT_CONTRADICTS


CONTRADICTS: dict[str, Spoil] = {
    "nothing but readable": lambda good: good["checks"].__delitem__(slice(1, None)),
    "no status": lambda good: good.update(
        checks=[each for each in good["checks"] if each["check"] != "status"]
    ),
    "no licence": lambda good: good.update(licence=None),
    "no signature": lambda good: good["signatures"].clear(),
    "no digest": lambda good: good.update(sha256=None),
    "a reason and passed": lambda good: good["checks"][0].update(reason="LICENCE_REVOKED"),
    "a sub-indication and passed": lambda good: good.update(sub_indication="REVOKED"),
}


@pytest.mark.parametrize("name", CONTRADICTS)
def test_what_passed_was_checked(world: World, payload: dict[str, Any], name: str) -> None:
    """Whoever leaves out what was to be checked signs no report that is read as passed."""
    said = copy.deepcopy(payload)
    CONTRADICTS[name](said["reports"][0])
    with pytest.raises(RefusedError) as caught:
        read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))
    assert caught.value.reason is LicenceReason.REPORT_CONTRADICTS


@pytest.mark.parametrize("name", ["check", "reason"])
def test_the_deciding_check_is_that_of_its_checks(
    world: World, payload: dict[str, Any], name: str
) -> None:
    """Whoever signs another one in front is refused; reports of earlier versions name none."""
    said = copy.deepcopy(payload)
    said["reports"][0][name] = "other"
    with pytest.raises(RefusedError) as caught:
        read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))
    assert caught.value.reason is LicenceReason.REPORT_CONTRADICTS
    del said["reports"][0][name]
    assert name not in read_report(forged(world.sm2.signing, said, typ=REPORT_TYP)).reports[0]


def test_one_file_does_not_pass_and_fail(world: World, payload: dict[str, Any]) -> None:
    """Twice the same is no contradiction, nor are another time or another file."""
    said = copy.deepcopy(payload)
    good, bad = said["reports"][:2]
    assert (good["indication"], bad["indication"]) == ("TOTAL-PASSED", "TOTAL-FAILED")
    said["reports"].append(good)
    assert read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))
    bad["sha256"] = good["sha256"]
    with pytest.raises(RefusedError) as caught:
        read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))
    assert caught.value.reason is LicenceReason.REPORT_CONTRADICTS
    assert caught.value.at == "reports/1"
    bad["at"] = "2020-01-01T00:00:00Z"
    assert read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))


@pytest.mark.parametrize("sub", [None, "REVOKED"])
def test_a_sub_indication_is_that_of_the_check_that_decides(
    world: World, payload: dict[str, Any], sub: str | None
) -> None:
    """None, or another than that of its reason: the report contradicts itself."""
    said = copy.deepcopy(payload)
    said["reports"][1]["sub_indication"] = sub
    with pytest.raises(RefusedError) as caught:
        read_report(forged(world.sm2.signing, said, typ=REPORT_TYP))
    assert caught.value.reason is LicenceReason.REPORT_CONTRADICTS


def test_another_kind_is_no_report(world: World, payload: dict[str, Any]) -> None:
    """A register or a list with the same members is not read as a report."""
    with pytest.raises(MalformedError) as caught:
        read_report(forged(world.sm2.signing, payload, typ="authority-register+jwt"))
    assert caught.value.reason is LicenceReason.REPORT_MALFORMED


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_one_flipped_bit_is_never_believed(
    world: World, reports: list[LicenceReport], place: int, bit: int
) -> None:
    """Whatever bit is flipped: refused, or its signature does not hold."""
    data = bytearray(sign_report(world.sm2.signing, reports[:1], at=NOW))
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(EvidenceError):
        _believe(bytes(data), PathJudge(world.trust, at=NOW))


def _believe(data: bytes, judge: PathJudge) -> None:
    verify_statement(read_report(data).statement, judge=judge).demand()
