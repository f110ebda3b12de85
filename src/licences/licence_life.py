"""The life of a licence (电子证照): one table of what may be done to it, and where it stood when.

    issue → suspend ⇄ resume → revoke | cancel | expire | supersede

Every event has two times: from when on it holds (effective, 生效时间), and when it was entered
(recorded, 登记时间). So two questions have an answer each: where did the licence stand on a day,
and what was known of that on another.

Rules kept:

- an event speaks of all the time from its effective time on; where several do, the one that was
  recorded last counts;
- what is done has to be possible where the licence stood at the effective time and where it stands
  now, so that no backdated suspension undoes a revocation;
- what makes a licence valid again is not effective before any event that stands: nothing but a
  correction makes a suspension of the past unseen;
- nothing is effective before the issue, nor after it is recorded; records keep their order;
- a correction (更正) takes one earlier event back, as if it had never been entered, for whoever
  asks from then on; what was done on the strength of it has to be taken back first;
- what the table does not name is refused, with what is possible instead.

Pure: no register, no clock, no keys. Left to others: when a licence ends by its own dates (the
licence says so itself), who may do what, the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from eseal.errors import RefusedError
from licences.life_terms import ACTIONS, STANDINGS, command_of, possible_words
from licences.reasons import LicenceReason


class Standing(StrEnum):
    """Where an issued licence stands; it is good when VALID only."""

    VALID = "valid"
    """有效"""
    SUSPENDED = "suspended"
    """暂扣"""
    REVOKED = "revoked"
    """撤销、吊销"""
    CANCELLED = "cancelled"
    """注销"""
    EXPIRED = "expired"
    """过期"""
    SUPERSEDED = "superseded"
    """已换发"""


class LifeAction(StrEnum):
    """What is done to a licence."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"
    CORRECT = "correct"


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """One line of the table: where an action is possible (`None`: not issued), where it leads."""

    sources: frozenset[Standing | None]
    target: Standing


def _line(target: Standing, *sources: Standing | None) -> Transition:
    return Transition(sources=frozenset(sources), target=target)


_S: Final = Standing
TRANSITIONS: Final[Mapping[LifeAction, Transition]] = MappingProxyType(
    {
        LifeAction.ISSUE: _line(_S.VALID, None),
        LifeAction.SUSPEND: _line(_S.SUSPENDED, _S.VALID),
        LifeAction.RESUME: _line(_S.VALID, _S.SUSPENDED),
        LifeAction.REVOKE: _line(_S.REVOKED, _S.VALID, _S.SUSPENDED, _S.EXPIRED),
        LifeAction.CANCEL: _line(_S.CANCELLED, _S.VALID, _S.SUSPENDED, _S.EXPIRED, _S.REVOKED),
        LifeAction.EXPIRE: _line(_S.EXPIRED, _S.VALID, _S.SUSPENDED),
        LifeAction.SUPERSEDE: _line(_S.SUPERSEDED, _S.VALID, _S.EXPIRED),
    }
)
"""Every transition that is permitted; a correction is possible of every event but the first, and
leads to where the others do."""


ENDED: Final = frozenset({Standing.REVOKED, Standing.CANCELLED})
"""From none of these does a licence come back but by a correction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeEvent:
    """One thing that was done to a licence.

    Attributes:
        action: what.
        effective: from when on it holds; aware, UTC.
        recorded: when it was entered; aware, UTC.
        corrects: of a correction: the place in the log, from 0, of the event that it takes back.
    """

    action: LifeAction
    effective: datetime
    recorded: datetime
    corrects: int | None = None

    def __post_init__(self) -> None:
        if (self.corrects is None) is (self.action is LifeAction.CORRECT):
            msg = "a correction names an event, and nothing else does"
            raise ValueError(msg)


Log = Sequence[LifeEvent]
"""The events of one licence in the order in which they were recorded."""


_IN_THE_FUTURE: Final = (
    "起算时间在将来（仅日期指当日正午），到时再登记 "
    "lies in the future (a day alone is its noon); record it when it takes effect"
)


def standing_at(log: Log, at: datetime, *, known: datetime | None = None) -> Standing | None:
    """Say where a licence stood.

    Args:
        log: its events.
        at: aware; at which time.
        known: aware; by what had been recorded up to then, all of it by default.

    Returns:
        Where it stood; `None`: it was not issued yet.
    """
    event = ruling_event(log, at, known=known)
    return None if event is None else TRANSITIONS[event.action].target


def ruling_event(log: Log, at: datetime, *, known: datetime | None = None) -> LifeEvent | None:
    """Give the event that decides where a licence stood; arguments as for `standing_at`."""
    recorded = [event for event in log if known is None or event.recorded <= known]
    standing = reversed(_uncorrected(recorded).values())
    return next((event for event in standing if event.effective <= at), None)


def last_standing(log: Log) -> Standing | None:
    """Where the licence stands now: nothing is effective in the future."""
    last = next(reversed(_uncorrected(log).values()), None)
    return None if last is None else TRANSITIONS[last.action].target


def demand_permitted(log: Log, event: LifeEvent, *, first: int = 0, over: bool = True) -> None:
    """Insist that an event may follow a log.

    Args:
        log: what was done so far.
        event: what is to be done.
        first: the number by which people know the first event of the log; the sentence of a
            refusal has such numbers, and no places.
        over: whether the licence's last day is over; else expiring is not named as possible.

    Raises:
        RefusedError: LICENCE_TRANSITION_REFUSED; `.at` is the attribute that is wrong, and the
            sentence names what is possible.
    """
    if log and event.recorded < log[-1].recorded:
        last = log[-1].recorded
        raise _refused(f"上一条记录的时间是 {last} the last record is of {last}", "recorded")
    if event.effective > event.recorded:
        raise _refused(_IN_THE_FUTURE, "effective")
    if event.corrects is None:
        _demand_possible(log, event, over=over)
    else:
        _demand_correctable(log, event, event.corrects, first)


def possible(log: Log, at: datetime, *, over: bool = True) -> tuple[LifeAction, ...]:
    """List what can be done to a licence with effect from `at`, in the order of the table.

    Args:
        log: what was done so far.
        at: aware.
        over: whether its last day is over: before that, and without one, it does not expire.
    """
    standings = {standing_at(log, at), last_standing(log)}
    return tuple(
        action
        for action, line in TRANSITIONS.items()
        if standings <= line.sources
        and (over or action is not LifeAction.EXPIRE)
        and _rewritten_by(log, line.target, at) is None
    )


def _demand_possible(log: Log, event: LifeEvent, *, over: bool = True) -> None:
    then, last = standing_at(log, event.effective), last_standing(log)
    for standing in (last, then):
        if standing not in TRANSITIONS[event.action].sources:
            if then is None and last is not None:
                raise _refused(_before_issue(event), "effective")
            able = possible(log, event.effective, over=over)
            raise _refused(_impossible(event, standing, then, last, able), "action")
    since = _rewritten_by(log, TRANSITIONS[event.action].target, event.effective)
    if since is not None:
        sentence = (
            f"不得早于已登记的 {since} 起算；那一条有误的，先更正 "
            f"something recorded is effective from {since}, and {command_of(event.action)} is not "
            "possible before that; correct that first if it is wrong"
        )
        raise _refused(sentence, "effective")


def _rewritten_by(log: Log, target: Standing, at: datetime) -> datetime | None:
    """Say from when on a later time would be made good in silence; `None`: none would be."""
    if target is not Standing.VALID:
        return None
    last = max((each.effective for each in _uncorrected(log).values()), default=at)
    return last if last > at else None


def _before_issue(event: LifeEvent) -> str:
    """Say that nothing can be done to a licence with effect from before it was issued."""
    zh = f"{event.effective} 时证照尚未签发，不能自那时起{ACTIONS[event.action]}，起算不得早于签发"
    return (
        f"{zh} {command_of(event.action)} is not possible from {event.effective} on: it was not "
        "issued yet, and nothing is effective from before that"
    )


def _impossible(
    event: LifeEvent,
    standing: Standing | None,
    then: Standing | None,
    last: Standing | None,
    able: Sequence[LifeAction],
) -> str:
    """Say what is not possible, where the licence stands and stood, and what is possible."""
    zh_able, en_able = possible_words(able)
    zh_where = "尚未签发" if standing is None else f"现为{STANDINGS[standing]}"
    where = "it is not issued" if standing is None else f"the licence is {standing}"
    zh_when = when = ""
    if then is not last:
        zh_when = f"（{event.effective} 时{STANDINGS[then] if then else '尚未签发'}）"
        when = f" (it was {then or 'not issued'} at {event.effective})"
    return (
        f"证照{zh_where}{zh_when}，不能{ACTIONS[event.action]}；可办理：{zh_able} "
        f"{command_of(event.action)} is not possible when {where}{when}; possible: {en_able}"
    )


def _demand_correctable(log: Log, event: LifeEvent, corrected: int, first: int) -> None:
    """See that an event may be taken back: the others are possible without it."""
    others = _uncorrected(log)
    if corrected == 0 or others.pop(corrected, None) is None:
        listed = ", ".join(str(first + place) for place in _uncorrected(log) if place)
        number, known = first + corrected, corrected in range(len(log))
        zh = f"第 {number} 条记录不能撤回" if known else f"没有第 {number} 条记录"
        what = f"event {number} cannot be taken back" if known else f"there is no event {number}"
        if corrected < 0:
            zh = f"第 {number} 条是签发前的意向，不能撤回"
            what = f"event {number} is an intent, made before it was issued, and stays"
        could = f"可撤回：{listed or '无'} {what}; possible: {listed or 'none'}"
        raise _refused(f"{zh}；{could}", "corrects")
    if event.effective != log[corrected].effective:
        since = log[corrected].effective
        sentence = f"更正自 {since} 起算 a correction is effective from {since}"
        raise _refused(sentence, "effective")
    remaining: list[LifeEvent] = []
    for place, each in others.items():
        try:
            _demand_possible(remaining, each)
        except RefusedError as error:
            number = first + place
            zh = f"第 {number} 条（{ACTIONS[each.action]}）以它为前提，请先撤回那一条"
            en = f"event {number}, {command_of(each.action)}, rests on it; take that back first"
            raise _refused(f"{zh} {en}", "corrects") from error
        remaining.append(each)


def _uncorrected(log: Log) -> dict[int, LifeEvent]:
    """Give the events that stand, by place: neither taken back nor corrections."""
    taken_back = {event.corrects for event in log}
    return {
        place: event
        for place, event in enumerate(log)
        if event.corrects is None and place not in taken_back
    }


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(LicenceReason.LICENCE_TRANSITION_REFUSED, sentence, at=at)
