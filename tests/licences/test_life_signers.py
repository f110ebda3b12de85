"""Who signed what was done to a licence: strangers break a journal, what is not known is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from eseal.certificates import to_pem
from eseal.chain import PathJudge
from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from licences.life_signers import LifeSigners
from licences.model import Event, EventKind, LicenceKey
from licences.reasons import LicenceReason
from tests.world import DAY, DEPARTMENT, NOW, SECOND, YEAR, World

KEY = LicenceKey(shard=0, id=UUID(int=1))


def event_of(signer: SoftwareSigner, at: datetime = NOW, number: int = 3) -> Event:
    """Something that was done; its signature is not looked at here."""
    certificates = to_pem(signer.certificate, *signer.chain)
    kind = EventKind.REVOKE
    return Event(
        key=KEY, number=number, kind=kind, at=at, body=b"", signature=b"", certificates=certificates
    )


def broken(signers: LifeSigners, *events: Event) -> RefusedError:
    """Why a journal is."""
    with pytest.raises(RefusedError) as caught:
        signers.demand(events)
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN
    return caught.value


def test_a_stranger_breaks_a_journal(world: World) -> None:
    """JOURNAL_BROKEN: a certificate that names the department, of an issuer that is not trusted."""
    good, forged = event_of(world.sm2.signing), event_of(world.rsa.signing, number=4)
    signers = LifeSigners(world.sm2.trust, now=NOW)
    assert signers.demand([good]) is None
    error = broken(signers, good, forged)
    assert error.at == "4"
    assert f"the signer of event 4, {DEPARTMENT.common_name}" in error.sentence
    assert Reason.UNKNOWN_ISSUER in error.sentence


def test_what_was_done_before_a_revocation_stays(world: World) -> None:
    """A certificate that was revoked since is good for it; from that second on it is not."""
    authority = world.sm2
    trust = authority.trust(revoked=[authority.revoked(authority.signing, NOW)])
    signers = LifeSigners(lambda: trust, now=NOW + DAY)
    before, after = (event_of(authority.signing, at) for at in (NOW - SECOND, NOW))
    assert signers.demand([before]) is None
    since = signers.revoked_since([before])
    assert since is not None
    assert f"{DEPARTMENT.common_name}，吊销于 revoked {NOW}" in since.detail
    assert Reason.CERTIFICATE_REVOKED in broken(signers, before, after).sentence
    earlier = LifeSigners(authority.trust, now=NOW)
    assert earlier.demand([before]) is earlier.revoked_since([before]) is None


def test_certificates_that_ended_are_good_for_what_is_old(world: World) -> None:
    """With lists of today; and not for what was done when they had ended."""
    signer = world.sm2.department(not_after=NOW - DAY)
    signers = LifeSigners(world.sm2.trust, now=NOW)
    assert signers.demand([event_of(signer, NOW - 2 * DAY)]) is None
    assert Reason.CERTIFICATE_EXPIRED in broken(signers, event_of(signer, NOW)).sentence


@pytest.mark.parametrize("years", [0, 1])
def test_what_cannot_be_judged_is_told(world: World, years: int) -> None:
    """No revocation data, or a trust that cannot be read: the journal is not broken."""
    trust, now = world.sm2.trust(ca_crl=None), NOW + years * YEAR

    def unreadable() -> TrustStore:
        raise RefusedError(Reason.TRUST_UNREADABLE, "gone")

    events = [event_of(world.sm2.signing)]
    for believed, reason in (
        (lambda: trust, Reason.NO_REVOCATION_DATA),
        (unreadable, Reason.TRUST_UNREADABLE),
    ):
        found = LifeSigners(believed, now=now).demand(events)
        assert found is not None
        assert found.reason is reason


def test_lists_that_were_current_then_are_enough(world: World) -> None:
    """A home whose lists are stale goes on reading what is old."""
    signers = LifeSigners(world.sm2.trust, now=NOW + YEAR)
    assert signers.demand([event_of(world.sm2.signing)]) is None


def test_of_issuing_nothing_is_asked(world: World) -> None:
    """Nobody signs it; nor is the trust read for it."""
    issued = replace(event_of(world.rsa.signing), kind=EventKind.ISSUED)

    def unread() -> TrustStore:
        raise AssertionError

    assert LifeSigners(unread, now=NOW).demand([issued]) is None


def test_a_thousand_events_cost_one_judgement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate is judged once, at whatever times it was used."""
    judged: list[datetime] = []
    judge = PathJudge.judge

    def counted(self: PathJudge, *args: object, **kwargs: object) -> object:
        judged.append(self.at)
        return judge(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(PathJudge, "judge", counted)
    events: Sequence[Event] = [
        event_of(world.sm2.signing, NOW - number * SECOND) for number in range(1000)
    ]
    assert LifeSigners(world.sm2.trust, now=NOW).demand(events) is None
    assert judged == [NOW]
