"""Making a trust bundle of a home: all that its verifiers believe, collected, tried and signed.

What goes in: the trust folder; the status lists that the home has published; the issuing seals of
its seal register; its own licence types; an authority register, if one is given.

Rules kept: everything is read as a verifier will read it before it is signed, and the bundle is
opened once more after that; files are called by their digests, so that the same material makes the
same bundle; the register is believed by this trust at this time; a status list of the home's, or
the history of one of its licences, goes in only if it says all that was recorded.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from asn1crypto import x509

from eseal.errors import RefusedError, remedied
from eseal.jose.statements import statement_type
from eseal.jose.status_list import STATUS_LIST_TYP, StatusListToken, read_status_list
from eseal.ocsp import OcspResponse
from eseal.regular_files import read_regular, why_unread
from eseal.signers import Signer
from eseal.sizes import too_large
from eseal.trust import read_trust_file, trust_files
from licences.authority_register import open_register
from licences.bundle_contents import catalogue_of, describe_all, kind_of, trust_of
from licences.bundle_pins import open_bundle, pins_of
from licences.bundle_seals import issuing_seals
from licences.catalogue import own_types
from licences.history_statement import HISTORY_TYP, read_history
from licences.home import Home
from licences.life_journal import life_of
from licences.reasons import LicenceReason
from licences.seal_clerk import open_clerk
from licences.seal_snapshot import write_snapshot
from licences.status_files import status_files
from licences.status_lists import STATUSES
from licences.status_places import StatusPlaces
from licences.store import Register
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


def export_bundle(home: Home, signer: Signer, terms: ExportTerms, *, at: datetime) -> bytes:
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
    files = {file.name: file for file in _collect(home, terms, at)}
    statuses = [each.data for each in files.values() if each.kind is FileKind.STATUS]
    with closing(home.register()) as register, remedied({LicenceReason.BUNDLE_REFUSED: _ASK_ANEW}):
        _demand_current_lists(register, statuses)
        _demand_current_histories(register, statuses)
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
    return data


def _collect(home: Home, terms: ExportTerms, at: datetime) -> Iterator[BundleFile]:
    yield from _trust_material(home.trust)
    yield from (_named(FileKind.STATUS, data) for _, data in status_files(terms.statuses))
    yield from _types(own_types(home.path))
    if terms.authorities is not None:
        name = "authorities.jwt"
        yield BundleFile(kind=FileKind.AUTHORITIES, name=name, data=terms.authorities)
    with closing(home.seal_register()) as register:
        seals = list(issuing_seals(open_clerk(home, register, clock=lambda: at)))
    if seals:
        yield BundleFile(kind=FileKind.SEALS, name="seals.json", data=write_snapshot(seals))


def _demand_current_lists(register: Register, statuses: Iterable[bytes]) -> None:
    """Insist that the newest of each of the home's lists says what was done up to now."""
    newest: dict[str, StatusListToken] = {}
    for data in statuses:
        if statement_type(data) == STATUS_LIST_TYP:
            token = read_status_list(data)
            known = newest.get(token.uri)
            if known is None or known.made_at < token.made_at:
                newest[token.uri] = token
    notable = StatusPlaces(register.engine).notable()
    said: dict[tuple[object, object], int] = {
        (uri, index): value
        for uri, token in newest.items()
        for index, value in token.statuses.notable()
    }
    missing = Counter(
        place[0]
        for place, standing in notable.items()
        if standing is not None and said.get(place) != STATUSES[standing].value
    )
    for uri in newest:
        if missing[uri]:
            sentence = (
                f"状态列表未含最近登记的 {missing[uri]} 项，请先运行 licences publish "
                f"the list lacks {missing[uri]} of what was recorded: run licences publish first"
            )
            raise RefusedError(LicenceReason.BUNDLE_REFUSED, sentence, at=uri)


def _demand_current_histories(register: Register, statuses: Iterable[bytes]) -> None:
    """Insist that the longest history of each of the home's licences says all that was done."""
    told: Counter[str] = Counter()
    for data in statuses:
        if statement_type(data) == HISTORY_TYP:
            history = read_history(data)
            told |= Counter({history.identifier: len(history.life)})
    for identifier, count in told.items():
        licence = register.find_by_identifier(identifier)
        if licence is None:
            continue
        missing = len(life_of(licence, register.events(licence.key))) - count
        if missing > 0:
            sentence = (
                f"状态证明未含最近登记的 {missing} 项 "
                f"the history lacks {missing} of what was recorded"
            )
            raise RefusedError(LicenceReason.BUNDLE_REFUSED, sentence, at=identifier)


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
