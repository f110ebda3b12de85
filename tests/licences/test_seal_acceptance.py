"""What is applied for could become a seal, one of its owner in its owner's name."""

from dataclasses import replace
from uuid import UUID

import pytest

from eseal.errors import RefusedError
from licences.reasons import LicenceReason
from licences.seal_application import SealApplication
from licences.seal_life import SealAction, SealState
from licences.seal_model import SealKey
from licences.seal_office import NO_GROUNDS
from tests.command import speaks_chinese_first
from tests.homes import DEPARTMENTS
from tests.licences.seal_world import NUMBER, SealWorld
from tests.world import DAY, NOW, SECOND

ANOTHER = "示例市别的有限公司"


def enter(seals: SealWorld, application: SealApplication) -> None:
    """Enter an application past what the office asks of it, as an older version did."""
    key = SealKey.of(application.owner, UUID(int=7, version=4))
    seals.clerk.enter(key, NUMBER, seals.applicant, NO_GROUNDS, application.to_bytes())


def test_no_seal_in_anothers_name_is_applied_for(quick_seals: SealWorld) -> None:
    """SEAL_SIGNERS_REFUSED: the certificate's organisation has the owner's code, not its name."""
    wanted = replace(quick_seals.application(), owner_name=ANOTHER)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.apply(wanted, quick_seals.applicant)
    assert caught.value.reason is LicenceReason.SEAL_SIGNERS_REFUSED
    assert f"names {DEPARTMENTS[0].name.zh}，不是 not {ANOTHER}" in caught.value.sentence
    assert speaks_chinese_first(caught.value)
    assert quick_seals.register.seals(limit=1) == ()


def test_no_seal_is_changed_into_anothers_name(quick_seals: SealWorld) -> None:
    """SEAL_SIGNERS_REFUSED: the seal stays in use as it was."""
    before = quick_seals.reach(SealState.ACTIVE)
    wanted = replace(quick_seals.application(), owner_name=ANOTHER)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.change(NUMBER, wanted, quick_seals.applicant)
    assert caught.value.reason is LicenceReason.SEAL_SIGNERS_REFUSED
    assert quick_seals.office.find(NUMBER) == before


@pytest.mark.parametrize("action", [SealAction.APPROVE, SealAction.MAKE])
def test_what_was_entered_in_anothers_name_goes_no_further(
    quick_seals: SealWorld, action: SealAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SEAL_SIGNERS_REFUSED: neither approved nor made; rejecting and revoking are possible."""
    enter(quick_seals, replace(quick_seals.application(), owner_name=ANOTHER))
    if action is SealAction.MAKE:
        with monkeypatch.context() as patch:
            patch.setattr("licences.seal_office.demand_approvable", lambda *_, **__: None)
            quick_seals.act(SealAction.APPROVE)
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(action)
    assert caught.value.reason is LicenceReason.SEAL_SIGNERS_REFUSED
    assert quick_seals.act(SealAction.REVOKE).state is SealState.REVOKED


def test_no_validity_that_is_over_is_applied_for(quick_seals: SealWorld) -> None:
    """SEAL_VALIDITY_REFUSED: by a second; in its last second it can be applied for."""
    for until in (NOW, NOW - SECOND):
        wanted = replace(quick_seals.application(), valid_from=NOW - 2 * DAY, valid_until=until)
        if until == NOW:
            quick_seals.office.apply(wanted, quick_seals.applicant)
            continue
        with pytest.raises(RefusedError) as caught:
            quick_seals.office.apply(wanted, quick_seals.applicant)
        assert caught.value.reason is LicenceReason.SEAL_VALIDITY_REFUSED
        assert "有效期已过 its validity is over" in caught.value.sentence
        assert speaks_chinese_first(caught.value)


def test_no_validity_that_is_over_is_approved(quick_seals: SealWorld) -> None:
    """SEAL_VALIDITY_REFUSED: what ended between application and approval is not approved."""
    wanted = replace(quick_seals.application(), valid_until=NOW + DAY)
    quick_seals.office.apply(wanted, quick_seals.applicant, number=NUMBER)
    quick_seals.clock.at = NOW + DAY + SECOND
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(SealAction.APPROVE)
    assert caught.value.reason is LicenceReason.SEAL_VALIDITY_REFUSED


def test_what_has_not_begun_is_made_later_or_changed(quick_seals: SealWorld) -> None:
    """SEAL_VALIDITY_REFUSED: to wait is one remedy, and enough; to change it is the other."""
    wanted = replace(quick_seals.application(), valid_from=NOW + DAY)
    quick_seals.office.apply(wanted, quick_seals.applicant, number=NUMBER)
    quick_seals.act(SealAction.APPROVE)
    with pytest.raises(RefusedError) as caught:
        quick_seals.act(SealAction.MAKE)
    assert caught.value.advice is not None
    assert "Make it when its validity begins" in caught.value.advice[1]
    assert "licences seal change" in caught.value.advice[1]
    quick_seals.clock.at = NOW + DAY
    assert quick_seals.act(SealAction.MAKE).state is SealState.MADE


@pytest.mark.parametrize("state", [SealState.APPROVED, SealState.MADE, SealState.ACTIVE])
def test_a_change_changes_something(quick_seals: SealWorld, state: SealState) -> None:
    """SEAL_APPLICATION_REFUSED: nothing is changed, and the seal stays where it is."""
    before = quick_seals.reach(state)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.change(NUMBER, quick_seals.application(), quick_seals.applicant)
    assert caught.value.reason is LicenceReason.SEAL_APPLICATION_REFUSED
    assert "nothing is changed" in caught.value.sentence
    assert speaks_chinese_first(caught.value)
    assert quick_seals.office.find(NUMBER) == before


def test_what_was_rejected_is_submitted_again_as_it_was(quick_seals: SealWorld) -> None:
    """Who rejected by mistake approves it then."""
    quick_seals.reach(SealState.REJECTED)
    wanted = quick_seals.application()
    again = quick_seals.office.change(NUMBER, wanted, quick_seals.applicant)
    assert (again.state, again.version) == (SealState.APPLIED, 2)
