"""Bulk issuing (批量签发): many rows of one type, on all cores, resumable, in input order.

Rules kept: a bad row never stops the others; results come in input order; a row is told as issued
only when the register has it and its files are written, now: a job that goes on asks the register
again, for its record may have been altered, and a request that is repeated gives the same licence.
What was done is recorded, so that what changed since can be told. Processes are spawned, and end
with this one.
"""

import gc
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from eseal.algorithms import Suite
from eseal.errors import EvidenceError, RefusedError
from eseal.moments import china_day, now
from licences.bulk_compared import Comparison, contested, digest_of, key_of, read_present
from licences.bulk_record import Earlier, recorded, results_so_far
from licences.bulk_results import RESULTS, RowOutcome, RowResult
from licences.bulk_rows import Row, read_rows
from licences.field_rules import Problem
from licences.home import Home, open_home
from licences.identifiers import IDENTIFIER_ROOT
from licences.issuing import Issued, Issuer, Refused
from licences.model import Format, IssueRequest
from licences.orders import problem_of
from licences.orphans import end_with_parent
from licences.output import write_documents
from licences.reasons import LicenceReason

ROWS_AT_ONCE = 32


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


class Brake:
    """Stops a job: chunks of rows that no process has begun are left, what is begun is finished."""

    def __init__(self) -> None:
        self._pulled = get_context("spawn").RawValue("b", 0)  # seen by all processes, no locks

    def pull(self) -> None:
        """Stop the job; signal handlers may call it."""
        self._pulled.value = 1

    @property
    def pulled(self) -> bool:
        """Whether the job is to stop."""
        return bool(self._pulled.value)


def run_job(
    job: Job, *, jobs: int, resume: bool = False, brake: Brake | None = None
) -> Iterator[RowResult]:
    """Issue (or only check) every row; results in input order, as soon as they are there.

    After them, once all rows are done, come the licences that an earlier run of the job issued and
    no row leads to any more (`left`).

    Args:
        job: what to issue.
        jobs: number of processes.
        resume: go on with a job that stopped; rows that it issued are found, not issued again.
        brake: pulled to stop the job; the results of what was begun still come.

    Raises:
        EvidenceError: home, type, rows file or output folder cannot be used; nothing was issued.
    """
    home = open_home(job.home)
    licence_type = home.catalogue().get(job.type_slug)
    rows = read_rows(job.source, licence_type)
    rows = chain([next(rows)], rows)  # a file of no use is told before the output folder is touched
    present = read_present(job.source, licence_type)
    stem = f"{IDENTIFIER_ROOT}.{licence_type.code}.{job.department}."
    earlier = Earlier() if job.dry_run else results_so_far(job.out, resume=resume, stem=stem)
    _demand_alike(job, home, earlier)
    number, brake = licence_type.roles.number, brake or Brake()

    def finished() -> bool:
        return not brake.pulled

    comparison = Comparison(earlier, number_field=number, present=present, finished=finished)
    rows = contested(rows, present, number)
    today = china_day(now())
    told = comparison.of(
        replace(
            result,
            number=row.number,
            line=row.line,
            key=key_of(row, number),
            over=not result.problems and licence_type.validity(row.data).is_over(today),
        )
        for row, result in _results(job, rows, jobs, brake)
    )
    if job.dry_run:
        return told
    return recorded(job.out / RESULTS, told, earlier, finished=finished)


def _demand_alike(job: Job, home: Home, earlier: Earlier) -> None:
    """Insist on the suite and formats that a job began with; raises JOB_OF_OTHERS."""
    first = next(iter(earlier.licences), None)
    if first is None:
        return
    with closing(home.register()) as register:
        issued = register.find_by_identifier(first)
    if issued is None or (issued.suite, set(issued.formats)) == (job.suite, set(job.formats)):
        return
    if earlier.hold is not None:
        earlier.hold.close()
    forms = "、".join(sorted(issued.formats))
    zh, en = f"其中 {first} 为 {issued.suite}、{forms}", f"is {issued.suite}, {forms}"
    raise RefusedError(LicenceReason.JOB_OF_OTHERS, f"{zh} {en}", at=str(job.out / RESULTS))


_Pending = tuple[list[Row], list[RowResult] | Future[list[RowResult]]]


def _results(
    job: Job, rows: Iterator[Row], jobs: int, brake: Brake
) -> Iterator[tuple[Row, RowResult]]:
    """Hand chunks of rows to the processes, and give their results in the order of the chunks."""
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start, (job, brake))
    try:
        waiting: deque[_Pending] = deque()
        while not brake.pulled and (chunk := list(islice(rows, ROWS_AT_ONCE))):
            waiting.append((chunk, _submit(pool, chunk)))
            if len(waiting) > 2 * jobs:
                yield from _finished(*waiting.popleft(), brake)
        while waiting:
            yield from _finished(*waiting.popleft(), brake)
    finally:
        pool.shutdown(cancel_futures=True)


def _submit(
    pool: ProcessPoolExecutor, chunk: list[Row]
) -> list[RowResult] | Future[list[RowResult]]:
    """Submit a chunk; a process that this starts has SIGINT blocked, for the brake is pulled."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_work, chunk)
    except BrokenProcessPool:
        return [_unfinished(row) for row in chunk]
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _finished(
    chunk: list[Row], result: list[RowResult] | Future[list[RowResult]], brake: Brake
) -> Iterator[tuple[Row, RowResult]]:
    """Pair the rows of a chunk with their results; without any, nobody began it.

    Processes that were ended along with the job leave their rows for when it goes on.
    """
    try:
        results = result if isinstance(result, list) else result.result()
    except BrokenProcessPool:
        results = [] if brake.pulled else [_unfinished(row) for row in chunk]
    return zip(chunk, results, strict=False)


def _unfinished(row: Row) -> RowResult:
    reason = LicenceReason.WORKER_FAILED
    problem = Problem(pointer="", reason=reason, zh=reason.zh, en=reason.en)
    return _refused(row, (problem,))


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
        twice = self._twice([row for row in good if row.contested])
        good = [row for row in good if row.number not in twice]
        done = self._check(good) if self._job.dry_run else self._issue(good)
        by_number = twice | {each.number: each for each in done}
        return [by_number.get(row.number) or _refused(row, row.problems) for row in rows]

    def _twice(self, rows: list[Row]) -> dict[int, RowResult]:
        """Refuse rows whose number another row has with other data, but those issued already."""
        before = self._issuer.issued_before({row.number: self._request(row) for row in rows})
        return {
            row.number: _refused(row, (*row.contested, *self._issuer.check(self._request(row))))
            for row in rows
            if row.number not in before
        }

    def _check(self, rows: list[Row]) -> list[RowResult]:
        issued = self._issuer.issued_before({row.number: self._request(row) for row in rows})
        return [self._checked(row, issued.get(row.number)) for row in rows]

    def _checked(self, row: Row, issued: Issued | None) -> RowResult:
        problems = () if issued else self._issuer.check(self._request(row))
        if problems:
            return _refused(row, problems)
        return RowResult(
            number=row.number,
            outcome=RowOutcome.GOOD,
            digest=digest_of(row),
            already=issued is not None,
            standing=issued.standing if issued else None,
        )

    def _issue(self, rows: list[Row]) -> list[RowResult]:
        results = []
        outcomes = self._issuer.issue_many([self._request(row) for row in rows])
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Refused):
                results.append(_refused(row, outcome.problems))
                continue
            try:
                documents = self._issuer.documents_of(outcome)
            except EvidenceError as error:
                results.append(_refused(row, (problem_of(error),)))
                continue
            write_documents(self._job.out, outcome.identifier, documents)
            results.append(
                RowResult(
                    number=row.number,
                    outcome=RowOutcome.ISSUED,
                    digest=digest_of(row),
                    identifier=outcome.identifier,
                    already=outcome.already,
                    standing=outcome.standing,
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
_job: list[tuple[Job, Brake]] = []


def _start(job: Job, brake: Brake) -> None:
    end_with_parent()
    _job.append((job, brake))


def _work(rows: list[Row]) -> list[RowResult]:
    """Work on rows; the first ones of a process open the issuer, whose failure is then told."""
    job, brake = _job[0]
    if brake.pulled:
        return []
    if not _workers:
        _workers.append(_Worker(job))
        gc.freeze()  # what is loaded now stays for good: the collector need not walk it again
    return _workers[0].work(rows)
