"""Values of `model` as the rows of `rows`, and back; for `store` alone.

Rules kept: one function a table and direction; a row is made from a value that exists, which is
valid; what the database gives is made into values again at once, and refused where it is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import MappingResult, RowMapping, Table, inspect
from sqlmodel import SQLModel

from eseal.algorithms import Suite
from eseal.errors import MalformedError, RefusedError
from eseal.jose.strict_json import Scalar, canonical, parse
from licences.licence_life import Standing
from licences.model import (
    Document,
    Event,
    EventKind,
    Format,
    Licence,
    LicenceKey,
    LicenceState,
    StatusPlace,
    shard_of,
    shard_of_digest,
)
from licences.reasons import LicenceReason
from licences.rows import DocumentRow, EventRow, LicenceRow

RowValues: TypeAlias = Mapping[str, Any]


def table_of(row: type[SQLModel]) -> Table:
    """Give the table of a row class."""
    return cast(Table, inspect(row).local_table)


_LICENCE: Final = table_of(LicenceRow)
_DOCUMENT: Final = table_of(DocumentRow)
_EVENT: Final = table_of(EventRow)


def licence_row(licence: Licence) -> RowValues:
    """Make the row of a new licence."""
    return {
        "shard": licence.key.shard,
        "id": licence.key.id,
        "identifier": licence.identifier,
        "type_code": licence.type_code,
        "natural_key": licence.natural_key,
        "department": licence.department,
        "suite": licence.suite.value,
        "formats": ",".join(licence.formats),
        "request_digest": licence.request_digest,
        "data": canonical(dict(licence.data)).decode(),
        "issued_at": licence.issued_at,
        "seed": licence.seed,
        "run": licence.run,
        "state": licence.state.value,
        "events": licence.events,
        "head": licence.head,
        "standing": _standing(licence),
        "status_uri": licence.status.uri if licence.status else "",
        "status_index": licence.status.index if licence.status else 0,
        "replaces": licence.replaces,
    }


def advance_row(licence: Licence) -> RowValues:
    """Make the parameters that take a licence from its last state to this one."""
    return {
        "at_shard": licence.key.shard,
        "at_id": licence.key.id,
        "at_events": licence.events - 1,
        "to_issued_at": licence.issued_at,
        "to_seed": licence.seed,
        "to_state": licence.state.value,
        "to_events": licence.events,
        "to_head": licence.head,
        "to_standing": _standing(licence),
    }


def stay_row(licence: Licence) -> RowValues:
    """Make the parameters that leave a licence as it is, if it is as it was read."""
    return {**advance_row(licence), "at_events": licence.events}


def natural_key_row(licence: Licence) -> RowValues:
    """Make the row that claims a licence's natural key."""
    return {
        "shard": shard_of_digest(licence.natural_key),
        "digest": licence.natural_key,
        "licence_shard": licence.key.shard,
        "licence_id": licence.key.id,
    }


def free_row(licence: Licence) -> RowValues:
    """Make the parameters that give a licence's natural key back."""
    return {"at_shard": shard_of_digest(licence.natural_key), "at_digest": licence.natural_key}


def identifier_row(licence: Licence) -> RowValues:
    """Make the row under which a licence's identifier is looked up."""
    return {
        "shard": shard_of(licence.identifier),
        "identifier": licence.identifier,
        "licence_shard": licence.key.shard,
        "licence_id": licence.key.id,
    }


def document_rows(licence: Licence) -> Iterator[RowValues]:
    """Make the rows of a licence's documents."""
    for document in licence.documents:
        yield {
            "shard": licence.key.shard,
            "licence_id": licence.key.id,
            "format": document.format.value,
            "sha256": document.sha256,
            "size": document.size,
        }


def event_row(event: Event) -> RowValues:
    """Make the row of an event."""
    return {
        "shard": event.key.shard,
        "licence_id": event.key.id,
        "number": event.number,
        "kind": event.kind.value,
        "at": event.at,
        "body": event.body,
        "digest": event.digest,
    }


def signature_row(event: Event) -> RowValues:
    """Make the row of an event's signature."""
    return {
        "shard": event.key.shard,
        "licence_id": event.key.id,
        "number": event.number,
        "signature": event.signature,
        "certificates": event.certificates,
    }


_REBUILD: Final = "请运行 run licences rebuild"
_RESTORE: Final = "请从备份恢复 restore it from a backup"


@contextmanager
def readable(
    what: str,
    way_out: str = _RESTORE,
    *,
    reason: LicenceReason = LicenceReason.JOURNAL_BROKEN,
) -> Iterator[None]:
    """Refuse rows that say what they cannot, for somebody altered them.

    Args:
        what: whose rows they are; may be empty.
        way_out: what is to be done then; what no journal says cannot be rebuilt.
        reason: what is broken then.

    Raises:
        RefusedError: JOURNAL_BROKEN, or the reason given.
    """
    try:
        yield
    except (ValueError, TypeError, AttributeError, OverflowError, MalformedError) as error:
        sentence = f"登记行有误 the register's row says what it cannot ({error})：{way_out}"
        raise RefusedError(reason, sentence, at=what) from error


def demand_types(row: RowMapping | RowValues, table: Table) -> None:
    """Insist that values are of their columns' types, for SQLite keeps whatever it is given.

    Raises:
        TypeError: one is not.
        ValueError: a text is none, for it is not in UTF-8.
    """
    for name, kinds in _kinds(table):
        value = row[name]
        if not isinstance(value, kinds):
            msg = f"{table.name}.{name}"
            raise TypeError(msg)
        if isinstance(value, str) and not value.isascii():
            value.encode()  # not with half a character


@cache
def _kinds(table: Table) -> tuple[tuple[str, tuple[type, ...]], ...]:
    none = (type(None),)
    return tuple(
        (each.name, (each.type.python_type, *(none if each.nullable else ())))
        for each in table.columns
    )


def each_row(
    rows: MappingResult, reason: LicenceReason = LicenceReason.JOURNAL_BROKEN
) -> Iterator[RowMapping | RefusedError]:
    """Give the rows of a result; in the place of one that cannot be read, why."""
    while True:
        try:
            with readable("", reason=reason):
                row = rows.fetchone()
        except RefusedError as error:
            yield error
            continue
        if row is None:
            return
        yield row


def read_licence(row: RowMapping | RowValues, documents: Iterable[Document]) -> Licence:
    """Read a licence out of its row and those of its documents.

    Raises:
        RefusedError: JOURNAL_BROKEN, the row says what it cannot.
    """
    with readable(str(row["identifier"]), _REBUILD):
        state = LicenceState(row["state"])
        standing = Standing(row["standing"]) if row["standing"] else None
    with readable(str(row["identifier"])):
        demand_types(row, _LICENCE)
        return _licence(row, documents, state, standing)


def _licence(
    row: RowMapping | RowValues,
    documents: Iterable[Document],
    state: LicenceState,
    standing: Standing | None,
) -> Licence:
    return Licence(
        key=LicenceKey(shard=row["shard"], id=row["id"]),
        identifier=row["identifier"],
        type_code=row["type_code"],
        natural_key=row["natural_key"],
        department=row["department"],
        suite=Suite(row["suite"]),
        formats=tuple(Format(each) for each in row["formats"].split(",")),
        request_digest=row["request_digest"],
        data=cast(dict[str, Scalar], parse(row["data"].encode())),
        issued_at=row["issued_at"],
        seed=row["seed"],
        run=row["run"],
        state=state,
        events=row["events"],
        head=row["head"],
        documents=tuple(sorted(documents, key=lambda document: document.format)),
        standing=standing,
        status=_status(row),
        replaces=row["replaces"],
    )


def read_document(row: RowMapping) -> Document:
    """Read a document out of its row; raises `TypeError`, `ValueError`."""
    demand_types(row, _DOCUMENT)
    return Document(format=Format(row["format"]), sha256=row["sha256"], size=row["size"])


def read_event(row: RowMapping) -> Event:
    """Read an event out of its row, with the signature that may stand beside it.

    Raises:
        TypeError, ValueError: the row says what it cannot.
    """
    demand_types(row, _EVENT)
    beside = [row[name] or b"" for name in ("signature", "certificates")]
    if not all(isinstance(each, bytes) for each in beside):
        msg = "event_signature"
        raise TypeError(msg)
    return Event(
        key=LicenceKey(shard=row["shard"], id=row["licence_id"]),
        number=row["number"],
        kind=EventKind(row["kind"]),
        at=row["at"],
        body=row["body"],
        signature=beside[0],
        certificates=beside[1],
    )


def _standing(licence: Licence) -> str:
    return licence.standing.value if licence.standing else ""


def _status(row: RowMapping | RowValues) -> StatusPlace | None:
    uri = row["status_uri"]
    return StatusPlace(uri=uri, index=row["status_index"]) if uri else None
