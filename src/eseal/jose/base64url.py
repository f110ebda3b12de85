"""Base64 in its two alphabets, in one spelling only: bytes have one text, a text one reading.

Rules kept:
    - no white space, no foreign character, unused bits zero (RFC 4648, sections 3.3 and 3.5);
    - `base64url` without padding, as JOSE has it (RFC 7515, section 2);
    - plain `base64` with its padding, as `x5c` has it (RFC 7515, section 4.1.6);
    - behind a compact serialization there may be one line end: editors and `echo` put it there, and
      it means nothing.

The first two hold because what was decoded is encoded again and has to give the text back.
"""

import binascii

from eseal.errors import MalformedError
from eseal.reasons import Reason

_FROM_URL = bytes.maketrans(b"-_", b"+/")
_PADDING = b"="
_LINE_ENDS = (b"\r\n", b"\n")


def encode(data: bytes) -> bytes:
    """Write base64url without padding, as ASCII bytes."""
    padded = binascii.b2a_base64(data, newline=False)
    return padded.rstrip(_PADDING).replace(b"+", b"-").replace(b"/", b"_")


def decode(text: str, *, at: str = "") -> bytes:
    """Read base64url without padding.

    Args:
        text: the text, in its only spelling.
        at: path of the text, for the error.

    Raises:
        MalformedError: `MALFORMED_SD_JWT`; not base64url, or not as `encode` writes it.
    """
    try:
        coded = text.encode("ascii")
        data = binascii.a2b_base64(coded.translate(_FROM_URL) + _PADDING * (-len(coded) % 4))
    except ValueError as error:  # binascii.Error, or a character that is not ASCII
        raise _malformed("不是 base64url not base64url", at) from error
    if encode(data) != coded:
        raise _malformed("不是规范写法 base64url not in its canonical form", at)
    return data


def without_line_end(compact: bytes) -> bytes:
    """Leave out the one line end that may stand behind a compact serialization."""
    end = next((each for each in _LINE_ENDS if compact.endswith(each)), b"")
    return compact.removesuffix(end)


def decode_padded(text: str, *, at: str = "") -> bytes:
    """Read plain base64 with padding, as `x5c` has it.

    Raises:
        MalformedError: `MALFORMED_SD_JWT`; not base64, or not in its only spelling.
    """
    try:
        data = binascii.a2b_base64(text)
    except ValueError as error:  # binascii.Error, or a character that is not ASCII
        raise _malformed("不是 base64 not base64", at) from error
    if encode_padded(data) != text:
        raise _malformed("不是规范写法 base64 not in its canonical form", at)
    return data


def encode_padded(data: bytes) -> str:
    """Write plain base64 with padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(Reason.MALFORMED_SD_JWT, sentence, at=at)
