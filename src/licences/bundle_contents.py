"""What the files of a trust bundle are, read as what the manifest says that they are.

Rules kept: a file that is not of its kind refuses the whole bundle, named: a root has to be a
self-signed CA, a maker no CA; what only seems to be there would be missed in silence. Nothing is
judged here: revocation data, status lists and the register are believed by their own signatures,
where they are asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from asn1crypto import crl, x509

from eseal.certificates import plain_name, read_certificate
from eseal.crl import read_crl
from eseal.errors import EvidenceError, MalformedError, UnavailableError
from eseal.evidence import common_name
from eseal.jose.statements import statement_type
from eseal.jose.status_list import read_status_list
from eseal.ocsp import OcspResponse
from eseal.ocsp_reading import read_ocsp
from eseal.plain_text import in_a_row
from eseal.trust import TrustStore, is_root
from licences.authority_register import AuthorityRegister, read_register
from licences.catalogue import Catalogue, load_catalogue
from licences.history_statement import HISTORY_TYP, HistoryStatement, read_history
from licences.reasons import LicenceReason
from licences.seal_snapshot import SealStanding, read_snapshot
from licences.trust_bundle import BundleFile, FileKind, TrustBundle

_TYPES = "types/"
_TYPE_FILES = frozenset({"type.toml", "schema.json"})
_DEPARTMENTS = "types/departments.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """A file as people are told of it.

    Attributes:
        file: which.
        name: whose it is, or what it is about.
        made_at: the time that it speaks of, where it has one.
        until: until when it says something, where it ends.
    """

    file: BundleFile
    name: str
    made_at: datetime | None = None
    until: datetime | None = None


def trust_of(bundle: TrustBundle) -> TrustStore:
    """Put the trust material of a bundle together.

    Raises:
        MalformedError: BUNDLE_MALFORMED, a file is not of its kind.
        RefusedError: TRUST_UNREADABLE, there is no root.
    """
    roots, helping = _certificates(bundle, FileKind.ROOT), _certificates(bundle, FileKind.CA)
    return TrustStore(
        roots=roots,
        intermediates=(*helping, *_certificates(bundle, FileKind.MAKER)),
        crls=tuple(_read_list(file) for file in bundle.of(FileKind.CRL)),
        ocsps=tuple(_read_ocsp(file) for file in bundle.of(FileKind.OCSP)),
    )


def statuses_of(bundle: TrustBundle) -> tuple[tuple[str, bytes], ...]:
    """Give name and bytes of its status lists and histories."""
    return tuple((file.name, file.data) for file in bundle.of(FileKind.STATUS))


def authorities_of(bundle: TrustBundle) -> bytes | None:
    """Give its authority register, if it has one."""
    return next((file.data for file in bundle.of(FileKind.AUTHORITIES)), None)


def seals_of(bundle: TrustBundle) -> tuple[SealStanding, ...] | None:
    """Read its snapshot of the seal register; `None`: there is none.

    Raises:
        MalformedError: BUNDLE_MALFORMED.
    """
    found = bundle.of(FileKind.SEALS)
    return read_snapshot(found[0].data) if found else None


def catalogue_of(bundle: TrustBundle, *named: Path, found: Iterable[Path] = ()) -> Catalogue:
    """Read the licence types: as `load_catalogue`, and then those of the bundle.

    Raises:
        MalformedError: BUNDLE_MALFORMED, a file of a type has another name; TYPE_MALFORMED.
        UnavailableError: STORAGE_UNAVAILABLE, there is no place to put its types for a moment.
    """
    files = bundle.of(FileKind.TYPE)
    if not files:
        return load_catalogue(*named, found=found)
    for file in files:
        _check_type_name(file)
    try:
        with TemporaryDirectory(prefix="licences-types-") as place:
            for file in files:
                path = Path(place, file.name.removeprefix(_TYPES))
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(file.data)
            return load_catalogue(*named, found=found, bundled=Path(place))
    except OSError as error:
        sentence = f"无法暂存类型 the types cannot be unpacked: {error.strerror or error}"
        raise UnavailableError(LicenceReason.STORAGE_UNAVAILABLE, sentence) from error


def describe(file: BundleFile) -> Described:
    """Say what a file is and of what time.

    Raises:
        MalformedError: BUNDLE_MALFORMED, it is not of its kind.
        EvidenceError: what is wrong with a statement in it.
    """
    match file.kind:
        case FileKind.ROOT | FileKind.CA | FileKind.MAKER:
            certificate = _certificate(file)
            ends = certificate.not_valid_after
            return Described(file=file, name=common_name(certificate), until=ends)
        case FileKind.CRL | FileKind.OCSP:
            return _describe_revocation(file)
        case FileKind.STATUS | FileKind.AUTHORITIES:
            return _describe_statement(file)
        case FileKind.SEALS:
            states = Counter(each.state for each in read_snapshot(file.data))
            told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
            return Described(file=file, name=told or "—")
        case FileKind.TYPE:
            _check_type_name(file)
            return Described(file=file, name=file.name.removeprefix(_TYPES))


def kind_of(certificate: x509.Certificate) -> FileKind:
    """Say what kind of file a certificate is in a bundle, as `eseal.trust` sorts them."""
    if is_root(certificate):
        return FileKind.ROOT
    return FileKind.CA if certificate.ca else FileKind.MAKER


def _certificates(bundle: TrustBundle, kind: FileKind) -> tuple[x509.Certificate, ...]:
    return tuple(_certificate(file) for file in bundle.of(kind))


def _certificate(file: BundleFile) -> x509.Certificate:
    try:
        certificate = read_certificate(file.data)
    except EvidenceError as error:
        raise _malformed(error, file) from error
    found = kind_of(certificate)
    if found is not file.kind:
        sentence = f"证书种类与清单不符 is the certificate of a {found}, not of a {file.kind}"
        raise MalformedError(LicenceReason.BUNDLE_MALFORMED, sentence, at=file.name)
    return certificate


def _read_list(file: BundleFile) -> crl.CertificateList:
    try:
        return read_crl(file.data)
    except EvidenceError as error:
        raise _malformed(error, file) from error


def _read_ocsp(file: BundleFile) -> OcspResponse:
    try:
        return read_ocsp(file.data)
    except EvidenceError as error:
        raise _malformed(error, file) from error


def _describe_revocation(file: BundleFile) -> Described:
    if file.kind is FileKind.CRL:
        found = _read_list(file)
        told, issuer = found["tbs_cert_list"], found.issuer
        name = plain_name(issuer)
        made, until = told["this_update"].native, told["next_update"].native
        return Described(file=file, name=name, made_at=made, until=until)
    answers = _read_ocsp(file).answers
    ends = [each.next_update for each in answers if each.next_update is not None]
    serials = ", ".join(f"{each.about.serial:x}" for each in answers)
    first = min(each.this_update for each in answers)
    return Described(file=file, name=serials, made_at=first, until=min(ends, default=None))


def _describe_statement(file: BundleFile) -> Described:
    if file.kind is FileKind.AUTHORITIES:
        register: AuthorityRegister = read_register(file.data).register
        made, name = register.made_at, f"{register.issuer} ({len(register.entries)})"
        return Described(file=file, name=name, made_at=made, until=register.expires_at)
    if statement_type(file.data) == HISTORY_TYP:
        history: HistoryStatement = read_history(file.data)
        made, until = history.made_at, history.expires_at
        return Described(file=file, name=history.identifier, made_at=made, until=until)
    token = read_status_list(file.data)
    made, until = token.made_at, token.expires_at
    return Described(file=file, name=token.uri, made_at=made, until=until)


def _check_type_name(file: BundleFile) -> None:
    """See that the name is one under which a type's file may be put into a folder."""
    parts = file.name.split("/")
    in_folder = len(parts) == 3 and file.name.startswith(_TYPES) and parts[2] in _TYPE_FILES
    if not in_folder and file.name != _DEPARTMENTS:
        sentence = f"类型文件夹内应有 a type has {in_a_row(_TYPE_FILES)} in a folder of {_TYPES}"
        raise MalformedError(LicenceReason.BUNDLE_MALFORMED, sentence, at=file.name)


def _malformed(error: EvidenceError, file: BundleFile) -> MalformedError:
    reason = LicenceReason.BUNDLE_MALFORMED
    return MalformedError(reason, f"内容不符 is no {file.kind}: {error.sentence}", at=file.name)


def describe_all(bundle: TrustBundle) -> Iterator[Described]:
    """Describe every file, in order; raises as `describe`."""
    return map(describe, bundle.files)
