"""The commands that need a home: init, issue, show, doctor, bulk; with the types' own faces."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eseal.reasons import Reason
from licences.bulk import RESULTS, ROWS_AT_ONCE, Job, RowOutcome, run_job
from licences.home import create_home
from licences.model import Format
from licences.moments import now
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS, MARKET


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for a demo authority that `init` makes with the clock of this machine.

    Processes that are spawned read that clock, so what they use has to be valid by it.
    """
    from licences.demo_authority import create_demo_authority
    from tests.homes import DEPARTMENTS

    folder = tmp_path_factory.mktemp("living")
    create_demo_authority(folder, DEPARTMENTS, clock=now)
    return folder


@pytest.fixture
def home(authority_folder: Path, tmp_path: Path) -> Path:
    """Give a new home of that authority."""
    from licences.demo_authority import create_demo_authority
    from tests.homes import DEPARTMENTS

    authority = create_demo_authority(authority_folder, DEPARTMENTS, clock=now)
    path = tmp_path / "home"
    create_home(path, departments=authority.departments, trust=authority.trust_files)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a file with the sample data of a business licence."""
    path = tmp_path / "data.json"
    path.write_text(json.dumps(BUSINESS.sample(), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("suite", ["sm2", "rsa"])
def test_issues_and_verifies(
    licences: Command, home: Path, data: Path, tmp_path: Path, suite: str
) -> None:
    """A department's data become a PDF and a JSON licence, which verify; asking again, the same."""
    arguments = (
        "issue",
        "营业执照",
        "--data",
        data,
        "--out",
        tmp_path / "out",
        "--home",
        home,
        "--suite",
        suite,
    )
    first = licences(*arguments)
    assert first.code == 0, first.err
    identifier, *files = first.out.split()
    assert [Path(each).suffix for each in files] == [".json", ".pdf"]
    assert licences(*arguments).out == first.out
    verified = licences("verify", tmp_path / "out", "--home", home, "--format", "ndjson")
    assert verified.code == 0, verified.out
    assert {json.loads(line)["licence"]["identifier"] for line in verified.out.splitlines()} == {
        identifier
    }


def test_reads_data_from_standard_input(licences: Command, home: Path, data: Path) -> None:
    """`--data -` takes the object from standard input."""
    outcome = licences.with_stdin(data.read_bytes())(
        "issue", BUSINESS.slug, "--data", "-", "--format", "json", "--home", home
    )
    assert outcome.code == 0
    assert outcome.out.startswith("1.2.156.3005.2.")


def test_refuses_bad_data_with_every_pointer(licences: Command, home: Path, data: Path) -> None:
    """Each bad field is named by its JSON pointer and reason; nothing is issued."""
    bad = BUSINESS.sample() | {
        "uscc": "91999901MAEX000108",
        "issued_on": "yesterday",
        "nonsense": 1,
    }
    del bad["name"]
    data.write_text(json.dumps(bad), encoding="utf-8")
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert outcome.code == 1
    assert outcome.out == ""
    for pointer in ("/uscc", "/issued_on", "/nonsense", "/name"):
        assert f"  {pointer}  " in outcome.err


def test_another_body_under_the_same_number_is_a_conflict(
    licences: Command, home: Path, data: Path
) -> None:
    """The same number with other content is refused (CONFLICT)."""
    arguments = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    assert licences(*arguments).code == 0
    data.write_text(json.dumps(BUSINESS.sample() | {"representative": "样本乙"}), encoding="utf-8")
    outcome = licences(*arguments)
    assert outcome.code == 1
    assert LicenceReason.CONFLICT in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--data", "none.json"), 2, "cannot read"),
        (("--data", "list.json"), 1, Reason.MALFORMED_JSON),
        (("--data", "nested.json"), 1, "/name"),
        (("--data", "data.json", "--format", "ofd"), 2, "pdf and json"),
        (("--data", "data.json", "--department", "11999900MB0000043X"), 1, "ISSUER_NOT_ALLOWED"),
    ],
)
def test_wrong_requests_are_told(
    licences: Command,
    home: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """Whatever is wrong with a request is said in a sentence, and nothing is issued."""
    monkeypatch.chdir(data.parent)
    Path("list.json").write_text("[]")
    Path("nested.json").write_text('{"name": {}}')
    outcome = licences("issue", BUSINESS.slug, "--home", home, *arguments)
    assert outcome.code == code
    assert said in outcome.err
    assert outcome.out == ""


def test_a_type_that_nobody_here_issues_asks_for_the_department(
    licences: Command, tmp_path: Path, data: Path
) -> None:
    """A home without a department for the type says so instead of guessing."""
    create_home(tmp_path / "empty", departments=(), trust=())
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", tmp_path / "empty")
    assert outcome.code == 2
    assert "--department" in outcome.err


def test_without_a_home_says_how_to_make_one(licences: Command, tmp_path: Path, data: Path) -> None:
    """A missing home is told with its remedy."""
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", tmp_path / "none")
    assert outcome.code == 1
    assert LicenceReason.HOME_MISSING in outcome.err


def test_shows_a_licence_and_gives_its_files(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """The register knows the licence: fields, documents, journal; files can be had again."""
    issued = licences("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = issued.out.strip()
    shown = licences("show", identifier, "--home", home, "--out", tmp_path / "again")
    assert shown.code == 0
    assert "示例市样本科技有限公司" in shown.out
    assert "issued" in shown.out
    (again,) = (tmp_path / "again").iterdir()
    assert again.name == f"{identifier}.json"
    as_json = json.loads(licences("show", identifier, "--home", home, "--json").out)
    assert as_json["state"] == "issued"
    assert as_json["documents"][0]["size"] == again.stat().st_size


def test_show_says_that_an_identifier_is_unknown(licences: Command, home: Path) -> None:
    """An identifier that the register lacks is told."""
    outcome = licences("show", "1.2.3", "--home", home)
    assert outcome.code == 1
    assert "1.2.3" in outcome.err


def test_output_never_overwrites_something_else(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """A file of the same name with other content stays (OUTPUT_EXISTS); the licence is kept."""
    arguments = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = licences(*arguments).out.strip()
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / f"{identifier}.json"
    file.write_text("mine")
    outcome = licences(*arguments, "--out", tmp_path / "out")
    assert outcome.code == 1
    assert LicenceReason.OUTPUT_EXISTS in outcome.err
    assert file.read_text() == "mine"
    blocked = licences(*arguments, "--out", file / "below")
    assert LicenceReason.OUTPUT_UNWRITABLE in blocked.err


def test_init_makes_a_home_once(licences: Command, tmp_path: Path) -> None:
    """A new home says what to do next; an existing one is never made anew."""
    made = licences("init", "--home", tmp_path / "home")
    assert made.code == 0
    assert "settings.toml" in made.err
    assert (tmp_path / "home" / "settings.toml").is_file()
    again = licences("init", "--home", tmp_path / "home")
    assert again.code == 1
    assert LicenceReason.HOME_EXISTS in again.err


def test_init_with_a_demo_authority_is_ready_to_issue(
    licences: Command,
    authority_folder: Path,
    tmp_path: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`init --demo-authority` reuses or makes the authority, and its home issues at once."""
    from dataclasses import replace

    from licences import catalogue
    from tests.homes import CATALOGUE, DEPARTMENTS

    few = replace(CATALOGUE, departments=DEPARTMENTS)
    monkeypatch.setattr(catalogue, "load_catalogue", lambda *_folders: few)
    home = tmp_path / "home"
    assert licences("init", "--home", home, "--demo-authority", authority_folder).code == 0
    issued = licences("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    assert issued.code == 0, issued.err


def test_doctor_finds_a_good_home_good(licences: Command, home: Path) -> None:
    """Engine, types, register, trust and every signer are examined."""
    outcome = licences("doctor", "--home", home)
    assert outcome.code == 0, outcome.out
    for said in ("SM2", "trust", "sm2", "rsa", "示例市市场监督管理局"):
        assert said in outcome.out


def test_doctor_finds_what_is_wrong(
    licences: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stale CRL, an expired certificate, unreadable trust, a missing home: each is told."""
    later = now().replace(year=now().year + 30)
    monkeypatch.setattr("licences.moments.now", lambda: later)
    outcome = licences("doctor", "--home", home)
    assert outcome.code == 1
    assert "stale CRL" in outcome.out
    for file in (home / "trust").iterdir():
        file.unlink()
    assert Reason.TRUST_UNREADABLE in licences("doctor", "--home", home).out
    assert LicenceReason.HOME_MISSING in licences("doctor", "--home", home / "none").out


def test_doctor_misses_departments(licences: Command, tmp_path: Path) -> None:
    """A home in which nobody can issue is not good."""
    create_home(tmp_path / "home", departments=(), trust=())
    outcome = licences("doctor", "--home", tmp_path / "home")
    assert outcome.code == 1
    assert "departments" in outcome.out


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
    from eseal.algorithms import Suite

    return Job(
        home=home,
        type_slug=BUSINESS.slug,
        department=MARKET,
        suite=Suite.SM2,
        formats=(Format.JSON,),
        source=source,
        out=tmp_path / "out",
    )
