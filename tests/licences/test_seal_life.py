"""The life of a seal: what the table permits leads where it says, everything else is refused."""

import pytest

from eseal.errors import RefusedError
from licences.reasons import LicenceReason
from licences.seal_life import (
    TRANSITIONS,
    Power,
    SealAction,
    SealState,
    after,
    possible,
    power_for,
)
from tests.command import speaks_chinese_first
from tests.licences.seal_world import NUMBER, SealWorld

pytestmark = pytest.mark.unmeasured

PERMITTED = {
    None: {"apply": "applied"},
    "applied": {"approve": "approved", "reject": "rejected", "revoke": "revoked"},
    "approved": {"make": "made", "change": "applied", "revoke": "revoked"},
    "rejected": {"change": "applied", "resume": "made", "revoke": "revoked"},
    "made": {"activate": "active", "change": "applied", "renew": "made", "revoke": "revoked"},
    "active": {
        "suspend": "suspended",
        "change": "applied",
        "renew": "made",
        "revoke": "revoked",
        "hand-in": "handed-in",
    },
    "suspended": {
        "resume": "active",
        "change": "applied",
        "revoke": "revoked",
        "hand-in": "handed-in",
    },
    "revoked": {"hand-in": "handed-in", "destroy": "destroyed"},
    "handed-in": {"destroy": "destroyed"},
    "destroyed": {},
}
"""Written down once more, so that a change of the table is a decision."""

STATES: tuple[SealState | None, ...] = (None, *SealState)
PAIRS = [(state, action) for state in STATES for action in SealAction]


@pytest.mark.parametrize(("state", "action"), PAIRS, ids=str)
def test_permits_these_and_no_others(state: SealState | None, action: SealAction) -> None:
    """Of every state and action: the target, or SEAL_TRANSITION_REFUSED with what is possible."""
    target = PERMITTED[state.value if state else None].get(action.value)
    if target is not None:
        assert after(state, action, earlier=SealState.MADE) is SealState(target)
        return
    with pytest.raises(RefusedError) as caught:
        after(state, action)
    assert caught.value.reason is LicenceReason.SEAL_TRANSITION_REFUSED
    assert speaks_chinese_first(caught.value)
    assert all(each.value in caught.value.sentence for each in possible(state))


def test_powers_are_those_of_the_roles() -> None:
    """Applying, approving, making and keeping are four powers, each over its own actions."""
    by_power = {power: {a.value for a in SealAction if power_for(a) is power} for power in Power}
    assert by_power == {
        Power.APPLY: {"apply", "change"},
        Power.APPROVE: {"approve", "reject", "suspend", "resume", "revoke"},
        Power.MAKE: {"make", "renew", "destroy"},
        Power.KEEP: {"activate", "hand-in"},
    }


@pytest.mark.parametrize("state", list(SealState), ids=str)
def test_the_office_keeps_to_the_table(quick_seals: SealWorld, state: SealState) -> None:
    """What the table does not permit from a state changes nothing, whoever has the power."""
    before = quick_seals.reach(state)
    for action in SealAction:
        if action is SealAction.APPLY or state in TRANSITIONS[action].sources:
            continue
        with pytest.raises(RefusedError) as caught:
            quick_seals.act(action)
        assert caught.value.reason is LicenceReason.SEAL_TRANSITION_REFUSED
    assert quick_seals.office.find(NUMBER) == before
