"""Verifying many: no input can stop the others."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from eseal.errors import EvidenceError
from eseal.report import Indication
from licences import batch
from licences.batch import Question, verify_inputs
from licences.reasons import LicenceReason
from licences.reporting import ndjson_line
from licences.verification import LicenceReport, Verifier
from tests.licences.papers import good_list, market_signer, paper
from tests.processes import becomes_gone, children_of
from tests.world import NOW, World


@pytest.fixture
def question(world: World, tmp_path: Path) -> Question:
    """Give the question with the good world's trust and status list, at NOW."""
    trust = world.write_trust(tmp_path / "trust")
    (trust / "list.jwt").write_bytes(good_list(world.sm2))
    return Question(trust=(trust,), types=(), at=NOW, statuses=(trust,))


@pytest.fixture
def good(world: World, tmp_path: Path) -> str:
    """Give a file with a good licence."""
    (tmp_path / "good.json").write_bytes(paper(market_signer(world.rsa)))
    return str(tmp_path / "good.json")


def test_a_slow_input_is_stopped_and_the_next_goes_on(
    question: Question, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An input over its time limit is undetermined (VERIFIER_TIMED_OUT); the next is verified."""
    verify = Verifier.verify
    slow = [True]

    def dawdle(self: Verifier, name: str, data: bytes) -> LicenceReport:
        while slow.pop() if slow else False:
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                pass
        return verify(self, name, data)

    monkeypatch.setattr(Verifier, "verify", dawdle)
    short = replace(question, seconds=0.05)
    first, second = verify_inputs([good, good], short)
    assert first.verdict.indication is Indication.INDETERMINATE
    assert first.verdict.sub_indication == LicenceReason.VERIFIER_TIMED_OUT
    assert second.findings[0].reason is not LicenceReason.VERIFIER_FAILED


def test_reading_counts_as_well(
    question: Question, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that takes for ever to read, on a mount that hangs, say, is stopped like any other."""
    monkeypatch.setattr("licences.batch.read_input", lambda *_asked: time.sleep(5))
    (report,) = verify_inputs([good], replace(question, seconds=0.05))
    assert report.verdict.sub_indication == LicenceReason.VERIFIER_TIMED_OUT


def test_a_defect_of_the_verifier_passes_nothing(
    question: Question, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unforeseen exception is INDETERMINATE (VERIFIER_FAILED), and no traceback."""

    def fail(_self: Verifier, _name: str, _data: bytes) -> LicenceReport:
        raise KeyError("unforeseen")

    monkeypatch.setattr(Verifier, "verify", fail)
    (report,) = verify_inputs([good], question)
    assert report.verdict.indication is Indication.INDETERMINATE
    assert report.verdict.sub_indication == LicenceReason.VERIFIER_FAILED


@pytest.mark.unmeasured
def test_a_process_that_dies_does_not_lose_the_others(question: Question, good: str) -> None:
    """When an input kills its process, it alone has no verdict: the others are verified again."""
    killer = str(Path(good).with_name("killer.json"))
    names = [good, good, killer, good, good]
    said = subprocess.run(
        [sys.executable, "-c", _KILLED_BY_ONE, question.trust[0], NOW.isoformat(), *names],
        capture_output=True,
        check=True,
    )
    assert json.loads(said.stdout) == {
        "verdicts": [None, None, LicenceReason.VERIFIER_FAILED, None, None],
        "forked": True,
    }


_KILLED_BY_ONE = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from licences import batch

def task(asked):
    if asked.name.endswith("killer.json"):
        os.kill(os.getpid(), signal.SIGKILL)
    return batch._report(asked)

batch._task = task
trust, at, *names = sys.argv[1:]
question = batch.Question(
    trust=(Path(trust),), types=(), at=datetime.fromisoformat(at), statuses=(Path(trust),)
)
reports = list(batch.verify_inputs(names, question, jobs=2))
verdicts = [each.verdict.sub_indication for each in reports]
json.dump({"verdicts": verdicts, "forked": "typst" not in sys.modules}, sys.stdout)
"""
"""Processes that are forked, for no face was drawn; `test_verify` has spawned ones."""


def test_what_is_queued_is_dropped_when_nobody_waits(
    question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after Ctrl-C: what is being judged is ended, and nothing else begun."""
    begun: list[batch.Asked] = []

    def judge(asked: batch.Asked) -> str:
        begun.append(asked)
        time.sleep(0.01)
        return "a report"

    monkeypatch.setattr(batch, "ProcessPoolExecutor", lambda jobs, *_: ThreadPoolExecutor(jobs))
    monkeypatch.setattr(batch, "_task", judge)
    reports = verify_inputs(["x"] * 30, question, jobs=2)
    assert next(reports)
    assert isinstance(reports, Generator)
    reports.close()
    assert len(begun) < 30


@pytest.mark.parametrize("spawned", [False, True], ids=["forked", "spawned"])
@pytest.mark.unmeasured
def test_processes_end_when_theirs_was_killed(
    question: Question, good: str, *, spawned: bool
) -> None:
    """Workers of a verification that was killed do not stay."""
    load = "import typst" if spawned else ""
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            load + _ONE_BY_ONE,
            *question.trust,
            NOW.isoformat(),
            *[good] * 99,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        workers = children_of(process.pid)
        assert len(workers) >= 2
        process.kill()
        process.wait()
        assert [each for each in workers if not becomes_gone(each)] == []


_ONE_BY_ONE = """
import sys
from datetime import datetime
from pathlib import Path
from licences import batch

if __name__ == "__main__":
    trust, at, *names = sys.argv[1:]
    question = batch.Question(
        trust=(Path(trust),), types=(), at=datetime.fromisoformat(at), statuses=(Path(trust),)
    )
    for report in batch.verify_inputs(names, question, jobs=2):
        print(report.input, flush=True)
        sys.stdin.read()
"""


def test_a_name_that_is_no_utf8_is_written_all_the_same(question: Question, good: str) -> None:
    """A file name of other bytes is reported with them escaped, in whatever form."""
    other = Path(good).with_name(os.fsdecode(b"bad-\xff.json"))
    other.write_bytes(Path(good).read_bytes())
    (report,) = verify_inputs([str(other)], question)
    assert report.verdict.indication is Indication.TOTAL_PASSED
    assert report.input.endswith("bad-\\xff.json")
    assert ndjson_line(report).encode()


def test_bad_trust_is_said_before_anything_runs(good: str, tmp_path: Path) -> None:
    """Unreadable trust material raises, with one process and with two."""
    question = Question(trust=(tmp_path / "none",), types=(), at=NOW)
    for jobs in (1, 2):
        with pytest.raises(EvidenceError):
            verify_inputs([good, good], question, jobs=jobs)
