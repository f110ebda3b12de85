"""Reports as data: JSON by its schema, CSV, JUnit."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from eseal.jose.sdjwt import read_sd_jwt
from eseal.reasons import Reason
from eseal.report import Check, Indication, TimestampCheck, failed
from licences.reasons import LicenceReason
from licences.reporting import as_json, csv_header, csv_line, json_text, junit_text, ndjson_line
from licences.verification import LicenceReport, Verifier
from tests.homes import CATALOGUE
from tests.licences.papers import expired, good_statuses, market_signer, paper
from tests.schemas import SCHEMAS, faults
from tests.world import NOW, World


@pytest.fixture(scope="module")
def reports(world: World) -> Sequence[LicenceReport]:
    """Reports of a good licence, an expired one, one of a stranger's, and of no licence."""
    verifier = Verifier(world.trust, CATALOGUE, at=NOW, statuses=good_statuses(world.sm2))
    signer = market_signer(world.sm2)
    return (
        verifier.verify("good.json", paper(signer)),
        verifier.verify("old.json", paper(signer, expired)),
        verifier.verify("none.json", b"{}"),
        verifier.unreadable("=none.pdf", Reason.EMPTY_INPUT, "empty\x00"),
    )


def test_every_report_meets_the_schema(reports: Sequence[LicenceReport]) -> None:
    """The JSON form is what schemas/report.schema.json says, judged by a foreign validator."""
    for report in reports:
        assert faults("report", json.loads(ndjson_line(report))) == []


def test_the_schema_knows_every_check() -> None:
    """The schema lists the checks that exist, no more and no less."""
    from eseal.pdf.marks import MarkCheck
    from eseal.seals.checks import SealCheck
    from licences.checks import LicenceCheck
    from licences.pack_info import PackCheck

    listed = SCHEMAS["report"]["$defs"]["check"]["properties"]["check"]["enum"]
    assert listed == [*Check, *TimestampCheck, *SealCheck, *MarkCheck, *LicenceCheck, *PackCheck]


def test_the_same_report_has_the_same_bytes(reports: Sequence[LicenceReport]) -> None:
    """Nothing of the machine or the clock gets into a report."""
    assert json_text(reports) == json_text(list(reports))
    assert [json.loads(ndjson_line(each)) for each in reports] == json.loads(json_text(reports))


def test_a_good_report_tells_what_the_licence_says(reports: Sequence[LicenceReport]) -> None:
    """Identifier, holder, period and fields are in it; times are UTC."""
    report = as_json(reports[0])
    assert report["indication"] == "TOTAL-PASSED"
    assert report["at"] == "2026-11-22T04:00:00Z"
    licence = report["licence"]
    assert isinstance(licence, dict)
    assert licence["holder_name"] == "示例市样本科技有限公司"
    assert licence["valid_until"] is None


def test_every_form_tells_how_much_of_a_licence_is_shown(world: World) -> None:
    """One that passes with nothing disclosed is no plain one to whoever reads but the report."""
    verifier = Verifier(world.trust, CATALOGUE, at=NOW, statuses=good_statuses(world.sm2))
    whole = read_sd_jwt(paper(market_signer(world.sm2)))
    many = len(whole.disclosures)
    for shown, disclosed in ((whole, many), (whole.present([]), 0)):
        report = verifier.verify("a.json", shown.flattened())
        assert report.verdict.indication is Indication.TOTAL_PASSED
        data = json.loads(ndjson_line(report))
        assert faults("report", data) == []
        counts = {"disclosed": disclosed, "withheld": many - disclosed}
        assert counts.items() <= data["licence"].items()
        (row,) = csv.DictReader(io.StringIO(f"{csv_header()}\n{csv_line(report)}"))
        told = {name: str(number) for name, number in counts.items()}
        assert told.items() <= row.items()
        suite = ElementTree.fromstring(junit_text([report]))  # noqa: S314 - our own output
        properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
        assert properties == (told if disclosed < many else {})


def test_csv_has_a_line_a_report_and_no_formulas(reports: Sequence[LicenceReport]) -> None:
    """Each report is one line under the header; a name that a spreadsheet would run is quoted."""
    lines = "\n".join([csv_header(), *map(csv_line, reports)])
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert [row["indication"] for row in rows] == [
        "TOTAL-PASSED",
        "TOTAL-FAILED",
        "UNREADABLE",
        "UNREADABLE",
    ]
    assert rows[1]["reason"] == "LICENCE_EXPIRED"
    assert {row["at"] for row in rows} == {"2026-11-22 12:00:00 +08:00"}
    assert rows[3]["input"] == "'=none.pdf"


@pytest.mark.parametrize(
    "begin", [*"=+-@\t\r\n＝＋－＠﹢﹣﹦﹫", " =", "\xa0=", "\u200b+", "\ufeff\u3000@"]
)
def test_no_beginning_of_a_formula_is_left(reports: Sequence[LicenceReport], begin: str) -> None:
    """Nor in full width, which Chinese spreadsheets take as well."""
    (row,) = csv.reader([csv_line(replace(reports[0], input=f"{begin}1"))])
    assert row[0] == f"'{begin}1"


def test_every_form_names_the_check_that_decided(reports: Sequence[LicenceReport]) -> None:
    """Check and reason stand in front, in JSON as in CSV; where all passed, nothing."""
    lines = "\n".join([csv_header(), *map(csv_line, reports)])
    for report, row in zip(reports, csv.DictReader(io.StringIO(lines)), strict=True):
        data = as_json(report)
        assert (data["check"] or "", data["reason"] or "") == (row["check"], row["reason"])
    assert (as_json(reports[0])["check"], as_json(reports[1])["check"]) == (None, "validity")


def test_what_people_read_has_times_of_china(reports: Sequence[LicenceReport]) -> None:
    """Details of CSV and JUnit say them as the table does; JSON has them in UTC."""
    late = failed(Check.READABLE, Reason.EMPTY_INPUT, f"at {NOW}")
    report = replace(reports[3], findings=(late,))
    (row,) = csv.DictReader(io.StringIO(f"{csv_header()}\n{csv_line(report)}"))
    assert row["detail"] == "at 2026-11-22 12:00:00 +08:00"
    assert "at 2026-11-22 12:00:00 +08:00" in junit_text([report])
    assert "at 2026-11-22 04:00:00+00:00" in ndjson_line(report)


def test_standard_input_is_named_as_it_was(reports: Sequence[LicenceReport]) -> None:
    """A `-` by itself is no formula; what follows it may make it one."""
    assert csv_line(replace(reports[0], input="-")).startswith("-,")


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x9b2J", "\u202e", "\u2028", "\x7f", "\udcff"])
def test_no_terminal_is_told_what_to_do(reports: Sequence[LicenceReport], sign: str) -> None:
    """Nor turned around: JSON has escapes, whose value is the same; CSV has replacements."""
    report = replace(reports[1], input=f"a{sign}b.pdf")
    assert sign[0] not in json_text([report])
    line = ndjson_line(report)
    assert sign[0] not in line
    assert json.loads(line) == as_json(report)
    line = csv_line(report)
    assert sign[0] not in line
    assert line.startswith("a\ufffd")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_no_file_name_begins_another_line(reports: Sequence[LicenceReport], end: str) -> None:
    """Whoever names a file cannot have a line of its own verdict written."""
    name = f"a.pdf{end}b.pdf,,TOTAL-PASSED"
    (row,) = csv.reader(io.StringIO(csv_line(replace(reports[1], input=name)), newline=""))
    assert row[:3] == [name, reports[1].sha256, "TOTAL-FAILED"]


def test_junit_counts_failures_and_errors(reports: Sequence[LicenceReport]) -> None:
    """TOTAL-FAILED is a failure, what could not be decided or read is an error, XML stays XML."""
    suite = ElementTree.fromstring(junit_text(reports))  # noqa: S314 - our own output
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "2")
    assert [case.get("name") for case in suite] == [
        "good.json",
        "old.json",
        "none.json",
        "=none.pdf",
    ]


def test_junit_has_rare_characters_and_no_controls(reports: Sequence[LicenceReport]) -> None:
    """A name with one that stands outside the first plane is told as it is."""
    text = junit_text([replace(reports[1], input="𠮷\x9b\u202e\uffff.pdf")])
    assert ElementTree.fromstring(text)[0].get("name") == "𠮷\ufffd\ufffd\ufffd.pdf"  # noqa: S314


def test_junit_messages_begin_with_the_reason(reports: Sequence[LicenceReport]) -> None:
    """The message names the reason's code, then the check, then the detail where there is one."""
    suite = ElementTree.fromstring(junit_text(reports))  # noqa: S314 - our own output
    messages = [part.get("message", "") for case in suite for part in case]
    assert messages[0].startswith("LICENCE_EXPIRED: validity: ")
    assert messages[2] == "EMPTY_INPUT: readable: empty\ufffd"
    told = [part.text or "" for case in suite for part in case]
    for words in (LicenceReason.LICENCE_EXPIRED.zh, LicenceReason.LICENCE_EXPIRED.remedy_en):
        assert words in told[0]
    bare = LicenceReport(
        input="x", sha256=None, at=NOW, findings=(failed(Check.READABLE, Reason.EMPTY_INPUT),)
    )
    assert 'message="EMPTY_INPUT: readable"' in junit_text([bare])


def test_an_unreadable_input_has_no_digest() -> None:
    """What could not be read has no SHA-256 and no licence."""
    report = LicenceReport(
        input="x", sha256=None, at=NOW, findings=(failed(Check.READABLE, Reason.EMPTY_INPUT),)
    )
    assert as_json(report)["sha256"] is None
