"""Token Status List: packing is exact and bounded, and only our form is read."""

import base64
import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose.status_list import (
    MAX_TOKEN_BYTES,
    MAX_UNPACKED_BYTES,
    STATUS_LIST_TYP,
    Status,
    StatusList,
    build_status_list,
    read_status_list,
    sign_status_list,
)
from eseal.reasons import Reason, ReasonCode
from tests.statements import forged
from tests.world import NOW, Authority, World

URI = "https://status.example.cn/lists/7"
DEPARTMENT = "11999900MB0000000G"
HOUR = timedelta(hours=1)
GOOD: dict[str, Any] = {
    "iss": DEPARTMENT,
    "sub": URI,
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + 12 * HOUR).timestamp()),
    "ttl": 3600,
    "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"},
}


def packed(data: bytes, *, behind: bytes = b"") -> str:
    """Pack as the draft says, with Python's own means."""
    return base64.urlsafe_b64encode(zlib.compress(data, 9) + behind).rstrip(b"=").decode()


def signed(authority: Authority, statuses: StatusList, **changes: Any) -> bytes:
    """Sign a list for half a day."""
    terms: dict[str, Any] = {
        "issuer": DEPARTMENT,
        "uri": URI,
        "at": NOW,
        "lifetime": 12 * HOUR,
        "ttl": HOUR,
        **changes,
    }
    return sign_status_list(authority.signing, statuses, **terms)


@st.composite
def lists(draw: st.DrawFn) -> tuple[int, int, dict[int, int]]:
    """Draw a size, a number of bits, and some statuses."""
    bits = draw(st.sampled_from([1, 2, 4, 8]))
    size = draw(st.integers(1, 64)) * 8
    index, status = st.integers(0, size - 1), st.integers(0, 2**bits - 1)
    return size, bits, draw(st.dictionaries(index, status))


@settings(max_examples=200, deadline=None)
@given(lists())
def test_a_list_is_a_mapping(drawn: tuple[int, int, dict[int, int]]) -> None:
    """Every index gives what was put there, and 0 where nothing was."""
    size, bits, statuses = drawn
    built = build_status_list(size, bits, statuses)
    assert built.size == size
    assert [built.status(index) for index in range(size)] == [
        statuses.get(index, 0) for index in range(size)
    ]


def test_the_first_status_stands_in_the_lowest_bits() -> None:
    """The example of the draft, section 4: 16 statuses of one bit are B9 A3."""
    bits = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    built = build_status_list(16, 1, dict(enumerate(bits)))
    assert built.data == bytes.fromhex("b9a3")
    assert built.pack() == "eNrbuRgAAhcBXQ"


def test_two_bits_a_status() -> None:
    """The other example of the draft: 12 statuses of two bits are C9 44 F9."""
    values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    assert build_status_list(12, 2, dict(enumerate(values))).data == bytes.fromhex("c944f9")


@pytest.mark.parametrize(
    ("size", "bits", "statuses", "reason"),
    [
        (8, 3, {}, Reason.STATUS_LIST_MALFORMED),
        (0, 1, {}, Reason.STATUS_LIST_MALFORMED),
        (-8, 1, {}, Reason.STATUS_LIST_MALFORMED),
        (9, 1, {}, Reason.STATUS_LIST_MALFORMED),
        (MAX_UNPACKED_BYTES + 1, 8, {}, Reason.STATUS_LIST_MALFORMED),
        (8, 1, {8: 1}, Reason.STATUS_INDEX_OUT_OF_RANGE),
        (8, 1, {-1: 1}, Reason.STATUS_INDEX_OUT_OF_RANGE),
        (8, 1, {0: 2}, Reason.STATUS_LIST_MALFORMED),
        (8, 4, {0: -1}, Reason.STATUS_LIST_MALFORMED),
    ],
)
def test_builds_no_list_that_says_something_else(
    size: int, bits: int, statuses: dict[int, int], reason: Reason
) -> None:
    """No status spills into its neighbour, and no index leads outside."""
    with pytest.raises(EvidenceError) as caught:
        build_status_list(size, bits, statuses)
    assert caught.value.reason is reason


@pytest.mark.parametrize(("bits", "data"), [(3, b"\0"), (0, b"\0"), (1, b"")])
def test_a_list_that_exists_is_valid(bits: int, data: bytes) -> None:
    """No list has statuses of three bits, and none is empty."""
    with pytest.raises(MalformedError) as caught:
        StatusList(bits=bits, data=data)
    assert caught.value.reason is Reason.STATUS_LIST_MALFORMED


@pytest.mark.parametrize("index", [-1, 16, 2**40])
def test_outside_there_is_no_status(index: int) -> None:
    """An index that is not in the list has no status, and least of all VALID."""
    with pytest.raises(RefusedError) as caught:
        build_status_list(16, 1, {}).status(index)
    assert caught.value.reason is Reason.STATUS_INDEX_OUT_OF_RANGE


def test_what_was_signed_is_read(authority: Authority) -> None:
    """A token says whose list it is, from when to when, and every status."""
    statuses = {1: Status.INVALID, 2: Status.SUSPENDED, 70: Status.CANCELLED, 71: Status.EXPIRED}
    token = read_status_list(signed(authority, build_status_list(128, 4, statuses)))
    assert (token.issuer, token.uri, token.ttl) == (DEPARTMENT, URI, HOUR)
    assert (token.made_at, token.expires_at) == (NOW, NOW + 12 * HOUR)
    assert token.statuses.size == 128
    assert {index: token.status(index) for index in range(128) if token.status(index)} == statuses


def test_same_list_same_bytes(world: World) -> None:
    """A list that is made again is the same, but for what randomness the signature needs."""
    one, other = (signed(world.rsa, build_status_list(128, 4, {7: 1})) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": ""},
        {"issuer": "样" * 201},
        {"uri": "lists/7"},
        {"uri": "https://status.example.cn/lists 7"},
        {"uri": "https://status.example.cn/" + "a" * 2048},
        {"lifetime": timedelta()},
        {"ttl": timedelta()},
        {"ttl": timedelta(days=400)},
    ],
)
def test_signs_nothing_that_it_would_not_read(world: World, change: dict[str, Any]) -> None:
    """What nobody could use is not signed."""
    with pytest.raises(MalformedError) as caught:
        signed(world.rsa, build_status_list(8, 1, {}), **change)
    assert caught.value.reason is Reason.STATUS_LIST_MALFORMED


def test_reads_the_good_payload(authority: Authority) -> None:
    """What the vectors below spoil is good before."""
    token = read_status_list(forged(authority.signing, GOOD, typ=STATUS_LIST_TYP))
    assert token.statuses.data == bytes.fromhex("b9a3")


def listed(**changes: Any) -> dict[str, Any]:
    """Change members of `status_list`."""
    return {**GOOD, "status_list": {**GOOD["status_list"], **changes}}


BAD_PAYLOADS: dict[str, dict[str, Any]] = {
    "no issuer": {key: value for key, value in GOOD.items() if key != "iss"},
    "no end": {key: value for key, value in GOOD.items() if key != "exp"},
    "another member": {**GOOD, "aud": "x"},
    "an issuer that is no text": {**GOOD, "iss": 1},
    "an empty issuer": {**GOOD, "iss": ""},
    "a relative URI": {**GOOD, "sub": "/lists/7"},
    "a URI with a line end": {**GOOD, "sub": URI + "\n"},
    "no URI": {**GOOD, "sub": None},
    "ends as it begins": {**GOOD, "exp": GOOD["iat"]},
    "an end that is a text": {**GOOD, "exp": str(GOOD["exp"])},
    "kept for no time": {**GOOD, "ttl": 0},
    "kept for true": {**GOOD, "ttl": True},
    "a list that is a text": {**GOOD, "status_list": "x"},
    "another member inside": listed(aggregation_uri=URI),
    "no bits": {**GOOD, "status_list": {"lst": "eNrbuRgAAhcBXQ"}},
    "three bits": listed(bits=3),
    "true bits": listed(bits=True),
    "no text": listed(lst=7),
    "no base64url": listed(lst="eNrbuRgAAhcBXQ=="),
    "not canonical": listed(lst="eNrbuRgAAhcBXR"),
    "not zlib": listed(lst="AAAA"),
    "raw deflate": listed(lst=packed(b"\xb9\xa3")[2:]),
    "cut off": listed(lst=packed(bytes(100))[:8]),
    "a wrong checksum": listed(
        lst=base64.urlsafe_b64encode(zlib.compress(b"\xb9\xa3", 9)[:-1] + b"\0")
        .rstrip(b"=")
        .decode()
    ),
    "something behind it": listed(lst=packed(b"\xb9\xa3", behind=b"\0")),
    "a second list behind it": listed(lst=packed(b"\xb9", behind=zlib.compress(b"\0"))),
    "empty": listed(lst=packed(b"")),
    "a bomb": listed(lst=packed(bytes(MAX_UNPACKED_BYTES + 1))),
    "larger than allowed": listed(lst="A" * (4 * 1024 * 1024 * 4 // 3 + 2)),
}


@pytest.mark.parametrize("name", BAD_PAYLOADS)
def test_refuses_another_payload(authority: Authority, name: str) -> None:
    """One thing is wrong with each, and it is refused though it is signed."""
    data = forged(authority.signing, BAD_PAYLOADS[name], typ=STATUS_LIST_TYP)
    with pytest.raises(MalformedError) as caught:
        read_status_list(data)
    assert caught.value.reason is Reason.STATUS_LIST_MALFORMED
    assert not str(caught.value).endswith("\n")


def test_the_largest_list_is_read(world: World) -> None:
    """16 MiB of statuses may be there, and their last one is read."""
    data = bytes(MAX_UNPACKED_BYTES - 1) + b"\x80"
    payload = listed(lst=packed(data))
    token = read_status_list(forged(world.rsa.signing, payload, typ=STATUS_LIST_TYP))
    assert token.status(MAX_UNPACKED_BYTES * 8 - 1) == 1


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (b"", MalformedError, Reason.STATUS_LIST_MALFORMED),
        (b"<html>", MalformedError, Reason.STATUS_LIST_MALFORMED),
        (b"A" * (MAX_TOKEN_BYTES + 1), MalformedError, Reason.STATUS_LIST_MALFORMED),
    ],
)
def test_refuses_what_is_no_statement(
    data: bytes, error: type[EvidenceError], reason: Reason
) -> None:
    """A page that a proxy answers is no list, and says nothing."""
    with pytest.raises(error) as caught:
        read_status_list(data)
    assert caught.value.reason is reason


@pytest.mark.parametrize("spoil", [{"alg": "none"}, {"alg": "HS256"}])
def test_unsigned_list_is_invalid(authority: Authority, spoil: dict[str, str]) -> None:
    """A list without a signature of ours says nothing."""
    data = forged(authority.signing, GOOD, typ=STATUS_LIST_TYP, header=spoil)
    for each in (data, forged(authority.signing, GOOD, typ=STATUS_LIST_TYP).rpartition(b".")[0]):
        unsigned = each if each is data else each + b"."
        with pytest.raises(RefusedError) as caught:
            read_status_list(unsigned)
        assert caught.value.reason is Reason.STATUS_LIST_INVALID


def test_another_kind_is_no_list(authority: Authority) -> None:
    """A licence or a report with the same members is not read as a list."""
    with pytest.raises(MalformedError) as caught:
        read_status_list(forged(authority.signing, GOOD, typ="verification-report+jwt"))
    assert caught.value.reason is Reason.STATUS_LIST_MALFORMED


@settings(max_examples=200, deadline=None)
@given(lst=st.binary(max_size=60), bits=st.sampled_from([1, 2, 4, 8]))
def test_any_packed_bytes_are_read_or_refused(world: World, lst: bytes, bits: int) -> None:
    """Nothing but our errors comes out of what is no zlib stream."""
    text = base64.urlsafe_b64encode(b"\x78\xda" + lst).rstrip(b"=").decode()
    data = forged(world.sm2.signing, listed(lst=text, bits=bits), typ=STATUS_LIST_TYP)
    with pytest.raises(MalformedError) as caught:
        read_status_list(data)
    assert caught.value.reason is Reason.STATUS_LIST_MALFORMED


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0), byte=st.integers(0, 255))
def test_any_altered_byte_is_read_or_refused(world: World, place: int, byte: int) -> None:
    """Nothing but our errors comes out of an altered token."""
    data = bytearray(forged(world.sm2.signing, GOOD, typ=STATUS_LIST_TYP))
    data[place % len(data)] = byte
    said = _reason_of(bytes(data))
    assert said in {None, Reason.STATUS_LIST_MALFORMED, Reason.STATUS_LIST_INVALID}


def _reason_of(data: bytes) -> ReasonCode | None:
    try:
        read_status_list(data)
    except EvidenceError as error:
        return error.reason
    return None
