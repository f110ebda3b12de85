"""What is the same for every SM2 engine: curve, Z, and the signature's form."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.sm2 import DEFAULT_USER_ID, decode_signature, encode_signature
from eseal.sm2.known_answers import POINT
from eseal.sm2.protocol import (
    G_X,
    G_Y,
    N,
    P,
    check_point,
    check_scalar,
    identity_digest,
    random_scalar,
)

numbers = st.integers(1, N - 1) | st.integers(1, 70000) | st.integers(N - 300, N - 1)


def test_z_of_the_standards_example() -> None:
    """Z of the example in GB/T 32918.5, Annex A, comes out."""
    expected = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
    assert identity_digest(POINT, DEFAULT_USER_ID).hex() == expected


@pytest.mark.parametrize("user_id", [b"", b"x" * 8192], ids=["empty", "too long"])
def test_refuses_a_user_id_without_a_two_byte_length(user_id: bytes) -> None:
    """A user ID is never empty, and its length in bits fits in two bytes."""
    with pytest.raises(RefusedError) as refused:
        identity_digest(POINT, user_id)
    assert refused.value.reason is Reason.KEY_REFUSED


def test_takes_the_longest_user_id() -> None:
    """8191 bytes are 65528 bits, which two bytes can say."""
    assert len(identity_digest(POINT, b"x" * 8191)) == 32


@given(r=numbers, s=numbers)
def test_signature_form_round_trips(r: int, s: int) -> None:
    """What is written is read back as the same numbers."""
    assert decode_signature(encode_signature(r, s)) == (r, s)


@given(r=numbers, s=numbers, data=st.data())
def test_signature_form_is_the_only_one(r: int, s: int, data: st.DataObject) -> None:
    """A signature with a byte changed is refused or means other numbers."""
    der = bytearray(encode_signature(r, s))
    place = data.draw(st.integers(0, len(der) - 1))
    der[place] ^= data.draw(st.integers(1, 255))
    with suppress(RefusedError):
        assert decode_signature(bytes(der)) != (r, s)


GOOD = encode_signature(2**255 - 19, 2**255 - 21)
MALFORMED = {
    "empty": b"",
    "one byte": b"\x30",
    "trailing byte": GOOD + b"\x00",
    "cut off": GOOD[:-1],
    "long form of the length": b"\x30\x81" + GOOD[1:],
    "indefinite length": b"\x30\x80" + GOOD[2:] + b"\x00\x00",
    "a SET": b"\x31" + GOOD[1:],
    "an octet string for r": GOOD[:2] + b"\x04" + GOOD[3:],
    "r with a leading zero": bytes.fromhex("3008020200010202 1234"),
    "r negative": bytes.fromhex("3006020181020112"),
    "three integers": bytes.fromhex("3009020101020101020101"),
    "one integer": bytes.fromhex("30060204 01020304"),
    "r is 0": bytes.fromhex("3006020100020101"),
    "s is 0": bytes.fromhex("3006020101020100"),
    "r is n": encode_signature(N, 1),
    "s is n": encode_signature(1, N),
    "r beyond n": encode_signature(2**256 - 1, 1),
    "raw r and s": bytes(64),
}


@pytest.mark.parametrize("der", MALFORMED.values(), ids=MALFORMED.keys())
def test_refuses_a_signature_of_another_form(der: bytes) -> None:
    """Only minimal DER of r and s in 1..n-1 is a signature."""
    with pytest.raises(RefusedError) as refused:
        decode_signature(der)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


X, Y = POINT[1:33], POINT[33:]
NO_POINTS = {
    "empty": b"",
    "infinity": b"\x00",
    "compressed": b"\x02" + X,
    "hybrid": b"\x07" + X + Y,
    "without its head": X + Y,
    "too long": POINT + b"\x00",
    "off the curve": POINT[:-1] + b"\x14",
    "zero": b"\x04" + bytes(64),
    "x beyond p": b"\x04" + (P + 1).to_bytes(32) + Y,
    "y beyond p": b"\x04" + G_X.to_bytes(32) + b"\xff" * 32,
}


@pytest.mark.parametrize("point", NO_POINTS.values(), ids=NO_POINTS.keys())
def test_refuses_what_is_no_point(point: bytes) -> None:
    """A public key is 04 || X || Y with both below p, on the curve."""
    with pytest.raises(RefusedError) as refused:
        check_point(point)
    assert refused.value.reason is Reason.KEY_REFUSED


def test_takes_the_generator() -> None:
    """The curve's own generator is a point, so that the constants agree with each other."""
    check_point(b"\x04" + G_X.to_bytes(32) + G_Y.to_bytes(32))


@pytest.mark.parametrize("scalar", [-1, 0, N - 1, N, N + 1])
def test_refuses_a_private_key_out_of_range(scalar: int) -> None:
    """N-1 is out too: 1 + d would have no inverse."""
    with pytest.raises(RefusedError) as refused:
        check_scalar(scalar)
    assert refused.value.reason is Reason.KEY_REFUSED


def test_takes_the_first_and_the_last_private_key() -> None:
    """1 and n-2 are private keys."""
    check_scalar(1)
    check_scalar(N - 2)


def test_draws_private_keys_of_the_right_range() -> None:
    """Random keys are in range, and not the same twice."""
    scalars = {random_scalar() for _ in range(100)}
    assert len(scalars) == 100
    for scalar in scalars:
        check_scalar(scalar)
