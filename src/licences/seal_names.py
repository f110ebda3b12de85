"""What a seal is found by: its id, its es_id, and the digest of the application for it.

Rules kept: a name is given once; an application is given to another seal when the one it was for
has ended, which its events say, not its row.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select, update
from sqlalchemy.sql.dml import ReturningInsert

from eseal.errors import RefusedError
from licences.database import inserts_if_new
from licences.model import shard_of
from licences.reasons import LicenceReason
from licences.row_values import table_of
from licences.rows import SealNameRow
from licences.seal_history import replay
from licences.seal_life import ENDED
from licences.seal_model import SealEvent, SealKey, SealRecord
from licences.seal_reading import read_seal_events
from licences.seal_row_values import name_rows
from licences.seal_terms import state_words

_NAME = table_of(SealNameRow)
_CLAIMS: Final[Mapping[str, ReturningInsert[Any]]] = {
    name: each.returning(_NAME.c.name) for name, each in inserts_if_new(_NAME).items()
}


def claim_names(connection: Connection, record: SealRecord, event: SealEvent) -> None:
    """Give a new seal its names; `event` applies for it.

    Raises:
        RefusedError: SEAL_APPLIED_ALREADY, SEAL_NUMBER_TAKEN.
    """
    application = hashlib.sha256(event.attachment).hexdigest()
    names = {str(record.key.id), record.es_id, application}
    claim = _CLAIMS[connection.dialect.name]
    won = set(connection.execute(claim, list(name_rows(record.key, names))).scalars())
    if application not in won:
        _take_over(connection, application, record)
        won.add(application)
    if won != names:
        raise RefusedError(LicenceReason.SEAL_NUMBER_TAKEN, record.es_id)


def find_name(connection: Connection, name: str) -> SealKey | None:
    """Say which seal has a name."""
    query = select(_NAME.c.seal_shard, _NAME.c.seal_id).where(
        _NAME.c.shard == shard_of(name), _NAME.c.name == name
    )
    place = connection.execute(query).first()
    return None if place is None else SealKey(shard=place[0], id=place[1])


def _take_over(connection: Connection, application: str, record: SealRecord) -> None:
    """Make an application name a new seal instead of the one it was for, which has to have ended.

    No seal comes back from its end, so it is enough to insist that the name is still that seal's.
    Which one it was for, and whether that has ended, is asked of its events, not of its row.
    """
    key = find_name(connection, application)
    events = () if key is None else read_seal_events(connection, key)
    named = application
    if key is not None and events and hashlib.sha256(events[0].attachment).hexdigest() == named:
        former = replay(events).record
        named = f"{former.es_id}，{state_words(former.state)}"
        still_its = (
            _NAME.c.shard == shard_of(application),
            _NAME.c.name == application,
            _NAME.c.seal_id == key.id,
        )
        place = {"seal_shard": record.key.shard, "seal_id": record.key.id}
        moving = update(_NAME).where(*still_its).values(place)
        if former.state in ENDED and connection.execute(moving).rowcount == 1:
            return
    raise RefusedError(LicenceReason.SEAL_APPLIED_ALREADY, f"{named}：{record.name}")
