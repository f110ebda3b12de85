"""Rows of a bulk job, from CSV or NDJSON: each becomes flat data, or says what is wrong with it.

Rules kept: rows are read one at a time and every row is bounded; a bad row is a row with problems,
never the end of the job; an empty CSV cell means that the field is left out. CSV has UTF-8 (a byte
order mark is accepted) and a header line of field names, or of their Chinese titles. A CSV in
another encoding, with another separator or without rows is no file of rows at all, and is told
once; so is what is no text.
"""

import codecs
import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

from eseal.beginnings import Beginning, told_by_beginning
from eseal.errors import EvidenceError, MalformedError, UnavailableError
from eseal.jose import strict_json
from eseal.jose.strict_json import Scalar
from licences.field_rules import Problem
from licences.licence_type import FieldKind, LicenceType
from licences.reasons import LicenceReason

MAX_ROW_BYTES = 256 * 1024
MAX_ROW_LINES = 100
"""Lines that the cells of one CSV row may have."""
_HEAD_BYTES = 64 * 1024
_SEPARATORS = {";": ("分号", "semicolons"), "\t": ("制表符", "tabs")}
WORKBOOK = "这是 Excel 或 WPS 工作簿，请另存为“CSV UTF-8” this is a workbook: save it as CSV UTF-8"
_WORKBOOKS = frozenset({Beginning.ARCHIVE, Beginning.OLD_OFFICE})
_WORKBOOK_NAMES = frozenset({".xlsx", ".xls", ".xlsm", ".et", ".ods"})
_MISNAMED = (
    "名为工作簿，内容却不是；CSV 请改名为 .csv，NDJSON 请改名为 .ndjson "
    "named as a workbook, but it is none: name CSV .csv, and NDJSON .ndjson"
)
_NO_TEXT = "不是 UTF-8 文本（如 PDF 或图片） it is no text in UTF-8, but a PDF or a picture, say"
_JSON_NAMES = frozenset({".ndjson", ".jsonl", ".json"})
_BOOLEANS = {"是": True, "否": False, "true": True, "false": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: its number, counted from 1 without the header, and its data or its problems.

    Attributes:
        number: how many rows there are up to it; blank lines are none.
        line: on which line of the file it begins, counted from 1; the same row may move.
        data: the licence's fields.
        problems: what is wrong with it.
    """

    number: int
    line: int = field(default=0, compare=False)
    data: dict[str, Scalar] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_rows(path: Path, licence_type: LicenceType) -> Iterator[Row]:
    """Read the rows of `path`, CSV or NDJSON; blank lines are no rows.

    Its name says what it is (`.csv`; `.ndjson`, `.jsonl`, `.json`), else how it begins.

    Raises:
        UnavailableError: INPUT_NOT_FOUND, there is no such file.
        MalformedError: ROWS_UNREADABLE, before the first row: the file cannot be read, has no rows,
            is a workbook, or it is a CSV that is not UTF-8 or whose header names no fields. Later
            on, only when the file can no longer be read.
    """
    number = 0
    try:
        with BufferedReader(FileIO(path), _HEAD_BYTES) as raw:
            is_csv = _looks_like_csv(raw.peek(), path.suffix.lower())
            _check_text(raw.peek(), path, is_csv=is_csv)
            file = TextIOWrapper(raw, encoding="utf-8-sig", newline="", errors="surrogateescape")
            rows = _csv_rows(file, licence_type, path.name) if is_csv else _json_rows(file)
            for line, row in rows:
                number = row.number
                yield replace(row, line=line)
    except FileNotFoundError as error:
        raise UnavailableError(
            LicenceReason.INPUT_NOT_FOUND, "没有此文件 no such file", at=path.name
        ) from error
    except OSError as error:
        sentence = f"无法读取 cannot be read: {error.strerror or error}"
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, sentence, at=path.name) from error
    if not number:
        raise MalformedError(
            LicenceReason.ROWS_UNREADABLE, "没有数据行 it has no rows", at=path.name
        )


def _looks_like_csv(head: bytes, suffix: str) -> bool:
    """Whether a file is CSV by its name; where that does not say, by not beginning as JSON does."""
    if suffix == ".csv" or suffix in _JSON_NAMES:
        return suffix == ".csv"
    return not head.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"["))


def looks_like_workbook(head: bytes) -> bool:
    """Whether a file that begins so is a workbook (Excel, WPS), or a ZIP file of another kind."""
    return told_by_beginning(head) in _WORKBOOKS


def _check_text(head: bytes, path: Path, *, is_csv: bool) -> None:
    """Refuse a file that is no text of rows, or is named as if it were none."""
    if looks_like_workbook(head):
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, WORKBOOK, at=path.name)
    if path.suffix.lower() in _WORKBOOK_NAMES:
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, _MISNAMED, at=path.name)
    if told_by_beginning(head) is Beginning.PDF:
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, _NO_TEXT, at=path.name)
    if is_csv:
        _check_encoding(head, path.name)
    if b"\0" in head:
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, _NO_TEXT, at=path.name)


def _check_encoding(head: bytes, name: str) -> None:
    """Refuse a file whose header, or most of whose first lines beyond ASCII, are not UTF-8."""
    header, *lines = head.split(b"\n")
    told = [_is_utf8(line) for line in lines if not line.isascii()]
    if not _is_utf8(header) or told.count(False) > told.count(True):
        sentence = "不是 UTF-8，请另存为“CSV UTF-8” not UTF-8: save as CSV UTF-8"
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, sentence, at=name)


def _is_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8; its end may be missing, since the head of a file ends anywhere."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line)
    except UnicodeDecodeError:
        return False
    return True


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
        zh = f"{error.reason.zh}；每行应是一个完整的 JSON 对象"
        en = f"{error.sentence}; each line has to be a whole JSON object"
        problem = Problem(pointer="", reason=error.reason, zh=zh, en=en)
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
    for at, cells in records:
        if isinstance(cells, csv.Error):
            number += 1
            yield at, _bad_row(number, "", "CSV 格式错误", f"not CSV: {cells}")
            continue
        if not any(cells):
            continue
        number += 1
        if len(cells) != len(header):
            zh = f"应有 {len(header)} 列（首行的列数），实有 {len(cells)} 列"
            en = f"has {len(cells)} cells, the header {len(header)}"
            yield at, _bad_row(number, "", zh, en)
            continue
        yield at, _csv_row(number, dict(zip(header, cells, strict=True)), licence_type)


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
        while not rest.endswith("\n") and (rest := file.readline(MAX_ROW_BYTES)):
            pass
        yield line


def _header(record: list[str] | csv.Error, licence_type: LicenceType, name: str) -> list[str]:
    if isinstance(record, csv.Error):
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, str(record), at=name)
    names = _by_title(licence_type)
    header = [names.get(cell.strip(), cell.strip()) for cell in record]
    wrong = _wrong_header(header, licence_type)
    if wrong:
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, wrong, at=f"{name}:1")
    return header


def _by_title(licence_type: LicenceType) -> dict[str, str]:
    """Give fields' names by their Chinese titles, those that two fields have left out."""
    titles = Counter(each.title.zh for each in licence_type.fields)
    return {each.title.zh: each.name for each in licence_type.fields if titles[each.title.zh] == 1}


def _wrong_header(header: list[str], licence_type: LicenceType) -> str:
    """Say what is wrong with a header, "" if nothing is."""
    known = {each.name for each in licence_type.fields}
    unknown = [cell for cell in header if cell not in known]
    if not any(header):
        return "首行为空，应为字段名 the first line is empty and has to name fields"
    for separator, (zh, en) in _SEPARATORS.items():
        if any(separator in cell for cell in unknown):
            return (
                f"各列以{zh}分隔，请另存为以逗号分隔的 CSV "
                f"the columns are separated by {en}: save as CSV with commas"
            )
    if unknown or len(set(header)) != len(header):
        return _wrong_names(", ".join(unknown), licence_type.slug)
    return ""


def _wrong_names(unknown: str, slug: str) -> str:
    if not unknown:
        return f"首行的字段名有重复 the first line has to name fields of {slug}, none twice"
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
