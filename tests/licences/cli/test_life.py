"""`licences suspend`, `resume`, `revoke`, `cancel`, `expire`, `correct` and `history`."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from eseal.algorithms import Suite
from eseal.certificates import read_certificates
from eseal.cli.main import main as eseal_main
from eseal.errors import UnavailableError
from eseal.moments import now
from eseal.reasons import Reason
from licences.cli.life_words import ACTIONS, STANDINGS
from licences.home import open_home
from licences.licence_life import LifeAction, Standing
from licences.life_office import LicenceHistory, LifeOffice
from licences.model import LicenceState
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS, MARKET

HOLDER = str(BUSINESS.sample()["uscc"])
WHY = ("--by", "张样例", "--reason", "样本理由")


@pytest.fixture
def issued(licences: Command, home: Path, data: Path) -> str:
    """Identifier of a licence that was issued."""
    return licences(
        "issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home
    ).out.strip()


def test_a_life(licences: Command, home: Path, data: Path) -> None:
    """Each step says where the licence stands, and that verifiers do not know it yet."""
    fields = json.loads(data.read_text(encoding="utf-8")) | {"term_until": "2026-01-01"}
    data.write_text(json.dumps(fields, ensure_ascii=False), "utf-8")
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    issued = licences(*asked).out.strip()
    steps = [
        ("suspend", "暂扣 suspended"),
        ("resume", "有效 valid"),
        ("expire", "过期 expired"),
        ("revoke", "撤销、吊销 revoked"),
        ("cancel", "注销 cancelled"),
    ]
    for step, said in steps:
        outcome = licences(step, issued, *WHY, "--home", home)
        assert (outcome.code, outcome.out.strip()) == (0, issued)
        assert said in outcome.err
        assert "licences publish" in outcome.err
    history = licences("history", issued, "--home", home)
    assert history.code == 0
    for step, _ in steps:
        assert f"{ACTIONS[step]} {step}" in history.out
    assert "#1  " in history.out
    assert "#1 之前的是签发前的意向" in history.out
    for said in ("注销 cancelled", "张样例", "样本理由", "every signature holds"):
        assert said in history.out


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (LicenceState.INTENT, ("尚无记录：签发未完成", "the same licences issue or replace again")),
        (LicenceState.FAILED, ("未签发", "not issued; status lists say cancelled")),
    ],
    ids=str,
)
def test_a_history_without_records_says_so(
    licences: Command,
    home: Path,
    issued: str,
    monkeypatch: pytest.MonkeyPatch,
    state: LicenceState,
    said: tuple[str, ...],
) -> None:
    """What was not issued has no life; what finishes what was begun is told."""

    def history(office: LifeOffice, name: str) -> LicenceHistory:
        licence = replace(office.find(name), state=state)
        return LicenceHistory(licence=licence, events=(), life=(), doubt=None)

    monkeypatch.setattr(LifeOffice, "history", history)
    told = licences("history", issued, "--home", home)
    assert told.code == 0
    assert all(each in told.out for each in said)


def test_a_narrow_terminal_breaks_no_identifier(
    licences: Command, home: Path, data: Path, issued: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a time, in what `history` lists; nor a path in what `publish` does."""
    monkeypatch.setenv("COLUMNS", "80")
    fields = json.loads(data.read_text(encoding="utf-8")) | {"name": "示例市样本集团有限公司"}
    data.write_text(json.dumps(fields, ensure_ascii=False), "utf-8")
    asked = ("replace", issued, "--data", data, *WHY, "--format", "json", "--home", home)
    second = licences(*asked).out.strip()
    told = licences("history", issued, "--home", home).out
    assert re.search(rf"^ +{re.escape(second)}$", told, re.MULTILINE)
    published = licences("publish", "--home", home).out
    (path,) = (home / "public" / "status").glob("*.jwt")
    assert str(path) in published
    assert re.search(r"至 until\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+08:00\n", published)


STEPS = ["suspend", "resume", "revoke", "cancel", "expire", "correct", "replace"]


@pytest.mark.parametrize("step", STEPS)
def test_who_and_why_are_said(
    licences: Command, home: Path, data: Path, issued: str, step: str
) -> None:
    """TEXT_REFUSED, wrong usage, in words of both languages, and nothing is recorded."""
    more = {"correct": ("--event", 1), "replace": ("--data", data)}.get(step, ())
    for who, why, basis, option in (
        ("", "样本", "", "by"),
        ("张样例", "", "", "reason"),
        ("张样例", "样本", "两\n行", "basis"),
    ):
        options = ("--by", who, "--reason", why, "--basis", basis, *more)
        outcome = licences(step, issued, *options, "--home", home)
        assert (outcome.code, outcome.out) == (2, "")
        named = f"（--{option}）"
        for said in (LicenceReason.TEXT_REFUSED, "经办人、理由", "have to be given", named):
            assert said in outcome.err
    events = json.loads(licences("history", issued, "--json", "--home", home).out)["events"]
    assert [each["action"] for each in events] == ["issue"]


NO_IDENTIFIERS = {
    "Chinese": "证照一号",
    "wide digits": "１.2.156.3005.2",
    "no encoding": "\udcff",
    "nothing": "",
    "a blank": " ",
}


@pytest.mark.parametrize("name", NO_IDENTIFIERS)
@pytest.mark.parametrize("command", ["history", "show", "suspend", "pack"])
def test_an_identifier_that_is_none_is_not_there(
    licences: Command, home: Path, tmp_path: Path, command: str, name: str
) -> None:
    """UNKNOWN_LICENCE, whatever characters it has, of no encoding even; nothing else goes wrong."""
    identifier = NO_IDENTIFIERS[name]
    more: tuple[object, ...] = WHY if command == "suspend" else ()
    if command == "pack":
        identifier, more = f"1.2.156.3005.2.{identifier}", ("--out", tmp_path / "pack.asice")
    outcome = licences(command, identifier, *more, "--home", home)
    assert (outcome.code, outcome.out) == (1, "")
    assert LicenceReason.UNKNOWN_LICENCE in outcome.err


def test_history_refuses_a_row_that_contradicts_the_journal(
    licences: Command, home: Path, issued: str, tmp_path: Path
) -> None:
    """JOURNAL_BROKEN, with what mends it; no statement is signed of it, no answer is given."""
    licences("suspend", issued, *WHY, "--home", home)
    with closing(sqlite3.connect(home / "register.db")) as connection, connection:
        connection.execute("UPDATE licence SET standing = 'valid'")
    for options in ((), ("--json",), ("--at", "2020-01-01"), ("--out", tmp_path / "history.jwt")):
        outcome = licences("history", issued, *options, "--home", home)
        assert (outcome.code, outcome.out) == (1, "")
        for said in (LicenceReason.JOURNAL_BROKEN, "says valid", "licences rebuild"):
            assert said in outcome.err
    assert not (tmp_path / "history.jwt").exists()


def test_a_history_needs_no_trust(
    licences: Command, home: Path, issued: str, tmp_path: Path
) -> None:
    """It is read in a home whose roots cannot be, and says so; nothing is signed or done there."""
    licences("suspend", issued, *WHY, "--home", home)
    assert "every signature holds" in licences("history", issued, "--home", home).out
    (home / "trust" / "broken.pem").write_text("样本", encoding="utf-8")
    shown = licences("history", issued, "--home", home)
    assert (shown.code, shown.err) == (0, "")
    assert "holds" not in shown.out
    for command in (("history", issued), ("show", issued), ("find", "--holder", HOLDER)):
        assert "签名者的证书未能判明" in licences(*command, "--home", home).out
        doubt = json.loads(licences(*command, "--json", "--home", home).out)["doubt"]
        assert Reason.TRUST_UNREADABLE in doubt
    rebuilt = licences("rebuild", "--home", home)
    assert rebuilt.code == 0
    assert "1 份 licences：签名者的证书未能判明" in rebuilt.err
    for refused in (
        licences("history", issued, "--out", tmp_path / "history.jwt", "--home", home),
        licences("resume", issued, *WHY, "--home", home),
    ):
        assert refused.code == 1
        assert "broken.pem" in refused.err
    assert licences("history", issued, "--home", home).out == shown.out


def test_a_history_tells_of_a_key_that_was_stolen_later(
    licences: Command,
    home: Path,
    issued: str,
    authority_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was recorded before stays good, and whoever reads it is told."""
    licences("suspend", issued, *WHY, "--home", home)
    moment = now()
    settings = open_home(home).settings.find_department(MARKET)
    assert settings is not None
    (own,) = read_certificates(settings.signers[Suite.SM2].certificate.read_bytes())[:1]
    while now() == moment:  # a revocation counts from its very second
        sleep(0.01)
    key, certificate, opening = (
        authority_folder / name for name in ("sm2-ca.key.pem", "sm2-ca.pem", "passphrase")
    )
    ca = ("--ca-key", key, "--ca-cert", certificate, "--passphrase-file", opening)
    stolen = ("--revoke", f"{own.serial_number:x}@@key_compromise")
    revoked = Command(eseal_main, monkeypatch, capsys)(
        "crl", "publish", *ca, "--dir", home / "trust", *stolen
    )
    assert revoked.code == 0, revoked.err
    told = licences("history", issued, "--home", home)
    assert "every signature holds" in told.out
    assert "a signer's certificate was revoked since" in told.out
    asked = ("history", issued, "--at", moment.isoformat(), "--home", home)
    assert "此后被吊销" in licences(*asked).out
    since = json.loads(licences(*asked, "--json").out)["revoked_since"]
    assert re.search(r"吊销于 revoked \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+08:00", since)


def test_where_it_stood_on_a_day(licences: Command, home: Path, issued: str) -> None:
    """Before the issue not at all; after a backdated correction by what was known when."""
    licences("suspend", issued, *WHY, "--home", home)
    licences("correct", issued, "--event", 2, *WHY, "--home", home)
    events = json.loads(licences("history", issued, "--json", "--home", home).out)["events"]
    assert [each["action"] for each in events] == ["issue", "suspend", "correct"]
    assert [each["corrects"] for each in events] == [None, None, 2]
    then = licences("history", issued, "--at", "2020-01-01", "--home", home)
    assert "尚未签发 not issued" in then.out
    moment = now()
    later = ("--at", moment.isoformat(), "--home", home)
    assert "有效 valid" in licences("history", issued, *later).out
    assert "#1  签发 issue  " in licences("history", issued, *later).out
    while now() == moment:  # what comes within the same second has an effect at it, too
        sleep(0.01)
    licences("suspend", issued, *WHY, "--home", home)
    ruling = licences("history", issued, "--at", now().isoformat(), "--home", home).out
    assert "#4  暂扣 suspend  张样例  样本理由" in ruling
    licences("resume", issued, *WHY, "--home", home)
    known = json.loads(licences("history", issued, "--json", *later).out)
    assert (known["standing"], known["standing_at"]) == ("valid", "valid")
    recorded = events[1]["recorded"]
    if events[2]["recorded"] > recorded:  # within a second both are known
        assert "暂扣 suspended" in licences("history", issued, *later, "--known", recorded).out


def test_the_future_is_not_told(licences: Command, home: Path, issued: str) -> None:
    """Nobody knows where it will stand, nor what will be known: exit 2, and why."""
    soon = (now() + timedelta(minutes=2)).isoformat()
    asked = (("--at", "2090-01-01"), ("--at", soon), ("--at", "2020-01-01", "--known", soon))
    for options in asked:
        for form in ((), ("--json",)):
            outcome = licences("history", issued, *options, *form, "--home", home)
            assert (outcome.code, outcome.out) == (2, "")
            noon = ("仅日期指当日正午", "a day alone is its noon")
            for said in (options[-2], "将来", "future", "+08:00", *noon):
                assert said in outcome.err


def test_a_ministry_has_codes_of_its_own(licences: Command, home: Path, issued: str) -> None:
    """Shown beside our words by `history` and `show`, as text and as JSON; null without any."""
    suspended = json.loads(licences("history", issued, "--json", "--home", home).out)
    assert suspended["standing_code"] is None
    folder = home / "types" / BUSINESS.slug
    shutil.copytree(BUSINESS.folder, folder)
    codes = "".join(
        f'{each} = {{ code = "0{n}", zh = "样{n}" }}\n' for n, each in enumerate(Standing)
    )
    with (folder / "type.toml").open("a", encoding="utf-8") as file:
        file.write(f"[standings]\n{codes}")
    licences("suspend", issued, *WHY, "--home", home)
    for command in ("history", "show"):
        assert "暂扣 suspended  代码 code 01 样1" in licences(command, issued, "--home", home).out
        told = json.loads(licences(command, issued, "--json", "--home", home).out)
        assert (told["standing"], told["standing_code"]) == ("suspended", "01")
    then = ("history", issued, "--at", "2020-01-01", "--home", home)
    assert json.loads(licences(*then, "--json").out)["standing_code_at"] is None
    later = ("history", issued, "--at", now().isoformat(), "--home", home)
    assert json.loads(licences(*later, "--json").out)["standing_code_at"] == "01"
    assert "代码 code 01 样1" in licences(*later).out
    with (folder / "type.toml").open("a", encoding="utf-8") as file:
        file.write('lost = { code = "09", zh = "遗失" }\n')
    refused = licences(*later)
    assert (refused.code, LicenceReason.TYPE_MALFORMED in refused.err) == (1, True)
    assert f"{BUSINESS.slug}/type.toml:standings.lost" in refused.err


def test_what_is_refused_says_what_is_possible(licences: Command, home: Path, issued: str) -> None:
    """By the table, by the time, by who is not there; nothing is recorded."""
    before = licences("history", issued, "--json", "--home", home).out
    refused = licences("resume", issued, *WHY, "--home", home)
    assert refused.code == 1
    assert "LICENCE_TRANSITION_REFUSED" in refused.err
    assert "possible: suspend, revoke, cancel, replace\n" in refused.err  # it has no last day
    assert "证照现为有效，不能恢复；可办理：暂扣 / 撤销、吊销 / 注销 / 换发" in refused.err
    for number, said in (
        (0, "第 0 条是签发前的意向，不能撤回"),
        (1, "event 1 cannot"),
        (9, "there is no event 9; possible: none"),
    ):
        wrong = licences("correct", issued, "--event", number, *WHY, "--home", home)
        assert (wrong.code, said in wrong.err) == (1, True)
    early = licences("expire", issued, *WHY, "--home", home)
    assert (early.code, "it is valid for ever" in early.err) == (1, True)
    future = licences("suspend", issued, *WHY, "--effective", "2090-01-01", "--home", home)
    assert (future.code, "when it takes effect（--effective）\n" in future.err) == (1, True)
    assert "起算时间在将来（仅日期指当日正午）" in future.err
    assert "(a day alone is its noon)" in future.err
    assert "another time or record (licences history lists them)" in future.err
    unknown = licences("revoke", "1.2.156.3005.2.x", *WHY, "--home", home)
    assert (unknown.code, LicenceReason.UNKNOWN_LICENCE in unknown.err) == (1, True)
    assert licences("history", issued, "--json", "--home", home).out == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("suspend", "ID", "--by", "张样例"),
        ("suspend", "ID", "--reason", "样本"),
        ("suspend", "ID", *WHY, "--effective", "yesterday"),
        ("correct", "ID", *WHY),
        ("history", "ID", "--known", "2026-12-01"),
        ("history", "ID", "--at", "someday"),
    ],
    ids=" ".join,
)
def test_usage(licences: Command, home: Path, arguments: tuple[str, ...]) -> None:
    """Who acts and why has to be said; times are times."""
    outcome = licences(*arguments, "--home", home)
    assert outcome.code == 2
    assert outcome.err


def test_what_is_known_goes_with_a_time(licences: Command, home: Path) -> None:
    """Both languages name the options."""
    outcome = licences("history", "ID", "--known", "2026-12-01", "--home", home)
    assert outcome.code == 2
    for line in outcome.err.splitlines():
        assert "--known" in line
        assert "--at" in line


def test_every_action_and_standing_has_a_word() -> None:
    """In Chinese, for people."""
    assert ACTIONS.keys() == {each.value for each in LifeAction}
    assert STANDINGS.keys() == {each.value for each in Standing}


def test_replaces_a_licence(
    licences: Command, home: Path, data: Path, issued: str, tmp_path: Path
) -> None:
    """The new version passes, the old one says that it was replaced, and by what; asked again."""
    licences("show", issued, "--home", home, "--out", tmp_path / "old")
    fields = json.loads(data.read_text(encoding="utf-8"))
    data.write_text(
        json.dumps({**fields, "name": "示例市样本（集团）有限公司"}, ensure_ascii=False), "utf-8"
    )
    asked = ("replace", issued, "--data", data, *WHY, "--format", "json", "--home", home)
    replaced = licences(*asked, "--out", tmp_path / "new")
    assert replaced.code == 0
    second, _ = replaced.out.split()
    assert ".002." in second
    again = licences(*asked)
    assert (again.out.strip(), "首次的" in again.err) == (second, False)
    other = licences(*asked[:4], "--by", "李样例", "--reason", "别的", *asked[8:])
    assert (other.code, other.out.strip()) == (0, second)
    assert "记录中的经办人与理由仍是首次的：张样例，样本理由 the record keeps who" in other.err
    refused = licences("suspend", issued, *WHY, "--home", home)
    assert f"已换发为第 2 版 replaced by version 2, {second}, 于 on 2" in refused.err
    assert "+08:00" in refused.err
    for command in ("history", "show"):
        shown = licences(command, issued, "--home", home).out
        assert re.search(rf"已换发为 replaced by +{second}  第 2 版 version 2，于 on 2", shown)
        as_json = licences(command, issued, "--json", "--home", home).out
        assert json.loads(as_json)["replaced_by"] == second
    assert re.search(rf"换发自 replaces +{issued}\n", licences("show", second, "--home", home).out)
    licences("publish", "--home", home)
    assert licences("verify", tmp_path / "new", "--home", home).code == 0
    old = licences("verify", tmp_path / "old", "--home", home)
    assert (old.code, LicenceReason.LICENCE_SUPERSEDED in old.out) == (1, True)
    proof = tmp_path / "history.jwt"
    signed = licences("history", issued, "--out", proof, "--home", home)
    assert signed.code == 0
    assert f"the signed history is in {proof}" in signed.err
    told = licences("verify", tmp_path / "old", "--status", proof, "--home", home)
    assert second in told.out.replace("\n", "").replace(" ", "")
    assert licences("history", issued, "--out", proof, "--home", home).code == 2  # never replaced


def test_what_is_not_replaced_says_why(
    licences: Command, home: Path, data: Path, issued: str
) -> None:
    """Another number; nothing there; a reason is needed; the same data."""
    same = licences("replace", issued, "--data", data, *WHY, "--home", home)
    assert (same.code, LicenceReason.REPLACEMENT_REFUSED in same.err) == (1, True)
    assert "没有变更" in same.err
    assert "nothing has changed" in same.err
    assert json.loads(licences("history", issued, "--json", "--home", home).out)["standing"] == (
        "valid"
    )
    fields = json.loads(data.read_text(encoding="utf-8"))
    data.write_text(json.dumps({**fields, "licence_number": "9" * 21}, ensure_ascii=False), "utf-8")
    refused = licences("replace", issued, "--data", data, *WHY, "--home", home)
    assert (refused.code, LicenceReason.REPLACEMENT_REFUSED in refused.err) == (1, True)
    unknown = licences("replace", "1.2.156.3005.2.x", "--data", data, *WHY, "--home", home)
    assert (unknown.code, LicenceReason.UNKNOWN_LICENCE in unknown.err) == (1, True)
    usage = licences("replace", issued, "--data", data, "--by", "张样例", "--home", home)
    assert usage.code == 2


NUMBER = str(BUSINESS.sample()["licence_number"])


def test_cancels_what_was_only_begun(
    licences: Command, home: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk of a signature that failed is told what holds the number, and how it is freed."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    with monkeypatch.context() as patch:
        patch.setattr("licences.making.DocumentMaker.sign_json", fail_to_sign)
        assert licences(*asked).code == 1
    data.write_text(json.dumps(BUSINESS.sample() | {"representative": "样本乙"}), encoding="utf-8")
    refused = licences(*asked)
    assert (refused.code, "尚未完成" in refused.err, "+08:00" in refused.err) == (1, True, True)
    assert "licences cancel IDENTIFIER" in refused.err
    assert "licences replace" not in refused.err
    begun = re.search(r"1\.2\.156\S+?(?=，)", refused.err)
    assert begun is not None
    assert "licences cancel 放弃" in licences("history", begun[0], "--home", home).out
    shown = licences("show", begun[0], "--home", home).out
    assert "give up: licences cancel" in shown
    for said in (shown, licences("find", "--number", NUMBER, "--home", home).out):
        assert ("开始签发 begun" in said, "issued 2" in said) == (True, False)
    for step in ("suspend", "revoke"):
        early = licences(step, begun[0], *WHY, "--home", home)
        assert (early.code, early.out) == (1, "")
        assert "已开始签发而未完成 it was begun and is not finished" in early.err
        assert "→ 用原来的数据再来一次即接着做完；不再要的，用 licences cancel" in early.err
    late = licences("cancel", begun[0], *WHY, "--effective", "2026-11-01", "--home", home)
    assert (late.code, "--effective" in late.err) == (2, True)
    done = licences("cancel", begun[0], *WHY, "--home", home)
    assert (done.code, done.out.strip()) == (0, begun[0])
    assert "已放弃，未签发，编号可另用" in done.err
    again = licences("cancel", begun[0], *WHY, "--home", home)
    assert (again.code, "从未签发：没有签成，或已放弃" in again.err) == (1, True)
    assert "never issued: it failed or was given up" in again.err
    issued = licences(*asked)
    assert (issued.code, begun[0] in issued.out) == (0, False)


def test_a_replacement_that_is_abandoned_leaves_the_number_where_it_is(
    licences: Command, home: Path, issued: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said that the former licence stays, and that is so."""
    fields = json.loads(data.read_text(encoding="utf-8"))
    data.write_text(json.dumps({**fields, "representative": "样本乙"}), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("licences.making.DocumentMaker.sign_json", fail_to_sign)
        assert licences("replace", issued, "--data", data, *WHY, "--home", home).code == 1
    with closing(open_home(home).register()) as register:
        (begun,) = register.unfinished(limit=2)
    done = licences("cancel", begun.identifier, *WHY, "--home", home)
    assert (done.code, "not replaced: the former licence stays" in done.err) == (0, True)
    assert "is free" not in done.err
    again = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert (again.code, issued in again.err) == (1, True)


def fail_to_sign(*_arguments: object) -> bytes:
    """Be a signer whose time-stamping authority cannot be reached."""
    raise UnavailableError(Reason.TSA_REFUSED, "样本 a sample")


def test_publishes(licences: Command, home: Path, issued: str, tmp_path: Path) -> None:
    """A line a list: what became of it, how many stand otherwise, how long it holds."""
    first = licences("publish", "--home", home, "--out", tmp_path / "public")
    assert first.code == 0
    assert "新公布 new" in first.out
    assert "0 份非有效 not valid" in first.out
    licences("revoke", issued, *WHY, "--home", home)
    again = licences("publish", "--home", home, "--out", tmp_path / "public")
    assert "已更新 changed" in again.out
    assert "1 份非有效 not valid" in again.out
    assert "未变 unchanged" in licences("publish", "--home", home, "--out", tmp_path / "public").out
    (tmp_path / "file").write_text("")
    failed = licences("publish", "--home", home, "--out", tmp_path / "file")
    assert (failed.code, f"{tmp_path / 'file'}" in failed.err) == (1, True)


def test_issuing_again_says_where_the_licence_stands(
    licences: Command, home: Path, data: Path
) -> None:
    """The same identifier, exit 0; that it was issued before, and is valid no more, by whom."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    first = licences(*asked)
    again = licences(*asked)
    assert (again.code, again.out) == (0, first.out)
    assert "先前已签发，未重新签发 already issued on 2" in again.err
    assert "no longer valid" not in again.err
    issued = first.out.strip()
    licences("suspend", issued, *WHY, "--home", home)
    suspended = licences(*asked)
    assert (suspended.code, suspended.out) == (0, first.out)
    assert "现已不是有效证照 it is no longer valid: 暂扣 suspended" in suspended.err
    licences("resume", issued, *WHY, "--home", home)
    changed = data.with_name("changed.json")
    fields = BUSINESS.sample() | {"representative": "样本乙"}
    changed.write_text(json.dumps(fields, ensure_ascii=False), "utf-8")
    replacing = ("replace", issued, "--data", changed, *WHY, "--format", "json", "--home", home)
    second = licences(*replacing).out.strip()
    replaced = licences(*asked)
    assert (replaced.code, replaced.out) == (0, first.out)
    assert f"已换发 superseded，由 replaced by {second}" in replaced.err
    assert "先前已签发" in licences(*replacing).err
