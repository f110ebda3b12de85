"""Times on the command line: help says what a day alone means, and the moment used is shown."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from eseal.cli.main import main as eseal_main
from eseal.moments import CHINA, now, parse_moment
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS

WHY = ("--by", "张样例", "--reason", "样本")
TAKING_TIMES = ("verify", "report verify", "trust show", "history", "suspend", "seal suspend")


def said(text: str) -> str:
    """What a help says, however it is folded."""
    return "".join(text.split())


@pytest.mark.parametrize("command", TAKING_TIMES)
def test_help_says_that_a_day_is_its_noon(licences: Command, command: str) -> None:
    """In both languages, wherever a time is taken."""
    told = said(licences(*command.split(), "--help").out)
    assert "无时区为北京时间，仅日期指当日正午" in told
    assert said("a day alone is its noon there") in told


def test_help_of_eseal_says_it_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As that of `licences`."""
    told = Command(eseal_main, monkeypatch, capsys)("verify", "--help").out
    assert "仅日期指当日正午" in said(told)


def test_help_says_where_a_day_lasts_to_its_end(licences: Command) -> None:
    """A register that is used until a day is used on that day."""
    assert "只写日期则含当日" in said(licences("authorities", "sign", "--help").out)


def test_a_step_says_since_when(licences: Command, home: Path, data: Path) -> None:
    """The moment that a day was taken for, or a time without a zone; else nothing."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = licences(*asked).out.strip()
    moment = now().astimezone(CHINA)
    written = f"{moment:%Y-%m-%dT%H:%M:%S}"
    outcome = licences("suspend", identifier, *WHY, "--effective", written, "--home", home)
    assert outcome.code == 0, outcome.err
    assert f"自 since {moment:%Y-%m-%d %H:%M:%S} +08:00" in outcome.err
    assert "since" not in licences("resume", identifier, *WHY, "--home", home).err
    day = f"{moment - timedelta(days=1):%Y-%m-%d}"
    then = licences("history", identifier, "--at", day, "--home", home)
    assert f"{day} 12:00:00 +08:00" in then.out
    as_json = licences("history", identifier, "--at", day, "--home", home, "--json").out
    assert json.loads(as_json)["at"] == f"{day}T04:00:00+00:00"


def test_a_table_of_verdicts_says_at_which_time(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """Once, below it."""
    options = ("--trust", trust_folder, "--at", "2026-11-26")
    told = licences("verify", papers_folder, *options).out
    assert told.splitlines()[-1] == "所问时刻 at 2026-11-26 12:00:00 +08:00"


@pytest.mark.parametrize(
    "reason", [LicenceReason.LICENCE_NOT_YET_VALID, LicenceReason.NOT_ISSUED_THEN], ids=str
)
def test_what_came_later_that_day_says_that_a_day_is_its_noon(reason: LicenceReason) -> None:
    """A licence of this afternoon was not there at noon: name a time; the example is one."""
    assert "仅日期指当日正午，可写明时刻" in reason.remedy_zh
    assert "a day alone is its noon there; name a time" in reason.remedy_en
    for remedy in (reason.remedy_zh, reason.remedy_en):
        assert parse_moment(remedy.split("如 ")[-1].split("such as ")[-1]).hour == 10


def test_what_is_no_time_says_which_option_and_how(licences: Command, papers_folder: Path) -> None:
    """Exit 2, with an example."""
    outcome = licences("verify", papers_folder, "--trust", papers_folder, "--at", "someday")
    assert outcome.code == 2
    assert "--at 不是时间：someday；例：2026-11-22" in outcome.err
