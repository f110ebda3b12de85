"""Trust material: which roots are believed, and what helps to judge paths below them.

Rules kept:

- Only a self-signed CA certificate becomes a root; every other certificate is merely a help to
  build paths. Self-signed is read from its names and key identifiers: whoever can write here can
  add a root anyway.
- Everything in a file or folder must be understood: one bad file refuses the whole, named.
- A certificate that is no CA's is that of an accepted seal maker (制章者): whoever puts it here
  says that this company may make seals. Below a trusted root alone anybody with a certificate
  could.
- No root is an error: an empty trust store would only ever say "unknown issuer".
- Sizes and counts are bounded; of folders in it only `crl` is read, where lists are published.
- An OCSP response is revocation data like a CRL; a responder's refusal to answer is none.

Left to others: what the material is good for at a given time (`eseal.chain`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from asn1crypto import crl, x509

from eseal.certificates import read_certificate
from eseal.containers import is_container
from eseal.crl import MAX_CRL_BYTES, read_crl
from eseal.der import read_head
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.ocsp import OcspResponse
from eseal.ocsp_reading import read_ocsp
from eseal.pem import is_pem, read_pem
from eseal.reasons import Reason
from eseal.regular_files import is_folder, read_regular, why_unread
from eseal.sizes import too_large

SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der", ".crl", ".ocsp", ".ors"})
PUBLISHED = "crl"
"""Folder of published revocation lists in a folder of trust material."""

MAX_FILES = 1000
MAX_OBJECTS = 10_000

Material: TypeAlias = x509.Certificate | crl.CertificateList | OcspResponse
"""What a trust file has in it."""

_SEQUENCE = b"\x30"
_ENUMERATED = 0x0A
_NONE_OF_THESE = "这不是证书、CRL 或 OCSP 应答 this is no certificate, no CRL and no OCSP response"
_BUNDLE = (
    "这是 zip，如信任包：eseal 不读信任包，请用 licences verify "
    "a zip, such as a trust bundle: eseal takes none, licences verify does"
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TrustStore:
    """Roots, and the intermediates and revocation data that were given with them.

    Attributes:
        roots: believed without further proof; at least one, and all of them CAs.
        intermediates: may stand between a root and a leaf; believed only along a valid path.
        crls: complete revocation lists; believed only when their issuer's signature holds.
        ocsps: OCSP responses; believed only when the issuer, or whom it certified for that, signed.
    """

    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[OcspResponse, ...] = ()

    def __post_init__(self) -> None:
        if not self.roots:
            raise RefusedError(
                Reason.TRUST_UNREADABLE, "其中没有根证书 there is no root certificate in it"
            )
        if not all(root.ca for root in self.roots):
            raise RefusedError(
                Reason.TRUST_UNREADABLE, "根须是 CA 证书 a root has to be a CA certificate"
            )

    @property
    def makers(self) -> tuple[x509.Certificate, ...]:
        """The accepted seal makers (制章者): those of the intermediates that are no CAs."""
        return tuple(one for one in self.intermediates if not one.ca)


def load_trust(*paths: Path) -> TrustStore:
    """Load trust material from files, and from the files of folders, all together.

    Args:
        paths: each a PEM file with certificates, CRLs and OCSP responses in any number and order,
            a DER file with one of them, or a folder of such files named *.pem, *.crt, *.cer,
            *.der, *.crl, *.ocsp or *.ors.

    Raises:
        MalformedError: TRUST_UNREADABLE, something in it is none of these; `.at` names the file.
        RefusedError: TRUST_UNREADABLE, it cannot be read, is too large, or has no root.
    """
    certificates: dict[bytes, x509.Certificate] = {}
    lists: dict[bytes, crl.CertificateList] = {}
    responses: dict[bytes, OcspResponse] = {}
    named = ", ".join(map(str, paths))
    for file in chain.from_iterable(map(trust_files, paths)):
        for found in read_trust_file(file):
            if isinstance(found, x509.Certificate):
                certificates[found.dump()] = found
            elif isinstance(found, OcspResponse):
                responses[found.der] = found
            else:
                lists[found.dump()] = found
            if len(certificates) + len(lists) + len(responses) > MAX_OBJECTS:
                raise RefusedError(Reason.TRUST_UNREADABLE, "过多 too many objects", at=named)
    try:
        return TrustStore(
            roots=tuple(one for one in certificates.values() if is_root(one)),
            intermediates=tuple(one for one in certificates.values() if not is_root(one)),
            crls=tuple(lists.values()),
            ocsps=tuple(responses.values()),
        )
    except RefusedError as error:
        raise RefusedError(Reason.TRUST_UNREADABLE, error.sentence, at=named) from error


def is_root(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is that of a self-signed CA, by its names and identifiers."""
    return bool(certificate.ca) and certificate.self_signed in {"maybe", "yes"}


def trust_files(path: Path) -> list[Path]:
    """List the files that trust material is read from: the file, or those of the folder.

    Of a folder also those in its folder `crl`, into which lists are published.

    Raises:
        RefusedError: TRUST_UNREADABLE, it cannot be read, or has too many files.
    """
    try:
        if not is_folder(path):
            return [path]
        files = sorted(
            file
            for folder in (path, path / PUBLISHED)
            if folder.is_dir()
            for file in folder.iterdir()
            if file.suffix.lower() in SUFFIXES and file.is_file()
        )
    except OSError as error:
        raise RefusedError(Reason.TRUST_UNREADABLE, why_unread(error), at=str(path)) from error
    if len(files) > MAX_FILES:
        raise RefusedError(Reason.TRUST_UNREADABLE, "文件过多 too many files", at=str(path))
    return files


def read_trust_file(file: Path) -> Iterator[Material]:
    """Read all that is in one file.

    Raises:
        MalformedError: TRUST_UNREADABLE, something in it does not belong there; `.at` names it.
        RefusedError: TRUST_UNREADABLE, it cannot be read or is too large.
    """
    try:
        data = read_regular(file, MAX_CRL_BYTES)
    except OSError as error:
        raise RefusedError(Reason.TRUST_UNREADABLE, why_unread(error), at=str(file)) from error
    if len(data) > MAX_CRL_BYTES:
        raise RefusedError(Reason.TRUST_UNREADABLE, too_large(MAX_CRL_BYTES), at=str(file))
    if is_container(data):
        raise MalformedError(Reason.TRUST_UNREADABLE, _BUNDLE, at=str(file))
    try:
        if not is_pem(data):
            yield _read_der(data)
            return
        for label, der in read_pem(data, Reason.TRUST_UNREADABLE):
            yield _read_block(label, der)
    except EvidenceError as error:
        raise MalformedError(Reason.TRUST_UNREADABLE, error.sentence, at=str(file)) from error


def _read_block(label: str, der: bytes) -> Material:
    match label:
        case "CERTIFICATE":
            return read_certificate(der)
        case "X509 CRL":
            return read_crl(der)
        case "OCSP RESPONSE":
            return read_ocsp(der)
        case _:
            raise MalformedError(
                Reason.TRUST_UNREADABLE, f"不应在此 a {label} does not belong here"
            )


def _read_der(data: bytes) -> Material:
    if data[:1] != _SEQUENCE:
        raise MalformedError(Reason.TRUST_UNREADABLE, _NONE_OF_THESE)
    if _begins_with_status(data):
        return read_ocsp(data)
    try:
        return read_certificate(data)
    except MalformedError:
        return read_crl(data)


def _begins_with_status(data: bytes) -> bool:
    """Whether it begins as OCSP responses do, and neither certificates nor lists: with a status."""
    try:
        outer = read_head(data, 0, len(data))
        return read_head(data, outer.start, outer.end).tag == _ENUMERATED
    except ValueError:
        return False
