"""`licences verify`: exit codes, formats, inputs; nothing but results on stdout."""

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eseal.cli.times import in_china
from eseal.jose.sdjwt import read_sd_jwt
from eseal.reasons import Reason, ReasonCode
from licences import batch
from licences.authority_entries import AuthorityEntry
from licences.authority_register import AuthorityRegister, sign_register
from licences.cli import verify as command_module
from licences.cli.passed_over import WORDS
from licences.cli.verify_output import Format, write
from licences.identifiers import Uscc
from licences.licence_life import Standing
from licences.licence_report import LicenceReport
from licences.passed_over import PassedOver
from licences.reasons import LicenceReason
from licences.verification import Verifier
from tests.bundles import PUBLISHER
from tests.command import Command
from tests.homes import BUSINESS, CATALOGUE, DEPARTMENTS, MARKET
from tests.licences.cli.conftest import AT
from tests.licences.papers import market_signer, pdf_paper, status_list
from tests.world import DAY, NOW, World


@pytest.fixture
def verifier(world: World) -> Verifier:
    """Give a verifier at NOW with the good trust store."""
    return Verifier(world.trust, CATALOGUE, at=NOW)


def test_passes_a_good_licence(licences: Command, papers_folder: Path, trust_folder: Path) -> None:
    """A good licence ends with 0 and is shown check by check."""
    outcome = licences("verify", papers_folder / "passed.json", "--trust", trust_folder, "--at", AT)
    assert outcome.code == 0
    assert "TOTAL-PASSED" in outcome.out
    assert "certificate-path" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("passed.json",), 0),
        (("passed.json", "failed.json"), 1),
        (("undetermined.json", "passed.json"), 3),
        (("unreadable.txt", "passed.json"), 4),
        (("unreadable.txt", "undetermined.json"), 3),
        (("unreadable.txt", "undetermined.json", "failed.json"), 1),
        (("none.json",), 4),
    ],
)
def test_exit_code_is_that_of_the_worst(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    names: tuple[str, ...],
    code: int,
) -> None:
    """The precedence is 1 > 3 > 4 > 0, whatever the order of the inputs."""
    files = [papers_folder / name for name in names]
    outcome = licences("verify", *files, "--trust", trust_folder, "--at", AT, "--format", "ndjson")
    assert outcome.code == code
    assert len(outcome.out.splitlines()) == len(names)


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify",),
        ("verify", "x.json"),
        ("verify", "x.json", "--trust", "no-such-file"),
        ("verify", "x.json", "--trust", "{trust}", "--at", "tomorrow"),
        ("verify", "x.json", "--trust", "{trust}", "-j", "0"),
        ("verify", "{empty}", "--trust", "{trust}"),
        ("verify", "x.json", "y.json", "-j", "2", "--trust", "{empty}"),
    ],
)
def test_nothing_checked_is_2(
    licences: Command,
    trust_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    """No input, no trust, an unknown time: nothing is checked, which is never 0."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    filled = [each.format(trust=trust_folder, empty=tmp_path / "empty") for each in arguments]
    outcome = licences(*filled)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err


@pytest.mark.parametrize(
    ("option", "name", "reason", "said"),
    [
        ("--types", "empty", LicenceReason.TYPE_MALFORMED, "no licence type is in it"),
        ("--types", "none", LicenceReason.TYPE_MALFORMED, "no such folder"),
        ("--status", "none", Reason.UNREADABLE_FILE, "there is no such file or folder"),
    ],
)
def test_what_is_named_has_to_be_there(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    option: str,
    name: str,
    reason: ReasonCode,
    said: str,
) -> None:
    """2: types and status lists that were asked for and are not there are not done without."""
    (tmp_path / "empty").mkdir()
    asked = ("verify", papers_folder / "passed.json", "--trust", trust_folder, "--at", AT)
    outcome = licences(*asked, option, tmp_path / name)
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.err
    assert said in outcome.err


def test_what_a_table_does_not_know_it_says(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """A holder that was not disclosed, as in the detail; what is old, beside how old."""
    whole = read_sd_jwt((papers_folder / "passed.json").read_bytes())
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(whole.present([]).flattened())
    options = ("--trust", trust_folder, "--at", AT)
    assert licences("verify", tmp_path, *options).out.count("（未披露）") == 2
    assert "所据数据 its data: " in licences("verify", tmp_path / "a.json", *options).out


def test_a_licence_shown_in_part_says_so_and_what_it_shows(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """How much of how much, and each value; disclosures are left out as any JSON tool does it."""
    part = json.loads((papers_folder / "passed.json").read_bytes())
    disclosures = part["header"]["disclosures"]
    names = [json.loads(base64.urlsafe_b64decode(f"{each}==="))[1] for each in disclosures]
    part["header"]["disclosures"] = [
        each
        for each, name in zip(disclosures, names, strict=True)
        if name in {"representative", "certificate_number"}
    ]
    shown = tmp_path / "part.json"
    shown.write_text(json.dumps(part), encoding="utf-8")
    options = ("--trust", trust_folder, "--at", AT)
    page = licences("verify", shown, *options)
    assert page.code == 0
    shares = f"部分披露 partly disclosed 2/{len(names)}"
    sample = BUSINESS.sample()
    (title,) = (each.title for each in BUSINESS.fields if each.name == "representative")
    for said in (
        shares,
        f"1 个字段 fields；{shares}",
        f"{title.zh} {title.en}：{sample['representative']}",
        f"证照编号 number：{sample['licence_number']}",
    ):
        assert said in page.out
    whole = papers_folder / "passed.json"
    table = licences("verify", shown, whole, *options).out
    assert f"（未披露）（{shares}）" in table
    assert table.count("部分披露") == 1
    assert "披露" not in licences("verify", whole, *options).out


def test_every_input_of_a_folder_gets_its_line(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """A folder is verified whole, in order, on two processes as on one."""
    options = ("--trust", trust_folder, "--at", AT, "--format", "ndjson")
    alone = licences("verify", papers_folder, *options)
    shared = licences("verify", papers_folder, *options, "-j", 2)
    assert alone.out == shared.out
    assert alone.code == shared.code == 1
    assert [json.loads(line)["indication"] for line in alone.out.splitlines()] == [
        "TOTAL-FAILED",
        "TOTAL-PASSED",
        "INDETERMINATE",
        "UNREADABLE",
    ]


def test_two_processes_say_what_one_says(papers_folder: Path, trust_folder: Path) -> None:
    """The command as it is installed: bad inputs among good ones, same results, same exit code."""
    names = ["passed.json", "failed.json", "none.json", "unreadable.txt", "undetermined.json"]
    files = [str(papers_folder / name) for name in names * 8]
    command = [str(Path(sys.executable).with_name("licences")), "verify", *files, "--trust"]
    options = [str(trust_folder), "--at", AT, "--format", "ndjson", "-j"]
    alone, shared = (
        subprocess.run([*command, *options, jobs], check=False, capture_output=True, text=True)
        for jobs in ("1", "2")
    )
    assert [json.loads(line)["input"] for line in shared.stdout.splitlines()] == files
    assert shared.stdout == alone.stdout
    assert shared.stderr == alone.stderr == ""
    assert shared.returncode == alone.returncode == 1


@pytest.mark.parametrize("form", ["table", "json"])
def test_what_is_passed_over_is_told(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path, form: str
) -> None:
    """On stderr, by kind and the first by name; also where nothing is left to verify."""
    (tmp_path / ".hidden").touch()
    (tmp_path / "gone.pdf").symlink_to("nowhere")
    asked = ("verify", tmp_path, "--trust", trust_folder, "--at", AT, "--format", form)
    said = (
        "略过 2 项，未验：失效的链接 1，隐藏的 1\n"
        "Passed over 2, not verified: 1 dangling link(s), 1 hidden\n"
        f"  {tmp_path}/.hidden\n  {tmp_path}/gone.pdf\n"
    )
    nothing = licences(*asked)
    assert nothing.code == 2
    assert nothing.err.startswith(said)
    shutil.copy(papers_folder / "passed.json", tmp_path)
    outcome = licences(*asked)
    assert (outcome.code, outcome.err) == (0, said)
    for number in range(4):
        (tmp_path / f".{number}").touch()
    named = [f"  {tmp_path}/.{each}" for each in (0, 1, 2, 3)]
    last = [f"  {tmp_path}/{each}" for each in (".hidden", "gone.pdf")]
    assert licences(*asked).err.splitlines()[2:] == named + last
    (tmp_path / ".4").touch()
    assert licences(*asked).err.splitlines()[2:] == [
        *named,
        f"  {tmp_path}/.4",
        "  …  全部 all of them: --passed-over FILE",
    ]


def test_all_that_is_passed_over_can_be_had(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """Each with its kind, a line of JSON each, for who alone may read it; also of nothing else."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(9):
        (folder / f".{number}").touch()
    (folder / "gone.pdf").symlink_to("nowhere")
    (folder / os.fsdecode(b".\xff")).touch()
    asked = ("verify", folder, "--trust", trust_folder, "--at", AT, "--passed-over")
    assert licences(*asked, tmp_path / "nothing.ndjson").code == 2
    shutil.copy(papers_folder / "passed.json", folder)
    assert licences(*asked, tmp_path / "all.ndjson").code == 0
    listed = (tmp_path / "all.ndjson").read_bytes()
    assert (tmp_path / "nothing.ndjson").read_bytes() == listed
    assert (tmp_path / "all.ndjson").stat().st_mode & 0o777 == 0o600
    read = {each["input"]: each["passed_over"] for each in map(json.loads, listed.splitlines())}
    assert len(read) == 11
    assert read[f"{folder}/gone.pdf"] == "dangling"
    assert read[f"{folder}/.\\xff"] == "hidden"
    assert licences(*asked, tmp_path / "all.ndjson").code == 2


def test_every_kind_that_is_passed_over_has_a_word() -> None:
    """In Chinese, too."""
    assert WORDS.keys() == {each.value for each in PassedOver}


@pytest.mark.parametrize(("encoding", "form"), [("ascii", "table"), ("gbk", "json")])
def test_every_encoding_can_be_written(
    papers_folder: Path, trust_folder: Path, encoding: str, form: str
) -> None:
    """What an output's encoding has not is escaped there; verdict and exit code are the same."""
    names = ("passed.json", "none.json")
    told = subprocess.run(
        [sys.executable, "-c", "from licences.cli.main import main; main()", "verify",
         *(papers_folder / name for name in names), "--trust", trust_folder, "--at", AT,
         "--format", form],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert told.returncode == 4, told.stderr
    assert b"TOTAL-PASSED" in told.stdout
    assert b"Traceback" not in told.stderr


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
@pytest.mark.parametrize("program", ["licences", "eseal"])
def test_errors_are_said_in_every_encoding(program: str, encoding: str) -> None:
    """Usage that is wrong, with letters that nobody's encoding has, is 2."""
    told = subprocess.run(
        [sys.executable, "-c", f"from {program}.cli.main import main; main()", "--✓\udcff"],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert told.returncode == 2, told.stderr
    assert b"error:" in told.stderr
    assert b"Traceback" not in told.stderr


def test_loads_nothing_that_verifying_does_not_use(papers_folder: Path, trust_folder: Path) -> None:
    """What a start loads, every process waits for: no database, no HTTP, no faces, no models."""
    licences = str(Path(sys.executable).with_name("licences"))
    command = [sys.executable, "-X", "importtime", licences, "verify", str(papers_folder)]
    options = ["--trust", str(trust_folder), "--at", AT, "--format", "csv"]
    outcome = subprocess.run([*command, *options], check=False, capture_output=True, text=True)
    assert outcome.returncode == 1
    loaded = {line.rpartition("|")[2].strip() for line in outcome.stderr.splitlines()}
    assert "licences.batch" in loaded
    assert not loaded & {
        "PIL",
        "aiohttp",
        "fontTools",
        "pydantic",
        "qrcode",
        "rich",
        "sqlalchemy",
        "typst",
    }


def test_reads_standard_input(licences: Command, papers_folder: Path, trust_folder: Path) -> None:
    """`-` is the document on standard input, and is read once, whoever judges it."""
    good = papers_folder / "passed.json"
    asked = ("verify", "-", good, "-", "--trust", trust_folder, "--at", AT, "--format", "ndjson")
    for jobs in (1, 2):
        outcome = licences.with_stdin(good.read_bytes())(*asked, "-j", jobs)
        named = [json.loads(line)["input"] for line in outcome.out.splitlines()]
        assert (outcome.code, named) == (0, ["-", str(good), "-"])


def test_a_folder_that_is_closed_is_unreadable(
    licences: Command, tmp_path: Path, trust_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in it was not verified: that is no success."""

    def closed(_path: str) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", closed)
    outcome = licences("verify", tmp_path, "--trust", trust_folder, "--at", AT, "--format", "csv")
    assert outcome.code == 4
    assert str(tmp_path) in outcome.out


def test_writes_json_csv_and_junit(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """Each form can be read by what it is for, and has a record for every input."""
    options = ("verify", papers_folder, "--trust", trust_folder, "--at", AT, "--format")
    assert len(json.loads(licences(*options, "json").out)) == 4
    assert len(list(csv.reader(io.StringIO(licences(*options, "csv").out)))) == 5
    assert len(ElementTree.fromstring(licences(*options, "junit").out)) == 4  # noqa: S314 - ours


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("judged", [0, 1, 2])
def test_who_interrupts_is_told_how_far_it_came(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: Format,
    judged: int,
) -> None:
    """What was judged stands in a table as in lines; no JSON that would be taken for all of it."""
    report = batch._Worker.report
    waiting = iter(range(judged))

    def interrupted(self: batch._Worker, asked: batch.Asked) -> LicenceReport:
        if next(waiting, None) is None:
            raise KeyboardInterrupt
        return report(self, asked)

    monkeypatch.setattr(batch._Worker, "report", interrupted)
    outcome = licences(
        "verify", papers_folder, "--trust", trust_folder, "--at", AT, "--format", form
    )
    assert outcome.code == 130
    said = f"已中断：4 份中已验 {judged} 份。Interrupted: {judged} of 4 were judged.\n"
    assert outcome.err == said
    names = [name for name in ("failed.json", "passed.json") if name in outcome.out]
    whole = form in {Format.JSON, Format.JUNIT}
    assert len(names) == (0 if whole else judged)


@pytest.mark.parametrize("form", [Format.NDJSON, Format.CSV])
def test_a_line_is_there_as_soon_as_a_file_is_judged(
    papers_folder: Path, verifier: Verifier, capsys: pytest.CaptureFixture[str], form: Format
) -> None:
    """The second input is judged after the first one's line was written."""

    def judged() -> Iterator[LicenceReport]:
        for name in ("passed.json", "failed.json"):
            yield verifier.verify(name, (papers_folder / name).read_bytes())
            assert name in capsys.readouterr().out

    write(form, judged())


def test_what_is_no_licence_is_not_called_broken(
    licences: Command, trust_folder: Path, tmp_path: Path
) -> None:
    """It has words and a count of its own for people; verdict and exit code are as they were."""
    (tmp_path / "notes.txt").write_bytes(b"a text")
    (tmp_path / "empty.pdf").touch()
    options = ("--trust", trust_folder, "--at", AT)
    table = licences("verify", tmp_path, *options)
    assert table.code == 4
    for said in ("– 不是证照 no licence  ", "– 无法读取 UNREADABLE  "):
        assert table.out.count(said) == 1
    assert "共 2 个  – 无法读取 1  – 不是证照 1\n" in table.out
    page = licences("verify", tmp_path / "notes.txt", *options)
    assert page.out.startswith("– 不是证照 no licence  ")
    as_json = licences("verify", tmp_path, *options, "--format", "json")
    assert {each["indication"] for each in json.loads(as_json.out)} == {"UNREADABLE"}
    assert as_json.code == page.code == 4


def test_prints_a_table_with_the_reasons(
    licences: Command, papers_folder: Path, trust_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table has a row an input, the reason's code, and the sum of verdicts."""
    monkeypatch.setenv("NO_COLOR", "1")
    outcome = licences("verify", papers_folder, "--trust", trust_folder, "--at", AT)
    for said in ("LICENCE_EXPIRED", "UNKNOWN_ISSUER", "NOT_A_LICENCE", "共 4 个", "不是证照 1"):
        assert said in outcome.out
    assert outcome.out.endswith("所问时刻 at 2026-11-22 12:00:00 +08:00\n")
    for reason in (LicenceReason.LICENCE_EXPIRED, Reason.UNKNOWN_ISSUER):
        said = f"{reason}  1 份 file\n   →  {reason.remedy_zh}\n   →  {reason.remedy_en}\n"
        assert outcome.out.count(said) == 1
    assert LicenceReason.LICENCE_EXPIRED.zh in outcome.out
    assert LicenceReason.LICENCE_EXPIRED.en in outcome.out
    assert "\x1b" not in outcome.out


@pytest.mark.parametrize("columns", [60, 80, 150])
def test_nothing_is_cut_and_no_line_ends_with_blanks(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
) -> None:
    """Whatever COLUMNS says, identifier, certificate chain and reason codes are there in full."""
    options = ("--trust", trust_folder, "--at", AT)
    file = papers_folder / "passed.json"
    told = json.loads(licences("verify", file, *options, "--format", "ndjson").out)
    chain = next(each for each in told["checks"] if each["check"] == "certificate-path")
    monkeypatch.setenv("COLUMNS", str(columns))
    table = licences("verify", papers_folder, *options).out
    detail = licences("verify", file, *options).out
    squeezed = "".join(detail.split())
    for text in (told["licence"]["identifier"], in_china(chain["detail"])):
        assert "".join(text.split()) in squeezed
    for code in ("LICENCE_EXPIRED", "UNKNOWN_ISSUER", "NOT_A_LICENCE"):
        assert code in table
    assert all(line == line.rstrip() for line in (table + detail).splitlines())


def test_people_are_told_in_chinese_and_in_chinas_time(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """What a check found has Chinese words and China's time; JSON keeps UTC."""
    page = tmp_path / "page.pdf"
    page.write_bytes(pdf_paper(market_signer(world.sm2)))
    for file, at, words in (
        (page, AT, ("字节 bytes", "吊销数据 revocation data", "状态列表 list of", "个字段 fields")),
        (page, "2020-01-01", ("签发于 issued on", "生效于 valid from", "制于 made")),
        (papers_folder / "passed.json", "2060-01-01", ("有效至 valid until", "用到 until")),
    ):
        asked = ("verify", file, "--trust", trust_folder, "--at", at)
        shown = licences(*asked).out
        for said in (*words, "+08:00"):
            assert said in shown
        assert "+00:00" not in shown
        (report,) = json.loads(licences(*asked, "--format", "json").out)
        assert report["at"].endswith("Z")
        assert "+08:00" not in json.dumps(report)


@pytest.mark.parametrize("columns", ["", "0", "wide"])
def test_without_a_terminal_lines_are_wide(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    columns: str,
) -> None:
    """Piped and with no usable COLUMNS, nothing is folded: each thing told stands on one line."""
    monkeypatch.setenv("COLUMNS", columns)
    options = ("verify", papers_folder / "passed.json", "--trust", trust_folder, "--at", AT)
    told = json.loads(licences(*options, "--format", "ndjson").out)
    page = licences(*options).out
    assert told["licence"]["identifier"] in page
    for check in told["checks"]:
        (line,) = re.findall(rf"^   ✓  \S+ {check['check']}\b.*", page, re.MULTILINE)
        assert check["detail"][:20] in line
        assert ("its data: " in line) is ("as_of" in check)
    long = f"{papers_folder}/{'./' * 150}passed.json"
    table = licences("verify", long, papers_folder / "failed.json", *options[2:]).out
    assert [each for each in table.splitlines() if "营业执照" in each and long in each]


@pytest.mark.parametrize(("no_color", "escapes"), [("", True), ("1", False)])
def test_no_color_means_no_escape_sequence(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    no_color: str,
    escapes: bool,
) -> None:
    """On a terminal NO_COLOR leaves nothing that is not text, not even dim."""
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")  # what makes rich take stdout for a terminal
    options = ("--trust", trust_folder, "--at", AT)
    outcome = licences("verify", papers_folder / "failed.json", *options)
    assert ("\x1b" in outcome.out) is escapes


def test_a_detail_tells_the_time_asked_for_and_the_kinds_of_signature(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """Times are China's; a signature's line says what kind it is; labels are in two languages."""
    outcome = licences("verify", papers_folder / "passed.json", "--trust", trust_folder, "--at", AT)
    assert re.search(r"所问时刻 at +2026-11-22 12:00:00 \+08:00\n", outcome.out)
    assert re.search(r"签名 signature JSON  .* claimed 2026-[-\d]{5} [:\d]{8} \+08:00", outcome.out)
    for label in ("证照 licence", "标识 identifier", "持证主体 holder", "有效期 validity"):
        assert label in outcome.out


def test_checks_not_reached_are_one_line(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """For people the checks that were not reached are counted; the JSON report has them all."""
    options = ("verify", papers_folder / "unreadable.txt", "--trust", trust_folder, "--at", AT)
    told = json.loads(licences(*options, "--format", "ndjson").out)
    missed = sum(each["reason"] == Reason.NOT_REACHED for each in told["checks"])
    assert missed > 1
    lines = [line for line in licences(*options).out.splitlines() if "not reached" in line]
    assert len(lines) == 1
    assert lines[0].endswith(f"{missed} 项 checks")


def test_a_failure_says_why_and_what_to_do(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """One failed input is told with titles in both languages and a remedy."""
    outcome = licences("verify", papers_folder / "failed.json", "--trust", trust_folder, "--at", AT)
    reason = LicenceReason.LICENCE_EXPIRED
    for said in (reason, reason.zh, reason.en, reason.remedy_zh, reason.remedy_en):
        assert said in outcome.out


def test_escape_sequences_of_a_name_do_not_reach_the_terminal(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """A file name with terminal controls is printed with replacements."""
    file = tmp_path / "a\x1b[2Jb.json"
    file.write_bytes((papers_folder / "failed.json").read_bytes())
    outcome = licences("verify", file, "--trust", trust_folder, "--at", AT)
    assert "\x1b" not in outcome.out


FORGED = "✓ 通过 TOTAL-PASSED  good.pdf"
LINE_ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", LINE_ENDS, ids=repr)
@pytest.mark.unmeasured
def test_a_name_cannot_forge_a_line(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    end: str,
) -> None:
    """Whatever ends a line somewhere: alone, in a table, in an error, no line begins with it."""
    monkeypatch.setenv("COLUMNS", "1000")
    folder = tmp_path / "inputs"
    folder.mkdir()
    file = folder / f"a.json{end}{FORGED}"
    file.write_bytes((papers_folder / "failed.json").read_bytes())
    (folder / "b.json").write_bytes(file.read_bytes())
    for asked in ((file, "--trust", trust_folder), (folder, "--trust", trust_folder)):
        outcome = licences("verify", *asked, "--at", AT)
        assert outcome.code == 1
        assert FORGED in outcome.out
        assert not any(line.startswith(FORGED) for line in outcome.out.splitlines())
    missing = licences("verify", file, "--trust", f"none{end}{FORGED}")
    assert missing.code == 2
    assert FORGED in missing.err
    assert not any(line.startswith(FORGED) for line in missing.err.splitlines())


def test_whose_register_is_asked_for_needs_one(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """--authorities-by without --authorities would ask nobody: exit 2, and nothing is checked."""
    asked = ("--trust", trust_folder, "--at", AT, "--authorities-by", MARKET)
    for jobs in (1, 2):
        outcome = licences("verify", papers_folder, *asked, "-j", jobs)
        assert (outcome.code, outcome.out) == (2, "")
        assert LicenceReason.AUTHORITY_REGISTER_REFUSED in outcome.err
        assert MARKET in outcome.err


def test_uses_the_homes_trust(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """Without --trust the home's trust folder is used, and its own types."""
    (tmp_path / "trust").symlink_to(trust_folder)
    (tmp_path / "public").symlink_to(trust_folder)
    (tmp_path / "types").mkdir()
    outcome = licences("verify", papers_folder / "passed.json", "--home", tmp_path, "--at", AT)
    assert outcome.code == 0


def test_shows_progress_on_stderr_only(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """On a terminal a bar runs on stderr; stdout has the results and nothing else."""
    options = ("--trust", trust_folder, "--at", AT, "--format", "ndjson")
    outcome = licences.on_a_terminal()("verify", papers_folder, papers_folder, *options)
    assert len([json.loads(line) for line in outcome.out.splitlines()]) == 8


def test_asks_for_now_when_no_time_is_given(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without --at the question is for the time of the clock."""
    moment = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
    monkeypatch.setattr("eseal.moments.now", lambda: moment)
    outcome = licences(
        "verify", papers_folder / "passed.json", "--trust", trust_folder, "--format", "ndjson"
    )
    assert json.loads(outcome.out)["at"] == "2030-01-01T00:00:00Z"
    assert command_module.verify.__doc__


@pytest.fixture
def authorities(world: World, tmp_path: Path) -> Path:
    """Give a register by which the market regulator might issue until two days before NOW."""
    entry = AuthorityEntry(department=Uscc.parse(MARKET), types=None, ends=(NOW - 2 * DAY).date())
    register = AuthorityRegister(
        issuer=Uscc.parse(MARKET), made_at=NOW - DAY, expires_at=None, entries=(entry,)
    )
    path = tmp_path / "authorities.jwt"
    path.write_bytes(sign_register(market_signer(world.sm2), register))
    return path


@pytest.mark.unmeasured
def test_asks_a_register_who_might_issue(
    licences: Command, papers_folder: Path, trust_folder: Path, authorities: Path
) -> None:
    """A licence signed the day after the authority ended fails, on one process and on two."""
    passed = papers_folder / "passed.json"
    options = ("--trust", trust_folder, "--at", AT, "--authorities", authorities)
    for jobs in (1, 2):
        outcome = licences("verify", passed, passed, *options, "--format", "ndjson", "-j", jobs)
        assert outcome.code == 1
        told = json.loads(outcome.out.splitlines()[0])
        assert told["sub_indication"] == LicenceReason.WRONG_AUTHORITY
        assert told["checks"][-1]["check"] == "authority"
    assert "颁发权限" in licences("verify", passed, *options).out


@pytest.mark.parametrize("spoil", ["other issuer", "altered", "missing"])
def test_a_register_that_is_not_believed_is_2(
    licences: Command, papers_folder: Path, trust_folder: Path, authorities: Path, spoil: str
) -> None:
    """With a register that cannot be used nothing is checked; it is not left out in silence."""
    issuer = MARKET
    match spoil:
        case "other issuer":
            issuer = DEPARTMENTS[1].code.text
        case "altered":
            authorities.write_bytes(authorities.read_bytes()[:-8] + b"AAAAAAAA")
        case _:
            authorities.unlink()
    outcome = licences(
        *("verify", papers_folder / "passed.json", "--trust", trust_folder, "--at", AT),
        *("--authorities", authorities, "--authorities-by", issuer),
    )
    assert outcome.code == 2
    assert outcome.out == ""


@pytest.mark.parametrize("given", ["folder", "two folders", "home"])
def test_an_old_list_that_is_named_takes_nothing_from_a_newer_one(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    world: World,
    given: str,
) -> None:
    """LICENCE_REVOKED, with `--status` as without, from wherever the newer list comes."""
    old = trust_folder / "status" / "list.jwt"
    known = Path(shutil.copytree(trust_folder, tmp_path / "trust"))
    newer = status_list(market_signer(world.sm2), Standing.REVOKED, at=NOW - DAY)
    (known / "status" / "newer.jwt").write_bytes(newer)
    trust: tuple[object, ...]
    match given:
        case "folder":
            trust = ("--trust", known)
        case "two folders":
            trust = ("--trust", known, "--trust", trust_folder)
        case _:
            (tmp_path / "public").symlink_to(known)
            trust = ("--home", tmp_path)
    for more in ((), ("--status", old), ("--status", old, "--max-status-age", "90d")):
        told = licences("verify", papers_folder / "passed.json", *trust, *more, "--at", AT)
        assert (told.code, LicenceReason.LICENCE_REVOKED in told.out) == (1, True), more


def test_trust_in_several_places_counts_together(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """Roots from one `--trust` and lists from another, whichever is named first."""
    (tmp_path / "status").mkdir()
    root = trust_folder / "sm2-root.pem"
    for file in trust_folder.glob("sm2-*.crl"):
        shutil.copy(file, tmp_path)
    paper = papers_folder / "passed.json"
    asked = ("--at", AT, "--status", trust_folder / "status", "--format", "ndjson")
    for trust in ((root, tmp_path), (tmp_path, root)):
        named = (each for path in trust for each in ("--trust", path))
        assert licences("verify", paper, *named, *asked).code == 0
    assert licences("verify", paper, "--trust", tmp_path, *asked).code == 2  # no root


def test_an_option_that_takes_one_value_is_given_once(
    licences: Command, papers_folder: Path, trust_folder: Path
) -> None:
    """Exit 2 in both languages: the first of two values would be lost in silence."""
    asked = ("verify", papers_folder / "passed.json", "--trust", trust_folder)
    told = licences(*asked, "--at", AT, "--at", "2020-01-01")
    assert (told.code, told.out) == (2, "")
    assert told.err.splitlines() == [
        "错误：--at 只能给出一次",
        "error: --at can be given once only",
    ]


def test_types_that_only_lie_at_hand_deny_nothing(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ISSUER_NOT_LISTED by ./var's own types, which are named; with `--types` they decide."""
    folder = tmp_path / "var" / "types" / BUSINESS.slug
    shutil.copytree(BUSINESS.folder, folder)
    toml = folder / "type.toml"
    toml.write_text(toml.read_text("utf-8").replace(MARKET, PUBLISHER), "utf-8")
    monkeypatch.chdir(tmp_path)
    asked = ("verify", papers_folder / "passed.json", "--trust", trust_folder, "--at", AT)
    told = licences(*asked)
    assert (told.code, LicenceReason.ISSUER_NOT_LISTED in told.out) == (3, True)
    assert "no issuer of it by var/types；另有类型文件夹用 name others with --types" in told.out
    for named in (("--types", "var/types"), ("--home", tmp_path / "var")):
        denied = licences(*asked, *named)
        assert (denied.code, LicenceReason.WRONG_AUTHORITY in denied.out) == (1, True)
