"""`licences seal`: a seal from application to destruction, on the command line."""

import json
from datetime import UTC
from pathlib import Path

import pytest
from rich.cells import cell_len

from eseal.moments import CHINA, now
from eseal.reasons import Reason
from eseal.seals.reading import read_seal
from licences.database import make_engine
from licences.reasons import LicenceReason
from licences.seal_drafting import draw_picture
from tests.licences.cli.seal_desk import NUMBER, Desk
from tests.licences.seal_world import design
from tests.world import SECOND


def test_takes_a_seal_through_its_life(desk: Desk, tmp_path: Path) -> None:
    """Every command prints the es_id on stdout and the new state for people; the end is final."""
    desk.activate()
    assert desk.state()["state"] == "active"
    suspended = desk.step("suspend", "approver-1")
    assert suspended.out.strip() == NUMBER
    assert "已停用 suspended" in suspended.err
    desk.step("resume", "approver-1")
    esl = tmp_path / "seal.esl"
    shown = desk("show", NUMBER, "--esl", esl)
    assert shown.code == 0
    assert read_seal(esl.read_bytes()).es_id == NUMBER
    for said in ("已启用 active", "keeper-1", "停用 suspend", "SHA-256"):
        assert said in shown.out
    desk.step("hand-in", "keeper-1")
    desk.step("destroy", "maker-1")
    refused = desk("resume", NUMBER, "--as", "approver-1", "--reason", "样本")
    assert refused.code == 1
    assert LicenceReason.SEAL_TRANSITION_REFUSED.value in refused.err
    assert "nothing any more" in refused.err


def test_tells_the_history(desk: Desk) -> None:
    """Every step with who, why and whether it holds; an altered row is found, with exit code 1."""
    desk.activate()
    good = desk("history", NUMBER)
    assert good.code == 0, good.out
    for said in ("申请 apply", "approver-1", "制作 make", "样本", "complete"):
        assert said in good.out
    engine = make_engine(f"sqlite:///{desk.home}/register.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER seal_event_no_update")
        connection.exec_driver_sql("UPDATE seal_event SET signature = X'00' WHERE number = 1")
    engine.dispose()
    bad = desk("history", NUMBER)
    assert bad.code == 1
    assert LicenceReason.SEAL_HISTORY_BROKEN.value in bad.out
    refused = desk("suspend", NUMBER, "--as", "approver-1", "--reason", "样本")
    assert LicenceReason.SEAL_HISTORY_BROKEN.value in refused.err


def test_a_history_tells_chinas_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Since when a step counts stands there as the steps' own times do."""
    desk.activate()
    since = now().astimezone(CHINA)
    monkeypatch.setattr("eseal.moments.now", lambda: (since + SECOND).astimezone(UTC))
    why = ("--reason", "样本", "--effective", since.isoformat())
    assert desk("suspend", NUMBER, "--as", "approver-1", *why).code == 0
    assert f"自 since {since:%Y-%m-%d %H:%M:%S} +08:00" in desk("history", NUMBER).out


def test_a_history_nobody_can_vouch_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEAL_ACTOR_UNKNOWN, exit code 3: an officer has left; a narrow page breaks no code."""
    monkeypatch.setenv("COLUMNS", "80")
    desk.apply()
    settings = desk.home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"applicant-1"', '"applicant-9"'), encoding="utf-8")
    outcome = desk("history", NUMBER)
    assert outcome.code == 3
    assert f"✗ {LicenceReason.SEAL_ACTOR_UNKNOWN}  设置中没有此人员" in outcome.out


def names(desk: Desk) -> list[str]:
    """The names of all seals, as the list gives them."""
    return [json.loads(line)["name"] for line in desk("list", "--json").out.splitlines()]


def test_lists_seals(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seals stand in lines, all or an owner's, in pages that say where to go on."""
    empty = desk("list")
    assert (empty.code, empty.out) == (0, "")
    assert empty.err.startswith("没有印章；申请：licences seal apply there are no seals")
    assert desk("list", "--json").err == empty.err
    desk.apply()
    desk.apply("--name", "第二枚（样本）", "--list", "digests", "--issuing")
    listed = desk("list")
    assert len(listed.out.splitlines()) == 2
    assert "待审批 applied" in listed.out
    kinds = [cell_len(line.partition("专用章 sm2")[0]) for line in listed.out.splitlines()]
    assert kinds[0] == kinds[1]
    monkeypatch.setenv("COLUMNS", "80")
    narrow = [line.split("  ") for line in desk("list").out.splitlines()]
    assert [line[:2] for line in narrow[1::3]] == [["", each] for each in names(desk)]
    assert all(line[1].endswith(" applied") for line in narrow[::3])
    first = desk("list", "--limit", "1")
    assert "--after" in first.err
    token = first.err.split()[-1]
    assert len(desk("list", "--after", token, "--json").out.splitlines()) == 1
    assert desk("list", "--owner", "11999900MB0000027A").out == ""


def test_lists_seals_without_roots(desk: Desk) -> None:
    """A list asks for no trust; what does says what it could not verify and where roots belong."""
    desk.apply()
    for file in (desk.home / "trust").iterdir():
        file.unlink()
    listed = desk("list")
    assert (listed.code, listed.err) == (0, "")
    assert NUMBER in listed.out
    shown, told = desk("show", NUMBER), desk("history", NUMBER)
    assert (shown.code, told.code) == (0, 3)
    assert "未核验记录，不能说可由谁办理" in shown.out
    assert desk.state()["possible"] is None
    assert "applicant-1" in told.out
    for said in (shown.out, told.out):
        assert Reason.TRUST_UNREADABLE in said
        assert str(desk.home / "trust") in said
        assert "--trust" not in said
    refused = desk("approve", NUMBER, "--as", "approver-1", "--reason", "样本")
    assert (refused.code, Reason.TRUST_UNREADABLE in refused.err) == (1, True)


def test_changes_a_seal(desk: Desk, tmp_path: Path) -> None:
    """A change asks for what is given and keeps the rest: words are drawn anew, a picture taken."""
    desk.activate()
    before = desk.state()
    changed = desk(
        *("change", NUMBER, "--as", "applicant-1", "--purpose", "证照专用章"),
        *("--name", "新名（样本）", "--cert", desk.certificate, "--issuing", "--reason", "样本"),
    )
    assert changed.code == 0, changed.err
    after = desk.state()
    assert (after["version"], after["state"], after["issuing"]) == (2, "applied", True)
    assert after["name"] == "新名（样本）"
    assert {key: after[key] for key in ("owner", "keeper", "valid_from", "valid_until")} == {
        key: before[key] for key in ("owner", "keeper", "valid_from", "valid_until")
    }
    desk.step("reject", "approver-1")
    picture = tmp_path / "seal.svg"
    picture.write_bytes(draw_picture(design()).data)
    again = desk(
        *("change", NUMBER, "--as", "applicant-1", "--picture", picture, "--size", "40,40"),
        *("--reason", "样本"),
    )
    assert again.code == 0, again.err
    assert desk.state()["version"] == 3
    desk.step("reject", "approver-1")
    words = ("--text", "另一单位样本", "--reason", "样本")
    refused = desk("change", NUMBER, "--as", "applicant-1", *words)
    assert refused.code == 2
    assert "--picture" in refused.err


def test_renews_a_seal(desk: Desk) -> None:
    """A renewed certificate of the same organisation gets the same seal, made anew."""
    desk.activate()
    before = desk.state()
    renewed = desk("renew", NUMBER, "--as", "maker-1", "--cert", desk.certificate)
    assert (renewed.code, renewed.out) == (0, f"{NUMBER}\n"), renewed.err
    assert "印章已停止使用" in renewed.err
    assert f"licences seal activate {NUMBER} --as keeper-1" in renewed.err
    after = desk.state()
    assert (after["state"], after["version"]) == ("made", 1)
    assert after["esl_sha256"] is not None
    assert after["name"] == before["name"]


@pytest.mark.parametrize("more", [(), ("--keeper", "keeper-1")], ids=["nothing", "what it has"])
def test_a_change_of_nothing_is_no_command(desk: Desk, more: tuple[str, ...]) -> None:
    """Exit code 2: an active seal stays in use."""
    desk.activate()
    outcome = desk("change", NUMBER, "--as", "applicant-1", "--reason", "样本", *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert "没有变更任何内容，印章照旧 nothing is changed" in outcome.err
    assert desk.state()["state"] == "active"


@pytest.mark.parametrize(
    "step", ["reject", "suspend", "resume", "change", "revoke", "hand-in", "destroy"]
)
def test_what_takes_a_seal_away_needs_a_reason(desk: Desk, step: str) -> None:
    """An error of usage without one, before anything is opened."""
    refused = desk(step, NUMBER, "--as", "approver-1", "--reason", " ")
    assert refused.code == 2
    assert "--reason" in refused.err


@pytest.mark.unmeasured
def test_a_time_is_one(desk: Desk) -> None:
    """What is no time is an error of usage; one in the future or before the seal is refused."""
    desk.activate()
    arguments = ("suspend", NUMBER, "--as", "approver-1", "--reason", "样本", "--effective")
    assert desk(*arguments, "soon").code == 2
    for day, said in (("2999-01-01", "lies in the future"), ("2020-01-01", "from no earlier")):
        refused = desk(*arguments, day)
        assert refused.code == 1
        assert LicenceReason.SEAL_TRANSITION_REFUSED.value in refused.err
        assert said in refused.err
    assert desk.state()["state"] == "active"


def test_an_unmade_seal_has_no_object(desk: Desk, tmp_path: Path) -> None:
    """There is nothing to write before a seal was made."""
    desk.apply()
    outcome = desk("show", NUMBER, "--esl", tmp_path / "seal.esl")
    assert outcome.code == 1
    assert not (tmp_path / "seal.esl").exists()


def test_a_time_beyond_the_calendar_is_no_time(desk: Desk) -> None:
    """Exit code 2: the first day of year 1 in China is in no year of UTC."""
    desk.apply()
    outcome = desk("approve", NUMBER, "--as", "approver-1", "--effective", "0001-01-01T00:00")
    assert outcome.code == 2
    assert "--effective is no time" in outcome.err
