"""The seal register: seals, what they are found by, their signed events, their uses.

Revision 0002, after 0001. Events and uses are append-only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ISSUING = sa.text("state = 'active' AND issuing")
_REFUSAL = "the journal is append-only"
_GUARDED = ("seal_event", "seal_use")


def upgrade() -> None:
    """Make the tables and forbid changes to events and uses."""
    _make_seal()
    _make_seal_name()
    _make_seal_event()
    _make_seal_use()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _GUARDED:
        (_guard_on_sqlite if on_sqlite else _guard_on_postgresql)(table)


def _shard(name: str = "shard") -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _small(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.SmallInteger(), nullable=False) for name in names]


def _bytes(*names: str, nullable: bool = False) -> list[sa.Column[bytes]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=nullable) for name in names]


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _id(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _make_seal() -> None:
    op.create_table(
        "seal",
        _shard(),
        _id("id"),
        *_text("es_id", "owner", "owner_name", "name", "kind", "suite", "keeper"),
        sa.Column("issuing", sa.Boolean(), nullable=False),
        *_text("state"),
        *_small("version", "events"),
        _time("valid_from"),
        _time("valid_until"),
        *_text("design", "picture_kind"),
        *_bytes("picture"),
        *_small("width", "height"),
        *_bytes("esl", "esl_sha256", nullable=True),
        sa.PrimaryKeyConstraint("shard", "id"),
    )
    op.create_index(
        "seal_issuing",
        "seal",
        ["shard", "owner", "suite"],
        unique=True,
        sqlite_where=_ISSUING,
        postgresql_where=_ISSUING,
    )


def _make_seal_name() -> None:
    op.create_table(
        "seal_name",
        _shard(),
        *_text("name"),
        _shard("seal_shard"),
        _id("seal_id"),
        sa.PrimaryKeyConstraint("shard", "name"),
    )


def _make_seal_event() -> None:
    op.create_table(
        "seal_event",
        _shard(),
        _id("seal_id"),
        *_small("number"),
        *_text("action"),
        _time("at"),
        *_bytes("body", "digest", "signature", "certificates", "attachment"),
        sa.PrimaryKeyConstraint("shard", "seal_id", "number"),
    )


def _make_seal_use() -> None:
    op.create_table(
        "seal_use",
        _shard(),
        _id("id"),
        _id("seal_id"),
        _time("at"),
        *_text("actor", "suite"),
        *_bytes("digest"),
        *_text("matter", "operation", "licence"),
        sa.PrimaryKeyConstraint("shard", "id"),
    )
    op.create_index("seal_use_of_seal", "seal_use", ["seal_id", "at", "id"])


def _guard_on_sqlite(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _guard_on_postgresql(table: str) -> None:
    """Use the function that revision 0001 made."""
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
    )
