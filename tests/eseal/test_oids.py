"""asn1crypto knows the Chinese algorithms, and what it knew before it still knows."""

import importlib

import pytest
from asn1crypto import algos, keys, x509

from eseal import oids


def test_the_numbers_are_encoded_as_everywhere() -> None:
    """The DER of each identifier is what OpenSSL and GmSSL write."""
    expected = {
        oids.SM2_CURVE: "06082a811ccf5501822d",
        oids.SM3: "06082a811ccf55018311",
        oids.SM2_WITH_SM3: "06082a811ccf55018375",
    }
    for dotted, der in expected.items():
        assert algos.ObjectIdentifier(dotted).dump().hex() == der


def test_sm2_with_sm3_is_read_by_name() -> None:
    """SM2-with-SM3 answers what asn1crypto's users ask of a signature algorithm."""
    algorithm = algos.SignedDigestAlgorithm.load(bytes.fromhex("300a06082a811ccf55018375"))
    assert algorithm["algorithm"].native == "sm3_sm2"
    assert (algorithm.signature_algo, algorithm.hash_algo) == ("sm2", "sm3")


def test_sm2_with_sm3_is_written_without_parameters() -> None:
    """Built by name it has no parameters, as OpenSSL writes it."""
    built = algos.SignedDigestAlgorithm({"algorithm": "sm3_sm2"})
    assert built.dump().hex() == "300a06082a811ccf55018375"


def test_sm3_and_the_curve_go_by_name() -> None:
    """Digest and curve are found by name and by number."""
    assert algos.DigestAlgorithm({"algorithm": "sm3"}).dump().hex() == "300a06082a811ccf55018311"
    curve = keys.ECDomainParameters(name="named", value="sm2")
    assert (curve.chosen.dotted, curve.key_size) == (oids.SM2_CURVE, 32)


def test_the_organisations_code_goes_by_name() -> None:
    """The attribute that carries a 统一社会信用代码 is known by name."""
    assert x509.NameType.map(oids.ORGANIZATION_IDENTIFIER) == "organization_identifier"


def test_other_algorithms_answer_as_before() -> None:
    """RSA and ECDSA are untouched, and unknown ones are still errors."""
    rsa = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
    assert (rsa.signature_algo, rsa.hash_algo) == ("rsassa_pkcs1v15", "sha256")
    unknown = algos.SignedDigestAlgorithm({"algorithm": "1.2.3.4"})
    for question in ("signature_algo", "hash_algo"):
        with pytest.raises(ValueError, match=r"1\.2\.3\.4"):
            getattr(unknown, question)


def test_registering_twice_changes_nothing() -> None:
    """The module can be loaded again."""
    importlib.reload(oids)
    test_sm2_with_sm3_is_read_by_name()
    test_other_algorithms_answer_as_before()
