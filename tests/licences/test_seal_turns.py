"""Whose turn it is: what may be done to a seal now, and which officers may, is told as refused."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from eseal.errors import RefusedError
from licences.officers import OfficerSettings
from licences.seal_history import demand_possible
from licences.seal_life import Power, SealAction, SealState, power_for
from licences.seal_turns import instead, turns, who_may
from tests.licences.seal_world import NUMBER, SealWorld

NOBODY = "无人可以办理"


def told(seals: SealWorld, *officers: OfficerSettings) -> Mapping[SealAction, list[str]]:
    """What may be done, and the ids of those who may."""
    found = turns(seals.office.standing(NUMBER), officers or seals.officers.all)
    return {each.action: [one.id for one in each.officers] for each in found}


@pytest.mark.parametrize("state", list(SealState), ids=str)
@pytest.mark.unmeasured
def test_tells_what_the_office_would_permit(quick_seals: SealWorld, state: SealState) -> None:
    """Of every action and officer: told exactly if neither state, power nor history forbids it."""
    quick_seals.reach(state)
    standing, listed = quick_seals.office.standing(NUMBER), told(quick_seals)
    for action in SealAction:
        for officer in quick_seals.officers.all:
            try:
                demand_possible(standing, action, officer.id)
                permitted = power_for(action) in officer.powers
            except RefusedError:
                permitted = False
            assert (officer.id in listed.get(action, [])) is permitted


def test_who_applied_does_not_approve(quick_seals: SealWorld) -> None:
    """Whoever has all powers is not among those who may go on with what they applied for."""
    quick_seals.act(SealAction.APPLY, quick_seals.officers.named("everything-1"))
    assert told(quick_seals)[SealAction.APPROVE] == ["approver-1"]


def test_what_was_never_made_has_nothing_to_go_back_to(quick_seals: SealWorld) -> None:
    """A first application that was rejected cannot be resumed; it can be changed or revoked."""
    quick_seals.reach(SealState.REJECTED)
    assert list(told(quick_seals)) == [SealAction.CHANGE, SealAction.REVOKE]


def test_nobody_may_where_the_keeper_has_left(quick_seals: SealWorld) -> None:
    """The action is told with nobody beside it, and a refusal says so."""
    quick_seals.reach(SealState.MADE)
    left = replace(quick_seals.keeper.officer, powers=frozenset[Power]())
    assert told(quick_seals, left)[SealAction.ACTIVATE] == []
    standing = quick_seals.office.standing(NUMBER)
    assert NOBODY in instead(who_may(standing, SealAction.ACTIVATE, [left]))
