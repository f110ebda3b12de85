"""The life of a licence: what the table permits, and where a licence stood on a day."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eseal.errors import RefusedError
from licences.licence_life import (
    TRANSITIONS,
    LifeAction,
    LifeEvent,
    Standing,
    demand_permitted,
    possible,
    ruling_event,
    standing_at,
)
from licences.life_terms import command_of
from licences.reasons import LicenceReason
from tests.world import DAY, NOW, SECOND

PERMITTED = {
    None: {"issue": "valid"},
    "valid": {
        "suspend": "suspended",
        "revoke": "revoked",
        "cancel": "cancelled",
        "expire": "expired",
        "supersede": "superseded",
    },
    "suspended": {
        "resume": "valid",
        "revoke": "revoked",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "expired": {"revoke": "revoked", "cancel": "cancelled", "supersede": "superseded"},
    "revoked": {"cancel": "cancelled"},
    "cancelled": {},
    "superseded": {},
}
"""Written down once more, so that a change of the table is a decision."""

WAYS: dict[str | None, tuple[str, ...]] = {
    None: (),
    "valid": ("issue",),
    "suspended": ("issue", "suspend"),
    "expired": ("issue", "expire"),
    "revoked": ("issue", "revoke"),
    "cancelled": ("issue", "cancel"),
    "superseded": ("issue", "supersede"),
}
STANDINGS: tuple[Standing | None, ...] = (None, *Standing)
ACTIONS = tuple(TRANSITIONS)


def day(number: int) -> datetime:
    """So many days after the first."""
    return NOW + number * DAY


def event(
    action: str, effective: int, recorded: int | None = None, corrects: int | None = None
) -> LifeEvent:
    """An event by days; recorded on the day from which on it holds, unless told otherwise."""
    return LifeEvent(
        action=LifeAction(action),
        effective=day(effective),
        recorded=day(effective if recorded is None else recorded),
        corrects=corrects,
    )


def log_of(*events: LifeEvent) -> list[LifeEvent]:
    """A log of events, each of which may follow those before it."""
    log: list[LifeEvent] = []
    for each in events:
        demand_permitted(log, each)
        log.append(each)
    return log


def refusal(log: list[LifeEvent], wrong: LifeEvent) -> RefusedError:
    """Why an event may not follow a log."""
    with pytest.raises(RefusedError) as caught:
        demand_permitted(log, wrong)
    assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED
    return caught.value


@pytest.mark.parametrize("action", ACTIONS, ids=str)
@pytest.mark.parametrize("standing", STANDINGS, ids=str)
def test_permits_these_and_no_others(standing: Standing | None, action: LifeAction) -> None:
    """Of every standing and action: the target, or LICENCE_TRANSITION_REFUSED."""
    before = standing.value if standing else None
    log = log_of(*(event(each, number) for number, each in enumerate(WAYS[before])))
    next_one = event(action, 9)
    target = PERMITTED[before].get(action.value)
    if target is not None:
        assert standing_at(log_of(*log, next_one), day(9)) is Standing(target)
        return
    error = refusal(log, next_one)
    assert error.at == "action"
    assert all(command_of(each) in error.sentence for each in PERMITTED[before])


def test_answers_for_a_day_by_what_was_known_then() -> None:
    """A revocation that was entered late holds from its effective time, once it was entered."""
    log = log_of(event("issue", 0), event("revoke", 3, recorded=7))
    assert standing_at(log, day(0) - SECOND) is None
    assert standing_at(log, day(3) - SECOND) is Standing.VALID
    assert standing_at(log, day(3)) is Standing.REVOKED
    assert standing_at(log, day(5), known=day(6)) is Standing.VALID
    assert standing_at(log, day(5), known=day(7)) is Standing.REVOKED
    assert standing_at(log, day(5), known=day(0) - SECOND) is None
    assert ruling_event(log, day(9)) is log[1]


def test_what_is_recorded_last_counts() -> None:
    """Suspended with effect from before a suspension that was lifted: suspended to this day."""
    log = log_of(
        event("issue", 0),
        event("suspend", 3),
        event("resume", 5),
        event("suspend", 2, recorded=8),
    )
    for number, standing in ((1, "valid"), (2, "suspended"), (4, "suspended"), (9, "suspended")):
        assert standing_at(log, day(number)) is Standing(standing)


def test_nothing_backdated_undoes_a_revocation() -> None:
    """What was possible then is refused when the licence stands where it is not possible."""
    log = log_of(event("issue", 0), event("revoke", 5))
    error = refusal(log, event("suspend", 2, recorded=8))
    assert "the licence is revoked (it was valid at" in error.sentence
    assert "possible: cancel" in error.sentence
    assert possible(log, day(2)) == (LifeAction.CANCEL,)
    log = log_of(event("issue", 0), event("supersede", 5))
    error = refusal(log, event("suspend", 2, recorded=8))
    assert "nothing but to correct a mistaken record" in error.sentence
    assert possible(log, day(2)) == ()


def test_has_to_be_possible_then_and_now() -> None:
    """A licence is not resumed from a time at which it was not suspended yet."""
    log = log_of(event("issue", 0), event("suspend", 5))
    refusal(log, event("resume", 4, recorded=8))
    assert standing_at(log_of(*log, event("resume", 6, recorded=8)), day(6)) is Standing.VALID


def test_no_backdated_resumption_hides_a_suspension() -> None:
    """Suspended from day 3 to 6; a later suspension is not lifted from before that, or day 4 is."""
    log = log_of(event("issue", 0), event("suspend", 3), event("resume", 6))
    log = log_of(*log, event("suspend", 1, recorded=8))
    error = refusal(log, event("resume", 2, recorded=8))
    assert error.at == "effective"
    assert f"effective from {day(6)}" in error.sentence
    assert LifeAction.RESUME not in possible(log, day(2))
    assert LifeAction.RESUME in possible(log, day(6))
    log = log_of(*log, event("resume", 6, recorded=8))
    assert [standing_at(log, day(each)) for each in (4, 6)] == [Standing.SUSPENDED, Standing.VALID]


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        (event("suspend", 5, recorded=4), "effective"),
        (event("suspend", 1, recorded=2), "recorded"),
        (event("suspend", -1, recorded=4), "effective"),
    ],
)
def test_keeps_the_order_of_times(wrong: LifeEvent, at: str) -> None:
    """Neither effective in the future, nor recorded before the last record, nor before issue."""
    log = log_of(event("issue", 0), event("suspend", 3), event("resume", 3))
    refused = refusal(log, wrong)
    assert refused.at == at
    assert "可办理" not in refused.sentence


def test_a_correction_takes_one_event_back() -> None:
    """From then on it is as if it had never been; who asks what was known before still sees it."""
    log = log_of(
        event("issue", 0),
        event("revoke", 3),
        event("correct", 3, recorded=6, corrects=1),
        event("suspend", 7),
    )
    assert standing_at(log, day(4)) is Standing.VALID
    assert standing_at(log, day(4), known=day(5)) is Standing.REVOKED
    assert standing_at(log, day(7)) is Standing.SUSPENDED


@pytest.mark.parametrize("number", [-1, 0, 2, 3, 5])
def test_corrects_only_what_stands(number: int) -> None:
    """Neither the issue, nor a correction, nor what was taken back, nor what does not exist."""
    log = log_of(
        event("issue", 0),
        event("suspend", 2),
        event("revoke", 3),
        event("correct", 3, recorded=4, corrects=2),
        event("resume", 5),
    )
    error = refusal(log, event("correct", 3, recorded=6, corrects=number))
    assert error.at == "corrects"
    assert "possible: 1, 4" in error.sentence
    known = number in range(len(log))
    said = f"event {number} cannot be taken back" if known else f"there is no event {number}"
    if number < 0:  # before the first: what was done before it was issued
        assert "是签发前的意向，不能撤回" in error.sentence
        return
    assert said in error.sentence
    assert ("不能撤回" if known else "没有第") in error.sentence


def test_tells_the_numbers_by_which_people_know_events() -> None:
    """The places in a log that begins with event 2 are two less; nobody is told those."""
    log = log_of(event("issue", 0), event("suspend", 2), event("resume", 4))
    for place, said in ((1, "event 4, resume, rests on it"), (7, "no event 9; possible: 3, 4")):
        with pytest.raises(RefusedError) as caught:
            demand_permitted(log, event("correct", 2, recorded=6, corrects=place), first=2)
        assert said in caught.value.sentence


def test_what_others_rest_on_is_not_taken_back() -> None:
    """A suspension that was lifted stays until the lifting is taken back."""
    log = log_of(event("issue", 0), event("suspend", 2), event("resume", 4))
    error = refusal(log, event("correct", 2, recorded=6, corrects=1))
    assert "event 2, resume, rests on it" in error.sentence
    log = log_of(*log, event("correct", 4, recorded=6, corrects=2))
    log = log_of(*log, event("correct", 2, recorded=6, corrects=1))
    assert standing_at(log, day(3)) is Standing.VALID


def test_a_correction_is_effective_when_the_event_was() -> None:
    """It speaks of the time of what it takes back."""
    log = log_of(event("issue", 0), event("suspend", 2))
    assert refusal(log, event("correct", 3, recorded=6, corrects=1)).at == "effective"


def test_only_a_correction_names_an_event() -> None:
    """Anything else is a mistake of the program."""
    with pytest.raises(ValueError, match="correction"):
        event("correct", 1)
    with pytest.raises(ValueError, match="correction"):
        replace(event("suspend", 1), corrects=0)


DAYS = 12
TRIES = st.lists(
    st.tuples(
        st.sampled_from(LifeAction),
        st.integers(min_value=0, max_value=DAYS),
        st.integers(min_value=0, max_value=3),
        st.integers(min_value=0, max_value=8),
    ),
    max_size=24,
)


HIDING = [
    (LifeAction.SUSPEND, 3, 3, 0),
    (LifeAction.RESUME, 6, 3, 0),
    (LifeAction.SUSPEND, 1, 1, 0),
    (LifeAction.RESUME, 2, 0, 0),
]
"""Tries to have a suspension forgotten by one from before it, and its lifting."""


@given(TRIES)
@example(HIDING)
def test_agrees_with_a_calendar(tries: list[tuple[LifeAction, int, int, int]]) -> None:
    """Of random histories, every day as known on every day, a calendar says the same.

    No day becomes good by a resumption that was not good before the suspension that it lifts.
    The calendar is a row of days; each event that stands is written over all days from its own on.
    """
    log = [event("issue", 0)]
    today = 0
    for action, effective, later, number in tries:
        today = min(today + later, DAYS)
        corrects = number % len(log) if action is LifeAction.CORRECT else None
        begins = log[corrects].effective if corrects is not None else day(effective)
        tried = LifeEvent(action=action, effective=begins, recorded=day(today), corrects=corrects)
        try:
            demand_permitted(log, tried)
        except RefusedError:
            continue
        log.append(tried)
    assert all(is_honest(log, number) for number in range(len(log)))
    for known in range(DAYS + 1):
        calendar = written_over(log, day(known))
        for number in range(DAYS + 1):
            said = standing_at(log, day(number), known=day(known))
            assert said == calendar[number], (number, known, log)


def is_honest(log: list[LifeEvent], number: int) -> bool:
    """Was a licence valid from a resumption on, but for the suspension that it lifts?"""
    done, before = log[number], log[:number]
    if done.action is not LifeAction.RESUME:
        return True
    lifted = ruling_event(before, day(DAYS))
    place = next(place for place, each in enumerate(before) if each is lifted)
    without = event("correct", 0, recorded=DAYS, corrects=place)
    days = (day(each) for each in range(DAYS + 1) if day(each) >= done.effective)
    return all(standing_at([*before, without], each) is Standing.VALID for each in days)


def written_over(log: list[LifeEvent], known: datetime) -> list[Standing | None]:
    """Where a licence stands on each day, by what was recorded up to `known`."""
    seen = [each for each in log if each.recorded <= known]
    gone = {each.corrects for each in seen}
    calendar: list[Standing | None] = [None] * (DAYS + 1)
    for place, each in enumerate(seen):
        if each.action is not LifeAction.CORRECT and place not in gone:
            for number in range(DAYS + 1):
                if day(number) >= each.effective:
                    calendar[number] = Standing(GOES_TO[each.action])
    return calendar


GOES_TO = {
    LifeAction.ISSUE: "valid",
    LifeAction.SUSPEND: "suspended",
    LifeAction.RESUME: "valid",
    LifeAction.REVOKE: "revoked",
    LifeAction.CANCEL: "cancelled",
    LifeAction.EXPIRE: "expired",
    LifeAction.SUPERSEDE: "superseded",
}


@given(TRIES)
def test_what_is_possible_is_permitted(tries: list[tuple[LifeAction, int, int, int]]) -> None:
    """`possible` and `demand_permitted` say the same of every action."""
    log = [event("issue", 0)]
    for action, effective, _, _ in tries:
        if action is LifeAction.CORRECT:
            continue
        tried = event(action, effective, recorded=DAYS)
        listed = possible(log, tried.effective)
        try:
            demand_permitted(log, tried)
        except RefusedError:
            assert action not in listed
        else:
            assert action in listed
            log.append(tried)
