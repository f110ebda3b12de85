"""`licences seal uses`: who used a seal and what for, newest first."""

import json

import pytest

from eseal.algorithms import Suite
from eseal.moments import now
from licences.cli.seal_options import open_office
from tests.homes import MARKET
from tests.licences.cli.seal_desk import NUMBER, Desk
from tests.world import SECOND

DIGEST = bytes(32)


def test_tells_the_uses(desk: Desk) -> None:
    """Every use with who, what for and the digest, as a table and as JSON."""
    desk.activate()
    journal(desk, "合同（样本）")
    shown = desk("uses", NUMBER)
    for said in ("keeper-1", "stamp", "合同（样本）", DIGEST.hex()):
        assert said in shown.out
    (line,) = desk("uses", NUMBER, "--json").out.splitlines()
    assert json.loads(line)["matter"] == "合同（样本）"


def test_a_narrow_terminal_breaks_no_digest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each use has its lines one below the other where they do not fit side by side."""
    desk.activate()
    journal(desk, "合同（样本）")
    for columns in ("80", "100", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        lines = desk("uses", NUMBER).out.splitlines()
        assert any(line.endswith(f"data hash  {DIGEST.hex()}") for line in lines)
        assert any("+08:00  keeper-1  盖章 stamp" in line for line in lines), lines


def test_says_that_there_are_none(desk: Desk) -> None:
    """On stderr, as results alone stand on stdout."""
    desk.apply()
    unused = desk("uses", NUMBER)
    assert (unused.code, unused.out.strip()) == (0, "")
    assert unused.err.startswith("没有用章记录；用章：licences seal use it has not been used")
    assert desk("uses", NUMBER, "--json").out == ""


def test_the_newest_uses_come_first(desk: Desk) -> None:
    """Newest first, in pages; where there are older ones stderr says how to go on, else nothing."""
    desk.activate()
    journal(desk, "一（样本）", "二（样本）", "三（样本）")
    first = desk("uses", NUMBER, "--limit", "2", "--json")
    assert "还有更早的" in first.err
    token = first.err.split()[-1]
    rest = desk("uses", NUMBER, "--limit", "2", "--json", "--after", token)
    assert rest.err == ""
    listed = [json.loads(line)["matter"] for line in (first.out + rest.out).splitlines()]
    assert listed == ["三（样本）", "二（样本）", "一（样本）"]
    assert desk("uses", NUMBER, "--limit", "3").err == ""
    for token in ("soon", "0" * 32):
        outcome = desk("uses", NUMBER, "--after", token)
        assert (outcome.code, outcome.out) == (2, "")
        assert token in outcome.err


def test_tells_the_uses_without_roots(desk: Desk) -> None:
    """What was journaled is told as it stands; no certificate is judged for that."""
    desk.activate()
    journal(desk, "合同（样本）")
    for file in (desk.home / "trust").iterdir():
        file.unlink()
    shown = desk("uses", NUMBER)
    assert (shown.code, shown.err) == (0, "")
    assert "合同（样本）" in shown.out


def journal(desk: Desk, *matters: str) -> None:
    """Journal a use for each matter, one a second."""
    with open_office(desk.home) as (home, office):
        keeper, at = home.acting("keeper-1", Suite.SM2), now()
        usable = office.usage.usable(NUMBER, keeper, home.signer(MARKET, Suite.SM2), at=at)
        for number, matter in enumerate(matters):
            office.usage.journal(
                usable,
                keeper,
                digest=DIGEST,
                matter=matter,
                operation="stamp",
                at=at + number * SECOND,
            )
