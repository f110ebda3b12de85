"""The seal office takes seals through their life, and refuses what must not be."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from asn1crypto.x509 import Certificate

from eseal.algorithms import Suite
from eseal.certificates import read_certificates
from eseal.chain import PathJudge
from eseal.crl import RevocationReason, RevokedEntry, make_crl, read_crl
from eseal.errors import EvidenceError, RefusedError
from eseal.keys import default_algorithm
from eseal.pictures.design import SealKind
from eseal.pkcs8 import load_private_key
from eseal.reasons import Reason
from eseal.report import Outcome
from eseal.seals.checks import judge_seal
from eseal.seals.reading import read_seal
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from licences.officers import Actor
from licences.reasons import LicenceReason
from licences.seal_application import MOST_VALID, Listing
from licences.seal_issuing import IssuingSeals
from licences.seal_journal import Grounds
from licences.seal_life import ENDED, Power, SealAction, SealState, power_for
from licences.seal_model import SealRecord
from licences.seal_office import SealOffice
from licences.seal_terms import power_words
from tests.licences.seal_world import NUMBER, SealWorld, picture
from tests.registers import unguard
from tests.world import DAY, NOW, SECOND, YEAR, World

pytestmark = pytest.mark.unmeasured

OTHER = "9999990000002"


@pytest.mark.parametrize("suite", list(Suite), ids=str)
@pytest.mark.parametrize("listing", list(Listing), ids=str)
def test_takes_a_seal_into_use(quick_seals: SealWorld, suite: Suite, listing: Listing) -> None:
    """Applied, approved, made, activated: the seal object says what was applied for, and holds."""
    office, officers = quick_seals.office, quick_seals.officers
    wanted = replace(quick_seals.application(suite), listing=listing)
    office.apply(wanted, officers.of(Power.APPLY, suite), number=NUMBER)
    office.approve(NUMBER, officers.of(Power.APPROVE, suite))
    made = office.make(NUMBER, officers.of(Power.MAKE, suite))
    record = office.activate(NUMBER, officers.of(Power.KEEP, suite))
    assert (made.state, record.state, record.version) == (SealState.MADE, SealState.ACTIVE, 1)
    assert record.esl is not None
    seal = read_seal(record.esl)
    assert (seal.es_id, seal.name, seal.kind) == (NUMBER, wanted.name, 3)
    assert (seal.valid_from, seal.valid_until) == (wanted.valid_from, wanted.valid_until)
    assert seal.picture == wanted.picture
    assert bool(seal.signers.certificates) is (listing is Listing.CERTIFICATES)
    assert seal.signers.lists(quick_seals.signer_chain(suite)[0])
    judge = PathJudge(quick_seals.clerk.trust, at=NOW)
    findings = judge_seal(seal, judge=judge, others=officers.of(Power.MAKE, suite).signer.chain)
    assert {each.outcome for each in findings} == {Outcome.PASSED}


def test_draws_a_number_where_none_is_given(quick_seals: SealWorld) -> None:
    """Without a registration number the es_id is 32 random hex digits, and finds the seal."""
    record = quick_seals.office.apply(quick_seals.application(), quick_seals.applicant)
    assert len(record.es_id) == 32
    assert quick_seals.office.find(record.es_id) == record
    assert quick_seals.office.find(str(record.key.id)) == record


@pytest.mark.parametrize("number", ["123456789012", "1" * 15, "１" * 13, "x" * 13])
def test_refuses_a_number_of_another_form(quick_seals: SealWorld, number: str) -> None:
    """SEAL_APPLICATION_REFUSED: a registration number has 13 or 14 digits."""
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.apply(quick_seals.application(), quick_seals.applicant, number=number)
    assert caught.value.reason is LicenceReason.SEAL_APPLICATION_REFUSED


def test_an_application_is_entered_once(seals: SealWorld) -> None:
    """SEAL_APPLIED_ALREADY, SEAL_NUMBER_TAKEN: neither content nor number stands twice."""
    seals.reach(SealState.APPLIED)
    with pytest.raises(RefusedError) as caught:
        seals.office.apply(seals.application(), seals.applicant)
    assert caught.value.reason is LicenceReason.SEAL_APPLIED_ALREADY
    assert NUMBER in caught.value.sentence
    other = replace(seals.application(), name="另一枚专用章（样本）")
    with pytest.raises(RefusedError) as caught:
        seals.office.apply(other, seals.applicant, number=NUMBER)
    assert caught.value.reason is LicenceReason.SEAL_NUMBER_TAKEN
    assert len(seals.register.seals(limit=10)) == 1


@pytest.mark.parametrize("end", sorted(ENDED), ids=str)
def test_what_ended_is_applied_for_again(quick_seals: SealWorld, end: SealState) -> None:
    """The same application is entered again when its seal has ended, and once more is refused."""
    former = quick_seals.reach(end)
    again = quick_seals.office.apply(quick_seals.application(), quick_seals.applicant)
    assert again.state is SealState.APPLIED
    assert again.key != former.key
    assert quick_seals.office.find(NUMBER) == former
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.apply(quick_seals.application(), quick_seals.applicant)
    assert caught.value.reason is LicenceReason.SEAL_APPLIED_ALREADY
    assert f"{again.es_id}，待审批 applied" in caught.value.sentence


def test_the_same_step_twice_is_refused(seals: SealWorld) -> None:
    """SEAL_TRANSITION_REFUSED: what was approved cannot be approved again; nothing is written."""
    seals.reach(SealState.APPROVED)
    with pytest.raises(RefusedError) as caught:
        seals.office.approve(NUMBER, seals.approver)
    assert caught.value.reason is LicenceReason.SEAL_TRANSITION_REFUSED
    assert (
        "印章现为 it is：待制作 approved；不能 not possible：审批 approve" in caught.value.sentence
    )
    assert caught.value.sentence.endswith("可以 possible：制作 make、变更 change、撤销 revoke")
    assert len(seals.office.history(NUMBER).events) == 2


def test_knows_no_other_seal(quick_seals: SealWorld) -> None:
    """UNKNOWN_SEAL: there is none of this number."""
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.approve("0000000000000", quick_seals.approver)
    assert caught.value.reason is LicenceReason.UNKNOWN_SEAL


@pytest.mark.parametrize(
    ("state", "action", "by"),
    [
        (SealState.APPLIED, SealAction.APPROVE, Power.APPLY),
        (SealState.APPROVED, SealAction.MAKE, Power.APPROVE),
        (SealState.MADE, SealAction.ACTIVATE, Power.MAKE),
        (SealState.ACTIVE, SealAction.SUSPEND, Power.KEEP),
        (SealState.ACTIVE, SealAction.CHANGE, Power.MAKE),
        (SealState.REVOKED, SealAction.DESTROY, Power.APPROVE),
    ],
)
def test_refuses_who_has_not_the_power(
    quick_seals: SealWorld, state: SealState, action: SealAction, by: Power
) -> None:
    """POWER_MISSING: an officer does what their powers allow, no more; who may is told."""
    quick_seals.reach(state)
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(action, quick_seals.officers.of(by))
    assert caught.value.reason is LicenceReason.POWER_MISSING
    assert f"可由 {quick_seals.officers.of(power_for(action)).officer.id}" in caught.value.sentence
    assert f" 的职权 may：{power_words(by)}；不含 not：" in caught.value.sentence


APART = [
    (SealAction.APPLY, SealAction.APPROVE),
    (SealAction.APPLY, SealAction.REJECT),
    (SealAction.APPLY, SealAction.MAKE),
    (SealAction.APPROVE, SealAction.MAKE),
    (SealAction.APPROVE, SealAction.RENEW),
]
"""Steps of one version that one person may not take both."""


@pytest.mark.parametrize("roles", APART, ids=str)
def test_keeps_the_three_powers_apart(
    quick_seals: SealWorld, roles: tuple[SealAction, SealAction]
) -> None:
    """POWERS_NOT_APART: whoever has all powers still does one of the three things to a version."""
    everything = quick_seals.officers.named("everything-1")
    first, second = roles
    way = [SealAction.APPLY, SealAction.APPROVE, SealAction.MAKE, second]
    for action in way[: way.index(second)]:
        quick_seals.act(action, everything if action is first else None)
        if second is SealAction.REJECT:
            break
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(second, everything)
    assert caught.value.reason is LicenceReason.POWERS_NOT_APART
    assert f"可由 {quick_seals.officers.of(power_for(second)).officer.id} 办理" in (
        caught.value.sentence
    )


@pytest.mark.parametrize(("first", "second"), APART, ids=str)
def test_one_key_under_two_names_is_one_person(
    quick_seals: SealWorld,
    monkeypatch: pytest.MonkeyPatch,
    first: SealAction,
    second: SealAction,
) -> None:
    """POWERS_NOT_APART: another id with the key of who applied or approved goes no further."""
    earlier = quick_seals.officers.of(power_for(first))
    namesake = replace(earlier.officer, id="boss", powers=frozenset(Power))
    monkeypatch.setitem(quick_seals.officers.known, "boss", namesake)
    for action in (SealAction.APPLY, SealAction.APPROVE, SealAction.MAKE):
        if action is second or (action is SealAction.APPROVE and second is SealAction.REJECT):
            break
        quick_seals.act(action)
    before = quick_seals.office.find(NUMBER)
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(second, replace(earlier, officer=namesake))
    assert caught.value.reason is LicenceReason.POWERS_NOT_APART
    assert f"it is the key with which {earlier.officer.id} acted" in caught.value.sentence
    assert quick_seals.office.find(NUMBER) == before
    assert quick_seals.act(second).events == before.events + 1


def test_a_new_version_is_apart_by_itself(
    quick_seals: SealWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who applied for the first version approves the second, under whatever name."""
    quick_seals.reach(SealState.MADE)
    applicant, approver = quick_seals.applicant, quick_seals.approver
    other = {
        "boss": replace(approver.officer, id="boss", powers=frozenset({Power.APPLY})),
        "chief": replace(applicant.officer, id="chief", powers=frozenset({Power.APPROVE})),
    }
    for number, officer in other.items():
        monkeypatch.setitem(quick_seals.officers.known, number, officer)
    quick_seals.act(SealAction.CHANGE, replace(approver, officer=other["boss"]))
    done = quick_seals.act(SealAction.APPROVE, replace(applicant, officer=other["chief"]))
    assert done.state is SealState.APPROVED


@pytest.mark.parametrize(
    ("state", "action"),
    [(SealState.MADE, SealAction.ACTIVATE), (SealState.ACTIVE, SealAction.HAND_IN)],
)
def test_only_the_keeper_takes_it_in_and_out(
    quick_seals: SealWorld, state: SealState, action: SealAction
) -> None:
    """NOT_THE_KEEPER: another keeper's power is over other seals."""
    quick_seals.reach(state)
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(action, quick_seals.officers.named("keeper-2"))
    assert caught.value.reason is LicenceReason.NOT_THE_KEEPER
    assert "可由 keeper-1 办理" in caught.value.sentence


def test_a_keeper_has_to_be_known(quick_seals: SealWorld) -> None:
    """UNKNOWN_KEEPER, POWER_MISSING: an application names a keeper who is one."""
    for keeper, reason in (
        ("nobody", LicenceReason.UNKNOWN_KEEPER),
        ("maker-1", LicenceReason.POWER_MISSING),
    ):
        wanted = replace(quick_seals.application(), keeper=keeper)
        with pytest.raises(RefusedError) as caught:
            quick_seals.office.apply(wanted, quick_seals.applicant)
        assert caught.value.reason is reason
        assert "可由 keeper-1、keeper-2、everything-1 办理" in caught.value.sentence


def test_a_change_is_a_new_version(quick_seals: SealWorld) -> None:
    """Changed by its keeper and name: out of use meanwhile, then made anew; the old one is kept."""
    before = quick_seals.reach(SealState.ACTIVE)
    office = quick_seals.office
    wanted = replace(quick_seals.application(), name="示例市样本专用章", keeper="keeper-2")
    changed = office.change(NUMBER, wanted, quick_seals.applicant)
    assert (changed.state, changed.version, changed.esl) == (SealState.APPLIED, 2, before.esl)
    assert quick_seals.register.active_seal(before.owner, Suite.SM2, NOW) is None
    quick_seals.act(SealAction.APPROVE)
    made = quick_seals.act(SealAction.MAKE)
    assert made.esl is not None
    assert read_seal(made.esl).name == wanted.name
    with pytest.raises(RefusedError):
        office.activate(NUMBER, quick_seals.keeper)
    active = office.activate(NUMBER, quick_seals.officers.named("keeper-2"))
    assert (active.es_id, active.state) == (NUMBER, SealState.ACTIVE)
    kept = [each.event.attachment for each in office.history(NUMBER).events]
    assert before.esl in kept
    assert made.esl in kept


@pytest.mark.parametrize("end", [SealAction.REJECT, SealAction.REVOKE])
def test_a_change_that_fails_leaves_the_seal_as_it_was(
    quick_seals: SealWorld, end: SealAction
) -> None:
    """Rejected and resumed, or revoked, the seal is what was made before the change."""
    before = quick_seals.reach(SealState.ACTIVE)
    wanted = replace(quick_seals.application(), keeper="keeper-2")
    quick_seals.office.change(NUMBER, wanted, quick_seals.applicant)
    ended = quick_seals.act(end)
    if end is SealAction.REJECT:
        assert (ended.state, ended.version) == (SealState.REJECTED, 2)
        ended = quick_seals.act(SealAction.RESUME)
        assert ended.state is SealState.ACTIVE
    assert (ended.version, ended.keeper, ended.esl) == (1, before.keeper, before.esl)
    if end is SealAction.REJECT:
        assert quick_seals.office.change(NUMBER, wanted, quick_seals.applicant).version == 3
    else:
        assert quick_seals.act(SealAction.HAND_IN).state is SealState.HANDED_IN


@pytest.mark.parametrize("changes", [1, 2])
@pytest.mark.parametrize(
    ("state", "renewed"),
    [
        (SealState.MADE, False),
        (SealState.ACTIVE, False),
        (SealState.SUSPENDED, False),
        (SealState.ACTIVE, True),
    ],
    ids=str,
)
def test_a_rejected_change_leads_back_to_where_it_was(
    quick_seals: SealWorld, state: SealState, renewed: bool, changes: int
) -> None:
    """Made or renewed and not activated, it waits for its keeper still; suspended, it stays so."""
    before = quick_seals.reach(state)
    if renewed:
        before = quick_seals.act(SealAction.RENEW)
        assert before.state is SealState.MADE
    for number in range(changes):
        wanted = replace(quick_seals.application(), name=f"第{number}次变更（样本）")
        quick_seals.office.change(NUMBER, wanted, quick_seals.applicant)
        quick_seals.act(SealAction.REJECT)
    resumed = quick_seals.act(SealAction.RESUME)
    assert replace(resumed, events=before.events) == before


def test_nothing_is_resumed_that_was_never_made(quick_seals: SealWorld) -> None:
    """SEAL_TRANSITION_REFUSED: a first application that was rejected has nothing to go back to."""
    quick_seals.reach(SealState.REJECTED)
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(SealAction.RESUME)
    assert caught.value.reason is LicenceReason.SEAL_TRANSITION_REFUSED
    assert "change" in caught.value.sentence


def test_a_change_keeps_owner_and_suite(quick_seals: SealWorld) -> None:
    """SEAL_APPLICATION_REFUSED: a seal of another suite is another seal."""
    quick_seals.reach(SealState.ACTIVE)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.change(NUMBER, quick_seals.application(Suite.RSA), quick_seals.applicant)
    assert caught.value.reason is LicenceReason.SEAL_APPLICATION_REFUSED


def test_renews_for_the_same_organisation(quick_seals: SealWorld, world: World) -> None:
    """A renewed seal says the same and lists the new certificate; its keeper activates it."""
    before = quick_seals.reach(SealState.ACTIVE)
    made = quick_seals.act(SealAction.RENEW)
    assert (made.state, made.version) == (SealState.MADE, 1)
    assert made.esl is not None
    assert made.esl != before.esl
    assert read_seal(made.esl).name == before.name
    assert quick_seals.act(SealAction.ACTIVATE).state is SealState.ACTIVE
    foreign = world.sm2.signing.certificate
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.renew(NUMBER, [foreign], quick_seals.maker)
    assert caught.value.reason is LicenceReason.SEAL_SIGNERS_REFUSED


def test_the_maker_has_to_be_an_accepted_one(quick_seals: SealWorld) -> None:
    """A maker with a good certificate that the trust folder does not name makes nothing."""
    quick_seals.reach(SealState.APPROVED)
    everything = quick_seals.officers.named("everything-1")
    with pytest.raises(EvidenceError) as caught:
        quick_seals.office.make(NUMBER, everything)
    assert caught.value.reason is Reason.SEAL_MAKER_NOT_TRUSTED
    assert quick_seals.office.find(NUMBER).state is SealState.APPROVED


def test_the_maker_needs_a_key_of_the_suite(quick_seals: SealWorld) -> None:
    """NO_SIGNER: an SM2 seal is not made with an RSA key."""
    quick_seals.reach(SealState.APPROVED)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.make(NUMBER, quick_seals.officers.of(Power.MAKE, Suite.RSA))
    assert caught.value.reason is LicenceReason.NO_SIGNER


def revoking(seals: SealWorld, serial: int) -> TrustStore:
    """The trust folder, with a list of the SM2 CA that revokes a certificate since an hour ago."""
    authority = seals.authority.folder
    (certificate,) = read_certificates((authority / "sm2-ca.pem").read_bytes())
    key = load_private_key(
        authority / "sm2-ca.key.pem", (authority / "passphrase").read_bytes().strip()
    )
    ca = SoftwareSigner(key=key, certificate=certificate, algorithm=default_algorithm(Suite.SM2))
    since = NOW - timedelta(hours=1)
    revoked = make_crl(
        ca,
        number=2,
        this_update=since + SECOND,
        next_update=NOW + DAY,
        revoked=[RevokedEntry(serial=serial, at=since, reason=RevocationReason.KEY_COMPROMISE)],
    )
    trust = seals.clerk.trust
    return replace(trust, crls=(*trust.crls, read_crl(revoked)))


def with_trust(seals: SealWorld, trust: TrustStore) -> SealWorld:
    """The same world, with other trust."""
    clerk = replace(seals.clerk, read_trust=lambda: trust)
    return replace(seals, clerk=clerk, office=SealOffice(clerk, seals.officers.all))


def test_a_seal_activated_with_a_revoked_certificate_is_revoked_and_no_more(
    quick_seals: SealWorld,
) -> None:
    """CERTIFICATE_REVOKED: nobody uses, issues with or goes on with it; it is revoked, and over."""
    record = quick_seals.reach(SealState.ACTIVE)
    serial = quick_seals.keeper.signer.certificate.serial_number
    revoked = with_trust(quick_seals, revoking(quick_seals, serial))
    issuing = IssuingSeals(revoked.clerk)
    refused: tuple[Callable[[], object], ...] = (
        lambda: revoked.office.usage.usable(NUMBER, revoked.keeper, revoked.signer(), at=NOW),
        lambda: issuing.find(record.owner, record.suite, NOW),
        lambda: revoked.act(SealAction.SUSPEND),
    )
    for attempt in refused:
        with pytest.raises(RefusedError) as caught:
            attempt()
        assert caught.value.reason is Reason.CERTIFICATE_REVOKED
        assert caught.value.sentence.startswith(f"印章 seal {NUMBER} 第 3 条记录 event 3：")
        assert caught.value.advice
        assert "licences seal revoke" in caught.value.advice[0]
    assert revoked.act(SealAction.REVOKE).state is SealState.REVOKED
    with pytest.raises(RefusedError) as caught:
        issuing.find(record.owner, record.suite, NOW)
    assert caught.value.reason is LicenceReason.NO_ISSUING_SEAL
    assert revoked.office.history(NUMBER).finding.reason is Reason.CERTIFICATE_REVOKED


def test_a_history_is_read_once_for_issuing(quick_seals: SealWorld) -> None:
    """A seal is asked for with every licence; its history is read when the register has moved."""
    record = quick_seals.reach(SealState.ACTIVE)
    asked: list[str] = []

    def certificates(officer: str) -> Iterable[Certificate]:
        asked.append(officer)
        return quick_seals.clerk.certificates_of(officer)

    issuing = IssuingSeals(replace(quick_seals.clerk, certificates_of=certificates))
    for _ in range(3):
        assert issuing.find(record.owner, record.suite, NOW) == record
    assert asked == ["applicant-1", "approver-1", "maker-1", "keeper-1"]
    quick_seals.act(SealAction.SUSPEND)
    with pytest.raises(RefusedError, match=f"{NUMBER} 现为 it is 已停用 suspended"):
        issuing.find(record.owner, record.suite, NOW)
    quick_seals.act(SealAction.RESUME)
    assert issuing.find(record.owner, record.suite, NOW)
    assert asked[4:] == [*asked[:4], "approver-1", "approver-1"]


@pytest.mark.parametrize("events", ["kept", "counted"])
def test_no_row_takes_a_seal_back_into_use(quick_seals: SealWorld, events: str) -> None:
    """SEAL_HISTORY_BROKEN: a revoked seal issues nothing, whatever row and name say, or said."""
    record = quick_seals.reach(SealState.ACTIVE)
    issuing, later = (IssuingSeals(quick_seals.clerk) for _ in range(2))
    assert issuing.find(record.owner, record.suite, NOW) == record
    wanted = replace(quick_seals.application(), name="另一枚（样本）", issuing=False)
    quick_seals.office.apply(wanted, quick_seals.applicant, number=OTHER)
    quick_seals.act(SealAction.REVOKE)
    back = ", events = 4" if events == "counted" else ""
    engine = quick_seals.register._engine
    unguard(engine, "seal_name")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE seal SET state = 'active'{back} WHERE es_id = '{NUMBER}'"  # noqa: S608
        )
        connection.exec_driver_sql(
            "UPDATE seal_name SET seal_id = "  # noqa: S608
            f"(SELECT id FROM seal WHERE es_id = '{OTHER}') WHERE name = '{NUMBER}'"
        )
    for each in (issuing, later):
        with pytest.raises(RefusedError) as caught:
            each.find(record.owner, record.suite, NOW)
        assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN


def test_refuses_an_officer_whose_certificate_is_revoked(quick_seals: SealWorld) -> None:
    """CERTIFICATE_REVOKED: nobody acts with a revoked certificate, and nothing is written."""
    quick_seals.reach(SealState.APPLIED)
    serial = quick_seals.approver.signer.certificate.serial_number
    revoked = with_trust(quick_seals, revoking(quick_seals, serial))
    with pytest.raises(EvidenceError) as caught:
        revoked.office.approve(NUMBER, revoked.approver)
    assert caught.value.reason is Reason.CERTIFICATE_REVOKED
    assert quick_seals.office.find(NUMBER).state is SealState.APPLIED


@pytest.mark.parametrize("state", [SealState.APPROVED, SealState.ACTIVE], ids=str)
def test_refuses_signers_that_are_revoked(quick_seals: SealWorld, state: SealState) -> None:
    """CERTIFICATE_REVOKED: no seal is made for a revoked certificate, and none used with it."""
    quick_seals.reach(state)
    serial = quick_seals.signer_chain()[0].serial_number
    revoked = with_trust(quick_seals, revoking(quick_seals, serial))

    def make_or_use() -> None:
        if state is SealState.APPROVED:
            revoked.office.make(NUMBER, revoked.maker)
        else:
            revoked.office.usage.usable(NUMBER, revoked.keeper, revoked.signer(), at=NOW)

    with pytest.raises(EvidenceError) as caught:
        make_or_use()
    assert caught.value.reason is Reason.CERTIFICATE_REVOKED


def test_no_seal_outlives_its_maker(quick_seals: SealWorld) -> None:
    """SEAL_VALIDITY_REFUSED: a seal ends no later than its maker's certificate, and has begun."""
    office = quick_seals.office
    for number, wanted in enumerate(
        (
            replace(quick_seals.application(), valid_until=NOW + 3 * YEAR),
            replace(quick_seals.application(), valid_from=NOW + SECOND),
        )
    ):
        es_id = f"{number:013d}"
        office.apply(wanted, quick_seals.applicant, number=es_id)
        office.approve(es_id, quick_seals.approver)
        with pytest.raises(RefusedError) as caught:
            office.make(es_id, quick_seals.maker)
        assert caught.value.reason is LicenceReason.SEAL_VALIDITY_REFUSED
        assert caught.value.advice is not None
        assert "licences seal change" in caught.value.advice[1]
        changed = office.change(es_id, quick_seals.application(), quick_seals.applicant)
        assert (changed.es_id, changed.state, changed.version) == (es_id, SealState.APPLIED, 2)
        office.approve(es_id, quick_seals.approver)
        assert office.make(es_id, quick_seals.maker).state is SealState.MADE


def test_what_was_approved_and_is_changed_goes_on_from_what_was_made(
    quick_seals: SealWorld,
) -> None:
    """Rejected then, the seal is what it was before the first change; it needs a new approval."""
    before = quick_seals.reach(SealState.SUSPENDED)
    quick_seals.act(SealAction.CHANGE)
    quick_seals.act(SealAction.APPROVE)
    assert quick_seals.act(SealAction.CHANGE).version == 3
    with pytest.raises(RefusedError):
        quick_seals.act(SealAction.MAKE)
    quick_seals.act(SealAction.REJECT)
    resumed = quick_seals.act(SealAction.RESUME)
    assert replace(resumed, events=before.events) == before


def test_one_issuing_seal_is_active(seals: SealWorld) -> None:
    """ISSUING_SEAL_EXISTS: an owner's second issuing seal of a suite waits for the first's end."""
    first = seals.reach(SealState.ACTIVE)
    assert seals.register.active_seal(first.owner, Suite.SM2, NOW) == first
    assert seals.register.active_seal(first.owner, Suite.RSA, NOW) is None
    assert seals.register.active_seal(first.owner, Suite.SM2, NOW + 2 * YEAR) is None
    office, second = seals.office, "9999990000002"
    office.apply(
        replace(seals.application(), name="第二枚（样本）"), seals.applicant, number=second
    )
    office.approve(second, seals.approver)
    office.make(second, seals.maker)
    with pytest.raises(RefusedError) as caught:
        office.activate(second, seals.keeper)
    assert caught.value.reason is LicenceReason.ISSUING_SEAL_EXISTS
    assert office.find(second).state is SealState.MADE
    seals.act(SealAction.SUSPEND)
    active = office.activate(second, seals.keeper)
    assert seals.register.active_seal(first.owner, Suite.SM2, NOW) == active


def test_says_since_when_it_counts(quick_seals: SealWorld) -> None:
    """A loss counts from when it happened, which is not when it was recorded; never from later."""
    quick_seals.reach(SealState.ACTIVE)
    quick_seals.clock.at = NOW + DAY
    lost = Grounds(reason="密钥遗失（样本）", basis="报告", effective=NOW + SECOND)
    quick_seals.office.suspend(NUMBER, quick_seals.approver, lost)
    entry = quick_seals.office.history(NUMBER).events[-1].entry
    assert entry is not None
    assert (entry.effective, entry.recorded) == (NOW + SECOND, NOW + DAY)
    assert (entry.reason, entry.basis, entry.actor) == (lost.reason, "报告", "approver-1")
    later = Grounds(effective=NOW + 2 * DAY)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.resume(NUMBER, quick_seals.approver, later)
    assert caught.value.reason is LicenceReason.SEAL_TRANSITION_REFUSED


def test_counts_from_no_earlier_than_what_was_done_before(quick_seals: SealWorld) -> None:
    """SEAL_TRANSITION_REFUSED: before it was applied for, or resumed before it was suspended."""
    office, by = quick_seals.office, quick_seals.approver
    quick_seals.reach(SealState.ACTIVE)
    quick_seals.clock.at = NOW + DAY
    since = Grounds(effective=NOW + 2 * SECOND)
    for act in (office.suspend, office.revoke):
        _refuses_since(act, by, NOW - SECOND)
    office.suspend(NUMBER, by, since)
    _refuses_since(office.resume, by, NOW + SECOND)
    assert office.resume(NUMBER, by, since).state is SealState.ACTIVE
    stolen = Grounds(effective=NOW + SECOND)
    assert office.revoke(NUMBER, by, stolen).state is SealState.REVOKED


def _refuses_since(act: Callable[..., SealRecord], by: Actor, since: datetime) -> None:
    with pytest.raises(RefusedError) as caught:
        act(NUMBER, by, Grounds(effective=since))
    assert caught.value.reason is LicenceReason.SEAL_TRANSITION_REFUSED
    assert caught.value.at == "effective"


def test_recorded_times_never_run_back(quick_seals: SealWorld) -> None:
    """Where a clock is behind the last event, the time of that event is taken."""
    quick_seals.reach(SealState.APPLIED)
    quick_seals.clock.at = NOW - SECOND
    quick_seals.act(SealAction.APPROVE)
    times = {each.event.at for each in quick_seals.office.history(NUMBER).events}
    assert times == {NOW}


def test_goes_by_the_application_that_was_approved(quick_seals: SealWorld) -> None:
    """What is to be changed goes on from what was applied for last."""
    quick_seals.reach(SealState.APPLIED)
    found = quick_seals.office.standing(NUMBER).version.application
    assert found == quick_seals.application()
    assert (found.kind, found.picture) == (SealKind.SPECIAL, picture())
    assert found.valid_until - found.valid_from < MOST_VALID
