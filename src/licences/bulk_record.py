"""The file in the output folder of a bulk job that records what became of its rows.

Rules kept: `results.ndjson` is only appended to while a job runs, so that a killed one loses
nothing; until it has come to its end the last line of a row counts. A job that went on and came to
its end leaves one line a row that is in the file now, in order, replaced at once; after them stand
the licences that were issued for rows that are not in the file any more, each once and without a
row. That something was issued the register says, not this file. One process at a time writes it: it
holds the file's lock, which is free the moment that process ends, in whatever way it ends.
"""

import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Final

from eseal.errors import RefusedError, UnavailableError
from eseal.regular_files import read_regular
from eseal.whole_files import stands_at
from licences.bulk_results import RESULTS, RowOutcome, RowResult, read_result
from licences.output import unwritable
from licences.reasons import LicenceReason

_ITSELF: Final = os.O_CLOEXEC | os.O_NOFOLLOW
"""Of whoever else may write to the folder, no link leads the job to another file."""
_OPEN_RECORD: Final = os.O_RDWR | os.O_CREAT | _ITSELF
_APPEND: Final = os.O_WRONLY | os.O_APPEND | _ITSELF
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _ITSELF


class Hold:
    """The lock of a job's record, held until it is closed."""

    def __init__(self, path: Path) -> None:
        """Take it.

        Raises:
            BlockingIOError: another process holds it.
            OSError: the file cannot be opened or made.
        """
        self._descriptor = -1
        while self._descriptor < 0:
            self._descriptor = os.open(path, _OPEN_RECORD, 0o600)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.close()
                raise
            if not stands_at(path, self._descriptor):  # whoever had it has put another in its place
                self.close()

    def cut(self, size: int) -> None:
        """Leave so many bytes of the record."""
        os.ftruncate(self._descriptor, size)

    def close(self) -> None:
        """Give it back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What earlier runs of a job recorded.

    Attributes:
        last: of each row, what was recorded last.
        issued: of each row, what was issued last.
        licences: what was issued, by its identifier.
        by_digest: what was issued, by the data.
        by_key: what was issued, by the licence's number.
        hold: the lock of the record, as long as the job runs.
    """

    last: dict[int, RowResult] = field(default_factory=dict)
    issued: dict[int, RowResult] = field(default_factory=dict)
    licences: dict[str, RowResult] = field(default_factory=dict)
    by_digest: dict[str, RowResult] = field(default_factory=dict)
    by_key: dict[str, RowResult] = field(default_factory=dict)
    hold: Hold | None = None

    def add(self, result: RowResult) -> None:
        """Take a line of the record."""
        if not result.left:
            self.last[result.number] = result
        if result.outcome is RowOutcome.ISSUED:
            if not (result.left and result.number in self.issued):
                self.issued[result.number] = result
            self.licences[result.identifier] = self.by_digest[result.digest] = result
            self.by_key.update({result.key: result} if result.key else {})

    def has(self, result: RowResult) -> bool:
        """Whether this is what was recorded last of the row, and is issued."""
        last = self.last.get(result.number)
        return (
            last is not None
            and result.outcome is RowOutcome.ISSUED
            and last.digest == result.digest
            and last.identifier == result.identifier
            and last.repeats == result.repeats
        )


def results_so_far(out: Path, *, resume: bool, stem: str) -> Earlier:
    """Read what earlier runs recorded; a last line that a kill cut off is dropped.

    Args:
        out: the output folder; made if it is missing.
        resume: whether there may be results.
        stem: what the identifiers of this job begin with: root, type, department.

    Raises:
        RefusedError: JOB_EXISTS, there are results; JOB_OF_OTHERS, those of another type or
            department; JOB_MISSING, there is none to go on with.
        MalformedError: JOB_MALFORMED.
        UnavailableError: OUTPUT_UNWRITABLE; JOB_RUNNING, another process is at it.
    """
    path = out / RESULTS
    try:
        if resume and not path.exists():
            raise RefusedError(LicenceReason.JOB_MISSING, "没有 there is none", at=str(path))
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        hold = Hold(path)
        content = read_regular(path, sys.maxsize)
    except BlockingIOError as error:
        sentence = "另一进程正在此文件夹中批量签发 another process is at a job in this folder"
        raise UnavailableError(LicenceReason.JOB_RUNNING, sentence, at=str(out)) from error
    except OSError as error:
        raise unwritable(out, error) from error
    if content and not resume:
        raise RefusedError(LicenceReason.JOB_EXISTS, str(path))
    *lines, rest = content.split(b"\n")
    earlier = Earlier(hold=hold)
    for number, line in enumerate(lines, 1):
        earlier.add(read_result(line, number))
    for each in earlier.licences:
        if not each.startswith(stem):
            zh, en = f"其中有 {each}，没有改动", "is in it, and nothing was touched"
            raise RefusedError(LicenceReason.JOB_OF_OTHERS, f"{zh} {en}", at=str(path))
    if rest:
        hold.cut(len(content) - len(rest))
    return earlier


def recorded(
    path: Path, results: Iterable[RowResult], earlier: Earlier, *, finished: Callable[[], bool]
) -> Iterator[RowResult]:
    """Append every result that is new, and put all in order when an earlier run left some.

    The record's lock is given back after that.

    Args:
        path: of the record.
        results: in the order of the rows; after them what was issued and has no row any more.
        earlier: what the record has.
        finished: asked after the last result, whether those are all rows of the file.

    Raises:
        UnavailableError: OUTPUT_UNWRITABLE; what was issued is in the register all the same.
    """
    appended = _appended(path, results, earlier)
    with _writing(path):
        is_new = not path.stat().st_size
    told = appended if is_new else _put_in_order(path, appended, finished)
    return _held(told, earlier.hold)


def _held(results: Iterable[RowResult], hold: Hold | None) -> Iterator[RowResult]:
    """Give the lock back after the last of what is done."""
    try:
        yield from results
    finally:
        if hold is not None:
            hold.close()


def _appended(path: Path, results: Iterable[RowResult], earlier: Earlier) -> Iterator[RowResult]:
    with _opened(path, _APPEND) as file:
        for result in results:
            if not result.left and not earlier.has(result):
                _write(file, path, result)
            yield result
        _keep(file, path)


def _put_in_order(
    path: Path, results: Iterable[RowResult], finished: Callable[[], bool]
) -> Iterator[RowResult]:
    """Write these results anew; once they are in place, the name is whoever's is next."""
    part = path.with_name(f".{path.name}.part")
    with ExitStack() as unless_placed:
        unless_placed.callback(part.unlink, missing_ok=True)
        with _writing(part):
            part.unlink(missing_ok=True)
        with _opened(part, _NEW) as file:
            for result in results:
                _write(file, part, result)
                yield result
            _keep(file, part)
        if finished():
            with _writing(path):
                _put_in_place(part, path)
            unless_placed.pop_all()


def _put_in_place(part: Path, path: Path) -> None:
    part.replace(path)


def _opened(path: Path, flags: int) -> FileIO:
    """Open a file without a buffer: what could not be written is not tried again at its end."""
    with _writing(path):
        return FileIO(os.open(path, flags, 0o600), "wb")


def _write(file: FileIO, path: Path, result: RowResult) -> None:
    rest = _line(result)
    with _writing(path):
        while rest:
            rest = rest[file.write(rest) :]


def _keep(file: FileIO, path: Path) -> None:
    with _writing(path):
        os.fsync(file.fileno())


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(path.parent, error) from error


def _line(result: RowResult) -> bytes:
    return json.dumps(result.as_json(), ensure_ascii=False).encode() + b"\n"
