"""Times out of PostgreSQL, also those that Python has none of (无穷远的时间).

PostgreSQL keeps times as `infinity` and the year 100,000. Its driver refuses a whole result because
of one; here such a one is read as its text, which is no time, so that its row is refused, as one is
on SQLite that says what it cannot, and none of the others.
"""

from typing import Any

from psycopg import DataError
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.types.datetime import TimestamptzLoader

_KIND = "timestamptz"


def read_any_time(connection: AdaptContext) -> None:
    """Have a connection read times so."""
    connection.adapters.register_loader(_KIND, _AnyTimeLoader)


class _AnyTimeLoader(Loader):
    """Reads what its driver's own loader reads, and the rest as text."""

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        self._own = TimestamptzLoader(oid, context)

    def load(self, data: Buffer) -> Any:
        """Read a time."""
        try:
            return self._own.load(data)
        except DataError:
            return bytes(data).decode()
