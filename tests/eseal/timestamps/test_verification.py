"""Whom timestamps are believed of, and what the time that they prove does to a path."""

from dataclasses import replace
from datetime import datetime

import pytest

from eseal.carried import CarriedData, read_carried
from eseal.certificate_making import make_root
from eseal.chain import PathJudge, Purpose
from eseal.crl import read_crl
from eseal.keys import Suite
from eseal.moments import CLOCKS_DIFFER
from eseal.profiles import SIGNING, TIMESTAMPING, Profile
from eseal.reasons import Reason, ReasonCode
from eseal.report import Finding, Outcome
from eseal.signers import SoftwareSigner
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.verification import judge_timestamp
from eseal.trust import TrustStore
from tests.vectors.timestamps import STAMPED, TokenForge
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World


def said(finding: Finding) -> tuple[Outcome, ReasonCode | None]:
    """Outcome and reason of a finding."""
    return finding.outcome, finding.reason


# -- the authority of a timestamp ---------------------------------------------------------------


def test_a_good_timestamp_proves_its_time(forge: TokenForge, judge: PathJudge) -> None:
    """Passed: the time, and who says so."""
    evidence = judge_timestamp(forge.good, STAMPED, judge=judge, claimed_time=NOW)
    assert evidence.finding.outcome is Outcome.PASSED
    assert evidence.proven is not None
    assert (evidence.proven.time, evidence.proven.authority) == (NOW, "示例市时间戳（样本）")


def test_of_a_stranger(judge: PathJudge) -> None:
    """An authority that leads to no trusted root is not known: undetermined."""
    forge = TokenForge(Authority(Suite.SM2))
    evidence = judge_timestamp(forge.good, STAMPED, judge=judge)
    assert said(evidence.finding) == (Outcome.UNDETERMINED, Reason.UNKNOWN_ISSUER)
    assert evidence.proven is None


def test_of_an_authority_that_expired_since(forge: TokenForge) -> None:
    """Whose key may have been stolen behind its end, it proves nothing any more."""
    trust = forge.authority.trust()
    judge = PathJudge(trust, at=NOW + 3 * YEAR)
    evidence = judge_timestamp(forge.good, STAMPED, judge=judge)
    assert said(evidence.finding) == (Outcome.UNDETERMINED, Reason.CERTIFICATE_EXPIRED)
    assert evidence.proven is None


@pytest.mark.parametrize(
    ("revoked_at", "expected"),
    [
        (NOW - DAY, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (NOW, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (NOW + DAY, (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)),
    ],
)
def test_of_an_authority_that_was_revoked(
    forge: TokenForge, revoked_at: datetime, expected: tuple[Outcome, Reason]
) -> None:
    """Before its time it fails; since then nothing proves that it was made before."""
    trust = forge.authority.trust(revoked=[forge.authority.revoked(forge.signer, revoked_at)])
    judge = PathJudge(trust, at=NOW + 2 * DAY)
    assert said(judge_timestamp(forge.good, STAMPED, judge=judge).finding) == expected


@pytest.mark.parametrize(
    "profile",
    [
        SIGNING,
        replace(TIMESTAMPING, extended_key_usage=frozenset({"time_stamping", "code_signing"})),
        replace(TIMESTAMPING, key_usage=frozenset({"digital_signature", "key_encipherment"})),
    ],
    ids=["no purpose", "another beside", "encrypts too"],
)
def test_of_a_certificate_for_something_else(world: World, profile: Profile) -> None:
    """Signed by whom the purpose of time-stamping was not given, and that alone: failed."""
    signer = world.rsa.department(profile=profile)
    assert said(_judged(signer, world)) == (Outcome.FAILED, Reason.KEY_USAGE_REFUSED)


def test_a_purpose_that_is_not_critical(world: World) -> None:
    """RFC 3161, 2.3: the extension has to be critical."""

    def relax(tbs: object) -> None:
        for one in tbs["extensions"]:  # type: ignore[index]
            if one["extn_id"].native == "extended_key_usage":
                one["critical"] = False

    signer = world.rsa.altered(world.rsa.timestamping, relax)
    assert said(_judged(signer, world)) == (Outcome.FAILED, Reason.KEY_USAGE_REFUSED)


def test_a_ca_makes_no_timestamps(world: World) -> None:
    """Nor does whoever issues certificates."""
    profile = replace(TIMESTAMPING, is_ca=True)
    signer = world.rsa.sub_ca(profile=profile)
    assert said(_judged(signer, world)) == (Outcome.FAILED, Reason.KEY_USAGE_REFUSED)


def test_documents_are_not_signed_by_a_timestamper(world: World) -> None:
    """And the other way round: who stamps times signs no documents."""
    judge = PathJudge(world.trust, at=NOW)
    signer = world.rsa.timestamping
    assert said(judge.judge(signer.certificate, signer.chain)) == (
        Outcome.FAILED,
        Reason.KEY_USAGE_REFUSED,
    )
    found = judge.judge(signer.certificate, signer.chain, purpose=Purpose.TIMESTAMPS)
    assert found.outcome is Outcome.PASSED


def _judged(signer: SoftwareSigner, world: World) -> Finding:
    judge = PathJudge(world.trust, at=NOW)
    return judge.judge(signer.certificate, signer.chain, purpose=Purpose.TIMESTAMPS)


def test_a_claim_that_contradicts_it(forge: TokenForge, judge: PathJudge) -> None:
    """A signer may be five minutes ahead of the authority, and not a second more."""
    for claimed, reason in (
        (NOW + CLOCKS_DIFFER, None),
        (NOW + CLOCKS_DIFFER + SECOND, Reason.TIMESTAMP_BEFORE_CLAIM),
    ):
        evidence = judge_timestamp(forge.good, STAMPED, judge=judge, claimed_time=claimed)
        assert evidence.finding.reason is reason
        assert evidence.proven is not None


# -- what a proven time does to the signer's path ------------------------------------------------

SIGNED = NOW - 10 * DAY


def path(
    world: World,
    trust: TrustStore | None = None,
    *,
    at: datetime = NOW,
    claimed: datetime | None = SIGNED,
    proven: datetime | None = SIGNED,
    signer: SoftwareSigner | None = None,
) -> tuple[Outcome, ReasonCode | None]:
    """What is said of a signer whose signature was proven to be there."""
    signer = signer or world.sm2.signing
    judge = PathJudge(trust or world.sm2.trust(), at=at)
    found = judge.judge(
        signer.certificate, signer.chain, claimed_signing_time=claimed, proven_time=proven
    )
    return said(found)


@pytest.mark.parametrize(
    ("revoked_at", "proven", "expected"),
    [
        (SIGNED - DAY, None, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (SIGNED - DAY, SIGNED, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (SIGNED, SIGNED, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (SIGNED + DAY, None, (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)),
        (SIGNED + SECOND, SIGNED, (Outcome.PASSED, None)),
        (SIGNED + DAY, SIGNED + DAY, (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)),
    ],
)
def test_revoked(
    world: World,
    revoked_at: datetime,
    proven: datetime | None,
    expected: tuple[Outcome, Reason | None],
) -> None:
    """Revoked before it is proven to have signed, it fails; after that it passes."""
    trust = world.sm2.trust(revoked=[world.sm2.revoked(world.sm2.signing, revoked_at)])
    assert path(world, trust, proven=proven) == expected


def test_expired_since(world: World) -> None:
    """An end of validity behind the proven time does no harm, and one before it does."""
    crl = world.sm2.crl(this_update=NOW - 2 * DAY, next_update=NOW + 30 * DAY)
    trust = world.sm2.trust(ca_crl=crl)
    later = NOW + 20 * DAY
    ended = world.sm2.department(not_after=NOW)
    assert path(world, trust, at=later, proven=None, signer=ended)[1] == Reason.CERTIFICATE_EXPIRED
    assert path(world, trust, at=later, signer=ended) == (Outcome.PASSED, None)
    assert path(world, trust, at=later, proven=NOW + SECOND, signer=ended) == (
        Outcome.UNDETERMINED,
        Reason.CERTIFICATE_EXPIRED,
    )


def test_a_list_that_was_current_then(world: World) -> None:
    """What was current at the proven time may be out of date today."""
    later = NOW + 40 * DAY
    assert path(world, at=later, proven=None)[1] == Reason.REVOCATION_DATA_STALE
    assert path(world, at=later) == (Outcome.PASSED, None)
    assert path(world, at=later, proven=NOW + 31 * DAY)[1] == Reason.REVOCATION_DATA_STALE


def test_a_proven_time_behind_the_one_asked_for(world: World) -> None:
    """What was there later only says nothing of an earlier time."""
    assert path(world, at=NOW, proven=NOW + CLOCKS_DIFFER) == (Outcome.PASSED, None)
    assert path(world, at=NOW, proven=NOW + CLOCKS_DIFFER + SECOND) == (
        Outcome.UNDETERMINED,
        Reason.SIGNED_LATER,
    )


def test_lists_that_came_along_count(world: World) -> None:
    """A list of the document's own is as good as one of the trust's; a forged one is none."""
    bare = replace(world.sm2.trust(), crls=())
    judge = PathJudge(bare, at=NOW)
    signer, good = world.sm2.signing, [read_crl(one) for one in world.sm2.crls()]
    forged = read_crl(Authority(Suite.SM2).crl())
    for lists, expected in (
        ([], Reason.NO_REVOCATION_DATA),
        ([forged, good[1]], Reason.NO_REVOCATION_DATA),
        (good, None),
    ):
        found = judge.judge(
            signer.certificate, signer.chain, carried=CarriedData(crls=tuple(lists))
        )
        assert found.reason == expected


def test_a_root_that_was_renewed_since(world: World) -> None:
    """The root of then counts for what is proven to be of then."""
    root = world.sm2.root
    old, new = (
        make_root(
            key=root.key,
            algorithm=root.algorithm,
            subject=world.sm2.name("根 CA"),
            not_before=begin,
            not_after=end,
        )
        for begin, end in ((NOW - 5 * YEAR, NOW - DAY), (NOW - 2 * DAY, NOW + YEAR))
    )
    crls = tuple(map(read_crl, world.sm2.crls()))
    trust = TrustStore(roots=(new, old), crls=crls)
    assert path(world, trust, at=NOW) == (Outcome.PASSED, None)


def test_an_authority_is_judged_with_what_came_along(forge: TokenForge) -> None:
    """Certificates and lists that a document brings help to judge the authority, too."""
    authority = forge.authority
    bare = replace(authority.trust(), crls=())
    signer = authority.signer(forge.signer.key, forge.signer.certificate)
    tsa = TimestampAuthority(signer=signer)
    token = tsa.token(forge.request, at=NOW, serial_number=1)
    judge = PathJudge(bare, at=NOW)
    finding = judge_timestamp(token, STAMPED, judge=judge).finding
    assert finding.reason is Reason.UNKNOWN_ISSUER
    carried = read_carried([authority.ca.certificate.dump()], authority.crls())
    helped = judge_timestamp(token, STAMPED, judge=judge, carried=carried)
    assert helped.finding.outcome is Outcome.PASSED
