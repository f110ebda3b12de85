"""Rows of differences: they are read as PNG has them, also by pyHanko."""

import zlib
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.filters import FlateDecode
from pyhanko.pdf_utils.generic import pdf_name

from eseal.pdf import guarded, predictors
from eseal.pdf.objects import write_object, write_stream
from eseal.pdf.predictors import unpredicted
from eseal.pdf.values import Reference
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Outcome
from tests.pages import write_bodies
from tests.vectors.after_sealing import entries, flags
from tests.vectors.sealed_pdf import SealedForge, sign_with

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


@pytest.mark.parametrize("data", [b"", b"\0abc"])
@pytest.mark.parametrize("key", ["columns", "colors", "bits"])
@pytest.mark.parametrize("value", [10**10, 0, -1, "aaa", b"aaa", 1.0, None, [1]])
def test_refuses_rows_of_any_size(data: bytes, key: str, value: object) -> None:
    """Of no bytes there could be rows as long as anybody likes, and a text times a number."""
    said: dict[str, object] = {"columns": 3, "colors": 1, "bits": 8, key: value}
    with pytest.raises(ValueError, match="预测行的参数有误"):
        unpredicted(data, **said)


def test_no_rows_are_nothing() -> None:
    """However long a row would be; of a longer one there is none."""
    most = {"columns": predictors.MAX_COLUMNS, "colors": 32, "bits": 16}
    assert unpredicted(b"", **most) == b""
    with pytest.raises(ValueError, match="no whole number"):
        unpredicted(b"\0abc", **most)


def in_rows(said: bytes, rows: bytes, count: int = 1) -> bytes:
    """A file whose catalog names streams that are packed in rows as certificates."""
    packed = write_stream(b"/Filter/FlateDecode/DecodeParms<</Predictor 12%b>>" % said, rows)
    named = b" ".join(b"%d 0 R" % (4 + one) for one in range(count))
    return write_bodies(
        [
            b"<</Type/Catalog/Pages 2 0 R/DSS<</Certs[%b]>>>>" % named,
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            *[packed] * count,
        ]
    )


@pytest.mark.parametrize(
    "said", [b"/Columns 9999999999/Colors 9999", b"/Columns(%b)/Colors 9999999" % (b"a" * 100)]
)
def test_a_section_of_rows_without_end_is_broken(rsa_sealed: SealedForge, said: bytes) -> None:
    """A cross-reference stream that is read in every file, with nothing in it."""
    head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    keys = b"/Type/XRef/W[1 4 1]/Size 10/Index[0 0]/Root 1 0 R/Filter/FlateDecode"
    parms = b"/DecodeParms<</Predictor 12%b>>" % said
    section = write_object(Reference(9, 0), write_stream(keys + parms, zlib.compress(b"")))
    pdf = head + section + b"startxref\n%d\n%%%%EOF\n" % len(head)
    (finding, *_) = verify_pdf(pdf, judge=rsa_sealed.judge).findings
    assert finding.outcome is Outcome.FAILED
    assert finding.reason is Reason.BROKEN_PDF
    assert "预测" in finding.detail


def test_rows_are_counted_in_all_of_a_document(
    rsa_sealed: SealedForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short rows take long: of too many nothing is said to be wrong."""
    pdf = sign_with(in_rows(b"/Columns 1", zlib.compress(b"\2\0" * 9), 3), rsa_sealed.cms)
    outcomes = []
    for most in (27, 26):
        monkeypatch.setattr(guarded, "MAX_ROWS", most)
        (finding, *_) = verify_pdf(pdf, judge=rsa_sealed.judge).findings
        outcomes.append((finding.outcome, finding.reason))
    assert outcomes == [
        (Outcome.PASSED, None),
        (Outcome.UNDETERMINED, Reason.INPUT_TOO_LARGE),
    ]


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


@pytest.mark.parametrize("kind", [1, 2])
def test_long_rows_take_no_time(kind: int) -> None:
    """Megabytes of rows unpack from a few bytes: they are added by the row, not by the byte."""
    size = 1 << 16
    row = bytes([1]) * size
    written = (bytes([kind]) + row) * 128
    began = process_time()
    found = unpredicted(written, columns=size, colors=1, bits=8)
    assert process_time() - began < 0.6
    whole = bytes((at + 1) & 0xFF for at in range(size))
    last = found[-size:]
    assert last == (whole if kind == 1 else bytes([128]) * size)
