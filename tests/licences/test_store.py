"""The register keeps what it is given, once, on either database."""

import contextlib
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, LargeBinary, create_engine, insert, inspect
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from eseal.jose.strict_json import canonical
from licences.database import demand_writable, make_engine
from licences.database_url import sqlite_file
from licences.entries import Entry
from licences.model import (
    Document,
    Event,
    EventKind,
    Format,
    Licence,
    LicenceKey,
    LicenceState,
    NaturalKey,
    StatusPlace,
    shard_of,
)
from licences.reasons import LicenceReason
from licences.row_values import event_row, table_of
from licences.rows import EventRow
from licences.run_locks import FileRunLocks
from licences.schema_guards import demand_in_order
from licences.status_places import StatusPlaces
from licences.store import Register
from tests.homes import MARKET
from tests.registers import ON_SQLITE, SqliteRegisters, by_hand, dropping, unguard
from tests.world import NOW

pytestmark = pytest.mark.unmeasured


def licence(number: str = "甲第1号", holder: str = "91999900MA0000000X") -> Licence:
    """A licence that was just allotted an identifier."""
    natural = NaturalKey(type_code="T", department="D", number=number)
    return Licence(
        key=LicenceKey(shard=shard_of(holder), id=uuid4()),
        identifier=f"1.2.{uuid4().hex}",
        type_code="T",
        natural_key=natural.digest,
        department="D",
        suite=Suite.SM2,
        formats=(Format.JSON, Format.PDF),
        request_digest=bytes(32),
        data={"name": "示例（样本）", "floors": 3, "public": True, "note": None},
        issued_at=NOW,
        seed=bytes(range(32)),
        run=uuid4(),
        events=1,
    )


def entry(after: Licence, kind: EventKind = EventKind.INTENT) -> Entry:
    """The step that led to `after`."""
    body = canonical({"identifier": after.identifier, "kind": kind.value})
    event = Event(key=after.key, number=after.events - 1, kind=kind, at=NOW, body=body)
    return Entry(licence=after, event=event)


def issued(before: Licence) -> Licence:
    """`before`, one step further: issued with two documents."""
    documents = tuple(
        Document(format=form, sha256=bytes([place]) * 32, size=1000 + place)
        for place, form in enumerate(before.formats)
    )
    return replace(
        before,
        state=LicenceState.ISSUED,
        seed=None,
        documents=documents,
        events=before.events + 1,
    )


def test_gives_back_what_was_begun(register: Register) -> None:
    """A licence that was entered is found by both its keys, exactly as it was."""
    new = licence()
    assert register.begin([entry(new)]) == {new.natural_key}
    assert register.find_by_natural_keys([new.natural_key, bytes(32)]) == {new.natural_key: new}
    assert register.find_by_identifier(new.identifier) == new
    assert register.find_by_identifier("1.2.none") is None


def test_finds_a_few_among_many_keys(register: Register) -> None:
    """Hundreds of natural keys are looked up at once, whichever of them there are."""
    new = [licence(f"甲第{number}号") for number in range(3)]
    register.begin([entry(each) for each in new])
    others = [number.to_bytes(32, "big") for number in range(500)]
    found = register.find_by_natural_keys([*others, *(each.natural_key for each in new)])
    assert found == {each.natural_key: each for each in new}
    assert register.find_by_natural_keys([]) == {}


def test_enters_one_licence_for_a_natural_key(register: Register) -> None:
    """Of two licences with one natural key the first stays, and nothing of the second is kept."""
    first, second, other = licence(), licence(), licence("甲第2号")
    register.begin([entry(first)])
    assert register.begin([entry(second), entry(other)]) == {other.natural_key}
    assert register.find_by_natural_keys([first.natural_key]) == {first.natural_key: first}
    assert register.find_by_identifier(second.identifier) is None
    assert register.events(second.key) == ()


_KEYLESS = {
    "postgresql": ("ALTER TABLE natural_key DROP CONSTRAINT natural_key_pkey",),
    "sqlite": (
        "CREATE TABLE keyless AS SELECT * FROM natural_key",
        "DROP TABLE natural_key",
        "ALTER TABLE keyless RENAME TO natural_key",
    ),
}


def test_without_its_key_nothing_is_entered(register: Register) -> None:
    """Two at once would both issue: it fails, and whoever asks for what is wrong is told."""
    engine = register.engine
    demand_in_order(engine)
    with engine.begin() as connection:
        for statement in _KEYLESS[engine.dialect.name]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("DROP INDEX seal_issuing")
    with pytest.raises(UnavailableError):
        register.begin([entry(licence())])
    with pytest.raises(
        UnavailableError, match=r"natural_key \(primary key\)、seal_issuing"
    ) as caught:
        demand_in_order(engine)
    assert caught.value.reason is LicenceReason.DATABASE_ALTERED
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE natural_key")
    with pytest.raises(UnavailableError, match="missing：natural_key、seal_issuing"):
        demand_in_order(engine)


def test_records_a_result_in_one_step(register: Register) -> None:
    """An issued licence has its documents, no seed any more, and two events in order."""
    new = licence()
    register.begin([entry(new)])
    done = issued(new)
    register.advance([entry(done, EventKind.ISSUED)])
    assert register.find_by_identifier(new.identifier) == done
    events = register.events(new.key)
    assert [event.kind for event in events] == [EventKind.INTENT, EventKind.ISSUED]
    assert events[0].body == canonical({"identifier": new.identifier, "kind": "intent"})


def test_reads_licence_and_journal_of_one_moment(register: Register, register_url: str) -> None:
    """Whoever moves a licence between the two does not make its journal seem broken."""
    new, other = licence(), Register(register_url)
    register.begin([entry(new)])
    done = issued(new)

    def move(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "event_signature" in statement and not other.events(new.key)[1:]:
            other.advance([entry(done, EventKind.ISSUED)])

    listen(register.engine, "before_cursor_execute", move)
    found, events = register.read(new.identifier)
    assert (found, [each.kind for each in events]) == (new, [EventKind.INTENT])
    found, events = register.read(new.identifier)
    assert (found, len(events)) == (done, 2)
    other.close()


def test_says_which_licence_is_not_there(register: Register) -> None:
    """UNKNOWN_LICENCE names what was asked for."""
    with pytest.raises(RefusedError, match=r"1\.2\.none") as caught:
        register.read("1.2.none")
    assert caught.value.reason is LicenceReason.UNKNOWN_LICENCE


def test_gives_no_other_licence_for_an_identifier(register: Register) -> None:
    """JOURNAL_BROKEN: what stands where a licence is looked up is another one, or nothing."""
    one, other = licence(), licence("甲第2号")
    register.begin([entry(one), entry(other)])
    unguard(register.engine, "identifier")
    with register.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE identifier SET licence_shard = {other.key.shard}, licence_id = "  # noqa: S608
            f"(SELECT id FROM licence WHERE identifier = '{other.identifier}')"
        )
    assert register.read(other.identifier)[0] == other
    for there in (other.identifier, "nothing"):
        for look_up in (register.read, register.find_by_identifier):
            with pytest.raises(RefusedError, match=there) as caught:
                look_up(one.identifier)
            assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
            assert caught.value.at == one.identifier
        with by_hand(register.engine) as connection:
            connection.exec_driver_sql("DELETE FROM licence")


def test_refuses_the_second_of_two_writers(register: Register) -> None:
    """ISSUED_ELSEWHERE: who did not read the last state changes nothing, for none of the batch."""
    new, other = licence(), licence("甲第2号")
    register.begin([entry(new), entry(other)])
    register.advance([entry(issued(new), EventKind.ISSUED)])
    late = [entry(issued(other), EventKind.ISSUED), entry(issued(new), EventKind.ISSUED)]
    with pytest.raises(UnavailableError) as caught:
        register.advance(late)
    assert caught.value.reason is LicenceReason.ISSUED_ELSEWHERE
    assert register.find_by_identifier(other.identifier) == other


def test_frees_the_natural_key_of_a_failure(register: Register) -> None:
    """After a failure the same number can be requested again; the failed one stays on record."""
    new = licence()
    register.begin([entry(new)])
    failure = replace(new, state=LicenceState.FAILED, seed=None, events=2)
    register.advance([entry(failure, EventKind.FAILED)])
    assert register.find_by_natural_keys([new.natural_key]) == {}
    assert register.find_by_identifier(new.identifier) == failure
    again = licence()
    assert register.begin([entry(again)]) == {again.natural_key}


def test_does_nothing_for_no_licences(register: Register) -> None:
    """Empty batches are no transaction and no error."""
    assert register.begin([]) == frozenset()
    register.advance([])
    assert register.find_by_natural_keys([]) == {}


def test_pages_through_unfinished_licences(register: Register) -> None:
    """Begun licences are listed by key in pages; finished ones are not among them."""
    begun = [licence(f"第{number}号", holder=f"holder {number}") for number in range(7)]
    register.begin([entry(each) for each in begun])
    register.advance([entry(issued(begun.pop()), EventKind.ISSUED)])
    listed: list[Licence] = []
    while page := register.unfinished(limit=4, after=listed[-1].key if listed else None):
        listed += page
    assert listed == sorted(begun, key=lambda each: (each.key.shard, each.key.id.hex))


def test_never_changes_the_journal(register: Register, register_url: str) -> None:
    """The database itself refuses to change or remove an event, or the row of an identifier."""
    register.begin([entry(licence())])
    engine = make_engine(register_url)
    statements = (
        "UPDATE event SET kind = 'issued'",
        "DELETE FROM event",
        "UPDATE identifier SET licence_shard = 0",
        "DELETE FROM identifier",
    )
    for statement in statements:
        with (
            pytest.raises(DBAPIError, match="append-only"),
            engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize("table", ["licence", "identifier", "event"])
def test_what_the_database_passes_over_is_no_success(register: Register, table: str) -> None:
    """DATABASE_ALTERED, all of it taken back: a trigger that came later drops what is written."""
    new = licence()
    with (
        dropping(register.engine, table),
        pytest.raises(UnavailableError, match=table) as caught,
    ):
        register.begin([entry(new)])
    assert caught.value.reason is LicenceReason.DATABASE_ALTERED
    assert register.find_by_natural_keys([new.natural_key]) == {}
    assert register.begin([entry(new)]) == {new.natural_key}


NEVER = {
    "another place": "UPDATE licence SET status_index = status_index + 1",
    "another's data": "UPDATE licence SET data = '{}', events = events",
    "another run": "UPDATE licence SET run = id",
    "no licence": "DELETE FROM licence",
    "fewer places given out": "UPDATE status_list SET used = used - 1",
    "another address": "UPDATE status_list SET uri = 'https://elsewhere.example/x.jwt'",
    "another order of places": "UPDATE status_list SET secret = uri",
    "no list": "DELETE FROM status_list",
    "an event before the first": "INSERT INTO event SELECT shard, licence_id, -1, kind, at, body, "
    "digest FROM event",
}


@pytest.mark.parametrize("statement", NEVER.values(), ids=NEVER)
def test_what_was_allotted_is_kept(register: Register, statement: str) -> None:
    """The database itself refuses; how far a licence has come, and a list, is written as before."""
    (place,) = allot(register)
    new = replace(licence(), status=place)
    register.begin([entry(new)])
    if register.engine.dialect.name != "sqlite":
        statement = statement.replace("secret = uri", "secret = uri::bytea")
    refusals = "what was asked for|gives out its places once|counted from 0"
    with pytest.raises(DBAPIError, match=refusals), register.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    register.advance([entry(issued(new), EventKind.ISSUED)])
    found, events = register.read(new.identifier)
    assert (found, len(events)) == (issued(new), 2)
    assert allot(register) != (place,)


def test_a_place_is_one_licences(register: Register) -> None:
    """Who has it first has it for good: another one that says so is refused, nothing is written."""
    (place,) = allot(register)
    new, other = (replace(licence(name), status=place) for name in ("甲第1号", "甲第2号"))
    register.begin([entry(new)])
    with pytest.raises(UnavailableError, match="another licence has this place"):
        register.begin([entry(other)])
    assert register.find_by_identifier(other.identifier) is None
    assert register.find_by_natural_keys([other.natural_key]) == {}
    register.begin([entry(replace(other, status=None)), entry(licence("甲第3号"))])


def allot(register: Register) -> tuple[StatusPlace, ...]:
    """A place in a status list."""
    places = StatusPlaces(register.engine)
    return places.allot(MARKET, Suite.SM2, 1, base="https://licences.example/status")


@ON_SQLITE
@pytest.mark.parametrize(
    ("table", "column"), [("licence", "status_index"), ("status_list", "used")]
)
def test_nothing_takes_the_place_of_what_is_kept(
    register: Register, table: str, column: str
) -> None:
    """SQLite replaces rows without asking whether they may be deleted."""
    (place,) = allot(register)
    register.begin([entry(replace(licence(), status=place))])
    names = [each["name"] for each in inspect(register.engine).get_columns(table)]
    values = ", ".join("0" if name == column else name for name in names)
    with register.engine.connect() as connection:
        before = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
    for verb in ("INSERT OR REPLACE", "REPLACE"):
        with contextlib.suppress(DBAPIError), register.engine.begin() as connection:
            connection.exec_driver_sql(f"{verb} INTO {table} SELECT {values} FROM {table}")  # noqa: S608
        with register.engine.connect() as connection:
            assert connection.exec_driver_sql(f"SELECT * FROM {table}").all() == before  # noqa: S608


@pytest.mark.parametrize("table", ["event", "event_signature", "identifier"])
def test_nothing_takes_the_place_of_what_is_append_only(
    sqlite_registers: SqliteRegisters, table: str
) -> None:
    """SQLite replaces rows without asking the triggers that forbid to take them away."""
    engine = make_engine(sqlite_registers.fresh())
    columns = {
        each["name"]: "x'00'" if isinstance(each["type"], LargeBinary) else "1"
        for each in inspect(engine).get_columns(table)
    }
    row = f"INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT {row}")
    for verb in ("INSERT OR REPLACE", "REPLACE"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(f"{verb} {row}")
    engine.dispose()


KEPT = (
    "event",
    "event_signature",
    "identifier",
    "licence",
    "seal_event",
    "seal_name",
    "seal_use",
    "status_list",
)


@pytest.mark.parametrize("table", KEPT)
def test_no_row_lies_where_another_does(sqlite_registers: SqliteRegisters, table: str) -> None:
    """SQLite takes away the row at a rowid for another one, with whichever key it comes."""
    engine = make_engine(sqlite_registers.fresh())
    columns = {
        each["name"]: "x'00'" if isinstance(each["type"], LargeBinary) else "{0}"
        for each in inspect(engine).get_columns(table)
    }
    into, values = ", ".join(columns), ", ".join(columns.values())

    def row(number: int, rowid: int) -> str:
        return f"INTO {table} (rowid, {into}) VALUES ({rowid}, {values.format(number)})"

    with engine.begin() as connection:
        for number in (1, 2):
            row_without = f"INTO {table} ({into}) VALUES ({values.format(number)})"
            connection.exec_driver_sql(f"INSERT {row_without}")
        before = connection.exec_driver_sql(f"SELECT rowid, * FROM {table}").all()  # noqa: S608
    assert len(before) == 2
    statements = [f"INSERT OR REPLACE {row(3, rowid)}" for rowid in (1, 7, 0, -1, -7)]
    statements.append(f"UPDATE OR REPLACE {table} SET rowid = 1 WHERE rowid = 2")  # noqa: S608
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT rowid, * FROM {table}").all() == before  # noqa: S608
    engine.dispose()


def test_times_come_back_aware_and_in_utc(register: Register) -> None:
    """A time with another offset is the same instant afterwards, told in UTC."""
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    new = replace(licence(), issued_at=local)
    register.begin([entry(new)])
    found = register.find_by_identifier(new.identifier)
    assert found is not None
    assert found.issued_at == NOW
    assert found.issued_at.tzinfo is UTC


def test_refuses_a_naive_time(register_url: str) -> None:
    """A time without an offset is refused when written, by Core and by the ORM alike."""
    new = entry(licence()).event
    naive = dict(event_row(new)) | {"at": datetime(2026, 11, 22)}  # noqa: DTZ001  the point
    engine = make_engine(register_url)
    with pytest.raises(StatementError, match="timezone"), engine.begin() as connection:
        connection.execute(insert(table_of(EventRow)), [naive])
    with Session(engine) as session:
        session.add(EventRow(**naive))
        with pytest.raises(StatementError, match="timezone"):
            session.commit()
    engine.dispose()


def test_rows_do_not_validate() -> None:
    """SQLModel rows take anything when made: this is why they are made from values only."""
    wrong: dict[str, Any] = {"shard": "no shard"}
    assert vars(EventRow(**wrong))["shard"] == "no shard"


def test_personal_data_stay_out_of_errors(register: Register) -> None:
    """DATABASE_UNAVAILABLE says what the database said, and no parameter of the statement."""
    new = replace(licence(), identifier="1.2.X")
    clash = replace(licence("甲第2号"), identifier="1.2.X")
    register.begin([entry(new)])
    with pytest.raises(UnavailableError) as caught:
        register.begin([entry(clash)])
    assert caught.value.reason is LicenceReason.DATABASE_UNAVAILABLE
    assert "示例" not in str(caught.value)
    assert "示例" not in str(caught.value.__cause__)


def test_two_runs_do_not_wait_for_each_other(register: Register) -> None:
    """Locks of different runs are independent, and one can be held again after it was freed."""
    one, two = uuid4(), uuid4()
    with register.hold(one), register.hold(two):
        pass
    with register.hold(one):
        pass


def test_says_that_there_is_no_place_for_locks(tmp_path: Path) -> None:
    """STORAGE_UNAVAILABLE: a file stands where their folder has to be, or a folder where one is."""
    run, file, folder = uuid4(), tmp_path / "a.runs", tmp_path / "b.runs"
    file.touch()
    (folder / run.hex).mkdir(parents=True)
    for place in (file, folder):
        with pytest.raises(UnavailableError) as caught, FileRunLocks(place).hold(run):
            pass
        assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE


def test_says_that_a_register_may_only_be_read(sqlite_registers: SqliteRegisters) -> None:
    """DATABASE_UNAVAILABLE: whoever may read it may not therefore write; one that may changes none.

    A writer's transaction alone tells nothing: WAL lets one begin that cannot write.
    """
    url = sqlite_registers.fresh()
    engine = make_engine(url)
    demand_writable(engine)
    engine.dispose()
    place = f"file:{sqlite_file(url)}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True))
    with pytest.raises(UnavailableError) as caught:
        demand_writable(engine)
    assert caught.value.reason is LicenceReason.DATABASE_UNAVAILABLE
    engine.dispose()


def test_one_at_a_time_holds_a_run(register: Register) -> None:
    """Eight threads that count under one run's lock lose no count: only one is inside."""
    run, inside, counted = uuid4(), [0], [0]

    def work() -> None:
        for _ in range(10):
            with register.hold(run):
                inside[0] += 1
                assert inside[0] == 1
                counted[0] += 1
                inside[0] -= 1

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted == [80]


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "sqlite:///relative.db", "sqlite://", "no url"]
)
def test_refuses_other_databases(url: str) -> None:
    """SETTINGS_MALFORMED: neither a SQLite file by its absolute path nor PostgreSQL."""
    with pytest.raises(RefusedError) as caught:
        make_engine(url)
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED


def test_says_when_the_database_cannot_be_reached(tmp_path: Path) -> None:
    """DATABASE_UNAVAILABLE: the file's folder does not exist."""
    lost = Register(f"sqlite:///{tmp_path}/none/register.db")
    with pytest.raises(UnavailableError) as caught:
        lost.find_by_identifier("1.2.3")
    assert caught.value.reason is LicenceReason.DATABASE_UNAVAILABLE
    lost.close()


def test_shards_are_even_and_stable() -> None:
    """Ten thousand holders fill the shards evenly, and a holder's shard never changes."""
    counts = [0] * 1024
    for number in range(10_240):
        counts[shard_of(f"holder {number}")] += 1
    assert max(counts) < 30
    assert shard_of("91999900MA0000000X") == 1005
