"""Bulk issuing from the command line: in order, resumable, whatever happens to its processes."""

import errno
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from eseal.errors import EvidenceError, UnavailableError
from eseal.reasons import Reason
from licences import bulk_record
from licences.bulk import run_job
from licences.bulk_results import RESULTS, RowOutcome, RowResult
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS
from tests.licences.bulk_jobs import json_job
from tests.licences.inline_pool import InlinePool
from tests.processes import becomes_gone, children_of

PIPE_BYTES = 64 * 1024
"""What a pipe holds by default; what is more has to be waited for."""


@pytest.fixture
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes: to begin one takes most of a test's time, and others are about them."""
    monkeypatch.setattr("licences.bulk.ProcessPoolExecutor", InlinePool)


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


def recorded(out: Path) -> list[int]:
    """Read which rows the results of a job have, line by line."""
    lines = (out / RESULTS).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["row"] for line in lines]


@pytest.mark.unmeasured
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
    assert "日期的写法不对" in lines[1][1]
    assert "not written as year-month-day" in lines[1][1]
    assert outcome.err.count(LicenceReason.FIELD_DATE.remedy_en) == 1
    assert len(list(out.glob("*.json"))) == 8
    again = licences(*arguments)
    assert again.code == 2
    assert LicenceReason.JOB_EXISTS in again.err
    rows_file(source, 10, bad=(5,))
    resumed = licences(*arguments, "--resume", "-j", 1, "--results", "ndjson")
    identifiers = [json.loads(each)["identifier"] for each in resumed.out.splitlines()]
    assert identifiers[4] is None
    assert all(identifiers[:4] + identifiers[5:])
    assert identifiers[5:] == [identifier for _, identifier in lines[5:]]
    assert recorded(out) == list(range(1, 11))


@pytest.mark.usefixtures("_inline")
def test_bulk_dry_run_issues_nothing(licences: Command, home: Path, tmp_path: Path) -> None:
    """--dry-run checks every row and leaves neither files nor licences."""
    source = rows_file(tmp_path / "rows.ndjson", 3, bad=(2,))
    lines = source.read_text(encoding="utf-8")
    changed = BUSINESS.sample() | {"licence_number": f"{1:021d}", "name": "示例市样本乙"}
    first, _, third = lines.splitlines()
    lines += "\n".join(["no json", json.dumps(changed, ensure_ascii=False), first, third])
    source.write_text(lines, encoding="utf-8")
    out = tmp_path / "out"
    outcome = licences(
        "bulk", BUSINESS.slug, "--from", source, "--out", out, "--home", home, "--dry-run", "-j", 1
    )
    assert outcome.code == 1
    assert [line.split("\t")[1][:4] for line in outcome.out.splitlines()] == [
        "NUMB",
        "FIEL",
        "✓",
        "MALF",
        "NUMB",
        "NUMB",
        "✓",
    ]
    assert f"{LicenceReason.NUMBER_TWICE} /licence_number" in outcome.out
    assert "row 1 has the same number" in outcome.out
    assert "只检查，没有签发任何证照：2 行可签发，1 份证照" in outcome.err
    assert "2 rows could be, 1 licences (1 repeat earlier rows), 5 could not" in outcome.err
    assert "publish" not in outcome.err
    assert not out.exists()


@pytest.mark.usefixtures("_inline")
def test_bulk_says_what_comes_next(licences: Command, home: Path, tmp_path: Path) -> None:
    """After a trial without faults the issuing itself; after that the publishing."""
    source = rows_file(tmp_path / "rows.ndjson", 2)
    asked = (
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "-j", 1,
    )  # fmt: skip
    trial = licences(*asked, "--dry-run")
    assert trial.code == 0
    assert "2 行可签发，0 行有问题" in trial.err
    assert "without --dry-run they are issued" in trial.err
    issued = licences(*asked)
    assert issued.code == 0
    for again in (licences(*asked, "--dry-run", "--resume"), licences(*asked, "--dry-run")):
        assert again.code == 0
        assert "2 行可签发，其中 2 份先前已签发，0 行有问题" in again.err
        assert "nothing is left to issue" in again.err
        assert "without --dry-run" not in again.err
    assert "已签发 2 行" in issued.err
    assert "if the department's status list was never published" in issued.err
    assert licences("publish", "--home", home).code == 0
    assert "licences publish" not in licences(*asked, "--resume").err


@pytest.mark.usefixtures("_inline")
def test_bulk_may_list_only_what_was_not_issued(
    licences: Command, home: Path, tmp_path: Path
) -> None:
    """--quiet: whoever issues ten thousand looks at the refused ones; the counts are told."""
    source = rows_file(tmp_path / "rows.ndjson", 3, bad=(2,))
    asked = (
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "-j", 1, "--quiet",
    )  # fmt: skip
    issued = licences(*asked)
    assert issued.code == 1
    assert [line.split("\t")[0] for line in issued.out.splitlines()] == ["2"]
    assert "已签发 2 行，未签发 1 行" in issued.err
    assert recorded(tmp_path / "out") == [1, 2, 3]
    as_json = licences(*asked, "--resume", "--results", "ndjson")
    assert [json.loads(line)["row"] for line in as_json.out.splitlines()] == [2]


@pytest.mark.usefixtures("_inline")
def test_bulk_lists_what_is_to_be_mended(
    licences: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end the refused rows once more, the first ones and a count, and what to do next."""
    monkeypatch.setattr("licences.cli.bulk_words.MOST_LISTED", 2)
    source = rows_file(tmp_path / "rows.ndjson", 4, bad=(1, 3, 4))
    first, rest = source.read_text(encoding="utf-8").split("\n", 1)
    source.write_text(f"{first}\n\n{rest}", encoding="utf-8")
    arguments = (
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "-j", 1,
    )  # fmt: skip
    outcome = licences(*arguments)
    assert outcome.code == 1
    listed = outcome.err.partition("有问题的各行 rows refused：\n")[2].splitlines()
    assert listed[:3] == [
        "  第 1 行 row 1  FIELD_DATE /issued_on",
        "  第 3 行 row 3（文件第 4 行 line 4）  FIELD_DATE /issued_on",
        "  … 另有 1 行 1 more",
    ]
    assert "--out" in listed[-1]
    assert "--resume" in listed[-1]
    assert outcome.out.splitlines()[2].endswith("（文件第 4 行 line 4）")
    trial = licences(*arguments, "--dry-run")
    assert "rows refused" in trial.err
    assert "--resume" not in trial.err
    rows_file(source, 4)
    resumed = licences(*arguments, "--resume", "--results", "ndjson")
    assert (resumed.code, "rows refused" in resumed.err) == (0, False)
    assert [json.loads(each)["line"] for each in resumed.out.splitlines()] == [1, 2, 3, 4]


@pytest.mark.usefixtures("_inline")
def test_bulk_shows_progress_on_a_terminal(licences: Command, home: Path, tmp_path: Path) -> None:
    """On a terminal a bar runs on stderr; an empty results file is no job that was begun."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / RESULTS).touch()
    source = rows_file(tmp_path / "rows.ndjson", 1)
    outcome = licences.on_a_terminal()(
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "-j", 1,
    )  # fmt: skip
    assert outcome.code == 0
    assert len(outcome.out.splitlines()) == 1
    assert "签发 issuing" in outcome.err


@pytest.mark.usefixtures("_inline")
def test_progress_takes_no_rows_from_a_pipe(licences: Command, home: Path, tmp_path: Path) -> None:
    """A pipe is read once: a bar on a terminal runs without knowing how many rows there are."""
    count = 200
    content = rows_file(tmp_path / "rows.ndjson", count).read_bytes()
    assert len(content) > PIPE_BYTES
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(pipe.write_bytes, content)
        outcome = licences.on_a_terminal()(
            "bulk", BUSINESS.slug, "--from", pipe, "--out", tmp_path / "out", "--home", home,
            "-j", 1, "--dry-run",
        )  # fmt: skip
    assert written.result() == len(content)
    assert outcome.code == 0
    assert "签发 issuing" in outcome.err
    told = [line.split("\t") for line in outcome.out.splitlines()]
    assert told == [[str(number), "✓"] for number in range(1, count + 1)]


@pytest.mark.usefixtures("_inline")
@pytest.mark.unmeasured
def test_bulk_goes_on_where_it_was_killed(home: Path, tmp_path: Path, licences: Command) -> None:
    """Killed in the middle, --resume finishes: every row once, nothing doubled."""
    count = 12
    source, out = rows_file(tmp_path / "rows.ndjson", count), tmp_path / "out"
    arguments = [
        "bulk", BUSINESS.slug, "--from", str(source), "--out", str(out), "--format", "json",
        "--home", str(home),
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", _FOUR_AT_ONCE, *arguments, "-j", "2"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGKILL)
    with (out / RESULTS).open("ab") as file:
        file.write(b'{"row": 1, "cut o')
    resumed = licences(*arguments, "--resume", "-j", 1)
    assert resumed.code == 0, resumed.err
    identifiers = {line.split("\t")[1] for line in resumed.out.splitlines()}
    assert len(identifiers) == count
    assert {each.stem for each in out.glob("1.2.*.json")} == identifiers
    assert recorded(out) == list(range(1, count + 1))


@pytest.mark.parametrize(
    ("send", "number"),
    [(os.killpg, signal.SIGINT), (os.kill, signal.SIGTERM), (os.killpg, signal.SIGTERM)],
    ids=["Ctrl-C", "SIGTERM", "SIGTERM to all"],
)
@pytest.mark.usefixtures("_inline")
@pytest.mark.unmeasured
def test_an_interrupted_job_records_what_was_done(
    home: Path,
    tmp_path: Path,
    licences: Command,
    send: Callable[[int, int], None],
    number: signal.Signals,
) -> None:
    """After a signal nothing new is begun; what was issued is recorded, and --resume goes on."""
    source, out = rows_file(tmp_path / "rows.ndjson", 20), tmp_path / "out"
    lines = source.read_bytes().splitlines(keepends=True)
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    arguments = [
        "bulk", BUSINESS.slug, "--out", str(out), "--format", "json", "--home", str(home),
        "-j", "1", "--from",
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", _FOUR_AT_ONCE, *arguments, str(pipe)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    ) as process:
        with suppress(BrokenPipeError), pipe.open("wb") as file:  # it may have ended already
            file.writelines(lines[:12])
            file.flush()
            assert process.stdout is not None
            first = process.stdout.readline()
            send(process.pid, number)
            file.writelines(lines[12:])
        rest, said = process.communicate()
    assert process.returncode == 130
    assert "--resume" in said.decode()
    assert "Traceback" not in said.decode()
    told = [int(line.split(b"\t")[0]) for line in (first + rest).splitlines()]
    assert told == list(range(1, len(told) + 1))
    assert 4 <= len(told) <= 12
    assert recorded(out) == told
    written = len(list(out.glob("1.2.*.json")))
    assert written >= len(told)
    assert written == len(told) or (send, number) == (os.killpg, signal.SIGTERM)
    resumed = licences(*arguments, source, "--resume")
    assert resumed.code == 0, resumed.err
    assert recorded(out) == list(range(1, 21))


@pytest.mark.unmeasured
def test_a_killed_job_leaves_no_process(home: Path, tmp_path: Path) -> None:
    """After SIGKILL the processes that worked for it end, and so does what tracks them."""
    lines = rows_file(tmp_path / "rows.ndjson", 12).read_bytes()
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    arguments = [
        "bulk", BUSINESS.slug, "--from", str(pipe), "--out", str(tmp_path / "out"), "--format",
        "json", "--home", str(home), "-j", "1",
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", _FOUR_AT_ONCE, *arguments], stdout=subprocess.PIPE
    ) as process:
        with pipe.open("wb") as file:  # it stays open, so that there is always more to come
            file.write(lines)
            file.flush()
            assert process.stdout is not None
            assert process.stdout.readline()
            workers = children_of(process.pid)
            assert workers
            process.kill()
            process.wait()
            left = [each for each in workers if not becomes_gone(each)]
        assert left == []


_FOUR_AT_ONCE = """
import licences.bulk
from licences.cli.main import main

licences.bulk.ROWS_AT_ONCE = 4
main()
"""


@pytest.mark.usefixtures("_inline")
def test_an_interrupted_trial_says_so(
    home: Path, tmp_path: Path, licences: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--dry-run stops at SIGINT too, and does not speak of going on."""
    monkeypatch.setattr("licences.bulk.ROWS_AT_ONCE", 1)
    monkeypatch.setattr("licences.cli.bulk._line", _interrupting)
    source = rows_file(tmp_path / "rows.ndjson", 20)
    outcome = licences(
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "--dry-run", "-j", 1,
    )  # fmt: skip
    assert outcome.code == 130
    assert len(outcome.out.splitlines()) < 5
    assert "Interrupted" in outcome.err
    assert "--resume" not in outcome.err


def _interrupting(row: RowResult, _form: object) -> str:
    """Give the line of a row; at the first, somebody interrupts."""
    if row.number == 1:
        os.kill(os.getpid(), signal.SIGINT)
    return str(row.number)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.csv", None, LicenceReason.INPUT_NOT_FOUND),
        (".", None, LicenceReason.ROWS_UNREADABLE),
        ("gbk.csv", "名称\n样本\n".encode("gbk"), LicenceReason.ROWS_UNREADABLE),
    ],
)
def test_a_useless_source_leaves_no_job(
    home: Path, tmp_path: Path, licences: Command, name: str, content: bytes | None, reason: str
) -> None:
    """Exit 2, nothing was read; the output folder is as it was."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    outcome = licences(
        "bulk", BUSINESS.slug, "--from", tmp_path / name, "--out", tmp_path / "out",
        "--home", home,
    )  # fmt: skip
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("_inline")
def test_there_is_a_job_to_go_on_with(home: Path, tmp_path: Path, licences: Command) -> None:
    """JOB_MISSING, exit 2, where --out is mistyped: no new job is begun there."""
    source = rows_file(tmp_path / "rows.ndjson", 1)
    outcome = licences(
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "oot", "--home", home,
        "--resume",
    )  # fmt: skip
    assert (outcome.code, outcome.out) == (2, "")
    assert LicenceReason.JOB_MISSING in outcome.err
    assert not (tmp_path / "oot").exists()


@pytest.mark.usefixtures("_inline")
def test_of_two_in_one_folder_the_second_is_told(
    home: Path, tmp_path: Path, licences: Command
) -> None:
    """JOB_RUNNING, exit 2, naming the folder; when the first has ended, it goes on."""
    source = rows_file(tmp_path / "rows.ndjson", 2)
    asked = (
        "bulk", BUSINESS.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "-j", 1,
    )  # fmt: skip
    first = run_job(json_job(home, source), jobs=1)
    next(first)
    for more in ((), ("--resume",)):
        second = licences(*asked, *more)
        assert (second.code, second.out) == (2, "")
        assert f"{LicenceReason.JOB_RUNNING}：" in second.err
        assert f"（{tmp_path / 'out'}）" in second.err
    assert len(list(first)) == 1
    assert licences(*asked, "--resume").code == 0
    assert recorded(tmp_path / "out") == [1, 2]
    another = run_job(json_job(home, source), jobs=1, resume=True)
    with pytest.raises(UnavailableError):
        run_job(json_job(home, source), jobs=1, resume=True)
    del another
    assert len(list(run_job(json_job(home, source), jobs=1, resume=True))) == 2


@pytest.mark.usefixtures("_inline")
def test_a_record_is_held_until_it_is_in_its_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes before that is told JOB_RUNNING; who comes after that has a draft of its own."""
    source = rows_file(tmp_path / "rows.ndjson", 2)
    job = json_job(home, source)
    assert len(list(run_job(job, jobs=1))) == 2
    rows_file(source, 3)
    real, later = bulk_record._put_in_place, list[Iterator[RowResult]]()

    def in_between(part: Path, path: Path) -> None:
        with pytest.raises(UnavailableError) as caught:
            run_job(job, jobs=1, resume=True)
        assert caught.value.reason is LicenceReason.JOB_RUNNING
        real(part, path)
        later.append(run_job(job, jobs=1, resume=True))
        next(later[0])

    monkeypatch.setattr(bulk_record, "_put_in_place", in_between)
    assert len(list(run_job(job, jobs=1, resume=True))) == 3
    monkeypatch.setattr(bulk_record, "_put_in_place", real)
    assert len(list(later[0])) == 2
    assert recorded(job.out) == [1, 2, 3]
    assert [each.name for each in job.out.glob(".*")] == []


@pytest.mark.usefixtures("_inline")
@pytest.mark.parametrize("name", [RESULTS, f".{RESULTS}.part"])
def test_no_link_leads_a_job_elsewhere(home: Path, tmp_path: Path, name: str) -> None:
    """In a folder that others may write to: a record that is a link, or one to be put in order."""
    source, out = rows_file(tmp_path / "rows.ndjson", 1), tmp_path / "out"
    precious = tmp_path / "precious.txt"
    precious.write_text("样本", encoding="utf-8")
    precious.chmod(0o644)
    job = json_job(home, source)
    if name == RESULTS:
        out.mkdir()
        (out / name).symlink_to(precious)
        with pytest.raises(UnavailableError) as caught:
            list(run_job(job, jobs=1))
        assert caught.value.reason is LicenceReason.OUTPUT_UNWRITABLE
    else:
        assert len(list(run_job(job, jobs=1))) == 1
        (out / name).symlink_to(precious)
        assert len(list(run_job(job, jobs=1, resume=True))) == 1
        assert not (out / RESULTS).is_symlink()
        assert recorded(out) == [1]
        assert stat.S_IMODE((out / RESULTS).stat().st_mode) == 0o600
    assert precious.read_text("utf-8") == "样本"
    assert stat.S_IMODE(precious.stat().st_mode) == 0o644


@pytest.mark.usefixtures("_inline")
@pytest.mark.parametrize("failing", ["fsync", "_put_in_place"])
def test_a_record_that_cannot_be_written_is_told(
    home: Path, tmp_path: Path, licences: Command, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """OUTPUT_UNWRITABLE; the job can go on, for nothing that was recorded is lost."""
    source = rows_file(tmp_path / "rows.ndjson", 1)
    job = json_job(home, source)
    assert len(list(run_job(job, jobs=1))) == 1
    rows_file(source, 2)

    sync, record = os.fsync, job.out / RESULTS

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def full_for_the_record(descriptor: int) -> None:
        it = os.path.samestat(os.fstat(descriptor), record.stat())
        full() if it else sync(descriptor)

    with monkeypatch.context() as patch:
        if failing == "fsync":
            patch.setattr(os, failing, full_for_the_record)
        else:
            patch.setattr(bulk_record, failing, full)
        outcome = licences(
            "bulk", BUSINESS.slug, "--from", source, "--out", job.out, "--format", "json",
            "--home", home, "-j", 1, "--resume",
        )  # fmt: skip
    assert outcome.code == 1
    assert LicenceReason.OUTPUT_UNWRITABLE in outcome.err
    assert recorded(job.out) == [1, 2]
    assert [each.name for each in job.out.glob(".*")] == []
    assert len(list(run_job(job, jobs=1, resume=True))) == 2


def test_an_output_folder_that_cannot_be_made_is_told(home: Path, tmp_path: Path) -> None:
    """A file where the output folder should be stops the job (OUTPUT_UNWRITABLE)."""
    (tmp_path / "out").touch()
    job = json_job(home, rows_file(tmp_path / "rows.ndjson", 1))
    with pytest.raises(UnavailableError) as caught:
        run_job(job, jobs=1)
    assert caught.value.reason is LicenceReason.OUTPUT_UNWRITABLE


@pytest.mark.usefixtures("_inline")
def test_a_home_without_trust_stops_the_job(home: Path, tmp_path: Path) -> None:
    """What a process cannot open is raised here, before any row; there is no job afterwards."""
    for file in (home / "trust").iterdir():
        file.unlink()
    job = json_job(home, rows_file(tmp_path / "rows.ndjson", 1))
    with pytest.raises(EvidenceError) as caught:
        list(run_job(job, jobs=1))
    assert caught.value.reason is Reason.TRUST_UNREADABLE
    assert recorded(job.out) == []


def test_a_progress_file_of_others_is_refused(home: Path, tmp_path: Path) -> None:
    """A results file that this command did not write stops the job (JOB_MALFORMED)."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / RESULTS).write_text("nonsense\n")
    job = json_job(home, rows_file(tmp_path / "rows.ndjson", 1))
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
    results = list(run_job(json_job(home, source), jobs=1))
    assert [each.number for each in results] == list(range(1, 17))
    assert {each.problems[0].reason for each in results} == {LicenceReason.WORKER_FAILED}
    assert {each.outcome for each in results} == {RowOutcome.REFUSED}


def _killed(_rows: object) -> None:
    """Be the work of a process that is killed."""
    os.kill(os.getpid(), signal.SIGKILL)
