"""Files that are there whole or not at all: new ones, and those that replace others.

Rules kept: whoever reads sees the old file or the new one, never a part; what was written is on the
disk before it is seen, unless it can be had again; whoever replaces holds the folder's lock, which
is free the moment its holder ends, in whatever way it ends.
"""

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from eseal.errors import UnavailableError
from eseal.reasons import Reason

_ORDINARY: Final = 0o666
_EVERYBODY_READS: Final = 0o644
LOCK_SECONDS: Final = 60
"""How long another may hold a folder before one gives up."""
_PAUSE_SECONDS: Final = 0.05
_LOCK: Final = ".lock"
_OPEN_LOCK: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What is said where files cannot have two names."""


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in the place of another, or where none is.

    Raises:
        UnavailableError: FILE_NOT_SAVED; what was there stays.
    """
    draft = _draft_of(path)
    try:
        try:
            write_new(draft, content, mode=_EVERYBODY_READS)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise _not_saved(path, error) from error


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Wait for a folder's lock, and hold it for the block's length.

    It is a file that is there while it is held, and that nobody else may open: whoever may only
    read the folder keeps nobody waiting.

    Raises:
        UnavailableError: FILE_NOT_SAVED, there is no such folder, it cannot be written to, or
            another has held the lock for `LOCK_SECONDS`.
    """
    path = folder / _LOCK
    descriptor = _locked(path)
    try:
        yield
    finally:
        if stands_at(path, descriptor):
            path.unlink(missing_ok=True)
        os.close(descriptor)


def stands_at(path: Path, descriptor: int) -> bool:
    """Whether an open file is still the one at a path."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def create_file(path: Path, content: bytes, *, mode: int = _ORDINARY, durable: bool = True) -> None:
    """Write a file that is complete when it appears, and takes no other's place.

    Where files cannot have two names (FAT, say) it may be seen before it is complete.

    Args:
        path: of the file.
        content: all of it.
        mode: its permissions, less those that the process masks.
        durable: whether it is on the disk when this returns.

    Raises:
        FileExistsError: there is something of that name, which stays as it was.
        OSError: it cannot be written; nothing is left of it.
    """
    draft = _draft_of(path)
    try:
        write_new(draft, content, mode=mode, durable=durable)
        try:
            os.link(draft, path)
        except OSError as error:
            if error.errno not in _NO_LINKS or path.exists():
                raise
            write_new(path, content, mode=mode, durable=durable)  # which leaves no part of it
    finally:
        draft.unlink(missing_ok=True)
    if durable:
        sync_folder(path.parent)


def write_new(path: Path, content: bytes, *, mode: int, durable: bool = True) -> None:
    """Write a file that is not there yet; a durable one is on the disk when this returns.

    Raises:
        OSError: it cannot be written, and nothing is left of it; or it is there.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk; one that may be written but not read is left to it.

    Raises:
        OSError: it cannot be opened.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _draft_of(path: Path) -> Path:
    """Name a draft beside a file; not after it, for names have at most 255 bytes."""
    return path.with_name(f".{secrets.token_hex(16)}")


def _locked(path: Path) -> int:
    """Open and lock the file that stands at a path; a holder may unlink it while we wait."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            descriptor = os.open(path, _OPEN_LOCK, 0o600)
        except OSError as error:
            raise _not_saved(path if path.exists() else path.parent, error) from error
        if _takes(descriptor) and stands_at(path, descriptor):
            return descriptor
        os.close(descriptor)
        if time.monotonic() >= until:
            sentence = (
                f"另一进程占用此文件夹已超过 {LOCK_SECONDS} 秒，未写入；待其结束后重试 another "
                f"process has held this folder for {LOCK_SECONDS} seconds; nothing was written: "
                "try again when it has ended"
            )
            raise UnavailableError(Reason.FILE_NOT_SAVED, sentence, at=str(path.parent))
        time.sleep(_PAUSE_SECONDS)


def _takes(descriptor: int) -> bool:
    """Lock an open file, unless another holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _not_saved(path: Path, error: OSError) -> UnavailableError:
    why = f"无法写入 it cannot be written: {error.strerror or error}"
    return UnavailableError(Reason.FILE_NOT_SAVED, why, at=str(path))
