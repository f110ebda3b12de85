"""OCSP answers as revocation data beside lists, in both suites: every reason and its edges.

Each case takes the good world, without the CA's list, and changes one thing; the root's list says
that the CA is good. What lists alone do stands in `test_chain`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from asn1crypto import algos, core, ocsp

from eseal import revocation
from eseal.certificate_making import SubjectName
from eseal.chain import PathJudge
from eseal.crl import RevokedEntry
from eseal.keys import Suite, generate_private_key
from eseal.moments import CLOCKS_DIFFER
from eseal.ocsp import IdDigest, OcspStatus
from eseal.profiles import OCSP_SIGNING, SIGNING, Profile
from eseal.reasons import Reason
from eseal.report import Finding, Outcome
from eseal.signers import SoftwareSigner
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World

pytestmark = pytest.mark.unmeasured

REVOKED_AT = NOW - 10 * DAY
HOUR = 3600 * SECOND


def judged(
    authority: Authority,
    *ocsps: bytes,
    at: datetime = NOW,
    claimed: datetime | None = NOW - DAY,
    ca_crl: bytes | None = None,
    signer: SoftwareSigner | None = None,
) -> Finding:
    """What is said of the department's signer, with these responses."""
    signer = signer or authority.signing
    judge = PathJudge(authority.trust(ca_crl=ca_crl, ocsps=ocsps), at=at)
    return judge.judge(signer.certificate, signer.chain, claimed_signing_time=claimed)


def assert_passed(finding: Finding) -> None:
    """The path is good."""
    assert finding.outcome is Outcome.PASSED, finding


def assert_no_data(finding: Finding) -> None:
    """Nothing speaks about the signer: undetermined, never passed."""
    assert (finding.outcome, finding.reason) == (
        Outcome.UNDETERMINED,
        Reason.NO_REVOCATION_DATA,
    ), finding


# -- who may speak -------------------------------------------------------------------------------


def test_without_any_data_there_is_no_data(authority: Authority) -> None:
    """The world of these tests lacks exactly what they add."""
    assert_no_data(judged(authority))


def test_the_issuers_answer_speaks(authority: Authority) -> None:
    """An answer that the CA itself signed stands in for its list."""
    assert_passed(judged(authority, authority.ocsp()))


def test_a_delegated_responders_answer_speaks(authority: Authority) -> None:
    """So does that of a responder that the CA certified for this, which is never revoked."""
    assert_passed(judged(authority, authority.ocsp(responder=authority.responder)))


@pytest.mark.parametrize("by", IdDigest)
def test_any_digest_names_the_certificate(authority: Authority, by: IdDigest) -> None:
    """SHA-1 as well: it names, and secures nothing."""
    assert_passed(judged(authority, authority.ocsp(authority.answer(by=by))))


def test_a_strangers_answer_does_not_speak(authority: Authority) -> None:
    """Another CA of the same name, another key: NO_REVOCATION_DATA, and it hides no good one."""
    forged = authority.ocsp(responder=Authority(authority.suite).ca, produced_at=NOW)
    assert_no_data(judged(authority, forged))
    assert_passed(judged(authority, forged, authority.ocsp()))


def test_a_strangers_responder_does_not_speak(authority: Authority) -> None:
    """A responder certified by another CA of the same name: NO_REVOCATION_DATA."""
    stranger = Authority(authority.suite)
    assert_no_data(judged(authority, authority.ocsp(responder=stranger.responder)))


def test_a_responder_of_the_root_does_not_speak(authority: Authority) -> None:
    """RFC 6960, 4.2.2.2: certified by the very issuer, not by one above it: NO_REVOCATION_DATA."""
    key = generate_private_key(authority.suite)
    above = authority.department(issuer=authority.root, profile=OCSP_SIGNING, key=key)
    assert_no_data(judged(authority, authority.ocsp(responder=above)))


def signed_by(authority: Authority, signer: SoftwareSigner, good: bytes) -> bytes:
    """A response signed by someone whom `make_ocsp_response` would refuse."""
    outer = ocsp.OCSPResponse.load(good)
    basic = ocsp.BasicOCSPResponse.load(outer["response_bytes"]["response"].contents)
    data = basic["tbs_response_data"]
    data["responder_id"] = ocsp.ResponderId(name="by_name", value=signer.certificate.subject)
    changed = {
        "tbs_response_data": data,
        "signature_algorithm": authority.algorithm.signed_digest_algorithm,
        "signature": signer.sign(data.dump(force=True)),
        "certs": [signer.certificate],
    }
    outer["response_bytes"]["response"] = core.ParsableOctetString(
        ocsp.BasicOCSPResponse(changed).dump()
    )
    der: bytes = outer.dump(force=True)
    return der


ANY_PURPOSE = Profile(
    key_usage=frozenset({"digital_signature"}),
    extended_key_usage=frozenset({"any_extended_key_usage"}),
    ocsp_no_check=True,
)


@pytest.mark.parametrize(
    "profile",
    [
        SIGNING,
        ANY_PURPOSE,
        replace(OCSP_SIGNING, key_usage=frozenset({"key_encipherment"})),
        replace(OCSP_SIGNING, is_ca=True, key_usage=frozenset({"key_cert_sign"})),
    ],
    ids=["no_purpose", "any_purpose", "no_signatures", "a_ca"],
)
def test_a_responder_without_the_purpose_does_not_speak(
    authority: Authority, profile: Profile
) -> None:
    """id-kp-OCSPSigning has to be named, and the key has to be for signatures."""
    other = authority.department(profile=profile, key=generate_private_key(authority.suite))
    assert_no_data(judged(authority, signed_by(authority, other, authority.ocsp())))
    real = signed_by(authority, authority.responder, authority.ocsp())
    assert_passed(judged(authority, real))


def test_a_ca_that_may_sign_neither_lists_nor_answers_does_not_speak(world: World) -> None:
    """Its key is for certificates only: NO_REVOCATION_DATA."""
    profile = Profile(key_usage=frozenset({"key_cert_sign"}), is_ca=True)
    ca = world.sm2.sub_ca(key=world.sm2.ca.key, profile=profile)
    signer = world.sm2.department(issuer=ca)
    answer = world.sm2.answer(signer)
    assert_no_data(judged(world.sm2, world.sm2.ocsp(answer), signer=signer))


@pytest.mark.parametrize(
    ("produced_at", "speaks"),
    [(NOW - DAY - SECOND, False), (NOW - DAY, True), (NOW, True), (NOW + SECOND, False)],
)
def test_the_responder_has_to_be_valid_when_it_signs(
    world: World, produced_at: datetime, speaks: bool
) -> None:
    """First and last second of its validity count; outside: NO_REVOCATION_DATA."""
    responder = world.sm2.department(
        profile=OCSP_SIGNING,
        key=world.sm2.responder.key,
        not_before=NOW - DAY,
        not_after=NOW,
        crl_url=None,
    )
    answer = world.sm2.answer(this_update=NOW - 2 * DAY)
    response = world.sm2.ocsp(answer, responder=responder, produced_at=produced_at)
    finding = judged(world.sm2, response)
    if speaks:
        assert_passed(finding)
    else:
        assert_no_data(finding)


def test_an_answer_does_not_outlive_its_responder(authority: Authority) -> None:
    """REVOCATION_DATA_STALE: what a key that has ended says of today cannot be true."""
    last = NOW - 50 * DAY
    responder = authority.department(
        profile=OCSP_SIGNING,
        key=authority.responder.key,
        not_before=NOW - 100 * DAY,
        not_after=last,
        crl_url=None,
    )
    answer = authority.answer(this_update=last - DAY, next_update=NOW + 300 * DAY)
    response = authority.ocsp(answer, responder=responder, produced_at=last - DAY)
    for at, reason in ((last, None), (NOW, Reason.REVOCATION_DATA_STALE)):
        assert judged(authority, response, at=at, claimed=last - DAY).reason is reason


@pytest.mark.parametrize("late", [CLOCKS_DIFFER, CLOCKS_DIFFER + SECOND])
def test_an_answer_from_after_its_signing_does_not_speak(world: World, late: timedelta) -> None:
    """Nobody knows what will be: NO_REVOCATION_DATA, but for clocks that differ."""
    made = NOW - HOUR
    response = world.sm2.ocsp(world.sm2.answer(this_update=made + late), produced_at=made)
    finding = judged(world.sm2, response)
    assert finding.reason is (None if late == CLOCKS_DIFFER else Reason.NO_REVOCATION_DATA)


def test_of_a_responder_it_is_known_that_it_was_not_revoked(authority: Authority) -> None:
    """Without id-pkix-ocsp-nocheck the CA's list of that time has to be there, without it."""
    checked = authority.department(
        profile=replace(OCSP_SIGNING, ocsp_no_check=False), key=authority.responder.key
    )
    made = NOW - HOUR
    answer = authority.ocsp(responder=checked, produced_at=made)
    assert_no_data(judged(authority, answer))
    for ends, reason in ((made, None), (made - SECOND, Reason.REVOCATION_DATA_STALE)):
        ended = authority.crl(this_update=NOW - 9 * DAY, next_update=ends)
        assert judged(authority, answer, ca_crl=ended).reason is reason


def test_a_revoked_responder_does_not_speak(authority: Authority) -> None:
    """Whatever its certificate says, and whenever it was: with its key one can date back."""
    revoked = [authority.revoked(authority.responder, NOW - SECOND)]
    ended = authority.crl(this_update=NOW - 9 * DAY, next_update=NOW - DAY, revoked=revoked)
    finding = judged(authority, authority.ocsp(responder=authority.responder), ca_crl=ended)
    assert finding.reason is Reason.REVOCATION_DATA_STALE


@pytest.mark.parametrize("place", ["signature", "answer"])
def test_a_changed_answer_does_not_speak(authority: Authority, place: str) -> None:
    """One byte of the signature, or of what was signed: NO_REVOCATION_DATA."""
    good = authority.ocsp()
    spoiled = bytearray(good)
    if place == "signature":
        spoiled[-1] ^= 1
    else:
        spoiled[good.index(f"{NOW + DAY:%Y%m%d%H%M%SZ}".encode()) + 3] ^= 1  # the year it ends
    assert_no_data(judged(authority, bytes(spoiled)))


def test_an_answer_signed_with_sha1_does_not_speak(world: World) -> None:
    """Only the algorithms of certificates count: NO_REVOCATION_DATA."""
    good = world.rsa.ocsp()
    outer = ocsp.OCSPResponse.load(good)
    basic = ocsp.BasicOCSPResponse.load(outer["response_bytes"]["response"].contents)
    basic["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
    outer["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    assert_no_data(judged(world.rsa, outer.dump(force=True)))


# -- about whom ----------------------------------------------------------------------------------


def test_an_answer_about_another_certificate_is_no_data(authority: Authority) -> None:
    """Another serial: NO_REVOCATION_DATA."""
    assert_no_data(judged(authority, authority.ocsp(authority.answer(authority.maker))))


def test_an_answer_about_another_issuer_is_no_data(authority: Authority) -> None:
    """The same serial below another CA, in name or in key: NO_REVOCATION_DATA."""
    about = authority.answer().about
    for other in (
        replace(about, issuer_name_hash=about.issuer_key_hash),
        replace(about, issuer_key_hash=about.issuer_name_hash),
        replace(about, digest=IdDigest.SHA1),
    ):
        answer = replace(authority.answer(), about=other)
        assert_no_data(judged(authority, authority.ocsp(answer)))


def test_an_answer_about_the_ca_is_the_roots(authority: Authority) -> None:
    """An answer by the root about the CA stands in for the root's list."""
    about_ca = authority.answer(authority.ca, issuer=authority.root)
    response = authority.ocsp(about_ca, responder=authority.root)
    signer = authority.signing
    for ocsps, reason in (((), Reason.NO_REVOCATION_DATA), ((response,), None)):
        judge = PathJudge(authority.trust(root_crl=None, ocsps=ocsps), at=NOW)
        assert judge.judge(signer.certificate, signer.chain).reason is reason


def test_unknown_never_passes(authority: Authority) -> None:
    """The status is no data, and older answers that say "good" do not count beside it."""
    unknown = authority.ocsp(authority.answer(status=OcspStatus.UNKNOWN))
    older = authority.ocsp(authority.answer(this_update=NOW - 2 * HOUR))
    assert_no_data(judged(authority, unknown))
    assert_no_data(judged(authority, older, unknown))
    assert_passed(judged(authority, older))
    assert_passed(judged(authority, unknown, ca_crl=authority.crl()))
    newer = authority.ocsp(authority.answer(this_update=NOW))
    assert_passed(judged(authority, newer, unknown))


# -- revoked -------------------------------------------------------------------------------------


@pytest.mark.parametrize("claimed", [REVOKED_AT, REVOKED_AT + SECOND, None])
def test_revoked_before_it_signed_fails(authority: Authority, claimed: datetime | None) -> None:
    """Claimed at or after the revocation, or not at all: CERTIFICATE_REVOKED."""
    response = authority.ocsp(authority.answer(revoked_at=REVOKED_AT))
    finding = judged(authority, response, claimed=claimed)
    assert (finding.outcome, finding.reason) == (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)
    assert str(REVOKED_AT) in finding.detail


def test_revoked_after_the_claimed_time_is_undetermined(authority: Authority) -> None:
    """Nothing proves the earlier claim: CERTIFICATE_REVOKED_SINCE."""
    response = authority.ocsp(authority.answer(revoked_at=REVOKED_AT))
    finding = judged(authority, response, claimed=REVOKED_AT - SECOND)
    assert finding.reason is Reason.CERTIFICATE_REVOKED_SINCE


@pytest.mark.parametrize(
    ("at", "reason"),
    [(REVOKED_AT - SECOND, None), (REVOKED_AT, Reason.CERTIFICATE_REVOKED)],
)
def test_a_revocation_counts_from_its_second(
    authority: Authority, at: datetime, reason: Reason | None
) -> None:
    """Asked for an earlier time, a later answer says that it was not revoked then."""
    response = authority.ocsp(authority.answer(revoked_at=REVOKED_AT))
    assert judged(authority, response, at=at, claimed=None).reason is reason


def revoking(authority: Authority, at: datetime = REVOKED_AT) -> list[RevokedEntry]:
    """The signer's entry in a list."""
    return [authority.revoked(authority.signing, at)]


def revoked_by_either(authority: Authority) -> dict[str, Callable[[], Finding]]:
    """A list and an answer that contradict each other; the revocation counts."""
    good, revoked = authority.answer(), authority.answer(revoked_at=REVOKED_AT)
    older = replace(revoked, this_update=NOW - 3 * HOUR)
    return {
        "list": lambda: judged(
            authority, authority.ocsp(good), ca_crl=authority.crl(revoked=revoking(authority))
        ),
        "answer": lambda: judged(authority, authority.ocsp(revoked), ca_crl=authority.crl()),
        "older answer": lambda: judged(authority, authority.ocsp(good), authority.ocsp(older)),
        "fresher list": lambda: judged(
            authority,
            authority.ocsp(older),
            ca_crl=authority.crl(this_update=NOW),
        ),
        "one response": lambda: judged(authority, authority.ocsp(good, revoked)),
        "one stale response": lambda: judged(
            authority,
            authority.ocsp(*(replace(one, next_update=NOW - SECOND) for one in (good, revoked))),
        ),
        "unknown since": lambda: judged(
            authority,
            authority.ocsp(older),
            authority.ocsp(authority.answer(status=OcspStatus.UNKNOWN)),
        ),
    }


@pytest.mark.parametrize(
    "how",
    ["list", "answer", "older answer", "fresher list", "one response", "one stale response",
     "unknown since"],
)  # fmt: skip
def test_revoked_in_either_is_revoked(authority: Authority, how: str) -> None:
    """Whatever the other says, a revocation in one that is current or the freshest counts."""
    assert revoked_by_either(authority)[how]().reason is Reason.CERTIFICATE_REVOKED


def test_the_earliest_revocation_counts(authority: Authority) -> None:
    """Two dates of one revocation: the one that is worse for the signer."""
    listed = authority.crl(revoked=revoking(authority, REVOKED_AT + DAY))
    response = authority.ocsp(authority.answer(revoked_at=REVOKED_AT))
    finding = judged(authority, response, ca_crl=listed, claimed=REVOKED_AT)
    assert finding.reason is Reason.CERTIFICATE_REVOKED


def test_a_stale_answer_still_revokes(authority: Authority) -> None:
    """What the freshest answer of the past revoked stays revoked."""
    stale = authority.answer(revoked_at=REVOKED_AT, next_update=NOW - SECOND)
    assert judged(authority, authority.ocsp(stale)).reason is Reason.CERTIFICATE_REVOKED


def test_an_answer_that_a_fresher_one_took_back_does_not_revoke(authority: Authority) -> None:
    """An older answer that has ended does not count against a fresher one."""
    ended = authority.answer(
        revoked_at=REVOKED_AT, this_update=NOW - 2 * DAY, next_update=NOW - SECOND
    )
    assert_passed(judged(authority, authority.ocsp(ended), authority.ocsp()))


# -- age -----------------------------------------------------------------------------------------


def test_a_stale_answer_is_undetermined(authority: Authority) -> None:
    """Its next was due before the time asked for: REVOCATION_DATA_STALE."""
    stale = authority.ocsp(authority.answer(next_update=NOW - SECOND))
    finding = judged(authority, stale)
    assert finding.reason is Reason.REVOCATION_DATA_STALE
    assert str(NOW - SECOND) in finding.detail
    last = authority.ocsp(authority.answer(next_update=NOW))
    assert_passed(judged(authority, last))


def test_either_kind_is_enough_while_it_is_current(authority: Authority) -> None:
    """A list that holds for days goes on when the answers of an hour have ended, and back."""
    stale = authority.ocsp(authority.answer(next_update=NOW - SECOND))
    assert_passed(judged(authority, stale, ca_crl=authority.crl()))
    ended = authority.crl(this_update=NOW - 9 * DAY, next_update=NOW - SECOND)
    assert_passed(judged(authority, authority.ocsp(), ca_crl=ended))
    assert judged(authority, stale, ca_crl=ended).reason is Reason.REVOCATION_DATA_STALE


def test_an_answer_made_after_expiry_does_not_speak(world: World) -> None:
    """A responder may forget what has expired, so a later answer proves nothing."""
    expired = world.sm2.department(not_after=NOW - 5 * DAY)
    at = NOW - 6 * DAY
    late = world.sm2.ocsp(world.sm2.answer(expired))
    assert_no_data(judged(world.sm2, late, signer=expired, at=at, claimed=at))
    alive = world.sm2.answer(expired, this_update=NOW - 5 * DAY)
    assert_passed(judged(world.sm2, world.sm2.ocsp(alive), signer=expired, at=at, claimed=at))


def test_an_answer_without_an_end_tells_about_before(world: World) -> None:
    """Without nextUpdate it holds for the time up to its making, and is stale after that."""
    good = world.sm2.ocsp(world.sm2.answer(this_update=NOW))
    outer = ocsp.OCSPResponse.load(good)
    basic = ocsp.BasicOCSPResponse.load(outer["response_bytes"]["response"].contents)
    del basic["tbs_response_data"]["responses"][0]["next_update"]
    outer["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    endless = signed_by(world.sm2, world.sm2.responder, outer.dump(force=True))
    assert_passed(judged(world.sm2, endless))
    later = judged(world.sm2, endless, at=NOW + SECOND, claimed=NOW)
    assert later.reason is Reason.REVOCATION_DATA_STALE


def test_what_passed_says_how_old_its_data_are(authority: Authority) -> None:
    """The oldest of the path's data counts, and of one certificate's the freshest."""
    finding = judged(authority, authority.ocsp())
    assert finding.detail.endswith(f"；吊销数据 revocation data of {NOW - DAY}")  # the root's list
    root_crl = authority.crl(authority.root, this_update=NOW)
    trust = authority.trust(root_crl=root_crl, ocsps=[authority.ocsp()])
    signer = authority.signing
    found = PathJudge(trust, at=NOW).judge(signer.certificate, signer.chain)
    assert found.detail.endswith(f"；吊销数据 revocation data of {NOW - HOUR}")


def test_how_many_are_weighed_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a whole archive only the freshest answers are looked at."""
    monkeypatch.setattr(revocation, "MAX_SAID", 2)
    older = world.sm2.answer(revoked_at=REVOKED_AT, this_update=NOW - 3 * HOUR)
    good = [world.sm2.ocsp(world.sm2.answer(this_update=NOW - n * HOUR)) for n in (1, 2)]
    assert_passed(judged(world.sm2, world.sm2.ocsp(older), *good))


def test_suites_do_not_answer_for_each_other(world: World) -> None:
    """An RSA responder's answer about an SM2 certificate is a stranger's: NO_REVOCATION_DATA."""
    answer = world.sm2.answer()
    assert_no_data(judged(world.sm2, world.rsa.ocsp(answer)))
    stranger = Authority(Suite.RSA).department(
        profile=OCSP_SIGNING,
        subject=SubjectName(common_name="冒名应答（样本）", organisation="样本"),
        not_before=NOW - YEAR,
    )
    assert_no_data(judged(world.sm2, world.sm2.ocsp(answer, responder=stranger)))
