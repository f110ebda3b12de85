"""Bulk issuing of what was issued before: by an earlier row, an earlier job, another request."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from licences.bulk import Brake, run_job
from licences.bulk_compared import Present
from licences.bulk_results import RESULTS, RowOutcome, RowResult
from licences.cli.bulk_words import Tally, row_line
from licences.field_rules import Problem
from licences.model import Format
from licences.reasons import LicenceReason
from tests.command import Command, Outcome
from tests.homes import BUSINESS, CATALOGUE, DEPARTMENTS, MARKET
from tests.licences.bulk_jobs import json_job
from tests.licences.cli.test_life import WHY
from tests.licences.inline_pool import InlinePool
from tests.schemas import faults

pytestmark = pytest.mark.usefixtures("_inline")


@pytest.fixture
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licences.bulk.ProcessPoolExecutor", InlinePool)


class Jobs:
    """Bulk jobs of one home and one file of rows."""

    def __init__(self, licences: Command, home: Path, folder: Path) -> None:
        self._licences, self.home, self.folder = licences, home, folder

    def __call__(self, numbers: list[int], *options: str, out: str = "out", **more: str) -> Outcome:
        """Run a job whose rows have these numbers, and otherwise the sample's data and `more`.

        Or of the rows of another file, if the options name one.
        """
        lines = [
            json.dumps(BUSINESS.sample() | {"licence_number": f"{each:021d}"} | more)
            for each in numbers
        ]
        source = self.folder / "rows.ndjson"
        source.write_text("\n".join(lines), encoding="utf-8")
        rows = () if "--from" in options else ("--from", source)
        return self._licences(
            "bulk", BUSINESS.slug, *rows, "--out", self.folder / out, "--format",
            "json", "--home", self.home, "-j", 1, *options,
        )  # fmt: skip

    def lines(self) -> list[dict[str, Any]]:
        """Read the results of a job; each line has the form that its schema says."""
        lines = (self.folder / "out" / RESULTS).read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        assert [fault for each in found for fault in faults("bulk-result", each)] == []
        return found

    def results(self) -> list[tuple[int | None, str, str]]:
        """Read the results of a job: row, outcome, identifier."""
        return [(each["row"], each["outcome"], each["identifier"] or "") for each in self.lines()]


@pytest.fixture
def jobs(licences: Command, home: Path, tmp_path: Path) -> Jobs:
    """Jobs on a new home."""
    return Jobs(licences, home, tmp_path)


def test_rows_that_repeat_are_one_licence(jobs: Jobs) -> None:
    """Told at the row and counted apart, on trial and when they are issued."""
    trial = jobs([1, 2, 1], "--dry-run")
    assert "3 行可签发，2 份证照（1 行与前面的行相同）" in trial.err
    issued = jobs([1, 2, 1])
    assert issued.code == 0
    first, _, third = (line.split("\t") for line in issued.out.splitlines())
    assert third[:2] == ["3", first[1]]
    assert third[2] == "第 3 行与第 1 行相同 repeats row 1"
    assert "已签发 3 行，2 份证照（1 行与前面的行相同），未签发 0 行" in issued.err
    assert "3 rows issued, 2 licences (1 repeat earlier rows), 0 refused" in issued.err


def test_what_was_issued_before_the_job_is_told(jobs: Jobs, licences: Command, home: Path) -> None:
    """Exit 0 and the same identifiers; how many there were already, and how many are no more."""
    issued = jobs([1, 2])
    identifier = issued.out.split()[1]
    assert licences("revoke", identifier, *WHY, "--home", home).code == 0
    again = jobs([1, 2, 3], out="others")
    assert again.code == 0
    lines = again.out.splitlines()
    assert lines[0].startswith(f"1\t{identifier}\t先前已签发 already issued；现已不是有效证照")
    assert lines[1].endswith("\t先前已签发 already issued")
    assert lines[2].count("\t") == 1
    assert "已签发 3 行，其中 2 份先前已签发，1 份现已不是有效证照" in again.err
    assert "3 rows issued, 2 already before, 1 no longer valid, 0 refused" in again.err
    told = jobs([1, 3], "--results", "ndjson", out="third")
    states = [(row["already"], row["standing"]) for row in map(json.loads, told.out.splitlines())]
    assert states == [(True, "revoked"), (True, "valid")]
    told = jobs([1, 3, 4], "--quiet", out="fourth")
    assert [line.split("\t")[:2] for line in told.out.splitlines()] == [["1", identifier]]


def test_a_job_does_not_go_on_with_another_type(
    jobs: Jobs, licences: Command, home: Path, tmp_path: Path
) -> None:
    """JOB_OF_OTHERS before anything is touched, whatever the results had at their end."""
    jobs([1])
    results = tmp_path / "out" / RESULTS
    results.write_bytes(results.read_bytes() + b"cut o")
    before = results.read_bytes()
    other = next(
        each
        for each in CATALOGUE.types
        if each.slug != BUSINESS.slug and each.may_be_issued_by(MARKET)
    )
    source = tmp_path / "other.ndjson"
    source.write_text(json.dumps(other.sample()), encoding="utf-8")
    outcome = licences(
        "bulk", other.slug, "--from", source, "--out", tmp_path / "out", "--format", "json",
        "--home", home, "-j", 1, "--resume",
    )  # fmt: skip
    assert (outcome.code, outcome.out) == (2, "")
    assert LicenceReason.JOB_OF_OTHERS in outcome.err
    assert "另一类型、另一部门" in outcome.err
    assert "--resume" not in outcome.err
    assert results.read_bytes() == before


def left(identifier: str, row: int, *rest: str) -> str:
    """What is said of a licence that no row leads to any more."""
    return "；".join([f"  {identifier}  原第 {row} 行 was row {row}", *rest]) + "\n"


def heir(row: int, now: str) -> str:
    """What is said of the row that has its number now."""
    return f"其编号现在第 {row} 行 its number is now in row {row}：{now}"


def there(row: int, now: str) -> str:
    """What is said of the row that stands now where its row stood."""
    return f"第 {row} 行现在的数据不同 row {row} has other data now：{now}"


NOT_ISSUED = "未签发 not issued"


def test_licences_that_no_row_leads_to_any_more_are_warned_of(jobs: Jobs) -> None:
    """Each by its name, with the row that it was, and with the rows that follow it."""
    first, second = (line.split("\t")[1] for line in jobs([1, 2]).out.splitlines())
    anew = jobs([3, 2], "--resume")
    third = anew.out.split()[1]
    assert anew.code == 0
    assert "警告：以下证照此前运行时已签发，文件中现在没有与之相符的行" in anew.err
    assert left(first, 1, there(1, third)) in anew.err
    assert second not in anew.err
    conflict = jobs([3, 2], "--resume", representative="样本乙")
    assert conflict.code == 1
    assert left(second, 2, heir(2, NOT_ISSUED)) in conflict.err
    assert left(third, 1, heir(1, NOT_ISSUED)) in conflict.err
    assert left(first, 1, there(1, NOT_ISSUED)) in conflict.err
    assert "warning" not in jobs([3, 2], out="fresh").err


def test_a_warning_is_about_the_row_that_was_issued(jobs: Jobs, tmp_path: Path) -> None:
    """The number of the first row was the second's: the second was never issued as that."""

    def rows(*those: tuple[int, str]) -> tuple[str, str]:
        data = [{"licence_number": f"{each:021d}", "representative": name} for each, name in those]
        lines = [json.dumps(BUSINESS.sample() | each) for each in data]
        (tmp_path / "those.ndjson").write_text("\n".join(lines), encoding="utf-8")
        return ("--from", str(tmp_path / "those.ndjson"))

    issued = jobs([], *rows((7, "样本甲"))).out.split()[1]
    mended = jobs([], *rows((8, "样本甲"), (7, "样本乙")), "--resume")
    fresh = mended.out.split()[1]
    assert left(issued, 1, heir(2, NOT_ISSUED), there(1, fresh)) in mended.err
    assert mended.err.count(issued) == 1
    gone = jobs([], *rows((8, "样本甲")), "--resume")
    assert left(issued, 1) in gone.err
    assert "licences cancel" in gone.err


def test_rows_that_only_moved_are_not_warned_of(jobs: Jobs) -> None:
    """Known again by their data, wherever they stand, and by their number when that changed."""
    first, second, third = (line.split("\t")[1] for line in jobs([1, 2, 3]).out.splitlines())
    moved = jobs([9, 1, 2, 3], "--resume")
    assert (moved.code, "warning" in moved.err) == (0, False)
    lines = [line.split("\t") for line in moved.out.splitlines()]
    assert lines[1:] == [["2", first], ["3", second], ["4", third]]
    fewer = jobs([1, 3], "--resume")
    assert fewer.code == 0
    assert left(second, 3) in fewer.err
    assert first not in fewer.err
    changed = jobs([8, 7, 1], "--resume", representative="样本乙")
    eighth = changed.out.split()[1]
    assert left(first, 1, heir(3, NOT_ISSUED), there(1, eighth)) in changed.err
    assert left(second, 3, there(3, NOT_ISSUED)) in changed.err


def test_a_row_that_could_not_be_told_as_issued_is_not_left(jobs: Jobs) -> None:
    """Its data stand in the file: only the store has no document any more."""
    issued = jobs([1, 2]).out.split()[1]
    for each in (jobs.home / "documents").rglob("*"):
        if each.is_file():
            each.unlink()
    again = jobs([1, 2], "--resume")
    assert again.code == 1
    assert "DOCUMENT_MISSING" in again.out
    assert "warning" not in again.err
    assert jobs.results()[2] == (None, "issued", issued)


def test_nothing_that_was_issued_is_lost_from_the_results(jobs: Jobs) -> None:
    """Changed and refused, a row keeps the line of its licence; mended, it is told as ever."""
    _, second = (line.split("\t")[1] for line in jobs([1, 2]).out.splitlines())
    assert jobs([1, 2], "--resume", representative="样本乙").code == 1
    told = jobs.results()
    assert [(row, outcome) for row, outcome, _ in told] == [
        (1, "refused"), (2, "refused"), (None, "issued"), (None, "issued"),
    ]  # fmt: skip
    assert told[3][2] == second
    assert [each.get("earlier_row") for each in jobs.lines()] == [None, None, 1, 2]
    again = jobs([1, 2], "--resume", representative="样本丙")
    assert left(second, 2, heir(2, NOT_ISSUED)) in again.err
    assert jobs.results() == told
    assert jobs([1, 2], "--resume").out.splitlines()[1] == f"2\t{second}"
    assert [(row, outcome) for row, outcome, _ in jobs.results()] == [(1, "issued"), (2, "issued")]
    assert jobs([1], "--resume").code == 0
    assert jobs.results()[1] == (None, "issued", second)


def test_results_have_one_line_a_row_that_is_there(jobs: Jobs) -> None:
    """Rows taken out leave their licences, each once and without a row; they may come back."""
    issued = [line.split("\t")[1] for line in jobs([1, 2, 3, 4]).out.splitlines()]
    rows = [(place, "issued", each) for place, each in enumerate(issued, 1)]
    assert jobs.results() == rows
    for _ in range(2):
        assert jobs([1, 3, 4], "--resume").code == 0
        assert jobs.results() == [
            (1, "issued", issued[0]),
            (2, "issued", issued[2]),
            (3, "issued", issued[3]),
            (None, "issued", issued[1]),
        ]
        assert jobs.lines()[3]["earlier_row"] == 2
    assert jobs([1, 2, 3, 4, 3], "--resume").code == 0
    assert jobs.results() == [*rows, (5, "issued", issued[2])]
    assert [each["repeats"] for each in jobs.lines()] == [None, None, None, None, 3]
    assert (jobs.folder / "out" / RESULTS).stat().st_mode & 0o777 == 0o600


def test_a_job_that_goes_on_and_is_interrupted_keeps_its_record(jobs: Jobs, home: Path) -> None:
    """Rows that it did not come to are not told as gone."""
    jobs([1, 2])
    before, brake = jobs.results(), Brake()
    brake.pull()
    assert (
        list(run_job(json_job(home, jobs.folder / "rows.ndjson"), jobs=1, resume=True, brake=brake))
        == []
    )
    assert jobs.results() == before
    assert [each.name for each in (jobs.folder / "out").glob("*.part")] == []


@pytest.fixture
def twice(tmp_path: Path) -> "Twice":
    """A file of rows of one number."""
    return Twice(tmp_path / "twice.ndjson")


class Twice:
    """A file whose rows have one number, and different representatives."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def __call__(self, *names: str) -> tuple[str, str]:
        """Write it; gives the options that name it."""
        data = BUSINESS.sample() | {"licence_number": f"{7:021d}"}
        lines = [json.dumps(data | {"representative": each}) for each in names]
        self.source.write_text("\n".join(lines), encoding="utf-8")
        return ("--from", str(self.source))


def test_of_a_number_that_stands_twice_nothing_is_issued(jobs: Jobs, twice: Twice) -> None:
    """Nobody can tell which row is right: both name the other, on trial as well."""
    for more in (("--dry-run",), (), ("--resume",)):
        outcome = jobs([], *twice("样本甲", "样本乙"), *more)
        assert outcome.code == 1
        for line, (row, other) in zip(outcome.out.splitlines(), ((1, 2), (2, 1)), strict=True):
            assert line == (
                f"{row}\tNUMBER_TWICE /licence_number 与第 {other} 行编号相同，内容不同 "
                f"row {other} has the same number with other content"
            )
        assert "warning" not in outcome.err
    mended = jobs([], *twice("样本乙"), "--resume")
    assert (mended.code, "warning" in mended.err) == (0, False)


def test_a_number_that_stands_twice_is_told_with_what_else_is_wrong(
    jobs: Jobs, tmp_path: Path
) -> None:
    """A date that was never, say."""
    data = BUSINESS.sample()
    lines = [json.dumps(each) for each in (data, data | {"issued_on": "never"})]
    source = tmp_path / "both.ndjson"
    source.write_text("\n".join(lines), encoding="utf-8")
    _, second = jobs([], "--from", str(source)).out.splitlines()
    assert second.startswith("2\tNUMBER_TWICE /licence_number")
    assert "FIELD_DATE /issued_on" in second


def test_a_number_that_stands_twice_names_what_was_issued(jobs: Jobs, twice: Twice) -> None:
    """What was issued stays told as issued; the row beside it names row and licence."""
    issued = jobs([], *twice("样本甲")).out.split()[1]
    after = jobs([], *twice("样本甲", "样本乙"), "--resume")
    assert after.out.splitlines() == [
        f"1\t{issued}",
        f"2\tNUMBER_TWICE /licence_number 与第 1 行编号相同，内容不同；第 1 行已签发为 {issued} "
        f"row 1 has the same number with other content, and was issued as {issued}",
    ]
    before = jobs([], *twice("样本丙", "样本甲"), "--resume")
    assert f"与第 2 行编号相同，内容不同；第 2 行已签发为 {issued}" in before.out.splitlines()[0]
    assert before.out.splitlines()[1] == f"2\t{issued}"
    for outcome in (after, before):
        assert "CONFLICT" not in outcome.err
        assert "warning" not in outcome.err
        assert "licences cancel" in outcome.err
    neither = jobs([], *twice("样本丁", "样本戊"), out="fresh")
    assert "与第 2 行编号相同" in neither.out
    assert f"CONFLICT / 此编号已属于 {issued}" in neither.out


def test_rows_of_a_pipe_name_the_licence_of_the_row_before(
    jobs: Jobs, twice: Twice, tmp_path: Path
) -> None:
    """It is read once: the first is issued before anybody knows of the second."""
    twice("样本甲", "样本乙")
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: pipe.write_bytes(twice.source.read_bytes()))
        first, second = jobs([], "--from", str(pipe)).out.splitlines()
    issued = first.split("\t")[1]
    assert f"第 1 行已签发为 {issued} row 1 has the same number" in second
    assert second.endswith(f"and was issued as {issued}")


def test_rows_that_share_one_number_are_kept_twice_at_most() -> None:
    """Each names the first row with other data; a thousand of them cost no more each than two."""
    present, key = Present(), "00" * 32
    rows = {number: f"{number:064x}" for number in range(1, 6)}
    for number, digest in rows.items():
        present.add(number, digest, key)
    twins = [present.twin(key, digest) for digest in rows.values()]
    assert [twin and twin.number for twin in twins] == [2, 1, 1, 1, 1]
    assert present.others == {bytes.fromhex(key): bytes.fromhex(rows[2])}
    assert present.twin("01" * 32, rows[1]) is None


def test_results_of_before_go_on(jobs: Jobs) -> None:
    """Lines that do not say the licence's number are known by data and place."""
    first, second = (line.split("\t")[1] for line in jobs([1, 2]).out.splitlines())
    results = jobs.folder / "out" / RESULTS
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        del line["number_sha256"], line["repeats"]
    results.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert "warning" not in jobs([9, 1, 2], "--resume").err
    results.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    changed = jobs([1, 2], "--resume", representative="样本乙").err
    for row, each in enumerate((first, second), 1):
        assert left(each, row, there(row, NOT_ISSUED)) in changed


def test_an_altered_record_makes_nothing_issued(jobs: Jobs) -> None:
    """Licences that were exchanged in it are told as the register has them; files come back."""
    told = jobs([1, 2]).out
    results = jobs.folder / "out" / RESULTS
    first, second = (json.loads(line) for line in results.read_text().splitlines())
    first["identifier"], second["identifier"] = second["identifier"], first["identifier"]
    document = jobs.folder / "out" / f"{second['identifier']}.json"
    document.unlink()
    results.write_text("".join(json.dumps(each) + "\n" for each in (first, second)))
    again = jobs([1, 2], "--resume")
    assert (again.code, again.out) == (0, told)
    assert document.is_file()
    assert [each for *_, each in jobs.results()] == [
        line.split("\t")[1] for line in told.splitlines()
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("row", "Infinity"),
        ("row", '"1"'),
        ("identifier", '["x"]'),
        ("identifier", '"1.2.156.3005.2.\\u001b[31m"'),
        ("sha256", '["x"]'),
        ("number_sha256", '"x"'),
        ("problems", "[" * 100_000),
    ],
    ids=lambda text: text[:9],
)
def test_a_record_that_nobody_wrote_is_refused(jobs: Jobs, name: str, value: str) -> None:
    """JOB_MALFORMED, whatever stands there: nothing crashes, nothing gets to the terminal."""
    good = {
        "row": "1",
        "outcome": '"issued"',
        "identifier": "null",
        "problems": "[]",
        "sha256": f'"{"0" * 64}"',
    }
    line = ",".join(f'"{key}":{each}' for key, each in (good | {name: value}).items())
    (jobs.folder / "out").mkdir()
    (jobs.folder / "out" / RESULTS).write_text(f"{{{line}}}\n")
    refused = jobs([1], "--resume")
    assert refused.code == 2
    assert "JOB_MALFORMED" in refused.err
    assert "\x1b" not in refused.err


def test_a_job_goes_on_with_its_suite_and_formats(jobs: Jobs, home: Path) -> None:
    """JOB_OF_OTHERS: with others all that was issued would be a conflict."""
    jobs([1])
    results = jobs.folder / "out" / RESULTS
    before = results.read_bytes()
    job = json_job(home, jobs.folder / "rows.ndjson")
    suite = next(each for each in Suite if each is not job.suite)
    for other in (replace(job, suite=suite), replace(job, formats=(Format.PDF, Format.JSON))):
        with pytest.raises(RefusedError, match=f"is {job.suite}, json") as caught:
            run_job(other, jobs=1, resume=True)
        assert caught.value.reason is LicenceReason.JOB_OF_OTHERS
    assert results.read_bytes() == before
    assert [each.resumed for each in run_job(job, jobs=1, resume=True)] == [True]


def test_a_job_does_not_go_on_for_another_department(jobs: Jobs, home: Path) -> None:
    """JOB_OF_OTHERS, also where only a licence that no row has any more is another's."""
    jobs([1])
    jobs([1], "--resume", representative="样本乙")
    results = jobs.folder / "out" / RESULTS
    before = results.read_bytes()
    job = json_job(home, jobs.folder / "rows.ndjson", department=DEPARTMENTS[1].code.text)
    with pytest.raises(RefusedError, match=r"其中有 1\.2\.156.*nothing was touched") as caught:
        run_job(job, jobs=1, resume=True)
    assert caught.value.reason is LicenceReason.JOB_OF_OTHERS
    assert results.read_bytes() == before


def test_going_on_is_no_warning(jobs: Jobs) -> None:
    """Rows that this job issued are counted as such; those that came since are issued."""
    jobs([1, 2])
    more = jobs([1, 2, 3], "--resume")
    assert more.code == 0
    assert [line.count("\t") for line in more.out.splitlines()] == [1, 1, 1]
    assert "已签发 3 行，其中 2 份此前运行时已签发，未签发 0 行。" in more.err
    assert "3 rows issued, 2 in an earlier run, 0 refused." in more.err
    told = jobs([1, 2, 3, 4, 1], "--resume", "--results", "ndjson")
    resumed = [json.loads(line)["resumed"] for line in told.out.splitlines()]
    assert resumed == [True, True, True, False, False]


def test_rows_that_have_expired_already_are_counted(jobs: Jobs) -> None:
    """Old papers are digitised; those that were issued before are not counted once more."""
    outcome = jobs([1], term_until="2026-11-20")
    assert (outcome.code, "1 份按其数据已过期" in outcome.err) == (0, True)
    assert "按其数据已过期" not in jobs([1], "--resume", term_until="2026-11-20").err


def test_what_became_of_licences_before_is_told_in_one_breath() -> None:
    """Those of an earlier run, those issued before, and the new ones that have expired already."""
    tally, issued = Tally(), RowResult(number=1, outcome=RowOutcome.ISSUED, digest="")
    tally.add(replace(issued, resumed=True))
    tally.add(replace(issued, already=True))
    tally.add(replace(issued, over=True))
    zh, en = tally.told(dry_run=False).split("。")
    assert zh == (
        "已签发 3 行，其中 1 份此前运行时已签发，1 份先前已签发，"
        "1 份按其数据已过期（LICENCE_EXPIRED），未签发 0 行"
    )
    assert en == (
        "3 rows issued, 1 in an earlier run, 1 already before, "
        "1 expired by its own data (LICENCE_EXPIRED), 0 refused.\n"
    )


@pytest.mark.parametrize("dry_run", [False, True])
def test_rows_are_to_be_mended_only_if_they_are_wrong(*, dry_run: bool) -> None:
    """A suspended seal refuses good rows: what is to be done is no change of theirs."""

    def told(*reasons: LicenceReason) -> str:
        tally = Tally()
        for number, reason in enumerate(reasons, 1):
            problem = Problem(pointer="", reason=reason, zh="样本", en="sample")
            refused = RowResult(number=number, outcome=RowOutcome.REFUSED, digest="")
            tally.add(replace(refused, problems=(problem,)))
        return tally.told(dry_run=dry_run)

    sealed = told(LicenceReason.NO_ISSUING_SEAL)
    assert "改正这些行" not in sealed
    assert "→ 各行无需改动，先照上面所说办理，" in sealed
    assert ("--resume" in sealed) is not dry_run
    for reasons in ([LicenceReason.FIELD_DATE], [LicenceReason.NO_SIGNER, LicenceReason.CONFLICT]):
        assert "→ 改正这些行，" in told(*reasons)


def test_a_row_is_told_by_chinas_clocks() -> None:
    """As one licence is, that is refused."""
    problem = Problem(
        pointer="",
        reason=LicenceReason.SIGNER_ENDS_TOO_SOON,
        zh="2029-11-25 14:03:39+00:00 到期",
        en="it ends at 2029-11-25 14:03:39+00:00",
    )
    row = RowResult(number=1, outcome=RowOutcome.REFUSED, digest="", problems=(problem,))
    assert row_line(row).count("2029-11-25 22:03:39 +08:00") == 2


def test_nothing_is_told_of_nothing() -> None:
    """An empty tally has its counts only."""
    assert Tally().told(dry_run=False) == "已签发 0 行，未签发 0 行。0 rows issued, 0 refused.\n"


def test_a_document_that_is_not_there_stops_no_other(jobs: Jobs) -> None:
    """DOCUMENT_MISSING for its row; the others get their licences."""
    assert jobs([1, 2]).code == 0
    store = jobs.home / "documents"
    first = min(jobs.lines(), key=lambda each: each["row"])["identifier"]
    content = (jobs.folder / "out" / f"{first}.json").read_bytes()
    (gone,) = (each for each in store.rglob("*") if each.is_file() and each.read_bytes() == content)
    gone.unlink()
    again = jobs([1, 2, 3], out="again")
    assert (again.code, "DOCUMENT_MISSING" in again.out + again.err) == (1, True), again
    assert len(list((jobs.folder / "again").glob(f"{first[:30]}*.json"))) == 2
