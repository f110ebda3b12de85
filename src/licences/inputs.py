"""Inputs of a verification: paths, folders, patterns and standard input, each told apart.

Nothing is skipped in silence: a path that does not exist is an input of its own with its reason,
and a folder gives all its regular files, whatever they are called (dot files excepted); what else
is in it is counted by kind.
"""

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from licences.reasons import LicenceReason

STDIN = "-"


class PassedOver(StrEnum):
    """What of a folder is no input."""

    HIDDEN = "hidden"
    DANGLING = "dangling"
    FOLDER_LINK = "folder link"
    SPECIAL = "special"


def expand(
    arguments: Iterable[str], passed_over: Counter[PassedOver] | None = None
) -> Iterator[str]:
    """List the inputs that the arguments name, in order; folders and patterns sorted.

    Args:
        arguments: files, folders, patterns, `-`.
        passed_over: counts what of the folders is no input; a hidden folder is one.
    """
    counted = Counter() if passed_over is None else passed_over
    for argument in arguments:
        path = Path(argument)
        if argument == STDIN:
            yield argument
        elif path.is_dir():
            yield from _files_below(path, counted)
        elif not path.exists() and glob.has_magic(argument):
            yield from _matches(argument, counted)
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


def _files_below(folder: Path, passed_over: Counter[PassedOver]) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        *above, name = path.relative_to(folder).parts
        if any(part.startswith(".") for part in above):
            continue  # its folder was counted
        kind = PassedOver.HIDDEN if name.startswith(".") else _no_input(path)
        if kind is not None:
            passed_over[kind] += 1
        elif path.is_file():
            yield str(path)


def _no_input(path: Path) -> PassedOver | None:
    """Say what an entry is that is neither a file nor a folder to go through."""
    if path.is_file():
        return None
    if path.is_dir():
        return PassedOver.FOLDER_LINK if path.is_symlink() else None
    return PassedOver.SPECIAL if path.exists() else PassedOver.DANGLING


def _matches(pattern: str, passed_over: Counter[PassedOver]) -> Iterator[str]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - the argument is a whole pattern, absolute or not
    if not found:
        yield pattern
    for match in found:
        path = Path(match)
        if path.is_dir():
            yield from _files_below(path, passed_over)
        else:
            yield match
