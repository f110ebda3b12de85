"""Where a row lies in a table that is kept, SQLite alone says.

Revision 0008, after 0007. `INSERT OR REPLACE` with the rowid of another row, or `UPDATE OR REPLACE`
of a rowid, took that row away under another primary key, and no trigger was asked. What is written
names no rowid, and none changes. PostgreSQL has no such thing.

Before a row is written its rowid is -1 where none was given; whoever gives just that one is found
out when it is written, for SQLite gives none below 1 itself.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

_KEPT = (
    "event",
    "event_signature",
    "identifier",
    "licence",
    "seal_event",
    "seal_name",
    "seal_use",
    "status_list",
)
_UPDATED = ("licence", "seal_name", "status_list")
"""Of these some columns are updated, and any column of the others is refused already."""


def upgrade() -> None:
    """Guard the rowids."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _KEPT:
        _guard(f"{table}_no_rowid", f"BEFORE INSERT ON {table} WHEN NEW.rowid <> -1")
        _guard(f"{table}_own_rowid", f"AFTER INSERT ON {table} WHEN NEW.rowid < 1")
    for table in _UPDATED:
        _guard(f"{table}_same_rowid", f"BEFORE UPDATE ON {table} WHEN NEW.rowid <> OLD.rowid")


def _guard(name: str, when: str) -> None:
    refusal = "rows are append-only: SQLite gives the rowid"
    op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END")
