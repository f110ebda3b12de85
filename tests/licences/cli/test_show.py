"""`licences show` begins with what a clerk asks first."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from licences.home import open_home
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS, DEPARTMENTS
from tests.registers import by_hand

pytestmark = pytest.mark.unmeasured

SAMPLE = BUSINESS.sample()
WHY = ("--by", "张样例", "--reason", "样本")


def alter(home: Path, change: str, table: str = "licence") -> None:
    """Do what whoever can write the database can do to its rows."""
    with closing(open_home(home).register()) as register, by_hand(register.engine) as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {change}")  # noqa: S608  a test's own words


def issue(licences: Command, home: Path, data: Path, **changes: str) -> str:
    """Issue a licence; gives its identifier."""
    data.write_text(json.dumps({**SAMPLE, **changes}), encoding="utf-8")
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    return licences(*asked).out.strip()


def summary(licences: Command, home: Path, identifier: str) -> dict[str, str]:
    """What stands before the content, by label."""
    told = licences("show", identifier, "--home", home).out.partition("内容 content")[0]
    lines = [line.strip().split("  ", 1) for line in told.splitlines() if line.startswith("  ")]
    return {label: value.strip() for label, value in lines}


def test_begins_with_a_summary(licences: Command, home: Path, data: Path) -> None:
    """Number, holder, issuer, times, version, and what can be done; nothing that is not."""
    told = summary(licences, home, issue(licences, home, data))
    assert told["编号 number"] == SAMPLE["licence_number"]
    assert told["持证主体 holder"] == f"{SAMPLE['name']}  {SAMPLE['uscc']}"
    assert DEPARTMENTS[0].name.zh in told["签发部门 issuer"]
    assert told["有效期 validity"] == f"{SAMPLE['term_from']} 长期 no end"
    assert told["版本 version"] == "1"
    assert told["签发时间 issued"].endswith("+08:00")
    assert "replaced by" not in "".join(told)
    steps = "暂扣 suspend；撤销、吊销 revoke；注销 cancel；换发 replace"
    assert told["可办理 possible"] == steps


def test_names_the_record_that_may_be_taken_back(licences: Command, home: Path, data: Path) -> None:
    """A revocation by mistake; but not what would have two versions stand at once."""
    first, more = issue(licences, home, data), (*WHY, "--home", home)
    licences("revoke", first, *more)
    possible = "可办理 possible"
    assert summary(licences, home, first)[possible] == "注销 cancel；更正 correct --event 2"
    assert licences("correct", first, "--event", 2, *more).code == 0
    data.write_text(json.dumps({**SAMPLE, "name": "示例市样本集团有限公司"}), encoding="utf-8")
    second = licences("replace", first, "--data", data, "--format", "json", *more).out.strip()
    assert summary(licences, home, first)[possible] == "没有了 nothing any more"
    licences("cancel", second, *more)
    assert summary(licences, home, first)[possible] == "更正 correct --event 4"
    assert summary(licences, home, second)[possible] == "更正 correct --event 2"
    assert licences("correct", first, "--event", 4, *more).code == 0
    assert summary(licences, home, second)[possible] == "没有了 nothing any more"
    assert licences("correct", second, "--event", 2, *more).code == 1


def test_the_journal_has_the_numbers_that_it_speaks_of(
    licences: Command, home: Path, data: Path
) -> None:
    """A correction names the event that it takes back by a number: it stands there."""
    first, more = issue(licences, home, data), (*WHY, "--home", home)
    licences("suspend", first, *more)
    licences("correct", first, "--event", 2, *more)
    journal = licences("show", first, "--home", home).out.partition("日志 journal")[2]
    lines = [line.split() for line in journal.strip().splitlines()]
    assert [line[0] for line in lines] == ["#0", "#1", "#2", "#3"]
    assert "#2" in lines[3][1:]


@pytest.mark.parametrize(("until", "offered"), [("2026-01-01", True), ("2999-01-01", False)])
def test_offers_to_record_an_expiry_only_after_the_last_day(
    licences: Command, home: Path, data: Path, until: str, offered: bool
) -> None:
    """Neither before it nor, as above, where there is none; refusals say the same."""
    identifier = issue(licences, home, data, term_until=until)
    told = summary(licences, home, identifier)
    assert told["有效期 validity"].endswith(f"至 to {until}")
    assert ("登记过期 expire" in told["可办理 possible"]) is offered
    refused = licences("resume", identifier, *WHY, "--home", home)
    assert ("cancel, expire" in refused.err) is offered


def test_a_broken_journal_is_said_and_the_rest_is_shown(
    licences: Command, home: Path, data: Path
) -> None:
    """What can be done is not told by a journal that nobody can rely on."""
    identifier = issue(licences, home, data)
    alter(home, "head = x'00'")
    told = summary(licences, home, identifier)
    assert told["日志有误 journal"].startswith(LicenceReason.JOURNAL_BROKEN)
    assert told["日志有误 journal"].endswith("licences rebuild")
    assert "可办理 possible" not in told


def test_as_json_it_has_the_same(licences: Command, home: Path, data: Path) -> None:
    """Number, holder, validity and version by name."""
    identifier = issue(licences, home, data, term_until="2999-01-01")
    told = json.loads(licences("show", identifier, "--json", "--home", home).out)
    assert (told["number"], told["holder_code"]) == (SAMPLE["licence_number"], SAMPLE["uscc"])
    assert (told["holder_name"], told["version"]) == (SAMPLE["name"], 1)
    assert (told["valid_from"], told["valid_until"]) == (SAMPLE["term_from"], "2999-01-01")
    assert (told["replaces"], told["replaced_by"]) == (None, None)


@pytest.mark.parametrize(
    "change", ["standing = 'valid'", "standing = 'valid', events = 2", "standing = ''"]
)
def test_it_stands_as_its_journal_says(
    licences: Command, home: Path, data: Path, change: str
) -> None:
    """A row that says otherwise is told, with what mends it; and then nothing is told any more."""
    identifier = issue(licences, home, data)
    licences("revoke", identifier, *WHY, "--home", home)
    good = licences("show", identifier, "--home", home)
    alter(home, change)
    shown = licences("show", identifier, "--home", home)
    head = shown.out.splitlines()[1]
    assert (shown.code, head) == (0, good.out.splitlines()[1])
    assert head.endswith("撤销、吊销 revoked")
    told = summary(licences, home, identifier)["登记有误 register"]
    assert "journal says 撤销、吊销 revoked；请运行 run licences rebuild" in told
    known = json.loads(licences("show", identifier, "--json", "--home", home).out)
    assert known["standing"] == "revoked"
    assert "licences rebuild" in known["trouble"]
    licences("rebuild", "--home", home)
    assert licences("show", identifier, "--home", home).out == good.out
    assert "登记有误" not in good.out


ANOTHER = """(SELECT other.{0} FROM document AS other JOIN licence ON id = other.licence_id
    WHERE instr(data, '{1}'))"""
"""What a document of the licence with a number is stored as."""


@pytest.mark.parametrize("part", ["data", "documents"])
def test_what_is_not_as_it_was_issued_is_told_and_not_handed_out(
    licences: Command, home: Path, data: Path, tmp_path: Path, part: str
) -> None:
    """Neither shown as sound nor written out, issued again, replaced or packed."""
    number = f"{7:021d}"
    issue(licences, home, data, licence_number=number)
    identifier, out = issue(licences, home, data), tmp_path / "out"
    if part == "data":
        alter(home, f"data = replace(data, '{SAMPLE['representative']}', '样本丁')")
    else:
        another = [ANOTHER.format(name, number) for name in ("sha256", "size")]
        alter(home, "sha256 = {}, size = {}".format(*another), "document")
    told = summary(licences, home, identifier)["登记有误 register"]
    assert f"its {part} are not those of its journal；请从备份恢复" in told
    asked = (BUSINESS.slug, "--data", data, "--format", "json")
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps({**SAMPLE, "name": "示例市变更样本有限公司"}), encoding="utf-8")
    for refused in (
        licences("show", identifier, "--out", out, "--home", home),
        licences("issue", *asked, "--out", out, "--home", home),
        licences("replace", identifier, "--data", changed, "--out", out, *WHY, "--home", home),
        licences("pack", identifier, "--out", tmp_path / "a.asice", "--home", home),
    ):
        assert refused.code == 1
        assert LicenceReason.JOURNAL_BROKEN in refused.err
    assert not [*out.glob("*"), *tmp_path.glob("*.asice")]


def test_a_journal_that_was_cut_off_tells_no_standing(
    licences: Command, home: Path, data: Path
) -> None:
    """Nor is that advised to be rebuilt, which would undo what was cut off."""
    identifier = issue(licences, home, data)
    alter(home, "events = 9, head = x'00'")
    shown = licences("show", identifier, "--home", home).out
    assert shown.splitlines()[1].endswith("状态不明 standing not known")
    assert "rebuild" not in shown
    assert (
        json.loads(licences("show", identifier, "--json", "--home", home).out)["standing"] is None
    )


REBUILD, RESTORE = "请运行 run licences rebuild", "请从备份恢复 restore it from a backup"


@pytest.mark.parametrize(
    ("change", "way_out"),
    [
        ("standing = 'nonsense'", REBUILD),
        ("state = 'nonsense'", REBUILD),
        ("issued_at = 'nonsense'", RESTORE),
        ("issued_at = x'00'", RESTORE),
        ("suite = 'nonsense'", RESTORE),
        ("formats = x'00'", RESTORE),
        ("data = 'nonsense'", RESTORE),
        ("data = x'00'", RESTORE),
        ("run = 'nonsense'", RESTORE),
    ],
)
def test_a_row_that_cannot_be_is_refused(
    licences: Command, home: Path, data: Path, change: str, way_out: str
) -> None:
    """JOURNAL_BROKEN and the way out, by whatever command it is read; `find` lists it so."""
    identifier = issue(licences, home, data)
    alter(home, change)
    refused = licences("show", identifier, "--home", home)
    found = licences("find", "--number", SAMPLE["licence_number"], "--home", home)
    assert (refused.code, refused.out) == (1, "")
    assert (found.code, found.err) == (1, "")
    for told in (refused.err, found.out):
        assert LicenceReason.JOURNAL_BROKEN in told
        assert way_out in told


def test_a_row_with_no_such_standing_is_mended(licences: Command, home: Path, data: Path) -> None:
    """What the refusal advises helps."""
    identifier = issue(licences, home, data)
    good = licences("show", identifier, "--home", home).out
    alter(home, "standing = 'nonsense', state = 'nonsense'")
    licences("rebuild", "--home", home)
    assert licences("show", identifier, "--home", home).out == good
