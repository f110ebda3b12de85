"""Private keys in files: encrypted PKCS#8 in PEM, for both suites.

`cryptography` cannot read SM2 keys, so that the envelope is `pbes2` for both, and what is in it is
read here: RSA by `cryptography`, which checks the numbers against each other, SM2 by asn1crypto.

Rules kept:
    - a key in clear is neither written nor read;
    - an SM2 key that brings its public key along has to bring the right one.

Left to `key_files`: modes and atomicity; to `passphrases`: where the passphrase comes from.
"""

from pathlib import Path

from asn1crypto.keys import PrivateKeyInfo
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from eseal import pbes2
from eseal.der import PARSE_ERRORS
from eseal.errors import MalformedError, RefusedError, about
from eseal.key_files import create_key_file, read_key_file
from eseal.keys import RsaPrivateKey, Sm2PrivateKey, SoftwareKey
from eseal.pem import read_pem, write_pem
from eseal.reasons import Reason

_LABEL = "ENCRYPTED PRIVATE KEY"


def save_private_key(
    key: SoftwareKey, path: Path, passphrase: bytes, *, iterations: int = pbes2.ITERATIONS
) -> None:
    """Write a key into a new file, encrypted, mode 0600.

    Args:
        key: the key to keep.
        path: where; nothing may be there.
        passphrase: at least one byte.
        iterations: rounds of PBKDF2; more make guessing, and every loading, take longer.

    Raises:
        RefusedError: PASSPHRASE_MISSING, KEY_FILE_EXISTS.
        UnavailableError: KEY_NOT_SAVED.
    """
    if not passphrase:
        raise RefusedError(
            Reason.PASSPHRASE_MISSING, "没有口令不写密钥 a key is not written without one"
        )
    der = pbes2.encrypt(key.private_key_info(), passphrase, iterations=iterations)
    create_key_file(path, write_pem(_LABEL, der))


def load_private_key(path: Path, passphrase: bytes) -> SoftwareKey:
    """Read and open the key in a file, ready to sign.

    Raises:
        MalformedError: KEY_UNREADABLE, it is not an encrypted PKCS#8 key in PEM.
        RefusedError: KEY_FILE_EXPOSED, PASSPHRASE_WRONG, KEY_REFUSED.
        UnavailableError: KEY_UNREADABLE, the file cannot be read.

    Every one of them names the file.
    """
    content = read_key_file(path)
    with about(str(path)):
        return read_private_key_info(pbes2.decrypt(_unarmor(content), passphrase))


def read_private_key_info(der: bytes) -> SoftwareKey:
    """Read a PKCS#8 PrivateKeyInfo, in clear, that was just decrypted.

    Raises:
        RefusedError: PASSPHRASE_WRONG, it is no PrivateKeyInfo at all; KEY_REFUSED, it is neither
            SM2 nor RSA, or the key is weak or at odds with itself.
    """
    try:
        info = PrivateKeyInfo.load(der, strict=True)
        algorithm, curve = info["private_key_algorithm"].native.values()
    except PARSE_ERRORS as error:
        raise RefusedError(
            Reason.PASSPHRASE_WRONG, "此口令打不开密钥 the key does not open with it"
        ) from error
    return _read_sm2(info) if (algorithm, curve) == ("ec", "sm2") else _read_rsa(der)


def _unarmor(text: bytes) -> bytes:
    [(label, der), *others] = read_pem(text, Reason.KEY_UNREADABLE)
    if label != _LABEL or others:
        sentence = f"文件应只有一个 the file has to hold one {_LABEL}, and holds {label}"
        raise MalformedError(Reason.KEY_UNREADABLE, sentence)
    return der


def _read_rsa(der: bytes) -> RsaPrivateKey:
    try:
        key = load_der_private_key(der, None)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RefusedError(Reason.KEY_REFUSED, f"密钥有误 not a sound key: {error}") from error
    if isinstance(key, RSAPrivateKey):
        return RsaPrivateKey(key)
    raise RefusedError(Reason.KEY_REFUSED, "密钥既非 SM2 亦非 RSA the key is neither SM2 nor RSA")


def _read_sm2(info: PrivateKeyInfo) -> Sm2PrivateKey:
    try:
        fields = info["private_key"].parsed.native
    except PARSE_ERRORS as error:
        raise RefusedError(Reason.KEY_REFUSED, "SM2 密钥有误 not a sound SM2 key") from error
    key = Sm2PrivateKey(fields["private_key"])
    if fields["public_key"] not in (None, key.public_key["public_key"].native):
        raise RefusedError(
            Reason.KEY_REFUSED,
            "SM2 密钥所附公钥是另一密钥的 the SM2 key brings another key's public key",
        )
    return key
