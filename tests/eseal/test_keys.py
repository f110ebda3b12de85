"""Keys of both suites: making, signing, verifying."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from asn1crypto.keys import ECPointBitString, PublicKeyInfo
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal import keys, sm2
from eseal.errors import RefusedError
from eseal.keys import (
    Algorithm,
    RsaPrivateKey,
    Sm2PrivateKey,
    SoftwareKey,
    Suite,
    default_algorithm,
    generate_private_key,
    plain_public_key,
    suite_of,
    verify_signature,
)
from eseal.reasons import Reason
from eseal.sm2 import random_scalar
from eseal.sm2.encodings import public_key_info, read_public_key_info
from eseal.sm2.known_answers import POINT
from tests.world import without_parameters

DATA = "样本".encode()


def public_key(
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
) -> PublicKeyInfo:
    """Give a key of `cryptography` as asn1crypto has it."""
    return PublicKeyInfo.load(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def other_key(algorithm: Algorithm, sm2_key: Sm2PrivateKey, rsa_key: RsaPrivateKey) -> SoftwareKey:
    """Give the key of the suite that the algorithm is not of."""
    return rsa_key if algorithm.suite is Suite.SM2 else sm2_key


@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_a_key_signs_verifies(
    algorithm: Algorithm, sm2_key: Sm2PrivateKey, rsa_key: RsaPrivateKey
) -> None:
    """Every algorithm signs and verifies, over nothing and over much."""
    key = sm2_key if algorithm.suite is Suite.SM2 else rsa_key
    for data in (b"", DATA, DATA * 10_000):
        verify_signature(key.public_key, algorithm, data, key.sign(data, algorithm))


def test_another_message_is_refused(key: SoftwareKey) -> None:
    """A signature is bound to its message."""
    algorithm = default_algorithm(key.suite)
    signature = key.sign(DATA, algorithm)
    with pytest.raises(RefusedError) as refused:
        verify_signature(key.public_key, algorithm, DATA + b"!", signature)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize("place", [0, 1, 20, -1])
def test_a_changed_signature_is_refused(key: SoftwareKey, place: int) -> None:
    """A signature with one byte changed is wrong."""
    algorithm = default_algorithm(key.suite)
    signature = bytearray(key.sign(DATA, algorithm))
    signature[place] ^= 1
    with pytest.raises(RefusedError) as refused:
        verify_signature(key.public_key, algorithm, DATA, bytes(signature))
    assert refused.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize("signature", [b"", b"\0", bytes(256), bytes(10_000)])
def test_bytes_that_are_no_signature_are_refused(key: SoftwareKey, signature: bytes) -> None:
    """Whatever stands in place of a signature is wrong, not a crash."""
    with pytest.raises(RefusedError) as refused:
        verify_signature(key.public_key, default_algorithm(key.suite), DATA, signature)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_one_padding_does_not_verify_as_the_other(rsa_key: RsaPrivateKey) -> None:
    """PKCS#1 v1.5 and PSS are told apart."""
    signature = rsa_key.sign(DATA, Algorithm.RSA_SHA256)
    with pytest.raises(RefusedError) as refused:
        verify_signature(rsa_key.public_key, Algorithm.RSA_PSS_SHA256, DATA, signature)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize("algorithm", Algorithm)
def test_an_algorithm_of_the_other_suite_is_refused(
    algorithm: Algorithm, sm2_key: Sm2PrivateKey, rsa_key: RsaPrivateKey
) -> None:
    """A key neither signs nor verifies by what it cannot do."""
    key = other_key(algorithm, sm2_key, rsa_key)
    with pytest.raises(RefusedError) as refused:
        key.sign(DATA, algorithm)
    assert refused.value.reason is Reason.KEY_REFUSED
    with pytest.raises(RefusedError) as refused:
        verify_signature(key.public_key, algorithm, DATA, b"signature")
    assert refused.value.reason is Reason.KEY_REFUSED


def test_generated_sm2_keys_differ() -> None:
    """Each generated key is another one, and works."""
    one, other = (generate_private_key(Suite.SM2) for _ in range(2))
    assert one.public_key.dump() != other.public_key.dump()
    signature = one.sign(DATA, Algorithm.SM2_SM3)
    verify_signature(one.public_key, Algorithm.SM2_SM3, DATA, signature)


def test_a_generated_rsa_key_has_the_length_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The length and the exponent 65537 reach the generator."""
    asked = []
    known = rsa.generate_private_key(65537, 2048)

    def generate(*arguments: int) -> rsa.RSAPrivateKey:
        asked.append(arguments)
        return known

    monkeypatch.setattr(rsa, "generate_private_key", generate)
    assert generate_private_key(Suite.RSA, rsa_bits=3072).suite is Suite.RSA
    assert asked == [(65537, 3072)]


@pytest.mark.parametrize("bits", [0, 1024, 2047, 8193])
def test_short_and_huge_rsa_keys_are_not_made(bits: int) -> None:
    """Less than 2048 bits is weak, more than 8192 a burden on whoever verifies."""
    with pytest.raises(RefusedError) as refused:
        generate_private_key(Suite.RSA, rsa_bits=bits)
    assert refused.value.reason is Reason.KEY_REFUSED


def test_a_short_rsa_key_is_not_used() -> None:
    """A 1024-bit key neither signs nor verifies."""
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505  the defect
    with pytest.raises(RefusedError) as refused:
        RsaPrivateKey(weak)
    assert refused.value.reason is Reason.KEY_REFUSED
    with pytest.raises(RefusedError) as refused:
        verify_signature(public_key(weak.public_key()), Algorithm.RSA_SHA256, DATA, bytes(128))
    assert refused.value.reason is Reason.KEY_REFUSED


def test_a_small_exponent_is_refused(rsa_key: RsaPrivateKey) -> None:
    """A public exponent of 3 makes forgeries easier for sloppy verifiers elsewhere."""
    modulus = rsa_key.public_key["public_key"].parsed["modulus"].native
    small = rsa.RSAPublicNumbers(3, modulus).public_key()
    with pytest.raises(RefusedError) as refused:
        verify_signature(public_key(small), Algorithm.RSA_SHA256, DATA, bytes(256))
    assert refused.value.reason is Reason.KEY_REFUSED


FOREIGN = {
    "P-256": public_key(ec.generate_private_key(ec.SECP256R1()).public_key()),
    "Ed25519": public_key(ed25519.Ed25519PrivateKey.generate().public_key()),
    "unknown": PublicKeyInfo.load(bytes.fromhex("300a300506032a0304030100")),
    "no curve": PublicKeyInfo.load(bytes.fromhex("300d300906072a8648ce3d0201030100")),
    "not a key": PublicKeyInfo.load(bytes.fromhex("30020500")),
    "broken curve": PublicKeyInfo.load(bytes.fromhex("3011300c06072a8648ce3d0201020101030100")),
}


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN.keys())
def test_keys_of_no_suite_are_refused(foreign: PublicKeyInfo) -> None:
    """Other curves, other algorithms and things that are no keys are not used."""
    for algorithm in Algorithm:
        with pytest.raises(RefusedError) as refused:
            verify_signature(foreign, algorithm, DATA, b"signature")
        assert refused.value.reason is Reason.KEY_REFUSED
    with pytest.raises(RefusedError):
        suite_of(foreign)


BROKEN = {
    "SM2 point off the curve": public_key_info(POINT[:-1] + b"\x14"),
    "SM2 point with a bit too few": public_key_info(POINT).replace(
        b"\x42\x00\x04", b"\x42\x01\x04"
    ),
    "RSA key that is no sequence": bytes.fromhex("3011300d06092a864886f70d01010105000300"),
    "RSA key of zeros": bytes.fromhex("301a300d06092a864886f70d01010105000309003006020100020100"),
}


@pytest.mark.parametrize("der", BROKEN.values(), ids=BROKEN.keys())
def test_broken_keys_are_refused(der: bytes) -> None:
    """A key that says its suite but is none is refused before anything is computed."""
    broken = PublicKeyInfo.load(der)
    with pytest.raises(RefusedError) as refused:
        verify_signature(broken, default_algorithm(suite_of(broken)), DATA, b"signature")
    assert refused.value.reason is Reason.KEY_REFUSED


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 60), byte=st.integers(0, 255))
def test_a_public_key_with_any_byte_changed_is_judged(
    key: SoftwareKey, place: int, byte: int
) -> None:
    """Damage to a key is never another exception than ours, and verifies nothing."""
    algorithm = default_algorithm(key.suite)
    signature = key.sign(DATA, algorithm)
    der = bytearray(key.public_key.dump())
    der[place] = byte if byte != der[place] else byte ^ 1
    with suppress(ValueError):
        damaged = PublicKeyInfo.load(bytes(der))
        with pytest.raises(RefusedError):
            verify_signature(damaged, algorithm, DATA, signature)


def test_a_key_has_one_plain_form(key: SoftwareKey, rsa_key: RsaPrivateKey) -> None:
    """In whichever form it came, the same key is known again."""
    assert plain_public_key(key.public_key) == key.public_key.dump()
    other = without_parameters(rsa_key.public_key)
    assert other.dump() != rsa_key.public_key.dump()
    signature = rsa_key.sign(DATA, Algorithm.RSA_SHA256)
    verify_signature(other, Algorithm.RSA_SHA256, DATA, signature)
    assert plain_public_key(other) == rsa_key.public_key.dump()


def test_a_compressed_point_is_refused(sm2_key: Sm2PrivateKey) -> None:
    """KEY_REFUSED: an SM2 key has the one form only, wherever it is read."""
    other = sm2_key.public_key.copy()
    point = other["public_key"].native
    other["public_key"] = ECPointBitString(bytes([2 + point[-1] % 2]) + point[1:33])
    with pytest.raises(RefusedError) as caught:
        plain_public_key(PublicKeyInfo.load(other.dump(force=True)))
    assert caught.value.reason is Reason.KEY_REFUSED


def test_public_keys_are_parsed_once(key: SoftwareKey) -> None:
    """Verifying many documents of one signer parses his key once."""
    algorithm = default_algorithm(key.suite)
    signature = key.sign(DATA, algorithm)
    keys._load_public.cache_clear()
    for _ in range(5):
        again = PublicKeyInfo.load(key.public_key.dump())
        verify_signature(again, algorithm, DATA, signature)
    assert keys._load_public.cache_info().misses == 1


def test_a_key_serves_many_threads(key: SoftwareKey) -> None:
    """Threads that share a key all get good signatures."""
    algorithm = default_algorithm(key.suite)

    def work(number: int) -> None:
        data = b"%d" % number
        verify_signature(key.public_key, algorithm, data, key.sign(data, algorithm))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, range(24))) == [None] * 24


def test_a_key_does_not_show_itself(key: SoftwareKey) -> None:
    """Nothing of the private key gets into a log by way of its text form."""
    secret = key.private_key_info()[-100:].hex()
    assert secret[:20] not in repr(key) + str(key)


@pytest.mark.parametrize("fast", [True, False], ids=["SM3 of hashlib", "no SM3 in hashlib"])
def test_long_texts_that_begin_alike(monkeypatch: pytest.MonkeyPatch, *, fast: bool) -> None:
    """Digested here or by the engine: each verifies by itself, and no other one in its place."""
    if not fast:
        monkeypatch.setattr(keys, "is_fast", lambda _: False)
    key = Sm2PrivateKey(random_scalar())
    public = sm2.default_engine().load_public(read_public_key_info(key.public_key.dump()))
    texts = [bytes(9000) + b"%d" % number for number in range(5)]
    signatures = [key.sign(text, Algorithm.SM2_SM3) for text in texts]
    for text, signature in zip(texts, signatures, strict=True):
        public.verify(text, signature)
        verify_signature(key.public_key, Algorithm.SM2_SM3, text, signature)
        for other in (text[:-1], b"\x01" + text[1:], text + b"0"):
            with pytest.raises(RefusedError):
                verify_signature(key.public_key, Algorithm.SM2_SM3, other, signature)
