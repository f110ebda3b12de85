"""Options that say what is believed, and whose bundle; every command that judges has them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import give_up
from licences.cli.home_option import STATUS
from licences.publications import PUBLIC

if TYPE_CHECKING:
    from licences.bundle_pins import BundlePins

TrustOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="PATH",
        help="信任的根证书、制章者证书与 CRL：文件或文件夹，可重复，合在一起用；或一个信任包；"
        "默认用主目录的 trust/。Roots, seal makers' certificates and CRLs: files or folders, may "
        "be repeated and count together; or one trust bundle; by default the home's trust/.",
    ),
]
BundleSignerOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE|SHA256",
        help="信任包的签名证书：证书文件，或经另一渠道核对的 SHA-256；换证期间可重复。"
        "Whose trust bundle is believed: the signer's certificate, or its SHA-256 as learned by "
        "another way; may be repeated while it is renewed.",
    ),
]
BundleDigestOption = Annotated[
    str | None,
    typer.Option(
        "--bundle-sha256",
        metavar="SHA256",
        help="信任包文件的 SHA-256，经另一渠道核对。"
        "SHA-256 of the very bundle, as learned by another way.",
    ),
]


def read_pins(signers: Iterable[str] | None, sha256: str | None) -> "BundlePins":
    """Read what was said of a bundle."""
    from licences.bundle_pins import NO_PINS, BundlePins
    from licences.fingerprints import read_fingerprint

    if not signers and sha256 is None:
        return NO_PINS
    digest = None if sha256 is None else read_fingerprint(sha256)
    return BundlePins(signers=read_signers(signers), sha256=digest)


def read_signers(named: Iterable[str] | None) -> frozenset[str]:
    """Read which certificates were named, and give their SHA-256."""
    return frozenset(map(_signer, named or ()))


def _signer(named: str) -> str:
    """Read a SHA-256, or the certificate of a file.

    What reads as a SHA-256 is one: a file of that name would be whoever's the folder is.
    """
    from eseal.cli.options import read_file
    from eseal.errors import MalformedError
    from eseal.regular_files import mode_of
    from licences.fingerprints import read_fingerprint, read_signer

    try:
        return read_fingerprint(named)
    except MalformedError:
        if not mode_of(Path(named)):
            raise
        return read_signer(read_file(Path(named)))


def find_trust(trust: Sequence[Path] | None, home: Path) -> tuple[Path, ...]:
    """Give the trust material that was named, else the home's."""
    if trust:
        return tuple(trust)
    if not (home / "trust").is_dir():
        give_up(
            "没有信任材料：请用 --trust 指定根证书、制章者证书与 CRL",
            "no trust material: name roots, seal makers' certificates and CRLs with --trust",
        )
    return (home / "trust",)


def find_statuses(
    named: Sequence[Path] | None, trust: Sequence[Path] | None, home: Path
) -> tuple[Path, ...]:
    """Give what lies with the trust material, or the home published, and beside it what was named.

    What is named adds and never replaces: whoever hands over an old history with a licence that was
    revoked since then would have it pass by it.
    """
    beside = [each / STATUS for each in trust] if trust else [home / PUBLIC]
    return (*(each for each in beside if each.is_dir()), *(named or ()))
