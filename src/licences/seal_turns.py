"""Whose turn it is with a seal: what may be done to it now, and which officers may.

Rules kept: asked of the same rules by which `seal_history` refuses, of every officer whom the
settings name; who has left (`powers = []`) may nothing. Where nobody may, that is told as well: a
keeper has left, or one officer has two of the three powers.

Pure: no register, no clock, no keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from licences.officers import OfficerSettings
from licences.seal_history import Standing, may_act
from licences.seal_life import SealAction, possible, power_for


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Something that may be done to a seal, and by whom: nobody, one or several."""

    action: SealAction
    officers: tuple[OfficerSettings, ...]


def turns(before: Standing, officers: Iterable[OfficerSettings]) -> tuple[Turn, ...]:
    """List what may be done to a seal where it stands, in the order of the table."""
    known = tuple(officers)
    return tuple(
        Turn(action=action, officers=who_may(before, action, known))
        for action in possible(before.state, earlier=before.earlier)
    )


def who_may(
    before: Standing | None, action: SealAction, officers: Iterable[OfficerSettings]
) -> tuple[OfficerSettings, ...]:
    """List the officers who may do this to a seal, once its state allows it.

    Args:
        before: where it stands; `None`: there is none yet.
        action: what is to be done.
        officers: all whom the settings name.
    """
    power = power_for(action)
    return tuple(
        each for each in officers if power in each.powers and may_act(before, action, each.id)
    )


def instead(officers: Iterable[OfficerSettings]) -> str:
    """Say who may, at the end of why somebody else may not."""
    listed = [each.id for each in officers]
    if not listed:
        return "设置中无人可以办理 nobody in the settings may do it"
    return f"可由 {'、'.join(listed)} 办理 who may: {', '.join(listed)}"
