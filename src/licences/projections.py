"""Projections (投影): what licences' rows say of their lives, read as it stands, and mended.

A row says four things that its journal says too: state, standing, number of events, the last one's
digest. Rules kept: what a row says is not trusted, so it is read as text and not as values; pages
follow one another by key, and hold what compares and nothing of a licence's data; a row is written
only where it still says what was read and its journal has not grown since.

Left to others: what a journal says to `life_journal`, what is done about a difference to
`rebuilding`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Text,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    update,
)

from eseal.errors import RefusedError
from licences.database import translated
from licences.journal import identifier_in
from licences.licence_reading import JOURNAL, MOST_EVENTS, journal_rows, rows_with
from licences.look_ups import misled
from licences.model import Event, Licence, LicenceKey, LicenceState
from licences.reasons import LicenceReason
from licences.row_values import demand_types, each_row, read_event, read_licence, readable, table_of
from licences.rows import EventRow, EventSignatureRow, LicenceRow

_LICENCE = table_of(LicenceRow)
_EVENT = table_of(EventRow)
_SIGNATURE = table_of(EventSignatureRow)
_KEY: Final = (_LICENCE.c.shard, _LICENCE.c.id)
_LICENCES: Final = select(_LICENCE)

RawKey: TypeAlias = tuple[object, object]
"""Shard and id as a row has them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Projection:
    """What a row says of a licence's life, or would have to say.

    Attributes:
        state: how far issuing has come.
        standing: where it stands; empty until it is issued.
        events: number of its events.
        head: digest of the last of them.
    """

    state: str
    standing: str
    events: int
    head: bytes

    @classmethod
    def of(cls, licence: Licence) -> "Projection":
        """Give what a licence's row has to say."""
        standing = licence.standing.value if licence.standing else ""
        return cls(
            state=licence.state.value, standing=standing, events=licence.events, head=licence.head
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptLicence:
    """A licence without its data and without what its row says of its life; that is beside it."""

    licence: Licence
    row: Projection


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredJournal:
    """A journal as it is stored.

    Attributes:
        events: its events, first event first, up to the one that is wrong.
        wrong: number of the first event that is not what was stored, or one too many, or `None`.
    """

    events: tuple[Event, ...]
    wrong: int | None


def demand_whole(row: Projection, journal: StoredJournal) -> tuple[Event, ...]:
    """Insist that a journal is as it was stored, and not cut off; gives its events.

    Args:
        row: what its licence's row says.
        journal: as it was read.

    Raises:
        RefusedError: JOURNAL_BROKEN; `.at` is the number of the event that is wrong.
    """
    events = journal.events
    if journal.wrong is not None:
        raise _broken("不是当时存下的记录 it is not the event that was stored", journal.wrong)
    if not events:
        raise _broken("没有任何记录 there is no event at all", 0)
    if row.events > len(events) and row.head not in {event.digest for event in events}:
        raise _broken(
            "证照所指的后续记录不存在 the licence names a later event, which is not there",
            len(events),
        )
    return events


class Projections:
    """Reads and mends what the rows of a register say; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keys(self, *, limit: int, after: RawKey | None = None) -> tuple[RawKey, ...]:
        """Give the keys of all licences in their order, a page at a time; each may be anything.

        Args:
            limit: at most so many.
            after: the last key of the page before.
        """
        raw = type_coerce(_LICENCE.c.id, Text)
        query = select(_LICENCE.c.shard, raw).order_by(*_KEY).limit(limit)
        if after is not None:
            query = query.where(tuple_(*_KEY) > tuple_(*map(literal, after)))
        with translated(), self._engine.connect() as connection:
            return tuple((shard, number) for shard, number in connection.execute(query))

    def rowless(self) -> Iterator[str]:
        """Give the identifiers of journals whose licences have no row."""
        no_row = _LICENCE.c.id.is_(None)
        query = (
            select(_EVENT.c.body)
            .outerjoin(
                _LICENCE,
                (_LICENCE.c.shard == _EVENT.c.shard) & (_LICENCE.c.id == _EVENT.c.licence_id),
            )
            .where(no_row, _EVENT.c.number == 0)
        )
        with translated(), self._engine.connect() as connection:
            for row in each_row(connection.execute(query).mappings()):
                yield "?" if isinstance(row, RefusedError) else identifier_in(row["body"])

    def kept(self, keys: Iterable[LicenceKey]) -> Mapping[LicenceKey, KeptLicence]:
        """Give licences as they are kept now.

        Raises:
            RefusedError: JOURNAL_BROKEN, a row says what it cannot.
            UnavailableError: DATABASE_UNAVAILABLE.
        """
        places = [(key.shard, key.id) for key in keys]
        with translated(), readable(""), self._engine.connect() as connection:
            those = map(read_kept, rows_with(connection, _LICENCES, _KEY, places))
            return {each.licence.key: each for each in those}

    def misled(self, keys: Sequence[LicenceKey]) -> Mapping[LicenceKey, str]:
        """Say of which licences look-ups lead elsewhere, and how; see `look_ups`."""
        return misled(self._engine, keys)

    def identifier(self, key: LicenceKey) -> str:
        """Give a licence's identifier, whatever else its row says; it may be anything."""
        query = select(_LICENCE.c.identifier).where(*_at(key))
        with translated(), self._engine.connect() as connection:
            return str(connection.execute(query).scalar())

    def journals(self, keys: Iterable[LicenceKey]) -> Mapping[LicenceKey, StoredJournal]:
        """Give the journals of some licences."""
        with translated(), readable(""), self._engine.connect() as connection:
            return read_journals(connection, keys)

    def mend(self, kept: KeptLicence, projection: Projection) -> bool:
        """Have a row say what its journal says.

        Args:
            kept: as it was read.
            projection: what the journal said, which was read after that.

        Returns:
            Whether it was written; not if row or journal have moved on since.
        """
        key = kept.licence.key
        journal = (
            select(func.count())
            .select_from(_EVENT)
            .where(_EVENT.c.shard == key.shard, _EVENT.c.licence_id == key.id)
            .scalar_subquery()
        )
        mending = (
            update(_LICENCE)
            .where(*_still(kept), journal == projection.events)
            .values(
                state=projection.state,
                standing=projection.standing,
                events=projection.events,
                head=projection.head,
            )
        )
        with translated(), self._engine.begin() as connection:
            return connection.execute(mending).rowcount == 1

    def is_as_read(self, kept: KeptLicence) -> bool:
        """Whether a row still says what was read."""
        query = select(_LICENCE.c.id).where(*_still(kept))
        with translated(), self._engine.connect() as connection:
            return connection.execute(query).first() is not None


def read_keys(page: Iterable[RawKey]) -> tuple[list[LicenceKey], list[RefusedError]]:
    """Read the keys of a page; JOURNAL_BROKEN for each that is none, `.at` is what it says."""
    keys, unread = list[LicenceKey](), list[RefusedError]()
    for shard, number in page:
        try:
            with readable(str(number)):
                key = LicenceKey(shard=int(str(shard)), id=UUID(str(number)))
                if key.id.hex != str(number).replace("-", ""):
                    raise ValueError(number)
        except RefusedError as error:
            unread.append(error)
        else:
            keys.append(key)
    return keys, unread


def read_journals(
    connection: Connection, keys: Iterable[LicenceKey]
) -> Mapping[LicenceKey, StoredJournal]:
    """Give the journals of some licences, in whoever's transaction it is."""
    found: dict[LicenceKey, list[RowMapping]] = {key: [] for key in keys}
    columns = (_EVENT.c.shard, _EVENT.c.licence_id)
    for row in rows_with(connection, JOURNAL, columns, [(key.shard, key.id) for key in found]):
        journal = found[LicenceKey(shard=row["shard"], id=row["licence_id"])]
        if len(journal) <= MOST_EVENTS:
            journal.append(row)
    return {key: _read_journal(rows) for key, rows in found.items()}


def read_journal_alone(connection: Connection, key: LicenceKey) -> StoredJournal:
    """Give a licence's journal up to the first event that cannot be read, if there is one."""
    return _read_journal(each_row(journal_rows(connection, key)))


def _broken(sentence: str, number: int) -> RefusedError:
    return RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=str(number))


def _at(key: LicenceKey) -> tuple[ColumnElement[bool], ...]:
    return _LICENCE.c.shard == key.shard, _LICENCE.c.id == key.id


def _still(kept: KeptLicence) -> tuple[ColumnElement[bool], ...]:
    """The licence, and that its row says what was read."""
    row = kept.row
    return (
        *_at(kept.licence.key),
        _LICENCE.c.state == row.state,
        _LICENCE.c.standing == row.standing,
        _LICENCE.c.events == row.events,
        _LICENCE.c.head == row.head,
    )


def read_kept(row: RowMapping) -> KeptLicence:
    """Read a licence out of its row; raises as `read_licence`."""
    with readable(str(row["identifier"])):
        demand_types(row, _LICENCE)
    said = Projection(
        state=row["state"], standing=row["standing"], events=row["events"], head=row["head"]
    )
    bare = {**row, "state": LicenceState.INTENT, "standing": "", "data": "{}"}
    return KeptLicence(licence=read_licence(bare, ()), row=said)


def _read_journal(rows: Iterable[RowMapping | RefusedError]) -> StoredJournal:
    events: list[Event] = []
    for number, row in enumerate(rows):
        event = None if isinstance(row, RefusedError) else _read_event(row)
        if event is None or number == MOST_EVENTS:
            return StoredJournal(events=tuple(events), wrong=number)
        events.append(event)
    return StoredJournal(events=tuple(events), wrong=None)


def _read_event(row: RowMapping) -> Event | None:
    """Read an event; `None`: it is not what was stored."""
    try:
        event = read_event(row)
    except (ValueError, TypeError):  # a kind that there is not; a text where bytes belong
        return None
    return event if event.digest == row["digest"] else None
