"""SM2 signatures (GB/T 32918.2-2016) as this package uses them: the protocol and the plain values.

What an engine has to do, and everything that is the same for every engine: the curve of
GB/T 32918.5-2017, the value Z that binds the signer's ID and key, and the signature's form.

Rules kept:
    - a signature is SEQUENCE { r INTEGER, s INTEGER } in minimal DER, r and s in 1..n-1;
    - a public key is 65 bytes, 04 || X || Y, and lies on the curve;
    - a private key is in 1..n-2, because 1 + d has to have an inverse;
    - the user ID is never empty and `1234567812345678` unless told otherwise (GM/T 0009-2012).

Point arithmetic is left to the engines. The standards were read in secondary texts.
"""

import secrets
from typing import Final, Protocol

from eseal.digests import DigestAlgorithm, digest
from eseal.errors import RefusedError
from eseal.reasons import Reason

DEFAULT_USER_ID: Final = b"1234567812345678"

P: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
N: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
G_X: Final = 0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7
G_Y: Final = 0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0

_CURVE_FOR_Z: Final = b"".join(v.to_bytes(32) for v in (A, B, G_X, G_Y))


class SigningKey(Protocol):
    """A private key that an engine has loaded; any number of threads may use it at once."""

    public_point: bytes

    def sign(self, data: bytes, user_id: bytes = DEFAULT_USER_ID) -> bytes:
        """Sign `data`; gives SEQUENCE { r, s } in DER."""

    def sign_digest(self, hashed: bytes) -> bytes:
        """Sign the 32 bytes e = SM3(Z || data); gives what `sign` gives for the data."""


class VerifyingKey(Protocol):
    """A public key that an engine has loaded; any number of threads may use it at once."""

    def verify(self, data: bytes, signature: bytes, user_id: bytes = DEFAULT_USER_ID) -> None:
        """Check a DER signature over `data`.

        Raises:
            RefusedError: SIGNATURE_INVALID, be it by form or by value.
        """

    def verify_digest(self, hashed: bytes, signature: bytes) -> None:
        """Check a DER signature over the data of which e = SM3(Z || data); raises as `verify`."""


class Engine(Protocol):
    """Something that computes with SM2 keys."""

    name: str
    """What it is and of which version, for people."""

    def load_private(self, scalar: int) -> SigningKey:
        """Take in a private key.

        Raises:
            RefusedError: KEY_REFUSED, it is not in 1..n-2.
        """

    def load_public(self, point: bytes) -> VerifyingKey:
        """Take in a public key, 04 || X || Y.

        Raises:
            RefusedError: KEY_REFUSED, it is no point of the curve.
        """


def random_scalar() -> int:
    """Draw a private key or a nonce, uniform in 1..n-2, from the operating system's randomness."""
    return secrets.randbelow(N - 2) + 1


def check_scalar(scalar: int) -> None:
    """Refuse a private key outside 1..n-2."""
    if not 1 <= scalar <= N - 2:
        raise RefusedError(
            Reason.KEY_REFUSED, "SM2 私钥应在 1..n-2 内 an SM2 private key lies in 1..n-2"
        )


def check_point(point: bytes) -> None:
    """Refuse a public key that is not 04 || X || Y or not on the curve."""
    if len(point) != 65 or point[0] != 4:
        raise RefusedError(
            Reason.KEY_REFUSED, "SM2 公钥应为 65 字节 an SM2 public key is 65 bytes, 04 || X || Y"
        )
    x, y = int.from_bytes(point[1:33]), int.from_bytes(point[33:])
    if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
        raise RefusedError(
            Reason.KEY_REFUSED, "点不在 SM2 曲线上 the point does not lie on the SM2 curve"
        )


def check_user_id(user_id: bytes) -> None:
    """Refuse a user ID that is empty or whose length in bits does not fit in two bytes."""
    if not 1 <= len(user_id) <= 0xFFFF // 8:
        raise RefusedError(
            Reason.KEY_REFUSED, "SM2 用户标识应为 1 至 8191 字节 an SM2 user ID has 1 to 8191 bytes"
        )


def identity_digest(point: bytes, user_id: bytes) -> bytes:
    """Compute Z, the digest of the user ID, the curve and the public key (GB/T 32918.2, 5.5)."""
    check_user_id(user_id)
    bits = (8 * len(user_id)).to_bytes(2)
    return digest(DigestAlgorithm.SM3, bits + user_id + _CURVE_FOR_Z + point[1:])


def encode_signature(r: int, s: int) -> bytes:
    """Write r and s as SEQUENCE { INTEGER, INTEGER } in DER."""
    body = _integer(r) + _integer(s)
    return bytes((0x30, len(body))) + body


def decode_signature(der: bytes) -> tuple[int, int]:
    """Read r and s from minimal DER; both have to lie in 1..n-1.

    Raises:
        RefusedError: SIGNATURE_INVALID.
    """
    if 8 <= len(der) <= 72:
        r, s = int.from_bytes(der[4 : 4 + der[3]]), int.from_bytes(der[6 + der[3] :])
        if 1 <= r < N and 1 <= s < N and encode_signature(r, s) == der:
            return r, s
    raise RefusedError(
        Reason.SIGNATURE_INVALID, "不是 SM2 签名 not an SM2 signature: SEQUENCE { r, s } in DER"
    )


def _integer(value: int) -> bytes:
    body = value.to_bytes(value.bit_length() // 8 + 1)
    return bytes((0x02, len(body))) + body
