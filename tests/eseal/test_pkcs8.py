"""Private keys in encrypted PKCS#8: what we write, what we read, what we refuse."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from asn1crypto.core import Null
from asn1crypto.keys import EncryptedPrivateKeyInfo, PrivateKeyInfo
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from eseal import pbes2
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.keys import (
    RsaPrivateKey,
    Sm2PrivateKey,
    SoftwareKey,
    default_algorithm,
    verify_signature,
)
from eseal.pkcs8 import load_private_key, read_private_key_info, save_private_key
from eseal.reasons import Reason
from eseal.sm2.encodings import private_key_info
from eseal.sm2.known_answers import POINT, SCALAR
from eseal.sm2.protocol import N

PASSPHRASE = "口令 sample".encode()
FEW = 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a key can go."""
    return tmp_path / "key.pem"


def write(path: Path, der: bytes, label: str = "ENCRYPTED PRIVATE KEY") -> Path:
    """Write PEM with the mode that a key file has to have."""
    path.touch(mode=0o600)
    path.write_bytes(pem.armor(label, der))
    return path


def test_a_key_comes_back_from_its_file(key: SoftwareKey, path: Path) -> None:
    """The same key comes back and signs; the file is its owner's only."""
    save_private_key(key, path, PASSPHRASE, iterations=FEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = load_private_key(path, PASSPHRASE)
    assert again.private_key_info() == key.private_key_info()
    algorithm = default_algorithm(key.suite)
    verify_signature(key.public_key, algorithm, b"sample", again.sign(b"sample", algorithm))


def test_the_same_key_is_never_encrypted_alike(sm2_key: Sm2PrivateKey) -> None:
    """Salt and IV are fresh, so that two files of one key have nothing in common."""
    info = sm2_key.private_key_info()
    one, other = (
        EncryptedPrivateKeyInfo.load(pbes2.encrypt(info, PASSPHRASE, iterations=FEW))
        for _ in range(2)
    )
    assert one["encrypted_data"].native != other["encrypted_data"].native
    assert one["encryption_algorithm"].native != other["encryption_algorithm"].native


def test_guessing_a_passphrase_is_made_slow(sm2_key: Sm2PrivateKey, path: Path) -> None:
    """Unless told otherwise a key is written with 200,000 rounds of HMAC-SHA-256 and AES-256."""
    save_private_key(sm2_key, path, PASSPHRASE)
    (_, _, der) = pem.unarmor(path.read_bytes())
    algorithm = EncryptedPrivateKeyInfo.load(der)["encryption_algorithm"]
    assert (algorithm.kdf, algorithm.kdf_hmac, algorithm.kdf_iterations) == (
        "pbkdf2",
        "sha256",
        200_000,
    )
    assert algorithm["parameters"]["encryption_scheme"]["algorithm"].native == "aes256_cbc"


def test_a_key_is_not_written_without_a_passphrase(sm2_key: Sm2PrivateKey, path: Path) -> None:
    """An empty passphrase protects nothing."""
    with pytest.raises(RefusedError) as refused:
        save_private_key(sm2_key, path, b"")
    assert refused.value.reason is Reason.PASSPHRASE_MISSING
    assert not path.exists()


def test_a_key_is_not_written_over_another(sm2_key: Sm2PrivateKey, path: Path) -> None:
    """The file of a key in use is not lost by a slip."""
    save_private_key(sm2_key, path, PASSPHRASE, iterations=FEW)
    with pytest.raises(RefusedError) as refused:
        save_private_key(sm2_key, path, PASSPHRASE, iterations=FEW)
    assert refused.value.reason is Reason.KEY_FILE_EXISTS


@pytest.mark.parametrize("passphrase", [b"", b"wrong", PASSPHRASE + b"\n"])
def test_a_wrong_passphrase_is_told(key: SoftwareKey, path: Path, passphrase: bytes) -> None:
    """Another passphrase, were it only by a line's end, does not open the key."""
    save_private_key(key, path, PASSPHRASE, iterations=FEW)
    with pytest.raises(RefusedError) as refused:
        load_private_key(path, passphrase)
    assert refused.value.reason is Reason.PASSPHRASE_WRONG
    assert str(path) in refused.value.told


def test_garbage_with_good_padding_is_a_wrong_passphrase(path: Path) -> None:
    """One wrong passphrase in 256 leaves padding that looks right."""
    write(path, pbes2.encrypt(b"garbage", PASSPHRASE, iterations=FEW))
    with pytest.raises(RefusedError) as refused:
        load_private_key(path, PASSPHRASE)
    assert refused.value.reason is Reason.PASSPHRASE_WRONG


def test_an_exposed_key_is_refused(sm2_key: Sm2PrivateKey, path: Path) -> None:
    """A key that others can read is not used, though its passphrase is right."""
    save_private_key(sm2_key, path, PASSPHRASE, iterations=FEW)
    path.chmod(0o644)
    with pytest.raises(RefusedError) as refused:
        load_private_key(path, PASSPHRASE)
    assert refused.value.reason is Reason.KEY_FILE_EXPOSED


def test_a_missing_file_is_told(path: Path) -> None:
    """A wrong path is not a wrong passphrase."""
    with pytest.raises(UnavailableError) as unavailable:
        load_private_key(path, PASSPHRASE)
    assert unavailable.value.reason is Reason.KEY_UNREADABLE


@pytest.mark.parametrize("text", [b"", b"key", b"\xff\xfe"], ids=["empty", "text", "binary"])
def test_what_is_not_pem_is_malformed(path: Path, text: bytes) -> None:
    """Only PEM is read."""
    path.touch(mode=0o600)
    path.write_bytes(text)
    with pytest.raises(MalformedError) as malformed:
        load_private_key(path, PASSPHRASE)
    assert malformed.value.reason is Reason.KEY_UNREADABLE


def test_two_keys_in_a_file_are_malformed(sm2_key: Sm2PrivateKey, path: Path) -> None:
    """Which of them is meant is not guessed."""
    save_private_key(sm2_key, path, PASSPHRASE, iterations=FEW)
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(MalformedError) as malformed:
        load_private_key(path, PASSPHRASE)
    assert malformed.value.reason is Reason.KEY_UNREADABLE


def test_a_key_in_clear_is_not_read(sm2_key: Sm2PrivateKey, path: Path) -> None:
    """An unencrypted key has to be encrypted before it is used."""
    write(path, sm2_key.private_key_info(), "PRIVATE KEY")
    with pytest.raises(MalformedError, match="holds PRIVATE KEY") as malformed:
        load_private_key(path, PASSPHRASE)
    assert malformed.value.reason is Reason.KEY_UNREADABLE


Change = Callable[[dict[str, Any]], object]


def scheme(parameters: dict[str, Any]) -> dict[str, Any]:
    """Give the parameters of PBKDF2 inside those of PBES2."""
    inner: dict[str, Any] = parameters["key_derivation_func"]["parameters"]
    return inner


CHANGES: dict[str, Change] = {
    "no iterations": lambda p: scheme(p).update(iteration_count=0),
    "endless iterations": lambda p: scheme(p).update(iteration_count=10**12),
    "HMAC with SHA-1": lambda p: scheme(p).update(prf={"algorithm": "sha1"}),
    "another cipher": lambda p: p.update(
        encryption_scheme={"algorithm": "tripledes_3key", "parameters": bytes(8)}
    ),
    "a short IV": lambda p: p["encryption_scheme"].update(parameters=bytes(8)),
    "a salt from elsewhere": lambda p: scheme(p).update(
        salt={"other_source": {"algorithm": "1.2.3.4"}}
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_other_schemes_are_not_read(path: Path, change: Change) -> None:
    """Weak, foreign or unbounded encryption is refused before any work is done."""
    parameters: dict[str, Any] = {
        "key_derivation_func": {
            "algorithm": "pbkdf2",
            "parameters": {
                "salt": {"specified": bytes(16)},
                "iteration_count": FEW,
                "prf": {"algorithm": "sha256", "parameters": Null()},
            },
        },
        "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": bytes(16)},
    }
    change(parameters)
    info = EncryptedPrivateKeyInfo(
        {
            "encryption_algorithm": {"algorithm": "pbes2", "parameters": parameters},
            "encrypted_data": bytes(160),
        }
    )
    with pytest.raises(MalformedError) as malformed:
        load_private_key(write(path, info.dump()), PASSPHRASE)
    assert malformed.value.reason is Reason.KEY_UNREADABLE


def test_a_broken_envelope_is_malformed(path: Path) -> None:
    """PEM around something that is no EncryptedPrivateKeyInfo is told as such."""
    for der in (b"\x30\x00", b"\x04\x01\x00", b"\x30\x05\x30\x03\x02\x01\x01", b""):
        path.unlink(missing_ok=True)
        with pytest.raises(MalformedError) as malformed:
            load_private_key(write(path, der), PASSPHRASE)
        assert malformed.value.reason is Reason.KEY_UNREADABLE


def test_an_sm2_key_without_its_public_key_is_read() -> None:
    """Some tools leave the public key out; it is computed."""
    key = read_private_key_info(private_key_info(SCALAR))
    assert key.public_key["public_key"].native == POINT


def test_an_sm2_key_with_another_public_key_is_refused(sm2_key: Sm2PrivateKey) -> None:
    """A public key that does not belong would put a wrong Z under every signature."""
    point = sm2_key.public_key["public_key"].native
    with pytest.raises(RefusedError) as refused:
        read_private_key_info(private_key_info(SCALAR, point))
    assert refused.value.reason is Reason.KEY_REFUSED


@pytest.mark.parametrize("scalar", [0, N - 1, N])
def test_an_sm2_key_out_of_range_is_refused(scalar: int) -> None:
    """A private key is in 1..n-2, whoever wrote it."""
    with pytest.raises(RefusedError) as refused:
        read_private_key_info(private_key_info(scalar, POINT))
    assert refused.value.reason is Reason.KEY_REFUSED


def test_a_broken_sm2_key_is_refused() -> None:
    """The right algorithm around no key at all is refused."""
    der = private_key_info(SCALAR, POINT).replace(b"\x04\x6d\x30\x6b", b"\x04\x6d\x31\x6b")
    with pytest.raises(RefusedError) as refused:
        read_private_key_info(der)
    assert refused.value.reason is Reason.KEY_REFUSED


def clear(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """Give a key of `cryptography` as PKCS#8 in clear."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def test_a_key_of_no_suite_is_refused() -> None:
    """A P-256 key is none of ours."""
    with pytest.raises(RefusedError) as refused:
        read_private_key_info(clear(ec.generate_private_key(ec.SECP256R1())))
    assert refused.value.reason is Reason.KEY_REFUSED


def test_an_rsa_key_at_odds_with_itself_is_refused(rsa_key: RsaPrivateKey) -> None:
    """Numbers that do not belong together are found when the key is read."""
    info = PrivateKeyInfo.load(rsa_key.private_key_info())
    numbers = info["private_key"].parsed
    numbers["prime1"] = numbers["prime1"].native + 2
    info["private_key"] = numbers
    with pytest.raises(EvidenceError) as refused:
        read_private_key_info(info.dump(force=True))
    assert refused.value.reason is Reason.KEY_REFUSED
