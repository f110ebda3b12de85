"""Rows of differences: they are read as PNG has them, also by pyHanko."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.filters import FlateDecode
from pyhanko.pdf_utils.generic import pdf_name

from eseal.pdf import guarded
from eseal.pdf.predictors import unpredicted
from tests.vectors.after_sealing import entries, flags

KINDS = st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=5)


def predicted(rows: list[bytes], kinds: list[int], step: int) -> bytes:
    """Write rows as differences of these kinds."""
    found, above = b"", bytes(len(rows[0]))
    for row, kind in zip(rows, kinds, strict=True):
        left = bytes(step) + row[:-step]
        less = (bytes(len(row)), left, above)[kind]
        found += bytes([kind]) + bytes((x - y) & 0xFF for x, y in zip(row, less, strict=True))
        above = row
    return found


@given(data=st.data(), kinds=KINDS, columns=st.integers(1, 5), colors=st.integers(1, 4))
def test_makes_rows_whole(data: st.DataObject, kinds: list[int], columns: int, colors: int) -> None:
    """What was written as differences, from the left, from above or as it was."""
    size = columns * colors
    rows = [data.draw(st.binary(min_size=size, max_size=size)) for _ in kinds]
    written = predicted(rows, kinds, colors)
    assert unpredicted(written, columns=columns, colors=colors, bits=8) == b"".join(rows)


def test_less_than_a_byte() -> None:
    """Samples of a bit are added by bytes; one of two bytes to the one before it."""
    assert unpredicted(b"\1\xf0\x10", columns=12, colors=1, bits=1) == b"\xf0\x00"
    assert unpredicted(b"\2\1\2\2\1\1", columns=2, colors=1, bits=8) == b"\1\2\2\3"
    assert unpredicted(b"\1\0\1\0\1", columns=2, colors=1, bits=16) == b"\0\1\0\2"


@pytest.mark.parametrize(
    ("data", "columns", "bits"),
    [(b"\0ab\0a", 2, 8), (b"\3ab", 2, 8), (b"\4ab", 2, 8), (b"\0", 0, 8), (b"\0ab", 2, 7)],
)
def test_refuses_other_rows(data: bytes, columns: int, bits: int) -> None:
    """Half a row, a row of another kind, samples of no size."""
    with pytest.raises(ValueError, match="预测"):
        unpredicted(data, columns=columns, colors=1, bits=bits)


def test_pyhanko_reads_with_it() -> None:
    """As it was, not zeros; with /Colors the difference is from the sample to the left."""
    stream = generic.StreamObject(
        entries(
            Filter=pdf_name("/FlateDecode"),
            DecodeParms=entries(Predictor=flags(12), Columns=flags(2), Colors=flags(3)),
        ),
        encoded_data=zlib.compress(b"\0abcdef\1\1\2\3\1\1\1"),
    )
    assert stream.data == b"abcdef\1\2\3\2\3\4"
    assert FlateDecode.decode_bounded is guarded._inflate
    with pytest.raises(misc.PdfReadError):
        FlateDecode().decode(zlib.compress(b"x"), entries(Predictor=flags(2)))
