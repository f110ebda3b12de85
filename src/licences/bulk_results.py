"""What became of the rows of a bulk job, and the file in its output folder that records it.

Rules kept: `results.ndjson` is only appended to while a job runs, so that a killed one loses
nothing; a job that went on puts it in order at its end, one line a row, replaced at once, and keeps
before it the line of a licence that was issued and stands in no row any more. A row is known again
by its data, then by its licence's number, and by its place only if neither stands elsewhere. The
file may have been altered: it is read strictly, and that something was issued the register says.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.jose import strict_json
from eseal.jose.strict_json import JsonValue
from eseal.regular_files import read_regular
from licences.field_rules import Problem
from licences.identifiers import LicenceIdentifier
from licences.licence_life import Standing
from licences.reasons import LicenceReason

RESULTS = "results.ndjson"

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


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
        key: SHA-256 of its licence's number, by which it is recognised when its data changed; "":
            it has none.
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
    key: str = ""
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
            "number_sha256": self.key or None,
        }

    def as_told(self) -> dict[str, object]:
        """Put all of it into the form of a line that is told once."""
        return self.as_json() | {
            "already": self.already,
            "standing": self.standing.value if self.standing else None,
            "repeats": self.repeats or None,
            "formerly": self.formerly or None,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What earlier runs of a job recorded.

    Attributes:
        last: of each row, what was recorded last.
        issued: of each row, what was issued last.
        by_digest: what was issued, by the data.
        by_key: what was issued, by the licence's number.
    """

    last: dict[int, RowResult] = field(default_factory=dict)
    issued: dict[int, RowResult] = field(default_factory=dict)
    by_digest: dict[str, RowResult] = field(default_factory=dict)
    by_key: dict[str, RowResult] = field(default_factory=dict)

    def add(self, result: RowResult) -> None:
        """Take a line of the record."""
        self.last[result.number] = result
        if result.outcome is RowOutcome.ISSUED:
            self.issued[result.number] = self.by_digest[result.digest] = result
            self.by_key.update({result.key: result} if result.key else {})

    def former(self, result: RowResult, present: Callable[[], AbstractSet[str]]) -> str:
        """Name the licence that was issued for a row when it had other data, "" if none was.

        Args:
            result: what became of it now.
            present: gives the digests and keys of all rows that there are now.
        """
        if result.digest in self.by_digest:
            return ""
        former = self.by_key.get(result.key)
        if former is None and (there := self.issued.get(result.number)):
            former = None if present() & {there.digest, there.key} else there
        return former.identifier if former and former.identifier != result.identifier else ""

    def has(self, result: RowResult) -> bool:
        """Whether this is what was recorded last of the row, and is issued."""
        last = self.last.get(result.number)
        known = last is not None and (last.digest, last.identifier) == (
            result.digest,
            result.identifier,
        )
        return known and result.outcome is RowOutcome.ISSUED


def results_so_far(out: Path, *, resume: bool, stem: str) -> Earlier:
    """Read what earlier runs recorded; a last line that a kill cut off is dropped.

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
        content = read_regular(path, sys.maxsize)
    except OSError as error:
        sentence = f"无法写入 cannot be written: {error.strerror or error}"
        raise UnavailableError(LicenceReason.OUTPUT_UNWRITABLE, sentence, at=str(out)) from error
    if content and not resume:
        raise RefusedError(LicenceReason.JOB_EXISTS, str(path))
    *lines, rest = content.split(b"\n")
    earlier = Earlier()
    for number, line in enumerate(lines, 1):
        earlier.add(_read_result(line, number))
    for each in earlier.by_digest.values():
        if not each.identifier.startswith(stem):
            zh = f"其中是另一类型或另一部门的证照，如 {each.identifier}；没有改动"
            en = "its licences are of another type or department; nothing was touched"
            raise RefusedError(LicenceReason.JOB_EXISTS, f"{zh} {en}", at=str(path))
    if rest:
        os.truncate(path, len(content) - len(rest))
    return earlier


def _read_result(line: bytes, number: int) -> RowResult:
    """Read a line of the results, without its problems and where it stood in the file."""
    try:
        entry = strict_json.parse(line)
        key, identifier = entry.get("number_sha256"), entry["identifier"]
        return RowResult(
            number=_whole(entry["row"]),
            outcome=RowOutcome(str(entry["outcome"])),
            digest=_digest(entry["sha256"]),
            key=_digest(key) if key else "",
            identifier=str(LicenceIdentifier.parse(str(identifier))) if identifier else "",
        )
    except (EvidenceError, ValueError, KeyError, TypeError) as error:
        sentence = f"第 {number} 行不是本命令所写 line {number} is none that this command writes"
        raise MalformedError(LicenceReason.JOB_MALFORMED, sentence, at=RESULTS) from error


def _whole(value: JsonValue) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _digest(value: JsonValue) -> str:
    if not isinstance(value, str) or _SHA256.fullmatch(value) is None:
        raise TypeError
    return value


def recorded(path: Path, results: Iterable[RowResult], earlier: Earlier) -> Iterator[RowResult]:
    """Append every result that is new, and put them in order when an earlier run left some."""
    with path.open("ab") as file:
        resumed = file.tell() > 0
        for result in results:
            if not earlier.has(result):
                line = json.dumps(result.as_json(), ensure_ascii=False)
                file.write(line.encode() + b"\n")
                file.flush()
            yield result
        os.fsync(file.fileno())
    if resumed:
        _put_in_order(path)


def compared(
    results: Iterable[RowResult], earlier: Earlier, present: Callable[[], AbstractSet[str]]
) -> Iterator[RowResult]:
    """Say of each result how it stands to the rows before it, and to what this job did before.

    Args:
        results: in the order of the rows.
        earlier: what this job did before.
        present: gives the digests and keys of all rows; asked only where a row is another one.
    """
    seen: dict[bytes, int] = {}
    for result in results:
        told = replace(result, formerly=earlier.former(result, present))
        if result.digest in earlier.by_digest:
            told = replace(told, already=False)
        first = result.number
        if not result.problems:
            first = seen.setdefault(bytes.fromhex(result.digest), first)
        yield told if first == result.number else replace(told, already=False, repeats=first)


def _put_in_order(path: Path) -> None:
    """Keep the last line of each row, in the order of rows; the file is replaced at once.

    So is kept, before it, the line of a licence that no row's last line names.
    """
    with path.open("rb") as file:
        lines = [(_read_result(line, number), line) for number, line in enumerate(file, 1)]
    last = {result.number: (result, line) for result, line in lines}
    named = {"", *(result.identifier for result, _ in last.values())}
    others = {
        result.identifier: (result, line)
        for result, line in lines
        if result.identifier not in named
    }
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        kept = (*others.values(), *last.values())
        file.writelines(line for _, line in sorted(kept, key=lambda each: each[0].number))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
