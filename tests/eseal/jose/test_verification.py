"""Verifying SD-JWTs: the good one passes all five checks, each defect has its own finding."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.chain import PathJudge
from eseal.errors import EvidenceError, RefusedError
from eseal.evidence import SignatureKind
from eseal.jose.sdjwt import read_sd_jwt
from eseal.jose.verification import self_verify, verify_sd_jwt
from eseal.keys import Algorithm
from eseal.reasons import Reason
from eseal.report import Check, Indication, Outcome, judge
from eseal.signers import SoftwareSigner
from tests.vectors.sd_jwt import SAID, TYP, VECTORS, Forge, Vector
from tests.world import NOW, Authority, World


@pytest.fixture(scope="session")
def path_judge(world: World) -> PathJudge:
    """Judges against both good authorities, now."""
    return PathJudge(world.trust, at=NOW)


@pytest.fixture(scope="session")
def forge(world: World) -> Forge:
    """Documents by the RSA department."""
    return Forge(world)


@pytest.fixture(scope="session")
def sm2_forge(world: World) -> Forge:
    """Documents by the SM2 department."""
    return Forge(world, world.sm2.signing)


def test_good_document_passes(authority: Authority, world: World, path_judge: PathJudge) -> None:
    """What we issue passes every check, in both serializations, and says what was put in."""
    forge = Forge(world, authority.signing)
    for data in (forge.good, forge.parts.compact()):
        evidence = verify_sd_jwt(data, judge=path_judge, typ=TYP)
        assert [finding.check for finding in evidence.findings] == list(Check)
        assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
        assert evidence.claims == SAID
        assert evidence.typ == TYP


def test_tells_who_signed(forge: Forge, path_judge: PathJudge) -> None:
    """Signer, organisation, algorithm, certificate and claimed time stand in the evidence."""
    (info,) = verify_sd_jwt(forge.good, judge=path_judge).signatures
    certificate = forge.signer.certificate
    assert info.kind is SignatureKind.SD_JWT
    assert info.signer == "示例市市场监督管理局（样本）"
    assert info.organisation_identifier == "11999900MB0000000G"
    assert info.algorithm == "rsa-pkcs1-sha256"
    assert info.certificate_serial == f"{certificate.serial_number:x}"
    assert info.certificate_sha256 == certificate.sha256.hex()
    assert info.claimed_time == NOW


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_defect_is_found(vector: Vector, forge: Forge, path_judge: PathJudge) -> None:
    """Each vector gets its finding, which decides the verdict; nothing is raised."""
    evidence = verify_sd_jwt(vector.make(forge), judge=path_judge, typ=TYP)
    assert [finding.check for finding in evidence.findings] == list(Check)
    deciding = judge(evidence.findings).deciding
    assert deciding is not None
    assert (deciding.check, deciding.reason, deciding.outcome) == (
        vector.check,
        vector.reason,
        vector.outcome,
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_defect_is_refused_before_it_gets_out(vector: Vector, forge: Forge) -> None:
    """The quick check of our own documents accepts no vector that the full one refuses."""
    with pytest.raises(EvidenceError):
        self_verify(vector.make(forge), forge.signer.certificate, typ=TYP)


def test_vectors_change_something(forge: Forge) -> None:
    """No vector is by accident the good document."""
    assert forge.good not in {vector.make(forge) for vector in VECTORS}


def test_self_verify_gives_the_claims(authority: Authority, world: World) -> None:
    """The quick check passes what was just issued, and says what it says."""
    forge = Forge(world, authority.signing)
    assert self_verify(forge.good, forge.signer.certificate, typ=TYP) == SAID


def test_self_verify_wants_the_signer_that_it_expects(forge: Forge, world: World) -> None:
    """A good document by another certificate is not what we just issued."""
    with pytest.raises(RefusedError) as caught:
        self_verify(forge.good, world.sm2.signing.certificate, typ=TYP)
    assert caught.value.reason is Reason.CERTIFICATE_MISMATCH


def test_self_verify_wants_what_it_would_issue(forge: Forge) -> None:
    """Good documents with something withheld, in compact form or without a time are refused."""
    timeless = forge.payload
    del timeless["iat"]
    for data in (
        forge.parts.present(["/holder"]).flattened(),
        forge.parts.compact(),
        forge.good + b"\n",
        forge.sign(payload=timeless),
    ):
        with pytest.raises(EvidenceError) as caught:
            self_verify(data, forge.signer.certificate, typ=TYP)
        assert caught.value.reason is Reason.MALFORMED_SD_JWT


def test_any_kind_when_none_is_asked_for(forge: Forge, path_judge: PathJudge) -> None:
    """Without `typ` the caller gets the kind told and judges it."""
    evidence = verify_sd_jwt(forge.sign(header={"typ": "other"}), judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert evidence.typ == "other"


def test_unsigned_is_undecided(forge: Forge, path_judge: PathJudge) -> None:
    """Without a signature nothing is failed and nothing passed but the reading."""
    (unsigned,) = [vector for vector in VECTORS if vector.name == "unsigned"]
    evidence = verify_sd_jwt(unsigned.make(forge), judge=path_judge)
    assert judge(evidence.findings).indication is Indication.INDETERMINATE
    outcomes = [finding.outcome for finding in evidence.findings]
    assert outcomes == [Outcome.PASSED, *[Outcome.UNDETERMINED] * 4]
    assert evidence.findings[-1].reason is Reason.NOT_REACHED


def test_altered_disclosure_spoils_integrity_only(forge: Forge, path_judge: PathJudge) -> None:
    """An auditor sees that the signature is good and a field is not; no claims are told."""
    (vector,) = [vector for vector in VECTORS if vector.name == "altered_disclosure"]
    evidence = verify_sd_jwt(vector.make(forge), judge=path_judge)
    bad = [finding.check for finding in evidence.findings if finding.outcome is Outcome.FAILED]
    assert bad == [Check.INTEGRITY]
    assert evidence.claims is None


def test_details_are_safe_to_print(forge: Forge, path_judge: PathJudge) -> None:
    """Control characters and long names in a document do not reach the reader's terminal."""
    name = "\x1b[2J" + "x" * 1000
    data = forge.commit(["salt 1", name, 1], ["salt 2", name, 2])
    details = [finding.detail for finding in verify_sd_jwt(data, judge=path_judge).findings]
    assert all(detail.isprintable() and len(detail) <= 300 for detail in details)


def test_unknown_root_is_undecided(forge: Forge, world: World) -> None:
    """A good document of an authority that is not trusted is not passed."""
    stranger = PathJudge(world.sm2.trust(), at=NOW)
    deciding = judge(verify_sd_jwt(forge.good, judge=stranger).findings).deciding
    assert deciding is not None
    assert deciding.reason is Reason.UNKNOWN_ISSUER


def test_claimed_time_reaches_the_path(forge: Forge, world: World) -> None:
    """`iat` is what a revocation is compared with: later is told from earlier."""
    signer = forge.signer
    reasons = []
    for moment in (NOW - timedelta(hours=1), NOW + timedelta(hours=1)):
        entry = world.rsa.revoked(signer, moment)
        path_judge = PathJudge(world.rsa.trust(revoked=[entry]), at=NOW + timedelta(hours=2))
        deciding = judge(verify_sd_jwt(forge.good, judge=path_judge).findings).deciding
        assert deciding is not None
        reasons.append(deciding.reason)
    assert reasons == [Reason.CERTIFICATE_REVOKED, Reason.CERTIFICATE_REVOKED_SINCE]


def test_withheld_time_is_no_claimed_time(forge: Forge, path_judge: PathJudge) -> None:
    """Without a visible `iat` no signing time is claimed."""
    payload = forge.payload
    del payload["iat"]
    (info,) = verify_sd_jwt(forge.sign(payload=payload), judge=path_judge).signatures
    assert info.claimed_time is None


def test_pss_passes(world: World, path_judge: PathJudge) -> None:
    """PS256 is issued and verified like RS256."""
    rsa = world.rsa.signing
    signer = SoftwareSigner(
        key=rsa.key,
        certificate=rsa.certificate,
        chain=rsa.chain,
        algorithm=Algorithm.RSA_PSS_SHA256,
    )
    evidence = verify_sd_jwt(Forge(world, signer).good, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert evidence.signatures[0].algorithm == "rsa-pss-sha256"


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_never_says_something_else(
    data: st.DataObject, forge: Forge, sm2_forge: Forge, path_judge: PathJudge
) -> None:
    """Whichever bit of the file is flipped, it verifies to the same claims or not at all."""
    good = data.draw(st.sampled_from([forge.good, sm2_forge.good]))
    bad = bytearray(good)
    bad[data.draw(st.integers(0, len(good) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    evidence = verify_sd_jwt(bytes(bad), judge=path_judge)
    passed = judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert not passed or evidence.claims == SAID


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_part_verifies(data: st.DataObject, sm2_forge: Forge, path_judge: PathJudge) -> None:
    """The holder may withhold any set of disclosures; what is left verifies and says just that."""
    places = sorted(sm2_forge.parts.processed().places.values())
    shown = data.draw(st.sets(st.sampled_from(places)))
    part = sm2_forge.parts.present(shown).flattened()
    evidence = verify_sd_jwt(part, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert set(read_sd_jwt(part).processed().places.values()) == shown
    assert evidence.claims is not None
    fields = evidence.claims["fields"]
    assert isinstance(fields, dict)
    told = {f"/{name}" for name in evidence.claims} | {f"/fields/{name}" for name in fields}
    assert {place for place in places if place in told} == shown
