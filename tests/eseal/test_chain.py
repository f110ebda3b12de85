"""Certificate paths of both suites: every reason, its edges, and what is good.

Each case takes the good world and changes one thing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from asn1crypto import x509

from eseal import chain
from eseal.certificate_making import SubjectName, make_root
from eseal.certificates import read_certificate
from eseal.chain import PathJudge, judge_at
from eseal.crl import read_crl
from eseal.keys import Suite
from eseal.moments import CLOCKS_DIFFER
from eseal.profiles import ISSUING_CA, ROOT, SIGNING, Profile
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World

Change = Callable[[x509.TbsCertificate], None]


def verdict(
    signer: SoftwareSigner,
    trust: TrustStore,
    *,
    at: datetime = NOW,
    claimed: datetime | None = NOW - DAY,
) -> Finding:
    """What the judge says of `signer`."""
    judge = PathJudge(trust, at=at)
    found = judge.judge(signer.certificate, signer.chain, claimed_signing_time=claimed)
    assert found.check is Check.CERTIFICATE_PATH
    return found


def assert_passed(finding: Finding) -> None:
    """The path is good."""
    assert finding.outcome is Outcome.PASSED, finding


def assert_failed(finding: Finding, reason: Reason) -> None:
    """The path is refused for `reason`, and it is said what is wrong."""
    assert (finding.outcome, finding.reason) == (Outcome.FAILED, reason), finding
    assert finding.detail


def assert_undetermined(finding: Finding, reason: Reason) -> None:
    """The path could not be decided for `reason`, and it is said about what."""
    assert (finding.outcome, finding.reason) == (Outcome.UNDETERMINED, reason), finding
    assert finding.detail


# -- good ---------------------------------------------------------------------------------------


def test_good_path_passes_and_is_named(authority: Authority) -> None:
    """Leaf, issuing CA and root, all valid and with current lists: passed."""
    finding = verdict(authority.signing, authority.trust())
    assert_passed(finding)
    assert finding.detail.count("<") == 2


def test_both_suites_are_judged_by_one_judge(world: World) -> None:
    """One trust store holds both suites."""
    judge = PathJudge(world.trust, at=NOW)
    for signer in (world.sm2.signing, world.rsa.signing):
        assert_passed(judge.judge(signer.certificate, signer.chain))


def test_intermediates_may_come_from_the_trust_store(authority: Authority) -> None:
    """A document that brings no chain passes when the store has the CA."""
    good = authority.trust()
    trust = TrustStore(roots=good.roots, intermediates=(authority.ca.certificate,), crls=good.crls)
    assert_passed(PathJudge(trust, at=NOW).judge(authority.signing.certificate))


def test_signer_directly_under_the_root_passes(authority: Authority) -> None:
    """A path needs no issuing CA."""
    assert_passed(verdict(authority.department(issuer=authority.root), authority.trust()))


def test_document_signing_purpose_passes(world: World) -> None:
    """A leaf limited to documents (RFC 9336) may sign them."""
    profile = replace(SIGNING, extended_key_usage=frozenset({"1.3.6.1.5.5.7.3.36"}))
    assert_passed(verdict(world.sm2.department(profile=profile), world.trust))


# -- issuer unknown ------------------------------------------------------------------------------


def test_unknown_root_is_undetermined(world: World) -> None:
    """A path that ends elsewhere: Reason.UNKNOWN_ISSUER, not failed."""
    found = verdict(world.rsa.signing, world.sm2.trust())
    assert_undetermined(found, Reason.UNKNOWN_ISSUER)
    assert found.detail == world.rsa.signing.certificate.issuer.native["common_name"]


def test_unknown_root_of_the_same_name_is_undetermined(world: World) -> None:
    """Another authority that calls itself as ours has another key: Reason.UNKNOWN_ISSUER."""
    impostor = Authority(Suite.SM2)
    assert_undetermined(verdict(impostor.signing, world.sm2.trust()), Reason.UNKNOWN_ISSUER)


def test_missing_intermediate_is_undetermined(world: World) -> None:
    """Without the CA's certificate no path can be built: Reason.UNKNOWN_ISSUER."""
    finding = PathJudge(world.trust, at=NOW).judge(world.sm2.signing.certificate)
    assert_undetermined(finding, Reason.UNKNOWN_ISSUER)


def test_unknown_self_signed_certificate_is_undetermined(world: World) -> None:
    """Of an unknown certificate nothing else is said, though it is a CA besides."""
    stranger = Authority(Suite.SM2).root
    assert_undetermined(verdict(stranger, world.trust), Reason.UNKNOWN_ISSUER)


def test_search_among_many_of_one_name_ends(world: World) -> None:
    """Self-issued certificates that fit each other in any order do not make the search endless."""
    name = world.sm2.name("签发 CA")

    def entangle(tbs: x509.TbsCertificate) -> None:
        tbs["issuer"] = tbs["subject"] = name.to_name()
        tbs["extensions"] = [
            one
            for one in tbs["extensions"]
            if one["extn_id"].native not in {"authority_key_identifier", "key_identifier"}
        ]

    tangle = [world.sm2.altered(world.sm2.sub_ca(), entangle).certificate for _ in range(8)]
    leaf = world.sm2.altered(world.sm2.signing, without("authority_key_identifier")).certificate
    judge = PathJudge(world.trust, at=NOW)
    assert_undetermined(judge.judge(leaf, tangle), Reason.UNKNOWN_ISSUER)
    assert_passed(judge.judge(leaf, [world.sm2.ca.certificate, *tangle]))


# -- path does not hold --------------------------------------------------------------------------


def without(*names: str) -> Change:
    """Leave extensions out."""

    def change(tbs: x509.TbsCertificate) -> None:
        tbs["extensions"] = [one for one in tbs["extensions"] if one["extn_id"].native not in names]

    return change


def with_extension(name: str, value: object, *, critical: bool = False) -> Change:
    """Add an extension."""

    def change(tbs: x509.TbsCertificate) -> None:
        added = x509.Extension({"extn_id": name, "critical": critical, "extn_value": value})
        tbs["extensions"] = [*tbs["extensions"], added]

    return change


def test_wrong_signature_on_the_leaf_fails(authority: Authority) -> None:
    """A leaf that its issuer did not sign: Reason.PATH_INVALID."""
    forged = authority.altered(authority.signing, lambda _: None, issuer=authority.signing)
    assert_failed(verdict(forged, authority.trust()), Reason.PATH_INVALID)


def test_one_good_path_among_bad_ones_is_enough(world: World) -> None:
    """A forged twin of the CA beside the real one does not spoil the path."""
    twin = world.sm2.altered(world.sm2.ca, lambda _: None, issuer=world.sm2.signing).certificate
    judge = PathJudge(world.trust, at=NOW)
    leaf = world.sm2.signing.certificate
    assert_failed(judge.judge(leaf, [twin]), Reason.PATH_INVALID)
    for others in ([twin, world.sm2.ca.certificate], [world.sm2.ca.certificate, twin]):
        assert_passed(judge.judge(leaf, others))


def test_critical_unknown_extension_fails(world: World) -> None:
    """RFC 5280, 4.2: a critical extension that is not understood: Reason.PATH_INVALID."""
    change = with_extension("1.2.3.4.5", b"?", critical=True)
    assert_failed(
        verdict(world.sm2.altered(world.sm2.signing, change), world.trust), Reason.PATH_INVALID
    )


def test_unknown_extension_that_is_not_critical_passes(world: World) -> None:
    """RFC 5280, 4.2: it may be ignored."""
    change = with_extension("1.2.3.4.5", b"?")
    assert_passed(verdict(world.sm2.altered(world.sm2.signing, change), world.trust))


def test_extension_twice_fails(world: World) -> None:
    """RFC 5280, 4.2: not more than one instance of an extension: Reason.PATH_INVALID."""
    usage = x509.KeyUsage({"non_repudiation", "key_cert_sign"})
    spoiled = world.sm2.altered(world.sm2.signing, with_extension("key_usage", usage))
    assert_failed(verdict(spoiled, world.trust), Reason.PATH_INVALID)


def test_algorithms_that_differ_inside_and_outside_fail(world: World) -> None:
    """RFC 5280, 4.1.1.2: the algorithm has to be the one that was signed: Reason.PATH_INVALID."""
    outer = x509.SignedDigestAlgorithm.load(bytes.fromhex("300c06082a811ccf550183750500"))
    spoiled = world.sm2.altered(world.sm2.signing, lambda _: None, outer=outer)
    assert_failed(verdict(spoiled, world.trust), Reason.PATH_INVALID)


def test_version_1_certificate_fails(world: World) -> None:
    """A signer's certificate is of version 3: Reason.PATH_INVALID."""

    def change(tbs: x509.TbsCertificate) -> None:
        tbs["version"] = "v1"

    spoiled = world.rsa.altered(world.rsa.signing, change)
    assert_failed(verdict(spoiled, world.trust), Reason.PATH_INVALID)


def test_leaf_as_issuer_fails(world: World) -> None:
    """A certificate that is no CA cannot issue another: Reason.PATH_INVALID."""
    leaf = world.sm2.signing

    def change(tbs: x509.TbsCertificate) -> None:
        without("authority_key_identifier")(tbs)
        tbs["issuer"] = leaf.certificate.subject

    below = world.sm2.altered(
        world.sm2.department(subject=SubjectName(common_name="冒名", organisation="样本")),
        change,
        issuer=leaf,
    )
    judge = PathJudge(world.trust, at=NOW)
    finding = judge.judge(below.certificate, [leaf.certificate, world.sm2.ca.certificate])
    assert_failed(finding, Reason.PATH_INVALID)


def test_path_longer_than_the_ca_allows_fails(world: World) -> None:
    """A CA under a CA of path length 0: Reason.PATH_INVALID."""
    sub = world.sm2.sub_ca(issuer=world.sm2.ca, role="下级 CA")
    assert_failed(verdict(world.sm2.department(issuer=sub), world.trust), Reason.PATH_INVALID)


def root_with(authority: Authority, change: Change) -> SoftwareSigner:
    """The root with its certificate changed, and signed by itself."""
    return authority.altered(authority.root, change, issuer=authority.root)


def trust_with_root(authority: Authority, root: SoftwareSigner) -> TrustStore:
    """The good trust store with another certificate for the root."""
    return replace(authority.trust(), roots=(root.certificate,))


def test_path_longer_than_the_root_allows_fails(authority: Authority) -> None:
    """The root's own path length counts too: Reason.PATH_INVALID."""

    def change(tbs: x509.TbsCertificate) -> None:
        without("basic_constraints")(tbs)
        limit = x509.BasicConstraints({"ca": True, "path_len_constraint": 0})
        with_extension("basic_constraints", limit, critical=True)(tbs)

    trust = trust_with_root(authority, root_with(authority, change))
    assert_failed(verdict(authority.signing, trust), Reason.PATH_INVALID)
    assert_passed(verdict(authority.department(issuer=authority.root), trust))


@pytest.mark.parametrize("organisation", ["示例市电子认证中心", "示例市另一中心"])
def test_roots_name_constraints_count(world: World, organisation: str) -> None:
    """A root limited to names the path does not have: Reason.PATH_INVALID."""
    names = x509.Name.build({"country_name": "CN", "organization_name": organisation})
    subtree = {"base": x509.GeneralName(name="directory_name", value=names)}
    constraints = x509.NameConstraints({"excluded_subtrees": [subtree]})
    change = with_extension("name_constraints", constraints, critical=True)
    finding = verdict(world.sm2.signing, trust_with_root(world.sm2, root_with(world.sm2, change)))
    if organisation == "示例市电子认证中心":
        assert_failed(finding, Reason.PATH_INVALID)
    else:
        assert_passed(finding)


def test_certificates_never_valid_together_fail(world: World) -> None:
    """A leaf that begins after its CA ended could never have signed: Reason.PATH_INVALID."""

    def change(tbs: x509.TbsCertificate) -> None:
        tbs["validity"]["not_after"] = x509.Time({"utc_time": NOW - 2 * YEAR})

    ended = world.sm2.altered(world.sm2.ca, change, issuer=world.sm2.root)
    leaf = world.sm2.signing.certificate
    finding = PathJudge(world.trust, at=NOW).judge(leaf, [ended.certificate])
    assert_failed(finding, Reason.PATH_INVALID)


def test_unreadable_certificates_are_judged_not_raised(world: World) -> None:
    """A leaf that does not parse fails; such ones beside it are passed over."""
    der = world.sm2.signing.certificate.dump()
    spoiled = x509.Certificate.load(der.replace(b"\x0c\x1b", b"\x0c\x7f"))
    with pytest.raises(ValueError, match=r"."):
        spoiled.native  # noqa: B018 - parses all of it
    judge = PathJudge(world.trust, at=NOW)
    assert_failed(judge.judge(spoiled), Reason.PATH_INVALID)
    leaf, ca = world.sm2.signing.certificate, world.sm2.ca.certificate
    assert_passed(judge.judge(leaf, [spoiled, ca]))


# -- usage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "usage",
    [{"key_encipherment"}, {"digital_signature"}, {"key_cert_sign", "crl_sign"}],
    ids=["encryption_only", "no_commitment", "certificates_only"],
)
def test_other_key_usage_fails(authority: Authority, usage: set[str]) -> None:
    """A leaf without nonRepudiation does not sign documents: Reason.KEY_USAGE_REFUSED."""
    signer = authority.department(profile=Profile(key_usage=frozenset(usage)))
    assert_failed(verdict(signer, authority.trust()), Reason.KEY_USAGE_REFUSED)


def test_no_key_usage_fails(world: World) -> None:
    """A leaf that does not say what it is for: Reason.KEY_USAGE_REFUSED."""
    spoiled = world.sm2.altered(world.sm2.signing, without("key_usage"))
    assert_failed(verdict(spoiled, world.trust), Reason.KEY_USAGE_REFUSED)


def test_ca_as_signer_fails(authority: Authority) -> None:
    """Neither CA nor root signs documents, even with the usage for it: KEY_USAGE_REFUSED."""
    usage = ISSUING_CA.key_usage | SIGNING.key_usage
    for signer in (
        authority.ca,
        authority.root,
        authority.sub_ca(profile=Profile(key_usage=usage, is_ca=True)),
    ):
        assert_failed(verdict(signer, authority.trust()), Reason.KEY_USAGE_REFUSED)


def test_timestamping_certificate_as_signer_fails(authority: Authority) -> None:
    """A certificate for time-stamps alone signs no documents: Reason.KEY_USAGE_REFUSED."""
    assert_failed(verdict(authority.timestamping, authority.trust()), Reason.KEY_USAGE_REFUSED)


# -- validity ------------------------------------------------------------------------------------


def test_expired_certificate_is_undetermined(authority: Authority) -> None:
    """Nothing proves that it signed before it expired: Reason.CERTIFICATE_EXPIRED."""
    expired = authority.department(not_after=NOW - SECOND)
    assert_undetermined(verdict(expired, authority.trust()), Reason.CERTIFICATE_EXPIRED)


def test_valid_in_its_last_second(authority: Authority) -> None:
    """RFC 5280, 4.1.2.5: notAfter is included, to its end."""
    expiring = authority.department(not_after=NOW)
    at = NOW + timedelta(microseconds=999_999)
    assert_passed(verdict(expiring, authority.trust(), at=at))


def test_certificate_not_yet_valid_is_undetermined(authority: Authority) -> None:
    """Asked for a time before it begins, and told which: Reason.CERTIFICATE_NOT_YET_VALID."""
    later = authority.department(not_before=NOW + SECOND)
    finding = verdict(later, authority.trust(), claimed=None)
    assert_undetermined(finding, Reason.CERTIFICATE_NOT_YET_VALID)
    assert finding.detail.endswith(f"as of {NOW}")


def test_valid_in_its_first_second(authority: Authority) -> None:
    """RFC 5280, 4.1.2.5: notBefore is included."""
    assert_passed(verdict(authority.department(not_before=NOW), authority.trust(), claimed=NOW))


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (NOW - 6 * YEAR, Reason.CERTIFICATE_NOT_YET_VALID),
        (NOW + 16 * YEAR, Reason.CERTIFICATE_EXPIRED),
    ],
)
def test_root_has_to_be_valid_too(world: World, at: datetime, reason: Reason) -> None:
    """The root's validity counts as that of the rest."""
    finding = verdict(world.sm2.signing, world.trust, at=at)
    assert_undetermined(finding, reason)
    assert "根 CA" in finding.detail


def test_renewed_root_counts_from_its_new_certificate(world: World) -> None:
    """Of two certificates of one root key, in any order, the valid one is used."""
    old = make_root(
        key=world.sm2.root.key,
        algorithm=world.sm2.algorithm,
        subject=world.sm2.name("根 CA"),
        not_before=NOW - 5 * YEAR,
        not_after=NOW - DAY,
    )
    new = world.sm2.root.certificate
    for roots in ((old, new), (new, old)):
        assert_passed(verdict(world.sm2.signing, replace(world.sm2.trust(), roots=roots)))


@pytest.mark.parametrize("at", [NOW - CLOCKS_DIFFER - SECOND, NOW - YEAR + SECOND])
def test_claim_after_the_time_asked_is_undetermined(world: World, at: datetime) -> None:
    """What was signed later was not there yet, but for clocks that differ: Reason.SIGNED_LATER."""
    assert_undetermined(
        verdict(world.sm2.signing, world.trust, at=at, claimed=NOW), Reason.SIGNED_LATER
    )
    near = NOW - CLOCKS_DIFFER
    assert_passed(verdict(world.sm2.signing, world.trust, at=near, claimed=NOW))


@pytest.mark.parametrize("claimed", [NOW - YEAR - SECOND, NOW + 2 * YEAR + SECOND])
def test_claim_outside_validity_is_undetermined(world: World, claimed: datetime) -> None:
    """The signer says to have signed when it was not valid: Reason.SIGNED_OUTSIDE_VALIDITY."""
    finding = verdict(world.sm2.signing, world.trust, claimed=claimed)
    assert_undetermined(finding, Reason.SIGNED_OUTSIDE_VALIDITY)


@pytest.mark.parametrize("claimed", [NOW - YEAR, None])
def test_claim_at_the_edges_of_validity_passes(world: World, claimed: datetime | None) -> None:
    """First and last second are included; no claim is no contradiction."""
    assert_passed(verdict(world.sm2.signing, world.trust, claimed=claimed))
    last = verdict(world.sm2.signing, world.trust, claimed=NOW + 2 * YEAR)
    assert_undetermined(last, Reason.SIGNED_LATER)


def test_naive_times_are_programming_errors(world: World) -> None:
    """Neither the time asked for nor the claimed one is guessed at."""
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        PathJudge(world.trust, at=naive)
    with pytest.raises(ValueError, match="no time zone"):
        verdict(world.sm2.signing, world.trust, claimed=naive)


# -- revocation ----------------------------------------------------------------------------------

REVOKED_AT = NOW - 10 * DAY


@pytest.mark.parametrize("claimed", [REVOKED_AT, REVOKED_AT + SECOND, None])
def test_revoked_before_it_signed_fails(authority: Authority, claimed: datetime | None) -> None:
    """Claimed at or after the revocation, or not at all: Reason.CERTIFICATE_REVOKED."""
    trust = authority.trust(revoked=[authority.revoked(authority.signing, REVOKED_AT)])
    finding = verdict(authority.signing, trust, claimed=claimed)
    assert_failed(finding, Reason.CERTIFICATE_REVOKED)


def test_revoked_after_the_claimed_time_is_undetermined(authority: Authority) -> None:
    """Nothing proves the earlier claim: Reason.CERTIFICATE_REVOKED_SINCE."""
    trust = authority.trust(revoked=[authority.revoked(authority.signing, REVOKED_AT)])
    finding = verdict(authority.signing, trust, claimed=REVOKED_AT - SECOND)
    assert_undetermined(finding, Reason.CERTIFICATE_REVOKED_SINCE)


@pytest.mark.parametrize(
    ("claimed", "proven", "reason"),
    [
        (REVOKED_AT - SECOND, REVOKED_AT, Reason.CERTIFICATE_REVOKED_SINCE),
        (REVOKED_AT, REVOKED_AT, Reason.CERTIFICATE_REVOKED),
        (None, REVOKED_AT, Reason.CERTIFICATE_REVOKED),
        (REVOKED_AT + DAY, REVOKED_AT - SECOND, None),
    ],
)
def test_a_late_timestamp_does_not_prove_late_signing(
    authority: Authority, claimed: datetime | None, proven: datetime, reason: Reason | None
) -> None:
    """Whoever holds a document can have it stamped: it is not worse for that than without."""
    trust = authority.trust(revoked=[authority.revoked(authority.signing, REVOKED_AT)])
    finding = PathJudge(trust, at=NOW).judge(
        authority.signing.certificate,
        authority.signing.chain,
        claimed_signing_time=claimed,
        proven_time=proven,
    )
    assert finding.reason is reason


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (REVOKED_AT - SECOND, None),
        (REVOKED_AT, Reason.CERTIFICATE_REVOKED),
        (REVOKED_AT + SECOND, Reason.CERTIFICATE_REVOKED),
    ],
)
def test_revocation_counts_from_its_second(
    authority: Authority, at: datetime, reason: Reason | None
) -> None:
    """Asked for an earlier time, a later list says that it was not revoked then."""
    trust = authority.trust(revoked=[authority.revoked(authority.signing, REVOKED_AT)])
    finding = verdict(authority.signing, trust, at=at, claimed=None)
    assert finding.reason is reason
    assert (
        reason
        or f"此后已吊销 revoked since: 示例市市场监督管理局（样本）, {REVOKED_AT}" in finding.detail
    )


def test_claim_after_a_later_revocation_fails(world: World) -> None:
    """Asked for a time before both, a claim after the revocation still condemns itself."""
    trust = world.sm2.trust(revoked=[world.sm2.revoked(world.sm2.signing, REVOKED_AT)])
    finding = verdict(world.sm2.signing, trust, at=REVOKED_AT - DAY, claimed=NOW)
    assert_failed(finding, Reason.CERTIFICATE_REVOKED)


def test_revoked_ca_fails(authority: Authority) -> None:
    """A revoked CA takes those below with it: Reason.CERTIFICATE_REVOKED."""
    root_crl = authority.crl(authority.root, revoked=[authority.revoked(authority.ca, REVOKED_AT)])
    finding = verdict(authority.signing, authority.trust(root_crl=root_crl))
    assert_failed(finding, Reason.CERTIFICATE_REVOKED)
    assert "CA" in finding.detail


def test_revoked_and_expired_fails(world: World) -> None:
    """The worst decides: revoked before it expired is failed, not merely expired."""
    expired = world.sm2.department(not_after=NOW - SECOND)
    ca_crl = world.sm2.crl(revoked=[world.sm2.revoked(expired, REVOKED_AT)])
    finding = verdict(expired, world.sm2.trust(ca_crl=ca_crl))
    assert_failed(finding, Reason.CERTIFICATE_REVOKED)


def test_stale_list_still_revokes(world: World) -> None:
    """What a list of the past revoked stays revoked: Reason.CERTIFICATE_REVOKED."""
    stale = world.sm2.crl(
        this_update=NOW - 9 * DAY,
        next_update=NOW - DAY,
        revoked=[world.sm2.revoked(world.sm2.signing, REVOKED_AT)],
    )
    finding = verdict(world.sm2.signing, world.sm2.trust(ca_crl=stale))
    assert_failed(finding, Reason.CERTIFICATE_REVOKED)


def test_the_freshest_list_speaks(world: World) -> None:
    """A newer list that revokes wins over an older one that does not, in any order."""
    older = world.sm2.crl(this_update=NOW - 9 * DAY)
    newer = world.sm2.crl(revoked=[world.sm2.revoked(world.sm2.signing, REVOKED_AT)])
    for lists in ((older, newer), (newer, older)):
        trust = with_lists(world.sm2, *lists)
        assert_failed(verdict(world.sm2.signing, trust), Reason.CERTIFICATE_REVOKED)


def with_lists(authority: Authority, *lists: bytes) -> TrustStore:
    """A trust store with these CRLs and the root's."""
    found = (*lists, authority.crl(authority.root))
    return TrustStore(roots=(authority.root.certificate,), crls=tuple(map(read_crl, found)))


def test_no_list_of_the_ca_is_undetermined(authority: Authority) -> None:
    """Without the CA's list the leaf is not known: Reason.NO_REVOCATION_DATA, never silence."""
    finding = verdict(authority.signing, authority.trust(ca_crl=None))
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)
    assert "市场监督管理局" in finding.detail


def test_no_list_of_the_root_is_undetermined(authority: Authority) -> None:
    """Without the root's list the CA is not known: Reason.NO_REVOCATION_DATA."""
    finding = verdict(authority.signing, authority.trust(root_crl=None))
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)
    assert "签发 CA" in finding.detail


def test_no_distribution_point_is_no_excuse(world: World) -> None:
    """A leaf that names no CRL needs one all the same."""
    signer = world.sm2.department(crl_url=None)
    assert_passed(verdict(signer, world.sm2.trust()))
    finding = verdict(signer, world.sm2.trust(ca_crl=None))
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)


def test_forged_list_does_not_speak(authority: Authority) -> None:
    """A list under the CA's name but by another key says nothing, and hides no good one."""
    forger = authority.signer(authority.signer_key, as_ca(authority))
    forged = authority.crl(forger, this_update=NOW)
    finding = verdict(authority.signing, with_lists(authority, forged))
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)
    assert_passed(verdict(authority.signing, with_lists(authority, forged, authority.crl())))


def as_ca(authority: Authority) -> x509.Certificate:
    """A certificate that calls the department's key the CA, without key identifier."""

    def change(tbs: x509.TbsCertificate) -> None:
        tbs["subject"] = authority.ca.certificate.subject
        without("key_identifier")(tbs)
        identifier = authority.ca.certificate.key_identifier
        with_extension("key_identifier", x509.OctetString(identifier))(tbs)

    profile = replace(ROOT, path_length=None)
    return authority.altered(authority.department(profile=profile), change).certificate


def test_list_by_a_ca_without_that_usage_does_not_speak(world: World) -> None:
    """The CA's certificate must allow CRL signing: Reason.NO_REVOCATION_DATA."""
    key = world.sm2.ca.key
    profile = replace(ISSUING_CA, key_usage=frozenset({"key_cert_sign"}))
    ca = world.sm2.sub_ca(key=key, profile=profile)
    finding = verdict(world.sm2.department(issuer=ca), world.trust)
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)


def test_delta_list_alone_does_not_speak(world: World) -> None:
    """A delta list has only the changes: Reason.NO_REVOCATION_DATA."""
    good = read_crl(world.sm2.crl())
    tbs = good["tbs_cert_list"].copy()
    base = {"extn_id": "delta_crl_indicator", "critical": True, "extn_value": 1}
    tbs["crl_extensions"] = [*tbs["crl_extensions"], base]
    delta = type(good)(
        {
            "tbs_cert_list": tbs,
            "signature_algorithm": good["signature_algorithm"],
            "signature": world.sm2.ca.sign(tbs.dump(force=True)),
        }
    ).dump()
    finding = verdict(world.sm2.signing, with_lists(world.sm2, delta))
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)


def test_list_with_two_algorithms_does_not_speak(world: World) -> None:
    """The algorithm outside has to be the one that was signed: Reason.NO_REVOCATION_DATA."""
    good = read_crl(world.sm2.crl())
    spoiled = good.copy()
    spoiled["signature_algorithm"] = x509.SignedDigestAlgorithm.load(
        bytes.fromhex("300c06082a811ccf550183750500")
    )
    finding = verdict(world.sm2.signing, with_lists(world.sm2, spoiled.dump(force=True)))
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)


def test_list_made_after_expiry_does_not_speak(world: World) -> None:
    """A list may drop what has expired, so a later one proves nothing: NO_REVOCATION_DATA."""
    expired = world.sm2.department(not_after=NOW - 5 * DAY)
    at = NOW - 6 * DAY
    finding = verdict(expired, world.sm2.trust(), at=at, claimed=at)
    assert_undetermined(finding, Reason.NO_REVOCATION_DATA)
    alive = world.sm2.crl(this_update=NOW - 5 * DAY)
    assert_passed(verdict(expired, with_lists(world.sm2, alive), at=at, claimed=at))


def test_list_made_after_the_time_asked_for_speaks(authority: Authority) -> None:
    """A list of today tells about yesterday."""
    at = NOW - 100 * DAY
    assert_passed(verdict(authority.signing, authority.trust(), at=at, claimed=at))


def test_stale_list_is_undetermined(authority: Authority) -> None:
    """A list whose next was due before the time asked for: Reason.REVOCATION_DATA_STALE."""
    stale = authority.crl(this_update=NOW - 9 * DAY, next_update=NOW - SECOND)
    finding = verdict(authority.signing, authority.trust(ca_crl=stale))
    assert_undetermined(finding, Reason.REVOCATION_DATA_STALE)


def test_list_is_good_in_its_last_second(authority: Authority) -> None:
    """At nextUpdate itself the list still stands."""
    ending = authority.crl(this_update=NOW - 9 * DAY, next_update=NOW)
    assert_passed(verdict(authority.signing, authority.trust(ca_crl=ending)))


# -- remembering ---------------------------------------------------------------------------------


def test_a_signer_is_judged_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many documents by one signer cost one validation; their claimed times are told apart."""
    read: list[bytes] = []

    def counting(der: bytes) -> x509.Certificate:
        read.append(der)
        return read_certificate(der)

    monkeypatch.setattr(chain, "read_certificate", counting)
    trust = world.sm2.trust(revoked=[world.sm2.revoked(world.sm2.signing, REVOKED_AT)])
    judge = PathJudge(trust, at=NOW)
    leaf, others = world.sm2.signing.certificate, world.sm2.signing.chain
    findings = [
        judge.judge(leaf, others, claimed_signing_time=REVOKED_AT + days * DAY)
        for days in (-1, 1, -1, 1)
    ]
    assert len(read) == 2
    assert [one.reason for one in findings] == [
        Reason.CERTIFICATE_REVOKED_SINCE,
        Reason.CERTIFICATE_REVOKED,
    ] * 2


def test_what_is_remembered_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the number of signers, nor of certificates brought along."""
    monkeypatch.setattr(chain, "MAX_REMEMBERED", 1)
    monkeypatch.setattr(chain, "MAX_OTHERS", 1)
    judge = PathJudge(world.trust, at=NOW)
    for signer in (world.sm2.signing, world.rsa.signing, world.sm2.signing):
        assert_passed(judge.judge(signer.certificate, signer.chain))
    ca = world.sm2.ca.certificate
    late = judge.judge(world.sm2.signing.certificate, [world.rsa.ca.certificate, ca])
    assert_undetermined(late, Reason.UNKNOWN_ISSUER)


def test_judging_needs_no_event_loop_of_its_own(world: World) -> None:
    """It can be asked from inside a running loop, as a web server is."""
    import asyncio

    async def ask() -> Finding:
        return verdict(world.sm2.signing, world.trust)

    assert_passed(asyncio.run(ask()))


def test_a_judge_is_remembered_by_trust_and_time(world: World) -> None:
    """Whoever asks about a time again gets the judge that remembers; another time, another one."""
    judge = judge_at(world.trust, NOW)
    assert judge_at(world.trust, NOW) is judge
    assert (judge.trust, judge.at) == (world.trust, NOW)
    assert judge_at(world.trust, NOW + SECOND) is not judge
    assert judge_at(replace(world.trust), NOW) is not judge
