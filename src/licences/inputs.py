"""Inputs of a verification: paths, folders, patterns and standard input, each told apart.

Nothing is skipped in silence: a path that does not exist is an input of its own with its reason,
and a folder gives all its regular files, whatever they are called (dot files excepted).
"""

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from licences.reasons import LicenceReason

STDIN = "-"


def expand(arguments: Iterable[str]) -> Iterator[str]:
    """List the inputs that the arguments name, in order; folders and patterns sorted."""
    for argument in arguments:
        path = Path(argument)
        if argument == STDIN:
            yield argument
        elif path.is_dir():
            yield from _files_below(path)
        elif not path.exists() and glob.has_magic(argument):
            yield from _matches(argument)
        else:
            yield argument


def written(name: str) -> str:
    """Give a name as text that every output can hold: bytes that are no UTF-8 are escaped."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def read_input(name: str, limit: int, stdin: BinaryIO) -> bytes:
    """Read the bytes of an input, never more than `limit` + 1.

    Raises:
        UnavailableError: it does not exist or cannot be opened.
        RefusedError: it is larger than `limit` bytes (told before reading), or no regular file.
    """
    if name == STDIN:
        return stdin.read(limit + 1)
    path = Path(name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise RefusedError(LicenceReason.INPUT_UNREADABLE, "not a regular file", at=name)
        if status.st_size > limit:
            raise RefusedError(Reason.INPUT_TOO_LARGE, f"{status.st_size} bytes", at=name)
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError as error:
        raise UnavailableError(LicenceReason.INPUT_NOT_FOUND, "no such file", at=name) from error
    except OSError as error:
        sentence = error.strerror or "cannot be opened"
        raise UnavailableError(LicenceReason.INPUT_UNREADABLE, sentence, at=name) from error


def _files_below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file():
            yield str(path)


def _matches(pattern: str) -> Iterator[str]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - the argument is a whole pattern, absolute or not
    if not found:
        yield pattern
    for match in found:
        path = Path(match)
        if path.is_dir():
            yield from _files_below(path)
        else:
            yield match
