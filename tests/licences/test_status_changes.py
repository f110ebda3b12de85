"""What a list says anew is what the journals say, whatever became of the rows."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from eseal.jose.status_list import read_status_list, sign_status_list
from eseal.signers import SoftwareSigner
from licences.home import Home
from licences.licence_life import LifeAction, Standing
from licences.publishing import Change
from licences.reasons import LicenceReason
from licences.status_lists import list_of
from licences.status_places import StatusPlaces
from tests.homes import DEPARTMENTS, MARKET, STATUS_URI
from tests.licences.press import NAME, Press, doubt
from tests.licences.shelf import Shelf
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


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (a_changed_row, "its row says valid, its journal revoked; published as revoked"),
        (a_cut_journal, "nothing was ever done to a licence there; published as revoked"),
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


@pytest.mark.parametrize("is_revoked", [False, True])
def test_a_list_whose_signer_has_ended_is_a_witness_still(
    press: Press, world: World, monkeypatch: pytest.MonkeyPatch, is_revoked: bool
) -> None:
    """An old copy is told by it, and it is signed anew; not so by one of a revoked signer."""
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
    revoked = [world.sm2.revoked(signer, NOW - 2 * DAY)] if is_revoked else []
    ours, theirs = press.shelf.home.trust_store(), world.sm2.trust(revoked=revoked)
    both = replace(ours, roots=ours.roots + theirs.roots, crls=ours.crls + theirs.crls)
    monkeypatch.setattr(Home, "trust_store", lambda _home: both)
    restored(press.shelf)
    result = press.publish()
    assert result.change is (Change.NEW if is_revoked else Change.RENEWED)
    assert (result.error is None) is is_revoked
    assert press.told()[1] is (VALID if is_revoked else REVOKED)


def test_a_row_changed_by_hand_closes_no_list(press: Press) -> None:
    """Its journal is whole, so the register is no old copy."""
    a_changed_row(press.shelf)
    doubt(press.publish())
    places = StatusPlaces(press.shelf.register.engine)
    assert places.allot(MARKET, Suite.SM2, 1, base=STATUS_URI)[0].uri.endswith("-0.jwt")


def test_what_was_lost_is_recorded_anew(press: Press) -> None:
    """Then the journal accounts for it again."""
    restored(press.shelf)
    doubt(press.publish())
    press.shelf.act(1, LifeAction.REVOKE)
    result = press.publish()
    assert (result.error, result.change) == (None, Change.UNCHANGED)


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


def test_what_cannot_be_read_is_not_good(press: Press) -> None:
    """Of a journal that is broken the row counts, where it says that a licence does not stand."""
    press.shelf.act(3, LifeAction.REVOKE)
    press.shelf.spoil_event(3, 2, kind="'suspend'")
    assert "its journal is broken at event 2" in doubt(press.publish())
    assert press.told()[3] is REVOKED


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
        assert (result.change, result.error) == (Change.NEW, None)
        assert press.told()[1] is REVOKED
