"""`licences explain` and `licences types`: what a code means, what a type asks for."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from rich.cells import cell_len

from eseal.cli.main import main as eseal_main
from eseal.reasons import Reason
from licences import field_rules
from licences.cli import field_words
from licences.cli.main import main as licences_main
from licences.explanations import SUB_INDICATIONS, all_reasons, reasons_under
from licences.licence_life import Standing
from tests.command import Command
from tests.homes import CATALOGUE


def test_explains_a_code_in_both_languages(licences: Command) -> None:
    """Meaning and remedy stand in Chinese and English, with ETSI's word where there is one."""
    outcome = licences("explain", "digest-mismatch")
    reason = Reason.DIGEST_MISMATCH
    assert outcome.code == 0
    for said in (reason.zh, reason.en, reason.remedy_zh, reason.remedy_en, "HASH_FAILURE"):
        assert said in outcome.out


def test_lists_all_codes(licences: Command) -> None:
    """Without a code every one is listed, as text and as JSON."""
    assert len(licences("explain").out.splitlines()) == len(all_reasons())
    assert [each["code"] for each in json.loads(licences("explain", "--json").out)] == [
        each.value for each in all_reasons()
    ]
    assert json.loads(licences("explain", "UNSIGNED", "--json").out)["sub_indication"]


def test_explains_the_words_of_etsi(licences: Command) -> None:
    """Each that a reason is counted under has its meaning, and names the reasons."""
    assert {each.sub for each in all_reasons()} - {each.value for each in all_reasons()} == {
        *SUB_INDICATIONS
    }
    told = licences("explain", "hash-failure")
    assert (told.code, told.err) == (0, "")
    for said in ("HASH_FAILURE", *SUB_INDICATIONS["HASH_FAILURE"], "DIGEST_MISMATCH"):
        assert said in told.out
    assert "UNSIGNED" not in told.out
    later = json.loads(licences("explain", "TRY_LATER", "--json").out)
    assert later["codes"] == [each.value for each in reasons_under("TRY_LATER")]
    assert Reason.STATUS_LIST_STALE in later["codes"]
    assert Reason.STATUS_LIST_FROM_LATER not in later["codes"]  # waiting does not help


def test_an_unknown_code_names_those_near_it(licences: Command) -> None:
    """A mistyped code is an error of usage that names what may have been meant."""
    outcome = licences("explain", "DIGEST_MISMACH")
    assert outcome.code == 2
    assert "DIGEST_MISMATCH" in outcome.err
    for code in ("foo", "zebra"):
        nothing_near = licences("explain", code)
        assert nothing_near.code == 2
        assert f"没有代码 {code}；licences explain 列出全部" in nothing_near.err


def test_lists_types_and_fields(licences: Command, tmp_path: Path) -> None:
    """All shipped types are listed; one is shown with its fields, by any of its names."""
    listed = licences("types", "--home", tmp_path).out
    assert all(each.slug in listed and each.name.zh in listed for each in CATALOGUE.types)
    shown = licences("types", "营业执照", "--home", tmp_path)
    assert "uscc" in shown.out
    assert "经营范围" in shown.out


def test_says_what_each_field_has_to_be_and_who_issues(licences: Command, tmp_path: Path) -> None:
    """Lengths, ranges, forms, choices, days; the departments by name."""
    shown = licences("types", "construction-permit", "--home", tmp_path).out
    rows = {line.split()[0]: line for line in shown.splitlines() if line.split()}
    assert "文字 text 1–100 字" in rows["developer"]
    assert (
        "文字 text 18 字；写法 form：18 位数字 18 digits（pattern：^[0-9]{18}$）"
        in rows["permit_number"]
    )
    assert "整数 integer 1–20000；不写单位 without the unit：天" in rows["contract_days"]
    assert "可换行 lines allowed" in rows["remarks"]
    assert "日期，年-月-日，如 2026-11-26 a day: year-month-day" in rows["issued_on"]
    assert "不晚于今天 not after" in rows["issued_on"]
    assert "统一社会信用代码，18 位" in rows["developer_code"]
    issuers = shown.partition("可签发的部门 issuers")[2]
    assert "11999900MB00000353  示例市住房和城乡建设局" in issuers
    business = licences("types", "营业执照", "--home", tmp_path).out
    assert "其一 one of：法定代表人 / 执行事务合伙人" in business
    relocation = licences("types", "air-defence-relocation-permit", "--home", tmp_path).out
    assert "true 或 or false" in relocation


def test_fields_keep_their_words_on_a_narrow_page(
    licences: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 80 columns no word is broken, and what goes on below stands below the title."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = licences("types", "营业执照", "--home", tmp_path).out
    table = shown.partition("可签发的部门")[0].splitlines()[1:-1]
    assert any("Representative" in line for line in table)
    assert all(line[0] != " " or not line[:34].strip() for line in table)
    assert max(map(cell_len, table)) <= 80


def test_every_format_has_words() -> None:
    """Whatever format a schema may use is said in words."""
    assert field_words.FORMATS.keys() == field_rules.FORMATS


def test_shows_the_codes_of_the_ministry(licences: Command, tmp_path: Path) -> None:
    """Of a type that has them, beside our own words; other types show none."""
    shown = licences("types", "construction-permit", "--home", tmp_path).out
    table = [line.split() for line in shown.partition("standing codes")[2].splitlines() if line]
    assert [line[-2:] for line in table] == [
        ["01", "有效"],
        ["02", "暂扣"],
        ["03", "撤销"],
        ["04", "注销"],
        ["05", "失效"],
        ["05", "失效"],
    ]
    assert [line[1] for line in table] == [each.value for each in Standing]
    assert "standing codes" not in licences("types", "营业执照", "--home", tmp_path).out


@pytest.mark.parametrize("slug", [each.slug for each in CATALOGUE.types])
def test_prints_sample_data_that_the_type_accepts(
    licences: Command, tmp_path: Path, slug: str
) -> None:
    """The sample that a newcomer starts from is good data."""
    data = json.loads(licences("types", slug, "--sample", "--home", tmp_path).out)
    assert CATALOGUE.get(slug).check_data(data) == ()


def test_a_sample_is_of_a_type(licences: Command, tmp_path: Path) -> None:
    """`--sample` alone is wrong usage, and no list of types."""
    outcome = licences("types", "--sample", "--home", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "licences types TYPE --sample" in outcome.err


def test_an_unknown_type_names_those_near_it(licences: Command, tmp_path: Path) -> None:
    """A mistyped type is refused with the names that come near."""
    outcome = licences("types", "busines-licence", "--home", tmp_path)
    assert outcome.code == 2
    assert "UNKNOWN_TYPE" in outcome.err
    assert "business-licence" in outcome.err


@pytest.mark.parametrize("main", [licences_main, eseal_main])
def test_says_its_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], main: Callable[[], None]
) -> None:
    """`--version` prints the package's name and version, for both commands."""
    outcome = Command(main, monkeypatch, capsys)("--version")
    assert outcome.code == 0
    assert outcome.out == f"eseal-licences {version('eseal-licences')}\n"


@pytest.mark.parametrize(
    ("command", "usage"), [("types", "[OPTIONS] [TYPE]"), ("explain", "[OPTIONS] [CODE]")]
)
def test_usage_shows_an_optional_argument_in_brackets(
    licences: Command, command: str, usage: str
) -> None:
    """An argument that may be left out stands in one pair of brackets."""
    assert licences(command, "--help").out.splitlines()[0].endswith(usage)


@pytest.mark.parametrize("command", ["licences", "eseal"])
def test_help_does_not_load_the_heavy_libraries(command: str) -> None:
    """`--help` starts quickly because nothing heavy is imported for it."""
    program = (
        f"import sys; sys.argv = [{command!r}, '--help']\n"
        f"from {command}.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as stopped:\n    assert not stopped.code\n"
        "heavy = {'rich.console', 'sqlalchemy', 'pyhanko', 'asn1crypto', 'cryptography', 'typst'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert result.stdout.splitlines()[-1] == "[]"
