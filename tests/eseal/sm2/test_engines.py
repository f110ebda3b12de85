"""What both SM2 engines have to do alike, and that each understands the other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.sm2 import (
    DEFAULT_USER_ID,
    Engine,
    decode_signature,
    encode_signature,
    random_scalar,
)
from eseal.sm2.known_answers import HASHED, MESSAGE, POINT, SCALAR, R, S
from eseal.sm2.libcrypto import LibcryptoEngine
from eseal.sm2.portable import PortableEngine
from eseal.sm2.protocol import N

pytestmark = pytest.mark.unmeasured

# Private keys whose public X begins so in hexadecimal; gmssl strips leading 0s and 4s.
AWKWARD = {"0": 6, "04": 11, "40": 65, "0404": 307, "00": 327, "0000": 17883, "last": N - 2, "G": 1}


def test_accepts_the_standards_signature(engine: Engine) -> None:
    """The signature printed in GB/T 32918.5, Annex A, verifies."""
    engine.load_public(POINT).verify(MESSAGE, encode_signature(R, S))


def test_a_digest_is_as_good_as_its_message(
    libcrypto: LibcryptoEngine, portable: PortableEngine
) -> None:
    """What one engine signs by digest the other verifies by message, and the other way round."""
    for one, other in ((libcrypto, portable), (portable, libcrypto)):
        private, public = one.load_private(SCALAR), other.load_public(POINT)
        for _ in range(2):  # a context is used again
            public.verify(MESSAGE, private.sign_digest(HASHED))
            public.verify_digest(HASHED, private.sign(MESSAGE))
        with pytest.raises(RefusedError) as refused:
            public.verify_digest(bytes(32), private.sign_digest(HASHED))
        assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_derives_the_standards_public_key(engine: Engine) -> None:
    """The public key printed in GB/T 32918.5, Annex A, belongs to its private key."""
    assert engine.load_private(SCALAR).public_point == POINT


@pytest.mark.parametrize("scalar", AWKWARD.values(), ids=AWKWARD.keys())
def test_each_verifies_the_other_even_with_awkward_keys(
    libcrypto: LibcryptoEngine, portable: PortableEngine, scalar: int
) -> None:
    """Both derive the same public key and accept each other's signatures under it."""
    one, other = libcrypto.load_private(scalar), portable.load_private(scalar)
    assert one.public_point == other.public_point
    portable.load_public(one.public_point).verify(b"sample", one.sign(b"sample"))
    libcrypto.load_public(one.public_point).verify(b"sample", other.sign(b"sample"))


def test_awkward_keys_are_what_they_are_said_to_be(libcrypto: LibcryptoEngine) -> None:
    """The keys above do begin with the digits that they stand for."""
    for digits, scalar in AWKWARD.items():
        if digits.isdigit():
            x = libcrypto.load_private(scalar).public_point[1:].hex()
            assert x.startswith(digits)


def test_both_take_the_same_other_user_id(
    libcrypto: LibcryptoEngine, portable: PortableEngine
) -> None:
    """A user ID that is asked for is the one signed with, in both engines."""
    signature = libcrypto.load_private(SCALAR).sign(MESSAGE, b"ALICE123@YAHOO.COM")
    public = portable.load_public(POINT)
    public.verify(MESSAGE, signature, b"ALICE123@YAHOO.COM")
    with pytest.raises(RefusedError):
        public.verify(MESSAGE, signature)


def test_a_user_id_does_not_stick(libcrypto: LibcryptoEngine) -> None:
    """Each call is under its own user ID, whatever the one before it was under."""
    private, public = libcrypto.load_private(SCALAR), libcrypto.load_public(POINT)
    for user_id in (b"ALICE123@YAHOO.COM", DEFAULT_USER_ID, b"x", DEFAULT_USER_ID):
        signature = private.sign(MESSAGE, user_id)
        public.verify(MESSAGE, signature, user_id)
        with pytest.raises(RefusedError):
            public.verify(MESSAGE, signature, user_id + b"!")


@pytest.mark.parametrize(
    ("data", "user_id"),
    [(MESSAGE + b"!", b"1234567812345678"), (MESSAGE, b"1234567812345679")],
    ids=["another message", "another user ID"],
)
def test_refuses_a_signature_over_something_else(
    engine: Engine, data: bytes, user_id: bytes
) -> None:
    """A good signature is bound to its message and its signer's ID."""
    with pytest.raises(RefusedError) as refused:
        engine.load_public(POINT).verify(data, encode_signature(R, S), user_id)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_refuses_another_key(engine: Engine) -> None:
    """A good signature does not verify under another public key."""
    other = engine.load_private(5).public_point
    with pytest.raises(RefusedError) as refused:
        engine.load_public(other).verify(MESSAGE, encode_signature(R, S))
    assert refused.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize(
    "signature",
    [encode_signature(R, N - R), encode_signature(S, R), encode_signature(R, S) + b"\0", b""],
    ids=["r + s = n", "r and s swapped", "trailing byte", "empty"],
)
def test_refuses_a_signature_that_is_none(engine: Engine, signature: bytes) -> None:
    """Numbers that cannot be a signature, and other forms, are refused before any arithmetic."""
    with pytest.raises(RefusedError) as refused:
        engine.load_public(POINT).verify(MESSAGE, signature)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_refuses_an_empty_user_id(engine: Engine) -> None:
    """OpenSSL's default, the empty ID, is not used even when asked for."""
    with pytest.raises(RefusedError) as refused:
        engine.load_private(SCALAR).sign(MESSAGE, b"")
    assert refused.value.reason is Reason.KEY_REFUSED
    with pytest.raises(RefusedError) as refused:
        engine.load_public(POINT).verify(MESSAGE, encode_signature(R, S), b"")
    assert refused.value.reason is Reason.KEY_REFUSED


def test_refuses_a_point_off_the_curve(engine: Engine) -> None:
    """A public key that is no point of the curve is refused when it is loaded."""
    with pytest.raises(RefusedError) as refused:
        engine.load_public(POINT[:-1] + b"\x14")
    assert refused.value.reason is Reason.KEY_REFUSED


def test_refuses_a_private_key_out_of_range(engine: Engine) -> None:
    """A private key of 0 or n-1 is refused when it is loaded."""
    for scalar in (0, N - 1):
        with pytest.raises(RefusedError) as refused:
            engine.load_private(scalar)
        assert refused.value.reason is Reason.KEY_REFUSED


def test_never_uses_a_nonce_twice(engine: Engine) -> None:
    """The same message signed again has another r: nonces are fresh."""
    key = engine.load_private(SCALAR)
    assert len({decode_signature(key.sign(MESSAGE))[0] for _ in range(5)}) == 5


@settings(max_examples=15, deadline=None)
@given(data=st.binary(max_size=300))
def test_signatures_over_any_bytes_verify(data: bytes, libcrypto: LibcryptoEngine) -> None:
    """Whatever is signed verifies, zero bytes and nothing at all included."""
    key = libcrypto.load_private(random_scalar())
    libcrypto.load_public(key.public_point).verify(data, key.sign(data))


@settings(max_examples=30, deadline=None)
@given(place=st.integers(0, 71), change=st.integers(1, 255))
def test_a_signature_with_one_byte_changed_never_verifies(
    libcrypto: LibcryptoEngine, place: int, change: int
) -> None:
    """No changed byte in a signature goes unnoticed."""
    signature = bytearray(encode_signature(R, S))
    signature[place % len(signature)] ^= change
    with pytest.raises(RefusedError) as refused:
        libcrypto.load_public(POINT).verify(MESSAGE, bytes(signature))
    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_one_key_serves_many_threads(libcrypto: LibcryptoEngine) -> None:
    """Eight threads sign and verify with the same key objects at once, and all is right."""
    private, public = libcrypto.load_private(SCALAR), libcrypto.load_public(POINT)

    def work(number: int) -> bytes:
        data = b"%d" % number * 50
        signature = private.sign(data)
        public.verify(data, signature)
        return signature

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(work, range(200)))) == 200


def test_one_portable_key_serves_many_threads(portable: PortableEngine) -> None:
    """The portable engine's keys can be shared too."""
    private, public = portable.load_private(SCALAR), portable.load_public(POINT)

    def work(number: int) -> None:
        data = b"%d" % number
        public.verify(data, private.sign(data))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, range(8))) == [None] * 8
