"""What a list says anew is what the journals say, whatever became of the rows."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import insert

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from eseal.jose.status_list import read_status_list, sign_status_list
from eseal.jose.strict_json import JsonObject
from eseal.signers import SoftwareSigner
from licences import status_survey
from licences.home import Home
from licences.journal import next_entry
from licences.licence_life import LifeAction, Standing
from licences.life_office import LifeOffice
from licences.model import EventKind, LicenceKey
from licences.publication_diagnosis import examine_published
from licences.publications import PUBLIC
from licences.publishing import Change, publish
from licences.reasons import LicenceReason
from licences.row_values import event_row, table_of
from licences.rows import EventRow
from licences.seal_journal import Grounds
from licences.status_lists import list_of
from licences.status_places import StatusPlaces
from tests.homes import DEPARTMENTS, MARKET, STATUS_URI
from tests.licences.press import NAME, Press, doubt
from tests.licences.shelf import Shelf
from tests.registers import ON_SQLITE
from tests.world import DAY, DEPARTMENT, NOW, SECOND, World

pytestmark = pytest.mark.unmeasured

VALID, SUSPENDED, REVOKED = Standing.VALID, Standing.SUSPENDED, Standing.REVOKED


def restored(shelf: Shelf) -> None:
    """Have the register be as it was before the second licence was revoked."""
    issued = shelf.event(1, 1)
    shelf.drop_events(1, 1)
    shelf.spoil(1, standing="'valid'", events="2", head=shelf.bytes(issued.digest))


def a_cut_journal(shelf: Shelf) -> None:
    """Have the row say valid, and the journal nothing of the revocation that the row names."""
    shelf.drop_events(1, 1)
    shelf.spoil(1, standing="'valid'")


def a_changed_event(shelf: Shelf) -> None:
    """Have row and journal say that the licence was suspended, and then resumed."""
    shelf.spoil_event(1, 2, kind="'resume'")
    shelf.spoil(1, standing="'valid'")


def a_changed_row(shelf: Shelf) -> None:
    """Have the row say valid."""
    shelf.spoil(1, standing="'valid'")


@ON_SQLITE
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (a_changed_row, "its row says valid, its journal revoked; published as revoked"),
        (a_cut_journal, "names a later event, which is not there; published as revoked"),
        (a_changed_event, "its journal is broken at event 2"),
        (restored, "nothing was ever done to a licence there; published as revoked"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_no_revocation_is_taken_back_in_silence(
    press: Press, spoil: Callable[[Shelf], None], said: str
) -> None:
    """What is published stays, and is told; what was done meanwhile to others is published."""
    spoil(press.shelf)
    press.shelf.act(2, LifeAction.SUSPEND)
    result = press.publish()
    assert said in doubt(result)
    assert (result.change, result.notable) == (Change.CHANGED, 3)
    assert press.told() == [SUSPENDED, REVOKED, SUSPENDED, VALID, VALID]
    again = press.publish()
    assert said in doubt(again)
    assert again.change is Change.UNCHANGED


@ON_SQLITE
def test_what_a_stranger_signs_does_nothing(press: Press, stranger: SoftwareSigner) -> None:
    """Neither takes it a revocation back, nor does it revoke; both are told, and nobody goes on.

    With inserts and the usual update, and a certificate of one's own that names the department.
    """
    shelf = press.shelf
    shelf.act(3, LifeAction.SUSPEND, press.at + SECOND)
    for number, action in ((1, LifeAction.CORRECT), (2, LifeAction.REVOKE), (3, LifeAction.RESUME)):
        shelf.forge(number, stranger, action)
    said = doubt(press.publish())
    assert press.told() == [SUSPENDED, REVOKED, VALID, SUSPENDED, VALID]
    for number in (1, 2, 3):
        assert f"{shelf.identifiers[number]}：" in said
        with pytest.raises(RefusedError) as caught:
            shelf.act(number, LifeAction.CANCEL)
        assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
        assert "不受信任 the signer of event " in caught.value.sentence
    assert "its journal is broken at event 3" in said
    assert shelf.rebuild(check=True).keys() == set(shelf.identifiers[1:4])


def test_an_old_copy_gives_out_no_place_of_its_lists(press: Press) -> None:
    """Those that were given out since then would be given out twice; once is enough to close."""
    places = StatusPlaces(press.shelf.register.engine)
    places.allot(MARKET, Suite.RSA, 1, base=STATUS_URI)
    restored(press.shelf)
    doubt(press.publish_all()[-1])
    for suite in Suite:
        for _ in range(2):
            (place,) = places.allot(MARKET, suite, 1, base=STATUS_URI)
            assert place.uri == f"{STATUS_URI}/{MARKET}-{suite}-1.jwt"
            press.publish_all()


@ON_SQLITE
@pytest.mark.parametrize("days", [0, 1.5, 2])
def test_a_list_whose_signer_has_ended_is_a_witness_still(
    press: Press, world: World, monkeypatch: pytest.MonkeyPatch, days: float
) -> None:
    """An old copy is told by it, and it is signed anew; not so by one of a signer revoked since."""
    is_revoked = bool(days)
    signer = world.sm2.department(
        subject=replace(DEPARTMENT, organisation_code=MARKET), not_after=NOW - DAY
    )
    known = read_status_list((press.folder / "status" / NAME).read_bytes())
    ended = sign_status_list(
        signer,
        known.statuses,
        issuer=MARKET,
        uri=known.uri,
        at=NOW - 2 * DAY,
        lifetime=30 * DAY,
        ttl=DAY,
    )
    (press.folder / "status" / NAME).write_bytes(ended)
    revoked = [world.sm2.revoked(signer, NOW - days * DAY)] if is_revoked else []
    ours, theirs = press.shelf.home.trust_store(), world.sm2.trust(revoked=revoked)
    both = replace(ours, roots=ours.roots + theirs.roots, crls=ours.crls + theirs.crls)
    monkeypatch.setattr(Home, "trust_store", lambda _home: both)
    restored(press.shelf)
    result = press.publish()
    assert result.change is (Change.NEW if is_revoked else Change.RENEWED)
    assert press.told()[1] is (VALID if is_revoked else REVOKED)
    assert ("made anew of what was signed" in doubt(result)) is is_revoked


@ON_SQLITE
@pytest.mark.parametrize("lacking", ["crls", "roots"])
def test_a_list_whose_signer_is_not_decided_stays(
    press: Press, world: World, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    """Neither an old copy nor a roll-over takes it away: it is told with what to do, and stays."""
    file, home = press.folder / "status" / NAME, press.shelf.home
    before, trust = file.read_bytes(), home.trust_store()
    lacks = {"crls": replace(trust, crls=()), "roots": world.sm2.trust()}[lacking]
    monkeypatch.setattr(Home, "trust_store", lambda _home: lacks)
    restored(press.shelf)
    press.folder.rename(home.path / PUBLIC)
    press.folder = home.path / PUBLIC
    result = press.publish()
    assert (result.change, isinstance(result.error, UnavailableError)) == (Change.FAILED, True)
    assert result.error is not None
    assert result.error.at == NAME
    assert "未改写" in result.error.sentence
    assert result.error.advice is not None
    assert "remove the file" in result.error.advice[1]
    (symptom,) = examine_published(home, press.at)
    assert (symptom.reason, symptom.advice) == (result.error.reason, result.error.advice)
    monkeypatch.setattr(Home, "trust_store", lambda _home: trust)
    assert "nothing was ever done to a licence there" in doubt(press.publish())
    assert press.told()[1] is REVOKED
    assert (press.folder / "status" / NAME).read_bytes() == before


def is_closed(press: Press) -> bool:
    """Whether the list gives out no more places."""
    places = StatusPlaces(press.shelf.register.engine)
    return not places.allot(MARKET, Suite.SM2, 1, base=STATUS_URI)[0].uri.endswith("-0.jwt")


def test_a_row_changed_by_hand_closes_no_list(press: Press) -> None:
    """Its journal is whole, so the register is no old copy."""
    a_changed_row(press.shelf)
    doubt(press.publish())
    assert not is_closed(press)


def test_what_was_lost_is_recorded_anew(press: Press) -> None:
    """Then the journal accounts for it again."""
    restored(press.shelf)
    doubt(press.publish())
    press.shelf.act(1, LifeAction.REVOKE)
    result = press.publish()
    assert (result.error, result.change) == (None, Change.UNCHANGED)


@ON_SQLITE
def test_what_was_done_to_an_old_copy_does_not_hide_what_was_lost(press: Press) -> None:
    """Its journal says suspended and resumed, and knows nothing of the revocation."""
    restored(press.shelf)
    press.shelf.act(1, LifeAction.SUSPEND)
    assert "its journal knows nothing of that" in doubt(press.publish())
    press.shelf.act(1, LifeAction.RESUME)
    assert "its journal knows nothing of that" in doubt(press.publish())
    assert press.told()[1] is REVOKED


def test_nobody_is_revoked_by_a_row(press: Press) -> None:
    """The journal counts: a row that says revoked and was never acted on is told, no more."""
    press.shelf.spoil(3, standing="'revoked'")
    assert "its row says revoked, its journal valid; published as valid" in doubt(press.publish())
    assert press.told()[3] is VALID


def put_another_row(shelf: Shelf, **columns: str) -> None:
    """Have another licence at the place of the fourth, with a row and no more."""
    said = {"id": f"'{7:032x}'", "identifier": "'x'", "standing": "'revoked'"}
    shelf.add_row(3, **{**said, **columns})


def put_a_garbage_event(shelf: Shelf, kind: str = "resume") -> None:
    """Have another event at the end of a journal, with what stands for a signature."""
    for table, columns, values in (
        ("event", "kind, at, body, digest", f"'{kind}', 'infinity', {shelf.bytes(b'{}')}, "),
        ("event_signature", "signature, certificates", f"{shelf.bytes(b'x')}, "),
    ):
        shelf.execute(
            f"INSERT INTO {table} (shard, licence_id, number, {columns}) "  # noqa: S608
            f"SELECT shard, id, events, {values}{shelf.bytes(b'x')} FROM licence "
            f"WHERE identifier = '{shelf.identifiers[3]}'"
        )


def a_fabricated_row(shelf: Shelf) -> None:
    """A row of a licence that there is not."""
    put_another_row(shelf)


def a_fabricated_failure(shelf: Shelf) -> None:
    """A licence that was not issued, with a journal that nobody has to sign."""
    put_another_row(shelf, state="'failed'", standing="'cancelled'", events="2")
    put_events(shelf, EventKind.INTENT, EventKind.FAILED)


def a_revocation_before_the_issue(shelf: Shelf) -> None:
    """A journal that begins with what only an issued licence can have; nobody signed it."""
    put_another_row(shelf, events="1")
    put_events(shelf, EventKind.REVOKE)


def put_events(shelf: Shelf, *kinds: EventKind) -> None:
    """Have the other licence's journal say these, as nobody signs it."""
    key = LicenceKey(shard=shelf.find(3).key.shard, id=UUID(int=7))
    body: JsonObject = {"identifier": "x", "reason": "X", "at": ""}
    licence, rows = replace(shelf.find(3), key=key, events=0, head=b""), []
    for kind in kinds:
        entry = next_entry(licence, kind, body, NOW)
        rows.append(event_row(entry.event))
        licence = entry.licence
    with shelf.register.engine.begin() as connection:
        connection.execute(insert(table_of(EventRow)), rows)


def a_failure_at_no_place(shelf: Shelf) -> None:
    """A licence that was not issued, at a place that no list has; and one that is not valid."""
    a_fabricated_failure(shelf)
    shelf.execute(f"UPDATE licence SET status_index = -1 WHERE id = '{7:032x}'")  # noqa: S608
    put_another_row(shelf, id=f"'{8:032x}'", status_index="65536")


def a_garbage_event(shelf: Shelf) -> None:
    """An event that nobody recorded, and a row that goes with it."""
    put_a_garbage_event(shelf, "revoke")
    shelf.spoil(3, standing="'revoked'")


def a_bad_suite(shelf: Shelf) -> None:
    """A row that cannot be read."""
    shelf.spoil(3, standing="'revoked'", suite="'x'")


def a_false_head(shelf: Shelf) -> None:
    """A row that names an event that there is not."""
    shelf.spoil(3, standing="'revoked'", events="9", head=shelf.bytes(b"x"))


@ON_SQLITE
@pytest.mark.parametrize(
    "spoil",
    [
        a_fabricated_row,
        a_fabricated_failure,
        a_revocation_before_the_issue,
        a_garbage_event,
        a_bad_suite,
        a_false_head,
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_nobody_signed_changes_nothing(press: Press, spoil: Callable[[Shelf], None]) -> None:
    """Neither in a list that is published, nor in one that is made anew; no list is closed."""
    places = [press.place(number) for number in range(4)]
    spoil(press.shelf)
    assert "现发布为有效" in doubt(press.publish())
    (press.folder / "status" / NAME).unlink()
    assert "现发布为有效" in doubt(press.publish())
    assert press.told_at(*places) == [SUSPENDED, REVOKED, VALID, VALID]
    assert not is_closed(press)


@ON_SQLITE
def test_a_place_that_no_list_has_stops_no_list(press: Press) -> None:
    """A failure before the first place, a row behind the last: told, and the others published."""
    a_failure_at_no_place(press.shelf)
    press.shelf.act(2, LifeAction.SUSPEND)
    for change in (Change.CHANGED, Change.UNCHANGED):
        outside, result = press.publish_all()
        assert "没有这个位置 it has no such place: -1" in doubt(outside)
        assert "x：其记录第 0 条损坏" in doubt(outside)
        assert (result.error, result.change) == (None, change)
    assert press.told() == [SUSPENDED, REVOKED, SUSPENDED, VALID, VALID]


@ON_SQLITE
def test_rows_at_what_is_no_index_stop_nothing(press: Press) -> None:
    """SQLite keeps whatever stands there, of several kinds in one list."""
    for number, index in enumerate(("-1", "x'7b7d'", "1.5", "'x'"), 7):
        put_another_row(press.shelf, id=f"'{number:032x}'", status_index=index)
    press.shelf.act(2, LifeAction.SUSPEND)
    outside, result = press.publish_all()
    assert "x：其记录第 0 条损坏" in doubt(outside)
    assert "另有 1 处 and 1 more" in doubt(outside)
    assert (result.error, result.change) == (None, Change.CHANGED)


def a_row_under_another_id(shelf: Shelf) -> None:
    """Another id, under which there is no journal."""
    shelf.spoil(3, id=f"'{7:032x}'", standing="'valid'")


def a_deleted_row(shelf: Shelf) -> None:
    """No row at all."""
    shelf.delete_row(3)


def an_unreadable_row(shelf: Shelf) -> None:
    """A suite that there is not, and a time that Python has none of."""
    shelf.spoil(3, standing="'valid'", suite="'x'", issued_at="'infinity'")


@ON_SQLITE
@pytest.mark.parametrize(
    "spoil",
    [a_row_under_another_id, a_deleted_row, an_unreadable_row, put_a_garbage_event],
    ids=lambda value: getattr(value, "__name__", ""),
)
@pytest.mark.parametrize("is_published", [False, True])
def test_what_was_signed_counts_whatever_became_of_its_row(
    press: Press, spoil: Callable[[Shelf], None], is_published: bool
) -> None:
    """It is published, or stays so, and is told; no list is closed, for this is no old copy."""
    identifier = press.shelf.identifiers[3]
    places = [press.place(number) for number in range(4)]
    press.shelf.act(3, LifeAction.REVOKE)
    if is_published:
        assert press.publish().error is None
    spoil(press.shelf)
    for _ in range(2):
        assert f"{identifier}：现发布为撤销、吊销" in doubt(press.publish())
        assert press.told_at(*places) == [SUSPENDED, REVOKED, VALID, REVOKED]
    assert not is_closed(press)


def test_a_revocation_that_is_recorded_late_is_not_hidden(press: Press) -> None:
    """Its time was read before the list was made, and it was recorded after that; the row lies."""
    other = press.place(1)
    place = press.place(2)
    press.shelf.act(2, LifeAction.REVOKE, press.at - DAY)
    press.shelf.spoil(2, standing="'revoked'", status_index=str(other.index))
    assert "登记行所载的位置不是" in doubt(press.publish())
    assert press.told_at(place, other) == [REVOKED, REVOKED]


def test_what_was_lost_with_its_licence_is_kept_when_asked(press: Press) -> None:
    """It is told with its place, for the register has no name; acknowledged, it is no failure."""
    shelf, place = press.shelf, press.place(1)
    shelf.drop_events(1, -1)
    shelf.delete_row(1)
    assert f"位置 place {place.index}：" in doubt(press.publish())
    kept = list(publish(shelf.home, press.folder, clock=lambda: press.at + SECOND, keep_lost=True))
    assert [(each.error, each.change) for each in kept] == [(None, Change.UNCHANGED)]
    assert "no licence of the register has this place" in kept[0].kept[0]
    assert press.told_at(place) == [REVOKED]
    assert "位置 place" in doubt(press.publish())


def test_what_nobody_accounts_for_is_told_by_the_doctor(press: Press) -> None:
    """What a home published into its own folder; and of a list that a clock made that was ahead."""
    shelf, home = press.shelf, press.shelf.home
    assert next(examine_published(home, press.at)).good
    press.folder.rename(home.path / PUBLIC)
    assert [each.good for each in examine_published(home, press.at)] == [True]
    restored(shelf)
    (symptom,) = examine_published(home, press.at)
    assert symptom.reason is LicenceReason.STATUS_UNACCOUNTED
    assert shelf.identifiers[1] in symptom.detail
    reasons = [each.reason for each in examine_published(home, press.at - 2 * DAY)]
    assert reasons == [LicenceReason.PUBLISHED_LATER, LicenceReason.STATUS_UNACCOUNTED]


@ON_SQLITE
def test_a_copy_of_a_part_of_a_journal_takes_nothing_back(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A suspension that was lifted is there once more, under another id, signed as it was."""
    shelf = press.shelf
    shelf.act(3, LifeAction.SUSPEND)
    shelf.act(3, LifeAction.RESUME)
    assert press.publish().error is None
    shelf.add_row(3, id=f"'{7:032x}'", standing="'suspended'", events="3")
    for table, columns in (
        ("event", "kind, at, body, digest"),
        ("event_signature", "signature, certificates"),
    ):
        shelf.execute(
            f"INSERT INTO {table} (shard, licence_id, number, {columns}) "  # noqa: S608
            f"SELECT shard, '{7:032x}', number, {columns} FROM {table} "
            f"WHERE licence_id = '{shelf.find(3).key.id.hex}' AND number < 3"
        )
    for margin in (status_survey._MARGIN, -DAY):
        monkeypatch.setattr(status_survey, "_MARGIN", margin)
        assert "a copy of a part of it" in doubt(press.publish())
        assert press.told()[3] is VALID


def test_what_was_published_without_a_ground_is_taken_back_by_signing(press: Press) -> None:
    """Who knows that there was no revocation records it and takes it back; both are signed."""
    restored(press.shelf)
    doubt(press.publish())
    press.shelf.act(1, LifeAction.REVOKE)
    with LifeOffice.open(press.shelf.home, clock=lambda: press.at) as office:
        grounds = Grounds(reason="样本")
        office.act(
            press.shelf.identifiers[1],
            LifeAction.CORRECT,
            operator="张样例",
            grounds=grounds,
            corrects=2,
        )
    result = press.publish()
    assert (result.error, result.change) == (None, Change.CHANGED)
    assert press.told()[1] is VALID


def test_a_first_list_is_held_against_the_journals_too(press: Press) -> None:
    """Nothing is published yet: what rows say is not believed either."""
    press.shelf.spoil(3, standing="'revoked'")
    (press.folder / "status" / NAME).unlink()
    result = press.publish()
    assert result.change is Change.NEW
    assert "its row says revoked" in doubt(result)
    assert press.told() == [SUSPENDED, REVOKED, VALID, VALID, VALID]


def test_no_list_and_an_old_list_hide_no_revocation(press: Press) -> None:
    """Whoever changes rows can take away what is published, or put an older list back."""
    file = press.folder / "status" / NAME
    older = file.read_bytes()
    press.shelf.act(2, LifeAction.REVOKE, press.at)
    assert press.publish().error is None
    a_changed_row(press.shelf)
    press.shelf.spoil(2, standing="'valid'")
    file.write_bytes(older)
    assert "its row says valid, its journal revoked" in doubt(press.publish())
    assert press.told() == [SUSPENDED, REVOKED, REVOKED, VALID, VALID]
    file.unlink()
    assert doubt(press.publish()).count("its row says valid, its journal revoked") == 2
    assert press.told() == [SUSPENDED, REVOKED, REVOKED, VALID, VALID]


def test_doubts_are_told_in_few_words(press: Press) -> None:
    """Three are named, of the others the number."""
    press.shelf.execute("UPDATE licence SET standing = 'cancelled'")
    result = press.publish()
    assert doubt(result).endswith("; 另有 2 处 and 2 more")
    assert result.change is Change.UNCHANGED


def test_what_is_done_is_published_without_a_doubt(press: Press) -> None:
    """Resumed, expired, cancelled: each follows from the journal."""
    press.shelf.act(0, LifeAction.RESUME)
    press.shelf.act(2, LifeAction.EXPIRE)
    result = press.publish()
    assert result.error is None
    assert press.told() == [VALID, REVOKED, Standing.EXPIRED, VALID, VALID]


def test_another_departments_list_is_none_of_ours(press: Press) -> None:
    """One at the same address, signed by a department that is trusted as well: made anew."""
    token = read_status_list((press.folder / "status" / NAME).read_bytes())
    stranger = DEPARTMENTS[1].code.text
    for issuer in (stranger, MARKET):
        forged = sign_status_list(
            press.shelf.home.signer(stranger, press.shelf.find(0).suite),
            list_of({}),
            issuer=issuer,
            uri=token.uri,
            at=press.at,
            lifetime=30 * DAY,
            ttl=DAY,
        )
        (press.folder / "status" / NAME).write_bytes(forged)
        result = press.publish()
        assert result.change is Change.NEW
        assert "made anew of what was signed" in doubt(result)
        assert press.told()[1] is REVOKED
        assert press.publish().error is None
