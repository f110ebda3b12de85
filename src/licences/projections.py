"""Projections (投影): what licences' rows say of their lives, read as it stands, and mended.

A row says four things that its journal says too: state, standing, number of events, the last one's
digest. Rules kept: what a row says is not trusted, so it is read as text and not as values; pages
follow one another by key, and hold what compares and nothing of a licence's data; a row is written
only where it still says what was read and its journal has not grown since.

Left to others: what a journal says to `life_journal`, what is done about a difference to
`rebuilding`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, RowMapping, func, select, tuple_, update

from licences.database import translated
from licences.model import Event, Licence, LicenceKey, LicenceState
from licences.row_values import read_event, read_licence, table_of
from licences.rows import EventRow, LicenceRow
from licences.store import JOURNAL

_LICENCE = table_of(LicenceRow)
_EVENT = table_of(EventRow)


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
        wrong: number of the first event that is not what its stored digest says; `None`: none.
    """

    events: tuple[Event, ...]
    wrong: int | None


class Projections:
    """Reads and mends what the rows of a register say; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, *, limit: int, after: LicenceKey | None = None) -> tuple[KeptLicence, ...]:
        """Give all licences in order of their keys, a page at a time.

        Args:
            limit: at most so many.
            after: the last key of the page before.
        """
        query = select(_LICENCE).order_by(_LICENCE.c.shard, _LICENCE.c.id).limit(limit)
        if after is not None:
            place = tuple_(_LICENCE.c.shard, _LICENCE.c.id)
            query = query.where(place > tuple_(after.shard, after.id))
        with translated(), self._engine.connect() as connection:
            return tuple(_read_kept(row) for row in connection.execute(query).mappings())

    def find(self, key: LicenceKey) -> KeptLicence | None:
        """Give a licence as it is kept now."""
        query = select(_LICENCE).where(_LICENCE.c.shard == key.shard, _LICENCE.c.id == key.id)
        with translated(), self._engine.connect() as connection:
            return next(map(_read_kept, connection.execute(query).mappings()), None)

    def journals(self, keys: Iterable[LicenceKey]) -> Mapping[LicenceKey, StoredJournal]:
        """Give the journals of some licences."""
        found: dict[LicenceKey, list[RowMapping]] = {key: [] for key in keys}
        place = tuple_(_EVENT.c.shard, _EVENT.c.licence_id)
        query = JOURNAL.where(place.in_([(key.shard, key.id) for key in found]))
        with translated(), self._engine.connect() as connection:
            for row in connection.execute(query).mappings():
                key = LicenceKey(shard=row["shard"], id=row["licence_id"])
                found[key].append(row)
        return {key: _read_journal(rows) for key, rows in found.items()}

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


def _still(kept: KeptLicence) -> tuple[ColumnElement[bool], ...]:
    """The licence, and that its row says what was read."""
    key, row = kept.licence.key, kept.row
    return (
        _LICENCE.c.shard == key.shard,
        _LICENCE.c.id == key.id,
        _LICENCE.c.state == row.state,
        _LICENCE.c.standing == row.standing,
        _LICENCE.c.events == row.events,
        _LICENCE.c.head == row.head,
    )


def _read_kept(row: RowMapping) -> KeptLicence:
    said = Projection(
        state=row["state"], standing=row["standing"], events=row["events"], head=row["head"]
    )
    bare = {**row, "state": LicenceState.INTENT, "standing": "", "data": "{}"}
    return KeptLicence(licence=read_licence(bare, ()), row=said)


def _read_journal(rows: Iterable[RowMapping]) -> StoredJournal:
    events: list[Event] = []
    for number, row in enumerate(rows):
        try:
            event = read_event(row)
            good = event.digest == row["digest"]
        except (ValueError, TypeError):  # a kind that there is not; a text where bytes belong
            good = False
        if not good:
            return StoredJournal(events=tuple(events), wrong=number)
        events.append(event)
    return StoredJournal(events=tuple(events), wrong=None)
