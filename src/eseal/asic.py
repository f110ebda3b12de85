"""Associated signature containers (ASiC-E): files in a zip, under one detached signature.

    mimetype                     application/vnd.etsi.asic-e+zip, first and stored
    META-INF/ASiCManifest.xml    names every file with its SHA-256; one is the root file
    META-INF/signature.p7s       CAdES over the manifest's bytes
    …                            the files

Rules kept:

- a container of one spelling (`eseal.containers`), and in it a manifest of one spelling: it is read
  line by line, written anew and compared. So there is no XML parser here, and nothing for one to
  be misled by; manifests of others are refused;
- every file is named by the manifest, in its order, and it names nothing else;
- the references are SHA-256 for both suites, because XML signature has no name for SM3; the
  signature over them is by the signer's suite.

Left to others: what the files are, and whether the signer is believed.

Source: ETSI EN 319 162-1, 4.4 and annex A (read second-hand).
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eseal.cades import check_detached, sign_detached
from eseal.containers import ContainedFile, read_container, write_container
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.signed_data import SignedData
from eseal.signers import Signer

MIME_TYPE: Final = b"application/vnd.etsi.asic-e+zip"
MANIFEST: Final = "META-INF/ASiCManifest.xml"
SIGNATURE: Final = "META-INF/signature.p7s"

_TYPE: Final = "mimetype"
_BEGINNING: Final = 30
_BEFORE: Final = 3
"""Files before the first that is signed."""
_HEAD: Final = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#" \
xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <SigReference URI="{SIGNATURE}" MimeType="application/pkcs7-signature"/>
"""
_REFERENCE: Final = """  <DataObjectReference URI="{name}" MimeType="{mime}"{root}>
    <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
    <ds:DigestValue>{digest}</ds:DigestValue>
  </DataObjectReference>
"""
_FOOT: Final = "</ASiCManifest>\n"
_ROOT: Final = ' Rootfile="true"'
_READ: Final = re.compile(
    r'<DataObjectReference URI="([^"<>&]+)" MimeType="[^"<>&]+"( Rootfile="true")?>\s+'
    r'<ds:DigestMethod Algorithm="[^"<>&]+"/>\s+<ds:DigestValue>([A-Za-z0-9+/=]+)<'
)
_MIMES: Final = {
    "cer": "application/pkix-cert",
    "crl": "application/pkix-crl",
    "json": "application/json",
    "jwt": "application/jwt",
    "ocsp": "application/ocsp-response",
    "pdf": "application/pdf",
    "txt": "text/plain",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AsicContainer:
    """A container as it was read; whether anything holds is not known yet.

    Attributes:
        files: those that the manifest names, in order.
        root: name of the root file.
        manifest: bytes of the manifest.
        signature: DER of the signature over it.
        digests: what the manifest says of each file: its SHA-256 in base64.
    """

    files: tuple[ContainedFile, ...]
    root: str
    manifest: bytes
    signature: bytes
    digests: tuple[str, ...]

    @property
    def root_file(self) -> ContainedFile:
        """The root file."""
        return next(file for file in self.files if file.name == self.root)


def is_asic(data: bytes) -> bool:
    """Say whether bytes begin as such a container does."""
    return data.startswith(_TYPE.encode() + MIME_TYPE, _BEGINNING)


def write_asic(files: Sequence[ContainedFile], *, root: str, signer: Signer, at: datetime) -> bytes:
    """Write and sign a container.

    Args:
        files: in the order that they are to have; `root` among them.
        root: name of the root file.
        signer: whose container it is.
        at: aware time that the signer claims.

    Raises:
        RefusedError: CONTAINER_MALFORMED, `read_asic` would not read it; SIGNED_OUTSIDE_VALIDITY.
    """
    if root not in {file.name for file in files}:
        raise RefusedError(
            Reason.CONTAINER_MALFORMED,
            "清单所指的文件不在 is the root file, and not there",
            at=root,
        )
    manifest = _manifest([(file.name, _digest(file)) for file in files], root)
    parts = (
        ContainedFile(name=_TYPE, data=MIME_TYPE),
        ContainedFile(name=MANIFEST, data=manifest),
        ContainedFile(name=SIGNATURE, data=sign_detached(signer, manifest, at=at)),
        *files,
    )
    return write_container(parts, reason=Reason.CONTAINER_MALFORMED)


def read_asic(data: bytes, *, max_bytes: int) -> AsicContainer:
    """Read a container; neither digests nor signature are verified yet.

    Raises:
        MalformedError: CONTAINER_MALFORMED; `.at` names a file, where it is about one.
    """
    contained = read_container(data, reason=Reason.CONTAINER_MALFORMED, max_bytes=max_bytes)
    names = tuple(file.name for file in contained[:_BEFORE])
    if names != (_TYPE, MANIFEST, SIGNATURE) or contained[0].data != MIME_TYPE:
        raise _malformed(f"开头不对 does not begin with {_TYPE}, {MANIFEST}, {SIGNATURE}", "")
    manifest, files = contained[1].data, contained[_BEFORE:]
    found = _READ.findall(manifest.decode("utf-8", errors="replace"))
    references = [(name, digest) for name, _, digest in found]
    roots = [name for name, is_root, _ in found if is_root]
    if len(roots) != 1 or _manifest(references, roots[0]) != manifest:
        raise _malformed("写法不规范 is not in the one form that a manifest has here", MANIFEST)
    if [name for name, _ in references] != [file.name for file in files]:
        raise _malformed("所列文件与实有的不同 names other files than there are", MANIFEST)
    return AsicContainer(
        files=files,
        root=roots[0],
        manifest=manifest,
        signature=contained[2].data,
        digests=tuple(digest for _, digest in references),
    )


def check_asic(container: AsicContainer) -> SignedData:
    """See that a container is as it was signed; by whom is told, not judged.

    Raises:
        RefusedError: CONTAINER_ALTERED; `.at` names the file that is another, or the signature.
        UnavailableError: no engine can verify the signature.
    """
    for file, digest in zip(container.files, container.digests, strict=True):
        if _digest(file) != digest:
            sentence = "不是签名时的文件 is not the file that was signed"
            raise RefusedError(Reason.CONTAINER_ALTERED, sentence, at=file.name)
    try:
        return check_detached(container.signature, container.manifest)
    except UnavailableError:
        raise
    except EvidenceError as error:
        raise RefusedError(Reason.CONTAINER_ALTERED, str(error), at=SIGNATURE) from error


def _manifest(references: Sequence[tuple[str, str]], root: str) -> bytes:
    entries = (
        _REFERENCE.format(
            name=name, mime=_mime(name), root=_ROOT if name == root else "", digest=digest
        )
        for name, digest in references
    )
    return f"{_HEAD}{''.join(entries)}{_FOOT}".encode()


def _mime(name: str) -> str:
    return _MIMES.get(name.rpartition(".")[2], "application/octet-stream")


def _digest(file: ContainedFile) -> str:
    return b64encode(hashlib.sha256(file.data).digest()).decode("ascii")


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(Reason.CONTAINER_MALFORMED, sentence, at=at)
