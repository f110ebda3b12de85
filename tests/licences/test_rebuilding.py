"""Rebuilding: what rows say is made from the journals again, and nothing else is touched."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest

from eseal.jose.strict_json import canonical, parse
from licences import diagnosis
from licences.licence_life import LifeAction
from licences.model import Event, LicenceKey
from licences.projections import KeptLicence, Projection, Projections, StoredJournal
from licences.reasons import LicenceReason
from licences.rebuilding import Outcome, rebuild
from tests.licences.shelf import NUMBER_OF_LICENCES, Shelf
from tests.registers import ON_SQLITE

pytestmark = pytest.mark.unmeasured


def test_a_good_register_agrees(shelf: Shelf) -> None:
    """Nothing differs, nothing is changed, whatever the size of the pages."""
    before = [shelf.find(number) for number in range(NUMBER_OF_LICENCES)]
    for limit in (1, 2, NUMBER_OF_LICENCES, 100):
        assert shelf.rebuild(limit=limit) == {}
    assert [shelf.find(number) for number in range(NUMBER_OF_LICENCES)] == before


SPOILT: dict[str, dict[str, str]] = {
    "state": {"state": "'intent'"},
    "no state": {"state": "'nonsense'"},
    "standing": {"standing": "'valid'"},
    "no standing": {"standing": "'nonsense'"},
    "empty standing": {"standing": "''"},
    "fewer events": {"events": "1"},
    "more events": {"events": "9"},
    "head": {"head": "HEAD"},
    "state and standing": {"state": "'failed'", "standing": "''"},
    "everything": {"state": "'intent'", "standing": "''", "events": "1", "head": "HEAD"},
}


@ON_SQLITE
@pytest.mark.parametrize("name", SPOILT)
def test_mends_what_a_row_says(shelf: Shelf, name: str) -> None:
    """A check only tells; then row and journal are told, the row is mended, and all agrees."""
    before = shelf.find(1)
    head = shelf.bytes(bytes(32))
    shelf.spoil(1, **{key: each.replace("HEAD", head) for key, each in SPOILT[name].items()})
    checked = shelf.rebuild(check=True)
    assert [each.outcome for each in checked.values()] == [Outcome.DIFFERS]
    assert shelf.rebuild(check=True) == checked
    (mended,) = shelf.rebuild().values()
    told = checked[shelf.identifiers[1]]
    assert (mended.outcome, mended.error) == (Outcome.MENDED, None)
    assert (mended.row, mended.journal) == (told.row, told.journal)
    assert mended.journal == Projection.of(before)
    assert mended.row != mended.journal
    assert shelf.find(1) == before
    assert shelf.rebuild() == {}


def test_mends_several_at_once(shelf: Shelf) -> None:
    """Each is told by itself, over the ends of pages."""
    shelf.execute("UPDATE licence SET standing = 'cancelled'")
    assert len(shelf.rebuild()) == NUMBER_OF_LICENCES
    assert [shelf.find(number).standing for number in range(3)] == ["suspended", "revoked", "valid"]


Spoil = Callable[[Shelf], None]


def another_body(event: Event, shelf: Shelf) -> dict[str, str]:
    """An event's body with a word that nobody said, and the digest of that."""
    body = canonical({**parse(event.body), "reason": "其他（样本）"})
    digest = Event(key=event.key, number=0, kind=event.kind, at=event.at, body=body).digest
    return {"body": shelf.bytes(body), "digest": shelf.bytes(digest)}


def only_body(shelf: Shelf, event: int) -> dict[str, str]:
    """The same, with the digest of before."""
    return {"body": another_body(shelf.event(1, event), shelf)["body"]}


BROKEN: dict[str, Spoil] = {
    "a body": lambda shelf: shelf.spoil_event(1, 1, **only_body(shelf, 1)),
    "the last body": lambda shelf: shelf.spoil_event(1, 2, **only_body(shelf, 2)),
    "a body and its digest": lambda shelf: shelf.spoil_event(
        1, 1, **another_body(shelf.event(1, 1), shelf)
    ),
    "a signed body and its digest": lambda shelf: shelf.spoil_event(
        1, 2, **another_body(shelf.event(1, 2), shelf)
    ),
    "a kind": lambda shelf: shelf.spoil_event(1, 2, kind="'resume'"),
    "no kind": lambda shelf: shelf.spoil_event(1, 2, kind="'nonsense'"),
    "the last event": lambda shelf: shelf.drop_events(1, 1),
    "all events": lambda shelf: shelf.drop_events(1, -1),
}


@ON_SQLITE
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_journal_is_told_and_left_alone(shelf: Shelf, name: str) -> None:
    """JOURNAL_BROKEN: the row stays, spoilt or not, and the other licences are mended."""
    BROKEN[name](shelf)
    shelf.spoil(0, standing="'valid'")
    shelf.spoil(1, standing="'cancelled'")
    found = shelf.rebuild()
    assert {each: one.outcome for each, one in found.items()} == {
        shelf.identifiers[0]: Outcome.MENDED,
        shelf.identifiers[1]: Outcome.FAILED,
    }
    broken = found[shelf.identifiers[1]]
    assert broken.journal is None
    assert broken.error is not None
    assert broken.error.reason is LicenceReason.JOURNAL_BROKEN
    assert shelf.find(1).standing == "cancelled"
    assert list(shelf.rebuild()) == [shelf.identifiers[1]]


def lead(shelf: Shelf, table: str, key: str, number: int, to: int) -> None:
    """Have what leads to a licence lead to another."""
    shelf.unguard(table)
    one, other = (
        f"FROM licence WHERE identifier = '{shelf.identifiers[each]}'" for each in (number, to)
    )
    shelf.execute(
        f"UPDATE {table} SET licence_shard = (SELECT shard {other}), "  # noqa: S608
        f"licence_id = (SELECT id {other}) WHERE {key} = (SELECT {KEYS[key]} {one})"
    )


KEYS = {"identifier": "identifier", "digest": "natural_key"}
MISLED: dict[str, tuple[Spoil, str]] = {
    "an identifier": (
        lambda shelf: lead(shelf, "identifier", "identifier", 3, 4),
        "its identifier does not lead to it",
    ),
    "a number": (
        lambda shelf: lead(shelf, "natural_key", "digest", 3, 4),
        "its natural key is not kept for it",
    ),
    "no number": (
        lambda shelf: shelf.execute(
            "DELETE FROM natural_key WHERE digest = (SELECT natural_key FROM licence "  # noqa: S608
            f"WHERE identifier = '{shelf.identifiers[3]}')"
        ),
        "its natural key is not kept for it",
    ),
    "a place": (
        lambda shelf: shelf.spoil(
            4,
            status_index="(SELECT other.status_index FROM licence AS other "  # noqa: S608
            f"WHERE other.identifier = '{shelf.identifiers[3]}')",
        ),
        "another licence has its place",
    ),
}


@pytest.mark.parametrize("name", MISLED)
def test_what_leads_elsewhere_is_told(shelf: Shelf, name: str) -> None:
    """JOURNAL_BROKEN for the licence that is not found, by rebuilding and by the doctor."""
    spoil, words = MISLED[name]
    spoil(shelf)
    told = shelf.rebuild()
    found = told.pop(shelf.identifiers[3])
    assert found.outcome is Outcome.FAILED
    assert found.error is not None
    assert found.error.reason is LicenceReason.JOURNAL_BROKEN
    assert words in found.error.sentence
    assert told.keys() == ({shelf.identifiers[4]} if name == "a place" else set())
    symptom = diagnosis._look_ups(shelf.home)
    assert not symptom.good
    assert shelf.identifiers[3] in symptom.detail
    assert words in symptom.detail


UNREADABLE: dict[str, Spoil] = {
    "a row": lambda shelf: shelf.spoil(1, suite="'nonsense'"),
    "a row's time": lambda shelf: shelf.spoil(1, issued_at="'infinity'"),
    "an event's time": lambda shelf: shelf.spoil_event(1, 1, at="'infinity'"),
}
"""PostgreSQL keeps no times but times, of which Python has not all."""


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named_and_stops_no_other(shelf: Shelf, name: str) -> None:
    """JOURNAL_BROKEN, with the licence's identifier; the others are mended."""
    UNREADABLE[name](shelf)
    for number in (0, 2):
        shelf.spoil(number, standing="'cancelled'")
    found = shelf.rebuild()
    assert {each: one.outcome for each, one in found.items()} == {
        shelf.identifiers[0]: Outcome.MENDED,
        shelf.identifiers[1]: Outcome.FAILED,
        shelf.identifiers[2]: Outcome.MENDED,
    }
    failed = found[shelf.identifiers[1]]
    assert (failed.row, failed.journal) == (None, None)
    assert failed.error is not None
    assert failed.error.reason is LicenceReason.JOURNAL_BROKEN
    assert list(shelf.rebuild()) == [shelf.identifiers[1]]


def test_what_cannot_be_found_stops_no_other(shelf: Shelf) -> None:
    """A whole page of rows without a key that is one, before all others: each is told."""
    if not shelf.is_sqlite:
        pytest.skip("PostgreSQL keeps ids only as ids")
    for number in range(3):
        shelf.add_row(0, shard="-1", id=f"'x{number}'", identifier="'y'", status_uri="''")
    shelf.spoil(1, standing="'valid'")
    compared = list(rebuild(shelf.projections, shelf.signers, check=True, limit=2))
    told = [each.identifier for each in compared if each.outcome is Outcome.FAILED]
    assert told == ["x0", "x1", "x2"]
    differs = [each.identifier for each in compared if each.outcome is Outcome.DIFFERS]
    assert differs == [shelf.identifiers[1]]


def test_a_journal_without_a_row_is_told(shelf: Shelf) -> None:
    """JOURNAL_BROKEN: whether its row was deleted or lies under another key."""
    shelf.delete_row(1)
    (failed,) = shelf.rebuild().values()
    assert failed.error is not None
    assert (failed.identifier, failed.error.reason) == (
        shelf.identifiers[1],
        LicenceReason.JOURNAL_BROKEN,
    )


class Meanwhile(Projections):
    """Lets somebody act on a licence after a journal was read, so many times."""

    def __init__(self, shelf: Shelf, number: int, times: int) -> None:
        super().__init__(shelf.register.engine)
        self._shelf, self._number, self._times = shelf, number, times

    def _act(self, journal: StoredJournal) -> None:
        if journal.events[0].key != self._shelf.find(self._number).key or not self._times:
            return
        self._times -= 1
        resumes = self._shelf.find(self._number).standing == "suspended"
        self._shelf.act(self._number, LifeAction.RESUME if resumes else LifeAction.SUSPEND)

    def journals(self, keys: Iterable[LicenceKey]) -> Mapping[LicenceKey, StoredJournal]:
        """Read the journals, then act."""
        found = super().journals(keys)
        for journal in found.values():
            self._act(journal)
        return found


@pytest.mark.parametrize("check", [False, True])
def test_who_acts_meanwhile_is_not_overwritten(shelf: Shelf, check: bool) -> None:
    """The row was wrong when it was read, and is right by now: that stays, and nothing is told."""
    shelf.spoil(2, standing="'expired'")
    compared = list(rebuild(Meanwhile(shelf, 2, times=1), shelf.signers, check=check))
    assert {each.outcome for each in compared} == {Outcome.AGREES}
    assert shelf.find(2).standing == "suspended"
    assert len(shelf.register.events(shelf.find(2).key)) == 3
    assert shelf.rebuild() == {}


def test_an_act_between_row_and_journal_is_no_difference(shelf: Shelf) -> None:
    """The row that was read is older than its journal: it is read again."""

    class Late(Projections):
        """Lets somebody act after rows were read for the first time."""

        def kept(self, keys: Iterable[LicenceKey]) -> Mapping[LicenceKey, KeptLicence]:
            """Read the rows, then act."""
            found = super().kept(keys)
            if shelf.find(2).standing == "valid":
                shelf.act(2, LifeAction.REVOKE)
            return found

    compared = list(rebuild(Late(shelf.register.engine), shelf.signers, check=True))
    assert {each.outcome for each in compared} == {Outcome.AGREES}
    assert shelf.find(2).standing == "revoked"


def test_gives_up_on_one_that_never_stands_still(shelf: Shelf) -> None:
    """ISSUED_ELSEWHERE: told, not overwritten; the others are gone through."""

    class Restless(Projections):
        """Says that a row has moved on, always."""

        def mend(self, kept: KeptLicence, projection: Projection) -> bool:
            """Write nothing."""
            return not (kept and projection)

    shelf.spoil(2, standing="'expired'")
    compared = list(rebuild(Restless(shelf.register.engine), shelf.signers, check=False))
    assert len(compared) == NUMBER_OF_LICENCES
    (failed,) = [each for each in compared if each.outcome is not Outcome.AGREES]
    assert failed.error is not None
    assert failed.error.reason is LicenceReason.ISSUED_ELSEWHERE
    assert shelf.find(2).standing == "expired"


def test_a_row_is_written_only_where_nothing_moved(shelf: Shelf) -> None:
    """Not if the row says something else by now, nor if the journal has grown or shrunk."""
    projections = shelf.projections
    key = shelf.find(2).key
    kept = projections.kept([key])[key]
    said = Projection.of(shelf.find(2))
    assert not projections.mend(kept, replace(said, events=9))
    assert projections.is_as_read(kept)
    for spoilt in ({"state": "'intent'"}, {"standing": "''"}, {"events": "1"}):
        shelf.spoil(2, **spoilt)
        assert not projections.is_as_read(kept)
        assert not projections.mend(kept, said)
        assert shelf.rebuild()
    assert projections.mend(kept, said)


def test_holds_a_page_at_a_time(shelf: Shelf) -> None:
    """However many licences there are, no more is read than was asked for, and none before that."""
    pages: list[int] = []

    class Counting(Projections):
        """Counts what is read."""

        def kept(self, keys: Iterable[LicenceKey]) -> Mapping[LicenceKey, KeptLicence]:
            """Read rows."""
            found = super().kept(keys)
            pages.append(len(found))
            assert not any(each.licence.data for each in found.values())
            return found

    compared = rebuild(Counting(shelf.register.engine), shelf.signers, check=True, limit=2)
    next(compared)
    assert pages == [2]
    assert len(list(compared)) == NUMBER_OF_LICENCES - 1
    assert pages == [2, 2, 1]


def test_an_unissued_licence_has_a_projection_too(shelf: Shelf) -> None:
    """One that was only begun stands nowhere; its row is made from its intents."""
    shelf.drop_events(4, 0)
    begun = shelf.bytes(shelf.event(4, 0).digest)
    shelf.spoil(4, state="'intent'", standing="''", events="1", head=begun)
    assert shelf.rebuild() == {}
    shelf.spoil(4, state="'issued'", standing="'valid'")
    (mended,) = shelf.rebuild().values()
    assert mended.journal is not None
    assert (mended.journal.state, mended.journal.standing) == ("intent", "")
