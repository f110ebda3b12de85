"""The document store keeps bytes under their digest, whole or not at all, and never changes any."""

import hashlib
import os
from pathlib import Path
from uuid import uuid4

import pytest

from eseal.errors import RefusedError, UnavailableError
from eseal.pdf.structure import MAX_PDF_BYTES
from licences import documents as documents_module
from licences.documents import FolderDocuments
from licences.model import Format
from licences.reasons import LicenceReason

CONTENT = b"a document (\xe6\xa0\xb7\xe6\x9c\xac)"
DIGEST = hashlib.sha256(CONTENT).digest()


@pytest.fixture
def documents(tmp_path: Path) -> FolderDocuments:
    """An empty store."""
    store = FolderDocuments(tmp_path / "documents")
    store.create()
    return store


def files(documents: FolderDocuments) -> list[Path]:
    """All files of a store, staged ones included."""
    root = documents.path(DIGEST).parents[2]
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_publishes_what_was_staged(documents: FolderDocuments) -> None:
    """A staged document gets its lasting name, and staging leaves nothing behind."""
    staging, licence = documents.staging(uuid4()), uuid4()
    assert staging.get(licence, Format.PDF) is None
    assert staging.put(licence, Format.PDF, CONTENT) == CONTENT
    assert staging.get(licence, Format.PDF) == CONTENT
    staging.publish({(licence, Format.PDF): DIGEST})
    staging.clear({licence})
    assert documents.read(DIGEST) == CONTENT
    assert files(documents) == [documents.path(DIGEST)]


def test_staging_is_create_only(documents: FolderDocuments) -> None:
    """What was signed first stays: a second signature over the same licence is dropped."""
    staging, licence = documents.staging(uuid4()), uuid4()
    staging.put(licence, Format.JSON, b"first")
    assert staging.put(licence, Format.JSON, b"second") == b"first"
    assert staging.get(licence, Format.JSON) == b"first"


def test_publishing_twice_is_publishing_once(documents: FolderDocuments) -> None:
    """A retry may publish again; the document is there once."""
    for _ in range(2):
        staging, licence = documents.staging(uuid4()), uuid4()
        staging.put(licence, Format.JSON, CONTENT)
        staging.publish({(licence, Format.JSON): DIGEST})
        staging.clear({licence})
    assert files(documents) == [documents.path(DIGEST)]


def test_clears_only_what_is_finished(documents: FolderDocuments) -> None:
    """Other licences of the run stay staged; half-written files of the finished one do not."""
    run, done, open_ = uuid4(), uuid4(), uuid4()
    staging = documents.staging(run)
    staging.put(done, Format.JSON, b"done")
    staging.put(open_, Format.JSON, b"open")
    folder = next(path.parent for path in files(documents))
    (folder / f"{done.hex}.json.0123").write_bytes(b"half")
    staging.clear({done})
    assert [path.name for path in files(documents)] == [f"{open_.hex}.json"]
    staging.clear({open_})
    staging.clear({open_})
    assert not folder.exists()


def test_takes_back_what_came_to_nothing(documents: FolderDocuments) -> None:
    """Staged or published, with the other licences of the run left as they are."""
    failed, other = uuid4(), uuid4()
    staging = documents.staging(uuid4())
    staging.put(failed, Format.JSON, b"in vain")
    staging.put(failed, Format.PDF, CONTENT)
    staging.put(other, Format.JSON, b"open")
    staging.publish({(failed, Format.PDF): DIGEST})
    staging.discard({failed})
    assert [path.name for path in files(documents)] == [f"{other.hex}.json"]


def test_only_the_owner_can_read(documents: FolderDocuments) -> None:
    """Documents hold personal data: files have mode 0600, folders 0700."""
    staging, licence = documents.staging(uuid4()), uuid4()
    staging.put(licence, Format.JSON, CONTENT)
    staging.publish({(licence, Format.JSON): DIGEST})
    path = documents.path(DIGEST)
    assert path.stat().st_mode & 0o777 == 0o600
    assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in path.parents[:3])


def test_says_that_a_document_is_missing(documents: FolderDocuments) -> None:
    """DOCUMENT_MISSING: the store never had it, or lost it."""
    with pytest.raises(UnavailableError) as caught:
        documents.read(DIGEST)
    assert caught.value.reason is LicenceReason.DOCUMENT_MISSING


def test_waits_for_no_pipe_in_the_place_of_a_document(documents: FolderDocuments) -> None:
    """DOCUMENT_MISSING: what stands there is no document."""
    path = documents.path(DIGEST)
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(UnavailableError) as caught:
        documents.read(DIGEST)
    assert caught.value.reason is LicenceReason.DOCUMENT_MISSING


def test_reads_as_much_as_a_verifier() -> None:
    """The limit stands there without the PDF reader that has it, which takes long to load."""
    assert documents_module._LONGEST == MAX_PDF_BYTES


def test_refuses_a_damaged_document(documents: FolderDocuments) -> None:
    """DOCUMENT_DAMAGED: the bytes under a digest have another."""
    path = documents.path(DIGEST)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT + b" ")
    with pytest.raises(RefusedError) as caught:
        documents.read(DIGEST)
    assert caught.value.reason is LicenceReason.DOCUMENT_DAMAGED


def test_says_that_the_store_cannot_be_written(tmp_path: Path) -> None:
    """STORAGE_UNAVAILABLE: the folder is not there."""
    with pytest.raises(UnavailableError) as caught:
        FolderDocuments(tmp_path / "none").staging(uuid4()).put(uuid4(), Format.JSON, CONTENT)
    assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE


def test_tries_every_folder_and_leaves_nothing(documents: FolderDocuments) -> None:
    """STORAGE_UNAVAILABLE names the folder that takes nothing, be it one of those below."""
    path = documents.path(DIGEST)
    path.parent.mkdir(parents=True)
    documents.try_writing()
    assert files(documents) == []
    path.parent.rmdir()
    path.parent.touch()
    with pytest.raises(UnavailableError) as caught:
        documents.try_writing()
    assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE
    assert caught.value.at == str(path.parent)


def test_does_not_publish_what_was_never_staged(documents: FolderDocuments) -> None:
    """STORAGE_UNAVAILABLE: nothing gets a lasting name without its bytes, now or at a retry."""
    for _ in range(2):
        with pytest.raises(UnavailableError) as caught:
            documents.staging(uuid4()).publish({(uuid4(), Format.JSON): DIGEST})
        assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE
    assert files(documents) == []
