"""A history that was altered is found by the next who acts, and told event by event."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from asn1crypto import x509

from eseal.algorithms import Suite
from eseal.certificate_making import SubjectName, make_root
from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.report import Finding, Outcome
from eseal.signers import Signer, SoftwareSigner
from licences.database import make_engine
from licences.home import certificates_of
from licences.officers import OfficerSettings
from licences.reasons import LicenceReason
from licences.seal_audit import audit, demand_apart
from licences.seal_history import replay
from licences.seal_journal import SealEntry, digest_of, sign_entry
from licences.seal_life import Power, SealAction, SealState
from licences.seal_model import SealEvent, SealRecord
from licences.seal_office import SealOffice
from tests.licences.seal_tampering import self_signed, write_step
from tests.licences.seal_world import NUMBER, SealWorld
from tests.world import DAY, NOW, SECOND, World, without_parameters


def history(seals: SealWorld, state: SealState = SealState.ACTIVE) -> tuple[SealEvent, ...]:
    """The events that lead to a state."""
    return seals.register.events(seals.reach(state).key)


def signed(seals: SealWorld, event: SealEvent, by: str = "", **changes: object) -> SealEvent:
    """An event with something else in its body, signed anew by who signed it, or by another."""
    entry: SealEntry = replace(SealEntry.parse(event.body), **changes)  # type: ignore[arg-type]
    officer = seals.officers.known[by or entry.actor]
    power = next(iter(officer.powers))
    signer = seals.officers.of(power).signer
    entry = replace(entry, certificate=signer.certificate.sha256, algorithm=signer.algorithm)
    return sign_entry(entry, signer, key=event.key, attachment=event.attachment)


def test_a_body_is_read_in_one_way(quick_seals: SealWorld) -> None:
    """What was written is read back, and written again byte for byte."""
    for event in history(quick_seals, SealState.DESTROYED):
        entry = SealEntry.parse(event.body)
        assert entry.to_bytes() == event.body
        assert entry.digest == event.digest
        for other in (event.body + b" ", b"{}"):
            with pytest.raises(RefusedError) as caught:
                SealEntry.parse(other)
            assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN


def test_what_was_recorded_from_an_earlier_time_stays_readable(quick_seals: SealWorld) -> None:
    """Whether a step counts from before what was done before it is looked at when it is taken."""
    *before, activate = history(quick_seals)
    standing = replay([*before, signed(quick_seals, activate, effective=NOW - DAY)])
    assert (standing.state, standing.effective) == (SealState.ACTIVE, NOW)


def tampered(
    seals: SealWorld, events: Sequence[SealEvent]
) -> dict[str, tuple[int, Sequence[SealEvent]]]:
    """Histories with one defect each, and the event that is told."""
    apply, approve, make, activate = events
    body = approve.body.replace(b'"reason":""', b'"reason":"?"')
    flipped = bytes([*approve.signature[:-1], approve.signature[-1] ^ 1])
    return {
        "a body changed": (1, (apply, replace(approve, body=body), make, activate)),
        "a signature changed": (1, (apply, replace(approve, signature=flipped), make, activate)),
        "another certificate": (
            1,
            (apply, replace(approve, certificates=make.certificates), make, activate),
        ),
        "another application": (0, (replace(apply, attachment=b"{}"), approve, make, activate)),
        "another seal object": (
            2,
            (apply, approve, replace(make, attachment=make.attachment + b"\0"), activate),
        ),
        "another time beside the body": (
            1,
            (apply, replace(approve, at=NOW + SECOND), make, activate),
        ),
        "another action beside the body": (
            1,
            (apply, replace(approve, action=SealAction.REJECT), make, activate),
        ),
        "an event left out": (1, (apply, make, activate)),
        "an event twice": (2, (apply, approve, approve, make, activate)),
        "the order changed": (1, (apply, make, approve, activate)),
        "signed again, but what follows names the first": (
            2,
            (apply, signed(seals, approve, reason="?"), make, activate),
        ),
        "signed by the applicant": (
            1,
            (apply, signed(seals, approve, by="applicant-1", actor="applicant-1")),
        ),
        "recorded before the last event": (
            1,
            (
                apply,
                signed(seals, approve, recorded=NOW - SECOND, effective=NOW - SECOND),
                make,
                activate,
            ),
        ),
        "counting from a later time": (
            1,
            (apply, signed(seals, approve, effective=NOW + SECOND), make, activate),
        ),
        "of another version": (1, (apply, signed(seals, approve, version=2), make, activate)),
        "of another es_id": (1, (apply, signed(seals, approve, es_id="0"), make, activate)),
        "an attachment too many": (
            1,
            (
                apply,
                signed(seals, replace(approve, attachment=b"x"), attachment=digest_of(b"x")),
                make,
                activate,
            ),
        ),
        "a step that is not possible": (
            1,
            (apply, signed(seals, approve, action=SealAction.SUSPEND), make, activate),
        ),
    }


def test_no_altered_history_holds(quick_seals: SealWorld) -> None:
    """SEAL_HISTORY_BROKEN: each defect is found, at the event where it is, in replay and audit."""
    events = history(quick_seals)
    record = quick_seals.office.find(NUMBER)
    for name, (place, altered) in tampered(quick_seals, events).items():
        with pytest.raises(RefusedError) as caught:
            replay(altered)
        assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN, name
        findings = audited(quick_seals, record, altered)
        assert [each.outcome for each in findings[:place]] == [Outcome.PASSED] * place, name
        assert findings[place].reason is LicenceReason.SEAL_HISTORY_BROKEN, name
        assert findings[place].outcome is Outcome.FAILED, name
        assert all(each.outcome is not Outcome.PASSED for each in findings[place:]), name


def audited(
    seals: SealWorld, record: SealRecord, events: Sequence[SealEvent]
) -> tuple[Finding, ...]:
    """The findings on a history, the register's own last."""
    found = audit(
        record,
        events,
        trust=seals.clerk.trust,
        certificates_of=lambda number: (
            [seals.officers.of(next(iter(officer.powers))).signer.certificate]
            if (officer := seals.officers.find(number))
            else []
        ),
    )
    return (*(each.finding for each in found.events), found.projection)


def test_a_good_history_holds(quick_seals: SealWorld) -> None:
    """Every event passes, and the register shows what they say."""
    quick_seals.reach(SealState.DESTROYED)
    found = quick_seals.office.history(NUMBER)
    assert found.finding.outcome is Outcome.PASSED
    assert [each.event.action for each in found.events][-1] is SealAction.DESTROY


def test_an_empty_history_is_none(quick_seals: SealWorld) -> None:
    """SEAL_HISTORY_BROKEN: a seal without events cannot be."""
    record = quick_seals.reach(SealState.APPLIED)
    with pytest.raises(RefusedError) as caught:
        replay([])
    assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN
    (finding,) = audited(quick_seals, record, [])
    assert finding.outcome is Outcome.FAILED


def test_the_register_has_to_say_the_same(quick_seals: SealWorld) -> None:
    """SEAL_HISTORY_BROKEN: a seal whose row was changed cannot be used, nor anything done to it."""
    seals = quick_seals
    seals.reach(SealState.SUSPENDED)
    engine = make_engine(str(seals.register._engine.url))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE seal SET state = 'active'")
    engine.dispose()
    for attempt in (
        lambda: seals.office.usage.usable(NUMBER, seals.keeper, seals.signer(), at=NOW),
        lambda: seals.act(SealAction.REVOKE),
    ):
        with pytest.raises(RefusedError) as caught:
            attempt()
        assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN
    found = seals.office.history(NUMBER)
    assert found.projection.reason is LicenceReason.SEAL_HISTORY_BROKEN
    assert {each.finding.outcome for each in found.events} == {Outcome.PASSED}


def test_tells_an_officer_whom_nobody_knows(quick_seals: SealWorld) -> None:
    """SEAL_ACTOR_UNKNOWN: an officer who left the settings is told, and cannot be decided."""
    events = history(quick_seals)
    record = quick_seals.office.find(NUMBER)
    found = audit(record, events, trust=quick_seals.clerk.trust, certificates_of=lambda _: ())
    assert {each.finding.outcome for each in found.events} == {Outcome.UNDETERMINED}
    assert {each.finding.reason for each in found.events} == {LicenceReason.SEAL_ACTOR_UNKNOWN}


def test_tells_a_key_that_is_another_officers(quick_seals: SealWorld) -> None:
    """SEAL_ACTOR_UNKNOWN: an approval in the approver's name with the applicant's key fails."""
    apply, approve, *_ = history(quick_seals)
    forged = signed(quick_seals, approve, by="applicant-1")
    record = quick_seals.office.find(NUMBER)
    findings = audited(quick_seals, record, [apply, forged])
    assert findings[1].outcome is Outcome.FAILED
    assert findings[1].reason is LicenceReason.SEAL_ACTOR_UNKNOWN


def test_tells_a_certificate_that_does_not_lead_to_a_root(
    quick_seals: SealWorld, world: World
) -> None:
    """UNKNOWN_ISSUER: an auditor who does not trust the officers' root cannot decide."""
    events = history(quick_seals)
    found = audit(
        quick_seals.office.find(NUMBER),
        events,
        trust=world.trust,
        certificates_of=lambda _: (),
    )
    assert found.finding.outcome is Outcome.UNDETERMINED
    assert found.events[0].finding.reason is Reason.UNKNOWN_ISSUER


def write_approval(seals: SealWorld, signer: Signer) -> None:
    """An approval that the approver did not sign."""
    write_step(seals, SealState.APPLIED, SealAction.APPROVE, signer)


def test_nobody_goes_on_from_a_step_of_a_self_made_key(quick_seals: SealWorld) -> None:
    """UNKNOWN_ISSUER: an approval that a stranger signed and wrote is no approval to the maker."""
    write_approval(quick_seals, self_signed(quick_seals))
    with pytest.raises(UnavailableError) as caught:
        quick_seals.act(SealAction.MAKE)
    assert caught.value.reason is Reason.UNKNOWN_ISSUER
    assert "event 1" in caught.value.sentence
    assert len(quick_seals.office.history(NUMBER).events) == 2


def test_nobody_goes_on_from_a_step_of_anothers_key(quick_seals: SealWorld) -> None:
    """SEAL_ACTOR_UNKNOWN: a good certificate, but not of the officer whom the step names."""
    write_approval(quick_seals, quick_seals.applicant.signer)
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(SealAction.MAKE)
    assert caught.value.reason is LicenceReason.SEAL_ACTOR_UNKNOWN


def test_acting_follows_the_audit_on_officers_who_left(quick_seals: SealWorld) -> None:
    """SEAL_ACTOR_UNKNOWN: out of the settings, nobody goes on; without powers there, they do."""
    seals = quick_seals
    seals.reach(SealState.ACTIVE)
    settings = seals.approver.officer
    for known, outcome in (
        ({}, Outcome.UNDETERMINED),
        ({settings.id: replace(settings, powers=frozenset())}, Outcome.PASSED),
    ):
        others = {key: one for key, one in seals.officers.known.items() if key != settings.id}

        def find(number: str, found: dict[str, OfficerSettings] = others | known) -> Any:
            return certificates_of(found.get(number))

        clerk = replace(seals.clerk, certificates_of=find)
        office = SealOffice(clerk, seals.officers.all)
        assert office.history(NUMBER).finding.outcome is outcome
        if outcome is Outcome.PASSED:
            assert office.usage.usable(NUMBER, seals.keeper, seals.signer(), at=NOW)
            continue
        with pytest.raises(UnavailableError) as caught:
            office.usage.usable(NUMBER, seals.keeper, seals.signer(), at=NOW)
        assert caught.value.reason is LicenceReason.SEAL_ACTOR_UNKNOWN


def test_a_history_of_one_key_under_two_names(
    quick_seals: SealWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """POWERS_NOT_APART: what was done so is told, not gone on from, and can be revoked."""
    applicant = quick_seals.applicant
    namesake = replace(applicant.officer, id="boss", powers=frozenset(Power))
    monkeypatch.setitem(quick_seals.officers.known, "boss", namesake)
    quick_seals.reach(SealState.APPLIED)
    with monkeypatch.context() as patch:
        patch.setattr("licences.seal_audit._APART", {})
        quick_seals.act(SealAction.APPROVE, replace(applicant, officer=namesake))
    told = quick_seals.office.history(NUMBER)
    assert [each.finding.reason for each in told.events] == [None, LicenceReason.POWERS_NOT_APART]
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(SealAction.MAKE)
    assert caught.value.reason is LicenceReason.POWERS_NOT_APART
    assert caught.value.advice is not None
    assert quick_seals.act(SealAction.REVOKE).state is SealState.REVOKED
    assert quick_seals.office.history(NUMBER).finding.reason is LicenceReason.POWERS_NOT_APART


def test_a_key_is_known_by_itself_whatever_certificate_it_has(quick_seals: SealWorld) -> None:
    """POWERS_NOT_APART: another certificate, in another name, for the key that applied."""
    events = history(quick_seals, SealState.APPLIED)
    signer = quick_seals.applicant.signer
    assert isinstance(signer, SoftwareSigner)
    other = make_root(
        key=signer.key,
        algorithm=signer.algorithm,
        subject=SubjectName(common_name="另一人（样本）", organisation="示例市样本局"),
        not_before=NOW,
        not_after=NOW + DAY,
    )
    with pytest.raises(RefusedError) as caught:
        demand_apart(events, action=SealAction.APPROVE, version=1, certificate=other)
    assert caught.value.reason is LicenceReason.POWERS_NOT_APART
    for action, version in ((SealAction.APPROVE, 2), (SealAction.SUSPEND, 1)):
        demand_apart(events, action=action, version=version, certificate=other)


def test_a_key_is_known_in_whichever_form_it_is_written(quick_seals: SealWorld) -> None:
    """POWERS_NOT_APART: a certificate in which the RSA key that applied has no parameters."""
    (event,) = history(quick_seals, SealState.APPLIED)
    signer = quick_seals.officers.of(Power.APPLY, Suite.RSA).signer
    own = signer.certificate
    entry = replace(SealEntry.parse(event.body), certificate=own.sha256, algorithm=signer.algorithm)
    applied = sign_entry(entry, signer, key=event.key, attachment=event.attachment)
    other = own.copy()
    public_key = without_parameters(own.public_key)
    other["tbs_certificate"]["subject_public_key_info"] = public_key
    other = x509.Certificate.load(other.dump(force=True))
    assert other.public_key.dump() == public_key.dump() != own.public_key.dump()
    with pytest.raises(RefusedError) as caught:
        demand_apart([applied], action=SealAction.APPROVE, version=1, certificate=other)
    assert caught.value.reason is LicenceReason.POWERS_NOT_APART
