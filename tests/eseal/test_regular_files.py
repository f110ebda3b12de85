"""Only regular files are read, and nobody is waited for."""

import os
import stat
from pathlib import Path

import pytest

from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.regular_files import NotRegularError, is_folder, is_regular, mode_of, read_regular
from eseal.trust import load_trust

LONG = Path("a" * 300)


def test_reads_a_file_up_to_its_limit(tmp_path: Path) -> None:
    """One byte more, so that a larger one is told."""
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    assert read_regular(tmp_path / "a", 3) == b"1234"


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    """A pipe that nobody writes to, a device that never ends, a folder."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(NotRegularError):
            read_regular(path, 5)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 5)


def test_a_pipe_that_takes_a_files_name_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the file was looked at, and before it is opened."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    was = (tmp_path / "file").stat()
    monkeypatch.setattr(Path, "stat", lambda _path: was)
    with pytest.raises(NotRegularError):
        read_regular(tmp_path / "pipe", 5)


def test_a_file_whose_reading_would_wait_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /proc/kmsg, which says that it is a regular file: here a pipe that says so."""
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    monkeypatch.setattr(stat, "S_ISREG", lambda _mode: True)
    try:
        with pytest.raises(BlockingIOError):
            read_regular(tmp_path / "pipe", 5)
    finally:
        os.close(writer)


@pytest.mark.parametrize("path", [LONG, Path("a\0b"), Path("\ud800")])
def test_a_name_that_cannot_be_one_is_nothing(path: Path) -> None:
    """Too long, with a NUL, half of a character: no crash, and reading says so."""
    assert (mode_of(path), is_folder(path), is_regular(path)) == (0, False, False)
    with pytest.raises(OSError, match=r"Invalid|long"):
        read_regular(path, 5)


def test_trust_material_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe given as trust material is refused, and so is a name that is too long."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", LONG):
        with pytest.raises(RefusedError) as caught:
            load_trust(path)
        assert caught.value.reason is Reason.TRUST_UNREADABLE
