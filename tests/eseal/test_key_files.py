"""Key files appear whole, for their owner only, and never in place of another."""

import os
import stat
from pathlib import Path

import pytest

from eseal.errors import MalformedError, RefusedError, UnavailableError
from eseal.key_files import MAX_SIZE, create_key_file, read_key_file
from eseal.reasons import Reason


def test_is_for_the_owner_only(tmp_path: Path) -> None:
    """The mode is 0600 whatever the umask lets through."""
    before = os.umask(0)
    try:
        create_key_file(tmp_path / "key.pem", b"content")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert read_key_file(tmp_path / "key.pem") == b"content"


def test_never_takes_the_place_of_another(tmp_path: Path) -> None:
    """An existing file stays as it is, and nothing else is left behind."""
    path = tmp_path / "key.pem"
    create_key_file(path, b"first")
    with pytest.raises(RefusedError) as refused:
        create_key_file(path, b"second")
    assert refused.value.reason is Reason.KEY_FILE_EXISTS
    assert read_key_file(path) == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails while writing leaves no half of a key."""

    def fail(descriptor: int) -> None:
        raise OSError(descriptor, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnavailableError, match="No space left") as unavailable:
        create_key_file(tmp_path / "key.pem", b"content")
    assert unavailable.value.reason is Reason.KEY_NOT_SAVED
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """Folders are not made on the way."""
    with pytest.raises(UnavailableError) as unavailable:
        create_key_file(tmp_path / "none" / "key.pem", b"content")
    assert unavailable.value.reason is Reason.KEY_NOT_SAVED


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_have_rights_on_is_refused(tmp_path: Path, mode: int) -> None:
    """Any right of the group or of others exposes the key."""
    path = tmp_path / "key.pem"
    create_key_file(path, b"content")
    path.chmod(mode)
    with pytest.raises(RefusedError) as refused:
        read_key_file(path)
    assert refused.value.reason is Reason.KEY_FILE_EXPOSED


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"<svg/>", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"PK\x03\x04", "archive"),
        (b"<!DOCTYPE html>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"-----BEGIN CERTIFICATE-----\n", "certificate"),
        (b"-----BEGIN PUBLIC KEY-----\n", "public key"),
    ],
)
def test_what_is_plainly_no_key_is_told_so(tmp_path: Path, content: bytes, said: str) -> None:
    """KEY_UNREADABLE, and no advice about its mode, which is right for what it is."""
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(MalformedError, match=said) as malformed:
        read_key_file(path)
    assert malformed.value.reason is Reason.KEY_UNREADABLE


def test_a_key_behind_a_certificate_is_exposed_all_the_same(tmp_path: Path) -> None:
    """KEY_FILE_EXPOSED: a file is judged by the secret in it, whatever comes first."""
    path = tmp_path / "both.pem"
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    with pytest.raises(RefusedError) as refused:
        read_key_file(path)
    assert refused.value.reason is Reason.KEY_FILE_EXPOSED


def test_a_read_only_file_is_good(tmp_path: Path) -> None:
    """0400 is as good as 0600."""
    path = tmp_path / "key.pem"
    create_key_file(path, b"content")
    path.chmod(0o400)
    assert read_key_file(path) == b"content"


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_is_no_file_is_told(tmp_path: Path, name: str) -> None:
    """A path that is wrong, or is a folder, is named in the error."""
    with pytest.raises(UnavailableError) as unavailable:
        read_key_file(tmp_path / name)
    assert unavailable.value.reason is Reason.KEY_UNREADABLE


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """No key is larger than 64 KiB."""
    create_key_file(tmp_path / "most", bytes(MAX_SIZE))
    assert len(read_key_file(tmp_path / "most")) == MAX_SIZE
    create_key_file(tmp_path / "more", bytes(MAX_SIZE + 1))
    with pytest.raises(UnavailableError) as unavailable:
        read_key_file(tmp_path / "more")
    assert unavailable.value.reason is Reason.KEY_UNREADABLE
