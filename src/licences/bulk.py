"""Bulk issuing (批量签发): many rows of one type, on all cores, resumable, in input order.

Rules kept: a bad row never stops the others; results come in input order; a row is told as issued
only when the register has it and its files are written. `results.ndjson` in the output folder
records what was done, so that a killed job goes on where it stopped; going on without it gives the
same documents, because a request that is repeated gives the same licence. Processes are spawned.
"""

import hashlib
import json
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from eseal.algorithms import Suite
from eseal.errors import MalformedError, RefusedError
from eseal.jose.strict_json import canonical
from licences.bulk_rows import Row, read_rows
from licences.field_rules import Problem
from licences.home import open_home
from licences.issuing import Issuer, Refused
from licences.model import Format, IssueRequest
from licences.moments import now
from licences.output import write_documents
from licences.reasons import LicenceReason

RESULTS = "results.ndjson"
ROWS_AT_ONCE = 32


class RowOutcome(StrEnum):
    """What became of a row."""

    ISSUED = "issued"
    REFUSED = "refused"
    GOOD = "good"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What a bulk job issues, from where to where.

    Attributes:
        home: the home folder.
        type_slug: the type of all rows.
        department: code of the department that issues.
        suite: signature suite.
        formats: what to make of each.
        source: the file of rows.
        out: folder for the documents, `<identifier>.<format>`, and the results.
        dry_run: check every row and issue nothing.
    """

    home: Path
    type_slug: str
    department: str
    suite: Suite
    formats: tuple[Format, ...]
    source: Path
    out: Path
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RowResult:
    """What became of one row; `digest` is the SHA-256 of its data, by which it is recognised."""

    number: int
    outcome: RowOutcome
    digest: str
    identifier: str = ""
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Put it into the form of a line of `results.ndjson`."""
        return {
            "row": self.number,
            "outcome": self.outcome.value,
            "identifier": self.identifier or None,
            "problems": [
                {"pointer": each.pointer, "reason": each.reason, "zh": each.zh, "en": each.en}
                for each in self.problems
            ],
            "sha256": self.digest,
        }


def run_job(job: Job, *, jobs: int, resume: bool = False) -> Iterator[RowResult]:
    """Issue (or only check) every row; results in input order, as soon as they are there.

    Args:
        job: what to issue.
        jobs: number of processes.
        resume: go on with a job that stopped; rows that it issued are told again, not done again.

    Raises:
        EvidenceError: home, type, rows file or output folder cannot be used; nothing was issued.
    """
    licence_type = open_home(job.home).catalogue().get(job.type_slug)
    rows = read_rows(job.source, licence_type)
    done = {} if job.dry_run else _results_so_far(job.out, resume=resume)
    results = _results(job, rows, done, jobs)
    return results if job.dry_run else _recorded(job.out / RESULTS, results, done)


def _results_so_far(out: Path, *, resume: bool) -> dict[tuple[int, str], RowResult]:
    """Read what an earlier run issued; a last line that a kill cut off is dropped."""
    path = out / RESULTS
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        return {}
    if not resume:
        raise RefusedError(LicenceReason.JOB_EXISTS, str(path))
    *lines, rest = path.read_bytes().split(b"\n")
    if rest:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size - len(rest))
    done = {}
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            if entry["outcome"] == RowOutcome.ISSUED:
                done[entry["row"], entry["sha256"]] = RowResult(
                    number=entry["row"],
                    outcome=RowOutcome.ISSUED,
                    digest=entry["sha256"],
                    identifier=entry["identifier"],
                )
        except (ValueError, KeyError, TypeError) as error:
            sentence = f"line {number} is none that this command writes"
            raise MalformedError(LicenceReason.JOB_MALFORMED, sentence, at=RESULTS) from error
    return done


def _recorded(
    path: Path, results: Iterable[RowResult], done: dict[tuple[int, str], RowResult]
) -> Iterator[RowResult]:
    with path.open("ab") as file:
        for result in results:
            if (result.number, result.digest) not in done:
                line = json.dumps(result.as_json(), ensure_ascii=False)
                file.write(line.encode() + b"\n")
                file.flush()
            yield result
        os.fsync(file.fileno())


def _results(
    job: Job, rows: Iterator[Row], done: dict[tuple[int, str], RowResult], jobs: int
) -> Iterator[RowResult]:
    """Hand chunks of rows to the processes, and give their results in the order of the chunks."""
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (job,)) as pool:
        waiting: deque[tuple[list[Row], list[RowResult] | Future[list[RowResult]]]] = deque()
        chunks = iter(lambda: list(islice(rows, ROWS_AT_ONCE)), [])
        for chunk in chunks:
            known = [done.get((row.number, digest_of(row))) for row in chunk]
            if all(known):
                waiting.append((chunk, [each for each in known if each is not None]))
            else:
                waiting.append((chunk, _submit(pool, chunk)))
            if len(waiting) > 2 * jobs:
                yield from _finished(*waiting.popleft())
        while waiting:
            yield from _finished(*waiting.popleft())


def _submit(
    pool: ProcessPoolExecutor, chunk: list[Row]
) -> list[RowResult] | Future[list[RowResult]]:
    try:
        return pool.submit(_work, chunk)
    except BrokenProcessPool:
        return [_unfinished(row) for row in chunk]


def _finished(
    chunk: list[Row], result: list[RowResult] | Future[list[RowResult]]
) -> list[RowResult]:
    if isinstance(result, list):
        return result
    try:
        return result.result()
    except BrokenProcessPool:
        return [_unfinished(row) for row in chunk]


def _unfinished(row: Row) -> RowResult:
    reason = LicenceReason.WORKER_FAILED
    problem = Problem(pointer="", reason=reason, zh=reason.zh, en=reason.en)
    return _refused(row, (problem,))


def digest_of(row: Row) -> str:
    """Give the SHA-256 of a row's data, lower-case hexadecimal."""
    return hashlib.sha256(canonical(dict(row.data))).hexdigest()


def _refused(row: Row, problems: tuple[Problem, ...]) -> RowResult:
    return RowResult(
        number=row.number, outcome=RowOutcome.REFUSED, digest=digest_of(row), problems=problems
    )


class _Worker:
    """An issuer with the job it works on; one in each process."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._issuer = Issuer.open(open_home(job.home), clock=now)

    def work(self, rows: list[Row]) -> list[RowResult]:
        good = [row for row in rows if not row.problems]
        done = self._check(good) if self._job.dry_run else self._issue(good)
        by_number = {each.number: each for each in done}
        return [by_number.get(row.number) or _refused(row, row.problems) for row in rows]

    def _check(self, rows: list[Row]) -> list[RowResult]:
        results = []
        for row in rows:
            problems = self._issuer.check(self._request(row))
            results.append(
                _refused(row, problems)
                if problems
                else RowResult(number=row.number, outcome=RowOutcome.GOOD, digest=digest_of(row))
            )
        return results

    def _issue(self, rows: list[Row]) -> list[RowResult]:
        results = []
        outcomes = self._issuer.issue_many([self._request(row) for row in rows])
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Refused):
                results.append(_refused(row, outcome.problems))
                continue
            documents = self._issuer.documents_of(outcome)
            write_documents(self._job.out, outcome.identifier, documents)
            results.append(
                RowResult(
                    number=row.number,
                    outcome=RowOutcome.ISSUED,
                    digest=digest_of(row),
                    identifier=outcome.identifier,
                )
            )
        return results

    def _request(self, row: Row) -> IssueRequest:
        return IssueRequest(
            type_slug=self._job.type_slug,
            department=self._job.department,
            data=row.data,
            suite=self._job.suite,
            formats=self._job.formats,
        )


_workers: list[_Worker] = []
_job: list[Job] = []


def _start(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _job.append(job)


def _work(rows: list[Row]) -> list[RowResult]:
    """Work on rows; the first ones of a process open the issuer, whose failure is then told."""
    if not _workers:
        _workers.append(_Worker(_job[0]))
    return _workers[0].work(rows)
