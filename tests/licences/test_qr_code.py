"""QR codes: the same modules as the library would give, and readers read them."""

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from licences.qr_code import QrCode, make_qr_code

IDENTIFIER = "1.2.156.3005.2.11100000MB0143028R001.11999900MB0000019D.20260000123.001.X"


def by_the_library(text: str, mode: int, version: int) -> list[int]:
    """Let the library make the same code, slowly."""
    code = qrcode.QRCode(
        version=version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=2
    )
    code.add_data(QRData(text.encode(), mode=mode))
    code.make(fit=False)
    return [0 if dark else 255 for row in code.get_matrix() for dark in row]


def read_back(code: QrCode) -> str:
    """Read a code with a reader that nobody here wrote."""
    image = Image.frombytes("L", (code.size, code.size), code.pixels)
    framed = Image.new("L", (code.size + 8, code.size + 8), 255)
    framed.paste(image, (4, 4))
    (found,) = zxingcpp.read_barcodes(framed.resize((code.size * 8, code.size * 8), 0))
    text: str = found.text
    return text


@pytest.mark.parametrize("text", [IDENTIFIER, "A", IDENTIFIER * 2, "https://licences.example/x?y"])
def test_is_read_back(text: str) -> None:
    """What was put in is what a reader gets out, with capitals only and with other letters."""
    assert read_back(make_qr_code(text)) == text


@settings(max_examples=30)
@given(st.text("ABCXYZ019.:/ ", min_size=1, max_size=260).map(lambda text: "A" + text))
def test_is_what_the_library_makes_of_capitals(text: str) -> None:
    """Capitals and digits give the library's modules, in every size in use."""
    code = make_qr_code(text)
    expected = by_the_library(text, MODE_ALPHA_NUM, (code.size - 17) // 4)
    assert list(code.pixels) == expected


@settings(max_examples=30)
@given(st.text("abcXYZ019~ ", min_size=1, max_size=180).map(lambda text: "a" + text))
def test_is_what_the_library_makes_of_bytes(text: str) -> None:
    """Other ASCII texts give the library's modules, in every size in use."""
    code = make_qr_code(text)
    expected = by_the_library(text, MODE_8BIT_BYTE, (code.size - 17) // 4)
    assert list(code.pixels) == expected


@pytest.mark.parametrize("text", ["A" * 420, "证"])
def test_refuses_what_is_too_long_or_not_ascii(text: str) -> None:
    """A text that some readers would garble, or that fits no size in use, is an error."""
    with pytest.raises(ValueError, match=r"too many|ascii"):
        make_qr_code(text)
