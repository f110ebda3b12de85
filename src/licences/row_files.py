"""What a file of rows is: CSV or NDJSON by its name or its beginning, and what is neither.

Rules kept: what can be seen of a file as a whole is told once, before its first row, and not row by
row: a workbook, another encoding, no text at all, one JSON document in the place of a line a row.

Left to others: the rows, to `bulk_rows`.
"""

import codecs
from itertools import islice
from pathlib import Path

from eseal.beginnings import Beginning, told_by_beginning
from eseal.errors import MalformedError
from licences.reasons import LicenceReason

WORKBOOK = "这是 Excel 或 WPS 工作簿，请另存为“CSV UTF-8” this is a workbook: save it as CSV UTF-8"
_WORKBOOKS = frozenset({Beginning.ARCHIVE, Beginning.OLD_OFFICE})
_WORKBOOK_NAMES = frozenset({".xlsx", ".xls", ".xlsm", ".et", ".ods"})
_MISNAMED = (
    "名为工作簿，内容却不是；CSV 请改名为 .csv，NDJSON 请改名为 .ndjson "
    "named as a workbook, but it is none: name CSV .csv, and NDJSON .ndjson"
)
_NO_TEXT = "不是 UTF-8 文本（如 PDF 或图片） it is no text in UTF-8, but a PDF or a picture, say"
_JSON_NAMES = frozenset({".ndjson", ".jsonl", ".json"})
_ONE_DOCUMENT = (
    "是写成多行的一份 JSON（或 JSON 数组），不是 NDJSON：请把每个对象各写成一行 it is one JSON "
    "document over several lines, or an array, not NDJSON: put each object on a line of its own"
)


def looks_like_csv(head: bytes, suffix: str) -> bool:
    """Whether a file is CSV by its name; where that does not say, by not beginning as JSON does."""
    if suffix == ".csv" or suffix in _JSON_NAMES:
        return suffix == ".csv"
    return not head.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"["))


def looks_like_workbook(head: bytes) -> bool:
    """Whether a file that begins so is a workbook (Excel, WPS), or a ZIP file of another kind."""
    return told_by_beginning(head) in _WORKBOOKS


def check_text(head: bytes, path: Path, *, is_csv: bool) -> None:
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
    if not is_csv and _is_one_document(head):
        raise MalformedError(LicenceReason.ROWS_UNREADABLE, _ONE_DOCUMENT, at=path.name)


def _is_one_document(head: bytes) -> bool:
    """Whether a file begins with a value that its first line does not end, or is an array alone.

    A first row that is cut off is told as such: the next one begins with an object of its own.
    """
    lines = (line.strip() for line in head.removeprefix(codecs.BOM_UTF8).split(b"\n"))
    first, second = (*islice(filter(None, lines), 2), b"", b"")[:2]
    if first.startswith(b"["):
        return not first.endswith(b"]") or not second
    return first.startswith(b"{") and not first.endswith(b"}") and second[:1] not in {b"", b"{"}


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
