"""What became of the rows of a bulk job, and the file in its output folder that records it.

Rules kept: `results.ndjson` is only appended to while a job runs, so that a killed one loses
nothing; a job that went on puts it in order at its end, one line a row, replaced at once.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from eseal.errors import MalformedError, RefusedError, UnavailableError
from licences.field_rules import Problem
from licences.licence_life import Standing
from licences.reasons import LicenceReason

RESULTS = "results.ndjson"


class RowOutcome(StrEnum):
    """What became of a row."""

    ISSUED = "issued"
    REFUSED = "refused"
    GOOD = "good"


@dataclass(frozen=True, kw_only=True, slots=True)
class RowResult:
    """What became of one row.

    Attributes:
        number: the row's, counted without header and blank lines.
        line: on which line of the file it begins; 0: nobody told.
        outcome: what became of it.
        digest: SHA-256 of its data, by which it is recognised.
        identifier: of the licence, if it was issued.
        problems: why it was refused.
        already: whether the licence had been issued before this job.
        standing: where that licence stands by now; `None`: not asked.
        repeats: the number of an earlier row with the same data, which names the same licence;
            0: of none.
        formerly: the licence that this job issued for the row when it had other data; "": none.
    """

    number: int
    line: int = 0
    outcome: RowOutcome
    digest: str
    identifier: str = ""
    problems: tuple[Problem, ...] = ()
    already: bool = False
    standing: Standing | None = None
    repeats: int = 0
    formerly: str = ""

    def as_json(self) -> dict[str, object]:
        """Put it into the form of a line of `results.ndjson`: what stays true later."""
        return {
            "row": self.number,
            "line": self.line,
            "outcome": self.outcome.value,
            "identifier": self.identifier or None,
            "problems": [
                {"pointer": each.pointer, "reason": each.reason, "zh": each.zh, "en": each.en}
                for each in self.problems
            ],
            "sha256": self.digest,
        }

    def as_told(self) -> dict[str, object]:
        """Put all of it into the form of a line that is told once."""
        return self.as_json() | {
            "already": self.already,
            "standing": self.standing.value if self.standing else None,
            "repeats": self.repeats or None,
            "formerly": self.formerly or None,
        }


def results_so_far(out: Path, *, resume: bool, stem: str) -> dict[int, RowResult]:
    """Read what an earlier run issued, by row; a last line that a kill cut off is dropped.

    Args:
        out: the output folder; made if it is missing.
        resume: whether there may be results.
        stem: what the identifiers of this job begin with: root, type, department.

    Raises:
        RefusedError: JOB_EXISTS, there are results, or those of another type or department.
        MalformedError: JOB_MALFORMED.
        UnavailableError: OUTPUT_UNWRITABLE.
    """
    path = out / RESULTS
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        content = path.read_bytes()
    except OSError as error:
        sentence = error.strerror or "cannot be written"
        raise UnavailableError(LicenceReason.OUTPUT_UNWRITABLE, sentence, at=str(out)) from error
    if content and not resume:
        raise RefusedError(LicenceReason.JOB_EXISTS, str(path))
    *lines, rest = content.split(b"\n")
    done: dict[int, RowResult] = {}
    for number, line in enumerate(lines, 1):
        result = _read_result(line, number)
        done[result.number] = result
    issued = {row: each for row, each in done.items() if each.outcome is RowOutcome.ISSUED}
    for each in issued.values():
        if not each.identifier.startswith(stem):
            zh = f"其中是另一类型或另一部门的证照，如 {each.identifier}；没有改动"
            en = "its licences are of another type or department; nothing was touched"
            raise RefusedError(LicenceReason.JOB_EXISTS, f"{zh} {en}", at=str(path))
    if rest:
        os.truncate(path, len(content) - len(rest))
    return issued


def _read_result(line: bytes, number: int) -> RowResult:
    """Read a line of the results, without its problems and where it stood in the file."""
    try:
        entry = json.loads(line)
        return RowResult(
            number=int(entry["row"]),
            outcome=RowOutcome(entry["outcome"]),
            digest=entry["sha256"],
            identifier=entry["identifier"] or "",
        )
    except (ValueError, KeyError, TypeError) as error:
        sentence = f"line {number} is none that this command writes"
        raise MalformedError(LicenceReason.JOB_MALFORMED, sentence, at=RESULTS) from error


def recorded(
    path: Path, results: Iterable[RowResult], done: Mapping[int, RowResult]
) -> Iterator[RowResult]:
    """Append every result that is new, and put them in order when an earlier run left some."""
    with path.open("ab") as file:
        resumed = file.tell() > 0
        for result in results:
            if not is_known(done.get(result.number), result.digest):
                line = json.dumps(result.as_json(), ensure_ascii=False)
                file.write(line.encode() + b"\n")
                file.flush()
            yield result
        os.fsync(file.fileno())
    if resumed:
        _put_in_order(path)


def compared(results: Iterable[RowResult], done: Mapping[int, RowResult]) -> Iterator[RowResult]:
    """Say of each result how it stands to the rows before it, and to what this job did before."""
    seen: dict[bytes, int] = {}
    for result in results:
        told, earlier = result, done.get(result.number)
        if earlier is not None and earlier.identifier != result.identifier:
            told = replace(told, formerly=earlier.identifier)
        elif earlier is not None:
            told = replace(told, already=False)
        first = result.number
        if not result.problems:
            first = seen.setdefault(bytes.fromhex(result.digest), first)
        yield told if first == result.number else replace(told, already=False, repeats=first)


def is_known(earlier: RowResult | None, digest: str) -> bool:
    """Say whether an earlier result is of a row with the same data."""
    return earlier is not None and earlier.digest == digest


def _put_in_order(path: Path) -> None:
    """Keep the last line of each row, in the order of rows; the file is replaced at once."""
    with path.open("rb") as file:
        last = {_read_result(line, number).number: line for number, line in enumerate(file, 1)}
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.writelines(last[row] for row in sorted(last))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
