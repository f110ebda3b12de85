"""Verifying many inputs: one report for each, in input order, on one process or several.

Rules kept here: every input gets its report, whatever happens to the one before it; an input that
takes longer than the limit, or takes its worker down, is undetermined and the rest goes on;
standard input is read once, before anything is judged;
processes are forked before anything is verified, and spawned where typst was loaded, which does not
survive a fork; they end with this one, however it ends.
"""

import gc
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

from eseal.errors import EvidenceError
from eseal.report import Check, Finding, undetermined
from licences.bundle_pins import NO_PINS, BundlePins
from licences.inputs import STDIN, Input, read_input, read_stdin, written
from licences.orphans import end_with_parent
from licences.pack_verification import verify_input
from licences.reasons import LicenceReason
from licences.trust_source import load_trust_source
from licences.verification import MAX_INPUT_BYTES, LicenceReport, Verifier

SECONDS_PER_INPUT = 60.0
_QUEUED_PER_JOB = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What every input is asked: against which trust and types, at which time.

    Attributes:
        trust: files and folders that `load_trust` reads, or one trust bundle.
        types: folders with licence types besides the shipped ones, which were named: their
            issuers decide.
        found_types: folders with licence types that only lie at hand.
        at: the time T, aware, UTC.
        authorities: file with an authority register, `None`: the types' own issuers count.
        authorities_by: code of the organisation whose register it has to be, `None`: whose ever.
        statuses: files and folders with status lists and histories.
        max_status_age: how old a status list may be at T, `None`: as old as it says itself.
        pins: whose trust bundle is believed.
        now: the time on this machine, `None`: it is not asked.
        seconds: time limit for one input.
    """

    trust: tuple[Path, ...]
    types: tuple[Path, ...]
    at: datetime
    found_types: tuple[Path, ...] = ()
    authorities: Path | None = None
    authorities_by: str | None = None
    statuses: tuple[Path, ...] = ()
    max_status_age: timedelta | None = None
    pins: BundlePins = NO_PINS
    now: datetime | None = None
    seconds: float = SECONDS_PER_INPUT


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """An input to be judged.

    Attributes:
        name: its path, or standard input.
        given: what standard input has, or why it cannot be read.
    """

    name: Input
    given: bytes | EvidenceError = b""

    def read(self) -> bytes:
        """Give its bytes; raises as `read_input`."""
        if isinstance(self.name, str):
            return read_input(self.name, MAX_INPUT_BYTES)
        if isinstance(self.given, EvidenceError):
            raise self.given
        return self.given


class _TooLongError(Exception):
    """Raised by the timer inside the verifier."""


class _Worker:
    """A verifier with its inputs; one in each process."""

    def __init__(self, question: Question) -> None:
        self.question = question
        at, by = question.at, question.authorities_by
        source = load_trust_source(*question.trust, pins=question.pins, at=at)
        self.trust_info = source.info
        self._verifier = Verifier(
            source.store,
            source.catalogue(*question.types, found=question.found_types),
            at=at,
            authorities=source.authorities(question.authorities, by=by, at=at),
            statuses=source.statuses(*question.statuses),
            max_status_age=source.max_status_age(question.max_status_age),
            now=question.now,
            trust_info=source.info,
            seals=source.seals(),
        )

    def report(self, asked: Asked) -> LicenceReport:
        try:
            with _limited(self.question.seconds):
                return self._judged(asked)
        except _TooLongError:
            detail = f"超过 stopped after {self.question.seconds:g} 秒 s"
            return _no_verdict(asked, self, LicenceReason.VERIFIER_TIMED_OUT, detail)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError,
                TypeError, ValueError, MemoryError, OSError, EvidenceError) as error:  # fmt: skip
            # A defect of ours or of a library must neither pass an input nor stop the others.
            detail = type(error).__name__
            return _no_verdict(asked, self, LicenceReason.VERIFIER_FAILED, detail)

    def _judged(self, asked: Asked) -> LicenceReport:
        """Judge an input; a file is read here, within its time."""
        name = written(asked.name)
        try:
            data = asked.read()
        except EvidenceError as error:
            return self._verifier.unreadable(name, error.reason, error.sentence)
        return verify_input(self._verifier, name, data)


def verify_inputs(
    names: Iterable[Input], question: Question, *, jobs: int = 1
) -> Iterator[LicenceReport]:
    """Give the report of every input, in order, as soon as it and those before it are there.

    Raises:
        EvidenceError: trust material, licence types, authority register or status lists cannot be
            read or believed; nothing was checked.
    """
    listed = list(names)
    worker = _Worker(question)  # so that what is wrong with trust or types is said before all else
    given = _standard_input() if STDIN in listed else b""
    asked = [Asked(name=name, given=given if name is STDIN else b"") for name in listed]
    if min(jobs, len(asked)) <= 1:
        return map(worker.report, asked)
    return _in_processes(asked, worker, min(jobs, len(asked)))


def _standard_input() -> bytes | EvidenceError:
    """Read standard input; whoever writes to it may take their time."""
    try:
        return read_stdin(MAX_INPUT_BYTES)
    except EvidenceError as error:
        return error


def _in_processes(asked: Sequence[Asked], worker: _Worker, jobs: int) -> Iterator[LicenceReport]:
    """Verify on a pool; when a process died, the next input goes alone, and then a new pool."""
    done = 0
    while done < len(asked):
        for report in _on_pool(asked[done:], worker, jobs):
            done += 1
            yield report
        for each in asked[done : done + 1]:
            done += 1
            alone = next(_on_pool([each], worker, 1), None)
            yield alone or _no_verdict(
                each, worker, LicenceReason.VERIFIER_FAILED, "进程中止 its process ended"
            )


def _on_pool(asked: Sequence[Asked], worker: _Worker, jobs: int) -> Iterator[LicenceReport]:
    """Give reports in order until a process of the pool dies; then no more."""
    upcoming = iter(asked)
    waiting: deque[Future[LicenceReport]] = deque()
    forks = "typst" not in sys.modules
    method, given = ("fork", worker) if forks else ("spawn", worker.question)
    gc.freeze()  # what is loaded now stays for good, here and in what is forked
    with ProcessPoolExecutor(jobs, get_context(method), _start, (given,)) as pool:
        try:
            for each in islice(upcoming, jobs * _QUEUED_PER_JOB):
                waiting.append(pool.submit(_task, each))
            while waiting:
                yield waiting.popleft().result()
                for each in islice(upcoming, 1):
                    waiting.append(pool.submit(_task, each))
        except BrokenProcessPool:
            return
        finally:  # whoever interrupts, or wants no more, does not wait for what is queued
            pool.shutdown(cancel_futures=True)


_worker: _Worker | None = None


def _start(given: Question | _Worker) -> None:
    """Take the worker that was forked along, or make one in a process that was spawned."""
    global _worker  # noqa: PLW0603 - a pool's process has no other place for what it keeps
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = given if isinstance(given, _Worker) else _Worker(given)


def _report(asked: Asked) -> LicenceReport:
    if _worker is None:  # pragma: no cover - the pool runs _start before anything else
        msg = "the worker was not started"
        raise RuntimeError(msg)
    return _worker.report(asked)


_task = _report
"""What a pool's process does with an input."""


def _no_verdict(asked: Asked, worker: _Worker, reason: LicenceReason, detail: str) -> LicenceReport:
    findings: tuple[Finding, ...] = (undetermined(Check.READABLE, reason, detail),)
    return LicenceReport(
        input=written(asked.name),
        sha256=None,
        at=worker.question.at,
        findings=findings,
        trust=worker.trust_info,
    )


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Stop what runs inside after `seconds`; only where the platform has interval timers."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
