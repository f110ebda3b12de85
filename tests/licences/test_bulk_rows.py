"""Rows of a bulk job: each is data or says what is wrong with it; none ends the job."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eseal.errors import MalformedError, UnavailableError
from eseal.reasons import Reason
from licences.bulk_rows import MAX_ROW_BYTES, Row, read_rows
from licences.licence_type import FieldKind
from licences.reasons import LicenceReason
from tests.homes import BUSINESS, CATALOGUE


def read(path: Path, content: str | bytes) -> list[Row]:
    """Write `content` and read its rows."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_rows(path, BUSINESS))


def test_csv_and_ndjson_give_the_same_rows(tmp_path: Path) -> None:
    """The same data in both forms are the same rows; an empty cell is a field left out."""
    csv = "name,uscc,representative\n示例市样本甲,91,\n\n示例市样本乙,92,样本\n"
    lines = [
        {"name": "示例市样本甲", "uscc": "91"},
        {"name": "示例市样本乙", "uscc": "92", "representative": "样本"},
    ]
    ndjson = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n"
    rows = read(tmp_path / "a.csv", csv)
    assert rows == read(tmp_path / "a.ndjson", ndjson)
    assert [row.number for row in rows] == [1, 2]
    assert rows[0].data == lines[0]


def test_accepts_a_byte_order_mark(tmp_path: Path) -> None:
    """A CSV as spreadsheets save it is read."""
    (row,) = read(tmp_path / "a.csv", b"\xef\xbb\xbfname\n\xe6\xa0\xb7\xe6\x9c\xac\n")
    assert row.data == {"name": "样本"}


def test_an_empty_column_is_passed_over(tmp_path: Path) -> None:
    """Spreadsheets leave one behind the last; with something in it, it is told by its number."""
    first, second, third, fourth = read(
        tmp_path / "a.csv", "name,,uscc,\n样本甲,,91,\n样本乙, ,92\n样本丙,,93,,\n样本丁,,94,x\n"
    )
    assert [each.data for each in (first, second, third)] == [
        {"name": f"样本{name}", "uscc": code}
        for name, code in (("甲", "91"), ("乙", "92"), ("丙", "93"))
    ]
    (problem,) = fourth.problems
    assert (problem.zh, problem.en) == ("第 4 列没有名称", "column 4 has no title")
    (row,) = read(tmp_path / "b.csv", "name,,uscc\n样本甲,x,91\n")
    assert row.problems[0].zh == "第 2 列没有名称"


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"], ids=["CR", "CRLF", "LF"])
def test_lines_end_in_any_way(tmp_path: Path, end: str) -> None:
    """Old spreadsheets end lines with a carriage return alone."""
    rows = read(tmp_path / "a.csv", end.join(["name,uscc", "样本甲,91", "样本乙,92", ""]))
    assert [row.data["uscc"] for row in rows] == ["91", "92"]


def test_cells_become_what_their_field_holds(tmp_path: Path) -> None:
    """Integers and booleans are read as such; what is none stays text for the schema to refuse."""
    kinds = {field.kind: (each, field.name) for each in CATALOGUE.types for field in each.fields}
    for kind, cells, values in (
        (FieldKind.INTEGER, ("12", "-3", "1x", "9" * 20), [12, -3, "1x", "9" * 20]),
        (FieldKind.BOOLEAN, ("是", "否", "TRUE", "2"), [True, False, True, "2"]),
    ):
        licence_type, name = kinds[kind]
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join([name, *cells]), encoding="utf-8")
        assert [row.data[name] for row in read_rows(path, licence_type)] == values


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        (b"not json\n", ""),
        (b'{"name": 1.5}\n', ""),
        (b'{"name": ["a"]}\n', "/name"),
        (b'{"name": "a", "name": "b"}\n', ""),
        (b'{"name": "\xff"}\n', ""),
        (b"[1]\n", ""),
        (b'{"name": "' + b"a" * MAX_ROW_BYTES + b'"}\n', ""),
    ],
    ids=["text", "float", "array", "twice", "bytes", "list", "long"],
)
def test_a_bad_line_is_a_row_with_problems(tmp_path: Path, line: bytes, pointer: str) -> None:
    """A line that is no flat object is told with its row number, and the next one is read."""
    bad, good = read(tmp_path / "a.ndjson", line + b'{"name": "a"}\n')
    assert bad.problems
    assert bad.problems[0].pointer == pointer
    assert good == Row(number=2, data={"name": "a"})


def test_a_duplicate_key_keeps_its_reason(tmp_path: Path) -> None:
    """The reason of strict JSON is the row's reason."""
    (row,) = read(tmp_path / "a.ndjson", '{"name": "a", "name": "b"}')
    assert row.problems[0].reason is Reason.DUPLICATE_JSON_KEY


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (b"a,b,c\n", "cells"),
        (b'"a"x,b\n', "not CSV"),
        (b"\xff\xfe,b\n", "UTF-8"),
    ],
    ids=["too many", "quotes", "bytes"],
)
def test_bad_cells_are_a_row_with_problems(tmp_path: Path, cells: bytes, said: str) -> None:
    """A line that does not fit the header, is no CSV or no UTF-8 is told; the next one is read."""
    bad, good = read(tmp_path / "a.csv", b"name,uscc\n" + cells + "样本,b\n".encode())
    assert said in bad.problems[0].en
    assert bad.problems[0].reason is LicenceReason.ROW_MALFORMED
    assert good.data == {"name": "样本", "uscc": "b"}


def test_a_header_may_have_chinese_titles(tmp_path: Path) -> None:
    """As `licences types` prints them, beside names or alone."""
    (row,) = read(tmp_path / "a.csv", "名称, 统一社会信用代码 ,term_until\n样本,91,\n")
    assert row.data == {"name": "样本", "uscc": "91"}


def test_a_title_that_two_fields_have_names_none(tmp_path: Path) -> None:
    """Nobody can tell which is meant."""
    uscc, name, *others = BUSINESS.fields
    twins = (name, replace(uscc, title=name.title), *others)
    (tmp_path / "a.csv").write_text(f"{name.title.zh}\n样本\n", encoding="utf-8")
    with pytest.raises(MalformedError, match=f"not: {name.title.zh}"):
        list(read_rows(tmp_path / "a.csv", replace(BUSINESS, fields=twins)))


@pytest.mark.parametrize("header", ["uscc,name,name", "name,uscc,名称"])
def test_a_field_that_a_header_names_twice_is_named(tmp_path: Path, header: str) -> None:
    """Also where it is the title that names it."""
    with pytest.raises(MalformedError, match=rf"首行有重复的字段 .* {BUSINESS.slug} twice: name "):
        read(tmp_path / "a.csv", f"{header}\n")


@pytest.mark.parametrize("header", ["", "name,nonsense\n", "name,name\n", "name,名称\n", '"a\n'])
def test_a_header_that_names_no_fields_stops_the_job(tmp_path: Path, header: str) -> None:
    """Nothing is issued from a file whose columns cannot be understood."""
    with pytest.raises(MalformedError) as caught:
        read(tmp_path / "a.csv", header)
    assert caught.value.reason is LicenceReason.ROWS_UNREADABLE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (("name,uscc\n" + "示例市样本甲,91\n" * 300).encode("gbk"), "save as CSV UTF-8"),
        (("name,示例\n样本,91\n").encode("gbk"), "save as CSV UTF-8"),
        (("name,uscc\n样本,91\n").encode("utf-16"), "save as CSV UTF-8"),
        (b"name;uscc\na;b\n", "separated by semicolons"),
        (b"name\tuscc\na\tb\n", "separated by tabs"),
        (b"", "first line is empty"),
        (b"name,uscc\n\n", "no rows"),
    ],
    ids=["gbk", "gbk header", "utf-16", "semicolons", "tabs", "empty", "no rows"],
)
def test_a_csv_of_another_kind_is_told_once(tmp_path: Path, content: bytes, said: str) -> None:
    """Wrong encoding, wrong separator or no rows: one sentence says which, not one for each row."""
    with pytest.raises(MalformedError, match=said) as caught:
        read(tmp_path / "a.csv", content)
    assert caught.value.reason is LicenceReason.ROWS_UNREADABLE


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """INPUT_NOT_FOUND: it is the path that is wrong, not what stands in a file."""
    with pytest.raises(UnavailableError) as caught:
        list(read_rows(tmp_path / "none.csv", BUSINESS))
    assert caught.value.reason is LicenceReason.INPUT_NOT_FOUND


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.ndjson"])
@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_is_told(tmp_path: Path, name: str, head: bytes) -> None:
    """Whatever it is called: save it as CSV UTF-8."""
    with pytest.raises(MalformedError, match=r"另存为“CSV UTF-8”.*save it as CSV UTF-8") as caught:
        read(tmp_path / name, head + b"\x00\xff\n" * 9)
    assert caught.value.reason is LicenceReason.ROWS_UNREADABLE


@pytest.mark.parametrize("name", ["a.csv", "a.ndjson", "a.pdf"])
@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"\x89PNG\r\n\0\0\n", b"name\n\0\n"])
def test_what_is_no_text_is_told_once(tmp_path: Path, name: str, head: bytes) -> None:
    """A PDF, a picture: one sentence, not one for each of its lines."""
    with pytest.raises(MalformedError, match=r"UTF-8") as caught:
        read(tmp_path / name, head * 9)
    assert caught.value.reason is LicenceReason.ROWS_UNREADABLE


def test_a_text_named_as_a_workbook_is_told(tmp_path: Path) -> None:
    """It is not read as NDJSON: the name says what it is for CSV."""
    with pytest.raises(MalformedError, match=r"CSV 请改名为 \.csv.*name CSV \.csv") as caught:
        read(tmp_path / "a.xlsx", "name,uscc\n样本,91\n")
    assert caught.value.reason is LicenceReason.ROWS_UNREADABLE


@pytest.mark.parametrize("name", ["a.txt", "a.tsv", "a"])
def test_what_is_not_named_as_either_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    """CSV and NDJSON of another name are what they are; columns set apart by tabs are refused."""
    (row,) = read(tmp_path / name, "name,uscc\n样本,91\n")
    assert row.data == {"name": "样本", "uscc": "91"}
    assert read(tmp_path / name, '\ufeff\n{"name": "样本", "uscc": "91"}\n') == [row]
    with pytest.raises(MalformedError, match=r"制表符.*separated by tabs: save as CSV with commas"):
        read(tmp_path / name, "name\tuscc\n样本\t91\n")


def test_a_line_that_is_no_json_says_what_a_line_is(tmp_path: Path) -> None:
    """Where it is wrong, too; each language is whole by itself."""
    first, good = read(tmp_path / "a.ndjson", '{"name": "样本"\n{"name": "样本"}\n')
    (problem,) = first.problems
    assert problem.reason is Reason.MALFORMED_JSON
    assert problem.zh == "JSON 格式错误：字符 14 处有误；每行应是一个完整的 JSON 对象"
    assert problem.en == (
        "at character 14: Expecting ',' delimiter; each line has to be a whole JSON object"
    )
    assert good.data == {"name": "样本"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"name": "样本", "uscc": "91"}, indent=2),
        '\ufeff\n\n{"name": "样本",\n"uscc": "91"}\n',
        json.dumps([{"name": "样本"}, {"name": "样本"}]),
        json.dumps([{"name": "样本"}], indent=1),
        '[{"name": "样本"},\n{"name": "样本"}]',
    ],
    ids=["object", "first", "array", "indented", "rows"],
)
def test_one_json_document_is_told_once(tmp_path: Path, text: str) -> None:
    """It is no NDJSON, and that is said before the first row, not for each of its lines."""
    with pytest.raises(MalformedError, match=r"不是 NDJSON.*each object on a line") as caught:
        read(tmp_path / "a.json", text)
    assert caught.value.reason is LicenceReason.ROWS_UNREADABLE


def test_an_open_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    """A quote that is never closed is told at its row; every later row is still read."""
    good = "".join(f"样本{number},91\n" for number in range(300))
    first, *others = read(tmp_path / "a.csv", 'name,uscc\n"样本,91\n' + good)
    assert first.problems[0].zh == "CSV 格式错误：引号没有闭合"
    assert first.problems[0].en == "not CSV: unexpected end of data"
    assert [row.number for row in others] == list(range(2, 302))
    assert not any(row.problems for row in others)


def test_a_cell_may_have_several_lines(tmp_path: Path) -> None:
    """Line breaks inside quotes belong to the cell."""
    (row,) = read(tmp_path / "a.csv", 'name,uscc\n"样\n本",91\n')
    assert row.data == {"name": "样\n本", "uscc": "91"}


def test_a_row_says_where_it_begins(tmp_path: Path) -> None:
    """By the line of the file: behind headers, blank lines, cells of several lines, open quotes."""
    csv = 'name\n\na\n"b\nc"\n"d\ne\n\n\nf,g\n'
    rows = read(tmp_path / "a.csv", csv)
    assert [(row.number, row.line) for row in rows] == [(1, 3), (2, 4), (3, 6), (4, 7), (5, 10)]
    long = "9" * MAX_ROW_BYTES
    rows = read(tmp_path / "a.ndjson", f"\n{{}}\n{long * 3}\n\n{{}}\n")
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 3), (3, 5)]


def test_a_line_that_is_too_long_is_one_bad_row(tmp_path: Path) -> None:
    """A line over the limit is one row with problems, and the numbers after it stay right."""
    long = "x" * (2 * MAX_ROW_BYTES)
    bad, good = read(tmp_path / "a.csv", f"name,uscc\n{long},91\n样本,91\n")
    assert bad.problems
    assert good == Row(number=2, data={"name": "样本", "uscc": "91"})
