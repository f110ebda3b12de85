"""`licences rebuild`: what differs is told and mended, with exit codes that scripts can rely on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS


@pytest.fixture
def issued(licences: Command, home: Path, data: Path) -> str:
    """Identifier of a licence that was issued."""
    return licences(
        "issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home
    ).out.strip()


def execute(home: Path, *steps: str) -> None:
    """Change a home's register by hand."""
    with closing(sqlite3.connect(home / "register.db")) as connection, connection:
        for step in steps:
            connection.execute(step)


def test_mends_a_register(licences: Command, home: Path, issued: str) -> None:
    """A check tells and changes nothing; mended, all agrees; each has its exit code."""
    good = licences("rebuild", "--home", home)
    assert (good.code, good.out) == (0, "")
    assert "1 份证照 licences：1 相符 agree" in good.err
    execute(home, "UPDATE licence SET standing = 'revoked'")
    for _ in range(2):
        checked = licences("rebuild", "--check", "--home", home)
        assert checked.code == 1
        for said in (issued, "不符 differs", "已签发 issued 撤销、吊销 revoked", "有效 valid"):
            assert said in checked.out
        assert "1 不符 differ" in checked.err
        assert "licences publish" not in checked.err
    mended = licences("rebuild", "--home", home)
    assert (mended.code, "已修复 mended" in mended.out) == (0, True)
    assert "licences publish" in mended.err
    assert licences("rebuild", "--check", "--home", home).code == 0


def test_tells_a_broken_journal(licences: Command, home: Path, issued: str) -> None:
    """With its code, the event, and what to do; whatever the row says cannot harm the terminal."""
    execute(
        home,
        "DROP TRIGGER event_no_update",
        "UPDATE event SET body = replace(body, 'json', 'pdf') WHERE number = 0",
        "UPDATE licence SET state = 'new' || char(10) || char(27) || '[2J'",
    )
    broken = licences("rebuild", "--home", home)
    assert broken.code == 1
    reason = LicenceReason.JOURNAL_BROKEN
    for said in (issued, "未修复 failed", reason, reason.zh, reason.remedy_zh, "(0)"):
        assert said in broken.out
    assert "\x1b" not in broken.out
    assert "1 未修复 not mended" in broken.err


def test_an_empty_register_agrees(licences: Command, home: Path) -> None:
    """There is nothing to compare."""
    outcome = licences("rebuild", "--home", home)
    assert (outcome.code, outcome.out) == (0, "")
    assert "0 份证照" in outcome.err


@pytest.mark.usefixtures("issued")
def test_a_row_that_says_what_it_cannot_is_told(licences: Command, home: Path) -> None:
    """A time that is none, for somebody altered it: refused with what to do, no traceback."""
    execute(home, "UPDATE licence SET issued_at = 'nonsense'")
    outcome = licences("rebuild", "--home", home)
    assert outcome.code == 1
    assert LicenceReason.JOURNAL_BROKEN in outcome.out


def test_what_was_lost_is_told_and_published_on(licences: Command, home: Path, issued: str) -> None:
    """After a restore: what is published of a licence that is gone is told, and kept when asked."""
    why = ("--by", "张样例", "--reason", "样本", "--home", home)
    assert licences("revoke", issued, *why).code == 0
    assert licences("publish", "--home", home).code == 0
    execute(
        home,
        "DROP TRIGGER event_no_delete",
        "DROP TRIGGER event_signature_no_delete",
        "DELETE FROM licence",
        "DELETE FROM event",
        "DELETE FROM event_signature",
    )
    checked = licences("rebuild", "--check", "--home", home)
    assert checked.code == 1
    assert "与已公布的不符 other than published：位置 place" in checked.err
    refused = licences("publish", "--home", home)
    assert refused.code == 1
    assert "licences publish --keep-unaccounted" in refused.err
    kept = licences("publish", "--keep-unaccounted", "--home", home)
    assert kept.code == 0
    assert "照旧保留 kept as published：位置 place" in kept.err
