"""Licences by their places in status lists, as their rows say them, with their journals.

Rules kept: what a row says of its place is not trusted, and may be anything; a row or a journal
that cannot be read is given as the error that tells so, and stops none of the others; a row and its
journal are read as of one moment.

Left to others: what their journals say, and whether that is the place, to `status_changes`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, TypeGuard, TypeVar

from sqlalchemy import Connection, Engine, Select, func, select, tuple_

from eseal.errors import RefusedError
from licences.database import snapshot, translated
from licences.model import StatusPlace
from licences.projections import StoredLicence, read_journals, read_kept
from licences.row_values import each_row, readable, table_of
from licences.rows import NOTABLE, EventRow, EventSignatureRow, LicenceRow
from licences.status_lists import LIST_SIZE

_LICENCE = table_of(LicenceRow)
_EVENT = table_of(EventRow)
_SIGNATURE = table_of(EventSignatureRow)
_MOST_PLACES: Final = 200
_ANY_TIME: Final = datetime.max.replace(tzinfo=UTC)

_NOTABLE: Final = select(_LICENCE).where(NOTABLE)
_TOUCHED: Final = select(_LICENCE).where(
    tuple_(_LICENCE.c.shard, _LICENCE.c.id).in_(select(_SIGNATURE.c.shard, _SIGNATURE.c.licence_id))
)

Value = TypeVar("Value")

RowPlace: TypeAlias = tuple[object, object]
"""Address and index as a row has them."""

Placed: TypeAlias = StoredLicence | RefusedError
"""A licence, or why it cannot be read (JOURNAL_BROKEN; `.at` is its identifier)."""


class PlacedLicences:
    """Reads licences by their places; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def at_places(self, uri: str, indexes: Sequence[int]) -> Mapping[int, Sequence[Placed]]:
        """Give the licences at places of a status list, of those that something was done to.

        Args:
            uri: the list's.
            indexes: the places.
        """
        found: dict[int, Sequence[Placed]] = {}
        for start in range(0, len(indexes), _MOST_PLACES):
            found |= self._within(uri, indexes[start : start + _MOST_PLACES])
        return found

    def at(self, place: RowPlace) -> Iterator[Placed]:
        """Give the licences whose rows say a place, of those that something was done to.

        They are read one by one, so that none is kept back by what cannot be read of another.
        """
        uri, index = place
        keys = select(_LICENCE.c.shard, _LICENCE.c.id, _LICENCE.c.identifier)
        queries = (
            narrowed.with_only_columns(*keys.selected_columns).where(
                _LICENCE.c.status_uri == uri, _LICENCE.c.status_index == index
            )
            for narrowed in (_NOTABLE, _TOUCHED)
        )
        known: dict[tuple[object, object], object] = {}
        with translated(), self._engine.connect() as connection:
            for query in queries:
                for row in each_row(connection.execute(query).mappings()):
                    if isinstance(row, RefusedError):
                        yield row
                    else:
                        known[row["shard"], row["id"]] = row["identifier"]
        for (shard, number), identifier in known.items():
            mine = select(_LICENCE).where(_LICENCE.c.shard == shard, _LICENCE.c.id == number)
            try:
                with readable(str(identifier)), snapshot(self._engine) as connection:
                    yield from (each for _, each in _stored(connection, mine))
            except RefusedError as error:
                yield error

    def touched(self) -> Mapping[RowPlace, datetime]:
        """Say at which places something was done to a licence, and when last."""
        place = (_LICENCE.c.status_uri, _LICENCE.c.status_index)
        life = (_SIGNATURE.c.shard, _SIGNATURE.c.licence_id, _SIGNATURE.c.number)
        joined = tuple_(_LICENCE.c.shard, _LICENCE.c.id) == tuple_(*life[:2])
        query = (
            select(*place, func.max(_EVENT.c.at).label("last"))
            .join(_SIGNATURE, joined)
            .join(
                _EVENT,
                tuple_(_EVENT.c.shard, _EVENT.c.licence_id, _EVENT.c.number) == tuple_(*life),
            )
            .group_by(*place)
        )
        with translated(), self._engine.connect() as connection:
            rows = list(each_row(connection.execute(query).mappings()))
            found = {
                (row["status_uri"], row["status_index"]): row["last"]
                for row in rows
                if not isinstance(row, RefusedError)
            }
            if len(found) < len(rows):  # a time that is none: nobody can tell when
                every = connection.execute(select(*place).join(_SIGNATURE, joined).distinct())
                found = dict.fromkeys(map(tuple, every), _ANY_TIME) | found
        return found

    def _within(self, uri: str, indexes: Sequence[int]) -> Mapping[int, Sequence[Placed]]:
        """Give those at a page of places; where one cannot be read, at either half of it."""
        try:
            return self._at(uri, indexes)
        except RefusedError:
            half = len(indexes) // 2
            if not half:
                return {index: tuple(self.at((uri, index))) for index in indexes}
            return {**self._within(uri, indexes[:half]), **self._within(uri, indexes[half:])}

    def _at(self, uri: str, indexes: Sequence[int]) -> Mapping[int, Sequence[Placed]]:
        found: defaultdict[int, list[Placed]] = defaultdict(list)
        with readable(""), snapshot(self._engine) as connection:
            for licences in (_NOTABLE, _TOUCHED):
                missing = [index for index in indexes if index not in found]
                query = licences.where(
                    _LICENCE.c.status_uri == uri, _LICENCE.c.status_index.in_(missing)
                )
                if missing:
                    for place, each in _stored(connection, query):
                        found[place.index].append(each)
        return found


def by_list(
    said: Mapping[RowPlace, Value], uris: Collection[str]
) -> tuple[Mapping[str, Mapping[int, Value]], Mapping[RowPlace, Value]]:
    """Sort what rows say by the lists that there are; the rest is at places that there are not."""
    within: defaultdict[str, dict[int, Value]] = defaultdict(dict)
    outside: dict[RowPlace, Value] = {}
    for (uri, index), value in said.items():
        if isinstance(uri, str) and uri in uris and _is_index(index):
            within[uri][index] = value
        else:
            outside[uri, index] = value
    return within, outside


def _is_index(index: object) -> TypeGuard[int]:
    return isinstance(index, int) and index in range(LIST_SIZE)


def _stored(
    connection: Connection, query: Select[Any]
) -> Iterable[tuple[StatusPlace, StoredLicence]]:
    """Give licences with their journals, and the places that their rows say."""
    rows = connection.execute(query).mappings().all()
    kept = [read_kept(row) for row in rows]
    journals = read_journals(connection, [each.licence.key for each in kept])
    return [
        (
            StatusPlace(uri=row["status_uri"], index=row["status_index"]),
            StoredLicence(kept=each, journal=journals[each.licence.key]),
        )
        for row, each in zip(rows, kept, strict=True)
    ]
