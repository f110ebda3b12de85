"""Keys of both suites in software: made, used for signing, and for checking signatures.

RSA is done by `cryptography`, SM2 by `eseal.sm2`. A key is parsed once and then used any number of
times by any number of threads; public keys that were seen lately are remembered in parsed form.

Rules kept:
    - RSA keys have 2048 to 8192 bits and a public exponent of 65537 or more;
    - SM2 signs under the default user ID, as every certificate does (GM/T 0009-2012);
    - a key signs and verifies with the algorithms of its own suite only.

Left to `pkcs8` and `pkcs12`: keys in files; to `signers`: a key with its certificate.
"""

from functools import lru_cache
from typing import Final, Protocol

from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from eseal import sm2
from eseal.algorithms import (
    PSS_SALT_LENGTH,
    Algorithm,
    Suite,
    default_algorithm,
    read_algorithm,
)
from eseal.der import PARSE_ERRORS
from eseal.digests import CommonTexts, DigestAlgorithm, is_fast
from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.sm2.encodings import private_key_info, public_key_info, read_public_key_info

__all__ = [
    "Algorithm",
    "PrivateKey",
    "RsaPrivateKey",
    "Sm2PrivateKey",
    "SoftwareKey",
    "Suite",
    "default_algorithm",
    "generate_private_key",
    "plain_public_key",
    "read_algorithm",
    "suite_of",
    "verify_signature",
]

RSA_BITS: Final = range(2048, 8192 + 1)
RSA_SMALLEST_EXPONENT: Final = 65537

_LONG: Final = 4096

_SHA256: Final = hashes.SHA256()
_PKCS1: Final = padding.PKCS1v15()
_PSS: Final = padding.PSS(padding.MGF1(_SHA256), PSS_SALT_LENGTH)


class PrivateKey(Protocol):
    """A private key, wherever it is kept; this much a device can do too."""

    @property
    def suite(self) -> Suite:
        """The suite that it belongs to."""

    @property
    def public_key(self) -> PublicKeyInfo:
        """Its public key."""

    def sign(self, data: bytes, algorithm: Algorithm) -> bytes:
        """Sign `data`; SM2 gives SEQUENCE { r, s } in DER.

        Raises:
            RefusedError: KEY_REFUSED, the algorithm is of the other suite.
        """


class RsaPrivateKey:
    """An RSA private key in memory."""

    suite: Final = Suite.RSA

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        der = _plain_rsa(_check_rsa(key.public_key()))
        self.public_key: PublicKeyInfo = PublicKeyInfo.load(der)

    def sign(self, data: bytes, algorithm: Algorithm) -> bytes:
        """Sign `data` by PKCS#1 v1.5 or PSS."""
        return self._key.sign(data, _rsa_padding(algorithm), _SHA256)

    def private_key_info(self) -> bytes:
        """Give it as PKCS#8 PrivateKeyInfo, in clear."""
        return self._key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


class Sm2PrivateKey:
    """An SM2 private key in memory, loaded into the engine."""

    suite: Final = Suite.SM2

    def __init__(self, scalar: int) -> None:
        self._scalar = scalar
        self._key = sm2.default_engine().load_private(scalar)
        self.public_key: PublicKeyInfo = PublicKeyInfo.load(public_key_info(self._key.public_point))

    def sign(self, data: bytes, algorithm: Algorithm) -> bytes:
        """Sign `data`; gives SEQUENCE { r, s } in DER."""
        if algorithm is not Algorithm.SM2_SM3:
            raise _foreign_algorithm(algorithm)
        if not _is_long(data):
            return self._key.sign(data)
        return self._key.sign_digest(_texts_under(self._key.public_point).begin(data).digest())

    def private_key_info(self) -> bytes:
        """Give it as PKCS#8 PrivateKeyInfo, in clear."""
        return private_key_info(self._scalar, self._key.public_point)


SoftwareKey = RsaPrivateKey | Sm2PrivateKey


def generate_private_key(suite: Suite, *, rsa_bits: int = 2048) -> SoftwareKey:
    """Make a new private key from the operating system's randomness.

    Raises:
        RefusedError: KEY_REFUSED, an RSA key of that length is not accepted.
    """
    match suite:
        case Suite.SM2:
            return Sm2PrivateKey(sm2.random_scalar())
        case Suite.RSA:
            if rsa_bits not in RSA_BITS:
                raise RefusedError(
                    Reason.KEY_REFUSED, f"RSA 密钥长度不符 an RSA key of {rsa_bits} bits"
                )
            return RsaPrivateKey(rsa.generate_private_key(RSA_SMALLEST_EXPONENT, rsa_bits))


def suite_of(public_key: PublicKeyInfo) -> Suite:
    """Tell the suite of a public key by its algorithm; the key itself is not looked at.

    Raises:
        RefusedError: KEY_REFUSED, it is of neither suite.
    """
    try:
        algorithm = public_key["algorithm"]["algorithm"].native
        parameters = public_key["algorithm"]["parameters"].native
    except PARSE_ERRORS as error:
        raise RefusedError(Reason.KEY_REFUSED, "不是公钥 not a public key") from error
    match algorithm, parameters:
        case "rsa", None:
            return Suite.RSA
        case "ec", "sm2":
            return Suite.SM2
        case _:
            raise RefusedError(
                Reason.KEY_REFUSED, "密钥既非 SM2 亦非 RSA the key is neither SM2 nor RSA"
            )


def plain_public_key(public_key: PublicKeyInfo) -> bytes:
    """Give the one DER form of a public key, whichever it came in: of one key it is the same.

    An RSA key is read also without the NULL that RFC 3279 wants as its parameters.

    Raises:
        RefusedError: KEY_REFUSED, as `verify_signature`.
    """
    return _load_public(public_key.dump()).plain()


def verify_signature(
    public_key: PublicKeyInfo, algorithm: Algorithm, data: bytes, signature: bytes
) -> None:
    """Check a signature over `data`; returns if it is good.

    Raises:
        RefusedError: SIGNATURE_INVALID; or KEY_REFUSED, the key is weak, no key of the curve, or
            not of the algorithm's suite.
    """
    _load_public(public_key.dump()).verify(data, signature, algorithm)


class _RsaPublicKey:
    def __init__(self, der: bytes) -> None:
        try:
            key = serialization.load_der_public_key(der)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise RefusedError(Reason.KEY_REFUSED, "不是 RSA 密钥 not an RSA key") from error
        self._key = _check_rsa(key)

    def plain(self) -> bytes:
        return _plain_rsa(self._key)

    def verify(self, data: bytes, signature: bytes, algorithm: Algorithm) -> None:
        try:
            self._key.verify(signature, data, _rsa_padding(algorithm), _SHA256)
        except InvalidSignature as error:
            raise RefusedError(
                Reason.SIGNATURE_INVALID, "RSA 签名值不对 the RSA signature is wrong"
            ) from error


class _Sm2PublicKey:
    def __init__(self, der: bytes) -> None:
        self._point = read_public_key_info(der)
        self._key = sm2.default_engine().load_public(self._point)

    def plain(self) -> bytes:
        return public_key_info(self._point)

    def verify(self, data: bytes, signature: bytes, algorithm: Algorithm) -> None:
        if algorithm is not Algorithm.SM2_SM3:
            raise _foreign_algorithm(algorithm)
        if _is_long(data):
            self._key.verify_digest(_texts_under(self._point).begin(data).digest(), signature)
        else:
            self._key.verify(data, signature)


def _is_long(data: bytes) -> bool:
    """Say whether a text is digested here, and not by the engine, whose SM3 may be faster."""
    return len(data) >= _LONG and is_fast(DigestAlgorithm.SM3)


@lru_cache(maxsize=1024)
def _texts_under(point: bytes) -> CommonTexts:
    """Digest the long texts under a key: the uses of a seal begin alike, and come twice."""
    return CommonTexts(DigestAlgorithm.SM3, before=sm2.identity_digest(point, sm2.DEFAULT_USER_ID))


@lru_cache(maxsize=1024)
def _load_public(der: bytes) -> _RsaPublicKey | _Sm2PublicKey:
    match suite_of(PublicKeyInfo.load(der)):
        case Suite.RSA:
            return _RsaPublicKey(der)
        case Suite.SM2:
            return _Sm2PublicKey(der)


def _check_rsa(key: object) -> rsa.RSAPublicKey:
    if (
        isinstance(key, rsa.RSAPublicKey)
        and key.key_size in RSA_BITS
        and key.public_numbers().e >= RSA_SMALLEST_EXPONENT
    ):
        return key
    raise RefusedError(
        Reason.KEY_REFUSED,
        "RSA 密钥长度或指数不符 an RSA key has 2048 to 8192 bits and an exponent of 65537 or more",
    )


def _plain_rsa(key: rsa.RSAPublicKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.DER, form)


def _rsa_padding(algorithm: Algorithm) -> padding.PKCS1v15 | padding.PSS:
    match algorithm:
        case Algorithm.RSA_SHA256:
            return _PKCS1
        case Algorithm.RSA_PSS_SHA256:
            return _PSS
        case Algorithm.SM2_SM3:
            raise _foreign_algorithm(algorithm)


def _foreign_algorithm(algorithm: Algorithm) -> RefusedError:
    return RefusedError(Reason.KEY_REFUSED, f"此密钥不支持此算法 this key does not do {algorithm}")
