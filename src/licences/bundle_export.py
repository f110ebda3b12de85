"""Making a trust bundle of a home: all that its verifiers believe, collected, tried and signed.

What goes in: the trust folder; the status lists that the home has published; the issuing seals of
its seal register; its own licence types; an authority register, if one is given.

Rules kept: everything is read as a verifier will read it before it is signed, and the bundle is
opened once more after that; files are called by their digests, so that the same material makes the
same bundle; the register is believed by this trust at this time; a status list of the home's, or
the history of one of its licences, goes in only if it says all that was recorded.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from asn1crypto import x509

from eseal.errors import RefusedError, remedied
from eseal.ocsp import OcspResponse
from eseal.regular_files import read_regular, why_unread
from eseal.signers import Signer
from eseal.sizes import too_large
from eseal.trust import read_trust_file, trust_files
from licences.authority_register import open_register
from licences.bundle_contents import catalogue_of, describe_all, kind_of, trust_of
from licences.bundle_pins import open_bundle, pins_of
from licences.bundle_seals import issuing_seals
from licences.bundle_statuses import demand_current
from licences.catalogue import own_types
from licences.home import Home
from licences.reasons import LicenceReason
from licences.seal_clerk import open_clerk
from licences.seal_snapshot import write_snapshot
from licences.status_files import status_files
from licences.strict_table import MAX_FILE_BYTES
from licences.trust_bundle import BundleFile, BundlePolicy, FileKind, sign_bundle

DEFAULT_LIFETIME: Final = timedelta(days=30)

_PLACES: Final = {
    FileKind.ROOT: ("roots", "cer"),
    FileKind.CA: ("cas", "cer"),
    FileKind.MAKER: ("makers", "cer"),
    FileKind.CRL: ("crls", "crl"),
    FileKind.OCSP: ("ocsps", "ocsp"),
    FileKind.STATUS: ("status", "jwt"),
}
_ASK_ANEW: Final = (
    "先公布：licences publish；状态证明另开一份：licences history 标识 --out 新文件",
    "Publish first: licences publish; have a history signed anew: licences history ID --out FILE",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportTerms:
    """How a bundle is made.

    Attributes:
        lifetime: how long it says something.
        policy: what it asks of a verifier.
        authorities: a signed authority register, `None`: none.
        statuses: files and folders with status lists.
    """

    lifetime: timedelta = DEFAULT_LIFETIME
    policy: BundlePolicy = field(default_factory=BundlePolicy)
    authorities: bytes | None = None
    statuses: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """A bundle, and what the journals do not account for of what its lists and seals are about."""

    data: bytes
    doubts: Sequence[str]


def export_bundle(home: Home, signer: Signer, terms: ExportTerms, *, at: datetime) -> Exported:
    """Make a bundle of a home.

    Args:
        home: whose trust it is.
        signer: whose bundle it becomes; its certificate names an organisation.
        terms: how it is made.
        at: aware; now.

    Raises:
        EvidenceError: BUNDLE_REFUSED; or why something that was to go in cannot be read or
            believed: nothing was signed.
    """
    if terms.policy.authorities_by is not None and terms.authorities is None:
        sentence = (
            "要求附权责清单，却没有提供 an authority register is asked for, and none is given"
        )
        raise RefusedError(LicenceReason.BUNDLE_REFUSED, sentence)
    doubts: list[str] = []
    files = {file.name: file for file in _collect(home, terms, at, doubts.append)}
    statuses = [each.data for each in files.values() if each.kind is FileKind.STATUS]
    with remedied({LicenceReason.BUNDLE_REFUSED: _ASK_ANEW}):
        doubts += demand_current(home, statuses, at=at)
    data = sign_bundle(
        signer,
        tuple(files.values()),
        at=at,
        expires_at=at + terms.lifetime,
        policy=terms.policy,
    )
    bundle = open_bundle(data, pins=pins_of([signer.certificate]), at=at)
    trust = trust_of(bundle)
    catalogue_of(bundle)
    for _ in describe_all(bundle):
        pass  # reading is what counts
    if terms.authorities is not None:
        open_register(terms.authorities, trust=trust, at=at, issuer=terms.policy.authorities_by)
    return Exported(data=data, doubts=doubts)


def _collect(
    home: Home, terms: ExportTerms, at: datetime, tell_doubt: Callable[[str], object]
) -> Iterator[BundleFile]:
    yield from _trust_material(home.trust)
    yield from (_named(FileKind.STATUS, data) for _, data in status_files(terms.statuses))
    yield from _types(own_types(home.path))
    if terms.authorities is not None:
        name = "authorities.jwt"
        yield BundleFile(kind=FileKind.AUTHORITIES, name=name, data=terms.authorities)
    with closing(home.seal_register()) as register:
        seals = list(issuing_seals(open_clerk(home, register, clock=lambda: at), tell_doubt))
    if seals:
        yield BundleFile(kind=FileKind.SEALS, name="seals.json", data=write_snapshot(seals))


def _trust_material(folder: Path) -> Iterator[BundleFile]:
    for path in trust_files(folder):
        for found in read_trust_file(path):
            if isinstance(found, x509.Certificate):
                yield _named(kind_of(found), found.dump())
            elif isinstance(found, OcspResponse):
                yield _named(FileKind.OCSP, found.der)
            else:
                yield _named(FileKind.CRL, found.dump())


def _named(kind: FileKind, data: bytes) -> BundleFile:
    """Call a file by its digest."""
    folder, ending = _PLACES[kind]
    name = f"{folder}/{hashlib.sha256(data).hexdigest()}.{ending}"
    return BundleFile(kind=kind, name=name, data=data)


def _types(folders: Iterable[Path]) -> Iterator[BundleFile]:
    """Give what verifying reads of own types: neither faces nor samples."""
    for folder in folders:
        paths = (*folder.glob("*/type.toml"), *folder.glob("*/schema.json"))
        for path in sorted((*paths, *folder.glob("departments.toml"))):
            name = f"types/{path.relative_to(folder).as_posix()}"
            yield BundleFile(kind=FileKind.TYPE, name=name, data=_read(path))


def _read(path: Path) -> bytes:
    try:
        data = read_regular(path, MAX_FILE_BYTES)
    except OSError as error:
        reason = LicenceReason.BUNDLE_REFUSED
        raise RefusedError(reason, why_unread(error), at=str(path)) from error
    if len(data) > MAX_FILE_BYTES:
        raise RefusedError(LicenceReason.BUNDLE_REFUSED, too_large(MAX_FILE_BYTES), at=str(path))
    return data
