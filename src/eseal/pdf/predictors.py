"""Rows of a stream that were written as differences, as PNG has them, made whole again.

pyHanko takes a row that says it is as it was for zeros, adds to a row of differences from the left
what it was and not what it became, and passes over /Colors: readers would see another stream than
is judged here. Rows of the other two kinds, which only photographs have, are refused as ever.

Source: ISO 32000-1, 7.4.4.4; ISO/IEC 15948, 9.2 (both read second-hand).
"""

_AS_IT_WAS, _FROM_THE_LEFT, _FROM_ABOVE = range(3)


def unpredicted(data: bytes, *, columns: int, colors: int, bits: int) -> bytes:
    """Make rows whole.

    Args:
        data: rows, each behind the byte that says its kind.
        columns: samples in a row.
        colors: components of a sample.
        bits: of a component.

    Raises:
        ValueError: no whole number of rows, or a row of another kind.
    """
    row_bytes, step = (columns * colors * bits + 7) // 8, max(1, colors * bits // 8)
    if columns < 1 or colors < 1 or bits not in {1, 2, 4, 8, 16} or len(data) % (row_bytes + 1):
        raise ValueError("预测行的长度有误 no whole number of rows")
    above, found = bytes(row_bytes), []
    for start in range(0, len(data), row_bytes + 1):
        above = _row(data[start], data[start + 1 : start + 1 + row_bytes], above, step)
        found.append(above)
    return b"".join(found)


def _row(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    if kind == _AS_IT_WAS:
        return row
    if kind == _FROM_ABOVE:
        return bytes((x + y) & 0xFF for x, y in zip(row, above, strict=True))
    if kind != _FROM_THE_LEFT:
        raise ValueError(f"不支持的预测 a row of kind {kind}")
    whole = bytearray(row)
    for at in range(step, len(whole)):
        whole[at] = (whole[at] + whole[at - step]) & 0xFF
    return bytes(whole)
