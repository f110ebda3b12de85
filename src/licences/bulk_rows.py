"""Rows of a bulk job, from CSV or NDJSON: each becomes flat data, or says what is wrong with it.

Rules kept: rows are read one at a time and every row is bounded; a bad row is a row with problems,
never the end of the job; an empty CSV cell means that the field is left out. CSV has UTF-8 (a byte
order mark is accepted), lines that end in any way, and a header line of field names, or of their
Chinese titles; a column without a title is passed over as long as it is empty. A CSV in
another encoding, with another separator or without rows is no file of rows at all, and is told
once; so is what is no text.
"""

import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

from eseal.errors import EvidenceError, MalformedError, UnavailableError
from eseal.jose import strict_json
from eseal.jose.strict_json import Scalar
from licences.field_rules import Problem
from licences.licence_type import FieldKind, LicenceType
from licences.reasons import LicenceReason
from licences.row_files import check_text, looks_like_csv

MAX_ROW_BYTES = 256 * 1024
MAX_ROW_LINES = 100
"""Lines that the cells of one CSV row may have."""
_HEAD_BYTES = 64 * 1024
_SEPARATORS = {";": ("分号", "semicolons"), "\t": ("制表符", "tabs")}
_CSV_FAULTS = {
    "unexpected end of data": "：引号没有闭合",
    "expected after": "：闭合的引号之后应为逗号",
    "field larger than": "：单元格过长",
    "new-line character": "：引号外有换行",
}
"""What Python's reader of CSV says, by a part of it."""
_BOOLEANS = {"是": True, "否": False, "true": True, "false": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: its number, counted from 1 without the header, and its data or its problems.

    Attributes:
        number: how many rows there are up to it; blank lines are none.
        line: on which line of the file it begins, counted from 1; the same row may move.
        data: the licence's fields.
        problems: what is wrong with it.
        contested: that another row of the file has its licence number and other data, so that it
            may not be issued if it is not yet.
    """

    number: int
    line: int = field(default=0, compare=False)
    data: dict[str, Scalar] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    contested: tuple[Problem, ...] = ()


def read_rows(path: Path, licence_type: LicenceType) -> Iterator[Row]:
    """Read the rows of `path`, CSV or NDJSON; blank lines are no rows.

    Its name says what it is (`.csv`; `.ndjson`, `.jsonl`, `.json`), else how it begins.

    Raises:
        UnavailableError: INPUT_NOT_FOUND, there is no such file.
        MalformedError: ROWS_UNREADABLE, before the first row: the file cannot be read, has no rows,
            is a workbook, one JSON document, or a CSV that is not UTF-8 or whose header names no
            fields. Later on, only when the file can no longer be read.
    """
    number = 0
    try:
        with BufferedReader(FileIO(path), _HEAD_BYTES) as raw:
            is_csv = looks_like_csv(raw.peek(), path.suffix.lower())
            check_text(raw.peek(), path, is_csv=is_csv)
            file = TextIOWrapper(raw, encoding="utf-8-sig", newline="", errors="surrogateescape")
            rows = _csv_rows(file, licence_type, path.name) if is_csv else _json_rows(file)
            for line, row in rows:
                number = row.number
                yield replace(row, line=line)
    except FileNotFoundError as error:
        raise UnavailableError(
            LicenceReason.INPUT_NOT_FOUND, "没有此文件 no such file", at=str(path)
        ) from error
    except OSError as error:
        sentence = f"无法读取 cannot be read: {error.strerror or error}"
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, sentence, at=path.name) from error
    if not number:
        raise MalformedError(
            LicenceReason.ROWS_UNREADABLE, "没有数据行 it has no rows", at=path.name
        )


def _json_rows(file: TextIO) -> Iterator[tuple[int, Row]]:
    """Read rows, each with the number of its line."""
    number = at = 0
    while line := file.readline(MAX_ROW_BYTES + 1):
        at += 1
        if not line.strip():
            continue
        number += 1
        if len(line) > MAX_ROW_BYTES:
            while not line.endswith("\n") and (line := file.readline(MAX_ROW_BYTES)):
                pass
            zh = f"行长超过 {MAX_ROW_BYTES} 字符"
            yield at, _bad_row(number, "", zh, "the row is too long")
            continue
        yield at, _json_row(number, line)


def _json_row(number: int, line: str) -> Row:
    try:
        value = strict_json.parse(
            line.encode("utf-8", errors="surrogateescape"), max_bytes=4 * MAX_ROW_BYTES
        )
    except EvidenceError as error:
        zh, en = error.words
        problem = Problem(
            pointer="",
            reason=error.reason,
            zh=f"{error.reason.zh}：{zh}；每行应是一个完整的 JSON 对象",
            en=f"{en}; each line has to be a whole JSON object",
        )
        return Row(number=number, problems=(problem,))
    flat, nested = strict_json.split_scalars(value)
    if nested:
        zh, en, reason = "应为单个值", "has to be a single value", LicenceReason.FIELD_KIND
        problem = Problem(pointer=f"/{nested[0]}", reason=reason, zh=zh, en=en)
        return Row(number=number, problems=(problem,))
    return Row(number=number, data=flat)


def _csv_rows(file: TextIO, licence_type: LicenceType, name: str) -> Iterator[tuple[int, Row]]:
    """Read rows, each with the number of its first line."""
    records = _csv_records(file)
    header = _header(next(records, (1, []))[1], licence_type, name)
    number = 0
    for at, record in records:
        if isinstance(record, csv.Error):
            number += 1
            yield at, _bad_row(number, "", *_csv_fault(record))
            continue
        if not any(record):
            continue
        number += 1
        cells = _fitted(record, header)
        if (column := _untitled(cells, header)) is not None:
            zh, en = f"第 {column} 列没有名称", f"column {column} has no title"
            yield at, _bad_row(number, "", zh, en)
            continue
        if len(cells) != len(header):
            zh = f"应有 {len(header)} 列（首行的列数），实有 {len(cells)} 列"
            en = f"has {len(cells)} cells, the header {len(header)}"
            yield at, _bad_row(number, "", zh, en)
            continue
        yield at, _csv_row(number, dict(zip(header, cells, strict=True)), licence_type)


def _fitted(cells: list[str], header: list[str]) -> list[str]:
    """Give a row as many columns as there are titles, where only empty ones are missing or more."""
    width = len(header)
    if not any(header[len(cells) :]):
        cells = cells + [""] * (width - len(cells))
    return cells if any(map(str.strip, cells[width:])) else cells[:width]


def _untitled(cells: list[str], header: list[str]) -> int | None:
    """Find a column that has something in it and no title, counted from 1."""
    pairs = enumerate(zip(cells, header, strict=False), start=1)
    return next((n for n, (cell, name) in pairs if cell.strip() and not name), None)


def _csv_records(file: TextIO) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Read records, each with the number of its first line.

    Of one whose quote stays open only that line is lost.
    """
    lines = _csv_lines(file)
    held: deque[str] = deque()
    at = 1
    while (line := held.popleft() if held else next(lines, None)) is not None:
        record = [line]
        while sum(each.count('"') for each in record) % 2 and len(record) < MAX_ROW_LINES:
            more = held.popleft() if held else next(lines, None)
            if more is None:
                break
            record.append(more)
        try:
            yield at, next(csv.reader(record, strict=True), [])
            at += len(record)
        except csv.Error as error:
            held.extendleft(reversed(record[1:]))
            yield at, error
            at += 1


def _csv_lines(file: TextIO) -> Iterator[str]:
    """Read lines; one that is too long is cut, so that its record is refused as too large."""
    while line := file.readline(MAX_ROW_BYTES):
        rest = line
        while not rest.endswith(("\n", "\r")) and (rest := file.readline(MAX_ROW_BYTES)):
            pass
        yield line


def _header(record: list[str] | csv.Error, licence_type: LicenceType, name: str) -> list[str]:
    if isinstance(record, csv.Error):
        raise MalformedError.apart(LicenceReason.ROWS_UNREADABLE, *_csv_fault(record), at=name)
    names = _by_title(licence_type)
    header = [names.get(cell.strip(), cell.strip()) for cell in record]
    wrong = _wrong_header(header, licence_type)
    if wrong:
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, wrong, at=f"{name}:1")
    return header


def _csv_fault(error: csv.Error) -> tuple[str, str]:
    """Say in both languages what is wrong with a record; the English is Python's."""
    said = str(error)
    what = next((zh for part, zh in _CSV_FAULTS.items() if part in said), "")
    return f"CSV 格式错误{what}", f"not CSV: {said}"


def _by_title(licence_type: LicenceType) -> dict[str, str]:
    """Give fields' names by their Chinese titles, those that two fields have left out."""
    titles = Counter(each.title.zh for each in licence_type.fields)
    return {each.title.zh: each.name for each in licence_type.fields if titles[each.title.zh] == 1}


def _wrong_header(header: list[str], licence_type: LicenceType) -> str:
    """Say what is wrong with a header, "" if nothing is."""
    known = {each.name for each in licence_type.fields}
    titles = list(filter(None, header))
    unknown = [cell for cell in titles if cell not in known]
    if not titles:
        return "首行为空，应为字段名 the first line is empty and has to name fields"
    for separator, (zh, en) in _SEPARATORS.items():
        if any(separator in cell for cell in unknown):
            return (
                f"各列以{zh}分隔，请另存为以逗号分隔的 CSV "
                f"the columns are separated by {en}: save as CSV with commas"
            )
    if unknown or len(set(titles)) != len(titles):
        twice = [name for name, times in Counter(titles).items() if times > 1]
        return _wrong_names(", ".join(unknown), ", ".join(twice), licence_type.slug)
    return ""


def _wrong_names(unknown: str, twice: str, slug: str) -> str:
    if not unknown:
        return f"首行有重复的字段 the first line names fields of {slug} twice: {twice}"
    zh, en = f"首行应为 {slug} 的字段名，没有", f"the first line has to name fields of {slug}, not"
    return f"{zh} {en}: {unknown}"


def _csv_row(number: int, cells: dict[str, str], licence_type: LicenceType) -> Row:
    data: dict[str, Scalar] = {}
    for name, cell in cells.items():
        text = cell.strip()
        if not text:
            continue
        if any("\udc80" <= character <= "\udcff" for character in text):
            return _bad_row(number, f"/{name}", "不是 UTF-8", "is not UTF-8")
        data[name] = _value(licence_type.field(name).kind, text)
    return Row(number=number, data=data)


def _value(kind: FieldKind, text: str) -> Scalar:
    """Read a cell; what cannot be read stays text, and the schema says what is wrong with it."""
    match kind:
        case FieldKind.INTEGER:
            digits = text.removeprefix("-")
            return int(text) if digits.isascii() and digits.isdigit() and len(text) < 17 else text
        case FieldKind.BOOLEAN:
            return _BOOLEANS.get(text.lower(), text)
        case FieldKind.TEXT | FieldKind.DATE:
            return text


def _bad_row(number: int, pointer: str, zh: str, en: str) -> Row:
    problem = Problem(pointer=pointer, reason=LicenceReason.ROW_MALFORMED, zh=zh, en=en)
    return Row(number=number, problems=(problem,))
