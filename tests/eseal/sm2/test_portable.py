"""What gmssl does wrong by itself does not come through the portable engine."""

import random

import pytest
from gmssl import func

from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.sm2 import encode_signature
from eseal.sm2.known_answers import HASHED, MESSAGE, NONCE, POINT, SCALAR, R, S
from eseal.sm2.portable import PortableEngine, PortableSigningKey
from eseal.sm2.protocol import N

X_OF_NONCE = (R - int.from_bytes(HASHED)) % N


def test_signs_the_standards_example_with_its_nonce(portable: PortableEngine) -> None:
    """With the nonce of GB/T 32918.5, Annex A, the signature printed there comes out."""
    assert portable.load_private(SCALAR).unsafe_sign(HASHED, NONCE) == encode_signature(R, S)


@pytest.mark.parametrize(
    "r",
    [0, N - NONCE, NONCE * pow(SCALAR, -1, N) % N],
    ids=["r is 0", "r + k is n", "s is 0"],
)
def test_a_nonce_that_the_standard_excludes_gives_nothing(portable: PortableEngine, r: int) -> None:
    """Where GB/T 32918.2, 6.1, says to draw another nonce, no signature is made."""
    hashed = ((r - X_OF_NONCE) % N).to_bytes(32)
    assert portable.load_private(SCALAR).unsafe_sign(hashed, NONCE) is None


def test_draws_another_nonce(portable: PortableEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An excluded nonce is followed by another try."""
    answers = [None, None, b"signature"]
    monkeypatch.setattr(PortableSigningKey, "unsafe_sign", lambda *_: answers.pop(0))
    assert portable.load_private(SCALAR).sign(MESSAGE) == b"signature"


def test_nonces_do_not_come_from_gmssl(
    portable: PortableEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its predictable generator is not called, and seeding it alike changes nothing."""
    monkeypatch.setattr(func, "random_hex", lambda _: pytest.fail("gmssl drew a nonce"))
    key = portable.load_private(SCALAR)
    random.seed(1)
    first = key.sign(MESSAGE)
    random.seed(1)
    assert key.sign(MESSAGE) != first


def test_a_sum_of_two_equal_points_verifies(portable: PortableEngine) -> None:
    """Where s * G = t * P the point is doubled; gmssl's own verification forgets a step there."""
    t = 0x1234567
    s = t * SCALAR % N
    r = (t - s) % N
    doubled = portable.load_private(2 * s % N).public_point
    hashed = ((r - int.from_bytes(doubled[1:33])) % N).to_bytes(32)
    portable.load_public(POINT).verify_digest(hashed, encode_signature(r, s))


def test_a_sum_at_infinity_is_refused(portable: PortableEngine) -> None:
    """Where s * G = -t * P there is no X to compare with; gmssl falls over there."""
    t = 0x1234567
    s = -t * SCALAR % N
    with pytest.raises(RefusedError) as refused:
        portable.load_public(POINT).verify_digest(HASHED, encode_signature((t - s) % N, s))
    assert refused.value.reason is Reason.SIGNATURE_INVALID
