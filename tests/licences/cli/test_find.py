"""`licences find`: by number and by holder, bounded, telling whether there is more."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from licences.cli import find as finding
from licences.home import open_home
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS
from tests.registers import by_hand

SAMPLE = BUSINESS.sample()
NUMBER, HOLDER = str(SAMPLE["licence_number"]), str(SAMPLE["uscc"])


@pytest.fixture
def issued(licences: Command, home: Path, data: Path) -> list[str]:
    """Identifiers of two licences of one holder."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    first = licences(*asked).out.strip()
    data.write_text(json.dumps({**SAMPLE, "licence_number": "9" * 21}), encoding="utf-8")
    return [first, licences(*asked).out.strip()]


def test_finds_by_number(licences: Command, home: Path, issued: list[str]) -> None:
    """What a clerk needs to know which it is, and the identifier that other commands take."""
    found = licences("find", "--number", NUMBER, "--home", home)
    assert (found.code, found.err) == (0, "")
    assert issued[0] in found.out
    assert issued[1] not in found.out
    for said in ("有效 valid", "营业执照", NUMBER, HOLDER, str(SAMPLE["name"]), "长期 no end"):
        assert said in found.out


def test_finds_by_holder_and_says_when_there_is_more(
    licences: Command, home: Path, issued: list[str]
) -> None:
    """A JSON object a licence; `--limit` is told, where it left something out."""
    asked = ("find", "--holder", HOLDER, "--home", home, "--json")
    found = licences(*asked, "--limit", 2)
    lines = [json.loads(line) for line in found.out.splitlines()]
    assert {each["identifier"] for each in lines} == set(issued)
    assert {each["holder_code"] for each in lines} == {HOLDER}
    assert {each["type"] for each in lines} == {BUSINESS.slug}
    assert found.err == ""
    bounded = licences(*asked, "--limit", 1)
    assert len(bounded.out.splitlines()) == 1
    assert "还有更多" in bounded.err
    assert "there are more" in bounded.err


def test_reads_a_holders_code_from_standard_input(
    licences: Command, home: Path, issued: list[str]
) -> None:
    """A citizen's number then stands in no process list and no history; one line, bounded."""
    asked = ("find", "--holder", "-", "--home", home)
    found = licences.with_stdin(f"{HOLDER}\nsecond line\n".encode())(*asked)
    assert found.code == 0
    assert all(each in found.out for each in issued)
    for wrong in (b"", b"\n", b"1" * 2000):
        refused = licences.with_stdin(wrong)(*asked)
        assert (refused.code, refused.out) == (2, "")
        assert "标准输入" in refused.err
        assert "stdin" in refused.err


def test_narrows_what_is_found(licences: Command, home: Path, issued: list[str]) -> None:
    """By type, standing and a part of the name; with nothing left the exit code is 1."""
    licences("suspend", issued[0], "--by", "张样例", "--reason", "样本", "--home", home)
    asked = ("find", "--holder", HOLDER, "--home", home)
    assert issued[0] in licences(*asked, "--standing", "suspended", "--name", "示例市").out
    for narrow in (("--standing", "revoked"), ("--type", "talent-card"), ("--name", "别的")):
        none = licences(*asked, *narrow)
        assert (none.code, none.out) == (1, "")
        assert "没有这样的证照 there is no such licence" in none.err
    unknown = licences(*asked, "--type", "nonsense")
    assert (unknown.code, "UNKNOWN_TYPE" in unknown.err) == (2, True)


def test_a_mistyped_code_is_told(licences: Command, home: Path) -> None:
    """Of an organisation or a person, with a wrong check character; of any other code nothing."""
    for code, reason in (
        (f"{HOLDER[:-1]}8", LicenceReason.USCC_CHECK),
        ("110101199003070000", LicenceReason.CITIZEN_NUMBER_CHECK),
        ("H12345678", None),
        ("91999901MAEX000294", None),
    ):
        outcome = licences("find", "--holder", code, "--home", home)
        assert (outcome.code, outcome.out) == (1, "")
        said = f"\n{reason}：{reason.zh} {reason.en}" if reason else ""
        assert outcome.err == f"没有这样的证照 there is no such licence{said}\n"


def test_a_name_alone_is_not_looked_for(licences: Command, home: Path) -> None:
    """Neither are types and standings: exit 2, and what to give instead."""
    for options in ((), ("--name", "示例"), ("--type", BUSINESS.slug), ("--standing", "valid")):
        refused = licences("find", *options, "--home", home)
        assert (refused.code, refused.out) == (2, "")
        for said in ("--number", "--holder", "不能只按名称", "no search by name"):
            assert said in refused.err


def alter(home: Path, change: str) -> None:
    """Do what whoever can write the database can do to its rows."""
    with closing(open_home(home).register()) as register, by_hand(register.engine) as connection:
        connection.exec_driver_sql(f"UPDATE licence SET {change}")  # noqa: S608  a test's own words


def test_they_stand_as_their_journals_say(licences: Command, home: Path, issued: list[str]) -> None:
    """A row that says otherwise is marked, and hides nothing from those who look for a standing."""
    licences("revoke", issued[0], "--by", "张样例", "--reason", "样本", "--home", home)
    alter(home, "standing = 'valid'")
    asked = ("find", "--holder", HOLDER, "--home", home)
    for narrow in ((), ("--standing", "revoked")):
        found = licences(*asked, *narrow)
        assert (found.code, found.err) == (0, "")
        assert f"{issued[0]}  撤销、吊销 revoked" in found.out
        assert "✗ 登记行与日志不符" in found.out
        assert "licences rebuild" in found.out
        assert (issued[1] in found.out) is (not narrow)
    valid = licences(*asked, "--standing", "valid", "--json")
    (told,) = (json.loads(line) for line in valid.out.splitlines())
    assert (told["identifier"], told["standing"], told["trouble"]) == (issued[1], "valid", None)


def test_who_breaks_a_journal_hides_no_licence(
    licences: Command, home: Path, issued: list[str]
) -> None:
    """Its standing is not known; nor is it by a row that was given another's identifier."""
    alter(home, f"events = 9, head = x'00' WHERE identifier = '{issued[0]}'")
    asked = ("find", "--holder", HOLDER, "--home", home)
    found = licences(*asked, "--standing", "revoked")
    assert (found.code, issued[1] in found.out) == (0, False)
    assert f"{issued[0]}  状态不明 standing not known" in found.out
    assert "JOURNAL_BROKEN" in found.out
    for name in (issued[1], "nobody's"):
        alter(home, f"""identifier = '{name.replace("'", "''")}' WHERE events = 9""")
        found = licences(*asked)
        assert found.code == 0
        assert f"{name}  状态不明 standing not known" in found.out


def test_a_row_that_says_failed_hides_no_licence(
    licences: Command, home: Path, issued: list[str]
) -> None:
    """Its journal says that it was issued: it is found as that, and the row's word is told."""
    alter(home, f"state = 'failed', standing = '' WHERE identifier = '{issued[0]}'")
    for known in (("--number", NUMBER), ("--holder", HOLDER)):
        found = licences("find", *known, "--standing", "valid", "--home", home)
        assert (found.code, found.err) == (0, "")
        assert f"{issued[0]}  有效 valid" in found.out
        assert "row says failed" in found.out


@pytest.mark.parametrize("change", ["suite = 'nonsense'", "data = '{' || data", "issued_at = 'x'"])
def test_a_row_that_cannot_be_read_hides_no_other(
    licences: Command, home: Path, issued: list[str], change: str
) -> None:
    """It has a line of its own, and the exit code is 1."""
    alter(home, f"{change} WHERE identifier = '{issued[0]}'")
    asked = ("find", "--holder", HOLDER, "--home", home)
    found = licences(*asked, "--standing", "valid")
    assert (found.code, found.err) == (1, "")
    assert f"{issued[1]}  有效 valid" in found.out
    named = "标识不明 identifier not known" if "issued_at" in change else issued[0]
    assert f"{named}  状态不明 standing not known\n  ✗ JOURNAL_BROKEN 登记行有误" in found.out
    told = [json.loads(line) for line in licences(*asked, "--json").out.splitlines()]
    (bad,) = (each for each in told if each["trouble"])
    assert bad["identifier"] in {issued[0], None}
    assert (bad["standing"], len(told)) == (None, 2)


def test_a_time_of_issue_that_was_altered_is_told(
    licences: Command, home: Path, issued: list[str]
) -> None:
    """The row says another than the journal, which rebuilding does not mend."""
    alter(home, f"issued_at = '2020-01-01 00:00:00.000000' WHERE identifier = '{issued[0]}'")
    found = licences("find", "--holder", HOLDER, "--home", home)
    shown = licences("show", issued[0], "--home", home)
    assert (found.code, shown.code) == (0, 0)
    for said in (found.out, shown.out):
        assert said.count("row says 签发于 issued 2020-01-01 08:00:00 +08:00") == 1
        assert "restore it from a backup" in said
        assert "licences rebuild" not in said


def test_a_standing_is_looked_for_among_so_many(
    licences: Command, home: Path, issued: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """That not all were looked at is told."""
    monkeypatch.setattr(finding, "_LOOKED_AT", 1)
    asked = ("find", "--holder", HOLDER, "--home", home, "--limit", 1, "--standing")
    none = licences(*asked, "revoked")
    assert (none.code, none.out) == (1, "")
    assert "只看了最新的 1 份 only the newest 1 were looked at" in none.err
    assert "其中没有这样的 none of these is such a licence" in none.err
    assert "there is no such licence" not in none.err
    one = licences(*asked, "valid")
    assert (one.code, len(issued)) == (0, 2)
    assert "there are more" in one.err
