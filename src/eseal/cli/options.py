"""What the `eseal` commands share: options, and writing files that must not exist yet."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eseal.cli.voice import give_up
from eseal.regular_files import is_folder, read_regular
from eseal.sizes import size_words
from eseal.whole_files import create_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from asn1crypto.x509 import Certificate

    from eseal.keys import PrivateKey
    from eseal.signers import SoftwareSigner

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        help="口令文件；不填则取环境变量 ESEAL_PASSPHRASE。"
        "File with the passphrase; else the environment's ESEAL_PASSPHRASE."
    ),
]

REVOCATION_REASONS: Final = (
    "key_compromise、ca_compromise、affiliation_changed、superseded、cessation_of_operation、"
    "unspecified"
)
"""Those of RFC 5280 that may be given, as a help text lists them."""

RevokedSerials = Annotated[
    list[str] | None,
    typer.Option(
        "--revoke",
        metavar="SERIAL[@TIME[@REASON]]",
        help="吊销的证书序列号（十六进制，照 eseal cert show 所示：有无此证书，这里无从得知）、"
        "时间（可空，即现在）与原因；可多次。The serial (hex) of the certificate, as eseal cert "
        "show prints it, for whether there is such a one is not known here; when (empty: now); "
        f"why. 原因 reasons：{REVOCATION_REASONS}。",
    ),
]


class SuiteName(StrEnum):
    """The two suites, as they are written on the command line."""

    SM2 = "sm2"
    RSA = "rsa"


class ListKind(StrEnum):
    """How a seal lists who may use it."""

    CERTIFICATES = "certificates"
    DIGESTS = "digests"


def write_new(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Create `path` with `data`, whole; an existing file is never overwritten."""
    try:
        create_file(path, data, mode=mode)
    except FileExistsError:
        give_up(f"{path} 已存在，不覆盖", f"{path} exists and is not overwritten")
    except OSError as error:
        give_up(f"无法写入 {path}", f"cannot write {path}: {error.strerror}")


def demand_new(path: Path, *, option: str = "--out") -> None:
    """Give up before any work if `path` is there already, or cannot be created."""
    try:
        path.lstat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        give_up(f"无法写入 {path}", f"cannot write {path}: {getattr(error, 'strerror', error)}")
    else:
        give_up(
            f"{path} 已存在，不覆盖；请用 {option} 另起名字",
            f"{path} exists and is not overwritten; name another with {option}",
        )
    if not (is_folder(path.parent) and os.access(path.parent, os.W_OK)):
        give_up(f"无法写入 {path}", f"cannot write {path}: its folder is missing or not writable")


def read_file(path: Path, limit: int = 1 << 20) -> bytes:
    """Read a small file whole."""
    try:
        data = read_regular(path, limit)
    except OSError as error:
        give_up(f"无法读取 {path}", f"cannot read {path}: {error.strerror}")
    if len(data) > limit:
        most = size_words(limit)
        give_up(f"{path} 过大，至多 {most}", f"{path} is larger than {most}")
    return data


def read_certificate_file(path: Path) -> "tuple[Certificate, ...]":
    """Read a file of certificates; what is wrong with it names the file."""
    from eseal.certificates import read_certificates
    from eseal.errors import MalformedError

    try:
        return read_certificates(read_file(path))
    except MalformedError as error:
        at = f"{path} {error.at}".rstrip()
        raise MalformedError(error.reason, error.sentence, at=at) from error


StarOption = Annotated[
    bool | None, typer.Option("--star/--no-star", help="五角星，默认随种类。A star in the middle.")
]


def open_signer(key: Path, certificate: Path, passphrase_file: Path | None) -> "SoftwareSigner":
    """Open a key with its certificate, whose file has the issuers' behind it."""
    from eseal.errors import about

    opened, certificates = load_key(key, passphrase_file), read_certificate_file(certificate)
    with about(f"{key}, {certificate}"):
        return signer_of(opened, certificates)


def load_key(path: Path, passphrase_file: Path | None) -> "PrivateKey":
    """Open a key file, with the passphrase from the file or the environment."""
    from eseal.passphrases import read_passphrase
    from eseal.pkcs8 import load_private_key

    return load_private_key(path, read_passphrase(file=passphrase_file))


def signer_of(key: "PrivateKey", certificates: "Sequence[Certificate]") -> "SoftwareSigner":
    """Make a signer of a key; its certificate is the first of those given."""
    from eseal.keys import default_algorithm
    from eseal.signers import SoftwareSigner

    leaf, *above = certificates
    return SoftwareSigner(
        key=key, certificate=leaf, chain=tuple(above), algorithm=default_algorithm(key.suite)
    )


def read_span(text: str) -> "timedelta":
    """Read a span of time as people write it."""
    from eseal.moments import parse_span

    try:
        return parse_span(text)
    except ValueError:
        give_up(
            f"看不懂的时长：{text}；例：30m、24h、7d",
            f"no span of time that can be read: {text}; e.g. 30m, 24h, 7d",
        )
