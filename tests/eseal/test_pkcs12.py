"""PKCS#12 files give an RSA signer with its path in order."""

from pathlib import Path
from typing import Any

import pytest
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_der_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from eseal import pkcs12
from eseal.errors import MalformedError, RefusedError
from eseal.key_files import create_key_file
from eseal.keys import Algorithm, RsaPrivateKey, verify_signature
from eseal.pkcs12 import load_pkcs12
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from tests.world import World

PASSPHRASE = "口令".encode()


def foreign(certificate: Certificate) -> x509.Certificate:
    """Give a certificate to `cryptography`."""
    return x509.load_der_x509_certificate(certificate.dump())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file goes."""
    return tmp_path / "signer.p12"


@pytest.fixture
def private(rsa_key: RsaPrivateKey) -> rsa.RSAPrivateKey:
    """The department's key, as `cryptography` has it."""
    key = load_der_private_key(rsa_key.private_key_info(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def write(path: Path, key: Any, certificate: Certificate | None, *others: Certificate) -> Path:
    """Write a PKCS#12 file, as a CA would hand it out."""
    content = serialize_key_and_certificates(
        None,
        key,
        foreign(certificate) if certificate else None,
        [foreign(other) for other in others],
        BestAvailableEncryption(PASSPHRASE),
    )
    create_key_file(path, content)
    return path


def test_gives_a_signer_with_its_path_in_order(
    world: World, rsa_signer: SoftwareSigner, private: rsa.RSAPrivateKey, path: Path
) -> None:
    """The issuing CA is in the path, the root is not, in whatever order the file has them."""
    authority = world.rsa
    others = (authority.root.certificate, authority.ca.certificate)
    signer = load_pkcs12(write(path, private, rsa_signer.certificate, *others), PASSPHRASE)
    assert signer.certificate.dump() == rsa_signer.certificate.dump()
    assert [c.dump() for c in signer.chain] == [authority.ca.certificate.dump()]
    assert signer.algorithm is Algorithm.RSA_SHA256
    verify_signature(
        signer.certificate.public_key, signer.algorithm, b"sample", signer.sign(b"sample")
    )


def test_signs_by_pss_when_asked(
    rsa_signer: SoftwareSigner, private: rsa.RSAPrivateKey, path: Path
) -> None:
    """The algorithm is a choice of the one who loads; a file without a path has none."""
    write(path, private, rsa_signer.certificate)
    signer = load_pkcs12(path, PASSPHRASE, algorithm=Algorithm.RSA_PSS_SHA256)
    assert signer.algorithm is Algorithm.RSA_PSS_SHA256
    assert signer.chain == ()


def test_a_wrong_passphrase_is_told(
    rsa_signer: SoftwareSigner, private: rsa.RSAPrivateKey, path: Path
) -> None:
    """A file that is PKCS#12 but does not open has another passphrase."""
    write(path, private, rsa_signer.certificate)
    with pytest.raises(RefusedError) as refused:
        load_pkcs12(path, b"wrong")
    assert refused.value.reason is Reason.PASSPHRASE_WRONG
    assert str(path) in refused.value.told


def test_an_exposed_file_is_refused(
    rsa_signer: SoftwareSigner, private: rsa.RSAPrivateKey, path: Path
) -> None:
    """A file that others can read is not used."""
    write(path, private, rsa_signer.certificate).chmod(0o644)
    with pytest.raises(RefusedError) as refused:
        load_pkcs12(path, PASSPHRASE)
    assert refused.value.reason is Reason.KEY_FILE_EXPOSED


@pytest.mark.parametrize("content", [b"", b"text", b"\x30\x00"], ids=["empty", "text", "DER"])
def test_another_file_is_malformed(path: Path, content: bytes) -> None:
    """What is not PKCS#12 is not taken for a wrong passphrase."""
    create_key_file(path, content)
    with pytest.raises(MalformedError) as malformed:
        load_pkcs12(path, PASSPHRASE)
    assert malformed.value.reason is Reason.KEY_UNREADABLE


def test_a_file_without_a_key_is_malformed(rsa_signer: SoftwareSigner, path: Path) -> None:
    """Certificates alone sign nothing."""
    write(path, None, None, rsa_signer.certificate)
    with pytest.raises(MalformedError) as malformed:
        load_pkcs12(path, PASSPHRASE)
    assert malformed.value.reason is Reason.KEY_UNREADABLE


def test_encryption_that_is_not_supported_is_told(
    rsa_signer: SoftwareSigner,
    private: rsa.RSAPrivateKey,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cipher that the library has no more is not taken for a wrong passphrase."""

    def refuse(*_: bytes) -> None:
        raise UnsupportedAlgorithm("RC2-40")

    monkeypatch.setattr(pkcs12, "parse_pkcs12", refuse)
    write(path, private, rsa_signer.certificate)
    with pytest.raises(MalformedError, match="RC2-40") as malformed:
        load_pkcs12(path, PASSPHRASE)
    assert malformed.value.reason is Reason.KEY_UNREADABLE
