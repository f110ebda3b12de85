"""Inputs of a verification: paths, folders, patterns and standard input, each told apart.

Nothing is skipped in silence: a path that does not exist is an input of its own with its reason,
and a folder gives all its regular files, whatever they are called (dot files excepted); what else
is in it is counted by kind, and so is what `licences bulk` recorded of its own rows, told by its
name and its beginning. What is looked at is bounded: `/` is no folder of licences.
"""

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import islice, takewhile
from pathlib import Path
from typing import BinaryIO, Final

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from licences.bulk_results import RESULTS
from licences.other_files import is_bulk_results
from licences.reasons import LicenceReason

STDIN = "-"
_BEGINNING: Final = 512
MAX_ENTRIES: Final = 300_000
"""Entries of all folders together: more are verified folder by folder."""


class PassedOver(StrEnum):
    """What of a folder is no input."""

    HIDDEN = "hidden"
    DANGLING = "dangling"
    FOLDER_LINK = "folder link"
    SPECIAL = "special"
    UNREADABLE = "unreadable"
    RESULTS = "results of bulk"


def expand(
    arguments: Iterable[str], passed_over: Counter[PassedOver] | None = None
) -> Iterator[str]:
    """List the inputs that the arguments name, in order; folders and patterns sorted.

    Args:
        arguments: files, folders, patterns, `-`.
        passed_over: counts what of the folders is no input; a hidden folder is one.

    Raises:
        RefusedError: TOO_MANY_INPUTS, the folders have more than `MAX_ENTRIES` entries.
    """
    folders = _Folders(passed_over=Counter() if passed_over is None else passed_over)
    for argument in arguments:
        path = Path(argument)
        if argument == STDIN:
            yield argument
        elif path.is_dir():
            yield from folders.files_below(path)
        elif not path.exists() and glob.has_magic(argument):
            yield from _matches(argument, folders)
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
            raise RefusedError(
                LicenceReason.INPUT_UNREADABLE, "不是普通文件 not a regular file", at=name
            )
        if status.st_size > limit:
            raise RefusedError(Reason.INPUT_TOO_LARGE, f"{status.st_size} 字节 bytes", at=name)
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError as error:
        raise UnavailableError(
            LicenceReason.INPUT_NOT_FOUND, "没有这个文件 no such file", at=name
        ) from error
    except OSError as error:
        sentence = error.strerror or "无法打开 cannot be opened"
        raise UnavailableError(LicenceReason.INPUT_UNREADABLE, sentence, at=name) from error


@dataclass(kw_only=True)
class _Folders:
    """Goes through folders; counts what is no input, and all that was looked at."""

    passed_over: Counter[PassedOver]
    looked_at: int = 0

    def files_below(self, folder: Path) -> Iterator[str]:
        """Give the files of a folder and of those below it, sorted by the parts of their names."""
        waiting = self._entries(str(folder))
        while waiting:
            entry = waiting.pop()
            kind = _no_input(entry)
            if kind is not None:
                self.passed_over[kind] += 1
            elif entry.is_dir():
                waiting += self._entries(entry.path)
            else:
                yield str(Path(entry.path))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        """List a folder, the last first."""
        try:
            with os.scandir(folder) as listed:
                entries = list(islice(listed, MAX_ENTRIES - self.looked_at + 1))
        except OSError:
            self.passed_over[PassedOver.UNREADABLE] += 1
            return []
        self.looked_at += len(entries)
        if self.looked_at > MAX_ENTRIES:
            sentence = f"超过 more than {MAX_ENTRIES} 项 entries"
            raise RefusedError(LicenceReason.TOO_MANY_INPUTS, sentence, at=folder)
        return sorted(entries, key=lambda each: each.name, reverse=True)


def _no_input(entry: "os.DirEntry[str]") -> PassedOver | None:
    """Say what an entry is that is neither a file nor a folder to go through."""
    if entry.name.startswith("."):
        return PassedOver.HIDDEN
    try:
        if entry.is_file():
            return PassedOver.RESULTS if _is_results(entry) else None
        if entry.is_dir():
            return PassedOver.FOLDER_LINK if entry.is_symlink() else None
        return PassedOver.SPECIAL if Path(entry.path).exists() else PassedOver.DANGLING
    except OSError:
        return PassedOver.UNREADABLE


def _is_results(entry: "os.DirEntry[str]") -> bool:
    """Say whether a file is what `licences bulk` recorded; what cannot be read is an input."""
    if entry.name != RESULTS:
        return False
    try:
        with Path(entry.path).open("rb") as file:
            return is_bulk_results(file.read(_BEGINNING))
    except OSError:
        return False


def _matches(pattern: str, folders: _Folders) -> Iterator[str]:
    if "**" in Path(pattern).parts:
        found = list(_matches_below(pattern, folders))
    else:
        found = sorted(glob.glob(pattern))  # noqa: PTH207 - the argument is a whole pattern, absolute or not
    for match in found or [pattern]:
        path = Path(match)
        if path.is_dir():
            yield from folders.files_below(path)
        else:
            yield match


def _matches_below(pattern: str, folders: _Folders) -> Iterator[str]:
    """Give the files that a pattern with `**` means; going through folders is bounded here."""
    parts = Path(pattern).parts
    fixed = list(takewhile(lambda part: not glob.has_magic(part), parts))
    base, rules = Path(*fixed), parts[len(fixed) :]
    for name in folders.files_below(base):
        if _fits(Path(name).relative_to(base).parts, rules):
            yield name


def _fits(parts: Sequence[str], rules: Sequence[str]) -> bool:
    """Say whether a path, or a folder that it is in, meets a pattern, part by part."""
    if not rules:
        return True
    if rules[0] == "**":
        return _fits(parts, rules[1:]) or (bool(parts) and _fits(parts[1:], rules))
    return bool(parts) and fnmatchcase(parts[0], rules[0]) and _fits(parts[1:], rules[1:])
