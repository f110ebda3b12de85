"""What licences are looked up by: whether it leads to them, and to nobody else.

A licence is found by its identifier, its natural key keeps its number from being issued again, and
its place in a status list says where it stands. Whoever can write the database can have them lead
elsewhere. Rules kept: all of a page is read as it was at one moment; what cannot be read of one
stops none of the others; a licence that was not issued in the end has given its natural key back.

Left to others: whether a row is as its journal says, to `rebuilding` and `as_issued`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Engine, RowMapping, Select, func, select

from eseal.errors import RefusedError
from licences.database import snapshot
from licences.licence_reading import rows_with
from licences.model import LicenceKey, LicenceState, shard_of, shard_of_digest
from licences.row_values import readable, table_of
from licences.rows import IdentifierRow, LicenceRow, NaturalKeyRow

_LICENCE = table_of(LicenceRow)
_IDENTIFIER = table_of(IdentifierRow)
_NATURAL_KEY = table_of(NaturalKeyRow)
_IDENTIFIERS: Final = select(_IDENTIFIER)
_NATURAL_KEYS: Final = select(_NATURAL_KEY)
_PLACE: Final = (_LICENCE.c.status_uri, _LICENCE.c.status_index)
_LICENCES: Final = select(
    _LICENCE.c.shard,
    _LICENCE.c.id,
    _LICENCE.c.identifier,
    _LICENCE.c.natural_key,
    _LICENCE.c.state,
    *_PLACE,
)


def misled(engine: Engine, keys: Sequence[LicenceKey]) -> Mapping[LicenceKey, str]:
    """Say of the licences that look-ups do not lead to, or not alone, what is wrong.

    Args:
        engine: the register's.
        keys: some hundreds at most.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE.
    """
    try:
        with readable(""), snapshot(engine) as connection:
            return dict(_misled(connection, keys))
    except RefusedError as error:
        if len(keys) == 1:
            return {keys[0]: error.sentence}
    return {key: said for each in keys for key, said in misled(engine, [each]).items()}


def _misled(connection: Connection, keys: Iterable[LicenceKey]) -> Iterator[tuple[LicenceKey, str]]:
    places = [(key.shard, key.id) for key in keys]
    rows = rows_with(connection, _LICENCES, (_LICENCE.c.shard, _LICENCE.c.id), places).all()
    named = _leading(
        connection,
        _IDENTIFIERS,
        _IDENTIFIER.c.identifier,
        {row["identifier"]: shard_of(row["identifier"]) for row in rows},
    )
    numbered = _leading(
        connection,
        _NATURAL_KEYS,
        _NATURAL_KEY.c.digest,
        {row["natural_key"]: shard_of_digest(row["natural_key"]) for row in rows},
    )
    doubled = set(_doubled(connection, rows))
    for row in rows:
        key = LicenceKey(shard=row["shard"], id=row["id"])
        has_number = row["state"] != LicenceState.FAILED.value
        wrong = {
            "以其标识查不到它 its identifier does not lead to it": named.get(row["identifier"])
            != key,
            "其编号不由它占用 its natural key is not kept for it": has_number
            and numbered.get(row["natural_key"]) != key,
            "另一证照占用同一状态列表位置 another licence has its place in a status list": (
                (row["status_uri"], row["status_index"]) in doubled
            ),
        }
        said = "；".join(words for words, is_wrong in wrong.items() if is_wrong)
        if said:
            yield key, said


def _leading(
    connection: Connection, query: Select[Any], column: Column[Any], shards: Mapping[Any, int]
) -> Mapping[Any, LicenceKey]:
    """Give the licences that values of a column lead to; each lies in the shard given beside it."""
    places = [(shard, value) for value, shard in shards.items()]
    found = rows_with(connection, query, (column.table.c.shard, column), places)
    return {
        row[column.key]: LicenceKey(shard=row["licence_shard"], id=row["licence_id"])
        for row in found
    }


def _doubled(connection: Connection, rows: Iterable[RowMapping]) -> Iterator[tuple[str, int]]:
    """Give the places of some licences that more than one licence has."""
    indexes: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row["status_uri"]:
            indexes[row["status_uri"]].add(row["status_index"])
    for uri, those in indexes.items():
        query = (
            select(*_PLACE)
            .where(_LICENCE.c.status_uri == uri, _LICENCE.c.status_index.in_(those))
            .group_by(*_PLACE)
            .having(func.count() > 1)
        )
        yield from ((each[0], each[1]) for each in connection.execute(query))
