"""Status lists and signed histories in files, as they were fetched; believed in nothing yet.

Rules kept: a folder gives its files named *.jwt, in small letters or capitals, and those of its
folder `status` if it has one, as publishing makes it; a file that is neither refuses the whole,
named, so that nobody takes "no list" for an answer by spoiling one; sizes and counts are bounded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose.statements import statement_type
from eseal.jose.status_list import MAX_TOKEN_BYTES, StatusListToken, read_status_list
from eseal.reasons import Reason
from eseal.regular_files import read_regular, why_unread
from licences.history_statement import HISTORY_TYP, HistoryStatement, read_history
from licences.status_check import StatusSources

MAX_FILES: Final = 10_000
MAX_UNPACKED: Final = 512 * 1024 * 1024
"""Bytes of all lists together; those of ten million licences are a hundredth of it."""

_FOLDER: Final = "status"


@dataclass(kw_only=True)
class Room:
    """How many bytes the lists may still have, unpacked, that are read by it."""

    left: int

    def take(self, token: StatusListToken) -> None:
        """Count a list; raises MalformedError STATUS_LIST_MALFORMED where there is no room."""
        size = len(token.statuses.data)
        if size > self.left:
            sentence = (
                "各列表合计展开后过大 all lists together unpack to too much: "
                f"{size}，还可有 of which there may be {self.left} 字节 bytes"
            )
            raise MalformedError(Reason.STATUS_LIST_MALFORMED, sentence)
        self.left -= size


def load_statuses(
    paths: Iterable[Path], *, also: Iterable[tuple[str, bytes]] = ()
) -> StatusSources:
    """Load the lists and histories of files and folders.

    Args:
        paths: the files and folders.
        also: name and bytes of others that were read before.

    Raises:
        MalformedError: STATUS_LIST_MALFORMED, HISTORY_MALFORMED; `.at` names the file.
        RefusedError: UNREADABLE_FILE; STATUS_LIST_INVALID, HISTORY_INVALID.
    """
    return read_statuses(chain(also, status_files(paths)))


def status_files(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Give name and bytes of the lists and histories of files and folders, not read yet.

    A file that is named in two ways is given once.

    Raises:
        RefusedError: UNREADABLE_FILE; STATUS_LIST_MALFORMED, there are too many.
    """
    found = (file for path in paths for file in _files(path))
    files = list({file.resolve(): file for file in found}.values())
    if len(files) > MAX_FILES:
        raise RefusedError(Reason.STATUS_LIST_MALFORMED, f"超过 more than {MAX_FILES} 份文件 files")
    return ((str(file), _read(file)) for file in files)


def read_statuses(files: Iterable[tuple[str, bytes]], room: Room | None = None) -> StatusSources:
    """Read lists and histories; raises as `load_statuses`.

    Args:
        files: name and bytes of each.
        room: what the lists may have unpacked; `MAX_UNPACKED` if `None`.
    """
    room = room or Room(left=MAX_UNPACKED)
    lists: list[StatusListToken] = []
    histories: list[HistoryStatement] = []
    for name, data in files:
        try:
            if statement_type(data) == HISTORY_TYP:
                histories.append(read_history(data))
            else:
                token = read_status_list(data)
                room.take(token)
                lists.append(token)
        except MalformedError as error:
            raise MalformedError(error.reason, error.sentence, at=name) from error
        except EvidenceError as error:
            raise RefusedError(error.reason, error.sentence, at=name) from error
    return StatusSources(lists, histories)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder in (path, path / _FOLDER):
        if folder.is_dir():
            yield from sorted(each for each in _listed(folder) if each.suffix.lower() == ".jwt")


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise _unreadable(error, folder) from error


def _read(file: Path) -> bytes:
    try:
        return read_regular(file, MAX_TOKEN_BYTES)
    except OSError as error:
        raise _unreadable(error, file) from error


def _unreadable(error: OSError, path: Path) -> RefusedError:
    return RefusedError(Reason.UNREADABLE_FILE, why_unread(error), at=str(path))
