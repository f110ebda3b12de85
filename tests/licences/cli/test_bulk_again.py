"""Bulk issuing of what was issued before: by an earlier row, an earlier job, another request."""

import json
from pathlib import Path

import pytest

from licences.bulk_results import RESULTS
from licences.cli.bulk_words import Tally
from licences.reasons import LicenceReason
from tests.command import Command, Outcome
from tests.homes import BUSINESS, CATALOGUE, MARKET
from tests.licences.cli.test_life import WHY
from tests.licences.inline_pool import InlinePool

pytestmark = pytest.mark.usefixtures("_inline")


@pytest.fixture
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licences.bulk.ProcessPoolExecutor", InlinePool)


class Jobs:
    """Bulk jobs of one home and one file of rows."""

    def __init__(self, licences: Command, home: Path, folder: Path) -> None:
        self._licences, self._home, self.folder = licences, home, folder

    def __call__(self, numbers: list[int], *options: str, out: str = "out", **more: str) -> Outcome:
        """Run a job whose rows have these numbers, and otherwise the sample's data and `more`."""
        lines = [
            json.dumps(BUSINESS.sample() | {"licence_number": f"{each:021d}"} | more)
            for each in numbers
        ]
        source = self.folder / "rows.ndjson"
        source.write_text("\n".join(lines), encoding="utf-8")
        return self._licences(
            "bulk", BUSINESS.slug, "--from", source, "--out", self.folder / out, "--format",
            "json", "--home", self._home, "-j", 1, *options,
        )  # fmt: skip


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


def test_a_job_does_not_go_on_with_another_type(
    jobs: Jobs, licences: Command, home: Path, tmp_path: Path
) -> None:
    """JOB_EXISTS before anything is touched, whatever the results had at their end."""
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
    assert (outcome.code, outcome.out) == (1, "")
    assert LicenceReason.JOB_EXISTS in outcome.err
    assert "另一类型或另一部门" in outcome.err
    assert results.read_bytes() == before


def test_rows_that_changed_since_they_were_issued_are_warned_of(jobs: Jobs) -> None:
    """Issued anew under another number, refused under the same; what they were is told."""
    first, second = (line.split("\t")[1] for line in jobs([1, 2]).out.splitlines())
    anew = jobs([3, 2], "--resume")
    third = anew.out.split()[1]
    assert anew.code == 0
    assert "警告：这些行上次运行时已签发" in anew.err
    assert f"  第 1 行 row 1  {first} → {third}\n" in anew.err
    assert second not in anew.err
    conflict = jobs([3, 2], "--resume", representative="样本乙")
    assert conflict.code == 1
    assert f"第 2 行 row 2  {second} → 未签发 not issued" in conflict.err
    assert "warning" not in jobs([3, 2], out="fresh").err


def test_going_on_is_no_warning(jobs: Jobs) -> None:
    """Rows that this job issued are neither new nor old; those that came since are issued."""
    jobs([1, 2])
    more = jobs([1, 2, 3], "--resume")
    assert more.code == 0
    assert [line.count("\t") for line in more.out.splitlines()] == [1, 1, 1]
    assert "已签发 3 行，未签发 0 行。3 rows issued, 0 refused." in more.err


def test_nothing_is_told_of_nothing() -> None:
    """An empty tally has its counts only."""
    assert Tally().told(dry_run=False) == "已签发 0 行，未签发 0 行。0 rows issued, 0 refused.\n"
