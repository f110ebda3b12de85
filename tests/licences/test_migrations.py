"""The migrations make exactly the tables that the code reads and writes, on either database."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from eseal.errors import UnavailableError
from licences import database, migrations, rows
from licences.database import make_engine
from licences.reasons import LicenceReason
from licences.schema_guards import GUARDS, demand_in_order, guards_in, look_at
from licences.store import SCHEMA_REVISION, Register
from tests.homes import clean_processes
from tests.registers import ON_SQLITE, AnyRegisters, SqliteRegisters, back_to_0002

pytestmark = pytest.mark.unmeasured

TABLES = {
    "licence",
    "natural_key",
    "identifier",
    "document",
    "event",
    "event_signature",
    "status_list",
    "seal",
    "seal_name",
    "seal_event",
    "seal_use",
}


@pytest.fixture
def engine(register_url: str) -> Engine:
    """An engine on a migrated database."""
    return make_engine(register_url)


def test_migrations_and_rows_agree(engine: Engine) -> None:
    """Alembic finds no difference between the migrated database and the row classes."""
    assert rows.LicenceRow.metadata is SQLModel.metadata
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_shard_stands_first_in_every_primary_key(engine: Engine) -> None:
    """Every table of the register begins its primary key with the shard; none has a foreign key."""
    inspector = inspect(engine)
    assert set(inspector.get_table_names()) == TABLES | {"alembic_version"}
    for table in TABLES:
        assert inspector.get_pk_constraint(table)["constrained_columns"][0] == "shard"
        assert inspector.get_foreign_keys(table) == []
    engine.dispose()


def test_the_code_expects_the_newest_revision() -> None:
    """The revision that the store asks for is the last one in the folder."""
    assert migrations.head() == SCHEMA_REVISION


def test_the_guards_are_those_of_the_newest_revision(engine: Engine) -> None:
    """What the code takes for a register's guards is what the migrations made, no more, no less."""
    with engine.connect() as connection:
        assert guards_in(connection) == GUARDS[engine.dialect.name]
    engine.dispose()


FOREIGN = {
    "sqlite": {
        "other": "CREATE TRIGGER other BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END",
        "later": "CREATE TRIGGER later AFTER INSERT ON seal_event BEGIN SELECT 1; END",
        "seen": "CREATE VIEW seen AS SELECT * FROM event",
    },
    "postgresql": {
        "event_append_only": "CREATE TRIGGER event_append_only BEFORE INSERT ON seal_event "
        "EXECUTE FUNCTION refuse_journal_change()",
        "other": "CREATE RULE other AS ON INSERT TO event DO INSTEAD NOTHING",
        "event": "ALTER TABLE event ENABLE ROW LEVEL SECURITY",
        "seal_use_append_only": "ALTER TABLE seal_use DISABLE TRIGGER seal_use_append_only",
        "identifier_append_only": "CREATE OR REPLACE FUNCTION refuse_journal_change() "
        "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "event_counted": "DROP TRIGGER event_counted ON event; CREATE TRIGGER event_counted "
        "BEFORE INSERT ON event FOR EACH ROW WHEN (false) "
        "EXECUTE FUNCTION refuse_change('the events of a journal are counted from 0')",
        "seal_name_no_update": "CREATE SCHEMA aside; CREATE FUNCTION aside.length(text) "
        "RETURNS integer LANGUAGE sql AS 'SELECT 64'; SET search_path = aside, pg_catalog, public; "
        "DROP TRIGGER seal_name_no_update ON seal_name; CREATE TRIGGER seal_name_no_update BEFORE "
        "UPDATE ON seal_name FOR EACH ROW WHEN (length(OLD.name) <> 64 OR NEW.name <> OLD.name OR "
        "NEW.shard <> OLD.shard) EXECUTE FUNCTION refuse_journal_change()",
        "licence_own_place": "ALTER FUNCTION refuse_taken_place() SET search_path = aside",
        "child": "CREATE TABLE child () INHERITS (event)",
    },
}


@pytest.mark.parametrize("number", range(9))
def test_refuses_what_acts_by_itself(register: Register, number: int) -> None:
    """DATABASE_ALTERED, by name: a trigger, rule, view or policy that no migration made."""
    changes = list(FOREIGN[register.engine.dialect.name].items())
    if number >= len(changes):
        pytest.skip("this database has fewer")
    name, change = changes[number]
    with register.engine.begin() as connection:
        connection.exec_driver_sql(change)
    with pytest.raises(UnavailableError, match=name) as caught:
        register.check_schema()
    assert caught.value.reason is LicenceReason.DATABASE_ALTERED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sqlite_master SET type = 'TRIGGER' WHERE name = 'aside'",
        "UPDATE sqlite_master SET type = 'Trigger', sql = 'create/**/' || substr(sql, 8) "
        "WHERE name = 'aside'",
    ],
)
def test_refuses_a_trigger_by_another_name(sqlite_registers: SqliteRegisters, change: str) -> None:
    """DATABASE_ALTERED: SQLite runs a trigger however its type is written."""
    url = sqlite_registers.fresh()
    by_its_schema(
        url,
        "CREATE TRIGGER aside BEFORE INSERT ON identifier BEGIN SELECT RAISE(ABORT, 'ran'); END",
        change,
    )
    register = Register(url)
    with pytest.raises(DBAPIError, match="ran"), register.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO identifier VALUES (0, 'i', 0, 'i')")
    with pytest.raises(UnavailableError, match="aside") as caught:
        register.check_schema()
    assert caught.value.reason is LicenceReason.DATABASE_ALTERED
    register.close()


@pytest.mark.parametrize("clause", ["ON CONFLICT REPLACE", "on/**/Conflict ignore"])
def test_refuses_a_table_that_settles_conflicts_itself(
    sqlite_registers: SqliteRegisters, clause: str
) -> None:
    """DATABASE_ALTERED: it would take rows away, or pass over them, and no trigger is asked."""
    url = sqlite_registers.fresh()
    key = "PRIMARY KEY (shard, id)"
    by_its_schema(
        url,
        f"UPDATE sqlite_master SET sql = replace(sql, '{key}', '{key} {clause}') "  # noqa: S608
        "WHERE name = 'seal_use'",
    )
    register = Register(url)
    with pytest.raises(UnavailableError, match="seal_use") as caught:
        register.check_schema()
    assert caught.value.reason is LicenceReason.DATABASE_ALTERED
    register.close()


def by_its_schema(url: str, *statements: str) -> None:
    """Change a database as whoever has its file can."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("PRAGMA writable_schema = on")
        for statement in statements:
            assert connection.execute(statement).rowcount
        connection.commit()


def test_refuses_a_server_that_asks_no_triggers(registers: AnyRegisters) -> None:
    """On PostgreSQL a role or a database may be set up so that no trigger acts."""
    engine = make_engine(registers.fresh())
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            assert look_at(connection).foreign == ("session_replication_role",)
            connection.rollback()
        assert look_at(connection).foreign == ()
    engine.dispose()


@ON_SQLITE
def test_a_register_of_revision_0007_is_guarded_as_a_new_one(register: Register) -> None:
    """What came with revision 0008 comes to registers that are there, and to their rows."""
    row = "INTO identifier (rowid, shard, identifier, licence_shard, licence_id)"
    with register.engine.begin() as connection:
        for name, _ in GUARDS["sqlite"]:
            if name.endswith("_rowid"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0007'")
        connection.exec_driver_sql(f"INSERT {row} VALUES (5, 0, 'i', 0, 'i')")  # noqa: S608
    register.upgrade()
    register.check_schema()
    demand_in_order(register.engine)
    with pytest.raises(DBAPIError, match="append-only"), register.engine.begin() as connection:
        connection.exec_driver_sql(f"REPLACE {row} VALUES (5, 0, 'k', 0, 'i')")  # noqa: S608


def test_a_shadow_of_a_table_has_no_guards(registers: AnyRegisters) -> None:
    """On PostgreSQL the table that a name leads to is looked at, in whichever schema it lies."""
    engine = make_engine(registers.fresh())
    with engine.connect() as connection:
        assert look_at(connection).missing == ()
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE SCHEMA shadow")
            connection.exec_driver_sql("CREATE TABLE shadow.event AS SELECT * FROM public.event")
            connection.exec_driver_sql("SET LOCAL search_path = shadow, public")
        else:
            connection.exec_driver_sql("DROP TRIGGER event_no_delete")
        missing = look_at(connection).missing
        assert missing in {("event_append_only", "event_counted"), ("event_no_delete",)}
    engine.dispose()


def test_upgrading_again_changes_nothing(register: Register) -> None:
    """A register that is up to date stays as it is and passes its check."""
    register.upgrade()
    register.check_schema()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alembic_version SET version_num = '9999'",
        "INSERT INTO alembic_version VALUES ('9999')",
        "INSERT INTO alembic_version VALUES ('0004')",
    ],
)
def test_refuses_another_revision(register: Register, engine: Engine, change: str) -> None:
    """DATABASE_OUTDATED: the schema is of another version of this program, or of two."""
    with engine.begin() as connection:
        connection.exec_driver_sql(change)
    engine.dispose()
    for step in (register.check_schema, register.upgrade):
        with pytest.raises(UnavailableError) as caught:
            step()
        assert caught.value.reason is LicenceReason.DATABASE_OUTDATED


def test_refuses_a_database_without_schema(tmp_path: Path) -> None:
    """DATABASE_UNAVAILABLE: nobody ever made the tables."""
    register = Register(f"sqlite:///{tmp_path}/register.db")
    with pytest.raises(UnavailableError) as caught:
        register.check_schema()
    assert caught.value.reason is LicenceReason.DATABASE_UNAVAILABLE
    register.close()


def test_two_processes_upgrade_at_once(tmp_path: Path) -> None:
    """Of two that upgrade a new database together, one waits and finds it done."""
    url = f"sqlite:///{tmp_path}/register.db"
    children = [clean_processes.Process(target=upgrade, args=(url,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    register = Register(url)
    register.check_schema()
    register.close()


def test_waits_for_whoever_goes_over_to_wal() -> None:
    """SQLite says at once that the database is locked; anything else is told as it is."""

    class Cursor:
        left = 2

        def execute(self, _pragma: str) -> None:
            if self.left:
                self.left -= 1
                raise sqlite3.OperationalError("database is locked")

    cursor: Any = Cursor()
    database._patiently(cursor, "PRAGMA journal_mode = WAL")
    assert cursor.left == 0
    with closing(sqlite3.connect(":memory:")) as connection:
        bad: Any = connection.cursor()
        with pytest.raises(sqlite3.OperationalError, match="syntax"):
            database._patiently(bad, "NONSENSE")


def upgrade(url: str) -> None:
    """Upgrade the register at `url`."""
    register = Register(url)
    register.upgrade()
    register.close()


def test_older_licences_name_their_last_event(registers: AnyRegisters) -> None:
    """Revision 0003 fills in what the next event of a licence has to name, 0004 where it stands."""
    engine = make_engine(registers.fresh())
    with engine.begin() as connection:
        for step in back_to_0002(engine.dialect.name):
            connection.execute(text(step))
        for name, count in (("1", 2), ("2", 1)):
            connection.execute(text(_OLD_LICENCE), {"id": name * 32, "events": count})
            for number in range(count):
                values = {"id": name * 32, "number": number, "digest": f"{name}{number}".encode()}
                connection.execute(text(_OLD_EVENT), values)
    register = Register(str(engine.url.render_as_string(hide_password=False)))
    register.upgrade()
    register.close()
    with engine.connect() as connection:
        found = connection.execute(text("SELECT head, standing FROM licence ORDER BY id")).all()
        assert [(bytes(head), standing) for head, standing in found] == [
            (b"11", "valid"),
            (b"20", "valid"),
        ]
    engine.dispose()


_OLD_LICENCE = """
INSERT INTO licence (shard, id, identifier, type_code, natural_key, department, suite, formats,
                     request_digest, data, issued_at, run, state, events)
VALUES (0, :id, 'i', 't', '', 'd', 'sm2', 'json', '', '{}', '2026-11-25 00:00:00', :id, 'issued',
        :events)
"""
_OLD_EVENT = """
INSERT INTO event (shard, licence_id, number, kind, at, body, digest)
VALUES (0, :id, :number, 'intent', '2026-11-25 00:00:00', '', :digest)
"""
