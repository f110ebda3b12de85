"""Bulk issuing from the command line: in order, resumable, whatever happens to its processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from licences.bulk import RESULTS, ROWS_AT_ONCE, Job, RowOutcome, run_job
from licences.model import Format
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS, MARKET


def rows_file(path: Path, count: int, *, bad: tuple[int, ...] = ()) -> Path:
    """Write rows with different numbers; those in `bad` have a wrong date."""
    lines = []
    for number in range(1, count + 1):
        row = BUSINESS.sample() | {"licence_number": f"{number:021d}"}
        if number in bad:
            row["issued_on"] = "never"
        lines.append(json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_bulk_tells_every_row_in_order(
    licences: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Good rows are issued, bad ones are told with pointer and reason, in order; so again."""
    monkeypatch.setattr("licences.bulk.ROWS_AT_ONCE", 4)
    source = rows_file(tmp_path / "rows.ndjson", 10, bad=(2, 5))
    out = tmp_path / "out"
    arguments = (
        "bulk",
        BUSINESS.slug,
        "--from",
        source,
        "--out",
        out,
        "--format",
        "json",
        "--home",
        home,
    )
    outcome = licences(*arguments, "-j", 2)
    assert outcome.code == 1
    lines = [line.split("\t") for line in outcome.out.splitlines()]
    assert [int(number) for number, _ in lines] == list(range(1, 11))
    assert lines[1][1].startswith("FIELD_DATE /issued_on")
    assert len(list(out.glob("*.json"))) == 8
    again = licences(*arguments)
    assert again.code == 1
    assert LicenceReason.JOB_EXISTS in again.err
    resumed = licences(*arguments, "--resume", "--results", "ndjson")
    assert [json.loads(each)["identifier"] for each in resumed.out.splitlines()] == [
        identifier if identifier.startswith("1.2.") else None for _, identifier in lines
    ]


def test_bulk_dry_run_issues_nothing(licences: Command, home: Path, tmp_path: Path) -> None:
    """--dry-run checks every row and leaves neither files nor licences."""
    source = rows_file(tmp_path / "rows.ndjson", 3, bad=(2,))
    source.write_text(source.read_text() + "no json\n")
    out = tmp_path / "out"
    outcome = licences(
        "bulk", BUSINESS.slug, "--from", source, "--out", out, "--home", home, "--dry-run", "-j", 1
    )
    assert outcome.code == 1
    assert [line.split("\t")[1][:4] for line in outcome.out.splitlines()] == [
        "✓",
        "FIEL",
        "✓",
        "MALF",
    ]
    assert not out.exists()


def test_bulk_shows_progress_on_a_terminal(
    licences: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal a bar runs on stderr; stdout has the result lines only."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    source = rows_file(tmp_path / "rows.ndjson", 1)
    outcome = licences(
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "-j", 1,
    )  # fmt: skip
    assert outcome.code == 0
    assert len(outcome.out.splitlines()) == 1


def test_bulk_goes_on_where_it_was_killed(home: Path, tmp_path: Path, licences: Command) -> None:
    """Killed in the middle, --resume finishes: every row once, nothing doubled."""
    count = 2 * ROWS_AT_ONCE
    source, out = rows_file(tmp_path / "rows.ndjson", count), tmp_path / "out"
    command = [
        str(Path(sys.executable).with_name("licences")), "bulk", BUSINESS.slug,
        "--from", str(source), "--out", str(out), "--format", "json",
        "--home", str(home), "-j", "2",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGKILL)
    with (out / RESULTS).open("ab") as file:
        file.write(b'{"row": 1, "cut o')
    resumed = licences(*command[1:], "--resume")
    assert resumed.code == 0, resumed.err
    identifiers = {line.split("\t")[1] for line in resumed.out.splitlines()}
    assert len(identifiers) == count
    assert {each.stem for each in out.glob("1.2.*.json")} == identifiers


def test_a_progress_file_of_others_is_refused(home: Path, tmp_path: Path) -> None:
    """A results file that this command did not write stops the job (JOB_MALFORMED)."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / RESULTS).write_text("nonsense\n")
    job = _job(home, tmp_path, rows_file(tmp_path / "rows.ndjson", 1))
    with pytest.raises(Exception, match="JOB_MALFORMED") as caught:
        run_job(job, jobs=1, resume=True)
    assert getattr(caught.value, "reason", None) is LicenceReason.JOB_MALFORMED


def test_rows_of_a_process_that_dies_are_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the issuing process is killed, its rows are refused (WORKER_FAILED), none is lost."""
    monkeypatch.setattr("licences.bulk._work", _killed)
    monkeypatch.setattr("licences.bulk.ROWS_AT_ONCE", 4)
    source = rows_file(tmp_path / "rows.ndjson", 16)
    results = list(run_job(_job(home, tmp_path, source), jobs=1))
    assert [each.number for each in results] == list(range(1, 17))
    assert {each.problems[0].reason for each in results} == {LicenceReason.WORKER_FAILED}
    assert {each.outcome for each in results} == {RowOutcome.REFUSED}


def _killed(_rows: object) -> None:
    """Be the work of a process that is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def _job(home: Path, tmp_path: Path, source: Path) -> Job:
    return Job(
        home=home,
        type_slug=BUSINESS.slug,
        department=MARKET,
        suite=Suite.SM2,
        formats=(Format.JSON,),
        source=source,
        out=tmp_path / "out",
    )
