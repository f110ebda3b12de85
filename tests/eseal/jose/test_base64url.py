"""Base64: one text for the bytes, one reading for the text."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import MalformedError
from eseal.jose import base64url
from eseal.reasons import Reason


@given(data=st.binary(max_size=40))
@settings(max_examples=40, deadline=None)
def test_reads_what_it_wrote(data: bytes) -> None:
    """Both alphabets round-trip, and a foreign encoder writes the same."""
    coded = base64url.encode(data)
    assert coded == base64.urlsafe_b64encode(data).rstrip(b"=")
    assert base64url.decode(coded.decode()) == data
    assert base64url.decode_padded(base64url.encode_padded(data)) == data


@pytest.mark.parametrize(
    "text",
    ["QQ==", "QR", "Q", "Q Q", "QQ\n", "+/+/", "ＱＱ", "QQ=", "=", "QUJDR", "QU.D"],
)
def test_refuses_other_spellings(text: str) -> None:
    """Padding, set unused bits, white space and foreign characters are refused."""
    with pytest.raises(MalformedError) as caught:
        base64url.decode(text, at="payload")
    assert caught.value.reason is Reason.MALFORMED_SD_JWT
    assert caught.value.at == "payload"


@pytest.mark.parametrize("text", ["QQ", "QR==", "Q===", "QQ==\n", "-_-_", "ＱＱ==", "QQ==QQ=="])
def test_refuses_other_spellings_of_padded(text: str) -> None:
    """Plain base64 needs its padding, its alphabet and zero unused bits."""
    with pytest.raises(MalformedError) as caught:
        base64url.decode_padded(text)
    assert caught.value.reason is Reason.MALFORMED_SD_JWT
