"""Reads licences and journals on whoever's connection, in whoever's transaction it is.

Rules kept: look-ups go by whole primary keys, those of several licences at once, or go through one
shard; documents are read after their licences; rows that say what they cannot are refused
(JOURNAL_BROKEN), whoever altered them, and so is a licence that is not the one looked up; where
many are listed, such a one stops none of the others.

Left to others: whose connection it is, and what is written, to `store`.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MappingResult,
    Select,
    and_,
    bindparam,
    cast,
    false,
    not_,
    or_,
    select,
)

from eseal.errors import RefusedError
from eseal.jose.strict_json import canonical
from licences.model import (
    Document,
    Event,
    Licence,
    LicenceKey,
    LicenceState,
    shard_of,
    shard_of_digest,
)
from licences.reasons import LicenceReason
from licences.row_values import read_document, read_event, read_licence, readable, table_of
from licences.rows import (
    DocumentRow,
    EventRow,
    EventSignatureRow,
    IdentifierRow,
    LicenceRow,
    NaturalKeyRow,
)

_LICENCE = table_of(LicenceRow)
_IDENTIFIER = table_of(IdentifierRow)
_DOCUMENT = table_of(DocumentRow)
_EVENT = table_of(EventRow)
_SIGNATURE = table_of(EventSignatureRow)
_NATURAL_KEY = table_of(NaturalKeyRow)
_HOLDERS: Final = select(_NATURAL_KEY)
_LICENCES: Final = select(_LICENCE)
_DOCUMENTS: Final = select(_DOCUMENT)
_AT_ONCE: Final = 100
_IS_NUMBERED: Final = and_(_EVENT.c.number >= 0, _EVENT.c.number == cast(_EVENT.c.number, Integer))

JOURNAL: Final = (
    select(_EVENT, _SIGNATURE.c.signature, _SIGNATURE.c.certificates)
    .outerjoin(
        _SIGNATURE,
        (_SIGNATURE.c.shard == _EVENT.c.shard)
        & (_SIGNATURE.c.licence_id == _EVENT.c.licence_id)
        & (_SIGNATURE.c.number == _EVENT.c.number),
    )
    .order_by(not_(_IS_NUMBERED), _EVENT.c.number)
)
"""Events with the signatures that stand beside them, to be narrowed to a licence or several.

What has a number that is none, which SQLite keeps, stands last: it comes before nothing.
"""

MOST_EVENTS: Final = 32_767
"""Events of a journal that are read: as many as the columns of the register can count."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A licence whose row says what it cannot, and the error that tells so."""

    error: RefusedError

    @property
    def identifier(self) -> str:
        """Which licence it is; empty where that cannot be read either."""
        return self.error.at


def rows_with(
    connection: Connection,
    query: Select[Any],
    columns: tuple[Column[Any], Column[Any]],
    keys: Iterable[tuple[int, object]],
) -> MappingResult:
    """Run a query for the rows with these keys, or with keys that begin so.

    SQLite reads the whole table where several pairs are asked for with `IN`; not so with `OR`.

    Args:
        connection: whoever's.
        query: a constant; what is made of it is kept.
        columns: shard and second part of the key.
        keys: at most some hundreds.
    """
    asked = list(keys)
    parameters: dict[str, object] = {}
    for place, (shard, second) in enumerate(asked):
        parameters[f"shard_{place}"], parameters[f"second_{place}"] = shard, second
    return connection.execute(_narrowed(query, *columns, len(asked)), parameters).mappings()


@lru_cache(maxsize=64)
def _narrowed(
    query: Select[Any], first: Column[Any], second: Column[Any], count: int
) -> Select[Any]:
    pairs = (
        and_(first == bindparam(f"shard_{place}"), second == bindparam(f"second_{place}"))
        for place in range(count)
    )
    return query.where(or_(false(), *pairs))


def find_licence(connection: Connection, identifier: str) -> Licence | None:
    """Give the licence with this identifier; `None` if there is none.

    Raises:
        RefusedError: JOURNAL_BROKEN, another one stands where it should, or none, or one that
            cannot be read.
    """
    if not identifier.isascii():
        return None
    query = select(_IDENTIFIER.c.licence_shard, _IDENTIFIER.c.licence_id).where(
        _IDENTIFIER.c.shard == shard_of(identifier), _IDENTIFIER.c.identifier == identifier
    )
    with readable(identifier):
        places = [(shard, number) for shard, number in connection.execute(query)]
        found = next(iter(read_licences(connection, places)), None)
    if places and (found is None or found.identifier != identifier):
        raise misplaced(identifier, found)
    return found


def find_holders(connection: Connection, digests: Iterable[bytes]) -> dict[bytes, Licence | BadRow]:
    """Give the licences that hold these natural keys; in the place of a wrong one, why.

    Raises:
        RefusedError: JOURNAL_BROKEN, one of them cannot be read.
    """
    wanted = [(shard_of_digest(digest), digest) for digest in digests]
    with readable(""):
        rows = rows_with(
            connection, _HOLDERS, (_NATURAL_KEY.c.shard, _NATURAL_KEY.c.digest), wanted
        )
        places = {row["digest"]: (row["licence_shard"], row["licence_id"]) for row in rows}
    licences = read_licences(connection, list(places.values()))
    held = {(each.key.shard, each.key.id): each for each in licences}
    found = {digest: held.get(place) for digest, place in places.items()}
    return {
        digest: each
        if each is not None and each.natural_key == digest
        else BadRow(misplaced(each.identifier if each else "", each))
        for digest, each in found.items()
    }


def misplaced(wanted: str, found: Licence | None) -> RefusedError:
    """Give the refusal of what stands where a licence is looked up, and is not that licence.

    Args:
        wanted: what it was looked up by, or what is told of it.
        found: what is there.
    """
    there = found.identifier if found else "空 nothing"
    sentence = (
        f"登记簿以此查到的不是这份证照，而是 the register has another one there：{there}；"
        "请从备份恢复 restore it from a backup"
    )
    return RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=wanted)


def read_journal(connection: Connection, key: LicenceKey) -> tuple[Event, ...]:
    """Give a licence's journal, first event first."""
    with readable(""):
        return tuple(read_event(row) for row in journal_rows(connection, key))


def journal_rows(connection: Connection, key: LicenceKey) -> MappingResult:
    """Give the rows of a licence's journal, of one that is too long one more than are read."""
    query = JOURNAL.where(_EVENT.c.shard == key.shard, _EVENT.c.licence_id == key.id)
    return connection.execute(query.limit(MOST_EVENTS + 1)).mappings()


def read_licences(
    connection: Connection, places: Sequence[tuple[int, UUID]]
) -> tuple[Licence, ...]:
    """Give the licences at these places (shard and id), with their documents."""
    if not places:
        return ()
    with readable(""):
        rows = rows_with(connection, _LICENCES, (_LICENCE.c.shard, _LICENCE.c.id), places).all()
        # Documents after the licences: what says that it is issued has them by now.
        documents: dict[tuple[int, UUID], list[Document]] = {
            (row["shard"], row["id"]): []
            for row in rows
            if row["state"] == LicenceState.ISSUED.value
        }
        place = (_DOCUMENT.c.shard, _DOCUMENT.c.licence_id)
        for row in rows_with(connection, _DOCUMENTS, place, documents):
            documents[row["shard"], row["licence_id"]].append(read_document(row))
        return tuple(
            read_licence(row, documents.get((row["shard"], row["id"]), ())) for row in rows
        )


def read_mentioning(
    connection: Connection, shard: int, text: str
) -> Generator[Licence | BadRow, None, None]:
    """Give the licences of a shard with this text as the value of a field, newest first.

    Capitals may differ, and documents are left out. It goes by the shard, with which the primary
    key begins: of seven million licences some seven thousand rows are looked at.
    """
    value = canonical(text).decode()
    query = (
        select(_LICENCE)
        .where(_LICENCE.c.shard == shard, _LICENCE.c.data.contains(value, autoescape=True))
        .order_by(_LICENCE.c.issued_at.desc(), _LICENCE.c.identifier.desc())
        .execution_options(yield_per=_AT_ONCE)
    )
    with connection.execute(query) as result:
        rows = result.mappings()
        while (found := _next_licence(rows)) is not None:
            yield found


def _next_licence(rows: MappingResult) -> Licence | BadRow | None:
    """Read the next row; `None`: there is none."""
    try:
        with readable(""):
            row = rows.fetchone()
        return None if row is None else read_licence(row, ())
    except RefusedError as error:
        return BadRow(error)
