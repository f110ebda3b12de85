"""DER as asn1crypto reads it: late, field by field, and with many kinds of exception.

A parser of this package wraps every access to foreign bytes, not only the first, in
`except PARSE_ERRORS` and raises one of `eseal.errors` from it.
"""

from typing import Final

PARSE_ERRORS: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
)
"""What asn1crypto was seen to raise on bytes that are not the structure asked for."""


def read_head(data: bytes, at: int) -> tuple[int, int]:
    """Read tag and length of the value at `at`; gives where its content begins and ends.

    For values whose form is checked otherwise: beyond the end of `data` nothing is read.
    """
    length, start = data[at + 1] if at + 1 < len(data) else 0, at + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    return start, start + length
