"""The seal register (印章登记), beside the licence register: its rows' only reader and writer.

Rules kept: as in `store`: every method is one transaction or one read; a seal and its event move
together, from the state that the writer had read (a conditional UPDATE on the number of events),
so of two that act at once one wins; what has to be once is a constraint (names, one active issuing
seal an owner and suite); lists by keyset paging.

Uses are listed by seal, wherever they lie: with several databases each is asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    exists,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from licences.database import insert_all, make_engine, translated
from licences.model import shard_of
from licences.reasons import LicenceReason
from licences.row_values import each_row, readable, table_of
from licences.rows import SealEventRow, SealRow, SealUseRow
from licences.seal_life import SealState
from licences.seal_model import PlannedUse, SealEvent, SealKey, SealRecord, SealUse
from licences.seal_names import claim_names, find_name
from licences.seal_reading import read_seal, read_seal_events
from licences.seal_row_values import (
    BROKEN,
    event_row,
    read_seal_row,
    seal_or_why,
    seal_row,
    use_or_why,
)
from licences.seal_uses import write_uses
from licences.store import Register, check_schema

_SEAL = table_of(SealRow)
_EVENT = table_of(SealEventRow)
_USE = table_of(SealUseRow)

_ADVANCE = update(_SEAL).where(
    _SEAL.c.shard == bindparam("at_shard"),
    _SEAL.c.id == bindparam("at_id"),
    _SEAL.c.events == bindparam("at_events"),
)
_PAGE: Final = 100
_ISSUING: Final = select(
    _SEAL,
    select(func.count())
    .where(_EVENT.c.shard == _SEAL.c.shard, _EVENT.c.seal_id == _SEAL.c.id)
    .scalar_subquery()
    .label("recorded"),
)
"""Seals, and how many events each has."""


class SealRegister:
    """A seal register in one database; threads may share it."""

    def __init__(self, source: str | Register) -> None:
        """Open it at a URL, or beside a licence register, whose connections it then uses."""
        self._own = isinstance(source, str)
        self._engine = make_engine(source) if isinstance(source, str) else source.engine

    def close(self) -> None:
        """Give back the connections, unless they are a licence register's."""
        if self._own:
            self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Read; rows that say what they cannot are SEAL_HISTORY_BROKEN."""
        with translated(), readable("", reason=BROKEN), self._engine.connect() as connection:
            yield connection

    def check_schema(self) -> None:
        """Refuse a database whose schema is another one; raises as `Register.check_schema`."""
        check_schema(self._engine)

    def enter(self, record: SealRecord, event: SealEvent) -> None:
        """Enter a new seal with the event that applies for it.

        The same application is entered again once the seal that it was for has ended.

        Raises:
            RefusedError: SEAL_APPLIED_ALREADY, SEAL_NUMBER_TAKEN.
        """
        with translated(), self._engine.begin() as connection:
            claim_names(connection, record, event)
            insert_all(connection, _SEAL, [seal_row(record)])
            insert_all(connection, _EVENT, [event_row(event)])

    def advance(self, record: SealRecord, event: SealEvent) -> None:
        """Take a seal one event further: history and state in one transaction.

        Raises:
            UnavailableError: SEAL_MOVED_ON, somebody else took it further in the meantime.
            RefusedError: ISSUING_SEAL_EXISTS.
        """
        with translated(), self._engine.begin() as connection:
            if not _write(connection, record):
                sentence = f"{record.es_id} 已有新记录 is at event {event.number} no more"
                raise UnavailableError(LicenceReason.SEAL_MOVED_ON, sentence)
            insert_all(connection, _EVENT, [event_row(event)])

    def find(self, name: str) -> SealRecord | None:
        """Give the seal with this id or es_id; `None` if there is none.

        Raises:
            RefusedError: SEAL_HISTORY_BROKEN, another one stands where it should, or none, or one
                that cannot be read.
        """
        if not name.isascii():
            return None
        with self._reading() as connection:
            key = find_name(connection, name)
            found = None if key is None else read_seal(connection, key)
        if key is not None and (found is None or name not in {str(found.key.id), found.es_id}):
            there = found.es_id if found else "空 nothing"
            sentence = (
                "登记簿以此查到的不是这枚印章，而是 the register has another one there："
                f"{there}；请从备份恢复 restore it from a backup"
            )
            raise RefusedError(BROKEN, sentence, at=name)
        return found

    def at(self, key: SealKey) -> SealRecord | None:
        """Give the seal with this key, whatever it is found by; `None` if there is none."""
        with self._reading() as connection:
            return read_seal(connection, key)

    def events(self, key: SealKey) -> tuple[SealEvent, ...]:
        """Give a seal's history, first event first."""
        with self._reading() as connection:
            return read_seal_events(connection, key)

    def active_seal(self, owner: str, suite: Suite, at: datetime) -> SealRecord | None:
        """Give the seal that an owner issues with at `at`: ACTIVE, issuing, in its validity.

        Raises:
            RefusedError: SEAL_HISTORY_BROKEN, its row is not at its last event; or its number does
                not lead to it, so that nobody could suspend or revoke it.
        """
        query = _ISSUING.where(
            _SEAL.c.shard == shard_of(owner),
            _SEAL.c.owner == owner,
            _SEAL.c.suite == suite.value,
            _SEAL.c.state == SealState.ACTIVE.value,
            _SEAL.c.issuing,
        )
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            found = read_seal_row(row)
            named = find_name(connection, found.es_id)
        if row["recorded"] != found.events or named != found.key:
            sentence = (
                "与记录不符，或编号查不到它 not as its events, or not what its number leads to"
            )
            raise RefusedError(BROKEN, sentence, at=found.es_id)
        return found if found.valid_from <= at <= found.valid_until else None

    def seals(
        self, *, limit: int, after: SealKey | None = None, owner: str | None = None
    ) -> tuple[SealRecord | RefusedError, ...]:
        """List seals in the order of their keys; in the place of one that cannot be read, why.

        Args:
            limit: at most so many.
            after: the last key of the page before.
            owner: of this owner only.
        """
        query = select(_SEAL).order_by(_SEAL.c.shard, _SEAL.c.id).limit(limit)
        if owner is not None:
            query = query.where(_SEAL.c.shard == shard_of(owner), _SEAL.c.owner == owner)
        if after is not None:
            place = tuple_(_SEAL.c.shard, _SEAL.c.id)
            query = query.where(place > tuple_(after.shard, after.id))
        with self._reading() as connection:
            rows = each_row(connection.execute(query).mappings(), BROKEN)
            return tuple(map(seal_or_why, rows))

    def record_use(self, planned: PlannedUse) -> None:
        """Journal a use in a transaction of its own; raises as `write_uses`."""
        with translated(), self._engine.begin() as connection:
            write_uses(connection, [planned])

    def uses(
        self, seal: UUID, *, limit: int, after: SealUse | None = None
    ) -> tuple[SealUse | RefusedError, ...]:
        """List the uses of a seal, newest first; in the place of one that cannot be read, why.

        Args:
            seal: id of the seal.
            limit: at most so many.
            after: the last use of the page before.
        """
        query = select(_USE).where(_USE.c.seal_id == seal)
        query = query.order_by(_USE.c.at.desc(), _USE.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(tuple_(_USE.c.at, _USE.c.id) < tuple_(after.at, after.id))
        return self._uses(query)

    def find_use(self, seal: UUID, use: UUID) -> SealUse | None:
        """Give the use of a seal with this id; `None` if there is none."""
        query = select(_USE).where(_USE.c.seal_id == seal, _USE.c.id == use)
        return next((each for each in self._uses(query) if isinstance(each, SealUse)), None)

    def _uses(self, query: Select[Any]) -> tuple[SealUse | RefusedError, ...]:
        with self._reading() as connection:
            rows = each_row(connection.execute(query).mappings(), BROKEN)
            return tuple(map(use_or_why, rows))

    def recorded(self) -> Iterator[SealKey]:
        """Give the keys of which anything was recorded, in their order.

        Raises:
            RefusedError: SEAL_HISTORY_BROKEN, there is one that cannot be read.
        """
        query = select(_EVENT.c.shard, _EVENT.c.seal_id).distinct()
        query = query.order_by(_EVENT.c.shard, _EVENT.c.seal_id).limit(_PAGE)
        page = self._keys(query)
        while page:
            yield from page
            last = tuple_(page[-1].shard, page[-1].id)
            page = self._keys(query.where(tuple_(_EVENT.c.shard, _EVENT.c.seal_id) > last))

    def unrecorded(self) -> Iterator[SealKey]:
        """Give the keys of rows of which nothing was recorded; raises as `recorded`."""
        its = (_EVENT.c.shard == _SEAL.c.shard, _EVENT.c.seal_id == _SEAL.c.id)
        query = select(_SEAL.c.shard, _SEAL.c.id).where(~exists().where(*its))
        yield from self._keys(query)

    def _keys(self, query: Select[Any]) -> list[SealKey]:
        with self._reading() as connection:
            return [SealKey(shard=shard, id=number) for shard, number in connection.execute(query)]


def _write(connection: Connection, record: SealRecord) -> bool:
    """Write the row of a seal, unless it is not at the event before any more."""
    values = seal_row(record)
    place = {
        "at_shard": values.pop("shard"),
        "at_id": values.pop("id"),
        "at_events": record.events - 1,
    }
    try:
        moved = connection.execute(_ADVANCE.values(values), place)
    except IntegrityError as error:
        sentence = (
            "同一所有者、同一算法已有在用印章 "
            f"another one of {record.owner}, {record.suite}, is active"
        )
        raise RefusedError(LicenceReason.ISSUING_SEAL_EXISTS, sentence) from error
    return moved.rowcount == 1
