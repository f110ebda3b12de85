"""Where issued documents lie: a store addressed by content, in which nothing is ever changed.

Rules kept: a document's name is the SHA-256 of its bytes and is checked at every reading; putting
the same bytes twice is once; a document is either wholly there or not at all, and on disk before
`publish` returns (each file is synced once, each folder once a round).

A signed document is staged first, under its licence's id in the folder of the run that made it (see
`run_locks`), so that a retry finds what was signed and never signs twice. Staging is create-only;
publishing gives the same file its lasting name.

Left to others: which licence a document belongs to, to `store`.
"""

import hashlib
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from uuid import UUID

from eseal.errors import RefusedError, UnavailableError, about
from eseal.regular_files import read_regular
from licences.model import Format
from licences.reasons import LicenceReason

_LONGEST = 32 * 1024 * 1024
"""What a verifier reads of a document."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class Staging(Protocol):
    """What one run has signed and not yet entered as issued."""

    def put(self, licence: UUID, form: Format, content: bytes) -> bytes:
        """Keep what was signed; create-only. Gives the bytes that stand there."""
        ...

    def get(self, licence: UUID, form: Format) -> bytes | None:
        """Give what was signed before; `None` if nothing was."""
        ...

    def holds(self, licence: UUID, form: Format) -> bool:
        """Is something staged?"""
        ...

    def publish(self, digests: Mapping[tuple[UUID, Format], bytes]) -> None:
        """Give staged documents their lasting names, the SHA-256 of each; durable on return."""
        ...

    def clear(self, licences: Collection[UUID]) -> None:
        """Forget what was staged for these licences."""
        ...

    def discard(self, licences: Collection[UUID]) -> None:
        """Forget what was staged for these licences, and take back what it was published as."""
        ...


class DocumentStore(Protocol):
    """Issued documents by their digests."""

    def staging(self, run: UUID) -> Staging:
        """Give the place where a run stages; its lock has to be held."""
        ...

    def read(self, sha256: bytes) -> bytes:
        """Give the document with this digest.

        Raises:
            UnavailableError: DOCUMENT_MISSING.
            RefusedError: DOCUMENT_DAMAGED, the bytes have another digest.
        """
        ...


class FolderDocuments:
    """Documents as files of one folder: `sha256/` for those that last, `staging/` for the rest."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self) -> None:
        """Make the folder; does nothing when it is there."""
        with storage_translated():
            for folder in (self._root, self._root / "sha256", self._root / "staging"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def try_writing(self) -> None:
        """See that every folder takes files; nothing stays of it.

        Raises:
            UnavailableError: STORAGE_UNAVAILABLE; `.at` is the folder.
        """
        staging, lasting = self._root / "staging", self._root / "sha256"
        _try_writing(staging)
        _try_writing(lasting)
        for folder in lasting.iterdir():
            _try_writing(folder)

    def staging(self, run: UUID) -> "FolderStaging":
        """Give the place where a run stages; its lock has to be held."""
        return FolderStaging(self, self._root / "staging" / run.hex)

    def read(self, sha256: bytes) -> bytes:
        """Give the document with this digest, checked."""
        path = self.path(sha256)
        try:
            content = read_regular(path, _LONGEST)
        except OSError as error:
            sentence = f"{sha256.hex()}: {error.strerror}"
            raise UnavailableError(LicenceReason.DOCUMENT_MISSING, sentence) from error
        if hashlib.sha256(content).digest() != sha256:
            raise RefusedError(LicenceReason.DOCUMENT_DAMAGED, sha256.hex(), at=path.name)
        return content

    def path(self, sha256: bytes) -> Path:
        """Give the lasting name of a document."""
        name = sha256.hex()
        return self._root.joinpath("sha256", name[:2], name[2:])


class FolderStaging:
    """The folder of one run below `staging/`."""

    def __init__(self, documents: FolderDocuments, folder: Path) -> None:
        self._documents = documents
        self._folder = folder

    def put(self, licence: UUID, form: Format, content: bytes) -> bytes:
        """Keep what was signed; create-only. Gives the bytes that stand there."""
        name = str(self._path(licence, form))
        part = f"{name}.{secrets.token_hex(8)}"
        with storage_translated():
            _write_synced(part, content)
            try:
                os.link(part, name)
            except FileExistsError:
                return read_regular(Path(name), _LONGEST)
            finally:
                os.unlink(part)  # noqa: PTH108 - once a document: a `Path` costs more than this
        return content

    def get(self, licence: UUID, form: Format) -> bytes | None:
        """Give what was signed before; `None` if nothing was."""
        with storage_translated():
            try:
                return read_regular(self._path(licence, form), _LONGEST)
            except FileNotFoundError:
                return None

    def holds(self, licence: UUID, form: Format) -> bool:
        """Is something staged?"""
        return self._path(licence, form).exists()

    def publish(self, digests: Mapping[tuple[UUID, Format], bytes]) -> None:
        """Give staged documents their lasting names; durable on return."""
        touched = set()
        with storage_translated():
            for (licence, form), sha256 in digests.items():
                path = self._documents.path(sha256)
                touched.add(path.parent)
                if _link(self._path(licence, form), path):
                    touched.add(path.parent.parent)
            for folder in touched:
                _sync(folder)

    def clear(self, licences: Collection[UUID]) -> None:
        """Forget what was staged for these licences, and the folder when it is empty."""
        names = {licence.hex for licence in licences}
        with storage_translated(), suppress(FileNotFoundError):
            left = 0
            for path in list(self._folder.iterdir()):
                if path.name.split(".", 1)[0] in names:
                    path.unlink(missing_ok=True)
                else:
                    left += 1
            if not left:
                self._folder.rmdir()

    def discard(self, licences: Collection[UUID]) -> None:
        """Forget what was staged for these licences, and take back what it was published as."""
        for licence, form in product(licences, Format):
            content = self.get(licence, form)
            if content is not None:
                with storage_translated(), suppress(FileNotFoundError):
                    lasting = self._documents.path(hashlib.sha256(content).digest())
                    if lasting.samefile(self._path(licence, form)):  # and no copy of another's
                        lasting.unlink()
        self.clear(licences)

    def _path(self, licence: UUID, form: Format) -> Path:
        return self._folder / f"{licence.hex}.{form.value}"


@contextmanager
def storage_translated() -> Iterator[None]:
    """Turn what the file system raises into UnavailableError (STORAGE_UNAVAILABLE)."""
    try:
        yield
    except OSError as error:
        sentence = f"无法存取 cannot be stored or read: {error.strerror or type(error).__name__}"
        raise UnavailableError(LicenceReason.STORAGE_UNAVAILABLE, sentence) from error


def _try_writing(folder: Path) -> None:
    with about(str(folder)), storage_translated(), NamedTemporaryFile(dir=folder):
        pass


def _write_synced(name: str, content: bytes) -> None:
    """Write a new file, and its folder if need be; on disk when this returns."""
    try:
        handle = os.open(name, _NEW, 0o600)
    except FileNotFoundError:
        _make_folder(Path(name).parent)
        handle = os.open(name, _NEW, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _link(file: Path, name: Path) -> bool:
    """Give a file another name, unless that is taken; had the name's folder to be made?"""
    made = False
    with suppress(FileExistsError):
        try:
            os.link(file, name)
        except FileNotFoundError:
            made = _make_folder(name.parent)
            os.link(file, name)
    return made


def _make_folder(folder: Path) -> bool:
    """Make a folder unless it is there; was it made?"""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return False
    return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
