"""Files that hold a private key: written once and for the owner only, read only if still so.

Rules kept:
    - a file appears whole or not at all, with mode 0600, and never takes the place of another;
    - a file that others may read or write is refused; one that is plainly something else is told to
      be that, for its mode is right;
    - no more than 64 KiB is read.
"""

import os
import stat
from pathlib import Path
from typing import Final

from eseal.beginnings import Beginning, told_by_beginning
from eseal.errors import MalformedError, RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.sizes import too_large
from eseal.whole_files import create_file

MAX_SIZE: Final = 64 * 1024
_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077
_MAYBE_KEYS: Final = frozenset({Beginning.PRIVATE_KEY, Beginning.DER})


def create_key_file(path: Path, content: bytes) -> None:
    """Write a new file, mode 0600, that is complete when it appears.

    Raises:
        RefusedError: KEY_FILE_EXISTS.
        UnavailableError: KEY_NOT_SAVED, the folder does not take it.
    """
    try:
        create_file(path, content, mode=_OWNER_ONLY)
    except FileExistsError as error:
        raise RefusedError(Reason.KEY_FILE_EXISTS, f"文件已存在 {path} exists already") from error
    except OSError as error:
        sentence = f"无法写入 {path} cannot be written: {error.strerror}"
        raise UnavailableError(Reason.KEY_NOT_SAVED, sentence) from error


def read_key_file(path: Path) -> bytes:
    """Read a file that only its owner can read.

    Raises:
        MalformedError: KEY_UNREADABLE, it is a certificate, say, or a picture.
        RefusedError: KEY_FILE_EXPOSED.
        UnavailableError: KEY_UNREADABLE, there is no such file, or it is too large.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(MAX_SIZE + 1)
    except OSError as error:
        sentence = f"无法读取 {path} cannot be read: {error.strerror}"
        raise UnavailableError(Reason.KEY_UNREADABLE, sentence) from error
    _check_kind(path, content)
    demand_private(path, status.st_mode)
    if len(content) > MAX_SIZE:
        raise UnavailableError(Reason.KEY_UNREADABLE, f"{too_large(MAX_SIZE)}: {path}")
    return content


def demand_private(path: Path, mode: int) -> None:
    """Insist that nobody but its owner may read or write the file of a secret.

    Raises:
        RefusedError: KEY_FILE_EXPOSED.
    """
    if stat.S_IMODE(mode) & _OTHERS:
        raise RefusedError(
            Reason.KEY_FILE_EXPOSED,
            f"他人有权读写，请改权限 others have rights on {path}; chmod 600 it",
        )


def _check_kind(path: Path, content: bytes) -> None:
    """Refuse what is no key, as somebody sees who looks at its beginning."""
    kind = told_by_beginning(content)
    if kind is not None and kind not in _MAYBE_KEYS and b"PRIVATE KEY" not in content:
        raise MalformedError(Reason.KEY_UNREADABLE, f"{path} 是{kind.value}, and no private key")
