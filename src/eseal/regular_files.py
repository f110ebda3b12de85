"""Reading regular files, and nothing that would have its reader wait.

Rules kept: a pipe, a device or a socket is never waited for, nor is a file whose reading waits,
such as some in /proc; what was looked at is what is read, whatever takes its name in between.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 20
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class NotRegularError(OSError):
    """There is something of that name that is no regular file."""


def mode_of(path: Path) -> int:
    """Give a file's mode, through links; 0 where there is none, or it cannot be looked at."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):  # also a name that is too long, or has a NUL
        return 0


def is_folder(path: Path) -> bool:
    """Say whether a path is a folder's; of one that cannot be looked at it is not."""
    return stat.S_ISDIR(mode_of(path))


def is_regular(path: Path) -> bool:
    """Say whether a path is a regular file's; of one that cannot be looked at it is not."""
    return stat.S_ISREG(mode_of(path))


def read_regular(path: Path, limit: int) -> bytes:
    """Read a regular file, never more than `limit` + 1 bytes.

    Raises:
        NotRegularError: it is none.
        BlockingIOError: reading it would wait.
        IsADirectoryError: it is a folder.
        OSError: it is not there or cannot be read; its name cannot be one.
    """
    try:
        _demand_regular(path.stat().st_mode)  # a device is not even opened
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from error
    try:
        _demand_regular(os.fstat(descriptor).st_mode)
        return _read(descriptor, limit + 1)
    finally:
        os.close(descriptor)


def why_unread(error: OSError) -> str:
    """Say why a file could not be read."""
    if isinstance(error, FileNotFoundError):
        return "没有这个文件或文件夹 there is no such file or folder"
    return f"无法读取 it cannot be read: {error.strerror or error}"


def _demand_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise NotRegularError(errno.EINVAL, "不是普通文件 not a regular file")


def _read(descriptor: int, most: int) -> bytes:
    chunks: list[bytes] = []
    while most and (chunk := os.read(descriptor, min(most, _CHUNK))):
        chunks.append(chunk)
        most -= len(chunk)
    return b"".join(chunks)
