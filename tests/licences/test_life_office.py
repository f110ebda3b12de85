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
from tests.homes import home_with_licences, request
from tests.registers import SqliteRegisters
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
