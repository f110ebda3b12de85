"""SM2 keys in the two ASN.1 forms that every tool reads: SubjectPublicKeyInfo and PKCS#8.

Both have a fixed length for this curve, so that they are a constant head and the numbers.
"""

from typing import Final

from eseal.errors import RefusedError
from eseal.reasons import Reason

POINT_LENGTH: Final = 65

_SPKI_HEAD: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_PKCS8_HEAD: Final = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d")
_PKCS8_BARE_HEAD: Final = bytes.fromhex("3041020100301306072a8648ce3d020106082a811ccf5501822d0427")


def public_key_info(point: bytes) -> bytes:
    """Write a public key (04 || X || Y) as SubjectPublicKeyInfo (RFC 5480, curve SM2)."""
    return _SPKI_HEAD + point


def read_public_key_info(der: bytes) -> bytes:
    """Read 04 || X || Y from the one form that SubjectPublicKeyInfo of an SM2 key has.

    Raises:
        RefusedError: KEY_REFUSED, it has another.
    """
    point = der[-POINT_LENGTH:]
    if der != public_key_info(point):
        raise RefusedError(Reason.KEY_REFUSED, "SM2 密钥编码不合 not an SM2 key in its only form")
    return point


def private_key_info(scalar: int, point: bytes | None = None) -> bytes:
    """Write a private key as PKCS#8 PrivateKeyInfo (RFC 5958, RFC 5915), as a rule with its point.

    Without a point the reader has to compute the public key.
    """
    number = b"\x02\x01\x01\x04\x20" + scalar.to_bytes(32)
    if point is None:
        return _PKCS8_BARE_HEAD + b"\x30\x25" + number
    return _PKCS8_HEAD + b"\x30\x6b" + number + b"\xa1\x44\x03\x42\x00" + point
