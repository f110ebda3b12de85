"""Signature algorithms are recognised exactly, or refused."""

import pytest
from asn1crypto.algos import SignedDigestAlgorithm

from eseal.algorithms import Algorithm, Suite, default_algorithm, read_algorithm
from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.reasons import Reason


def der(identifier: str) -> SignedDigestAlgorithm:
    """Parse hexadecimal DER as an AlgorithmIdentifier."""
    return SignedDigestAlgorithm.load(bytes.fromhex(identifier))


@pytest.mark.parametrize("algorithm", Algorithm)
def test_each_is_read_back_from_what_is_written(algorithm: Algorithm) -> None:
    """What goes into a certificate is recognised when it comes out of one."""
    written = SignedDigestAlgorithm.load(algorithm.signed_digest_algorithm.dump())
    assert read_algorithm(written) is algorithm


@pytest.mark.parametrize("suite", Suite)
def test_a_suites_default_is_of_the_suite(suite: Suite) -> None:
    """Signing without saying how is possible with every suite."""
    assert default_algorithm(suite).suite is suite


def test_each_suite_has_its_digest() -> None:
    """SM2 goes with SM3, RSA with SHA-256."""
    assert Algorithm.SM2_SM3.digest is DigestAlgorithm.SM3
    assert Algorithm.RSA_SHA256.digest is Algorithm.RSA_PSS_SHA256.digest is DigestAlgorithm.SHA256


def test_sm2_is_read_with_null_parameters_too() -> None:
    """Some Chinese CAs write NULL where others write nothing."""
    assert read_algorithm(der("300c06082a811ccf550183750500")) is Algorithm.SM2_SM3


PSS = Algorithm.RSA_PSS_SHA256.signed_digest_algorithm.dump().hex()
REFUSED = {
    "SHA-1 with RSA": "300d06092a864886f70d0101050500",
    "MD5 with RSA": "300d06092a864886f70d0101040500",
    "ECDSA": "300a06082a8648ce3d040302",
    "unknown": "300506032a0304",
    "SM2 with a string": "300c06082a811ccf550183750400",
    "RSA with an integer": "300e06092a864886f70d01010b020101",
    "PSS without parameters": "300b06092a864886f70d01010a",
    "PSS with its defaults, SHA-1": "300d06092a864886f70d01010a3000",
    "PSS with a salt of 20": PSS.replace("020120", "020114"),
    "PSS with MGF1 over SHA-512": PSS.replace("0402010500a203", "0402030500a203"),
}


@pytest.mark.parametrize("identifier", REFUSED.values(), ids=REFUSED.keys())
def test_refuses_every_other_algorithm_or_parameter(identifier: str) -> None:
    """Weak, unknown, or with parameters that say something else: refused."""
    with pytest.raises(RefusedError) as refused:
        read_algorithm(der(identifier))
    assert refused.value.reason is Reason.ALGORITHM_REFUSED
