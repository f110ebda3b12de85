"""Journals of licences' lives, found by who signed in them, and what rows say of their places.

Rules kept: what was signed is found by its signature and not by its licence's row, which may say
anything, lie elsewhere, or be gone; what a row says is given as it stands and trusted in nothing; a
row or an event that cannot be read stops none of the others; a row and its journal are read as of
one moment.

Left to others: what journals say to `placed_lives`, what follows from that to `status_survey`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeGuard, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, Select, and_, literal, select

from eseal.errors import EvidenceError, RefusedError
from eseal.jose.strict_json import parse
from licences.database import snapshot, translated
from licences.journal import read_place
from licences.licence_reading import rows_with
from licences.model import LicenceKey
from licences.projections import Projection, StoredJournal, read_journal_alone, read_journals
from licences.row_values import each_row, readable, table_of
from licences.rows import NOTABLE, EventRow, EventSignatureRow, LicenceRow
from licences.status_lists import LIST_SIZE

_LICENCE = table_of(LicenceRow)
_EVENT = table_of(EventRow)
_SIGNATURE = table_of(EventSignatureRow)
_AT_ONCE: Final = 200

_KEY: Final = (_LICENCE.c.shard, _LICENCE.c.id)
_SAID: Final = select(
    *_KEY,
    _LICENCE.c.identifier,
    _LICENCE.c.status_uri,
    _LICENCE.c.status_index,
    _LICENCE.c.state,
    _LICENCE.c.standing,
    _LICENCE.c.events,
    _LICENCE.c.head,
)
_SIGNED: Final = (
    select(
        _SIGNATURE.c.shard,
        _SIGNATURE.c.licence_id,
        _EVENT.c.kind,
        _EVENT.c.body,
        _LICENCE.c.status_uri,
        _LICENCE.c.status_index,
    )
    .join(
        _EVENT,
        and_(
            _EVENT.c.shard == _SIGNATURE.c.shard,
            _EVENT.c.licence_id == _SIGNATURE.c.licence_id,
            _EVENT.c.number == _SIGNATURE.c.number,
        ),
    )
    .outerjoin(
        _LICENCE,
        and_(_LICENCE.c.shard == _SIGNATURE.c.shard, _LICENCE.c.id == _SIGNATURE.c.licence_id),
    )
)

Value = TypeVar("Value")

RowPlace: TypeAlias = tuple[object, object]
"""Address and index, as a row or a journal has them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedEvent:
    """An event beside which a signature stands, whatever that is worth.

    Attributes:
        key: whose.
        identifier: to which licence, by what is said; may be anything.
        kind: what was done.
        place: where, by what is said of it, or else by the licence's row.
    """

    key: LicenceKey
    identifier: str
    kind: object
    place: RowPlace


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidRow:
    """What a licence's row says; each may be anything."""

    identifier: str
    place: RowPlace
    life: Projection


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedJournal:
    """A journal, and its licence's row; `None`: there is none that could be read."""

    journal: StoredJournal
    row: SaidRow | None


class PlacedLicences:
    """Reads journals and rows for what status lists say; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def signed(self, *, since: datetime | None) -> Iterator[SignedEvent]:
        """Give what was signed, of all licences.

        Args:
            since: only what was recorded from then on; `None`: all.
        """
        query = _SIGNED if since is None else _SIGNED.where(_EVENT.c.at >= since)
        query = query.execution_options(yield_per=_AT_ONCE)
        with translated(), self._engine.connect() as connection:
            for row in each_row(connection.execute(query).mappings()):
                event = None if isinstance(row, RefusedError) else _signed(row)
                if event is not None:
                    yield event

    def notable_at(self, uri: object, indexes: Iterable[object]) -> Iterator[LicenceKey]:
        """Give the licences whose rows say these places of a list, and that they are not valid."""
        return self._keys(select(*_KEY).where(NOTABLE, _LICENCE.c.status_uri == uri), indexes)

    def all_at(self, uri: object, indexes: Iterable[object]) -> Iterator[LicenceKey]:
        """Give all whose rows say these places of a list; goes through the whole table."""
        return self._keys(select(*_KEY).where(_LICENCE.c.status_uri == uri), indexes)

    def read(self, keys: Iterable[LicenceKey]) -> Iterator[tuple[LicenceKey, PlacedJournal]]:
        """Give journals, each with its licence's row."""
        for page in _pages(keys):
            yield from self._read(page)

    def _read(self, keys: Sequence[LicenceKey]) -> Iterable[tuple[LicenceKey, PlacedJournal]]:
        """Read a page; where something of it cannot be read, one by one."""
        with snapshot(self._engine) as connection:
            try:
                with readable(""):
                    journals = read_journals(connection, keys)
            except RefusedError:
                journals = {key: read_journal_alone(connection, key) for key in keys}
            rows = _rows(connection, keys)
        return [(key, PlacedJournal(journal=journals[key], row=rows.get(key))) for key in keys]

    def _keys(self, query: Select[Any], indexes: Iterable[object]) -> Iterator[LicenceKey]:
        for page in _pages(indexes):
            narrowed = query.where(_LICENCE.c.status_index.in_(map(literal, page)))
            with translated(), self._engine.connect() as connection:
                for row in each_row(connection.execute(narrowed).mappings()):
                    if not isinstance(row, RefusedError):
                        yield LicenceKey(shard=row["shard"], id=row["id"])


def by_list(
    said: Mapping[RowPlace, Value], uris: Collection[str]
) -> tuple[Mapping[str, Mapping[int, Value]], Mapping[RowPlace, Value]]:
    """Sort what rows say by the lists that there are; the rest is at places that there are not."""
    within: defaultdict[str, dict[int, Value]] = defaultdict(dict)
    outside: dict[RowPlace, Value] = {}
    for (uri, index), value in said.items():
        if isinstance(uri, str) and uri in uris and is_index(index):
            within[uri][index] = value
        else:
            outside[uri, index] = value
    return within, outside


def is_index(index: object) -> TypeGuard[int]:
    """Whether a list has such a place."""
    return isinstance(index, int) and index in range(LIST_SIZE)


def _pages(values: Iterable[Value]) -> Iterator[list[Value]]:
    listed = list(values)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


def _signed(row: RowMapping) -> SignedEvent | None:
    """Read who is said to have done what; `None`: that was never recorded by us."""
    try:
        with readable(""):  # SQLite keeps a text where bytes belong
            body = parse(row["body"])
            named = read_place(0, body)
    except EvidenceError:
        return None
    return SignedEvent(
        key=LicenceKey(shard=row["shard"], id=row["licence_id"]),
        identifier=str(body.get("identifier", "")),
        kind=row["kind"],
        place=(row["status_uri"], row["status_index"])
        if named is None
        else (named.uri, named.index),
    )


def _rows(connection: Connection, keys: Iterable[LicenceKey]) -> Mapping[LicenceKey, SaidRow]:
    found: dict[LicenceKey, SaidRow] = {}
    for row in each_row(rows_with(connection, _SAID, _KEY, [(key.shard, key.id) for key in keys])):
        if not isinstance(row, RefusedError):
            found[LicenceKey(shard=row["shard"], id=row["id"])] = SaidRow(
                identifier=str(row["identifier"]),
                place=(row["status_uri"], row["status_index"]),
                life=Projection(
                    state=row["state"],
                    standing=row["standing"],
                    events=row["events"],
                    head=row["head"],
                ),
            )
    return found
