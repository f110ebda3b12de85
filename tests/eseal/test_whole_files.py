"""New files are complete when they appear, take no other's place, and leave nothing behind."""

import errno
import fcntl
import os
from pathlib import Path

import pytest

from eseal import whole_files
from eseal.errors import UnavailableError
from eseal.reasons import Reason
from eseal.whole_files import create_file, folder_lock, replace_file


def test_makes_a_file(tmp_path: Path) -> None:
    """Its bytes, its permissions, and nothing beside it."""
    create_file(tmp_path / "a", b"content", mode=0o600)
    assert (tmp_path / "a").read_bytes() == b"content"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("links", [True, False])
def test_takes_no_others_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    """What is there stays, whether or not files can have two names."""
    (tmp_path / "a").write_bytes(b"other")
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(OSError, match=r"exists|permitted"):
        create_file(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"other"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_where_files_cannot_have_two_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a memory stick (FAT): the file is written all the same."""
    monkeypatch.setattr(os, "link", _no_links)
    create_file(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the file nor a part of it."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        create_file(tmp_path / "a", b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_where_files_cannot_have_two_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft fits, the file itself does not: no part of it stands under its name."""
    sync, calls = os.fsync, list[int]()

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "link", _no_links)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        create_file(tmp_path / "a", b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_name_may_be_as_long_as_names_can_be(tmp_path: Path) -> None:
    """In bytes, of which a character has up to four; the draft's name is its own."""
    name = "\U00020000" * 63
    create_file(tmp_path / name, b"content")
    replace_file(tmp_path / name, b"other")
    assert (tmp_path / name).read_bytes() == b"other"
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_folder_that_may_not_be_read_takes_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box to drop files into: the file is there, and nothing is said to have failed."""
    opened = os.open

    def closed(path: Path, flags: int, mode: int = 0o777) -> int:
        if path == tmp_path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", closed)
    create_file(tmp_path / "a", b"content")
    replace_file(tmp_path / "b", b"content")
    monkeypatch.undo()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "b"]


def _no_links(*_names: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_who_may_only_read_a_folder_keeps_nobody_waiting(tmp_path: Path) -> None:
    """A lock on the folder itself is none; that of who works there nobody else may open."""
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with folder_lock(tmp_path):
        (lock,) = tmp_path.iterdir()
        assert lock.stat().st_mode & 0o777 == 0o600
    os.close(descriptor)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_another_holds_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FILE_NOT_SAVED after a time, and not a silent wait; what is there stays."""
    monkeypatch.setattr(whole_files, "LOCK_SECONDS", 0)
    with folder_lock(tmp_path), pytest.raises(UnavailableError) as caught, folder_lock(tmp_path):
        pass
    assert (caught.value.reason, caught.value.at) == (Reason.FILE_NOT_SAVED, str(tmp_path))
    assert "another process has held this folder" in caught.value.sentence


def test_a_lock_that_was_left_is_taken(tmp_path: Path) -> None:
    """As by a process that was killed; a link in its place is not followed."""
    (tmp_path / ".lock").touch()
    with folder_lock(tmp_path):
        pass
    (tmp_path / ".lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnavailableError), folder_lock(tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()
