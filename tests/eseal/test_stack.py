"""The validating stack's own parts: algorithms of certificates, lists and CMS, in both suites."""

import asyncio
from collections.abc import Callable

import pytest
from asn1crypto import x509
from asn1crypto.algos import DigestAlgorithm, SignedDigestAlgorithm
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko_certvalidator.sig_validate import SignatureValidationContext

from eseal import stack
from eseal.chain import PathJudge
from eseal.crl import read_crl
from eseal.keys import Algorithm, RsaPrivateKey
from eseal.reasons import Reason
from eseal.report import Finding, Outcome
from eseal.signers import SoftwareSigner
from eseal.stack import SuiteAlgorithms, SuiteSignatureValidator
from eseal.trust import TrustStore
from tests.world import NOW, Authority, World

DATA = "样本".encode()


def sign_with(authority: Authority, digest: hashes.HashAlgorithm) -> Callable[[bytes], bytes]:
    """The RSA issuing CA signing with another digest."""
    key = authority.ca.key
    assert isinstance(key, RsaPrivateKey)
    private = serialization.load_der_private_key(key.private_key_info(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return lambda data: private.sign(data, padding.PKCS1v15(), digest)


def signed_with(authority: Authority, name: str, digest: hashes.HashAlgorithm) -> SoftwareSigner:
    """The RSA signer under a certificate with another signature algorithm."""

    def change(tbs: x509.TbsCertificate) -> None:
        tbs["signature"] = {"algorithm": name}

    return authority.altered(authority.signing, change, sign=sign_with(authority, digest))


def with_key(authority: Authority, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Finding:
    """What is said of the signer's certificate when its key is this one."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = key.public_key().public_bytes(serialization.Encoding.DER, form)

    tbs = authority.signing.certificate["tbs_certificate"].copy()
    tbs["subject_public_key_info"] = x509.PublicKeyInfo.load(der)
    certificate = x509.Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": tbs["signature"],
            "signature_value": authority.ca.sign(tbs.dump(force=True)),
        }
    )
    return PathJudge(authority.trust(), at=NOW).judge(certificate, authority.signing.chain)


def judged(signer: SoftwareSigner, trust: TrustStore) -> Finding:
    """What is said of a signer."""
    return PathJudge(trust, at=NOW).judge(signer.certificate, signer.chain)


def test_sha1_certificate_fails(world: World) -> None:
    """A certificate signed with SHA-1: Reason.ALGORITHM_REFUSED."""
    finding = judged(signed_with(world.rsa, "sha1_rsa", hashes.SHA1()), world.trust)  # noqa: S303 - the defect
    assert (finding.outcome, finding.reason) == (Outcome.FAILED, Reason.ALGORITHM_REFUSED)


@pytest.mark.parametrize(
    ("name", "digest"), [("sha384_rsa", hashes.SHA384()), ("sha512_rsa", hashes.SHA512())]
)
def test_longer_sha2_in_a_foreign_chain_passes(
    world: World, name: str, digest: hashes.HashAlgorithm
) -> None:
    """We do not sign with them, but other CAs do."""
    assert judged(signed_with(world.rsa, name, digest), world.trust).outcome is Outcome.PASSED


def test_wrong_signature_with_longer_sha2_fails(world: World) -> None:
    """And they are checked: SHA-384 said, SHA-512 done."""
    finding = judged(signed_with(world.rsa, "sha384_rsa", hashes.SHA512()), world.trust)
    assert (finding.outcome, finding.reason) == (Outcome.FAILED, Reason.PATH_INVALID)


def test_short_rsa_key_fails(world: World) -> None:
    """A signer's key of 1024 bits: Reason.ALGORITHM_REFUSED."""
    finding = with_key(world.rsa, rsa.generate_private_key(65537, 1024))  # noqa: S505 - the defect
    assert (finding.outcome, finding.reason) == (Outcome.FAILED, Reason.ALGORITHM_REFUSED)


def test_key_of_another_curve_fails(world: World) -> None:
    """A signer's key on P-256: Reason.ALGORITHM_REFUSED."""
    finding = with_key(world.sm2, ec.generate_private_key(ec.SECP256R1()))
    assert (finding.outcome, finding.reason) == (Outcome.FAILED, Reason.ALGORITHM_REFUSED)


def test_algorithm_of_the_other_suite_fails(world: World) -> None:
    """An SM2 certificate that says RSA: Reason.ALGORITHM_REFUSED."""

    def change(tbs: x509.TbsCertificate) -> None:
        tbs["signature"] = {"algorithm": "sha256_rsa"}

    finding = judged(world.sm2.altered(world.sm2.signing, change), world.trust)
    assert (finding.outcome, finding.reason) == (Outcome.FAILED, Reason.ALGORITHM_REFUSED)


def test_sha1_list_does_not_speak(world: World) -> None:
    """The library lets a list signed with SHA-1 through; here it says nothing."""
    good = read_crl(world.rsa.crl())
    sha1 = SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
    tbs = good["tbs_cert_list"].copy()
    tbs["signature"] = sha1
    signature = sign_with(world.rsa, hashes.SHA1())(tbs.dump(force=True))  # noqa: S303 - the defect
    weak = {"tbs_cert_list": tbs, "signature_algorithm": sha1, "signature": signature}
    trust = world.rsa.trust(ca_crl=type(good)(weak).dump())
    finding = judged(world.rsa.signing, trust)
    assert (finding.outcome, finding.reason) == (Outcome.UNDETERMINED, Reason.NO_REVOCATION_DATA)


def test_pss_chain_passes(world: World) -> None:
    """A CA may sign with RSASSA-PSS."""
    ca = SoftwareSigner(
        key=world.rsa.ca.key,
        certificate=world.rsa.ca.certificate,
        algorithm=Algorithm.RSA_PSS_SHA256,
    )
    finding = judged(world.rsa.department(issuer=ca), world.trust)
    assert finding.outcome is Outcome.PASSED


def test_validator_checks_both_suites(authority: Authority) -> None:
    """A good signature passes, over other data it is invalid."""
    signer = authority.signing
    algorithm = signer.algorithm.signed_digest_algorithm
    signature = signer.sign(DATA)
    validator = SuiteSignatureValidator()
    key = signer.certificate.public_key
    validator.validate_signature(signature, DATA, key, algorithm)
    with pytest.raises(InvalidSignature):
        validator.validate_signature(signature, DATA + b"!", key, algorithm)


def test_validator_takes_no_bare_digests(authority: Authority) -> None:
    """A signature over a digest that somebody else made is not accepted."""
    signer = authority.signing
    with pytest.raises(InvalidSignature, match="bare digest"):
        SuiteSignatureValidator().validate_signature(
            signer.sign(DATA),
            DATA,
            signer.certificate.public_key,
            signer.algorithm.signed_digest_algorithm,
            SignatureValidationContext(prehashed=True),
        )


def test_only_known_digests_are_allowed() -> None:
    """SM3 and SHA-2 from 256 bits; not SHA-1."""
    policy = SuiteAlgorithms()
    for name in ("sm3", "sha256", "sha384", "sha512"):
        assert policy.digest_algorithm_allowed(DigestAlgorithm({"algorithm": name}), NOW)
    assert not policy.digest_algorithm_allowed(DigestAlgorithm({"algorithm": "sha1"}), NOW)


def test_no_algorithm_is_allowed_without_its_key() -> None:
    """Whether a key is long enough cannot be left open."""
    algorithm = Algorithm.RSA_SHA256.signed_digest_algorithm
    assert not SuiteAlgorithms().signature_algorithm_allowed(algorithm, NOW, None)


def test_work_that_would_wait_is_an_error() -> None:
    """Nothing is fetched: a validation that wants to wait is a programming error."""
    with pytest.raises(RuntimeError, match="wait"):
        stack._complete(asyncio.sleep(0))
