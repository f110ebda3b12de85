"""OpenSSL's command line reads what we write and writes what we read: keys and signatures."""

import subprocess
from pathlib import Path

import pytest
from asn1crypto import pem

from eseal.errors import RefusedError
from eseal.keys import (
    Algorithm,
    RsaPrivateKey,
    Sm2PrivateKey,
    SoftwareKey,
    Suite,
    suite_of,
    verify_signature,
)
from eseal.pkcs8 import load_private_key, save_private_key
from eseal.pkcs12 import load_pkcs12
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from eseal.sm2.portable import PortableEngine

DATA = "示例市 样本 ".encode() * 40
PASSPHRASE = "口令 sample"
OPTIONS = {
    Algorithm.SM2_SM3: ["-sm3", "-sigopt", "distid:1234567812345678"],
    Algorithm.RSA_SHA256: ["-sha256"],
    Algorithm.RSA_PSS_SHA256: [
        *("-sha256", "-sigopt", "rsa_padding_mode:pss"),
        *("-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"),
    ],
}
ENCRYPTIONS = {
    "its default": [],
    "AES-128, SHA-512": ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512", "-iter", "5000"],
    "AES-192, SHA-384": ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA384"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the data and the passphrase in files."""
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return tmp_path


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder."""
    return subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def make(folder: Path, *arguments: str) -> None:
    """Run a command that has to succeed."""
    done = openssl(folder, *arguments)
    assert done.returncode == 0, done.stderr


def key_of(algorithm: Algorithm, sm2: Sm2PrivateKey, rsa: RsaPrivateKey) -> SoftwareKey:
    """Give the key that can do the algorithm."""
    return sm2 if algorithm.suite is Suite.SM2 else rsa


def write_public(folder: Path, key: SoftwareKey) -> None:
    """Write the public key where OpenSSL finds it."""
    (folder / "public.pem").write_bytes(pem.armor("PUBLIC KEY", key.public_key.dump()))


@pytest.mark.parametrize("algorithm", Algorithm)
def test_openssl_verifies_our_signatures(
    folder: Path, algorithm: Algorithm, sm2_key: Sm2PrivateKey, rsa_key: RsaPrivateKey
) -> None:
    """A signature of ours is good to `openssl dgst`, with the user ID set for SM2."""
    key = key_of(algorithm, sm2_key, rsa_key)
    write_public(folder, key)
    (folder / "signature").write_bytes(key.sign(DATA, algorithm))
    command = ["dgst", "-verify", "public.pem", "-signature", "signature", *OPTIONS[algorithm]]
    assert openssl(folder, *command, "data").stdout == "Verified OK\n"
    (folder / "data").write_bytes(DATA + b"!")
    assert openssl(folder, *command, "data").returncode == 1


def test_openssl_verifies_the_portable_engine(folder: Path, sm2_key: Sm2PrivateKey) -> None:
    """What gmssl signs is good to OpenSSL too."""
    write_public(folder, sm2_key)
    signature = PortableEngine().load_private(sm2_key._scalar).sign(DATA)
    (folder / "signature").write_bytes(signature)
    command = ["dgst", "-verify", "public.pem", "-signature", "signature", "data"]
    done = openssl(folder, *command[:-1], *OPTIONS[Algorithm.SM2_SM3], "data")
    assert done.stdout == "Verified OK\n"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_we_verify_signatures_of_openssl(
    folder: Path, algorithm: Algorithm, sm2_key: Sm2PrivateKey, rsa_key: RsaPrivateKey
) -> None:
    """A signature of `openssl dgst` with a key file of ours is good to us."""
    key = key_of(algorithm, sm2_key, rsa_key)
    save_private_key(key, folder / "key.pem", PASSPHRASE.encode(), iterations=1000)
    signing = ["-sign", "key.pem", "-passin", "file:passphrase", "-out", "signature"]
    make(folder, "dgst", *signing, *OPTIONS[algorithm], "data")
    verify_signature(key.public_key, algorithm, DATA, (folder / "signature").read_bytes())


def test_openssls_empty_user_id_does_not_verify(folder: Path, sm2_key: Sm2PrivateKey) -> None:
    """OpenSSL signs under an empty user ID unless told; such a signature is wrong."""
    save_private_key(sm2_key, folder / "key.pem", PASSPHRASE.encode(), iterations=1000)
    signing = ["-sign", "key.pem", "-passin", "file:passphrase", "-out", "signature"]
    make(folder, "dgst", "-sm3", *signing, "data")
    signature = (folder / "signature").read_bytes()
    with pytest.raises(RefusedError) as refused:
        verify_signature(sm2_key.public_key, Algorithm.SM2_SM3, DATA, signature)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_openssl_opens_our_key_files(folder: Path, key: SoftwareKey) -> None:
    """`openssl pkey` reads a key file of ours and finds the same public key in it."""
    save_private_key(key, folder / "key.pem", PASSPHRASE.encode(), iterations=1000)
    done = openssl(folder, "pkey", "-in", "key.pem", "-passin", "file:passphrase", "-pubout")
    assert done.returncode == 0, done.stderr
    assert pem.unarmor(done.stdout.encode())[2] == key.public_key.dump()
    wrong = openssl(folder, "pkey", "-in", "key.pem", "-passin", "pass:wrong", "-noout")
    assert wrong.returncode == 1


@pytest.mark.parametrize("encryption", ENCRYPTIONS.values(), ids=ENCRYPTIONS.keys())
@pytest.mark.parametrize("suite", Suite)
def test_we_open_key_files_of_openssl(
    folder: Path, suite: Suite, encryption: list[str], rsa_key: RsaPrivateKey
) -> None:
    """A key that OpenSSL made and encrypted is read, and has the same public key."""
    if suite is Suite.SM2:
        make(folder, "ecparam", "-genkey", "-name", "SM2", "-noout", "-out", "clear.pem")
    else:
        clear = pem.armor("PRIVATE KEY", rsa_key.private_key_info())
        (folder / "clear.pem").write_bytes(clear)
    (folder / "key.pem").touch(mode=0o600)
    files = ["-in", "clear.pem", "-out", "key.pem", "-passout", "file:passphrase"]
    make(folder, "pkcs8", "-topk8", *files, *encryption)
    key = load_private_key(folder / "key.pem", PASSPHRASE.encode())
    assert suite_of(key.public_key) is suite
    done = openssl(folder, "pkey", "-in", "clear.pem", "-pubout")
    assert pem.unarmor(done.stdout.encode())[2] == key.public_key.dump()


@pytest.mark.parametrize(
    "ciphers",
    [[], ["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"]],
    ids=["of today", "of old"],
)
def test_we_open_pkcs12_files_of_openssl(
    folder: Path, ciphers: list[str], rsa_signer: SoftwareSigner, rsa_key: RsaPrivateKey
) -> None:
    """An RSA key with its certificate that `openssl pkcs12` packed gives a signer."""
    certificate = pem.armor("CERTIFICATE", rsa_signer.certificate.dump())
    clear = pem.armor("PRIVATE KEY", rsa_key.private_key_info())
    (folder / "both.pem").write_bytes(clear + certificate)
    (folder / "key.p12").touch(mode=0o600)
    files = ["-in", "both.pem", "-out", "key.p12", "-passout", "file:passphrase"]
    make(folder, "pkcs12", "-export", *files, *ciphers)
    signer = load_pkcs12(folder / "key.p12", PASSPHRASE.encode())
    verify_signature(rsa_key.public_key, signer.algorithm, DATA, signer.sign(DATA))


def test_a_pkcs12_key_of_another_kind_is_refused(folder: Path) -> None:
    """A P-256 key, packed by OpenSSL, is none of ours."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    make(folder, "req", "-x509", *curve, "-nodes", "-subj", "/CN=sample", "-keyout", "both.pem")
    done = openssl(folder, "req", "-x509", "-key", "both.pem", "-subj", "/CN=sample")
    with (folder / "both.pem").open("a", encoding="ascii") as both:
        both.write(done.stdout)
    (folder / "key.p12").touch(mode=0o600)
    files = ["-in", "both.pem", "-out", "key.p12", "-passout", "file:passphrase"]
    make(folder, "pkcs12", "-export", *files)
    with pytest.raises(RefusedError) as refused:
        load_pkcs12(folder / "key.p12", PASSPHRASE.encode())
    assert refused.value.reason is Reason.KEY_REFUSED
