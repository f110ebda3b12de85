"""A seal is used by its keeper while it is good, and every use is journaled before it is made."""

from dataclasses import replace
from uuid import UUID

import pytest

from eseal.errors import EvidenceError, RefusedError
from eseal.reasons import Reason
from licences.officers import Actor
from licences.reasons import LicenceReason
from licences.seal_life import SealAction, SealState
from tests.licences.seal_world import NUMBER, SealWorld, read_uses
from tests.world import DAY, NOW, SECOND

pytestmark = pytest.mark.unmeasured

DIGEST = bytes(range(32))


def test_a_use_is_journaled_before_it_is_made(seals: SealWorld) -> None:
    """Its keeper may use an active seal; who, what, when and what for are kept, in order."""
    record = seals.reach(SealState.ACTIVE)
    usable = seals.office.usage.usable(NUMBER, seals.keeper, seals.signer(), at=NOW)
    assert usable.record == record
    assert usable.seal.es_id == NUMBER
    made = [
        seals.office.usage.journal(
            usable,
            seals.keeper,
            digest=DIGEST,
            matter=f"合同 {number}（样本）",
            operation="stamp",
            at=NOW + number * SECOND,
        )
        for number in range(5)
    ]
    first = read_uses(seals.office.usage.journaled(NUMBER, limit=3))
    rest = seals.office.usage.journaled(NUMBER, limit=3, after=first[-1])
    assert [*first, *rest] == made[::-1]
    assert seals.office.usage.find(NUMBER, made[2].id) == made[2]
    assert seals.office.usage.find(NUMBER, UUID(int=0)) is None
    assert (made[0].actor, made[0].digest) == ("keeper-1", DIGEST.hex())


@pytest.mark.parametrize("matter", ["", " ", "字" * 201, "a\x1b[31m"])
def test_a_use_says_what_for(quick_seals: SealWorld, matter: str) -> None:
    """TEXT_REFUSED: a matter has 1 to 200 printable characters."""
    quick_seals.reach(SealState.ACTIVE)
    usable = quick_seals.office.usage.usable(
        NUMBER, quick_seals.keeper, quick_seals.signer(), at=NOW
    )
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.usage.journal(
            usable, quick_seals.keeper, digest=DIGEST, matter=matter, operation="stamp", at=NOW
        )
    assert caught.value.reason is LicenceReason.TEXT_REFUSED
    assert quick_seals.office.usage.journaled(NUMBER, limit=1) == ()


@pytest.mark.parametrize(
    "state",
    [SealState.MADE, SealState.SUSPENDED, SealState.REVOKED, SealState.HANDED_IN],
    ids=str,
)
def test_refuses_a_seal_that_is_not_active(quick_seals: SealWorld, state: SealState) -> None:
    """SEAL_NOT_ACTIVE: not yet, or no more."""
    quick_seals.reach(state)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.usage.usable(NUMBER, quick_seals.keeper, quick_seals.signer(), at=NOW)
    assert caught.value.reason is LicenceReason.SEAL_NOT_ACTIVE


def test_refuses_who_is_not_its_keeper(quick_seals: SealWorld) -> None:
    """NOT_THE_KEEPER, POWER_MISSING: neither another keeper nor any other officer uses a seal."""
    quick_seals.reach(SealState.ACTIVE)
    cases: list[tuple[Actor, LicenceReason]] = [
        (quick_seals.officers.named("keeper-2"), LicenceReason.NOT_THE_KEEPER),
        (quick_seals.maker, LicenceReason.POWER_MISSING),
    ]
    for actor, reason in cases:
        with pytest.raises(RefusedError) as caught:
            quick_seals.office.usage.usable(NUMBER, actor, quick_seals.signer(), at=NOW)
        assert caught.value.reason is reason


def test_refuses_a_signer_who_is_not_listed(quick_seals: SealWorld) -> None:
    """SEAL_SIGNER_NOT_LISTED: a good key that is not in the seal's list."""
    quick_seals.reach(SealState.ACTIVE)
    with pytest.raises(RefusedError) as caught:
        quick_seals.office.usage.usable(
            NUMBER, quick_seals.keeper, quick_seals.maker.signer, at=NOW
        )
    assert caught.value.reason is Reason.SEAL_SIGNER_NOT_LISTED


def test_refuses_a_seal_outside_its_validity(quick_seals: SealWorld) -> None:
    """SEAL_EXPIRED: the last second is the last one."""
    office, keeper = quick_seals.office, quick_seals.keeper
    wanted = replace(quick_seals.application(), valid_until=NOW + DAY)
    office.apply(wanted, quick_seals.applicant, number=NUMBER)
    for action in (SealAction.APPROVE, SealAction.MAKE, SealAction.ACTIVATE):
        quick_seals.act(action)
    assert office.usage.usable(NUMBER, keeper, quick_seals.signer(), at=NOW + DAY)
    with pytest.raises(EvidenceError) as caught:
        office.usage.usable(NUMBER, keeper, quick_seals.signer(), at=NOW + DAY + SECOND)
    assert caught.value.reason is Reason.SEAL_EXPIRED
