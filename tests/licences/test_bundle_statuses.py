"""What goes into a bundle says all that was signed, whatever became of the rows."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from eseal.errors import RefusedError
from eseal.jose.status_list import read_status_list, sign_status_list
from eseal.signers import SoftwareSigner
from licences.bundle_statuses import demand_current
from licences.licence_life import LifeAction
from licences.life_office import LifeOffice
from licences.reasons import LicenceReason
from licences.status_lists import list_of
from tests.homes import MARKET, STATUS_URI
from tests.licences.press import NAME, Press
from tests.licences.shelf import Shelf
from tests.licences.test_placed_lives import put_event
from tests.licences.test_status_changes import a_fabricated_row, put_another_row
from tests.registers import ON_SQLITE
from tests.world import DAY, DEPARTMENT, SECOND, World

pytestmark = [pytest.mark.unmeasured, ON_SQLITE]

NUMBER = 2
"""The licence that is revoked without anybody being told."""


def listed(press: Press) -> bytes:
    """The list as it is published."""
    return (press.folder / "status" / NAME).read_bytes()


def history(press: Press, number: int) -> bytes:
    """A licence's history as of now."""
    with LifeOffice.open(press.shelf.home, clock=lambda: press.at) as office:
        return office.statement(press.shelf.identifiers[number], lifetime=DAY)


def doubts(press: Press, *statuses: bytes) -> str:
    """What is in doubt of what goes in."""
    return "; ".join(demand_current(press.shelf.home, statuses, at=press.at))


def refusal(press: Press, *statuses: bytes) -> str:
    """Why it does not go in."""
    with pytest.raises(RefusedError) as caught:
        demand_current(press.shelf.home, statuses, at=press.at)
    assert caught.value.reason is LicenceReason.BUNDLE_REFUSED
    return caught.value.told


def a_row_that_says_valid(shelf: Shelf) -> None:
    """What the row says is what is published."""
    shelf.spoil(NUMBER, standing="'valid'")


def a_row_that_is_moved(shelf: Shelf) -> None:
    """To a place that says the same, and to no place."""
    shelf.spoil(NUMBER, status_uri="''")


def a_row_that_is_gone(shelf: Shelf) -> None:
    """There is a journal, and nothing else."""
    shelf.delete_row(NUMBER)


def a_list_that_is_gone(shelf: Shelf) -> None:
    """The register has no list any more."""
    a_row_that_says_valid(shelf)
    shelf.execute("DELETE FROM status_list")


def a_list_that_is_moved(shelf: Shelf) -> None:
    """The register has the list under another address."""
    a_row_that_says_valid(shelf)
    shelf.execute(f"UPDATE status_list SET uri = 'https://other.example/{NAME}'")  # noqa: S608


def a_stray_event(shelf: Shelf) -> None:
    """Something stands before the first event."""
    a_row_that_says_valid(shelf)
    put_event(shelf, NUMBER, "-1")


SPOILT = pytest.mark.parametrize(
    "spoil",
    [
        a_row_that_says_valid,
        a_row_that_is_moved,
        a_row_that_is_gone,
        a_list_that_is_gone,
        a_list_that_is_moved,
        a_stray_event,
    ],
    ids=lambda value: value.__name__,
)


@SPOILT
def test_no_list_goes_in_that_lags(press: Press, spoil: Callable[[Shelf], None]) -> None:
    """A revocation that was signed and is not published keeps the list out, whatever rows say."""
    before = listed(press)
    press.shelf.act(NUMBER, LifeAction.REVOKE, press.at)
    spoil(press.shelf)
    assert "the list lacks 1 of what was recorded" in refusal(press, before)


@SPOILT
def test_no_history_goes_in_that_lags(press: Press, spoil: Callable[[Shelf], None]) -> None:
    """The same of a signed history, also where the register does not find the licence any more."""
    identifier, before = press.shelf.identifiers[NUMBER], history(press, NUMBER)
    press.shelf.act(NUMBER, LifeAction.REVOKE, press.at)
    longer = history(press, NUMBER)
    spoil(press.shelf)
    assert f"the history lacks 1 of what was recorded ({identifier})" in refusal(press, before)
    assert "lacks" not in doubts(press, before, longer)


def test_what_nobody_signed_keeps_nothing_out(press: Press) -> None:
    """A row, one at no place, a step: told, and list and history go in."""
    shelf = press.shelf
    past = history(press, 1)
    a_fabricated_row(shelf)
    put_another_row(shelf, id=f"'{8:032x}'", status_index="-1")
    put_event(shelf, 1, "3")
    told = doubts(press, listed(press), past)
    assert "x：现发布为有效，其记录第 0 条损坏" in told
    assert f"{shelf.identifiers[1]}：其记录第 3 条损坏" in told


def test_what_agrees_goes_in_without_a_doubt(press: Press) -> None:
    """Of the list that was published last, and one from before it."""
    before = listed(press)
    press.shelf.act(NUMBER, LifeAction.REVOKE, press.at)
    assert press.publish().error is None
    assert doubts(press, before, listed(press), history(press, NUMBER), history(press, 4)) == ""
    assert doubts(press) == ""


def test_a_strangers_list_does_not_speak_for_ours(
    press: Press, world: World, stranger: SoftwareSigner
) -> None:
    """One that says it all, made later by somebody: verifiers would pass over it."""
    before, token = listed(press), read_status_list(listed(press))
    place = press.place(NUMBER)
    press.shelf.act(NUMBER, LifeAction.REVOKE, press.at)
    assert press.publish().error is None
    all_of_it = read_status_list(listed(press)).statuses
    other = world.sm2.department(subject=replace(DEPARTMENT, organisation_code=MARKET))
    for signer in (stranger, other):
        forged = sign_status_list(
            signer,
            all_of_it,
            issuer=MARKET,
            uri=token.uri,
            at=press.at + SECOND,
            lifetime=DAY,
            ttl=DAY,
        )
        press.at += 2 * SECOND
        assert "lacks 1" in refusal(press, before, forged)
    assert all_of_it.status(place.index) != 0


def test_another_homes_list_says_what_it_says(press: Press) -> None:
    """No journal of ours is about it, and what it publishes is none of our business."""
    shelf = press.shelf
    theirs = sign_status_list(
        shelf.home.signer(MARKET, shelf.find(0).suite),
        list_of({7: shelf.find(1).standing or pytest.fail("it is revoked")}),
        issuer=MARKET,
        uri=f"{STATUS_URI}/elsewhere/{NAME}",
        at=press.at,
        lifetime=DAY,
        ttl=DAY,
    )
    assert doubts(press, listed(press), theirs) == ""
