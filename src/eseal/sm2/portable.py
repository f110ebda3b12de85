"""SM2 by gmssl in pure Python, for machines without a libcrypto that can do it.

Only gmssl's point arithmetic and its formula of a signature are used, and only with checked
numbers. What it does wrong by itself is kept away from it:
    - its nonces come from a generator that can be predicted: ours come from `secrets`;
    - it strips leading 0s and 4s from public keys: the key is set past its constructor;
    - it checks neither the range of r and s nor that a point lies on the curve;
    - its verification forgets to bring 2 * P back to affine form: the sum is made here.

Forty times slower than libcrypto, and not constant in time: where an attacker can measure, sign
with `libcrypto` or a device.
"""

import secrets
from importlib.metadata import version
from typing import Final

from gmssl.sm2 import CryptSM2

from eseal.digests import DigestAlgorithm, digest
from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.sm2.known_answers import check_engine
from eseal.sm2.protocol import (
    DEFAULT_USER_ID,
    G_X,
    G_Y,
    N,
    check_point,
    check_scalar,
    decode_signature,
    encode_signature,
    identity_digest,
)

_G: Final = f"{G_X:064x}{G_Y:064x}"


class PortableEngine:
    """gmssl, made safe."""

    def __init__(self) -> None:
        self.name = f"gmssl {version('gmssl')}, pure Python"
        check_engine(self)

    def load_private(self, scalar: int) -> "PortableSigningKey":
        """Take in a private key and compute its public key."""
        check_scalar(scalar)
        return PortableSigningKey(scalar)

    def load_public(self, point: bytes) -> "PortableVerifyingKey":
        """Take in a public key, 04 || X || Y."""
        check_point(point)
        return PortableVerifyingKey(point)


class PortableSigningKey:
    """A private key for gmssl; holds no state that a signature changes."""

    def __init__(self, scalar: int) -> None:
        self._gmssl = CryptSM2(private_key=f"{scalar:064x}", public_key="")
        self.public_point = b"\x04" + bytes.fromhex(self._gmssl._kg(scalar, _G))

    def sign(self, data: bytes, user_id: bytes = DEFAULT_USER_ID) -> bytes:
        """Sign `data`; gives SEQUENCE { r, s } in DER."""
        return self.sign_digest(_hash_with_identity(self.public_point, data, user_id))

    def sign_digest(self, hashed: bytes) -> bytes:
        """Sign the 32 bytes e; gives SEQUENCE { r, s } in DER."""
        while (signature := self.unsafe_sign(hashed, secrets.randbelow(N - 1) + 1)) is None:
            pass
        return signature

    def unsafe_sign(self, hashed: bytes, unsafe_nonce: int) -> bytes | None:
        """Sign the 32 bytes e with a nonce that must never be known or used twice.

        Returns:
            The signature, or nothing where the standard says to draw another nonce.
        """
        numbers = self._gmssl.sign(hashed, f"{unsafe_nonce:064x}")
        if numbers is None:
            return None
        return encode_signature(int(numbers[:64], 16), int(numbers[64:], 16))


class PortableVerifyingKey:
    """A public key for gmssl; holds no state that a verification changes."""

    def __init__(self, point: bytes) -> None:
        self._point = point
        self._gmssl = CryptSM2(private_key="", public_key="")

    def verify(self, data: bytes, signature: bytes, user_id: bytes = DEFAULT_USER_ID) -> None:
        """Check a DER signature over `data`; raises RefusedError if it is wrong."""
        self.verify_digest(_hash_with_identity(self._point, data, user_id), signature)

    def verify_digest(self, hashed: bytes, signature: bytes) -> None:
        """Check a DER signature over the 32 bytes e; raises RefusedError if it is wrong."""
        r, s = decode_signature(signature)
        t = (r + s) % N
        x = self._sum_x(s, t) if t else None
        if x is None or (int.from_bytes(hashed) + x) % N != r:
            raise RefusedError(
                Reason.SIGNATURE_INVALID, "SM2 签名值不对 the SM2 signature is wrong"
            )

    def _sum_x(self, s: int, t: int) -> int | None:
        """Compute the X of s * G + t * P, or nothing for the point at infinity."""
        gmssl = self._gmssl
        first, second = gmssl._kg(s, _G), gmssl._kg(t, self._point[1:].hex())
        if first == second:
            total = gmssl._double_point(first + "1")
        elif first[:64] == second[:64]:
            return None
        else:
            total = gmssl._add_point(first + "1", second)
        return int(gmssl._convert_jacb_to_nor(total)[:64], 16)


def _hash_with_identity(point: bytes, data: bytes, user_id: bytes) -> bytes:
    return digest(DigestAlgorithm.SM3, identity_digest(point, user_id) + data)
