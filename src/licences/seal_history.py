"""What the events of a seal add up to: every one possible when it was recorded, or none counts.

`step` is asked before an event is signed and again whenever a history is read; so what the register
shows is what its events say, and a history that was altered is found by whoever acts next.

Rules kept: the table of `seal_life`; in one version the applicant, the approver and the maker are
three officers (三权分立); only its keeper takes a seal into use or hands it in; numbers, versions
and digests follow on each other, time does not run back, nothing counts from a later time than it
was recorded; a seal lies in its owner's shard, and what lies elsewhere is none. A change that is
rejected or revoked leaves the seal what was made before it; resumed, it is where it was: not in use
if its keeper had not taken it into use.

Left to others: signatures to `seal_journal`; whether an officer has the power to `seal_office`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from eseal.errors import EvidenceError, RefusedError
from licences.reasons import LicenceReason
from licences.seal_application import SealApplication
from licences.seal_journal import SealEntry, broken, read_event
from licences.seal_life import SealAction, SealState, after
from licences.seal_model import SealEvent, SealKey, SealRecord

_DECISIONS: Final = frozenset({SealAction.APPROVE, SealAction.REJECT})
_MAKING: Final = frozenset({SealAction.MAKE, SealAction.RENEW})
_KEEPING: Final = frozenset({SealAction.ACTIVATE, SealAction.HAND_IN})
_UNFINISHED: Final = frozenset({SealState.APPROVED, SealState.REJECTED})
"""Where an application stands of which nothing was made; one after it goes on from before it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One version of a seal: its number, what was applied for, and by whom it went on."""

    number: int
    application: SealApplication
    applicant: str
    approver: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a seal stands after its events so far.

    Attributes:
        key: the seal.
        es_id: its identifier.
        state: where it is in its life.
        version: the one in question.
        earlier: the state that the last change took the seal out of; `None` before the first, and
            where there was nothing to go back to.
        made: the version of the last seal object, `None` before the first.
        esl: that seal object.
        versions: how many there were.
        events: how many there were.
        last: digest of the last event.
        recorded: time of the last event.
        effective: the latest time from which on an event so far counts.
        begun: from when on the first one does.
    """

    key: SealKey
    es_id: str
    state: SealState
    version: Version
    earlier: SealState | None = None
    made: Version | None = None
    esl: bytes | None = None
    versions: int = 1
    events: int = 1
    last: bytes
    recorded: datetime
    effective: datetime
    begun: datetime

    @property
    def record(self) -> SealRecord:
        """What the register shows of it."""
        application = self.version.application
        return SealRecord(
            key=self.key,
            es_id=self.es_id,
            owner=application.owner,
            owner_name=application.owner_name,
            name=application.name,
            kind=application.kind,
            suite=application.suite,
            keeper=application.keeper,
            issuing=application.issuing,
            state=self.state,
            version=self.version.number,
            events=self.events,
            valid_from=application.valid_from,
            valid_until=application.valid_until,
            design=application.design,
            picture=application.picture,
            esl=self.esl,
        )


def step(
    before: Standing | None, entry: SealEntry, *, key: SealKey, attachment: bytes = b""
) -> Standing:
    """Take a seal one event further.

    Args:
        before: where it stands; `None`: there is none yet.
        entry: what the event's body says.
        key: the seal.
        attachment: what is attached: an application to apply and change, a seal object to make
            and renew, nothing to all others.

    Raises:
        RefusedError: SEAL_TRANSITION_REFUSED, POWERS_NOT_APART, NOT_THE_KEEPER; or
            SEAL_HISTORY_BROKEN, the entry does not follow on what was before.
        EvidenceError: what is attached to apply or change is no application.
    """
    state = demand_possible(before, entry.action, entry.actor)
    _check_sequence(before, entry, key, attachment)
    if before is None:
        application = SealApplication.parse(attachment)
        if key != SealKey.of(application.owner, key.id):
            raise broken("不在其所有者的分片 it lies in another shard than its owner's")
        begun = Version(number=1, application=application, applicant=entry.actor)
        moved = Standing(
            key=key,
            es_id=entry.es_id,
            state=state,
            version=begun,
            last=b"",
            recorded=entry.recorded,
            effective=entry.effective,
            begun=entry.effective,
        )
    else:
        moved = replace(_moved(before, entry, attachment), state=state, events=before.events + 1)
    if entry.version != moved.version.number:
        raise broken(f"版本号不连续 version {moved.version.number} is next, not {entry.version}")
    effective = max(moved.effective, entry.effective)
    return replace(moved, last=entry.digest, recorded=entry.recorded, effective=effective)


def demand_possible(before: Standing | None, action: SealAction, actor: str) -> SealState:
    """Insist that an officer may do this to a seal now; gives the state that it leads to.

    Raises:
        RefusedError: SEAL_TRANSITION_REFUSED, POWERS_NOT_APART, NOT_THE_KEEPER.
    """
    if before is None:
        return after(None, action)
    state = after(before.state, action, earlier=before.earlier)
    version = before.version
    others = _kept_apart(version, action)
    if actor in others:
        sentence = (
            f"申请或批准此版本的即是 {actor} applied for or approved version {version.number}"
        )
        raise RefusedError(LicenceReason.POWERS_NOT_APART, sentence)
    keeper = version.application.keeper
    if action in _KEEPING and actor != keeper:
        sentence = f"保管人是 {keeper} keeps it，不是 not {actor}"
        raise RefusedError(LicenceReason.NOT_THE_KEEPER, sentence)
    return state


def may_act(before: Standing | None, action: SealAction, actor: str) -> bool:
    """Tell whether an officer with the power may do this to a seal, once its state allows it."""
    if before is None:
        return True
    keeper = before.version.application.keeper
    is_kept_apart = actor in _kept_apart(before.version, action)
    return not is_kept_apart and (action not in _KEEPING or actor == keeper)


def next_version(before: Standing | None, action: SealAction) -> int:
    """Tell the version that a seal has after an action."""
    if before is None:
        return 1
    if action is SealAction.CHANGE:
        return before.versions + 1
    if before.made is not None and _goes_back(before, action):
        return before.made.number
    return before.version.number


def replay(events: Iterable[SealEvent]) -> Standing:
    """Read the history of a seal, first event first; every signature is checked.

    Raises:
        RefusedError: SEAL_HISTORY_BROKEN; `.at` names the event.
    """
    standing: Standing | None = None
    for event in events:
        entry = read_event(event)
        try:
            standing = step(standing, entry, key=event.key, attachment=event.attachment)
        except EvidenceError as error:
            raise broken(str(error), f"event {event.number}") from error
    if standing is None:
        raise broken("没有任何记录 there is no event", "event 0")
    return standing


def _check_sequence(
    before: Standing | None, entry: SealEntry, key: SealKey, attachment: bytes
) -> None:
    number, last, es_id = (0, b"", entry.es_id)
    if before is not None:
        number, last, es_id = before.events, before.last, before.es_id
        if key != before.key or entry.recorded < before.recorded:
            raise broken(
                "属于另一印章，或早于前一条记录 of another seal, or recorded before the last event"
            )
    if (entry.seal, entry.number, entry.previous, entry.es_id) != (key.id, number, last, es_id):
        raise broken("与前一条不相接 it does not follow on the event before")
    if entry.effective > entry.recorded:
        raise broken("起算时间晚于记录时间 it would count from a later time than it was recorded")
    attaching = {SealAction.APPLY, SealAction.CHANGE, *_MAKING}
    if bool(attachment) is not (entry.action in attaching):
        raise broken("附件缺失，或不属于此处 an attachment is missing, or does not belong here")


def _kept_apart(version: Version, action: SealAction) -> frozenset[str]:
    """Name the officers who may not do this to a version, for what they did to it before."""
    if action in _DECISIONS:
        return frozenset({version.applicant})
    if action in _MAKING:
        return frozenset({version.applicant, version.approver})
    return frozenset()


def _moved(before: Standing, entry: SealEntry, attachment: bytes) -> Standing:
    """Say what an event changes beside the state."""
    match entry.action:
        case SealAction.CHANGE:
            return _changed(before, entry.actor, SealApplication.parse(attachment))
        case SealAction.APPROVE:
            return replace(before, version=replace(before.version, approver=entry.actor))
        case SealAction.MAKE | SealAction.RENEW:
            return replace(before, made=before.version, esl=attachment)
        case action if before.made is not None and _goes_back(before, action):
            return replace(before, version=before.made)
        case _:
            return before


def _changed(before: Standing, applicant: str, application: SealApplication) -> Standing:
    known = before.version.application
    if (application.owner, application.suite) != (known.owner, known.suite):
        sentence = (
            "所有者和算法不变更，请另行申请 a change keeps owner and suite; apply for another seal"
        )
        raise RefusedError(LicenceReason.SEAL_APPLICATION_REFUSED, sentence)
    number = before.versions + 1
    version = Version(number=number, application=application, applicant=applicant)
    earlier = before.earlier if before.state in _UNFINISHED else before.state
    return replace(before, version=version, versions=number, earlier=earlier)


def _goes_back(before: Standing, action: SealAction) -> bool:
    """Does the action end a change, so that the seal is what was made before?"""
    if action is SealAction.RESUME:
        return before.state is SealState.REJECTED
    return action is SealAction.REVOKE
