"""A journal counts at the place in a status list that it names, wherever its row says it is."""

import hashlib
from dataclasses import replace

import pytest

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from eseal.jose.strict_json import JsonValue, parse
from licences import licence_reading, projections
from licences.journal import read_place
from licences.licence_life import LifeAction, Standing
from licences.publishing import Change
from licences.reasons import LicenceReason
from licences.status_places import StatusPlaces
from tests.homes import MARKET, STATUS_URI
from tests.licences.press import NAME, Press, doubt
from tests.licences.shelf import Shelf
from tests.registers import ON_SQLITE
from tests.world import SECOND

pytestmark = [pytest.mark.unmeasured, ON_SQLITE]

REVOKED, VALID = Standing.REVOKED, Standing.VALID
ELSEWHERE = {
    "in the same list": {"status_index": "7"},
    "in no list": {"status_uri": "'https://elsewhere.example/x.jwt'"},
    "nowhere": {"status_uri": "''"},
    "in a later list": {"status_uri": f"'{STATUS_URI}/{MARKET}-sm2-1.jwt'", "status_index": "7"},
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_row_moves_no_revocation_away(press: Press, where: str) -> None:
    """It is published at the place that the signed journal names, and at no other; that is told."""
    shelf, place = press.shelf, press.place(2)
    places = StatusPlaces(shelf.register.engine)
    places.allot(MARKET, Suite.SM2, 65_000, base=STATUS_URI)
    places.allot(MARKET, Suite.SM2, 65_000, base=STATUS_URI)
    shelf.act(2, LifeAction.REVOKE, press.at + SECOND)
    shelf.spoil(2, **ELSEWHERE[where])
    for _ in range(2):
        told = doubt(*press.publish_all())
        assert f"{shelf.identifiers[2]}：现发布为撤销、吊销，登记行所载的位置不是" in told
        assert press.told_at(place, replace(place, index=7)) == [REVOKED, VALID]
    with pytest.raises(RefusedError) as caught:
        shelf.act(2, LifeAction.CANCEL)
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    assert list(shelf.rebuild(check=True)) == [shelf.identifiers[2]]


def test_a_place_is_given_to_nobody_else(press: Press) -> None:
    """One that was suspended and is valid again does not take the place of one that is revoked."""
    shelf, first, second = press.shelf, press.place(1), press.place(2)
    shelf.act(2, LifeAction.SUSPEND, press.at + SECOND)
    shelf.act(2, LifeAction.RESUME, press.at + SECOND)
    shelf.spoil(1, status_index="9")
    shelf.spoil(2, status_index=str(first.index))
    told = doubt(press.publish())
    assert press.told_at(first, second, replace(first, index=9)) == [REVOKED, VALID, VALID]
    for number, standing in ((1, "撤销、吊销"), (2, "有效")):
        assert f"{shelf.identifiers[number]}：现发布为{standing}，登记行所载的位置不是" in told


def test_what_is_recorded_names_the_place(press: Press) -> None:
    """Intent, issue and all that is done later; older journals, which name none, are read too."""
    _, events = press.shelf.register.read(press.shelf.identifiers[1])
    bodies = [parse(event.body) for event in events]
    assert [read_place(0, body) for body in bodies] == [press.place(1)] * 3
    wrongs: list[JsonValue] = ["x", {}, {"uri": "x", "index": "7"}]
    for wrong in wrongs:
        with pytest.raises(RefusedError) as caught:
            read_place(2, {"status": wrong})
        assert (caught.value.reason, caught.value.at) == (LicenceReason.JOURNAL_BROKEN, "2")


@pytest.mark.parametrize(
    "said", ["uri = 'x'", f"uri = '{STATUS_URI}/../{NAME}x'", "number = 3", "department = 'x'"]
)
def test_a_list_with_another_name_is_refused(press: Press, said: str) -> None:
    """It has a line of its own, nothing is written anywhere, and others are published."""
    StatusPlaces(press.shelf.register.engine).allot(MARKET, Suite.RSA, 1, base=STATUS_URI)
    before = (press.folder / "status" / NAME).read_bytes()
    press.shelf.execute(f"UPDATE status_list SET {said} WHERE suite = 'sm2'")  # noqa: S608
    results = press.publish_all()
    assert [each.change for each in results if each.error is None] == [Change.NEW]
    (refused, *_) = (each for each in results if each.error is not None)
    assert refused.change is Change.FAILED
    assert "登记行有误" in str(refused.error)
    assert (press.folder / "status" / NAME).read_bytes() == before
    assert len(list((press.folder / "status").iterdir())) == 2


def test_a_list_is_not_written_over_that_of_another_address(press: Press) -> None:
    """STATUS_UNACCOUNTED: the licences name the address that is published, and no other."""
    before = (press.folder / "status" / NAME).read_bytes()
    press.shelf.execute(f"UPDATE status_list SET uri = 'https://other.example/{NAME}'")  # noqa: S608
    told = doubt(*press.publish_all())
    assert "the list of another address" in told
    assert "there is no such list" in told
    assert (press.folder / "status" / NAME).read_bytes() == before


def put_event(
    shelf: Shelf, licence: int, number: str, *, body: bytes = b"x", at: str = "at"
) -> None:
    """Have an event in a journal that nobody recorded; number and time are SQL."""
    digest, none = hashlib.sha256(body).digest(), shelf.bytes(b"\0")
    key = shelf.find(licence).key.id.hex
    shelf.unguard("event")
    for table, columns, values in (
        (
            "event",
            "kind, at, body, digest",
            f"'suspend', {at}, {shelf.bytes(body)}, {shelf.bytes(digest)}",
        ),
        ("event_signature", "signature, certificates", f"{none}, {none}"),
    ):
        shelf.execute(
            f"INSERT INTO {table} (shard, licence_id, number, {columns}) "  # noqa: S608
            f"SELECT shard, licence_id, {number}, {values} FROM event "
            f"WHERE licence_id = '{key}' AND number = 0"
        )


@pytest.mark.parametrize("number", ["30000", "3", "-1", "0.5", "40000", "'x'"])
@pytest.mark.parametrize("at", ["at", "'x'"])
def test_an_event_that_is_no_next_one_takes_nothing_with_it(
    press: Press, number: str, at: str
) -> None:
    """Whatever it is numbered: what was signed is published, nothing waits, and it is told."""
    shelf = press.shelf
    shelf.act(2, LifeAction.REVOKE, press.at)
    put_event(shelf, 2, number, at=at)
    told = press.publish()
    assert press.told()[2] is REVOKED
    assert list(shelf.rebuild(check=True)) == [shelf.identifiers[2]]
    assert f"{shelf.identifiers[2]}：现发布为撤销、吊销，其记录第 3 条损坏" in doubt(told)


def test_a_journal_has_no_more_events_than_can_be_counted(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is behind them is not read: it stays as it was published, and is told."""
    shelf = press.shelf
    for module in (licence_reading, projections):
        monkeypatch.setattr(module, "MOST_EVENTS", 2)
    shelf.act(2, LifeAction.REVOKE, press.at)
    told = doubt(press.publish())
    assert f"{shelf.identifiers[2]}：现发布为有效，其记录第 2 条损坏" in told
    assert press.told()[:3] == [Standing.SUSPENDED, REVOKED, VALID]
    assert shelf.identifiers[2] in shelf.rebuild(check=True)
