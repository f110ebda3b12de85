"""Where licences stand: signed events of their lives, the projection, places in status lists.

Revision 0004, after 0003. Licences that were issued before have no place in a status list; they
stand as valid, for nothing could be done to them. Signatures are append-only, as events are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NOTABLE = sa.text("standing NOT IN ('', 'valid')")
_REFUSAL = "the journal is append-only"


def upgrade() -> None:
    """Add columns and tables, and guard the signatures."""
    empty = sa.text("''")
    for column in (
        sa.Column("standing", sa.Text(), nullable=False, server_default=empty),
        sa.Column("status_uri", sa.Text(), nullable=False, server_default=empty),
        sa.Column("status_index", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("replaces", sa.Text(), nullable=False, server_default=empty),
    ):
        op.add_column("licence", column)
    op.execute("UPDATE licence SET standing = 'valid' WHERE state = 'issued'")
    op.create_index(
        "licence_notable",
        "licence",
        ["status_uri", "status_index", "standing"],
        sqlite_where=_NOTABLE,
        postgresql_where=_NOTABLE,
    )
    _make_event_signature()
    _make_status_list()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _shard() -> sa.Column[int]:
    return sa.Column("shard", sa.SmallInteger(), nullable=False)


def _make_event_signature() -> None:
    op.create_table(
        "event_signature",
        _shard(),
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("certificates", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "licence_id", "number"),
    )


def _make_status_list() -> None:
    op.create_table(
        "status_list",
        _shard(),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "department", "suite", "number"),
    )


def _guard_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_signature_no_{verb.lower()} BEFORE {verb} ON event_signature "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER event_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON event_signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
    )
