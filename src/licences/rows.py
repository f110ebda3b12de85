"""The register's tables and nothing else; only `store` reads and writes them.

Rules kept by every table, from the first migration on:

- `shard` (0..1023) stands first in every primary key. A licence and what hangs on it lie in its
  holder's shard; a key that is looked up by itself lies in the shard of its own digest.
- Ids are random. No foreign key, no join and no counter crosses a shard.
- `event` is append-only (triggers hold it to that); the rest is its projection, save the request
  itself, which stands in `licence` alone.
- No personal data but in `licence.data`.

A SQLModel with `table=True` does not validate: rows are made from the values of `model` only.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, SmallInteger, Text, text
from sqlmodel import Field, SQLModel

_UNFINISHED = text("state = 'intent'")


class LicenceRow(SQLModel, table=True):
    """One licence: the request, what was allotted to it, and how far issuing has come."""

    __tablename__ = "licence"
    __table_args__ = (
        Index(
            "licence_unfinished",
            "shard",
            "id",
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    id: UUID = Field(primary_key=True)
    identifier: str = Field(sa_type=Text)
    type_code: str = Field(sa_type=Text)
    natural_key: bytes = Field(sa_type=LargeBinary)
    department: str = Field(sa_type=Text)
    suite: str = Field(sa_type=Text)
    formats: str = Field(sa_type=Text)
    request_digest: bytes = Field(sa_type=LargeBinary)
    data: str = Field(sa_type=Text)
    issued_at: datetime
    seed: bytes | None = Field(sa_type=LargeBinary)
    run: UUID
    state: str = Field(sa_type=Text)
    events: int = Field(sa_type=SmallInteger)


class NaturalKeyRow(SQLModel, table=True):
    """Type, department and number, as a digest: the constraint that issues a licence once."""

    __tablename__ = "natural_key"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    digest: bytes = Field(primary_key=True, sa_type=LargeBinary)
    licence_shard: int = Field(sa_type=SmallInteger)
    licence_id: UUID


class IdentifierRow(SQLModel, table=True):
    """Where the licence with an identifier stands."""

    __tablename__ = "identifier"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    identifier: str = Field(primary_key=True, sa_type=Text)
    licence_shard: int = Field(sa_type=SmallInteger)
    licence_id: UUID


class DocumentRow(SQLModel, table=True):
    """A stored document of a licence; the primary key allows one a format."""

    __tablename__ = "document"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    licence_id: UUID = Field(primary_key=True)
    format: str = Field(primary_key=True, sa_type=Text)
    sha256: bytes = Field(sa_type=LargeBinary)
    size: int


class EventRow(SQLModel, table=True):
    """An entry of the journal, numbered within its licence; two writers cannot both be next."""

    __tablename__ = "event"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    licence_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    kind: str = Field(sa_type=Text)
    at: datetime
    body: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
