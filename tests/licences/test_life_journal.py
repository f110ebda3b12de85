"""What is done to a licence stands in its journal, and its life is read out of that again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.certificates import read_certificates, to_pem
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.jose.strict_json import canonical, parse
from eseal.keys import verify_signature
from eseal.signers import Signer
from licences.demo_authority import DemoAuthority
from licences.entries import Entry
from licences.home import open_signer
from licences.licence_life import LifeAction, LifeEvent, Standing, standing_at
from licences.life_journal import LifeEntry, life_of, record_life
from licences.model import Event, EventKind, Licence, LicenceState
from licences.projecting import project
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.store import Register
from tests.homes import DEPARTMENTS, MARKET, home_with_licences, request
from tests.registers import ON_SQLITE, AnyRegisters
from tests.world import DAY, NOW, SECOND

WHY = Grounds(reason="年检未通过（样本）", basis="示例市管理办法第三条（样本）")


@dataclass(kw_only=True)
class Life:
    """An issued licence in a register."""

    register: Register
    identifier: str
    signer: Signer

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
            signer=self.signer,
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
def life(tmp_path: Path, demo_authority: DemoAuthority, registers: AnyRegisters) -> Iterator[Life]:
    """A licence that was issued NOW, on each database in turn."""
    home, (identifier,) = home_with_licences(
        tmp_path / "home", demo_authority, registers, request()
    )
    register = home.register()
    signer = home.signer(MARKET, Suite.SM2)
    yield Life(register=register, identifier=identifier, signer=signer)
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


def test_a_licence_can_always_be_ended(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of so many events that no more could be stated the last are kept for ending it."""
    monkeypatch.setattr("licences.journal.MOST_STATED", 14)
    life.act(LifeAction.SUSPEND, NOW)
    refused = refusal(life, LifeAction.RESUME, NOW)
    assert (refused.reason, refused.at) == (LicenceReason.LICENCE_TRANSITION_REFUSED, "action")
    assert "几近上限，只可撤销、注销、过期或换发" in refused.sentence
    assert refusal(life, LifeAction.CORRECT, NOW, corrects=3).at == "action"
    life.act(LifeAction.REVOKE, NOW)
    life.act(LifeAction.CANCEL, NOW)
    assert life.licence.standing is Standing.CANCELLED


def test_only_an_issued_licence_has_a_life(life: Life) -> None:
    """Of one that is only begun nothing is recorded, not even its issue."""
    begun = replace(life.licence, state=LicenceState.INTENT, events=2)
    begun = replace(begun, head=life.events[1].digest)
    assert life_of(begun, life.events[:2]) == ()
    with pytest.raises(RefusedError) as caught:
        record_life(
            begun,
            life.events[:2],
            LifeAction.ISSUE,
            actor="officer-1",
            grounds=WHY,
            at=NOW,
            signer=life.signer,
        )
    assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED


def test_of_two_who_act_at_once_one_is_refused(life: Life) -> None:
    """ISSUED_ELSEWHERE: the second went on from a journal that has moved on."""
    one, other = (life.plan(LifeAction.SUSPEND, NOW + DAY) for _ in range(2))
    life.register.advance([one])
    with pytest.raises(UnavailableError) as caught:
        life.register.advance([other])
    assert caught.value.reason is LicenceReason.ISSUED_ELSEWHERE
    assert "正在办理" in LicenceReason.ISSUED_ELSEWHERE.zh  # not issuing only
    assert len(life.life()) == 2


@ON_SQLITE
@pytest.mark.parametrize(
    ("actor", "reason", "at"),
    [
        ("", "样本", "actor"),
        (" ", "样本", "actor"),
        ("张样例", "", "reason"),
        ("张样例", " ", "reason"),
    ],
)
@pytest.mark.parametrize("action", sorted(set(LifeAction) - {LifeAction.ISSUE}))
@pytest.mark.unmeasured
def test_who_and_why_are_said(
    life: Life, action: LifeAction, actor: str, reason: str, at: str
) -> None:
    """TEXT_REFUSED: nobody does anything to a licence, and nothing is done to it without reason."""
    with pytest.raises(RefusedError) as caught:
        record_life(
            life.licence,
            life.events,
            action,
            actor=actor,
            grounds=Grounds(reason=reason),
            at=NOW,
            signer=life.signer,
        )
    assert (caught.value.reason, caught.value.at) == (LicenceReason.TEXT_REFUSED, at)


def test_what_was_recorded_without_a_reason_stays_readable(life: Life) -> None:
    """Texts are looked at before they are recorded, and never again."""
    life.act(LifeAction.SUSPEND, NOW + SECOND)
    *before, last = life.events
    body = canonical({**parse(last.body), "actor": "", "reason": "", "basis": "长" * 300})
    last = replace(last, body=body, signature=life.signer.sign(body))
    entry = life_of(replace(life.licence, head=last.digest), [*before, last])[-1]
    assert (entry.actor, entry.reason, entry.basis) == ("", "", "长" * 300)


@pytest.mark.parametrize("kind", [EventKind.INTENT, EventKind.CORRECT])
def test_refuses_a_life_that_makes_no_sense(life: Life, kind: EventKind) -> None:
    """JOURNAL_BROKEN: an intent after the issue, or a correction of nothing, well chained."""
    life.act(LifeAction.SUSPEND, NOW + SECOND)
    *before, last = life.events
    body = canonical({**parse(last.body), "kind": kind.value})
    last = replace(last, kind=kind, body=body, signature=life.signer.sign(body))
    with pytest.raises(RefusedError) as caught:
        life_of(replace(life.licence, head=last.digest), [*before, last])
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    assert caught.value.at == "3"


def test_the_department_signs_what_is_done(life: Life) -> None:
    """The signature holds, is the department's, and stands beside the chained body."""
    life.act(LifeAction.SUSPEND, NOW + DAY)
    *_, event = life.events
    certificate = read_certificates(event.certificates)[0]
    assert certificate.sha256 == life.signer.certificate.sha256
    verify_signature(certificate.public_key, life.signer.algorithm, event.body, event.signature)


def test_refuses_what_another_signed(life: Life, demo_authority: DemoAuthority) -> None:
    """JOURNAL_BROKEN: no signature, one over something else, or that of another department."""
    life.act(LifeAction.SUSPEND, NOW + DAY)
    *before, last = life.events
    other = open_signer(demo_authority.signer_of(DEPARTMENTS[1].code.text, Suite.SM2))
    body = {**parse(last.body), "certificate": other.certificate.sha256.hex()}
    forged = replace(
        last,
        body=canonical(body),
        signature=other.sign(canonical(body)),
        certificates=to_pem(other.certificate),
    )
    for wrong in (
        replace(last, signature=b"", certificates=b""),
        replace(last, signature=life.signer.sign(b"something else")),
        replace(last, certificates=to_pem(other.certificate)),
        forged,
    ):
        with pytest.raises(RefusedError) as caught:
            life_of(replace(life.licence, head=wrong.digest), [*before, wrong])
        assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
        assert caught.value.at == "3"


def test_another_department_cannot_act(life: Life, demo_authority: DemoAuthority) -> None:
    """What a stranger signs is not recorded."""
    other = open_signer(demo_authority.signer_of(DEPARTMENTS[1].code.text, Suite.SM2))
    refused = refusal(replace(life, signer=other), LifeAction.SUSPEND, NOW)
    assert refused.reason is LicenceReason.JOURNAL_BROKEN


def test_where_it_stands_is_a_projection_of_the_journal(life: Life) -> None:
    """The row says what the journal says, and can be made from it again."""
    for action, standing in (
        (LifeAction.SUSPEND, Standing.SUSPENDED),
        (LifeAction.RESUME, Standing.VALID),
        (LifeAction.REVOKE, Standing.REVOKED),
    ):
        life.act(action, NOW + DAY)
        assert life.licence.standing is standing
        assert project(life.licence, life.events) == life.licence
    bare = replace(life.licence, state=LicenceState.INTENT, standing=None, events=0, head=b"")
    assert project(bare, life.events) == life.licence


def test_what_was_replaced_says_by_what(life: Life) -> None:
    """The event names the licence that took its place."""
    entry = record_life(
        life.licence,
        life.events,
        LifeAction.SUPERSEDE,
        actor="officer-1",
        grounds=WHY,
        at=NOW + DAY,
        signer=life.signer,
        replaced_by="1.2.156.3005.2.x",
    )
    life.register.advance([entry])
    assert life.life()[-1].replaced_by == "1.2.156.3005.2.x"
    assert life.licence.standing is Standing.SUPERSEDED
