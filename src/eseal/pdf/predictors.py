"""Rows of a stream that were written as differences, as PNG has them, made whole again.

pyHanko takes a row that says it is as it was for zeros, adds to a row of differences from the left
what it was and not what it became, and passes over /Colors: readers would see another stream than
is judged here. Rows of the other two kinds, which only photographs have, are refused as ever.

Source: ISO 32000-1, 7.4.4.4; ISO/IEC 15948, 9.2 (both read second-hand).
"""

import sys
from array import array
from functools import lru_cache
from itertools import accumulate

MAX_COLUMNS = 1 << 20
MAX_COLORS = 32
_BITS = frozenset({1, 2, 4, 8, 16})
_LOWEST = 0 if sys.byteorder == "little" else array("I").itemsize - 1
_AS_IT_WAS, _FROM_THE_LEFT, _FROM_ABOVE = range(3)


def count_rows(data: bytes, *, columns: object, colors: object, bits: object) -> int:
    """Say how many rows there are; of the arguments of `unpredicted`, which may be anything.

    Raises:
        ValueError: no whole number of rows, or rows of no or too much length.
    """
    row_bytes, _ = _measures(columns, colors, bits)
    if len(data) % (row_bytes + 1):
        raise ValueError("预测行的长度有误 no whole number of rows")
    return len(data) // (row_bytes + 1)


def unpredicted(data: bytes, *, columns: object, colors: object, bits: object) -> bytes:
    """Make rows whole.

    Args:
        data: rows, each behind the byte that says its kind.
        columns: samples in a row.
        colors: components of a sample.
        bits: of a component.

    Raises:
        ValueError: no whole number of rows, or a row of another kind, or of no or too much length.
    """
    if not count_rows(data, columns=columns, colors=colors, bits=bits):
        return b""
    row_bytes, step = _measures(columns, colors, bits)
    above, found = bytes(row_bytes), bytearray()
    for start in range(0, len(data), row_bytes + 1):
        above = _row(data[start], data[start + 1 : start + 1 + row_bytes], above, step)
        found += above
    return bytes(found)


def _measures(columns: object, colors: object, bits: object) -> tuple[int, int]:
    """Bytes of a row, and from a sample to the next."""
    if not (
        (isinstance(columns, int) and 0 < columns <= MAX_COLUMNS)
        and (isinstance(colors, int) and 0 < colors <= MAX_COLORS)
        and (isinstance(bits, int) and bits in _BITS)
    ):
        raise ValueError("预测行的参数有误 rows of no size, or too long ones")
    return (columns * colors * bits + 7) // 8, max(1, colors * bits // 8)


def _row(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    if kind == _AS_IT_WAS:
        return row
    if kind == _FROM_ABOVE:
        return _added(row, above)
    if kind != _FROM_THE_LEFT:
        raise ValueError(f"不支持的预测 a row of kind {kind}")
    whole = bytearray(len(row))
    for channel in range(min(step, len(row))):
        sums = array("I", accumulate(row[channel::step]))  # no more than 255 * MAX_COLUMNS
        whole[channel::step] = sums.tobytes()[_LOWEST :: sums.itemsize]
    return bytes(whole)


def _added(one: bytes, other: bytes) -> bytes:
    """Add two rows byte by byte, all bytes at once: their upper bits apart, which carry nothing."""
    size, (lower, upper) = len(one), _masks(len(one))
    x, y = int.from_bytes(one, "little"), int.from_bytes(other, "little")
    return (((x & lower) + (y & lower)) ^ ((x ^ y) & upper)).to_bytes(size, "little")


@lru_cache(maxsize=4)
def _masks(size: int) -> tuple[int, int]:
    """The lower seven bits of so many bytes, and the upper one."""
    return int.from_bytes(b"\x7f" * size, "little"), int.from_bytes(b"\x80" * size, "little")
