"""The seal register keeps what it is given, on either database, whoever else is at work."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from threading import Thread

import pytest
from sqlalchemy import Engine, event, insert
from sqlalchemy.exc import DBAPIError

from eseal.algorithms import Suite
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.trust import load_trust
from licences.database import make_engine
from licences.demo_authority import DemoAuthority
from licences.reasons import LicenceReason
from licences.row_values import table_of
from licences.rows import SealUseRow
from licences.seal_history import replay
from licences.seal_life import SealAction, SealState
from licences.seal_model import SealEvent, SealRecord
from licences.seal_row_values import use_row
from licences.seal_store import SealRegister
from licences.store import Register
from tests.homes import MARKET, clean_processes
from tests.licences.seal_world import (
    NUMBER,
    Officers,
    SealWorld,
    make_seal_world,
    planned,
    url_of,
    use,
)
from tests.registers import dropping, unguard
from tests.world import NOW, YEAR

pytestmark = pytest.mark.unmeasured


def test_gives_back_what_was_entered(seals: SealWorld) -> None:
    """A seal is found by its id and its es_id, exactly as its events say."""
    record = seals.reach(SealState.ACTIVE)
    assert seals.register.find(NUMBER) == record
    assert seals.register.find(str(record.key.id)) == record
    assert seals.register.find("none") is None
    assert seals.clerk.standing(NUMBER).record == record
    assert [each.number for each in seals.register.events(record.key)] == [0, 1, 2, 3]


def test_gives_no_other_seal_for_a_name(seals: SealWorld) -> None:
    """SEAL_HISTORY_BROKEN: what stands where a seal is looked up is another one, or nothing."""
    wanted = replace(seals.application(), name="另一枚（样本）", issuing=False)
    other = seals.office.apply(wanted, seals.applicant)
    record = seals.reach(SealState.ACTIVE)
    engine = make_engine(url_of(seals))
    unguard(engine, "seal_name")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE seal_name SET seal_id = "  # noqa: S608
            f"(SELECT id FROM seal WHERE es_id = '{other.es_id}') WHERE name = '{NUMBER}'"
        )
    assert (other.key.shard, seals.register.find(other.es_id)) == (record.key.shard, other)
    for there in (other.es_id, "nothing"):
        with pytest.raises(RefusedError, match=there) as caught:
            seals.register.find(NUMBER)
        assert caught.value.reason is LicenceReason.SEAL_HISTORY_BROKEN
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM seal")
    engine.dispose()


@pytest.mark.parametrize("name", ["application", "state"])
def test_an_application_is_entered_again_by_what_was_signed(seals: SealWorld, name: str) -> None:
    """SEAL_APPLIED_ALREADY: no row says that the seal of an application has ended."""
    wanted = replace(seals.application(), name="另一枚（样本）", issuing=False)
    ended = seals.office.apply(wanted, seals.applicant)
    ended = seals.office.reject(ended.es_id, seals.approver)
    ended = seals.office.revoke(ended.es_id, seals.approver)
    seals.reach(SealState.APPLIED)
    lies = {
        "application": "UPDATE seal_name SET seal_id = "  # noqa: S608
        f"(SELECT id FROM seal WHERE es_id = '{ended.es_id}') WHERE length(name) = 64",
        "state": "UPDATE seal SET state = 'revoked'",
    }
    engine = make_engine(url_of(seals))
    with engine.begin() as connection:
        connection.exec_driver_sql(lies[name])
    engine.dispose()
    with pytest.raises(RefusedError) as caught:
        seals.office.apply(seals.application(), seals.applicant)
    assert caught.value.reason is LicenceReason.SEAL_APPLIED_ALREADY


def test_a_seal_is_what_its_events_say(seals: SealWorld) -> None:
    """A row is a projection: the events alone give it."""
    record = seals.reach(SealState.ACTIVE)
    assert seals.register.seals(limit=10) == (record,)
    assert replay(seals.register.events(record.key)).record == record


def test_pages_through_seals(seals: SealWorld) -> None:
    """Seals are listed by key in pages, all or an owner's."""
    for number in range(5):
        wanted = replace(seals.application(), name=f"第 {number} 枚（样本）")
        seals.office.apply(wanted, seals.applicant)
    listed: list[SealRecord] = []
    while page := seals.register.seals(limit=2, after=listed[-1].key if listed else None):
        listed += (each for each in page if isinstance(each, SealRecord))
    assert len({each.es_id for each in listed}) == 5
    assert seals.register.seals(limit=9, owner=MARKET) == tuple(listed)
    assert seals.register.seals(limit=9, owner="11999900MB0000027A") == ()


def test_never_changes_events_and_uses(seals: SealWorld) -> None:
    """The database itself refuses to change or remove what was recorded."""
    record = seals.reach(SealState.ACTIVE)
    seals.register.record_use(planned(record))
    engine = make_engine(url_of(seals))
    for statement in (
        "UPDATE seal_event SET action = 'approve'",
        "DELETE FROM seal_event",
        "UPDATE seal_use SET matter = ''",
        "DELETE FROM seal_use",
    ):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_what_the_database_passes_over_is_no_success(seals: SealWorld) -> None:
    """DATABASE_ALTERED, all of it taken back: a trigger that came later drops what is written."""
    record = seals.reach(SealState.ACTIVE)
    writing: dict[str, Callable[[], object]] = {
        "seal_event": lambda: seals.act(SealAction.SUSPEND),
        "seal_use": lambda: seals.register.record_use(planned(record)),
    }
    for table, write in writing.items():
        with (
            dropping(seals.register._engine, table),
            pytest.raises(UnavailableError, match=table) as caught,
        ):
            write()
        assert caught.value.reason is LicenceReason.DATABASE_ALTERED
    assert seals.register.find(NUMBER) == record
    assert len(seals.register.events(record.key)) == record.events
    assert seals.register.uses(record.key.id, limit=9) == ()


def test_a_use_can_be_written_with_a_licence(seals: SealWorld) -> None:
    """The row of a use goes into a transaction of the licence register's own."""
    record = seals.reach(SealState.ACTIVE)
    register = Register(url_of(seals))
    beside = SealRegister(register)
    beside.check_schema()
    with register.engine.begin() as connection:
        connection.execute(insert(table_of(SealUseRow)), [use_row(use(record))])
    assert beside.uses(record.key.id, limit=5) == (use(record),)
    beside.close()
    assert register.find_by_identifier("1.2.none") is None
    register.close()


def test_nobody_suspends_a_seal_between_its_state_and_its_use(seals: SealWorld) -> None:
    """Who suspends a seal that is just being used waits until the use is journaled, or is first."""
    record = seals.reach(SealState.ACTIVE)
    suspending = Thread(target=seals.act, args=(SealAction.SUSPEND,))
    waited: list[bool] = []

    def suspend_meanwhile(*arguments: object) -> None:
        if "esl_sha256" in str(arguments[2]) and not waited:
            waited.append(True)
            suspending.start()
            suspending.join(timeout=1)
            waited[0] = suspending.is_alive()

    engine = seals.register._engine
    event.listen(engine, "after_cursor_execute", suspend_meanwhile)
    seals.register.record_use(planned(record))
    event.remove(engine, "after_cursor_execute", suspend_meanwhile)
    suspending.join()
    assert waited == [True]
    assert seals.office.find(NUMBER).state is SealState.SUSPENDED
    with pytest.raises(RefusedError) as caught:
        seals.register.record_use(planned(record, 2))
    assert caught.value.reason is LicenceReason.SEAL_NOT_ACTIVE
    assert seals.register.uses(record.key.id, limit=5) == (use(record),)


def test_a_digest_is_one(seals: SealWorld) -> None:
    """SEAL_APPLICATION_REFUSED: a use names 32 bytes in small hex digits."""
    record = seals.reach(SealState.APPLIED)
    with pytest.raises(RefusedError) as caught:
        replace(use(record), digest="AB" * 32)
    assert caught.value.reason is LicenceReason.SEAL_APPLICATION_REFUSED


def test_the_second_of_two_writers_is_refused(seals: SealWorld) -> None:
    """SEAL_MOVED_ON: who did not read the last state changes nothing."""
    seals.reach(SealState.ACTIVE)
    record = seals.office.find(NUMBER)
    seals.act(SealAction.SUSPEND)
    last = seals.register.events(record.key)[-1]
    late = replace(record, events=record.events + 1)
    with pytest.raises(UnavailableError) as caught:
        seals.register.advance(late, last)
    assert caught.value.reason is LicenceReason.SEAL_MOVED_ON
    assert seals.office.find(NUMBER).state is SealState.SUSPENDED


class Meeting(SealRegister):
    """A register that waits before it writes, until it is told to go on."""

    def __init__(self, url: str, parent: Connection) -> None:
        super().__init__(url)
        self._parent = parent

    def advance(self, record: SealRecord, step: SealEvent) -> None:
        """Say that the event is signed, wait, and write."""
        self._parent.send("signed")
        self._parent.recv()
        super().advance(record, step)


def act_when_told(
    url: str, authority: DemoAuthority, action: SealAction, parent: Connection
) -> None:
    """Act on the seal, at the very moment that another process does."""
    register = Meeting(url, parent)
    seals = make_seal_world(register, load_trust(authority.trust), Officers(authority), authority)
    try:
        seals.act(action)
        parent.send("done")
    except EvidenceError as error:
        parent.send(error.reason.value)


def test_of_two_processes_one_wins(seals: SealWorld) -> None:
    """SEAL_MOVED_ON: two act on one seal at once; one is recorded, the other is told."""
    record = seals.reach(SealState.ACTIVE)
    actions = (SealAction.SUSPEND, SealAction.HAND_IN)
    pipes = [clean_processes.Pipe() for _ in actions]
    children = [
        clean_processes.Process(
            target=act_when_told, args=(url_of(seals), seals.authority, action, theirs)
        )
        for action, (_, theirs) in zip(actions, pipes, strict=True)
    ]
    for child, (_, theirs) in zip(children, pipes, strict=True):
        child.start()
        theirs.close()
    assert [ours.recv() for ours, _ in pipes] == ["signed", "signed"]
    for ours, _ in pipes:
        ours.send("go on")
    results = {action: ours.recv() for action, (ours, _) in zip(actions, pipes, strict=True)}
    for child in children:
        child.join()
    assert sorted(results.values()) == sorted(["done", LicenceReason.SEAL_MOVED_ON.value])
    (winner,) = (action for action, result in results.items() if result == "done")
    assert [each.action for each in seals.register.events(record.key)][4:] == [winner]
    assert seals.office.history(NUMBER).finding.reason is None


def kill() -> None:
    """End this process as nothing can catch."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at_statement(part: str) -> Callable[[Engine], None]:
    """Kill before a statement is sent that has `part` in it."""

    def arrange(engine: Engine) -> None:
        def look(*arguments: object) -> None:
            if part in str(arguments[2]):
                kill()

        event.listen(engine, "before_cursor_execute", look)

    return arrange


def kill_at_commit(engine: Engine) -> None:
    """Kill when everything is written, before the commit."""
    event.listen(engine, "commit", lambda _connection: kill())


POINTS: dict[str, Callable[[Engine], None]] = {
    "before the seal": kill_at_statement("UPDATE seal"),
    "before the event": kill_at_statement("INSERT INTO seal_event"),
    "before the commit": kill_at_commit,
}


class Killed(SealRegister):
    """A register whose process dies at one of the points, or right after the commit."""

    def __init__(self, url: str, point: str) -> None:
        super().__init__(url)
        self._point = point

    def advance(self, record: SealRecord, step: SealEvent) -> None:
        """Write, and die."""
        if self._point in POINTS:
            POINTS[self._point](self._engine)
        super().advance(record, step)
        kill()


def die_at(url: str, authority: DemoAuthority, point: str) -> None:
    """Suspend the seal, and be killed at a point."""
    register = Killed(url, point)
    trust = load_trust(authority.trust)
    make_seal_world(register, trust, Officers(authority), authority).act(SealAction.SUSPEND)


@pytest.mark.parametrize("point", [*POINTS, "after the commit"])
def test_killed_anywhere_nothing_is_half_done(seals: SealWorld, point: str) -> None:
    """Killed before the commit nothing was done, after it everything; a retry finds either."""
    before = seals.reach(SealState.ACTIVE)
    child = clean_processes.Process(target=die_at, args=(url_of(seals), seals.authority, point))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    found = seals.office.find(NUMBER)
    assert seals.office.history(NUMBER).finding.reason is None
    if point in POINTS:
        assert found == before
        assert seals.act(SealAction.SUSPEND).state is SealState.SUSPENDED
        return
    assert found.state is SealState.SUSPENDED
    with pytest.raises(RefusedError) as caught:
        seals.act(SealAction.SUSPEND)
    assert caught.value.reason is LicenceReason.SEAL_TRANSITION_REFUSED


def test_gives_no_seal_outside_its_validity(seals: SealWorld) -> None:
    """The seal to issue with is one that is valid at that time."""
    record = seals.reach(SealState.ACTIVE)
    for at, found in ((record.valid_until, record), (NOW - YEAR, None)):
        assert seals.register.active_seal(MARKET, Suite.SM2, at) == found
