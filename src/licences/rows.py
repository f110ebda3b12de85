"""The tables of the registers and nothing else; read and written by `store` and its kind alone.

Rules kept by every table, from the first migration on:

- `shard` (0..1023) stands first in every primary key. A licence and what hangs on it lie in its
  holder's shard; a key that is looked up by itself lies in the shard of its own digest.
- Ids are random. No foreign key, no join and no counter crosses a shard.
- `event`, `event_signature`, `identifier`, `seal_event` and `seal_use` are append-only (triggers
  hold them to that), and so is `seal_name`, but that an application is given to another seal;
  `seal` is a projection of its events, and so is `licence`, save the request itself and what was
  allotted to it, which the journal names and triggers keep as it is.
- No personal data but in `licence.data`, and what officers write as reason or matter.

A SQLModel with `table=True` does not validate: rows are made from the values of `model` only.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, SmallInteger, Text, text
from sqlmodel import Field, SQLModel

from licences.row_ids import Id

_UNFINISHED = text("state = 'intent'")
NOTABLE = text("standing NOT IN ('', 'valid')")
"""Licences to be told of: the condition of an index, which a query has to have word for word."""
_ISSUING = text("state = 'active' AND issuing")


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
        Index(
            "licence_notable",
            "status_uri",
            "status_index",
            "standing",
            sqlite_where=NOTABLE,
            postgresql_where=NOTABLE,
        ),
        Index("licence_place", "status_uri", "status_index"),
    )

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    id: UUID = Field(primary_key=True, sa_type=Id)
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
    run: UUID = Field(sa_type=Id)
    state: str = Field(sa_type=Text)
    events: int = Field(sa_type=SmallInteger)
    head: bytes = Field(sa_type=LargeBinary)
    standing: str = Field(sa_type=Text)
    status_uri: str = Field(sa_type=Text)
    status_index: int
    replaces: str = Field(sa_type=Text)


class NaturalKeyRow(SQLModel, table=True):
    """Type, department and number, as a digest: the constraint that issues a licence once."""

    __tablename__ = "natural_key"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    digest: bytes = Field(primary_key=True, sa_type=LargeBinary)
    licence_shard: int = Field(sa_type=SmallInteger)
    licence_id: UUID = Field(sa_type=Id)


class IdentifierRow(SQLModel, table=True):
    """Where the licence with an identifier stands."""

    __tablename__ = "identifier"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    identifier: str = Field(primary_key=True, sa_type=Text)
    licence_shard: int = Field(sa_type=SmallInteger)
    licence_id: UUID = Field(sa_type=Id)


class DocumentRow(SQLModel, table=True):
    """A stored document of a licence; the primary key allows one a format."""

    __tablename__ = "document"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    licence_id: UUID = Field(primary_key=True, sa_type=Id)
    format: str = Field(primary_key=True, sa_type=Text)
    sha256: bytes = Field(sa_type=LargeBinary)
    size: int


class EventRow(SQLModel, table=True):
    """An entry of the journal, numbered within its licence; two writers cannot both be next."""

    __tablename__ = "event"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    licence_id: UUID = Field(primary_key=True, sa_type=Id)
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    kind: str = Field(sa_type=Text)
    at: datetime
    body: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)


class EventSignatureRow(SQLModel, table=True):
    """Who signed an event of a licence's life; what issuing journals has its proof in documents."""

    __tablename__ = "event_signature"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    licence_id: UUID = Field(primary_key=True, sa_type=Id)
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    signature: bytes = Field(sa_type=LargeBinary)
    certificates: bytes = Field(sa_type=LargeBinary)


class StatusListRow(SQLModel, table=True):
    """A status list of a department and suite, in their shard; the places in it are counted."""

    __tablename__ = "status_list"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    department: str = Field(primary_key=True, sa_type=Text)
    suite: str = Field(primary_key=True, sa_type=Text)
    number: int = Field(primary_key=True)
    uri: str = Field(sa_type=Text)
    secret: bytes = Field(sa_type=LargeBinary)
    used: int


class SealRow(SQLModel, table=True):
    """One seal: where its events have brought it; one active issuing seal an owner and suite."""

    __tablename__ = "seal"
    __table_args__ = (
        Index(
            "seal_issuing",
            "shard",
            "owner",
            "suite",
            unique=True,
            sqlite_where=_ISSUING,
            postgresql_where=_ISSUING,
        ),
    )

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    id: UUID = Field(primary_key=True, sa_type=Id)
    es_id: str = Field(sa_type=Text)
    owner: str = Field(sa_type=Text)
    owner_name: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    suite: str = Field(sa_type=Text)
    keeper: str = Field(sa_type=Text)
    issuing: bool
    state: str = Field(sa_type=Text)
    version: int = Field(sa_type=SmallInteger)
    events: int = Field(sa_type=SmallInteger)
    valid_from: datetime
    valid_until: datetime
    design: str = Field(sa_type=Text)
    picture_kind: str = Field(sa_type=Text)
    picture: bytes = Field(sa_type=LargeBinary)
    width: int = Field(sa_type=SmallInteger)
    height: int = Field(sa_type=SmallInteger)
    esl: bytes | None = Field(sa_type=LargeBinary)
    esl_sha256: bytes | None = Field(sa_type=LargeBinary)


class SealNameRow(SQLModel, table=True):
    """What a seal is found by: its id, its es_id, the digest of its first application."""

    __tablename__ = "seal_name"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    name: str = Field(primary_key=True, sa_type=Text)
    seal_shard: int = Field(sa_type=SmallInteger)
    seal_id: UUID = Field(sa_type=Id)


class SealEventRow(SQLModel, table=True):
    """A signed entry of a seal's history, numbered within its seal."""

    __tablename__ = "seal_event"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    seal_id: UUID = Field(primary_key=True, sa_type=Id)
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    action: str = Field(sa_type=Text)
    at: datetime
    body: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)
    certificates: bytes = Field(sa_type=LargeBinary)
    attachment: bytes = Field(sa_type=LargeBinary)


class SealUseRow(SQLModel, table=True):
    """A use of a seal, in the shard of the seal or of the licence that is issued with it."""

    __tablename__ = "seal_use"
    __table_args__ = (Index("seal_use_of_seal", "seal_id", "at", "id"),)

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    id: UUID = Field(primary_key=True, sa_type=Id)
    seal_id: UUID = Field(sa_type=Id)
    at: datetime
    actor: str = Field(sa_type=Text)
    suite: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    matter: str = Field(sa_type=Text)
    operation: str = Field(sa_type=Text)
    licence: str = Field(sa_type=Text)
