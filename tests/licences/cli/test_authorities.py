"""`licences authorities sign`: a register from a draft, and a licence judged by it."""

import json
from pathlib import Path

import pytest

from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import DEPARTMENTS, MARKET
from tests.licences.cli.conftest import AT
from tests.licences.cli.test_report import PASSPHRASE, write_signer
from tests.licences.papers import market_signer
from tests.world import NOW, Authority, World


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESEAL_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("eseal.moments.now", lambda: NOW)


def write_draft(folder: Path, issuer: str = MARKET, until: str | None = None) -> Path:
    """Write a draft by which the market regulator may issue everything."""
    entry = {"department": MARKET, "types": ["*"], "from": None, "until": until}
    path = folder / "draft.json"
    path.write_text(json.dumps({"iss": issuer, "entries": [entry]}, indent=2), encoding="utf-8")
    return path


def signing(authority: Authority, folder: Path) -> tuple[object, ...]:
    """Give the options that sign with the market regulator's key."""
    _, key, _, cert = write_signer(market_signer(authority), folder)
    return ("--key", key, "--cert", cert, "--out", folder / "authorities.jwt")


@pytest.mark.parametrize(("until", "code"), [(None, 0), ("2026-11-21", 0), ("2026-11-20", 1)])
def test_a_signed_register_is_asked(
    licences: Command,
    authority: Authority,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    until: str | None,
    code: int,
) -> None:
    """The licence was signed on 2026-11-21: the last day of authority passes, the next does not."""
    draft = write_draft(tmp_path, until=until)
    outcome = licences("authorities", "sign", draft, *signing(authority, tmp_path))
    assert (outcome.code, outcome.out.strip()) == (0, str(tmp_path / "authorities.jwt"))
    asked = ("--trust", trust_folder, "--at", AT, "--authorities", tmp_path / "authorities.jwt")
    told = licences("verify", papers_folder / "passed.json", *asked, "--authorities-by", MARKET)
    assert told.code == code


@pytest.mark.parametrize(
    ("until", "last", "next_"),
    [
        ("2026-11-22T12:30:00", "2026-11-22T12:30:00", "2026-11-22T12:30:01"),
        ("2026-11-22", "2026-11-22T23:59:59", "2026-11-23T00:00:00"),
    ],
)
def test_a_register_ends_when_it_was_told_to(
    licences: Command,
    world: World,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    until: str,
    last: str,
    next_: str,
) -> None:
    """After --until it says nothing: undetermined, with its reason."""
    options = (*signing(world.sm2, tmp_path), "--until", until)
    assert licences("authorities", "sign", write_draft(tmp_path), *options).code == 0
    asked = ("--trust", trust_folder, "--authorities", tmp_path / "authorities.jwt")
    file = papers_folder / "passed.json"
    for at, code in ((last, 0), (next_, 3)):
        outcome = licences("verify", file, *asked, "--at", at)
        assert outcome.code == code
        assert (LicenceReason.AUTHORITY_REGISTER_STALE in outcome.out) is (code == 3)


def test_nobody_signs_for_another(licences: Command, world: World, tmp_path: Path) -> None:
    """A register of another organisation, or a draft that is none, is not signed."""
    signed = signing(world.sm2, tmp_path)
    draft = write_draft(tmp_path, issuer=DEPARTMENTS[1].code.text)
    outcome = licences("authorities", "sign", draft, *signed)
    assert outcome.code == 1
    assert LicenceReason.AUTHORITY_REGISTER_REFUSED in outcome.err
    draft.write_text("{}")
    outcome = licences("authorities", "sign", draft, *signed)
    assert outcome.code == 1
    assert LicenceReason.AUTHORITY_REGISTER_MALFORMED in outcome.err
    draft.write_text(json.dumps({"iss": MARKET, "entries": [{"department": MARKET}]}), "utf-8")
    outcome = licences("authorities", "sign", draft, *signed)
    assert "应有 an entry has department, from, types, until，可有 perhaps" in outcome.err
    assert "改正草稿" in outcome.err
    assert "licences types tells the types' codes" in outcome.err
    late = licences("authorities", "sign", write_draft(tmp_path), *signed, "--until", "2026-01-01")
    assert (late.code, "--until 已过：2026-01-01 23:59:59 +08:00" in late.err) == (2, True)
    assert not (tmp_path / "authorities.jwt").exists()
