"""The linearization dictionary: a file that says it is laid out to be read from its beginning.

Readers believe it where its /L is the length of the file, and then take the cross-references that
stand behind it. One whose /L is the length that the file has only when it was signed would turn it
into another document by the signature. So whoever has one has to have been linearized: /L is the
end of the first revision, whose section stands right behind the dictionary. And whatever a file
begins with is plain, for readers differ in what they take for a number: `+9 0 obj`.

Source: ISO 32000-1, Annex F (read second-hand).
"""

import re
from collections.abc import Sequence

from eseal.errors import MalformedError
from eseal.pdf.sections import last_start
from eseal.pdf.syntax import MAX_PARSED_BYTES, read_body
from eseal.pdf.values import Dictionary, broken

_HEADER_BYTES = 9
"""Of `%PDF-1.7` and an end of line; some readers look behind them, others behind the first line."""

_BETWEEN = re.compile(rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*(?=[\r\n]))*")
_OBJECT = re.compile(rb"\d{1,10}[\x00\t\n\x0c\r ]+\d{1,5}[\x00\t\n\x0c\r ]+obj")
_END_OBJECT = re.compile(rb"[\x00\t\n\x0c\r ]*endobj")


def check_linearized(data: bytes, starts: Sequence[int]) -> None:
    """See that a file that says it is linearized was so before anything was added to it.

    Args:
        data: the file.
        starts: where its sections begin, from the first to the last.

    Raises:
        MalformedError: BROKEN_PDF, it was not; or what it begins with is neither an object in
            plain spelling, that can be read, nor a cross-reference table.
    """
    for place in {_behind(data, 0), _behind(data, _HEADER_BYTES)}:
        if data.startswith(b"xref", place):
            continue
        if not _OBJECT.match(data, place):
            raise broken("开头不是对象 what the file begins with is no plain object", place)
        _, body = read_body(data, place, comments=True, most=MAX_PARSED_BYTES)
        if not isinstance(body.value, Dictionary) or b"Linearized" not in body.value.entries:
            continue
        closing = _END_OBJECT.match(data, body.end)
        behind = _behind(data, closing.end()) if closing else 0
        if _first_revision(data, body.value) != behind or starts[1:2] != [behind]:
            raise broken(
                "线性化字典与文件不符 a linearization dictionary that is not true of the file",
                place,
            )


def _behind(data: bytes, at: int) -> int:
    """Where the next thing begins that is neither white space nor a comment."""
    between = _BETWEEN.match(data, at)
    return between.end() if between else at


def _first_revision(data: bytes, linearized: Dictionary) -> int | None:
    """Where the section begins that is the last one when the file ends at /L."""
    length = linearized.value(b"L")
    if type(length) is not int or not 0 < length <= len(data):
        return None
    try:
        return last_start(data, length)
    except MalformedError:
        return None
