"""How the register reaches its database: SQLite in a file, or PostgreSQL by URL.

Rules kept: on SQLite every commit is on disk when it returns (WAL, synchronous FULL), and a writer
takes the lock before its first write, so that two never deadlock; on PostgreSQL the driver is
psycopg 3 and its default, READ COMMITTED, is enough; parameters, which may be personal data, never
stand in an error; whatever the database cannot do is an UnavailableError.

Left to `store`: what is read and written; to `run_locks`: who is at work.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import methodcaller
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Table,
    Text,
    cast,
    create_engine,
    event,
    insert,
    literal,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from eseal.errors import RefusedError, UnavailableError, about
from licences.database_url import SQLITE
from licences.reasons import LicenceReason

BUSY_SECONDS = 30
"""How long a writer on SQLite waits for another's commit, in seconds."""

CONNECTIONS = 15
"""How many connections a process opens at most for its transactions."""

_KEPT_OPEN = 5
_WAL_TRIES = 300
_READ_TEXT = methodcaller("decode", "utf-8", "surrogateescape")
"""Reads a text that is none, which SQLite keeps as it is given, so that `demand_types` tells it."""

_PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


def make_engine(url: str | URL, *, most_connections: int | None = CONNECTIONS) -> Engine:
    """Make the engine for `url`: `sqlite:///` and an absolute path, or `postgresql://`.

    Args:
        url: where the database is.
        most_connections: how many may be open at once, `None` for any number; the next one waits.

    Raises:
        RefusedError: SETTINGS_MALFORMED, it is neither.
    """
    parsed = _parse(url)
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and Path(parsed.database).is_absolute():
            return _make_sqlite_engine(parsed)
        case "postgresql":
            return _make_postgresql_engine(parsed, most_connections)
        case other:
            raise _malformed(f"该处的库不是登记簿 no register in {other} at this place")


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a database raises into UnavailableError (DATABASE_UNAVAILABLE)."""
    try:
        yield
    except DBAPIError as error:
        lines = str(error.orig).splitlines() or [type(error.orig).__name__]
        raise UnavailableError(LicenceReason.DATABASE_UNAVAILABLE, lines[0]) from error
    except PoolTimeoutError as error:
        raise UnavailableError(
            LicenceReason.DATABASE_UNAVAILABLE, "连接过多 too many at once"
        ) from error


def bound(value: object) -> ColumnElement[Any]:
    """Bind a value as it was read, a text that is none, too."""
    if isinstance(value, str) and not value.isascii():
        return cast(literal(value.encode(errors="surrogateescape")), Text)
    return literal(value)


def inserts_if_new(table: Table) -> Mapping[str, sqlite.Insert | postgresql.Insert]:
    """Make the statements, by database, that insert a row unless one has its primary key.

    The key is named: a table that lost it takes no rows, where else it would take any twice.
    """
    key = list(table.primary_key)
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(index_elements=key),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(index_elements=key),
    }


def insert_all(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows, and see that the database took them all: a trigger may have passed over some.

    Raises:
        UnavailableError: DATABASE_ALTERED; whoever's transaction it is takes back the others.
    """
    values = list(rows)
    if not values:
        return
    counting = insert(table).execution_options(preserve_rowcount=True)
    if connection.execute(counting, values).rowcount != len(values):
        sentence = f"未存下所写 the database did not keep what was written: {table.name}"
        raise UnavailableError(LicenceReason.DATABASE_ALTERED, sentence)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read several things as they were at one moment, whatever others commit meanwhile.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE; `.at` is the database.
    """
    database = engine.url.database or ""
    with about(database), translated(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
            yield connection
        else:
            yield connection.execution_options(isolation_level="REPEATABLE READ")


def demand_writable(engine: Engine) -> None:
    """See that a register with its schema can be written to; what is written is taken back.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE; `.at` is the database.
    """
    database = engine.url.database or ""
    with about(database), translated(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # which WAL allows to who may only read
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            connection.rollback()
        elif connection.exec_driver_sql("SHOW transaction_read_only").scalar() != "off":
            reason = LicenceReason.DATABASE_UNAVAILABLE
            raise UnavailableError(reason, "只能读，不能写 it is read-only")


def _parse(url: str | URL) -> URL:
    if isinstance(url, str) and url.startswith(SQLITE):  # what follows is a path, whatever is in it
        return URL.create("sqlite", database=url.removeprefix(SQLITE))
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise _malformed("不是数据库 URL not a database URL") from error


def _malformed(sentence: str) -> RefusedError:
    return RefusedError(LicenceReason.SETTINGS_MALFORMED, sentence, at="database.url")


def _make_postgresql_engine(url: URL, most_connections: int | None) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=_KEPT_OPEN,
        max_overflow=-1 if most_connections is None else most_connections - _KEPT_OPEN,
    )
    event.listen(engine, "connect", _set_loaders)
    return engine


def _set_loaders(connection: Any, _entry: ConnectionPoolEntry) -> None:
    from licences.postgres_times import read_any_time  # noqa: PLC0415  its driver is slow to load

    read_any_time(connection)


def _make_sqlite_engine(url: URL) -> Engine:
    arguments = {"timeout": BUSY_SECONDS, "isolation_level": "IMMEDIATE"}
    engine = create_engine(url, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.text_factory = _READ_TEXT
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        _patiently(cursor, pragma)
    cursor.close()


def _patiently(cursor: DBAPICursor, pragma: str) -> None:
    """Set a pragma; SQLite does not wait by itself for another that goes over to WAL just then."""
    for left in reversed(range(_WAL_TRIES)):
        try:
            cursor.execute(pragma)
        except sqlite3.OperationalError as error:
            if not left or "locked" not in str(error):
                raise
            time.sleep(BUSY_SECONDS / _WAL_TRIES)
        else:
            return
