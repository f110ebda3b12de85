"""Ids in rows, read in the one spelling in which they are written.

SQLite keeps an id as text, and `UUID` reads it with braces, dashes and capitals, too: two rows
would be one seal, or one licence, and a page after the second would begin with it for ever.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, Uuid


class Id(Uuid[UUID]):
    """An id; reading one in another spelling is a `ValueError`."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read as `Uuid` does, and insist on the spelling."""
        read = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]  # not typed there
        if read is None:  # the database has ids of its own
            return None

        def process(value: Any) -> Any:
            found = read(value)
            if found is not None and found.hex != value:
                msg = f"id {value}"
                raise ValueError(msg)
            return found

        return process
