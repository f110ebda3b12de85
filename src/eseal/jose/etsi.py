"""A timestamp in the unprotected header of a signed JSON (JAdES, etsiU).

    "etsiU": [ base64url( {"sigTst":{"tstTokens":[{"val":"<base64 of the DER>"}]}} ) ]

The timestamp is over the signature value as it is written: ASCII characters of base64url.

Rules kept: one element, in it one signature timestamp with one token and nothing else, all in the
one way in which we would write it; what others may write more freely is refused.

Source: ETSI TS 119 182-1, 5.3.1, 5.3.4 and 5.4.3.3 (read second-hand).
"""

from base64 import b64encode
from typing import Final

from eseal.errors import MalformedError
from eseal.jose import base64url
from eseal.jose.strict_json import JsonValue
from eseal.reasons import Reason
from eseal.timestamps.tokens import MAX_TOKEN_BYTES

UNSIGNED: Final = "etsiU"

_AT: Final = f"header/{UNSIGNED}"
_BEFORE: Final = b'{"sigTst":{"tstTokens":[{"val":"'
_BEHIND: Final = b'"}]}}'
_MAX_BYTES: Final = 2 * MAX_TOKEN_BYTES


def write_timestamp(token: bytes) -> JsonValue:
    """Put a timestamp into the form of etsiU."""
    return [_encoded(token).decode("ascii")]


def written(token: bytes) -> bytes:
    """Write a timestamp as the value of etsiU, in canonical JSON."""
    return b'["%b"]' % _encoded(token)


def read_timestamp(value: JsonValue) -> bytes:
    """Read the timestamp out of etsiU; what it is is read elsewhere.

    Raises:
        MalformedError: MALFORMED_SD_JWT.
    """
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], str):
        raise _malformed("etsiU 应为一个文字的数组 etsiU is an array with one string")
    inside = base64url.decode(value[0], at=_AT)
    text = inside.removeprefix(_BEFORE).removesuffix(_BEHIND)
    if len(inside) > _MAX_BYTES or inside != _BEFORE + text + _BEHIND:
        raise _malformed(
            "应只有一个签名时间戳 not one signature timestamp with one token, and nothing else"
        )
    return base64url.decode_padded(text.decode("ascii", "replace"), at=_AT)


def _encoded(token: bytes) -> bytes:
    return base64url.encode(_BEFORE + b64encode(token) + _BEHIND)


def _malformed(sentence: str) -> MalformedError:
    return MalformedError(Reason.MALFORMED_SD_JWT, sentence, at=_AT)
