"""Might the department issue it when it was signed? One entry has to allow all of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from eseal.evidence import SealInfo, SignatureInfo
from eseal.pdf.sealed import SealEvidence
from eseal.reasons import Reason
from eseal.report import Finding, Indication, Outcome
from licences.authority_check import check_authority
from licences.authority_entries import AuthorityEntry
from licences.authority_register import AuthorityRegister
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.identifiers import TypeCode, Uscc
from licences.reasons import LicenceReason
from licences.verification import LicenceReport, Verifier
from tests.homes import BUSINESS, CATALOGUE, DEPARTMENTS, MARKET
from tests.licences.papers import good_statuses, market_signer, paper, pdf_paper
from tests.licences.test_verification import outcome_of
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World

SEAL_ID = "99990000000001"
OTHER_TYPE = TypeCode.parse(BUSINESS.code[:-3] + "999")


@pytest.fixture(scope="session")
def report(world: World) -> LicenceReport:
    """Give the report of a good licence, signed on 2026-11-21 in China."""
    return Verifier(world.trust, CATALOGUE, at=NOW).verify("a", paper(market_signer(world.sm2)))


@pytest.fixture(scope="session")
def claims(report: LicenceReport) -> LicenceClaims:
    """Give what it says."""
    assert report.licence is not None
    return report.licence


def entry(**changes: Any) -> AuthorityEntry:
    """Make an entry that allows the market regulator its business licences."""
    good: dict[str, Any] = {
        "department": Uscc.parse(MARKET),
        "types": frozenset({BUSINESS.type_code}),
    }
    return AuthorityEntry(**(good | changes))


def register(*entries: AuthorityEntry, **changes: Any) -> AuthorityRegister:
    """Make a register of another organisation."""
    good: dict[str, Any] = {
        "issuer": DEPARTMENTS[1].code,
        "made_at": NOW - DAY,
        "expires_at": None,
        "entries": entries,
    }
    return AuthorityRegister(**(good | changes))


def seal(es_id: str) -> SealEvidence:
    """Make a seal with this number, on a document."""
    info = SealInfo(
        name="示例市样本章", es_id=es_id, version="V4", valid_from=NOW - YEAR,
        valid_until=NOW + YEAR, maker="样本", signer="样本", used_at=NOW - DAY, picture="",
        sha256="", data_hash="",
    )  # fmt: skip
    return SealEvidence(field="Signature1", info=info, findings=())


def signed(report: LicenceReport, moment: datetime | None) -> list[SignatureInfo]:
    """Give its signatures as if they claimed this time."""
    return [replace(each, claimed_time=moment) for each in report.signatures]


def check(
    claims: LicenceClaims,
    signatures: list[SignatureInfo],
    *entries: AuthorityEntry,
    seals: tuple[str, ...] | None = (),
) -> Finding:
    """Ask a register of these entries."""
    carried = None if seals is None else [seal(each) for each in seals]
    return check_authority(claims, signatures, carried, register(*entries), NOW)


def assert_wrong(finding: Finding, why: str) -> None:
    """The department might not, and this is why."""
    assert (finding.check, finding.outcome) == (LicenceCheck.AUTHORITY, Outcome.FAILED)
    assert finding.reason is LicenceReason.WRONG_AUTHORITY
    assert why in finding.detail


def test_an_entry_that_allows_it_passes_and_is_told(
    claims: LicenceClaims, report: LicenceReport
) -> None:
    """The finding names department, period, and whose register says so."""
    finding = check(claims, [*report.signatures], entry(begins=date(2026, 1, 1)))
    assert finding.outcome is Outcome.PASSED
    for said in (MARKET, "2026-01-01", DEPARTMENTS[1].code.text):
        assert said in finding.detail


def test_all_types_allow_it(claims: LicenceClaims, report: LicenceReport) -> None:
    """An entry for every type allows this one."""
    assert check(claims, [*report.signatures], entry(types=None)).outcome is Outcome.PASSED


def test_who_is_not_listed_may_not(claims: LicenceClaims, report: LicenceReport) -> None:
    """An empty register, and one of others, allow nothing."""
    for entries in ((), (entry(department=DEPARTMENTS[1].code),)):
        assert_wrong(check(claims, [*report.signatures], *entries), "not in the register")


def test_another_type_does_not_help(claims: LicenceClaims, report: LicenceReport) -> None:
    """The department may issue other things, not this."""
    finding = check(claims, [*report.signatures], entry(types=frozenset({OTHER_TYPE})))
    assert_wrong(finding, f"may not issue the type {BUSINESS.code}")


LAST_SECOND = datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC)
"""The last second of 2026-11-21 in China."""


@pytest.mark.parametrize(
    ("moment", "period", "allowed"),
    [
        (LAST_SECOND, {"ends": date(2026, 11, 21)}, True),
        (LAST_SECOND + SECOND, {"ends": date(2026, 11, 21)}, False),
        (LAST_SECOND + SECOND, {"begins": date(2026, 11, 22)}, True),
        (LAST_SECOND, {"begins": date(2026, 11, 22)}, False),
        (LAST_SECOND, {"begins": date(2026, 11, 21), "ends": date(2026, 11, 21)}, True),
        (LAST_SECOND, {"ends": date(2026, 11, 20)}, False),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), {"ends": date(2026, 11, 21)}, False),
        (None, {"ends": date(2026, 11, 1)}, False),
    ],
)
def test_days_are_whole_and_chinas(
    claims: LicenceClaims,
    report: LicenceReport,
    moment: datetime | None,
    period: dict[str, date],
    allowed: bool,
) -> None:
    """Authority lasts to the last second of its last day; the next second is too late."""
    finding = check(claims, signed(report, moment), entry(**period))
    if allowed:
        assert finding.outcome is Outcome.PASSED
    else:
        assert_wrong(finding, "it was signed on")


def test_without_a_claimed_time_the_day_of_issue_counts(
    claims: LicenceClaims, report: LicenceReport
) -> None:
    """A signature that claims no time, and no signature at all, are of the day of issue."""
    day = claims.issued_on
    for signatures in (signed(report, None), []):
        assert check(claims, signatures, entry(ends=day)).outcome is Outcome.PASSED
        finding = check(claims, signatures, entry(ends=day - DAY))
        assert_wrong(finding, str(day))


def test_another_certificate_may_not_sign(claims: LicenceClaims, report: LicenceReport) -> None:
    """Where certificates are listed, every signer's has to be."""
    sha256 = report.signatures[0].certificate_sha256
    listed = entry(certificates=frozenset({sha256}))
    assert check(claims, [*report.signatures], listed).outcome is Outcome.PASSED
    other = replace(report.signatures[0], certificate_sha256="0" * 64)
    assert_wrong(check(claims, [*report.signatures, other], listed), f"certificate {'0' * 64}")


def test_another_seal_may_not_be_used(claims: LicenceClaims, report: LicenceReport) -> None:
    """Where seals are listed, every seal has to be; a JSON licence has none and needs none."""
    listed = entry(seals=frozenset({SEAL_ID}))
    signatures = [*report.signatures]
    assert check(claims, signatures, listed, seals=(SEAL_ID,)).outcome is Outcome.PASSED
    assert_wrong(check(claims, signatures, listed), "without a seal")
    assert check(claims, signatures, listed, seals=None).outcome is Outcome.PASSED
    assert check(claims, signatures, entry()).outcome is Outcome.PASSED
    finding = check(claims, signatures, listed, seals=(SEAL_ID, "99990000000002"))
    assert_wrong(finding, "seal 99990000000002")


def test_one_entry_has_to_allow_all_of_it(claims: LicenceClaims, report: LicenceReport) -> None:
    """Two entries that allow a half each allow nothing; the one that comes nearest tells why."""
    ended = entry(ends=date(2026, 1, 1))
    other = entry(certificates=frozenset({"0" * 64}))
    foreign = entry(types=frozenset({OTHER_TYPE}))
    finding = check(claims, [*report.signatures], foreign, other, ended)
    assert_wrong(finding, "may not sign it with the certificate")
    assert check(claims, [*report.signatures], ended, other, entry()).outcome is Outcome.PASSED


def test_register_that_has_ended_says_nothing(claims: LicenceClaims, report: LicenceReport) -> None:
    """After its last second it neither allows nor forbids: try later."""
    for at, stale in ((NOW, False), (NOW + SECOND, True)):
        for entries in ((entry(),), ()):
            finding = check_authority(
                claims, report.signatures, [], register(*entries, expires_at=NOW), at
            )
            assert (finding.reason is LicenceReason.AUTHORITY_REGISTER_STALE) is stale
            assert (finding.outcome is Outcome.UNDETERMINED) is stale


# -- in the verifier -----------------------------------------------------------------------


def verify(world: World, data: bytes, *entries: AuthorityEntry) -> LicenceReport:
    """Verify a licence with a register of these entries."""
    verifier = Verifier(
        world.trust,
        CATALOGUE,
        at=NOW,
        authorities=register(*entries),
        statuses=good_statuses(world.sm2),
    )
    return verifier.verify("a", data)


def test_json_and_pdf_are_asked_alike(authority: Authority, world: World) -> None:
    """With a register each has one check more, and passes if it is allowed."""
    signer = market_signer(authority)
    for data in (paper(signer), pdf_paper(signer)):
        report = verify(world, data, entry())
        assert report.verdict.indication is Indication.TOTAL_PASSED
        assert report.findings[-1].check is LicenceCheck.AUTHORITY
        report = verify(world, data, entry(ends=date(2026, 11, 20)))
        assert report.verdict.indication is Indication.TOTAL_FAILED
        assert report.verdict.sub_indication == LicenceReason.WRONG_AUTHORITY


def test_the_register_decides_and_not_the_types_issuers(world: World) -> None:
    """With a register who may issue is asked once; without one there is no such check."""
    data = paper(market_signer(world.sm2))
    report = verify(world, data, entry(department=DEPARTMENTS[1].code))
    assert outcome_of(report, LicenceCheck.IDENTIFIER)[0] == "passed"
    assert outcome_of(report, LicenceCheck.AUTHORITY)[0] == "failed"
    plain = Verifier(world.trust, CATALOGUE, at=NOW).verify("a", data)
    assert LicenceCheck.AUTHORITY not in {each.check for each in plain.findings}


@pytest.mark.parametrize("data", [b"a text", b"{}", b""])
def test_what_is_no_licence_has_the_check_once_and_not_passed(world: World, data: bytes) -> None:
    """Every check has one finding, also where nothing could be asked."""
    report = verify(world, data, entry())
    checks = [each.check for each in report.findings]
    assert len(checks) == len(set(checks))
    assert outcome_of(report, LicenceCheck.AUTHORITY) == ("undetermined", Reason.NOT_REACHED)
