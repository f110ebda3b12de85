"""Reads seals' rows and their histories, in whoever's transaction it is.

Left to others: what stands in a row to `seal_row_values`, names of seals to `seal_names`.
"""

from sqlalchemy import Connection, select

from licences.row_values import table_of
from licences.rows import SealEventRow, SealRow
from licences.seal_model import SealEvent, SealKey, SealRecord
from licences.seal_row_values import read_event_row, read_seal_row

_SEAL = table_of(SealRow)
_EVENT = table_of(SealEventRow)


def read_seal(connection: Connection, key: SealKey) -> SealRecord | None:
    """Give the seal with this key; `None` if there is none."""
    query = select(_SEAL).where(_SEAL.c.shard == key.shard, _SEAL.c.id == key.id)
    row = connection.execute(query).mappings().first()
    return None if row is None else read_seal_row(row)


def read_seal_events(connection: Connection, key: SealKey) -> tuple[SealEvent, ...]:
    """Give a seal's history, first event first."""
    query = (
        select(_EVENT)
        .where(_EVENT.c.shard == key.shard, _EVENT.c.seal_id == key.id)
        .order_by(_EVENT.c.number)
    )
    return tuple(read_event_row(row) for row in connection.execute(query).mappings())
