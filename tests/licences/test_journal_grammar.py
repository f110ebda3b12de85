"""What nobody signed never has a licence stand better: a journal says what may follow what."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from eseal.errors import RefusedError
from eseal.jose.strict_json import canonical, parse
from licences.journal import chained_bodies, identifier_in
from licences.licence_life import LifeAction, Standing
from licences.life_journal import read_life
from licences.model import UNSIGNED, Event, EventKind
from licences.projecting import standing_by
from licences.reasons import LicenceReason
from licences.row_values import event_row, table_of
from licences.rows import EventRow
from tests.homes import MARKET
from tests.licences.press import Press, doubt
from tests.licences.shelf import Shelf
from tests.registers import ON_SQLITE
from tests.world import SECOND

pytestmark = [pytest.mark.unmeasured, ON_SQLITE]

REVOKED = Standing.REVOKED
ISSUED = EventKind.ISSUED


def said(event: Event, kind: EventKind, previous: bytes, number: int) -> Event:
    """What an event says, by whoever cannot sign, of another kind and behind another event."""
    body = {**parse(event.body), "kind": kind.value, "previous": previous.hex()}
    return replace(event, kind=kind, number=number, body=canonical(body))


def inserted(events: Sequence[Event], place: int, model: Event, kind: EventKind) -> list[Event]:
    """A journal with one event more, and whatever nobody signed behind it chained anew."""
    made = list(events[:place])
    previous = made[-1].digest if made else b""
    earlier = made[-1].at if made else model.at
    made.append(said(replace(model, at=earlier), kind, previous, place))
    made[-1] = replace(made[-1], body=_at(made[-1]), signature=b"", certificates=b"")
    for number, event in enumerate(events[place:], place + 1):
        if event.kind in UNSIGNED:
            event = said(event, event.kind, made[-1].digest, number)  # noqa: PLW2901
        made.append(replace(event, number=number))
    return made


def _at(event: Event) -> bytes:
    return canonical({**parse(event.body), "recorded": int(event.at.timestamp())})


def standing_of(events: Sequence[Event]) -> object:
    """Where a licence stands by events, or why that cannot be told."""
    try:
        life = read_life(events, identifier=identifier_in(events[0].body), department=MARKET)
        return standing_by(events, life)
    except RefusedError as error:
        return error.reason


def lives(shelf: Shelf) -> list[tuple[Event, ...]]:
    """Journals to which something was done: suspended, revoked, suspended and revoked."""
    shelf.act(2, LifeAction.SUSPEND)
    shelf.act(2, LifeAction.REVOKE)
    return [shelf.register.events(shelf.find(number).key) for number in range(3)]


def test_what_nobody_signed_mends_no_life(shelf: Shelf) -> None:
    """Whatever event, made of whatever other one, is put in wherever: it breaks the journal."""
    tried = 0
    for events in lives(shelf):
        before = standing_of(events)
        for place in range(len(events) + 1):
            for kind in EventKind:
                for model in events:
                    tried += 1
                    after = standing_of(inserted(events, place, model, kind))
                    assert after in {before, LicenceReason.JOURNAL_BROKEN}, (kind, place)
    assert tried > 100


def test_a_journal_says_what_may_follow_what(shelf: Shelf) -> None:
    """Intents, then issued or failed, once; behind that only what is done to what was issued."""
    intent, *_ = shelf.register.events(shelf.find(3).key)
    allowed = {
        (before, after)
        for before in EventKind
        for after in EventKind
        if follows(intent, before, after)
    }
    life = set(EventKind) - UNSIGNED
    assert allowed == {
        (EventKind.INTENT, EventKind.INTENT),
        (EventKind.INTENT, ISSUED),
        (EventKind.INTENT, EventKind.FAILED),
        *((ISSUED, each) for each in life),
        *((one, other) for one in life for other in life),
    }
    with pytest.raises(RefusedError):
        chained_bodies([said(intent, ISSUED, b"", 0)])


def follows(intent: Event, before: EventKind, after: EventKind) -> bool:
    """Whether one kind may follow another, where that may stand at all."""
    kinds = [EventKind.INTENT]
    kinds += [] if before is EventKind.INTENT else [before]
    if before not in UNSIGNED:
        kinds = [EventKind.INTENT, ISSUED, before]
    events = [intent]
    for number, (_, kind) in enumerate(pairwise([*kinds, after]), 1):
        events.append(said(intent, kind, events[-1].digest, number))
    try:
        chained_bodies(events)
    except RefusedError as error:
        return error.at != str(len(events) - 1)
    return True


@pytest.mark.parametrize("kind", sorted(UNSIGNED))
def test_an_insert_takes_no_revocation_back(press: Press, kind: EventKind) -> None:
    """Published and not yet published alike stay revoked; rebuild mends nothing, and tells it."""
    shelf = press.shelf
    shelf.act(2, LifeAction.REVOKE, press.at + SECOND)
    for number in (1, 2):
        licence, events = shelf.register.read(shelf.identifiers[number])
        issue = replace(events[1], at=events[-1].at)
        forged = said(issue, kind, licence.head, licence.events)
        forged = replace(forged, body=_at(forged))
        with shelf.register.engine.begin() as connection:
            connection.execute(table_of(EventRow).insert(), [event_row(forged)])
    broken = shelf.rebuild()
    assert set(broken) == {shelf.identifiers[1], shelf.identifiers[2]}
    for each in broken.values():
        assert each.error is not None
        assert each.error.reason is LicenceReason.JOURNAL_BROKEN
    for number in (1, 2):
        assert shelf.find(number).standing is REVOKED
        with pytest.raises(RefusedError) as caught:
            shelf.act(number, LifeAction.CANCEL)
        assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    told = doubt(press.publish())
    assert press.told() == ["suspended", REVOKED, REVOKED, "valid", "valid"]
    assert "第 3 条损坏" in told
