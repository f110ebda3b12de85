"""Inputs of a verification: paths, folders, patterns and standard input, each told apart.

Nothing is skipped in silence: a path that does not exist is an input of its own with its reason,
and a folder gives all its regular files, whatever they are called (dot files excepted); what else
is in it is counted by kind, and so is what `licences bulk` recorded of its own rows, told by its
name and its beginning. What of a folder cannot be looked at is an input that cannot be read. What
is looked at is bounded: `/` is no folder of licences. Standard input is what the argument `-`
alone means; a file may have that name.
"""

import errno
import glob
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from itertools import islice, takewhile
from pathlib import Path
from typing import Final

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.regular_files import NotRegularError, is_folder, is_regular, mode_of, read_regular
from eseal.sizes import too_large
from licences.bulk_results import RESULTS
from licences.other_files import is_bulk_results
from licences.passed_over import Entries, PassedOver
from licences.reasons import LicenceReason

_BEGINNING: Final = 512
MAX_ENTRIES: Final = 300_000
"""Entries of all folders together: more are verified folder by folder."""


class Standard(Enum):
    """Standard input: no file can be called so."""

    INPUT = "-"


STDIN: Final = Standard.INPUT
Input = str | Standard
"""A path, or standard input."""


def expand(arguments: Iterable[str], passed_over: Entries | None = None) -> Iterator[Input]:
    """List the inputs that the arguments name, in order; folders and patterns sorted.

    Folders that cannot be looked into are inputs themselves, behind the others.

    Args:
        arguments: files, folders, patterns, `-`.
        passed_over: told what of the folders is no input; a hidden folder is one.

    Raises:
        RefusedError: TOO_MANY_INPUTS, the folders have more than `MAX_ENTRIES` entries.
    """
    folders = _Folders(passed_over=passed_over or Entries())
    for argument in arguments:
        path = Path(argument)
        mode = mode_of(path)
        if argument == STDIN.value:
            yield STDIN
        elif stat.S_ISDIR(mode):
            yield from folders.files_below(path)
        elif not mode and glob.has_magic(argument):
            yield from folders.matches(argument)
        else:
            yield argument
    yield from folders.closed


def written(name: Input) -> str:
    """Give a name as text that every output can hold: bytes that are no UTF-8 are escaped."""
    if isinstance(name, Standard):
        return name.value
    told = f"./{name}" if name == STDIN.value else name
    return os.fsencode(told).decode("utf-8", errors="backslashreplace")


def read_stdin(limit: int) -> bytes:
    """Read standard input, never more than `limit` + 1 bytes.

    Raises:
        UnavailableError: there is none, or it cannot be read.
    """
    try:
        return sys.stdin.buffer.read(limit + 1)
    except (AttributeError, OSError, ValueError) as error:
        sentence = "无法读取标准输入 standard input cannot be read"
        raise UnavailableError(LicenceReason.INPUT_UNREADABLE, sentence, at="-") from error


def read_input(name: str, limit: int) -> bytes:
    """Read the bytes of a file, never more than `limit` + 1.

    Raises:
        UnavailableError: it does not exist, cannot be opened, or would have to be waited for.
        RefusedError: it is larger than `limit` bytes (told before reading), or no regular file.
    """
    path = Path(name)
    try:
        if is_regular(path) and path.stat().st_size > limit:
            raise RefusedError(Reason.INPUT_TOO_LARGE, too_large(limit), at=name)
        return read_regular(path, limit)
    except FileNotFoundError as error:
        raise UnavailableError(
            LicenceReason.INPUT_NOT_FOUND, "没有这个文件 no such file", at=name
        ) from error
    except IsADirectoryError as error:
        sentence = "是文件夹，无法读取 a folder, and it cannot be read"
        raise RefusedError(LicenceReason.INPUT_UNREADABLE, sentence, at=name) from error
    except NotRegularError as error:
        sentence = "不是普通文件 not a regular file"
        raise RefusedError(LicenceReason.INPUT_UNREADABLE, sentence, at=name) from error
    except OSError as error:
        sentence = f"无法打开 cannot be opened: {error.strerror or error}"
        raise UnavailableError(LicenceReason.INPUT_UNREADABLE, sentence, at=name) from error


@dataclass(kw_only=True)
class _Folders:
    """Goes through folders; counts what is no input, and all that was looked at.

    Attributes:
        passed_over: told what is no input.
        looked_at: entries so far.
        closed: folders that could not be looked into.
    """

    passed_over: Entries
    looked_at: int = 0
    closed: list[str] = field(default_factory=list)

    def files_below(self, folder: Path) -> Iterator[str]:
        """Give the files of a folder and of those below it, sorted by the parts of their names."""
        waiting = self._entries(str(folder))
        while waiting:
            entry = waiting.pop()
            kind = _no_input(entry)
            if kind is not None:
                self.passed_over.add(kind, written(entry.path))
            elif is_folder(Path(entry.path)):
                waiting += self._entries(entry.path)
            else:
                yield str(Path(entry.path))

    def matches(self, pattern: str) -> Iterator[str]:
        """Give the files that a pattern means, those of folders that it means too; else itself."""
        parts = Path(pattern).parts
        fixed = list(takewhile(lambda part: not glob.has_magic(part), parts))
        rules = parts[len(fixed) :]
        plain = list(takewhile(lambda rule: rule != "**", rules))
        found = [Path(*fixed)]
        for rule in plain:
            found = [each for path in found if is_folder(path) for each in self._next(path, rule)]
        rest = rules[len(plain) :]
        met = bool(found) and not rest
        for path in found:
            for name in self._files_of(path, rest):
                met = True
                yield name
        if not met:
            yield pattern

    def _next(self, folder: Path, rule: str) -> list[Path]:
        """Give what of a folder meets one part of a pattern; a folder's link is passed over."""
        if not glob.has_magic(rule):
            return [folder / rule] if os.path.lexists(folder / rule) else []
        found: list[Path] = []
        for entry in reversed(self._entries(str(folder))):
            hidden = entry.name.startswith(".") and not rule.startswith(".")
            if hidden or not fnmatchcase(entry.name, rule):
                continue
            if entry.is_symlink() and is_folder(Path(entry.path)):
                self.passed_over.add(PassedOver.FOLDER_LINK, written(entry.path))
            else:
                found.append(folder / entry.name)
        return found

    def _files_of(self, path: Path, rules: Sequence[str]) -> Iterator[str]:
        """Give a file that was found, or those of a folder that meet the rest of a pattern."""
        if is_folder(path):
            for name in self.files_below(path):
                if _fits(Path(name).relative_to(path).parts, rules):
                    yield name
        elif not rules:
            yield str(path)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        """List a folder, the last first."""
        try:
            with os.scandir(folder) as listed:
                entries = list(islice(listed, MAX_ENTRIES - self.looked_at + 1))
        except OSError:
            self.closed.append(folder)
            return []
        self.looked_at += len(entries)
        if self.looked_at > MAX_ENTRIES:
            sentence = f"超过 more than {MAX_ENTRIES} 项 entries"
            raise RefusedError(LicenceReason.TOO_MANY_INPUTS, sentence, at=folder)
        return sorted(entries, key=lambda each: each.name, reverse=True)


def _no_input(entry: "os.DirEntry[str]") -> PassedOver | None:
    """Say what an entry is that is neither file nor folder; what cannot be told may be either."""
    if entry.name.startswith("."):
        return PassedOver.HIDDEN
    try:
        if entry.is_file():
            return PassedOver.RESULTS if _is_results(entry) else None
        if entry.is_dir():
            return PassedOver.FOLDER_LINK if entry.is_symlink() else None
        return PassedOver.SPECIAL if Path(entry.path).exists() else PassedOver.DANGLING
    except OSError as error:
        return PassedOver.DANGLING if error.errno == errno.ELOOP else None


def _is_results(entry: "os.DirEntry[str]") -> bool:
    """Say whether a file is what `licences bulk` recorded; what cannot be read is an input."""
    if entry.name != RESULTS:
        return False
    try:
        return is_bulk_results(read_regular(Path(entry.path), _BEGINNING))
    except OSError:
        return False


def _fits(parts: Sequence[str], rules: Sequence[str]) -> bool:
    """Say whether a path, or a folder that it is in, meets a pattern, part by part."""
    reached = _skipping({0}, rules)
    for part in parts:
        if len(rules) in reached:
            return True
        reached = _skipping(
            {
                number if rules[number] == "**" else number + 1
                for number in reached
                if rules[number] == "**" or fnmatchcase(part, rules[number])
            },
            rules,
        )
    return len(rules) in reached


def _skipping(reached: set[int], rules: Sequence[str]) -> set[int]:
    """Add how far one is in a pattern where `**` stands for no folder at all."""
    for number, rule in enumerate(rules):
        if rule == "**" and number in reached:
            reached.add(number + 1)
    return reached
