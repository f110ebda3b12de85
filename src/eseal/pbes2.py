"""PKCS#8 private keys under a passphrase: EncryptedPrivateKeyInfo with PBES2 (RFC 5958, RFC 8018).

Written: PBKDF2 with HMAC-SHA-256 and AES-256-CBC, which OpenSSL and everything else reads.
Read: the same with HMAC-SHA-256, -384 or -512 and AES of any key length.

Rules kept:
    - the work that a file can ask for is bounded before it is done;
    - CBC has no integrity: padding that does not come out right counts as a wrong passphrase,
      because the two cannot be told apart.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from asn1crypto.core import Null
from asn1crypto.keys import EncryptedPrivateKeyInfo
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from eseal.der import PARSE_ERRORS
from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason

ITERATIONS: Final = 200_000
MAX_ITERATIONS: Final = 10_000_000

_KEY_LENGTHS: Final = {"aes128_cbc": 16, "aes192_cbc": 24, "aes256_cbc": 32}
_DIGESTS: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scheme:
    """The parameters that turn a passphrase into a cipher."""

    salt: bytes
    iterations: int
    digest: str
    cipher: str
    iv: bytes

    def __post_init__(self) -> None:
        known = self.digest in _DIGESTS and self.cipher in _KEY_LENGTHS
        if not known or len(self.iv) != 16 or not 1 <= self.iterations <= MAX_ITERATIONS:
            raise MalformedError(
                Reason.KEY_UNREADABLE,
                "不支持此种密钥加密方式 the key's encryption is not supported",
            )

    def start(self, passphrase: bytes) -> Cipher[modes.CBC]:
        """Derive the key, which takes long, and set up the cipher."""
        length, digest = _KEY_LENGTHS[self.cipher], _DIGESTS[self.digest]
        key = PBKDF2HMAC(digest, length, self.salt, self.iterations).derive(passphrase)
        return Cipher(algorithms.AES(key), modes.CBC(self.iv))

    def as_asn1(self) -> dict[str, object]:
        """Give the AlgorithmIdentifier of PBES2, as asn1crypto takes it."""
        kdf = {
            "salt": {"specified": self.salt},
            "iteration_count": self.iterations,
            "prf": {"algorithm": self.digest, "parameters": Null()},
        }
        parameters = {
            "key_derivation_func": {"algorithm": "pbkdf2", "parameters": kdf},
            "encryption_scheme": {"algorithm": self.cipher, "parameters": self.iv},
        }
        return {"algorithm": "pbes2", "parameters": parameters}


def encrypt(private_key_info: bytes, passphrase: bytes, *, iterations: int = ITERATIONS) -> bytes:
    """Encrypt PrivateKeyInfo; gives EncryptedPrivateKeyInfo in DER."""
    scheme = _Scheme(
        salt=secrets.token_bytes(16),
        iterations=iterations,
        digest="sha256",
        cipher="aes256_cbc",
        iv=secrets.token_bytes(16),
    )
    padder = PKCS7(128).padder()
    padded = padder.update(private_key_info) + padder.finalize()
    encryptor = scheme.start(passphrase).encryptor()
    encrypted = encryptor.update(padded) + encryptor.finalize()
    fields = {"encryption_algorithm": scheme.as_asn1(), "encrypted_data": encrypted}
    return bytes(EncryptedPrivateKeyInfo(fields).dump())


def decrypt(der: bytes, passphrase: bytes) -> bytes:
    """Decrypt EncryptedPrivateKeyInfo; what comes out is to be parsed with suspicion.

    Raises:
        MalformedError: KEY_UNREADABLE, no such structure, or a scheme that is not supported.
        RefusedError: PASSPHRASE_WRONG.
    """
    scheme, encrypted = _read(der)
    decryptor, unpadder = scheme.start(passphrase).decryptor(), PKCS7(128).unpadder()
    try:
        padded = decryptor.update(encrypted) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise RefusedError(
            Reason.PASSPHRASE_WRONG, "此口令打不开密钥 the key does not open with it"
        ) from error


def _read(der: bytes) -> tuple[_Scheme, bytes]:
    try:
        fields = EncryptedPrivateKeyInfo.load(der, strict=True).native
    except PARSE_ERRORS as error:
        raise MalformedError(
            Reason.KEY_UNREADABLE, "不是加密的私钥 not EncryptedPrivateKeyInfo"
        ) from error
    match fields:
        case {
            "encryption_algorithm": {
                "algorithm": "pbes2",
                "parameters": {
                    "key_derivation_func": {
                        "algorithm": "pbkdf2",
                        "parameters": {
                            "salt": bytes(salt),
                            "iteration_count": int(iterations),
                            "prf": {"algorithm": str(digest)},
                        },
                    },
                    "encryption_scheme": {"algorithm": str(cipher), "parameters": bytes(iv)},
                },
            },
            "encrypted_data": bytes(encrypted),
        }:
            scheme = _Scheme(salt=salt, iterations=iterations, digest=digest, cipher=cipher, iv=iv)
            return scheme, encrypted
        case _:
            sentence = "密钥应以 PBES2 及 PBKDF2 加密 the key is not encrypted by PBES2 with PBKDF2"
            raise MalformedError(Reason.KEY_UNREADABLE, sentence)
