"""Which licences hold a place in a status list is looked up; what identifiers stand for, is kept.

Revision 0005, after 0004. Two licences that hold one place already stay as they are, and are told
by `licences rebuild`. An identifier stands for one licence for good: its rows are append-only. On
SQLite `INSERT OR REPLACE` takes rows away without asking the triggers that forbid it: no more.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_REFUSAL = "identifiers are append-only"
_KEYS = {
    "event": ("shard", "licence_id", "number"),
    "event_signature": ("shard", "licence_id", "number"),
    "identifier": ("shard", "identifier"),
    "seal_event": ("shard", "seal_id", "number"),
    "seal_use": ("shard", "id"),
}
"""Primary keys of what is append-only."""


def upgrade() -> None:
    """Make the index, and guard the identifiers."""
    op.create_index("licence_place", "licence", ["status_uri", "status_index"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _guard_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER identifier_no_{verb.lower()} BEFORE {verb} ON identifier "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
    for table, names in _KEYS.items():
        same = " AND ".join(f"{name} = NEW.{name}" for name in names)
        op.execute(
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT "  # noqa: S608  ours
            f"ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_on_postgresql() -> None:
    """Use the function that revision 0001 made."""
    op.execute(
        "CREATE TRIGGER identifier_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON identifier FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
    )
