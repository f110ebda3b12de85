"""Status lists in files, as they were fetched: every list in them, believed in nothing yet.

Rules kept: a folder gives its files named *.jwt, and its folder `status` if it has one, as
publishing makes it; a file that is no status list refuses the whole, named, so that nobody takes
"no list" for an answer by spoiling one; sizes and counts are bounded.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose.status_list import MAX_TOKEN_BYTES, StatusListToken, read_status_list
from eseal.reasons import Reason
from licences.status_lists import StatusLists

MAX_FILES: Final = 10_000

_FOLDER: Final = "status"


def load_status_lists(paths: Iterable[Path]) -> StatusLists:
    """Load the lists of files and folders.

    Raises:
        MalformedError: STATUS_LIST_MALFORMED, a file is none; `.at` names it.
        RefusedError: UNREADABLE_FILE; STATUS_LIST_INVALID, one is not signed.
    """
    files = [file for path in paths for file in _files(path)]
    if len(files) > MAX_FILES:
        raise RefusedError(Reason.STATUS_LIST_MALFORMED, f"more than {MAX_FILES} files")
    return StatusLists(map(_read, files))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder in (path, path / _FOLDER):
        yield from sorted(folder.glob("*.jwt"))


def _read(file: Path) -> StatusListToken:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_TOKEN_BYTES + 1)
        return read_status_list(data)
    except OSError as error:
        sentence = error.strerror or "it cannot be read"
        raise RefusedError(Reason.UNREADABLE_FILE, sentence, at=str(file)) from error
    except MalformedError as error:
        raise MalformedError(error.reason, error.sentence, at=str(file)) from error
    except EvidenceError as error:
        raise RefusedError(error.reason, error.sentence, at=str(file)) from error
