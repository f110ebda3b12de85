"""New files are complete when they appear, take no other's place, and leave nothing behind."""

import errno
import os
from pathlib import Path

import pytest

from eseal.whole_files import create_file


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


def _no_links(*_names: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))
