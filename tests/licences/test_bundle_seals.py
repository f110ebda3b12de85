"""A bundle is told which seals there are by what was signed, whatever rows there are."""

import pytest

from eseal.errors import EvidenceError, RefusedError
from eseal.reasons import Reason
from licences.bundle_seals import issuing_seals
from licences.reasons import LicenceReason
from licences.seal_life import SealAction, SealState
from tests.licences.seal_tampering import copy_seal, self_signed, write_step
from tests.licences.seal_world import NUMBER, SealWorld
from tests.registers import ON_SQLITE, unguard


def change(seals: SealWorld, statement: str) -> None:
    """Do what whoever can write the database can do."""
    engine = seals.register._engine
    unguard(engine, "seal_event")
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def demand_refused(seals: SealWorld) -> EvidenceError:
    """Insist that no bundle is made, for a history that is broken."""
    with pytest.raises(EvidenceError) as caught:
        list(issuing_seals(seals.clerk, pytest.fail))
    assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN
    return caught.value


def test_tells_no_step_of_a_self_made_key(quick_seals: SealWorld) -> None:
    """Refused where the seal is in use by it, else revoked from there on."""
    signer = self_signed(quick_seals)
    record = write_step(quick_seals, SealState.SUSPENDED, SealAction.RESUME, signer)
    with pytest.raises(EvidenceError) as caught:
        list(issuing_seals(quick_seals.clerk, pytest.fail))
    assert caught.value.reason is Reason.UNKNOWN_ISSUER
    quick_seals.act(SealAction.REVOKE)
    (told,) = issuing_seals(quick_seals.clerk, pytest.fail)
    assert told.es_id == record.es_id
    assert [state for _, state in told.states][-3:] == ["suspended", "revoked", "revoked"]


@ON_SQLITE
@pytest.mark.parametrize(
    "lie",
    [
        "DELETE FROM seal",
        "UPDATE seal SET state = 'active'",
        "UPDATE seal SET issuing = false",
        "UPDATE seal SET es_id = '9999990000009'",
        "DELETE FROM seal_event",
        "DELETE FROM seal_event WHERE number = 0",
        "DELETE FROM seal_event WHERE number = 4",
    ],
)
def test_is_silent_about_no_revoked_seal(seals: SealWorld, lie: str) -> None:
    """SEAL_HISTORY_BROKEN, naming the seal: row and history differ, or one of them is missing."""
    record = seals.reach(SealState.REVOKED)
    assert [each.state for each in issuing_seals(seals.clerk, pytest.fail)] == [SealState.REVOKED]
    change(seals, lie)
    assert str(record.key.id) in demand_refused(seals).at


@pytest.mark.parametrize("events", [5, 4, 1])
def test_copies_elsewhere_stop_nothing(quick_seals: SealWorld, events: int) -> None:
    """What lies in another shard and says nothing new is told, and passed over; row or no row."""
    record = quick_seals.reach(SealState.REVOKED)
    copy_seal(quick_seals.register._engine, record, events=events)
    for _ in range(2):
        doubts: list[str] = []
        (told,) = issuing_seals(quick_seals.clerk, doubts.append)
        assert (told.es_id, told.state) == (NUMBER, SealState.REVOKED)
        (doubt,) = doubts
        assert f"a copy of the events of seal {record.key.id} lies in shard" in doubt
        change(quick_seals, f"DELETE FROM seal WHERE shard <> {record.key.shard}")  # noqa: S608


def test_what_a_seal_lost_is_no_copy(quick_seals: SealWorld) -> None:
    """SEAL_HISTORY_BROKEN: elsewhere lies an event that the seal's own history does not have."""
    record = quick_seals.reach(SealState.REVOKED)
    copy_seal(quick_seals.register._engine, record, events=5)
    change(quick_seals, f"DELETE FROM seal_event WHERE number = 4 AND shard = {record.key.shard}")  # noqa: S608
    change(quick_seals, "UPDATE seal SET state = 'active', events = 4")
    demand_refused(quick_seals)


@pytest.mark.parametrize("spelling", ["'{' || id || '}'", "upper(id)"])
def test_an_id_is_read_in_one_spelling(quick_seals: SealWorld, spelling: str) -> None:
    """SEAL_HISTORY_BROKEN: what another spelling stands for is no seal, and no end of a page."""
    record = quick_seals.reach(SealState.REVOKED)
    for table, column in (("seal", "id"), ("seal_event", "seal_id")):
        change(quick_seals, f"CREATE TABLE one AS SELECT * FROM {table}")  # noqa: S608
        change(quick_seals, f"UPDATE one SET {column} = {spelling.replace('id', column)}")  # noqa: S608
        change(quick_seals, f"INSERT INTO {table} SELECT * FROM one LIMIT 1")  # noqa: S608
        change(quick_seals, "DROP TABLE one")
        demand_refused(quick_seals)
    listed = quick_seals.register.seals(limit=9)
    assert record in listed
    assert [type(each) for each in listed if each != record] == [RefusedError]
    assert len(quick_seals.register.events(record.key)) == record.events
