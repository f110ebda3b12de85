"""RSA keys with their certificates from PKCS#12 files (RFC 7292), as browsers and CAs give them.

Read by `cryptography`, which knows the ciphers of old files too. Writing is not offered, and SM2 is
not read: no common form of it exists.

Rules kept:
    - the path above the certificate is put in order from what the file holds, by name; a root is
      left out, since whoever verifies has to have his own.
"""

from pathlib import Path

from asn1crypto.pkcs12 import Pfx
from asn1crypto.x509 import Certificate
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12Certificate,
    PKCS12KeyAndCertificates,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    load_pkcs12 as parse_pkcs12,
)

from eseal.der import PARSE_ERRORS
from eseal.errors import MalformedError, RefusedError
from eseal.key_files import read_key_file
from eseal.keys import Algorithm, RsaPrivateKey
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner


def load_pkcs12(
    path: Path, passphrase: bytes, *, algorithm: Algorithm = Algorithm.RSA_SHA256
) -> SoftwareSigner:
    """Read a key and its certificates as a signer.

    Raises:
        MalformedError: KEY_UNREADABLE, not PKCS#12, or without a key or its certificate.
        RefusedError: KEY_FILE_EXPOSED, PASSPHRASE_WRONG, KEY_REFUSED, KEY_CERTIFICATE_MISMATCH.
        UnavailableError: KEY_UNREADABLE, the file cannot be read.
    """
    content = _parse(path, passphrase)
    if content.key is None or content.cert is None:
        raise MalformedError(
            Reason.KEY_UNREADABLE,
            "文件中没有密钥及其证书 the file holds no key with its certificate",
        )
    if not isinstance(content.key, RSAPrivateKey):
        raise RefusedError(
            Reason.KEY_REFUSED, "文件中的密钥不是 RSA the key in the file is not RSA"
        )
    certificate = _as_asn1(content.cert)
    return SoftwareSigner(
        key=RsaPrivateKey(content.key),
        certificate=certificate,
        chain=_path_above(certificate, [_as_asn1(other) for other in content.additional_certs]),
        algorithm=algorithm,
    )


def _parse(path: Path, passphrase: bytes) -> PKCS12KeyAndCertificates:
    der = read_key_file(path)
    try:
        Pfx.load(der, strict=True).native  # noqa: B018  asn1crypto reads on access
    except PARSE_ERRORS as error:
        raise MalformedError(
            Reason.KEY_UNREADABLE, "文件不是 PKCS#12 the file is not PKCS#12"
        ) from error
    try:
        return parse_pkcs12(der, passphrase)
    except ValueError as error:
        raise RefusedError(
            Reason.PASSPHRASE_WRONG, f"此口令打不开 {path} does not open with it"
        ) from error
    except UnsupportedAlgorithm as error:
        sentence = f"不支持此种文件加密方式 the file's encryption is not supported: {error}"
        raise MalformedError(Reason.KEY_UNREADABLE, sentence) from error


def _as_asn1(entry: PKCS12Certificate) -> Certificate:
    return Certificate.load(entry.certificate.public_bytes(Encoding.DER))


def _path_above(certificate: Certificate, others: list[Certificate]) -> tuple[Certificate, ...]:
    """Line up the issuers, nearest first; each can stand in the path only once."""
    path: list[Certificate] = []
    lowest = certificate
    while found := [other for other in others if other.subject == lowest.issuer]:
        lowest = found[0]
        others = [other for other in others if other is not lowest]
        if lowest.subject != lowest.issuer:
            path.append(lowest)
    return tuple(path)
