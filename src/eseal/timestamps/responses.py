"""Answers of a time-stamping authority: written, read, and compared with what was asked.

Rules kept:
    - granted, with or without modifications, and a token; or a refusal with the authority's words;
    - an answer is one to this very request: imprint, nonce, and the policy if one was asked for;
    - at most 64 KiB of DER with nothing behind.

Source: RFC 3161, 2.4.2.
"""

from enum import StrEnum
from typing import Final

from asn1crypto import cms, core, tsp

from eseal.der import PARSE_ERRORS, check_der, fault_words, tlv
from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.sizes import too_large
from eseal.timestamps.contents import malformed
from eseal.timestamps.requests import TimestampRequest
from eseal.timestamps.tokens import Timestamp, read_token

MAX_RESPONSE_BYTES: Final = 64 * 1024
MAX_WORDS: Final = 300

_GRANTED: Final = frozenset({"granted", "granted_with_mods"})
_SEQUENCE: Final = b"\x30"


class Failure(StrEnum):
    """Why an authority refuses (PKIFailureInfo), in asn1crypto's names of the bits."""

    BAD_ALGORITHM = "bad_alg"
    BAD_REQUEST = "bad_request"
    BAD_DATA_FORMAT = "bad_data_format"
    UNACCEPTED_POLICY = "unaccepted_policy"
    UNACCEPTED_EXTENSIONS = "unaccepted_extensions"
    SYSTEM_FAILURE = "system_failure"


class _TimeStampResp(core.Sequence):  # type: ignore[misc]
    """asn1crypto's own insists on a token, which a refusal has not."""

    _fields = [  # noqa: RUF012 - so asn1crypto wants it
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def write_granted(token: bytes) -> bytes:
    """Answer with a token."""
    return tlv(_SEQUENCE, tsp.PKIStatusInfo({"status": "granted"}).dump() + token)


def write_refusal(failure: Failure, words: str) -> bytes:
    """Answer with a refusal."""
    status = {"status": "rejection", "status_string": [words], "fail_info": {failure.value}}
    return tlv(_SEQUENCE, tsp.PKIStatusInfo(status).dump())


def read_response(der: bytes) -> Timestamp:
    """Read an answer that grants a timestamp; nothing may follow it.

    Raises:
        MalformedError: TIMESTAMP_MALFORMED.
        RefusedError: TSA_REFUSED, with the authority's words; or as `read_token` does.
    """
    if len(der) > MAX_RESPONSE_BYTES:
        raise malformed(too_large(MAX_RESPONSE_BYTES), "length")
    check_der(der, Reason.TIMESTAMP_MALFORMED, "answer")
    try:
        found = _TimeStampResp.load(der, strict=True)
        status, token = found["status"], found["time_stamp_token"]
        status.native  # noqa: B018 - asn1crypto parses lazily; this makes it parse all
        if status["status"].native not in _GRANTED:
            raise RefusedError(Reason.TSA_REFUSED, _words(status))
        if isinstance(token, core.Void):
            raise malformed("已准予，却没有时间戳 granted, but there is no timestamp", "answer")
        return read_token(token.dump())
    except PARSE_ERRORS as error:
        raise malformed(fault_words(error), "answer") from error


def demand_answer(timestamp: Timestamp, request: TimestampRequest) -> None:
    """Insist that a timestamp is the answer to this request.

    Raises:
        RefusedError: TIMESTAMP_MISMATCH, it is over something else; TSA_ANSWER_WRONG.
    """
    content = timestamp.content
    if content.imprint != request.imprint:
        raise RefusedError(
            Reason.TIMESTAMP_MISMATCH, "盖的是别的内容 its imprint is that of other bytes"
        )
    if content.nonce != request.nonce:
        raise RefusedError(
            Reason.TSA_ANSWER_WRONG, "随机数与请求的不符 its nonce is not that of the request"
        )
    if request.policy is not None and content.policy != request.policy:
        sentence = f"策略与请求的不符 its policy is {content.policy}, not {request.policy}"
        raise RefusedError(Reason.TSA_ANSWER_WRONG, sentence)


def _words(status: tsp.PKIStatusInfo) -> str:
    """What an authority says of its refusal, safe to print."""
    parts = [str(status["status"].native)]
    if not isinstance(status["fail_info"], core.Void):
        parts += sorted(map(str, status["fail_info"].native))
    if not isinstance(status["status_string"], core.Void):
        parts += [one.native for one in status["status_string"]]
    said = ": ".join(parts)
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in said)[
        :MAX_WORDS
    ]
