"""Where a seal lies and what leads to it: rows and copies that are not where they belong."""

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError

from eseal.errors import RefusedError
from licences.database import make_engine
from licences.reasons import LicenceReason
from licences.row_values import table_of
from licences.rows import SealRow
from licences.seal_history import replay
from licences.seal_issuing import IssuingSeals
from licences.seal_life import SealAction, SealState
from licences.seal_model import SealKey
from tests.licences.seal_tampering import copy_seal
from tests.licences.seal_world import NUMBER, SealWorld, url_of
from tests.registers import unguard
from tests.world import NOW

pytestmark = pytest.mark.unmeasured


@pytest.mark.parametrize("last", [None, -1])
def test_a_seal_lies_in_its_owners_shard_alone(seals: SealWorld, last: int | None) -> None:
    """SEAL_HISTORY_BROKEN: no copy in another shard, whole or of a part, is the seal."""
    record = seals.reach(SealState.ACTIVE)
    engine = make_engine(url_of(seals))
    copy_seal(engine, record, events=len(seals.register.events(record.key)[:last]))
    seals.act(SealAction.SUSPEND)
    unguard(engine, "seal_name")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE seal_name SET seal_shard = seal_shard + 1")
    engine.dispose()
    key = SealKey(shard=record.key.shard + 1, id=record.key.id)
    for attempt in (
        lambda: seals.office.find(NUMBER),
        lambda: seals.clerk.standing(NUMBER),
        lambda: seals.act(SealAction.REVOKE),
        lambda: seals.register.at(key),
        lambda: replay(seals.register.events(key)),
    ):
        with pytest.raises(RefusedError) as caught:
            attempt()
        assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN
    assert len(seals.register.events(record.key)) == 5


@pytest.mark.parametrize(
    "lie", ["UPDATE seal_name SET seal_shard = seal_shard + 1", "DELETE FROM seal_name"]
)
def test_what_nobody_can_revoke_issues_nothing(seals: SealWorld, lie: str) -> None:
    """SEAL_HISTORY_BROKEN: a seal that its number does not lead to, held before or not."""
    record = seals.reach(SealState.ACTIVE)
    held = IssuingSeals(seals.clerk)
    assert held.find(record.owner, record.suite, NOW) == record
    engine = make_engine(url_of(seals))
    unguard(engine, "seal_name")
    with engine.begin() as connection:
        connection.exec_driver_sql(lie)
    engine.dispose()
    for issuing in (held, IssuingSeals(seals.clerk)):
        with pytest.raises(RefusedError) as caught:
            issuing.find(record.owner, record.suite, NOW)
        assert (caught.value.reason, caught.value.at) == (
            LicenceReason.SEAL_HISTORY_BROKEN,
            NUMBER,
        )


def test_a_name_stays_a_seals(seals: SealWorld) -> None:
    """The database refuses that the name of a seal becomes another's, or nobody's."""
    seals.reach(SealState.ACTIVE)
    engine = make_engine(url_of(seals))
    before = names_in(engine)
    for statement in (
        "UPDATE seal_name SET seal_shard = 1",
        f"UPDATE seal_name SET seal_id = seal_id WHERE name = '{NUMBER}'",  # noqa: S608
        "UPDATE seal_name SET shard = 1 WHERE length(name) = 64",
        "UPDATE seal_name SET name = 'x' WHERE length(name) = 64",
        "DELETE FROM seal_name",
    ):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO seal_name SELECT shard, name, 1, seal_id FROM seal_name"
            )
    assert names_in(engine) == before
    engine.dispose()


def names_in(engine: Engine) -> list[tuple[object, ...]]:
    """What the names of seals lead to."""
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM seal_name ORDER BY name")
        return [tuple(each) for each in found]


def test_a_row_has_the_digest_of_its_seal_object(seals: SealWorld) -> None:
    """SEAL_HISTORY_BROKEN: it is no seal that somebody made anew in the meantime."""
    seals.reach(SealState.ACTIVE)
    engine = make_engine(url_of(seals))
    with engine.begin() as connection:
        connection.execute(update(table_of(SealRow)).values(esl_sha256=b"\0" * 32))
    engine.dispose()
    with pytest.raises(RefusedError) as caught:
        seals.office.find(NUMBER)
    assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN
