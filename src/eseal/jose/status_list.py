"""Token Status List: where many documents stand, a few bits each, in one signed statement.

A document names a list (`uri`) and its place in it (`index`); the list says its status.
Rules kept:

- a status has 1, 2, 4 or 8 bits; within a byte the first one stands in the lowest bits; a list
  fills whole bytes, so that every index inside it means something;
- packed by zlib at its highest level and base64url; unpacked only within bounds (4 MiB packed,
  16 MiB unpacked), to the stream's own end and with nothing behind it;
- a statement of type `statuslist+jwt` that says exactly `iss`, `sub` (the list's own URI), `iat`,
  `exp`, `ttl` and `status_list` with `bits` and `lst`: what the draft leaves optional is always
  there, and what it allows besides (`aggregation_uri`) never;
- it ends after it begins, and may be kept for a while.

Whether a list may be believed, and what it says at a time, is asked in `eseal.jose.status_judging`.

Source: draft-ietf-oauth-status-list, 4 to 7 (read second-hand).
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose import base64url
from eseal.jose.numeric_dates import numeric_date, read_numeric_date
from eseal.jose.statements import Statement, read_statement, sign_statement
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.plain_text import in_a_row
from eseal.reasons import Reason
from eseal.signers import Signer
from eseal.sizes import too_large

STATUS_LIST_TYP: Final = "statuslist+jwt"

BITS: Final = frozenset({1, 2, 4, 8})
MAX_PACKED_BYTES: Final = 4 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 16 * 1024 * 1024
MAX_TOKEN_BYTES: Final = 8 * 1024 * 1024
"""Room for a packed list in base64url twice, and what stands around it."""
MAX_URI: Final = 2048
MAX_ISSUER: Final = 200

_MEMBERS: Final = frozenset({"iss", "sub", "iat", "exp", "ttl", "status_list"})
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_NOT_ZERO: Final = re.compile(rb"[^\0]+")
_SMALLEST: Final = 9
_MAX_TTL: Final = 366 * 24 * 60 * 60


class Status(IntEnum):
    """What a status says; the draft leaves 3 and 0x0B to 0x0F to those who use them."""

    VALID = 0x00
    """有效"""
    INVALID = 0x01
    """撤销、吊销"""
    SUSPENDED = 0x02
    """暂扣"""
    SUPERSEDED = 0x03
    """已换发 (ours)"""
    CANCELLED = 0x0C
    """注销 (ours)"""
    EXPIRED = 0x0D
    """过期 (ours)"""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StatusList:
    """The statuses themselves, packed into bytes.

    Attributes:
        bits: how many bits a status has.
        data: the statuses, the first in the lowest bits of the first byte.
    """

    bits: int
    data: bytes

    def __post_init__(self) -> None:
        if self.bits not in BITS:
            raise _malformed("位数不合 a status has 1, 2, 4 or 8 bits", "status_list/bits")
        if not 1 <= len(self.data) <= MAX_UNPACKED_BYTES:
            sentence = f"列表长度不合 a list has 1 to {MAX_UNPACKED_BYTES} bytes"
            raise _malformed(sentence, "status_list/lst")

    @property
    def size(self) -> int:
        """How many statuses it has."""
        return len(self.data) * 8 // self.bits

    def status(self, index: int) -> int:
        """Look up a status.

        Raises:
            RefusedError: STATUS_INDEX_OUT_OF_RANGE.
        """
        if not 0 <= index < self.size:
            sentence = f"没有位置 there is no index {index} among {self.size}"
            raise RefusedError(Reason.STATUS_INDEX_OUT_OF_RANGE, sentence)
        bit = index * self.bits
        return self.data[bit >> 3] >> (bit & 7) & (1 << self.bits) - 1

    def notable(self) -> Iterator[tuple[int, int]]:
        """Give index and status of all that are not 0 (VALID), in their order."""
        a_byte = 8 // self.bits
        for found in _NOT_ZERO.finditer(self.data):
            for index in range(found.start() * a_byte, found.end() * a_byte):
                status = self.status(index)
                if status:
                    yield index, status

    def pack(self) -> str:
        """Write `lst`."""
        return base64url.encode(zlib.compress(self.data, _SMALLEST)).decode("ascii")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, weakref_slot=True)
class StatusListToken:
    """A signed status list as it was read; whether it may be believed is not known yet.

    Attributes:
        statement: what was signed, and by whom.
        issuer: what the signer calls itself (`iss`); who it is, its certificate tells.
        uri: the list's own URI (`sub`).
        made_at: the time that it speaks of.
        expires_at: from when on it says nothing.
        ttl: how long it may be kept before a newer one is asked for.
        statuses: what it says.
    """

    statement: Statement
    issuer: str
    uri: str
    made_at: datetime
    expires_at: datetime
    ttl: timedelta
    statuses: StatusList

    def status(self, index: int) -> int:
        """Look up a status, without asking whether the list may be believed.

        Raises:
            RefusedError: STATUS_INDEX_OUT_OF_RANGE.
        """
        return self.statuses.status(index)


def build_status_list(size: int, bits: int, statuses: Mapping[int, int]) -> StatusList:
    """Make a list of `size` statuses, of which all that are not named are 0 (VALID).

    Raises:
        MalformedError: STATUS_LIST_MALFORMED; another number of bits, or the list is too long or
            does not fill whole bytes.
        RefusedError: STATUS_INDEX_OUT_OF_RANGE, or STATUS_LIST_MALFORMED for a status that has
            more than `bits` bits.
    """
    if bits not in BITS or size * bits % 8 or not 0 < size * bits <= 8 * MAX_UNPACKED_BYTES:
        raise _malformed(f"列表规格不合 no list of {size} statuses of {bits} bits", "status_list")
    data = bytearray(size * bits // 8)
    for index, status in statuses.items():
        if not 0 <= index < size:
            sentence = f"没有位置 there is no index {index} among {size}"
            raise RefusedError(Reason.STATUS_INDEX_OUT_OF_RANGE, sentence)
        if not 0 <= status < 1 << bits:
            sentence = f"状态值超出其位数 status {status} at {index} has not {bits} bits"
            raise RefusedError(Reason.STATUS_LIST_MALFORMED, sentence)
        bit = index * bits
        data[bit >> 3] |= status << (bit & 7)
    return StatusList(bits=bits, data=bytes(data))


def sign_status_list(
    signer: Signer,
    statuses: StatusList,
    *,
    issuer: str,
    uri: str,
    at: datetime,
    lifetime: timedelta,
    ttl: timedelta,
) -> bytes:
    """Sign a status list.

    Args:
        signer: who says it.
        statuses: what it says.
        issuer: what the signer calls itself; for a department its USCC.
        uri: the list's own URI, as the documents name it.
        at: aware time that it speaks of.
        lifetime: how long it says something, from then on.
        ttl: how long it may be kept before a newer one is asked for.

    Raises:
        MalformedError: STATUS_LIST_MALFORMED, what `read_status_list` would not read.
    """
    made_at = numeric_date(at)
    payload: JsonObject = {
        "iss": issuer,
        "sub": uri,
        "iat": made_at,
        "exp": made_at + int(lifetime.total_seconds()),
        "ttl": int(ttl.total_seconds()),
        "status_list": {"bits": statuses.bits, "lst": statuses.pack()},
    }
    _read_terms(payload)
    return sign_statement(signer, STATUS_LIST_TYP, payload)


def read_status_list(data: bytes) -> StatusListToken:
    """Read a signed status list; nothing is verified yet.

    Raises:
        MalformedError: STATUS_LIST_MALFORMED, whatever is wrong with its form.
        RefusedError: STATUS_LIST_INVALID, it is not signed, or by no algorithm of ours.
    """
    try:
        statement = read_statement(data, typ=STATUS_LIST_TYP, max_bytes=MAX_TOKEN_BYTES)
    except RefusedError as error:
        raise RefusedError(Reason.STATUS_LIST_INVALID, error.sentence, at=error.at) from error
    except EvidenceError as error:
        raise _malformed(error.sentence, error.at) from error
    payload = statement.payload
    issuer, uri, expires_at, ttl = _read_terms(payload)
    return StatusListToken(
        statement=statement,
        issuer=issuer,
        uri=uri,
        made_at=statement.made_at,
        expires_at=expires_at,
        ttl=ttl,
        statuses=_read_list(payload["status_list"]),
    )


def is_status_uri(text: JsonValue) -> bool:
    """Is it an absolute URI that a status list can have?"""
    return isinstance(text, str) and len(text) <= MAX_URI and _URI.fullmatch(text) is not None


def _read_terms(payload: JsonObject) -> tuple[str, str, datetime, timedelta]:
    """Read all but the list itself: issuer, URI, end and keeping time."""
    if payload.keys() != _MEMBERS:
        raise _malformed(f"只可有 a status list says {in_a_row(_MEMBERS)} and nothing else", "")
    issuer, uri, ttl = payload["iss"], payload["sub"], payload["ttl"]
    if not isinstance(issuer, str) or not 1 <= len(issuer) <= MAX_ISSUER:
        raise _malformed(f"不是文字，或过长 no text of at most {MAX_ISSUER} characters", "iss")
    if not isinstance(uri, str) or not is_status_uri(uri):
        raise _malformed(f"不是绝对 URI no absolute URI of at most {MAX_URI} characters", "sub")
    if type(ttl) is not int or not 0 < ttl <= _MAX_TTL:
        raise _malformed("不是秒数 no number of seconds, from 1 to a year", "ttl")
    made_at, expires_at = (read_numeric_date(payload[name]) for name in ("iat", "exp"))
    if made_at is None or expires_at is None or made_at >= expires_at:
        raise _malformed(
            "截止须晚于起始 it has to end after it begins, both in whole seconds", "exp"
        )
    return issuer, uri, expires_at, timedelta(seconds=ttl)


def _read_list(value: JsonValue) -> StatusList:
    if not isinstance(value, dict) or value.keys() != {"bits", "lst"}:
        raise _malformed("只可有 bits 和 lst has bits and lst, and nothing else", "status_list")
    bits, packed = value["bits"], value["lst"]
    if type(bits) is not int or bits not in BITS:
        raise _malformed("位数不合 a status has 1, 2, 4 or 8 bits", "status_list/bits")
    if not isinstance(packed, str) or len(packed) > MAX_PACKED_BYTES * 4 // 3 + 1:
        raise _malformed("不是文字，或过大 no text, or larger than the limit", "status_list/lst")
    try:
        compressed = base64url.decode(packed)
    except MalformedError as error:
        raise _malformed(error.sentence, "status_list/lst") from error
    return StatusList(bits=bits, data=_unpack(compressed))


def _unpack(compressed: bytes) -> bytes:
    """Inflate no more than is allowed, and all of what was given."""
    inflating = zlib.decompressobj()
    try:
        data = inflating.decompress(compressed, MAX_UNPACKED_BYTES + 1)
    except zlib.error as error:
        raise _malformed("不是 zlib 压缩 not compressed by zlib", "status_list/lst") from error
    if len(data) > MAX_UNPACKED_BYTES:
        sentence = f"解压后 unpacked: {too_large(MAX_UNPACKED_BYTES)}"
        raise _malformed(sentence, "status_list/lst")
    if not inflating.eof or inflating.unused_data:
        raise _malformed("内容不完整 cut off, or something stands behind it", "status_list/lst")
    return data


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(Reason.STATUS_LIST_MALFORMED, sentence, at=at)
