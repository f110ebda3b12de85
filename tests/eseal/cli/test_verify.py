"""`eseal verify`: verdicts, exit codes, the JSON form; no document writes to the terminal."""

import json
from pathlib import Path

import pytest

from eseal.certificate_making import SubjectName
from eseal.certificates import to_pem
from eseal.pdf.marks import MarkCheck
from eseal.reasons import Reason
from eseal.report import Check, TimestampCheck
from eseal.seals.checks import SealCheck
from eseal.seals.model import list_certificates
from tests.eseal.cli.desk import Desk
from tests.schemas import SCHEMAS, faults
from tests.sealed import tiny_picture
from tests.world import DAY, NOW


@pytest.fixture
def files(desk: Desk) -> dict[str, Path]:
    """A file of each verdict, and a seal."""
    passed = desk.stamped(desk.pdf, "passed.pdf", "--at", "60mm,40mm")
    changed = passed.read_bytes().replace(b"/SigFlags 3", b"/SigFlags 1", 1)
    return {
        "passed": passed,
        "failed": desk.write("failed.pdf", changed),
        "undetermined": desk.pdf,
        "unreadable": desk.write("unreadable.txt", b"a text"),
        "missing": desk.folder / "missing.pdf",
        "seal": desk.seal,
        "expired": desk.seal_with("expired.esl", valid_until=NOW - DAY),
        "broken": desk.write("broken.esl", desk.seal.read_bytes()[:-1]),
    }


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["passed"], 0),
        (["seal"], 0),
        (["failed"], 1),
        (["expired"], 1),
        (["undetermined"], 3),
        (["unreadable"], 4),
        (["missing"], 4),
        (["broken"], 4),
        (["passed", "seal"], 0),
        (["passed", "unreadable"], 4),
        (["unreadable", "undetermined", "passed"], 3),
        (["undetermined", "missing", "failed", "passed"], 1),
    ],
)
@pytest.mark.unmeasured
def test_the_exit_code_is_the_worst_verdict(
    desk: Desk, files: dict[str, Path], names: list[str], code: int
) -> None:
    """Failed weighs most, then undetermined, then unreadable; 0 only when all passed."""
    outcome = desk.verify(*(files[name] for name in names))
    assert outcome.code == code, outcome.out
    assert outcome.err == ""


def test_every_report_meets_the_schema(desk: Desk, files: dict[str, Path]) -> None:
    """One line a file, in their order, as schemas/document-report.schema.json says."""
    outcome = desk.verify(*files.values(), "--format", "ndjson")
    reports = [json.loads(line) for line in outcome.out.splitlines()]
    assert [report["input"] for report in reports] == [str(path) for path in files.values()]
    for report in reports:
        assert faults("document-report", report) == []
    by_name = dict(zip(files, reports, strict=True))
    assert by_name["passed"]["at"] == "2026-11-22T04:00:00Z"
    assert by_name["passed"]["seals"][0]["es_id"] == by_name["seal"]["seal"]["es_id"]
    assert by_name["passed"]["seal"] is None
    assert by_name["missing"]["sha256"] is None
    assert by_name["missing"]["checks"][0]["reason"] == Reason.UNREADABLE_FILE
    assert by_name["broken"]["checks"][0]["reason"] == Reason.SEAL_MALFORMED
    assert desk.verify(*files.values(), "--format", "ndjson").out == outcome.out


def test_trust_in_several_places_counts_together(desk: Desk) -> None:
    """A root's file and a folder of CAs, makers and lists do what one folder does."""
    root = f"{desk.authority.suite}-root.pem"
    asked = ("--trust", desk.trust / root, "--format", "ndjson")
    told = json.loads(desk.eseal("verify", desk.seal, *asked).out)
    assert told["indication"] != "TOTAL-PASSED"
    assert desk.eseal("verify", desk.seal, *asked, "--trust", desk.trust).code == 0


def test_the_schema_knows_every_check() -> None:
    """The schema lists the checks on documents that exist, no more and no less."""
    listed = SCHEMAS["document-report"]["$defs"]["check"]["properties"]["check"]["enum"]
    assert listed == [*Check, *TimestampCheck, *SealCheck, *MarkCheck]


def test_every_check_has_a_row(desk: Desk, files: dict[str, Path]) -> None:
    """A good PDF shows each check by its Chinese name and code, its signature and its seal."""
    outcome = desk.verify(files["passed"])
    for check in (*Check, *SealCheck, *MarkCheck):
        assert f" {check}" in outcome.out
    for said in ("通过 TOTAL-PASSED", "签名 signature", "印章 seal", "+08:00"):
        assert said in outcome.out
    assert "+00:00" not in outcome.out


def test_a_seals_row_is_one_line(desk: Desk, files: dict[str, Path]) -> None:
    """A seal that is a file of its own stands with its name behind the label."""
    (row,) = (line for line in desk.verify(files["seal"]).out.splitlines() if "印章 seal  " in line)
    assert "制章 maker" in row


def test_a_failure_says_why_and_what_to_do(desk: Desk, files: dict[str, Path]) -> None:
    """Titles and remedies in both languages; checks that were not reached are counted."""
    outcome = desk.verify(files["failed"])
    reason = Reason.DIGEST_MISMATCH
    for said in (reason, reason.zh, reason.en, reason.remedy_zh, reason.remedy_en):
        assert said in outcome.out
    unsigned = desk.verify(files["undetermined"])
    assert "未做 not reached" in unsigned.out


def test_nothing_is_cut_on_a_narrow_page(
    desk: Desk, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit is folded: on 60 columns the same words are there."""
    wide = desk.verify(files["passed"], files["expired"]).out
    monkeypatch.setenv("COLUMNS", "60")
    narrow = desk.verify(files["passed"], files["expired"]).out
    assert "…" not in narrow
    assert sorted("".join(narrow.split())) == sorted("".join(wide.split()))


def test_a_folder_is_no_file(desk: Desk) -> None:
    """UNREADABLE_FILE: what cannot be opened is told, and the others are still verified."""
    outcome = desk.verify(desk.folder, desk.seal)
    assert outcome.code == 4
    for said in (Reason.UNREADABLE_FILE, "这是文件夹，请写明其中的文件", "TOTAL-PASSED"):
        assert said in outcome.out
    assert f"{desk.folder}/*.pdf" in outcome.out
    assert "No such file" in desk.verify(desk.folder / "none.pdf").out


@pytest.mark.parametrize(
    "data",
    [b' {"payload": "e30"}', b"\xef\xbb\xbf[]", b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln", b"PK\x03\x04"],
)
def test_json_and_packs_are_for_others(desk: Desk, data: bytes) -> None:
    """NOT_FOR_ESEAL: which command takes them is told, by `verify` and by `show`."""
    file = desk.write("licence.json", data)
    outcome = desk.verify(file)
    assert (outcome.code, outcome.err) == (4, "")
    shown = desk.eseal("show", file)
    assert (shown.code, shown.out) == (1, "")
    looks = "审计包" if data[:2] == b"PK" else "像 JSON"
    for said in (Reason.NOT_FOR_ESEAL, "licences verify", looks):
        assert said in outcome.out
        assert said in shown.err


def test_many_files_are_summed_up(desk: Desk, files: dict[str, Path]) -> None:
    """A last line counts the verdicts; one file has none, and what programs read has none."""
    outcome = desk.verify(*(files[name] for name in ("passed", "seal", "failed", "missing")))
    assert outcome.out.splitlines()[-1] == "共 4 个  ✓ 通过 2  ✗ 不通过 1  – 无法读取 1"
    assert "共 1 个" not in desk.verify(files["passed"]).out
    programs = desk.verify(files["passed"], files["seal"], "--format", "ndjson")
    assert len(programs.out.splitlines()) == 2


def test_asks_for_another_time(desk: Desk, files: dict[str, Path]) -> None:
    """--at: a seal was not valid before it was made; what is no time is an error of usage."""
    outcome = desk.verify(files["seal"], "--at", "2026-01-01")
    assert outcome.code == 1
    assert Reason.SEAL_NOT_YET_VALID in outcome.out
    assert "所问 asked for 2026-01-01" in outcome.out
    wrong = desk.verify(files["seal"], "--at", "soon\x1b[2J")
    assert wrong.code == 2
    assert "\x1b" not in wrong.err


def test_a_time_that_has_not_come_is_told(desk: Desk) -> None:
    """On stderr; the verdict is what is known by now."""
    outcome = desk.verify(desk.seal, "--at", "2026-11-22T12:00:01")
    assert outcome.err.startswith("注意：所问时刻尚未到来")
    assert desk.verify(desk.seal, "--at", "2026-11-22T12:00:00").err == ""


def test_trust_that_is_none(desk: Desk, tmp_path: Path) -> None:
    """TRUST_UNREADABLE, 2: without a root nothing is verified; a bundle is for `licences`."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "README.md").write_text("a text", encoding="utf-8")
    (tmp_path / "bundle.zip").write_bytes(b"PK\x03\x04 and so on")
    for name, said in (
        ("empty", "没有根证书"),
        ("none", "no such file or folder"),
        ("README.md", "这不是证书、CRL 或 OCSP 应答"),
        ("bundle.zip", "eseal takes none, licences verify does"),
    ):
        outcome = desk.eseal("verify", desk.seal, "--trust", tmp_path / name)
        assert (outcome.code, outcome.out) == (2, "")
        assert Reason.TRUST_UNREADABLE in outcome.err
        assert said in outcome.err


def test_a_document_cannot_write_to_the_terminal(desk: Desk) -> None:
    """Controls and line breaks in names of files, signers and makers are made harmless."""
    evil = "甲\x1b[2J\r\n✓ 通过 TOTAL-PASSED \u202e乙"
    subject = SubjectName(common_name=evil, organisation=evil)
    signer = desk.authority.department(subject=subject)
    seal = desk.write(
        "evil\x1b[2J\n.esl",
        desk.authority.seal(
            signers=list_certificates([signer.certificate]), picture=tiny_picture()
        ),
    )
    cert = desk.write("evil.pem", to_pem(signer.certificate))
    sealed = desk.folder / "sealed\x1b[2J.pdf"
    stamped = desk.eseal(
        *("stamp", desk.pdf, "--seal", seal, "--key", desk.key, "--trust", desk.trust),
        *("--cert", cert, "--at", "60mm,40mm", "--out", sealed),
    )
    assert stamped.code == 0, stamped.err
    for outcome in (
        desk.verify(sealed, seal),
        desk.eseal("show", sealed),
        desk.eseal("show", desk.folder / "none\x1b[2J\n.esl"),
    ):
        said = outcome.out + outcome.err
        assert said
        assert not {"\x1b", "\r", "\u202e"} & set(said)
        verdicts = [line for line in said.splitlines() if line.startswith("✓ 通过 TOTAL-PASSED")]
        assert all(line.endswith(("\ufffd[2J.pdf", "\ufffd.esl")) for line in verdicts)
    assert desk.verify(sealed).code == 0
