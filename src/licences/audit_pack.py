"""The audit pack (审计包): a licence with all that it takes to judge it later, in one file.

An ASiC-E container (`eseal.asic`) with these files and no others:

    licence.pdf or licence.json     the licence, as it was issued; the root file
    README.txt                      what this is, for whoever finds it
    history.jwt                     the department's signed history of it (状态证明)
    certificates/ revocation/ status/

Rules kept:

- a pack brings no trust: roots come from whoever verifies, and a self-signed CA in it is malformed,
  so that nobody takes it for one; certificates of CAs only help to build paths;
- evidence that cannot be read is told with its own reason and file, and left out;
- bounded: files of each kind, bytes of each and of all, and what all status lists unpack to.

Left to others: making one (`pack_making`), judging one (`pack_verification`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from asn1crypto import x509

from eseal.asic import AsicContainer, read_asic
from eseal.carried import CarriedData
from eseal.certificates import read_certificate
from eseal.containers import ContainedFile
from eseal.crl import read_crl
from eseal.errors import EvidenceError, MalformedError
from eseal.ocsp_reading import read_ocsp
from eseal.sizes import too_large
from eseal.trust import is_root
from licences.history_statement import read_history
from licences.reasons import LicenceReason
from licences.status_check import StatusSources
from licences.status_files import Room, read_statuses

MAX_PACK_BYTES: Final = 32 * 1024 * 1024
MAX_PER_KIND: Final = 64
MAX_REVOCATION_BYTES: Final = 8 * 1024 * 1024
"""Of all lists and answers; a list takes a second for each 1.5 MB."""

MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
"""Of all status lists of a pack; one is needed, and has 16 MiB at most."""

PDF_NAME: Final = "licence.pdf"
JSON_NAME: Final = "licence.json"
README_NAME: Final = "README.txt"
HISTORY_NAME: Final = "history.jwt"
CERTIFICATES: Final = "certificates/"
REVOCATION: Final = "revocation/"
STATUS: Final = "status/"

_SINGLE: Final = frozenset({PDF_NAME, JSON_NAME, README_NAME, HISTORY_NAME})
_FOLDERS: Final = {CERTIFICATES: {"cer"}, REVOCATION: {"crl", "ocsp"}, STATUS: {"jwt"}}

Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPack:
    """A pack as it was read; nothing in it is believed yet.

    Attributes:
        container: what it stands in.
        licence: the licence's file.
        evidence: certificates, lists and answers that could be read.
        statuses: status lists and histories that could be read.
        faults: why others could not, in their order; `.at` names the file.
    """

    container: AsicContainer
    licence: ContainedFile
    evidence: CarriedData
    statuses: StatusSources
    faults: tuple[EvidenceError, ...]


def read_pack(data: bytes) -> AuditPack:
    """Read a pack; neither digests nor signatures are verified yet.

    Raises:
        MalformedError: CONTAINER_MALFORMED; PACK_MALFORMED; `.at` names a file.
    """
    container = read_asic(data, max_bytes=MAX_PACK_BYTES)
    if container.root not in {PDF_NAME, JSON_NAME}:
        raise _malformed(f"主文件应为 {PDF_NAME} 或 {JSON_NAME} it is neither", container.root)
    _check_names(container)
    reader = _Reader(container.files)
    evidence = CarriedData(
        certificates=reader.read(CERTIFICATES, "cer", _read_help),
        crls=reader.read(REVOCATION, "crl", read_crl),
        ocsps=reader.read(REVOCATION, "ocsp", read_ocsp),
    )
    return AuditPack(
        container=container,
        licence=container.root_file,
        evidence=evidence,
        statuses=reader.statuses(),
        faults=tuple(reader.faults),
    )


def is_help(certificate: x509.Certificate) -> bool:
    """Say whether a certificate may be in a pack: any but a root's."""
    return not is_root(certificate)


class _Reader:
    """Reads the evidence, and notes what could not be read."""

    def __init__(self, files: Iterable[ContainedFile]) -> None:
        self._files = tuple(files)
        self.faults: list[EvidenceError] = []

    def read(self, folder: str, ending: str, read: Callable[[bytes], Read]) -> tuple[Read, ...]:
        found: list[Read] = []
        for file in self._files:
            if file.name.startswith(folder) and file.name.endswith(f".{ending}"):
                try:
                    found.append(read(file.data))
                except EvidenceError as error:
                    self._note(error, file)
        return tuple(found)

    def statuses(self) -> StatusSources:
        """Read the lists and the history; each on its own, so that one spoils no other."""
        sources, room = StatusSources(), Room(left=MAX_UNPACKED_BYTES)
        for file in self._files:
            try:
                if file.name == HISTORY_NAME:
                    sources = sources.joined(StatusSources(histories=[read_history(file.data)]))
                elif file.name.startswith(STATUS):
                    sources = sources.joined(read_statuses([(file.name, file.data)], room))
            except EvidenceError as error:
                self._note(error, file)
        return sources

    def _note(self, error: EvidenceError, file: ContainedFile) -> None:
        self.faults.append(type(error)(error.reason, error.sentence, at=file.name))


def _check_names(container: AsicContainer) -> None:
    """See that every file is one that a pack has, and that there are not too many."""
    names = [file.name for file in container.files]
    others = {PDF_NAME, JSON_NAME} - {container.root}
    for name in names:
        folder, _, rest = name.rpartition("/")
        endings = _FOLDERS.get(f"{folder}/", set())
        known = name in _SINGLE - others or rest.rpartition(".")[2] in endings
        if not known:
            raise _malformed("不是审计包应有的文件 is no file that a pack has", name)
    for folder in _FOLDERS:
        if sum(name.startswith(folder) for name in names) > MAX_PER_KIND:
            raise _malformed(f"文件过多 more than {MAX_PER_KIND} files", folder)
    lists = (len(each.data) for each in container.files if each.name.startswith(REVOCATION))
    if sum(lists) > MAX_REVOCATION_BYTES:
        raise _malformed(too_large(MAX_REVOCATION_BYTES), REVOCATION)


def _read_help(der: bytes) -> x509.Certificate:
    certificate = read_certificate(der)
    if not is_help(certificate):
        raise _malformed("是根证书：审计包不带信任 is a root: a pack brings no trust", "")
    return certificate


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.PACK_MALFORMED, sentence, at=at)
