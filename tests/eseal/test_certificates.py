"""Certificates of both suites: strict reading, and reading what OpenSSL made."""

from contextlib import suppress
from pathlib import Path

import pytest
from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal import certificates
from eseal.certificates import read_certificate, read_certificates, to_pem
from eseal.chain import PathJudge
from eseal.errors import MalformedError
from eseal.keys import Algorithm, verify_signature
from eseal.pem import write_pem
from eseal.reasons import Reason
from eseal.report import Outcome
from tests.openssl import DEFAULT_USER_ID, openssl
from tests.world import NOW, Authority, World


def test_pem_round_trip_keeps_order(world: World) -> None:
    """read_certificates(to_pem(x)) == x, text around the blocks is skipped."""
    chain = (world.sm2.signing.certificate, world.rsa.ca.certificate)
    found = read_certificates(b"subject: ...\n" + to_pem(*chain))
    assert [one.dump() for one in found] == [one.dump() for one in chain]


def test_reads_der(authority: Authority) -> None:
    """A single DER certificate is read as it is."""
    der = authority.signing.certificate.dump()
    (found,) = read_certificates(der)
    assert found.dump() == der


def test_reads_null_parameters_of_sm2(world: World) -> None:
    """Chinese CAs write NULL where we write nothing: both are read."""
    with_null = SignedDigestAlgorithm.load(bytes.fromhex("300c06082a811ccf550183750500"))

    def change(tbs: x509.TbsCertificate) -> None:
        tbs["signature"] = with_null

    der = world.sm2.altered(world.sm2.signing, change).certificate.dump()
    assert der.count(with_null.dump()) == 2
    found = read_certificate(der)
    assert found["signature_algorithm"].signature_algo == "sm2"
    finding = PathJudge(world.trust, at=NOW).judge(found, world.sm2.signing.chain)
    assert finding.outcome is Outcome.PASSED


def refusal(data: bytes) -> MalformedError:
    """How reading `data` fails."""
    with pytest.raises(MalformedError) as caught:
        read_certificates(data)
    assert caught.value.reason is Reason.CERTIFICATE_MALFORMED
    return caught.value


def test_refuses_what_is_no_certificate() -> None:
    """Empty input, text, and PEM that is cut off are refused."""
    for data in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n", b"0", b"\x30\x00"):
        refusal(data)


def test_refuses_trailing_bytes(world: World) -> None:
    """Nothing may follow a DER certificate."""
    refusal(world.sm2.signing.certificate.dump() + b"\0")


def test_refuses_a_truncated_certificate(world: World) -> None:
    """A certificate whose end is missing is refused."""
    refusal(world.sm2.signing.certificate.dump()[:-1])


def test_refuses_other_blocks_in_a_bundle(world: World) -> None:
    """A private key or a CRL among certificates is refused, and its place told."""
    bundle = to_pem(world.sm2.signing.certificate) + write_pem("PRIVATE KEY", b"\x30\x00")
    assert refusal(bundle).at == "[1]"


def test_refuses_more_than_the_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size and number are bounded before anything is parsed."""
    refusal(b"\x30" * (certificates.MAX_BUNDLE_BYTES + 1))
    with pytest.raises(MalformedError):
        read_certificate(b"\x30" * (certificates.MAX_BUNDLE_BYTES + 1))
    assert certificates.MAX_CERTIFICATES == 256
    monkeypatch.setattr(certificates, "MAX_CERTIFICATES", 1)
    refusal(to_pem(world.sm2.ca.certificate, world.sm2.root.certificate))


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_any_spoiled_byte_is_read_or_refused(world: World, place: int, value: int) -> None:
    """Whatever byte is changed, reading either works or raises MalformedError."""
    der = bytearray(world.sm2.signing.certificate.dump())
    der[place % len(der)] = value
    with suppress(MalformedError):
        read_certificate(bytes(der))


def test_reads_an_sm2_certificate_that_openssl_made(tmp_path: Path) -> None:
    """OpenSSL's SM2 root, made under the default user ID, is read and its signature holds."""
    key, out = tmp_path / "key.pem", tmp_path / "root.pem"
    good, said = openssl("genpkey", "-algorithm", "SM2", "-out", key)
    assert good, said
    good, said = openssl(
        *("req", "-x509", "-new", "-key", key, "-sm3", "-sigopt", DEFAULT_USER_ID),
        *("-subj", "/C=CN/O=sample/CN=foreign", "-days", "30", "-out", out),
    )
    assert good, said
    (found,) = read_certificates(out.read_bytes())
    tbs, signature = found["tbs_certificate"].dump(), found["signature_value"].native
    verify_signature(found.public_key, Algorithm.SM2_SM3, tbs, signature)
