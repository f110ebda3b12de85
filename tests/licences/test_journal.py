"""The journal of a licence is a chain: nothing can be changed, taken out or put in between."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from eseal.errors import RefusedError
from eseal.jose.strict_json import canonical, parse
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.issuing import Issued
from licences.journal import demand_chained
from licences.model import Event, EventKind, Licence
from licences.reasons import LicenceReason
from tests.homes import make_home, open_issuer, request
from tests.registers import SqliteRegisters
from tests.world import SECOND

Change = Callable[[list[Event]], list[Event]]


@pytest.fixture(scope="module")
def journal(
    tmp_path_factory: pytest.TempPathFactory,
    demo_authority: DemoAuthority,
    sqlite_registers: SqliteRegisters,
) -> tuple[Licence, list[Event]]:
    """An issued licence and its journal: two intents and the result."""
    folder = tmp_path_factory.mktemp("journal") / "home"
    home: Home = make_home(folder, demo_authority, sqlite_registers.fresh())
    with open_issuer(home) as issuer:
        outcome = issuer.issue(request())
    assert isinstance(outcome, Issued)
    register = home.register()
    licence = register.find_by_identifier(outcome.identifier)
    assert licence is not None
    events = list(register.events(licence.key))
    register.close()
    return licence, events


def without_chain(event: Event) -> Event:
    """An event as it was entered before there was a chain."""
    body = parse(event.body)
    del body["previous"]
    return replace(event, body=canonical(body))


def test_every_event_names_the_one_before(journal: tuple[Licence, list[Event]]) -> None:
    """By its digest; the first names none, and the licence names the last."""
    licence, events = journal
    named = [parse(event.body)["previous"] for event in events]
    assert named == ["", *(event.digest.hex() for event in events[:-1])]
    assert licence.head == events[-1].digest
    demand_chained(licence, events)


def reworded(event: Event) -> Event:
    """An event whose body was changed, and still says the same of the event itself."""
    return replace(event, body=event.body.replace(b"format", b"Format"))


CHANGES: dict[str, tuple[Change, str]] = {
    "a changed body": (lambda e: [reworded(e[0]), *e[1:]], "1"),
    "another kind": (lambda e: [*e[:-1], replace(e[-1], kind=EventKind.FAILED)], "2"),
    "another time": (lambda e: [e[0], replace(e[1], at=e[1].at + SECOND), e[2]], "1"),
    "no JSON": (lambda e: [replace(e[0], body=b"nonsense"), *e[1:]], "0"),
    "an event less": (lambda e: e[:-1], "2"),
    "an event more": (lambda e: [*e, e[-1]], "4"),
    "another order": (lambda e: [e[1], e[0], e[2]], "0"),
    "one out of the chain": (lambda e: [e[0], without_chain(e[1]), e[2]], "1"),
    "another end": (lambda e: [*e[:-1], replace(e[-1], body=e[-1].body + b" ")], "2"),
}


@pytest.mark.parametrize(("change", "at"), CHANGES.values(), ids=CHANGES)
def test_refuses_a_changed_journal(
    journal: tuple[Licence, list[Event]], change: Change, at: str
) -> None:
    """JOURNAL_BROKEN, with the number of the event that does not fit."""
    licence, events = journal
    with pytest.raises(RefusedError) as caught:
        demand_chained(licence, change(events))
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    assert caught.value.at == at


def test_what_was_there_before_the_chain_stands_before_it(
    journal: tuple[Licence, list[Event]],
) -> None:
    """Events of an older version name none before them; from the first that does, all do."""
    licence, events = journal
    first = without_chain(events[0])
    second = replace(
        events[1], body=canonical({**parse(events[1].body), "previous": first.digest.hex()})
    )
    older = replace(licence, events=2, head=second.digest)
    demand_chained(older, [first, second])
    last = without_chain(events[1])
    demand_chained(replace(older, head=last.digest), [first, last])
