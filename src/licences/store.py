"""The register (登记簿): the only reader and writer of rows, and the owner of transactions.

Rules kept: every method is one transaction or one read; licence, documents and journal move
together; a licence is issued once because its natural key is a primary key, and moves on only from
the state that its writer had read (the number of its next event is a primary key too), never by
read-then-write; look-ups go by whole primary keys, lists by keyset paging. Reading is shared with
`licence_reading`.

When shards come to lie in several databases, `begin` becomes two commits: the natural key first,
which a retry finds, then the licence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, bindparam, delete, select, tuple_, update
from sqlalchemy.sql.dml import ReturningInsert

from eseal.errors import RefusedError, UnavailableError
from licences.database import insert_all, inserts_if_new, make_engine, snapshot, translated
from licences.entries import Entry
from licences.licence_reading import (
    BadRow,
    find_holders,
    find_licence,
    read_journal,
    read_mentioning,
)
from licences.model import Event, EventKind, Licence, LicenceKey, LicenceState, shard_of
from licences.reasons import LicenceReason
from licences.row_values import (
    advance_row,
    document_rows,
    event_row,
    free_row,
    identifier_row,
    licence_row,
    natural_key_row,
    read_licence,
    readable,
    signature_row,
    stay_row,
    table_of,
)
from licences.rows import (
    DocumentRow,
    EventRow,
    EventSignatureRow,
    IdentifierRow,
    LicenceRow,
    NaturalKeyRow,
)
from licences.run_locks import run_locks
from licences.schema_guards import look_at
from licences.seal_uses import write_uses

SCHEMA_REVISION = "0008"
"""The newest migration; a register at another one is not touched."""


_LICENCE = table_of(LicenceRow)
_NATURAL_KEY = table_of(NaturalKeyRow)
_IDENTIFIER = table_of(IdentifierRow)
_DOCUMENT = table_of(DocumentRow)
_EVENT = table_of(EventRow)
_SIGNATURE = table_of(EventSignatureRow)

_CLAIMS: Final[Mapping[str, ReturningInsert[Any]]] = {
    name: each.returning(_NATURAL_KEY.c.digest)
    for name, each in inserts_if_new(_NATURAL_KEY).items()
}
_ADVANCE = (
    update(_LICENCE)
    .where(
        _LICENCE.c.shard == bindparam("at_shard"),
        _LICENCE.c.id == bindparam("at_id"),
        _LICENCE.c.events == bindparam("at_events"),
    )
    .values(
        issued_at=bindparam("to_issued_at"),
        seed=bindparam("to_seed"),
        state=bindparam("to_state"),
        events=bindparam("to_events"),
        head=bindparam("to_head"),
        standing=bindparam("to_standing"),
    )
)
_FREE = delete(_NATURAL_KEY).where(
    _NATURAL_KEY.c.shard == bindparam("at_shard"), _NATURAL_KEY.c.digest == bindparam("at_digest")
)


class Register:
    """A register in one database."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        self._locks = run_locks(self._engine)
        self._claim = _CLAIMS[self._engine.dialect.name]

    def close(self) -> None:
        """Give back all connections."""
        self._locks.close()
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """The engine, for a register of another kind in the same database."""
        return self._engine

    def hold(self, run: UUID) -> AbstractContextManager[None]:
        """Hold the lock of a run (see `run_locks`) for the length of a block."""
        return self._locks.hold(run)

    def upgrade(self) -> None:
        """Bring the schema to the newest revision.

        Raises:
            UnavailableError: DATABASE_OUTDATED, the schema is of a newer version of this program.
        """
        from licences import migrations  # noqa: PLC0415  Alembic is needed here only

        with translated():
            try:
                migrations.upgrade(self._engine)
            except migrations.UnknownRevisionError as error:
                raise UnavailableError(
                    LicenceReason.DATABASE_OUTDATED, "库结构比本程序新 a newer one"
                ) from error

    def check_schema(self) -> None:
        """Refuse a database whose schema is not the one that this code reads and writes.

        Raises:
            UnavailableError: DATABASE_OUTDATED; DATABASE_ALTERED; or DATABASE_UNAVAILABLE, there
                is no schema.
        """
        check_schema(self._engine)

    def begin(self, entries: Sequence[Entry]) -> frozenset[bytes]:
        """Enter new licences with the intent to issue them; those whose natural key is free.

        Returns:
            The natural keys (digests) that were free and are now these licences'.
        """
        if not entries:
            return frozenset()
        ordered = sorted((entry.licence for entry in entries), key=lambda each: each.natural_key)
        claims = [natural_key_row(each) for each in ordered]
        with translated(), self._engine.begin() as connection:
            won = frozenset(connection.execute(self._claim, claims).scalars())
            fresh = [entry for entry in entries if entry.licence.natural_key in won]
            licences = [entry.licence for entry in fresh]
            insert_all(connection, _LICENCE, map(licence_row, licences))
            insert_all(connection, _IDENTIFIER, map(identifier_row, licences))
            insert_all(connection, _EVENT, [event_row(entry.event) for entry in fresh])
        return won

    def advance(self, entries: Sequence[Entry], *, beside: Sequence[Licence] = ()) -> None:
        """Take each licence one step further: journal, state and documents in one transaction.

        A licence that FAILED gives its natural key back, and keeps its identifier, under which
        something may be signed. What a step announces of a seal is journaled with it.

        Args:
            entries: the steps.
            beside: other licences as they were read, which have to be so still.

        Raises:
            UnavailableError: ISSUED_ELSEWHERE, someone else moved one of them; SEAL_MOVED_ON.
                Nothing was written.
            RefusedError: SEAL_NOT_ACTIVE; nothing was written.
        """
        if not entries:
            return
        licences = [entry.licence for entry in entries]
        rows = [*map(advance_row, licences), *map(stay_row, beside)]
        rows.sort(key=itemgetter("at_shard", "at_id"))  # in one order, so that none wait in a ring
        with translated(), self._engine.begin() as connection:
            if connection.execute(_ADVANCE, rows).rowcount != len(rows):
                sentence = (
                    "他人已先行办理其中一件 another process has taken one of these licences further"
                )
                raise UnavailableError(LicenceReason.ISSUED_ELSEWHERE, sentence)
            events = [entry.event for entry in entries]
            insert_all(connection, _EVENT, map(event_row, events))
            insert_all(
                connection, _SIGNATURE, [signature_row(each) for each in events if each.signature]
            )
            write_uses(connection, [entry.use for entry in entries if entry.use is not None])
            issued = (each.licence for each in entries if each.event.kind is EventKind.ISSUED)
            insert_all(connection, _DOCUMENT, chain.from_iterable(map(document_rows, issued)))
            failed = [free_row(each) for each in licences if each.state is LicenceState.FAILED]
            if failed:
                connection.execute(_FREE, failed)

    def find_by_natural_keys(self, digests: Iterable[bytes]) -> dict[bytes, Licence | BadRow]:
        """Give the licences that hold these natural keys; in the place of a bad one, why."""
        wanted = list(digests)
        try:
            with translated(), self._engine.connect() as connection:
                return find_holders(connection, wanted)
        except RefusedError as error:
            if len(wanted) == 1:
                return {wanted[0]: BadRow(error)}
        found = (self.find_by_natural_keys([each]) for each in wanted)
        return dict(chain.from_iterable(each.items() for each in found))

    def find_by_identifier(self, identifier: str) -> Licence | None:
        """Give the licence with this identifier; `None` if there is none."""
        with translated(), self._engine.connect() as connection:
            return find_licence(connection, identifier)

    def of_holder(
        self, code: str, *, keep: Callable[[Licence], bool], limit: int
    ) -> tuple[Licence | BadRow, ...]:
        """Give licences of a holder, newest first, without their documents.

        Args:
            code: the holder's, in full; licences that mention it otherwise may come too.
            keep: which of them are wanted; those that cannot be read come as well.
            limit: at most so many.
        """
        with (
            translated(),
            self._engine.connect() as connection,
            closing(read_mentioning(connection, shard_of(code), code)) as found,
        ):
            kept = (each for each in found if isinstance(each, BadRow) or keep(each))
            return tuple(islice(kept, limit))

    def read(self, identifier: str) -> tuple[Licence, tuple[Event, ...]]:
        """Give the licence with this identifier and its journal, as they were at one moment.

        Raises:
            RefusedError: UNKNOWN_LICENCE.
        """
        with snapshot(self._engine) as connection:
            found = find_licence(connection, identifier)
            if found is not None:
                return found, read_journal(connection, found.key)
        raise RefusedError(
            LicenceReason.UNKNOWN_LICENCE, f"没有这一标识的证照 there is none with {identifier}"
        )

    def unfinished(self, *, limit: int, after: LicenceKey | None = None) -> tuple[Licence, ...]:
        """Give the licences that were begun and neither issued nor failed, in order of their keys.

        Args:
            limit: at most so many.
            after: the last key of the page before.
        """
        query = (
            select(_LICENCE)
            .where(_LICENCE.c.state == LicenceState.INTENT.value)
            .order_by(_LICENCE.c.shard, _LICENCE.c.id)
            .limit(limit)
        )
        if after is not None:
            place = tuple_(_LICENCE.c.shard, _LICENCE.c.id)
            query = query.where(place > tuple_(after.shard, after.id))
        with translated(), readable(""), self._engine.connect() as connection:
            return tuple(read_licence(row, ()) for row in connection.execute(query).mappings())

    def events(self, key: LicenceKey) -> tuple[Event, ...]:
        """Give a licence's journal, first event first."""
        with translated(), self._engine.connect() as connection:
            return read_journal(connection, key)


def check_schema(engine: Engine) -> None:
    """Refuse a database at another revision, or altered; raises as `Register.check_schema`."""
    with translated(), engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        found = rows.scalars().all()
        state = look_at(connection)
    if found != [SCHEMA_REVISION]:
        at = ", ".join(map(str, found)) or "—"
        sentence = f"库结构版本不符 the schema is at {at}, not at {SCHEMA_REVISION}"
        raise UnavailableError(LicenceReason.DATABASE_OUTDATED, sentence)
    if state.foreign:
        sentence = f"不是本程序建的 not this program's：{'、'.join(state.foreign)}"
        raise UnavailableError(LicenceReason.DATABASE_ALTERED, sentence)
