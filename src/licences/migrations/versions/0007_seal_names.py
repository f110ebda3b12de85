"""What a seal is found by, is kept: its names are append-only, but for an application's.

Revision 0007, after 0006. Ids and es_ids of seals stand for one seal for good. The digest of an
application, of 64 characters, is given to another seal when the one it was for has ended. On
SQLite a name that is there already is passed over, also by `INSERT OR REPLACE`.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

_REFUSAL = "names of seals are append-only"
_OTHERWISE = "length(OLD.name) <> 64 OR NEW.name <> OLD.name OR NEW.shard <> OLD.shard"


def upgrade() -> None:
    """Guard the names."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _guard_on_sqlite() -> None:
    for verb, condition in (("UPDATE", f"WHEN {_OTHERWISE} "), ("DELETE", "")):
        op.execute(
            f"CREATE TRIGGER seal_name_no_{verb.lower()} BEFORE {verb} ON seal_name {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
    op.execute(
        "CREATE TRIGGER seal_name_no_replace BEFORE INSERT ON seal_name "
        "WHEN EXISTS (SELECT 1 FROM seal_name WHERE shard = NEW.shard AND name = NEW.name) "
        "BEGIN SELECT RAISE(IGNORE); END"
    )


def _guard_on_postgresql() -> None:
    """Use the function that revision 0001 made."""
    op.execute(
        "CREATE TRIGGER seal_name_no_update BEFORE UPDATE ON seal_name "
        f"FOR EACH ROW WHEN ({_OTHERWISE}) EXECUTE FUNCTION refuse_journal_change()"
    )
    op.execute(
        "CREATE TRIGGER seal_name_append_only BEFORE DELETE OR TRUNCATE ON seal_name "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
    )
