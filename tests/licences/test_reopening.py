"""What was begun is gone on with as it was begun: no row, and no made-up journal, changes that."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from eseal.algorithms import Suite
from eseal.errors import UnavailableError
from eseal.jose.strict_json import canonical, parse
from eseal.reasons import Reason, ReasonCode
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.identifiers import LicenceIdentifier
from licences.issuing import Issued, Issuer, Refused
from licences.journal import intend
from licences.model import Event, Format, Licence, LicenceState, StatusPlace
from licences.reasons import LicenceReason
from licences.row_values import event_row, identifier_row, licence_row, table_of
from licences.rows import EventRow, IdentifierRow, LicenceRow
from licences.store import Register
from licences.workshop import Step
from tests.homes import MARKET, STATUS_URI, make_home, open_issuer, request
from tests.registers import ON_SQLITE, by_hand, unguard
from tests.world import NOW, SECOND

pytestmark = [pytest.mark.unmeasured, ON_SQLITE]

LICENCE = table_of(LicenceRow)
EVENT = table_of(EventRow)
IDENTIFIER = table_of(IdentifierRow)
JSON = (Format.JSON,)
FREE = StatusPlace(uri=f"{STATUS_URI}/{MARKET}-sm2-0.jwt", index=7)


class StoppedError(Exception):
    """Somebody pulled the plug."""


@dataclass(kw_only=True)
class Desk:
    """A home with a licence that is issued, and one that was begun and left."""

    home: Home
    register: Register
    issued: Licence
    begun: Licence

    def ask_again(self, at: datetime = NOW) -> Issued | Refused:
        """Ask for what was begun, again."""
        with Issuer.open(self.home, clock=lambda: at) as issuer:
            outcome = issuer.issue(request(2, formats=JSON))
        assert isinstance(outcome, Issued | Refused)
        return outcome

    def alter(self, licence: Licence) -> None:
        """Have the row of what was begun say what another licence's would."""
        values = {**licence_row(licence), "events": 1, "head": licence.head}
        with by_hand(self.register.engine) as connection:
            connection.execute(update(LICENCE).where(LICENCE.c.id == self.begun.key.id), [values])

    def make_up(self, licence: Licence) -> None:
        """Have row, journal and identifier say that something else was begun."""
        signer = self.home.signer(MARKET, Suite.SM2)
        bare = replace(licence, events=0, head=b"")
        entry = intend(bare, Format.JSON, bytes(32), signer=signer, at=NOW)
        self.write(entry.licence, entry.event)

    def write(self, licence: Licence, event: Event) -> None:
        """Have row, journal and identifier say so."""
        self.alter(licence)
        unguard(self.register.engine, "event", "identifier")
        with self.register.engine.begin() as connection:
            mine = EVENT.c.licence_id == self.begun.key.id
            connection.execute(update(EVENT).where(mine), [event_row(event)])
            if licence.identifier != self.issued.identifier:
                its = IDENTIFIER.c.licence_id == self.begun.key.id
                connection.execute(update(IDENTIFIER).where(its), [identifier_row(licence)])

    def assert_refused(self, *, left: bool) -> None:
        """JOURNAL_BROKEN, nothing is signed; it stays as it is, or is issued anew."""
        outcome = self.ask_again()
        assert isinstance(outcome, Refused)
        assert [each.reason for each in outcome.problems] == [LicenceReason.JOURNAL_BROKEN]
        files = [path for path in self.home.settings.documents.rglob("*") if path.is_file()]
        assert len(files) == 1
        assert len(self.register.unfinished(limit=2)) == left
        assert len(self.register.events(self.begun.key)) == (1 if left else 2)
        assert isinstance(self.ask_again(), Refused if left else Issued)
        assert self.register.find_by_identifier(self.issued.identifier) == self.issued


@pytest.fixture
def desk(tmp_path: Path, demo_authority: DemoAuthority, register_url: str) -> Iterator[Desk]:
    """One on each database in turn."""
    home = make_home(tmp_path / "home", demo_authority, register_url)

    def stop(step: Step) -> None:
        if step is Step.JOURNALED:
            raise StoppedError

    with open_issuer(home) as issuer:
        first = issuer.issue(request(1, formats=JSON))
    assert isinstance(first, Issued)
    with open_issuer(home, stop) as issuer, pytest.raises(StoppedError):
        issuer.issue(request(2, formats=JSON))
    with closing(home.register()) as register:
        (begun,) = register.unfinished(limit=2)
        issued = register.find_by_identifier(first.identifier)
        assert issued is not None
        yield Desk(home=home, register=register, issued=issued, begun=begun)


def other_identifier(licence: Licence, **parts: str) -> str:
    """An identifier that nobody has."""
    return str(replace(LicenceIdentifier.parse(licence.identifier), **parts))


Alteration = Callable[[Desk], dict[str, Any]]

ROWS: dict[str, tuple[Alteration, bool]] = {
    "identifier of another": (lambda desk: {"identifier": desk.issued.identifier}, True),
    "identifier of nobody": (
        lambda desk: {"identifier": other_identifier(desk.begun, version="002")},
        True,
    ),
    "place of another": (lambda desk: {"status": desk.issued.status}, True),
    "place of nobody": (lambda _desk: {"status": FREE}, True),
    "no place": (lambda _desk: {"status": None}, True),
    "list of nobody": (
        lambda _desk: {"status": replace(FREE, uri="https://evil.example/x.jwt")},
        True,
    ),
    "predecessor": (lambda desk: {"replaces": desk.issued.identifier}, True),
    "department": (lambda _desk: {"department": "11999900MB00000278"}, True),
    "suite": (lambda _desk: {"suite": Suite.RSA}, True),
    "run": (lambda _desk: {"run": UUID(int=7)}, True),
}


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_signed_as_a_row_was_altered(desk: Desk, name: str) -> None:
    """JOURNAL_BROKEN: what a row says against its journal is neither signed nor published."""
    changes, left = ROWS[name]
    desk.alter(replace(desk.begun, **changes(desk)))
    desk.assert_refused(left=left)
    desk.alter(desk.begun)
    outcome = desk.ask_again()
    assert isinstance(outcome, Issued)
    assert outcome.identifier == desk.begun.identifier


JOURNALS: dict[str, tuple[Alteration, bool]] = {
    "identifier of another": (lambda desk: {"identifier": desk.issued.identifier}, True),
    "place of another": (lambda desk: {"status": desk.issued.status}, True),
    "a later version": (
        lambda desk: {"identifier": other_identifier(desk.begun, version="002")},
        False,
    ),
    "another issuer": (
        lambda desk: {"identifier": other_identifier(desk.begun, issuer_code="11999900MB00000278")},
        False,
    ),
    "no identifier": (lambda _desk: {"identifier": "1.2.3"}, False),
    "no place": (lambda _desk: {"status": None}, False),
    "list of nobody": (
        lambda _desk: {"status": replace(FREE, uri="https://evil.example/x.jwt")},
        False,
    ),
    "list of another": (
        lambda _desk: {"status": replace(FREE, uri=FREE.uri.replace("sm2", "rsa"))},
        False,
    ),
    "place of no list": (lambda _desk: {"status": replace(FREE, index=2**20)}, False),
    "predecessor": (lambda desk: {"replaces": desk.issued.identifier}, True),
}


@pytest.mark.parametrize("name", JOURNALS)
def test_nothing_is_signed_as_a_journal_was_made_up(desk: Desk, name: str) -> None:
    """JOURNAL_BROKEN: nor is what row and journal agree on, and this request was never given."""
    changes, left = JOURNALS[name]
    desk.make_up(replace(desk.begun, **changes(desk)))
    desk.assert_refused(left=left)


def test_a_licence_says_when_it_is_really_signed(desk: Desk) -> None:
    """Whatever time row and journal say, as long as nothing of it is staged."""
    desk.make_up(replace(desk.begun, issued_at=NOW - 1000 * SECOND))
    outcome = desk.ask_again()
    assert isinstance(outcome, Issued)
    assert outcome.issued_at == NOW


def test_what_is_never_signed_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """ATTEMPTS_EXHAUSTED: else no history of it could be stated; asked for again, it is anew."""
    monkeypatch.setattr("licences.announcements.MOST_ANNOUNCED", 3)
    reasons: list[ReasonCode] = []
    for seconds in range(5):
        with monkeypatch.context() as patch:
            patch.setattr("licences.making.DocumentMaker.sign_json", fail_to_sign)
            outcome = desk.ask_again(NOW + seconds * SECOND)
        assert isinstance(outcome, Refused)
        reasons += [each.reason for each in outcome.problems]
    tried = Reason.TSA_REFUSED
    assert reasons == [tried, tried, tried, LicenceReason.ATTEMPTS_EXHAUSTED, tried]
    found, events = desk.register.read(desk.begun.identifier)
    assert (found.state, len(events)) == (LicenceState.FAILED, 4)
    issued = desk.ask_again(NOW + 9 * SECOND)
    assert isinstance(issued, Issued)
    assert issued.identifier != desk.begun.identifier


def fail_to_sign(*_arguments: object) -> bytes:
    """Be a signer whose time-stamping authority cannot be reached."""
    raise UnavailableError(Reason.TSA_REFUSED, "样本 a sample")


def test_older_intents_name_no_run(desk: Desk) -> None:
    """What was begun before they did is gone on with, by whatever run its row says."""
    (event,) = desk.register.events(desk.begun.key)
    body = parse(event.body)
    assert body.pop("run") == desk.begun.run.hex
    event = replace(event, body=canonical(body))
    desk.write(replace(desk.begun, head=event.digest, run=UUID(int=7)), event)
    outcome = desk.ask_again()
    assert isinstance(outcome, Issued)
    assert outcome.identifier == desk.begun.identifier
