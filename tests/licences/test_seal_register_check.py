"""Was the seal on a licence its department's, and in use? Asked of a snapshot of the register."""

from dataclasses import replace
from datetime import datetime

import pytest

from eseal.evidence import SealInfo
from eseal.pdf.sealed import SealEvidence
from eseal.report import Finding, Outcome
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.seal_register_check import SealSnapshot, asks_seal_register, check_seal_register
from licences.seal_snapshot import SealStanding
from licences.verification import Verifier
from tests.homes import CATALOGUE, DEPARTMENTS, MARKET
from tests.licences.papers import market_signer, paper
from tests.world import DAY, NOW, SECOND, YEAR, World

NUMBER = "99990000000001"
DIGEST = "ab" * 32
STANDING = SealStanding(
    es_id=NUMBER,
    owner=MARKET,
    name="示例市市场监督管理局电子证照专用章（样本）",
    states=(
        (NOW - 30 * DAY, SealState.MADE),
        (NOW - 29 * DAY, SealState.ACTIVE),
        (NOW - 10 * DAY, SealState.SUSPENDED),
        (NOW - 9 * DAY, SealState.ACTIVE),
        (NOW - DAY, SealState.REVOKED),
    ),
    objects=("cd" * 32, DIGEST),
)
SNAPSHOT = SealSnapshot(made_at=NOW, seals=(STANDING,))


@pytest.fixture(scope="module")
def claims(world: World) -> LicenceClaims:
    """Give what a licence of the market regulator says."""
    report = Verifier(world.trust, CATALOGUE, at=NOW).verify("a", paper(market_signer(world.sm2)))
    assert report.licence is not None
    return report.licence


def seal(
    used_at: datetime = NOW - 5 * DAY, es_id: str = NUMBER, sha256: str = DIGEST
) -> SealEvidence:
    """Make a seal on a document."""
    info = SealInfo(
        name=STANDING.name, es_id=es_id, version="V4", valid_from=NOW - YEAR,
        valid_until=NOW + YEAR, maker="样本", signer="样本", used_at=used_at, picture="",
        sha256=sha256, data_hash="",
    )  # fmt: skip
    return SealEvidence(field="Signature1", info=info, findings=())


def check(
    claims: LicenceClaims, *seals: SealEvidence, snapshot: SealSnapshot = SNAPSHOT
) -> Finding:
    """Ask, and see that the answer tells how old it is."""
    found = check_seal_register(claims, seals, snapshot)
    assert found.check is LicenceCheck.SEAL_REGISTER
    assert found.as_of == snapshot.made_at
    return found


@pytest.mark.parametrize("sha256", STANDING.objects)
def test_a_seal_in_use_passes(claims: LicenceClaims, sha256: str) -> None:
    """Active when it was used, though revoked since; with an earlier object of it as well."""
    assert check(claims, seal(sha256=sha256)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "used_at",
    [
        NOW - 40 * DAY,
        NOW - 29 * DAY - SECOND,
        NOW - 10 * DAY,
        NOW - 9 * DAY - SECOND,
        NOW - DAY,
        NOW,
        NOW + DAY,
    ],
)
def test_a_seal_that_was_not_in_use_fails(claims: LicenceClaims, used_at: datetime) -> None:
    """Before it was active, while it was suspended, from its revocation on."""
    found = check(claims, seal(used_at))
    assert (found.outcome, found.reason) == (Outcome.FAILED, LicenceReason.SEAL_OUT_OF_USE)


@pytest.mark.parametrize(("es_id", "sha256"), [("1", DIGEST), (NUMBER, "ef" * 32)])
def test_a_seal_that_is_not_there_fails(claims: LicenceClaims, es_id: str, sha256: str) -> None:
    """Another number, or another object under the number; undetermined if used since."""
    found = check(claims, seal(es_id=es_id, sha256=sha256))
    assert (found.outcome, found.reason) == (Outcome.FAILED, LicenceReason.SEAL_NOT_REGISTERED)
    later = check(claims, seal(NOW + SECOND, es_id, sha256))
    assert later.outcome is Outcome.UNDETERMINED
    assert later.reason is LicenceReason.SEAL_REGISTER_STALE


def test_anothers_seal_is_not_the_departments(claims: LicenceClaims) -> None:
    """A seal that is registered for another department fails."""
    other = replace(STANDING, owner=DEPARTMENTS[1].code.text)
    mine = replace(STANDING, es_id="2")
    found = check(claims, seal(), snapshot=SealSnapshot(made_at=NOW, seals=(other, mine)))
    assert found.reason is LicenceReason.SEAL_NOT_REGISTERED


def test_the_worst_of_several_counts(claims: LicenceClaims) -> None:
    """One good seal does not help another."""
    found = check(claims, seal(), seal(NOW - DAY))
    assert found.reason is LicenceReason.SEAL_OUT_OF_USE


def test_who_is_not_in_it_is_not_asked_about(claims: LicenceClaims) -> None:
    """Without a snapshot, a seal, or a seal of the department in it, nothing is asked."""
    assert asks_seal_register(claims, [seal()], SNAPSHOT)
    assert not asks_seal_register(claims, [], SNAPSHOT)
    assert not asks_seal_register(claims, [seal()], None)
    other = replace(STANDING, owner=DEPARTMENTS[1].code.text)
    assert not asks_seal_register(claims, [seal()], SealSnapshot(made_at=NOW, seals=(other,)))
