"""DER: a strict look at the bytes, the writing of one value, and what asn1crypto raises.

asn1crypto reads late, field by field, and with many kinds of exception. A parser of this package
wraps every access to foreign bytes, not only the first, in `except PARSE_ERRORS` and raises one of
`eseal.errors` from it. What asn1crypto lets through (lengths that are too long, something behind)
is seen here.

Source: ITU-T X.690, 8.1, 10.1 (definite lengths, in their shortest form).
"""

import re
from typing import Final, NamedTuple

from eseal.errors import MalformedError
from eseal.reasons import ReasonCode

PARSE_ERRORS: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
)
"""What asn1crypto was seen to raise on bytes that are not the structure asked for."""

_FAULTS: Final = (
    (re.compile("^Extra data"), ("其后还有内容", "something stands behind it")),
    (re.compile("^Insufficient data"), ("内容不全", "it ends too early")),
    (re.compile(r" to a \S+Time$"), ("时间写法不对", "a time in it is none")),
    (re.compile("code points$"), ("名称中有无法比较的字", "a name in it cannot be compared")),
)
"""What asn1crypto says, of what begins or ends so, and how it is told."""
_OTHER_FAULT: Final = ("结构不符", "it is not built as it should be")

MAX_DER_DEPTH: Final = 32

_CONSTRUCTED = 0x20


class DerHead(NamedTuple):
    """Where a value is: its tag, where its contents start, and where it ends."""

    tag: int
    start: int
    end: int


def read_head(data: bytes, position: int, end: int) -> DerHead:
    """Read tag and length of the value at `position`, which has to end by `end`.

    Raises:
        ValueError: there is no value, its tag has more than one byte, its length is not in DER or
            leads beyond `end`.
    """
    head = data[position : min(position + 6, end)]
    if len(head) < 2 or head[0] & 0x1F == 0x1F:
        msg = "不是 DER 值 no DER value"
        raise ValueError(msg)
    length, start = head[1], position + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(head[2 : 2 + count], "big")
        start += count
        if not 1 <= count <= 4 or length < 0x80 or length >> (8 * (count - 1)) == 0:
            msg = "长度编码不合 DER a length is not in DER"
            raise ValueError(msg)
    if start + length > end:
        msg = "值超出其所在结构 a value is longer than what it stands in"
        raise ValueError(msg)
    return DerHead(head[0], start, start + length)


def check_der(data: bytes, reason: ReasonCode, at: str) -> None:
    """See that `data` is one DER value: definite lengths in their shortest form, nothing behind.

    Raises:
        MalformedError: with this reason; `.at` is `at` and the byte.
    """
    if _check_value(data, 0, len(data), 0, (reason, at)) != len(data):
        raise MalformedError(reason, "其后还有内容 something stands behind the value", at=at)


def tlv(tag: bytes, contents: bytes) -> bytes:
    """Write one value: tag, length in its shortest form, contents."""
    length = len(contents)
    if length < 0x80:
        return tag + bytes((length,)) + contents
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return tag + bytes((0x80 | len(size),)) + size + contents


def fault_words(error: Exception) -> str:
    """Say in our words why bytes cannot be parsed; what we raised ourselves is told as it is."""
    said = next(iter(str(error).splitlines()), "")
    if is_ours(said):
        return said
    zh, en = next((words for sign, words in _FAULTS if sign.search(said)), _OTHER_FAULT)
    return f"解析不了：{zh} cannot be parsed: {en}"


def is_ours(sentence: str) -> bool:
    """Say whether a sentence begins with Chinese, as no library's does."""
    return "\u4e00" <= sentence[:1] <= "\u9fff"


def _check_value(
    data: bytes, position: int, end: int, depth: int, said: tuple[ReasonCode, str]
) -> int:
    """Check the value at `position` and all in it; returns where it ends."""
    reason, at = said
    try:
        head = read_head(data, position, end)
    except ValueError as error:
        raise MalformedError(reason, str(error), at=f"{at}.byte {position}") from error
    if depth > MAX_DER_DEPTH:
        raise MalformedError(reason, "嵌套过深 nested too deep", at=f"{at}.byte {position}")
    inner = head.start
    while head.tag & _CONSTRUCTED and inner < head.end:
        inner = _check_value(data, inner, head.end, depth + 1, said)
    return head.end
