"""What a department does to its licences: what their own data forbid."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from eseal.errors import RefusedError
from eseal.moments import CHINA
from licences.demo_authority import DemoAuthority
from licences.licence_life import LifeAction, Standing
from licences.life_office import LifeOffice
from licences.model import Format
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from tests.homes import DEPARTMENTS, home_with_licences, request
from tests.licences.shelf import Shelf
from tests.registers import ON_SQLITE, SqliteRegisters
from tests.world import DAY, NOW, SECOND

LAST_DAY = NOW.astimezone(CHINA).date()
OVER = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time(), CHINA)
"""When the last day is over."""

Expire = Callable[[datetime, datetime | None], Standing | None]
"""Records at a time that a licence has expired, with effect from another; gives its standing."""


@pytest.fixture(params=[LAST_DAY.isoformat(), None], ids=["until", "for ever"])
def until(request: pytest.FixtureRequest) -> str | None:
    """The last day of a licence."""
    found: str | None = request.param
    return found


@pytest.fixture
def expire(
    tmp_path: Path,
    demo_authority: DemoAuthority,
    sqlite_registers: SqliteRegisters,
    until: str | None,
) -> Expire:
    """A licence that was issued NOW, and how to have it expired."""
    json = (Format.JSON,)
    wanted = request(formats=json, term_until=until) if until else request(formats=json)
    with sqlite_registers.lending():
        home, (identifier,) = home_with_licences(
            tmp_path / "home", demo_authority, sqlite_registers, wanted
        )

    def act(at: datetime, effective: datetime | None = None) -> Standing | None:
        grounds = Grounds(reason="样本", effective=effective)
        with closing(LifeOffice.open(home, clock=lambda: at)) as office:
            licence = office.act(identifier, LifeAction.EXPIRE, operator="张样例", grounds=grounds)
        return licence.standing

    return act


@pytest.mark.parametrize("until", [LAST_DAY.isoformat()], indirect=True)
def test_expires_when_its_last_day_is_over(expire: Expire) -> None:
    """LICENCE_TRANSITION_REFUSED to the last second of that day, by the time of effect."""
    for at, effective in ((OVER - SECOND, None), (NOW + DAY, NOW)):
        with pytest.raises(RefusedError) as caught:
            expire(at, effective)
        assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED
        assert caught.value.at == "effective"
        assert caught.value.sentence == (
            f"有效至 {LAST_DAY}，没有过期；可办理：暂扣 / 撤销、吊销 / 注销 / 换发 "
            f"it is valid until {LAST_DAY}, so it has not expired; "
            "possible: suspend, revoke, cancel, replace"
        )
    assert expire(NOW + DAY, OVER) is Standing.EXPIRED


@pytest.mark.parametrize("until", [None], indirect=True)
def test_what_is_valid_for_ever_does_not_expire(expire: Expire) -> None:
    """LICENCE_TRANSITION_REFUSED, with what is possible instead."""
    with pytest.raises(RefusedError) as caught:
        expire(NOW + DAY, None)
    assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED
    assert caught.value.at == "action"
    assert caught.value.sentence.startswith("长期有效，没有过期；可办理：暂扣 / ")
    assert "it is valid for ever" in caught.value.sentence


ALTERED = {
    "data": {"data": "replace(data, '样本', '样品')"},
    "term": {"data": f"replace(data, '{LAST_DAY}', '2020-01-01')"},
    "department": {"department": f"'{DEPARTMENTS[1].code.text}'"},
}


@ON_SQLITE
@pytest.mark.parametrize("altered", ALTERED)
@pytest.mark.unmeasured
def test_nothing_is_done_by_what_a_row_says(shelf: Shelf, altered: str) -> None:
    """JOURNAL_BROKEN: data, last day and department are the journal's, whatever is to be done."""
    before = shelf.find(2)
    shelf.spoil(2, **ALTERED[altered])
    actions = set(LifeAction) - {LifeAction.ISSUE, LifeAction.SUPERSEDE, LifeAction.CORRECT}
    for action in sorted(actions):
        with pytest.raises(RefusedError) as caught:
            shelf.act(2, action, OVER)
        assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    with (
        LifeOffice.open(shelf.home, clock=lambda: OVER) as office,
        pytest.raises(RefusedError) as caught,
    ):
        office.statement(before.identifier, lifetime=DAY)
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    assert len(shelf.register.events(before.key)) == before.events


@ON_SQLITE
@pytest.mark.unmeasured
def test_what_lost_its_documents_is_revoked(shelf: Shelf) -> None:
    """Nothing of it can be handed out, nor brought back; it comes to an end all the same."""
    shelf.execute("DELETE FROM document")
    shelf.act(2, LifeAction.SUSPEND)
    with pytest.raises(RefusedError) as caught:
        shelf.act(2, LifeAction.RESUME)
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    shelf.act(2, LifeAction.REVOKE)
    assert shelf.find(2).standing is Standing.REVOKED
