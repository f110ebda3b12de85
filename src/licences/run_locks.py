"""Locks that tell whether whoever began something is still at it.

A run is one round of work on some licences; its licences carry its random id. Whoever works holds
the run's lock; whoever finds another's unfinished licence takes that lock first, and so waits until
the other is done or dead. Such a lock lives where the rows live, and dies with its process.

Rules kept: a run's lock is free the moment its holder ends, in whatever way it ends; nobody holds
one while waiting for another, so there is no deadlock. Of a killed run an empty file may stay,
which locks nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy import Engine, text

from eseal.errors import UnavailableError
from eseal.whole_files import stands_at
from licences.database import make_engine, translated
from licences.reasons import LicenceReason


class RunLocks(Protocol):
    """The locks of one register."""

    def hold(self, run: UUID) -> AbstractContextManager[None]:
        """Wait for the lock of `run` and hold it for the block's length."""
        ...

    def close(self) -> None:
        """Give back what the locks need."""
        ...


def run_locks(engine: Engine) -> RunLocks:
    """Give the locks that belong to the database behind `engine`."""
    if engine.dialect.name == "sqlite":
        return FileRunLocks(Path(f"{engine.url.database}.runs"))
    return AdvisoryRunLocks(make_engine(engine.url, most_connections=None))


class FileRunLocks:
    """Locked files (flock) in a folder beside the SQLite file, whose users share one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold(self, run: UUID) -> Iterator[None]:
        """Wait for the lock of `run` and hold it for the block's length."""
        path = self._folder / run.hex
        with _storage(path):
            handle = self._locked(path)
        try:
            yield
            with _storage(path):
                path.unlink()
        finally:
            os.close(handle)

    def close(self) -> None:
        """Do nothing: files are open only while they are held."""

    def _locked(self, path: Path) -> int:
        """Open and lock the file that stands at `path`; a holder may unlink it while we wait."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if stands_at(path, handle):
                return handle
            os.close(handle)


class AdvisoryRunLocks:
    """Advisory locks of PostgreSQL, one session each: its users may be on many machines.

    Their connections are their own and not limited: whoever holds a lock needs a connection more
    for its work, and could wait for ever if those who hold locks had taken them all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    @contextmanager
    def hold(self, run: UUID) -> Iterator[None]:
        """Wait for the lock of `run` and hold it for the block's length."""
        key = {"key": int.from_bytes(run.bytes[:8], "big", signed=True)}
        with translated(), self._engine.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


@contextmanager
def _storage(path: Path) -> Iterator[None]:
    """Turn what the folder of locks does not take into UnavailableError (STORAGE_UNAVAILABLE)."""
    try:
        yield
    except OSError as error:
        why = f"无法写入 it cannot be written: {error.strerror or error}"
        raise UnavailableError(LicenceReason.STORAGE_UNAVAILABLE, why, at=str(path)) from error
