"""The register: licences, their two look-up keys, documents, and the append-only journal.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_UNFINISHED = sa.text("state = 'intent'")
_REFUSAL = "the journal is append-only"


def upgrade() -> None:
    """Make the tables and forbid changes to the journal."""
    _make_licence()
    _make_keys()
    _make_document()
    _make_event()
    if op.get_bind().dialect.name == "sqlite":
        _guard_journal_on_sqlite()
    else:
        _guard_journal_on_postgresql()


def _shard(name: str = "shard") -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def _make_licence() -> None:
    op.create_table(
        "licence",
        _shard(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("natural_key", sa.LargeBinary(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("formats", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=True),
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("events", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "id"),
    )
    op.create_index(
        "licence_unfinished",
        "licence",
        ["shard", "id"],
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )


def _make_keys() -> None:
    for table, column in (
        ("natural_key", sa.Column("digest", sa.LargeBinary(), nullable=False)),
        ("identifier", sa.Column("identifier", sa.Text(), nullable=False)),
    ):
        op.create_table(
            table,
            _shard(),
            column,
            _shard("licence_shard"),
            sa.Column("licence_id", sa.Uuid(), nullable=False),
            sa.PrimaryKeyConstraint("shard", column.name),
        )


def _make_document() -> None:
    op.create_table(
        "document",
        _shard(),
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "licence_id", "format"),
    )


def _make_event() -> None:
    op.create_table(
        "event",
        _shard(),
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "licence_id", "number"),
    )


def _guard_journal_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_no_{verb.lower()} BEFORE {verb} ON event "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _guard_journal_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
    )
