"""Journals uses of seals (用章记录) in whoever's transaction it is, while the seals are active.

Rules kept: a use and the state that it needs are one, so that nobody uses a seal that another has
just suspended or made anew. The use is written first and the seal's row is read after that: on
SQLite it is the first write that takes the lock and begins the transaction, on PostgreSQL the row
is held from its reading to the commit. What is refused is rolled back.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select, tuple_

from eseal.errors import RefusedError, UnavailableError
from licences.database import insert_all
from licences.reasons import LicenceReason
from licences.row_values import table_of
from licences.rows import SealRow, SealUseRow
from licences.seal_life import SealState
from licences.seal_model import PlannedUse
from licences.seal_row_values import use_row
from licences.seal_terms import state_words

_SEAL = table_of(SealRow)
_USE = table_of(SealUseRow)


def write_uses(connection: Connection, planned: Sequence[PlannedUse]) -> None:
    """Write uses, all of them or none; whoever's transaction it is rolls back what is refused.

    Raises:
        RefusedError: SEAL_NOT_ACTIVE.
        UnavailableError: SEAL_MOVED_ON, the seal was made anew in the meantime.
    """
    if not planned:
        return
    insert_all(connection, _USE, [use_row(each.use) for each in planned])
    wanted = {(each.key.shard, each.key.id) for each in planned}
    query = (
        select(_SEAL.c.id, _SEAL.c.state, _SEAL.c.esl_sha256)
        .where(tuple_(_SEAL.c.shard, _SEAL.c.id).in_(sorted(wanted, key=str)))
        .with_for_update(read=True)
    )
    found = {row.id: (row.state, row.esl_sha256) for row in connection.execute(query)}
    for each in planned:
        state, sha256 = found.get(each.key.id, ("", b""))
        if state != SealState.ACTIVE.value:
            stands = state_words(state) if state else "不在登记簿中 not in the register"
            raise RefusedError(LicenceReason.SEAL_NOT_ACTIVE, f"印章现为 it is：{stands}")
        if sha256 != each.esl_sha256:
            raise UnavailableError(LicenceReason.SEAL_MOVED_ON, "印章已重新制作 it was made anew")
