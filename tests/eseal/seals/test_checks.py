"""Judging seals and their use: good ones pass every check, each defect has its own finding."""

import gc
from dataclasses import replace
from datetime import datetime

import pytest
from asn1crypto import core
from asn1crypto.keys import PublicKeyInfo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eseal import digests
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.keys import Algorithm, Suite, verify_signature
from eseal.oids import SM2_WITH_SM3
from eseal.reasons import Reason
from eseal.report import Finding, Indication, Outcome, judge
from eseal.seals import checks, memory
from eseal.seals.checks import (
    SealCheck,
    judge_seal,
    judge_seal_signature,
    seal_unreadable,
)
from eseal.seals.model import Deviation, list_certificates
from eseal.seals.reading import read_seal, read_seal_signature
from eseal.seals.using import demand_usable
from tests.vectors.seals import (
    GOOD,
    VECTORS,
    Case,
    Good,
    SealForge,
    Vector,
    another_company,
)
from tests.world import DAY, NOW, SECOND, YEAR, World

pytestmark = pytest.mark.unmeasured

IN_ORDER = [check for check in SealCheck if check is not SealCheck.PICTURE]


def examine(
    forge: SealForge, case: Case, path_judge: PathJudge | None = None
) -> tuple[Finding, ...]:
    """All findings on a case, as a verifier of documents gets them."""
    if path_judge is None or case.trust is not None:
        path_judge = PathJudge(case.trust or forge.trust, at=NOW)
    try:
        signature = read_seal_signature(case.signature)
    except EvidenceError as error:
        return seal_unreadable(error)
    return judge_seal_signature(
        signature,
        judge=path_judge,
        digest=digests.digest(signature.algorithm.digest, case.document),
        original=lambda: case.document,
        others=forge.signer.chain,
    )


def finding(findings: tuple[Finding, ...], check: SealCheck) -> Finding:
    """The finding of a check."""
    (found,) = [one for one in findings if one.check is check]
    return found


def for_suite(forge: SealForge, suites: tuple[Suite, ...]) -> None:
    """Leave out what the other suite only has."""
    if forge.authority.suite not in suites:
        pytest.skip("a matter of the other suite")


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_good_ones_pass(seals: SealForge, seal_judge: PathJudge, good: Good) -> None:
    """All checks pass, in the standard's order, and every deviation is told."""
    for_suite(seals, good.suites)
    findings = examine(seals, Case(signature=good.make(seals)), seal_judge)
    assert [one.check for one in findings] == IN_ORDER
    assert judge(findings).indication is Indication.TOTAL_PASSED
    told = finding(findings, SealCheck.FORMAT).detail
    if Deviation.DATA_HASH_WITH_Z in good.deviations:
        told = finding(findings, SealCheck.DATA_HASH).detail
    assert all(each in told for each in good.deviations)
    assert ("tolerated" in told) is bool(good.deviations)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_each_defect_has_its_finding(
    seals: SealForge, seal_judge: PathJudge, vector: Vector
) -> None:
    """A seal with one defect gets the outcome and reason of that defect, every other check passes.

    What cannot be read leaves the others undetermined.
    """
    for_suite(seals, vector.suites)
    findings = examine(seals, vector.make(seals), seal_judge)
    assert [one.check for one in findings] == IN_ORDER
    found = finding(findings, vector.check)
    assert (found.outcome, found.reason) == (vector.outcome, vector.reason)
    others = {(one.outcome, one.reason) for one in findings if one is not found}
    if vector.check is SealCheck.FORMAT and vector.outcome is Outcome.FAILED:
        assert others == {(Outcome.UNDETERMINED, Reason.NOT_REACHED)}
    else:
        assert others == {(Outcome.PASSED, None)}


def test_every_check_has_a_defect() -> None:
    """There is no check that no vector fails; the picture is judged where the page is."""
    assert [check for check in SealCheck if check in {one.check for one in VECTORS}] == IN_ORDER


def test_a_seal_by_itself(seals: SealForge, seal_judge: PathJudge) -> None:
    """Format, maker and validity are judged, at the judge's time unless told otherwise."""
    found = judge_seal(seals.good_seal, judge=seal_judge, others=seals.maker.chain)
    assert [one.check for one in found] == IN_ORDER[:4]
    assert judge(found).indication is Indication.TOTAL_PASSED
    late = judge_seal(
        seals.good_seal, judge=seal_judge, used_at=NOW + 2 * YEAR, others=seals.maker.chain
    )
    assert late[3].reason is Reason.SEAL_EXPIRED


def test_not_used_before_it_was_made(seals: SealForge, seal_judge: PathJudge) -> None:
    """However long a seal says that it is valid, it was not used before; but for a day's clocks."""
    seal = read_seal(seals.authority.seal(valid_from=NOW - YEAR, created=NOW))
    for used_at, reason in (
        (NOW, None),
        (NOW - DAY, None),
        (NOW - DAY - SECOND, Reason.SEAL_NOT_YET_VALID),
    ):
        findings = judge_seal(seal, judge=seal_judge, used_at=used_at, others=seals.signer.chain)
        assert finding(findings, SealCheck.VALIDITY).reason is reason


@pytest.mark.parametrize(
    ("ends", "used", "proven", "outcome", "reason"),
    [
        (0, -1, None, Outcome.PASSED, None),
        (-1, -1, None, Outcome.UNDETERMINED, Reason.SEAL_EXPIRED_SINCE),
        (-1, -2, -1, Outcome.PASSED, None),
        (-2, -2, -1, Outcome.UNDETERMINED, Reason.SEAL_EXPIRED),
        (-2, -1, -1, Outcome.FAILED, Reason.SEAL_EXPIRED),
        (-2, -1, None, Outcome.FAILED, Reason.SEAL_EXPIRED),
    ],
)
def test_a_seal_that_ended_needs_a_proven_time(
    seals: SealForge,
    seal_judge: PathJudge,
    ends: int,
    used: int,
    proven: int | None,
    outcome: Outcome,
    reason: Reason | None,
) -> None:
    """Seconds from the time asked for: a time that is only claimed decides nothing for it then."""
    seal = read_seal(seals.authority.seal(valid_until=NOW + ends * SECOND))
    findings = judge_seal(
        seal,
        judge=seal_judge,
        used_at=NOW + used * SECOND,
        others=seals.signer.chain,
        proven_time=None if proven is None else NOW + proven * SECOND,
    )
    found = finding(findings, SealCheck.VALIDITY)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_makers_of_the_other_suite_say_nothing(world: World) -> None:
    """Undetermined: who may make seals of this suite nobody said, whoever may make the other's."""
    authority, other = world.rsa, world.sm2
    trust = authority.trust(makers=[other.maker])
    found = judge_seal(
        authority.good_seal, judge=PathJudge(trust, at=NOW), others=authority.maker.chain
    )
    assert (found[2].outcome, found[2].reason) == (Outcome.UNDETERMINED, Reason.NO_SEAL_MAKERS)


def test_validity_at_a_naive_time_is_a_programming_error(
    seals: SealForge, seal_judge: PathJudge
) -> None:
    """A time without a zone is refused."""
    with pytest.raises(ValueError, match="used_at"):
        judge_seal(seals.good_seal, judge=seal_judge, used_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_maker_trusted_by_another_authority(seals: SealForge) -> None:
    """Failed: the path holds, other makers are accepted, this one is not."""
    trust = seals.authority.trust(makers=[another_company(seals)])
    found = judge_seal(seals.good_seal, judge=PathJudge(trust, at=NOW), others=seals.maker.chain)
    assert found[2].reason is Reason.SEAL_MAKER_NOT_TRUSTED


def test_hash_with_z_of_another_document(sm2_seals: SealForge) -> None:
    """A document digested with Z in front matches no other document."""
    (good,) = [one for one in GOOD if one.name == "data_hash_with_z"]
    findings = examine(sm2_seals, Case(signature=good.make(sm2_seals), document=b"other"))
    assert finding(findings, SealCheck.DATA_HASH).reason is Reason.SEAL_DATA_HASH_MISMATCH


def test_sm2_said_of_an_rsa_key(rsa_seals: SealForge) -> None:
    """Where the key is not of the algorithm's suite, value and digest fail, and nothing breaks."""
    sm2 = core.Any(core.ObjectIdentifier(SM2_WITH_SM3))
    findings = examine(rsa_seals, Case(signature=rsa_seals.use(signature_alg_id=sm2)))
    assert finding(findings, SealCheck.SIGNATURE_VALUE).reason is Reason.KEY_REFUSED
    assert finding(findings, SealCheck.DATA_HASH).reason is Reason.SEAL_DATA_HASH_MISMATCH


def test_original_is_not_asked_for_without_need(seals: SealForge, seal_judge: PathJudge) -> None:
    """Where the digest matches, nobody has to give the bytes again."""

    def original() -> bytes:
        raise AssertionError

    judge_seal_signature(
        read_seal_signature(seals.good),
        judge=seal_judge,
        digest=seals.digest(),
        original=original,
    )


def test_one_seal_is_checked_once_for_many_documents(
    seals: SealForge, seal_judge: PathJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred documents with one seal cost one check of the maker; a new judge starts anew."""
    checked = []

    def count(key: PublicKeyInfo, algorithm: Algorithm, data: bytes, signature: bytes) -> None:
        checked.append(data)
        verify_signature(key, algorithm, data, signature)

    monkeypatch.setattr(checks, "verify_signature", count)
    for _ in range(200):
        examine(seals, Case(signature=seals.good), seal_judge)
    assert checked.count(seals.good_seal.signed_bytes) == 1
    examine(seals, Case(signature=seals.good))
    assert checked.count(seals.good_seal.signed_bytes) == 2


def test_what_is_remembered_is_bounded_and_goes_with_its_judge(
    seals: SealForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No number of seals fills the memory; nothing stays when the judge is gone."""
    monkeypatch.setattr(memory, "MAX_REMEMBERED", 2)
    gc.collect()
    before = len(memory._memories)
    path_judge = PathJudge(seals.trust, at=NOW)
    for number in range(5):
        altered = replace(seals.good_seal, signature=bytes((number,)))
        assert judge_seal(altered, judge=path_judge)[1].outcome is Outcome.FAILED
        assert len(memory.memory_of(path_judge).signatures) <= 2
    del path_judge
    gc.collect()
    assert len(memory._memories) == before


def test_a_good_seal_does_not_vouch_for_its_twin(seals: SealForge, seal_judge: PathJudge) -> None:
    """After the good seal, one with the same bytes and another signature is judged by itself."""
    assert judge_seal(seals.good_seal, judge=seal_judge)[1].outcome is Outcome.PASSED
    twin = replace(seals.good_seal, signature=seals.signer.sign(seals.good_seal.signed_bytes))
    assert judge_seal(twin, judge=seal_judge)[1].reason is Reason.SIGNATURE_INVALID


def test_usable(seals: SealForge, seal_judge: PathJudge) -> None:
    """A good seal may be used by its signer; nothing is said."""
    demand_usable(seals.good_seal, seals.signer, judge=seal_judge, at=NOW)


def test_not_usable_after_its_validity(seals: SealForge, seal_judge: PathJudge) -> None:
    """An expired seal is refused before sealing."""
    seal = read_seal(seals.authority.seal(valid_until=NOW - SECOND))
    with pytest.raises(RefusedError) as caught:
        demand_usable(seal, seals.signer, judge=seal_judge, at=NOW)
    assert caught.value.reason is Reason.SEAL_EXPIRED


def test_not_usable_by_others(seals: SealForge, seal_judge: PathJudge) -> None:
    """Whoever is not in the list is refused before sealing."""
    with pytest.raises(RefusedError) as caught:
        demand_usable(seals.good_seal, another_company(seals), judge=seal_judge, at=NOW)
    assert caught.value.reason is Reason.SEAL_SIGNER_NOT_LISTED


def test_not_usable_by_a_revoked_signer(seals: SealForge) -> None:
    """A signer revoked before is refused."""
    authority = seals.authority
    trust = authority.trust(revoked=[authority.revoked(seals.signer, NOW - DAY)])
    with pytest.raises(RefusedError) as caught:
        demand_usable(seals.good_seal, seals.signer, judge=PathJudge(trust, at=NOW), at=NOW)
    assert caught.value.reason is Reason.CERTIFICATE_REVOKED


def test_not_usable_by_an_expired_signer(seals: SealForge, seal_judge: PathJudge) -> None:
    """A signer whose certificate has expired may not seal; it could not be decided otherwise."""
    signer = seals.authority.department(not_after=NOW - DAY)
    seal = read_seal(seals.authority.seal(signers=list_certificates([signer.certificate])))
    with pytest.raises(UnavailableError) as caught:
        demand_usable(seal, signer, judge=seal_judge, at=NOW)
    assert caught.value.reason is Reason.CERTIFICATE_EXPIRED


def test_not_usable_without_knowing_makers(seals: SealForge) -> None:
    """Where nobody said who may make seals, nothing is sealed."""
    path_judge = PathJudge(seals.authority.trust(makers=[]), at=NOW)
    with pytest.raises(UnavailableError) as caught:
        demand_usable(seals.good_seal, seals.signer, judge=path_judge, at=NOW)
    assert caught.value.reason is Reason.NO_SEAL_MAKERS


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_one_flipped_bit_never_verifies(
    seals: SealForge, seal_judge: PathJudge, data: st.DataObject
) -> None:
    """Whichever bit of a seal's use is flipped: it is refused, or a check does not pass."""
    place = data.draw(st.integers(0, 8 * len(seals.good) - 1))
    flipped = bytearray(seals.good)
    flipped[place // 8] ^= 1 << place % 8
    findings = examine(seals, Case(signature=bytes(flipped)), seal_judge)
    assert judge(findings).indication is not Indication.TOTAL_PASSED
