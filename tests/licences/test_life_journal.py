"""What is done to a licence stands in its journal, and its life is read out of that again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.jose.strict_json import canonical, parse
from licences.demo_authority import DemoAuthority
from licences.issuing import Issued
from licences.licence_life import LifeAction, LifeEvent, Standing, standing_at
from licences.life_journal import LifeEntry, life_of, record_life
from licences.model import Event, EventKind, Licence, LicenceState
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.store import Entry, Register
from tests.homes import MARKET, make_home, open_issuer, request
from tests.registers import Registers
from tests.world import DAY, NOW, SECOND

WHY = Grounds(reason="年检未通过（样本）", basis="示例市管理办法第三条（样本）")


@dataclass(kw_only=True)
class Life:
    """An issued licence in a register."""

    register: Register
    identifier: str

    @property
    def licence(self) -> Licence:
        """The licence as the register holds it."""
        found = self.register.find_by_identifier(self.identifier)
        assert found is not None
        return found

    @property
    def events(self) -> tuple[Event, ...]:
        """Its journal."""
        return self.register.events(self.licence.key)

    def plan(
        self,
        action: LifeAction,
        at: datetime,
        grounds: Grounds = WHY,
        corrects: int | None = None,
    ) -> Entry:
        """What would be recorded."""
        return record_life(
            self.licence,
            self.events,
            action,
            actor="officer-1",
            grounds=grounds,
            at=at,
            corrects=corrects,
        )

    def act(
        self,
        action: LifeAction,
        at: datetime,
        grounds: Grounds = WHY,
        corrects: int | None = None,
    ) -> None:
        """Record it."""
        self.register.advance([self.plan(action, at, grounds, corrects)])

    def life(self) -> tuple[LifeEntry, ...]:
        """What the journal says."""
        return life_of(self.licence, self.events)


@pytest.fixture
def life(tmp_path: Path, demo_authority: DemoAuthority, registers: Registers) -> Iterator[Life]:
    """A licence that was issued NOW, on each database in turn."""
    home = make_home(tmp_path / "home", demo_authority, registers.fresh())
    with open_issuer(home) as issuer:
        outcome = issuer.issue(request())
    assert isinstance(outcome, Issued)
    register = home.register()
    yield Life(register=register, identifier=outcome.identifier)
    register.close()


def refusal(life: Life, *args: object, **kwargs: object) -> EvidenceError:
    """Why something is not recorded; nothing was written."""
    before = life.events
    with pytest.raises(RefusedError) as caught:
        life.plan(*args, **kwargs)  # type: ignore[arg-type]
    assert life.events == before
    return caught.value


def test_a_life_is_read_as_it_was_recorded(life: Life) -> None:
    """Issue, a backdated suspension, its correction: each with its times, its who and why."""
    backdated = replace(WHY, effective=NOW + DAY)
    life.act(LifeAction.SUSPEND, NOW + 3 * DAY, backdated)
    life.act(LifeAction.CORRECT, NOW + 5 * DAY, corrects=3)
    issue, suspension, correction = life.life()
    assert (issue.number, issue.actor) == (2, MARKET)
    assert issue.event == LifeEvent(action=LifeAction.ISSUE, effective=NOW, recorded=NOW)
    assert (suspension.number, suspension.actor) == (3, "officer-1")
    assert (suspension.reason, suspension.basis) == (WHY.reason, WHY.basis)
    assert suspension.event == LifeEvent(
        action=LifeAction.SUSPEND, effective=NOW + DAY, recorded=NOW + 3 * DAY
    )
    assert correction.event == LifeEvent(
        action=LifeAction.CORRECT, effective=NOW + DAY, recorded=NOW + 5 * DAY, corrects=1
    )
    log = [each.event for each in life.life()]
    assert standing_at(log, NOW + 2 * DAY) is Standing.VALID
    assert standing_at(log, NOW + 2 * DAY, known=NOW + 4 * DAY) is Standing.SUSPENDED
    assert life.licence.state is LicenceState.ISSUED


def test_takes_effect_when_recorded_unless_told(life: Life) -> None:
    """Without another time it holds from now on; a clock that is behind does not go back."""
    life.act(LifeAction.SUSPEND, NOW + DAY)
    life.act(LifeAction.RESUME, NOW)
    *_, resumed = life.life()
    assert resumed.event.effective == resumed.event.recorded == NOW + DAY


def test_what_is_not_possible_is_not_recorded(life: Life) -> None:
    """LICENCE_TRANSITION_REFUSED: by the table, by the times, by what there is to correct."""
    reason = LicenceReason.LICENCE_TRANSITION_REFUSED
    assert refusal(life, LifeAction.ISSUE, NOW).reason is reason
    assert refusal(life, LifeAction.RESUME, NOW).reason is reason
    future = replace(WHY, effective=NOW + DAY)
    assert refusal(life, LifeAction.SUSPEND, NOW, future).at == "effective"
    for number in (0, 2, 3):
        assert refusal(life, LifeAction.CORRECT, NOW, corrects=number).at == "corrects"


def test_only_an_issued_licence_has_a_life(life: Life) -> None:
    """Of one that is only begun nothing is recorded, not even its issue."""
    begun = replace(life.licence, state=LicenceState.INTENT, events=2)
    begun = replace(begun, head=life.events[1].digest)
    assert life_of(begun, life.events[:2]) == ()
    with pytest.raises(RefusedError) as caught:
        record_life(
            begun, life.events[:2], LifeAction.ISSUE, actor="officer-1", grounds=WHY, at=NOW
        )
    assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED


def test_of_two_who_act_at_once_one_is_refused(life: Life) -> None:
    """ISSUED_ELSEWHERE: the second went on from a journal that has moved on."""
    one, other = (life.plan(LifeAction.SUSPEND, NOW + DAY) for _ in range(2))
    life.register.advance([one])
    with pytest.raises(UnavailableError) as caught:
        life.register.advance([other])
    assert caught.value.reason is LicenceReason.ISSUED_ELSEWHERE
    assert len(life.life()) == 2


def test_an_actor_is_named(life: Life) -> None:
    """Nobody is no actor."""
    with pytest.raises(EvidenceError):
        record_life(life.licence, life.events, LifeAction.SUSPEND, actor="", grounds=WHY, at=NOW)


@pytest.mark.parametrize("kind", [EventKind.INTENT, EventKind.CORRECT])
def test_refuses_a_life_that_makes_no_sense(life: Life, kind: EventKind) -> None:
    """JOURNAL_BROKEN: an intent after the issue, or a correction of nothing, well chained."""
    life.act(LifeAction.SUSPEND, NOW + SECOND)
    *before, last = life.events
    body = canonical({**parse(last.body), "kind": kind.value})
    last = replace(last, kind=kind, body=body)
    with pytest.raises(RefusedError) as caught:
        life_of(replace(life.licence, head=last.digest), [*before, last])
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    assert caught.value.at == "3"
