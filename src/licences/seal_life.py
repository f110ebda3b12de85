"""The life of a seal (电子印章): one table of what may be done to it, when, and by which power.

    apply → approve → make → activate ⇄ suspend/resume → revoke | hand-in → destroy
          ↘ reject       ↖ change (apply again), renew (make again)

Rules kept: what the table does not name is refused, with what is possible instead; three powers are
apart (三权分立), which `seal_history` holds over the events of a seal; a seal can be revoked from
wherever it is; a rejected change leads back to where it took the seal from and no further, so that
none comes into use without its keeper; what was approved and cannot be made as it is, is changed
and approved again, else its number is lost; renewal skips the approval, so a suspended seal cannot
be renewed back into use.

Pure: no register, no clock, no keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from eseal.errors import RefusedError
from licences.reasons import LicenceReason
from licences.seal_terms import action_words, state_words


class SealState(StrEnum):
    """Where a seal is in its life; it may be used when ACTIVE only."""

    APPLIED = "applied"
    APPROVED = "approved"
    REJECTED = "rejected"
    MADE = "made"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    HANDED_IN = "handed-in"
    DESTROYED = "destroyed"


class SealAction(StrEnum):
    """What is done to a seal."""

    APPLY = "apply"
    APPROVE = "approve"
    REJECT = "reject"
    MAKE = "make"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    CHANGE = "change"
    RENEW = "renew"
    REVOKE = "revoke"
    HAND_IN = "hand-in"
    DESTROY = "destroy"


class Power(StrEnum):
    """What an officer (经办人员) may do; keeping is no power over others' seals."""

    APPLY = "apply"
    APPROVE = "approve"
    MAKE = "make"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """One line of the table.

    Attributes:
        sources: the states in which the action is possible; `None` is: there is no seal yet.
        target: the state that it leads to.
        power: what the officer needs.
    """

    sources: frozenset[SealState | None]
    target: SealState
    power: Power


def _line(target: SealState, power: Power, *sources: SealState | None) -> Transition:
    return Transition(sources=frozenset(sources), target=target, power=power)


_S: Final = SealState
_BEFORE_THE_END: Final = (
    _S.APPLIED,
    _S.APPROVED,
    _S.REJECTED,
    _S.MADE,
    _S.ACTIVE,
    _S.SUSPENDED,
)

TRANSITIONS: Final[Mapping[SealAction, Transition]] = MappingProxyType(
    {
        SealAction.APPLY: _line(_S.APPLIED, Power.APPLY, None),
        SealAction.APPROVE: _line(_S.APPROVED, Power.APPROVE, _S.APPLIED),
        SealAction.REJECT: _line(_S.REJECTED, Power.APPROVE, _S.APPLIED),
        SealAction.MAKE: _line(_S.MADE, Power.MAKE, _S.APPROVED),
        SealAction.ACTIVATE: _line(_S.ACTIVE, Power.KEEP, _S.MADE),
        SealAction.SUSPEND: _line(_S.SUSPENDED, Power.APPROVE, _S.ACTIVE),
        SealAction.RESUME: _line(_S.ACTIVE, Power.APPROVE, _S.SUSPENDED, _S.REJECTED),
        SealAction.CHANGE: _line(
            _S.APPLIED,
            Power.APPLY,
            _S.APPROVED,
            _S.MADE,
            _S.ACTIVE,
            _S.SUSPENDED,
            _S.REJECTED,
        ),
        SealAction.RENEW: _line(_S.MADE, Power.MAKE, _S.MADE, _S.ACTIVE),
        SealAction.REVOKE: _line(_S.REVOKED, Power.APPROVE, *_BEFORE_THE_END),
        SealAction.HAND_IN: _line(_S.HANDED_IN, Power.KEEP, _S.ACTIVE, _S.SUSPENDED, _S.REVOKED),
        SealAction.DESTROY: _line(_S.DESTROYED, Power.MAKE, _S.HANDED_IN, _S.REVOKED),
    }
)
"""Every transition that is permitted. Resuming a REJECTED seal leads to the state that the rejected
change took it out of, MADE, ACTIVE or SUSPENDED, instead of the target (see `after`)."""


ENDED: Final = frozenset({SealState.REVOKED, SealState.HANDED_IN, SealState.DESTROYED})
"""From none of these does a seal come back into use."""

_BACK: Final = (SealState.REJECTED, SealAction.RESUME)
"""Goes back to before a change."""


def after(
    state: SealState | None, action: SealAction, *, earlier: SealState | None = None
) -> SealState:
    """Give the state that `action` leads to.

    Args:
        state: where the seal is; `None`: there is none yet.
        action: what is to be done.
        earlier: the state that the change in question took the seal out of; `None`: nothing was
            made yet.

    Raises:
        RefusedError: SEAL_TRANSITION_REFUSED; the sentence names what is possible.
    """
    can = possible(state, earlier=earlier)
    if action not in can:
        others = "、".join(map(action_words, can)) or "没有了 nothing any more"
        where = f"印章现为 it is：{state_words(state)}" if state else "还没有印章 there is no seal"
        sentence = f"{where}；不能 not possible：{action_words(action)}；可以 possible：{others}"
        raise RefusedError(LicenceReason.SEAL_TRANSITION_REFUSED, sentence)
    if earlier is not None and (state, action) == _BACK:
        return earlier
    return TRANSITIONS[action].target


def possible(
    state: SealState | None, *, earlier: SealState | None = None
) -> tuple[SealAction, ...]:
    """List what can be done to a seal in this state, in the order of the table; as `after`."""
    listed = (action for action, line in TRANSITIONS.items() if state in line.sources)
    return tuple(each for each in listed if earlier is not None or (state, each) != _BACK)


def power_for(action: SealAction) -> Power:
    """Name the power that an action needs."""
    return TRANSITIONS[action].power
