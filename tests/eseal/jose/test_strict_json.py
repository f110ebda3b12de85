"""Strict JSON: read in one way only, or refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import MalformedError
from eseal.jose.strict_json import MAX_INTEGER, JsonValue, canonical, parse, parse_value
from eseal.reasons import Reason

_scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=8)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def _reason(data: bytes) -> str:
    with pytest.raises(MalformedError) as caught:
        parse_value(data)
    return caught.value.reason


@given(value=_values)
@settings(max_examples=50, deadline=None)
def test_reads_what_it_wrote(value: JsonValue) -> None:
    """Parsing the canonical form gives the value back, and any JSON reader reads it the same."""
    written = canonical(value)
    assert parse_value(written) == value
    assert json.loads(written) == value
    assert canonical(parse_value(written)) == written


def test_reads_any_spelling_of_an_object() -> None:
    """White space around it, escapes and surrogate pairs are JSON and are read."""
    read = parse(b' \r\n\t{ "\\u540d" : ["\\ud83d\\ude00", -1, null, true] } ')
    assert read == {"名": ["😀", -1, None, True]}


def test_refuses_nothing() -> None:
    """No bytes are no JSON."""
    assert _reason(b"") == Reason.EMPTY_INPUT


def test_refuses_too_much_before_reading_it() -> None:
    """The size limit comes first: what is behind it need not be JSON."""
    with pytest.raises(MalformedError) as caught:
        parse(b"[" * 9, max_bytes=8)
    assert caught.value.reason is Reason.INPUT_TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'[{"x":{"b":1,"c":2,"b":3}}]'],
)
def test_refuses_a_name_twice(data: bytes) -> None:
    """The same name twice in one object is refused at any depth and in any spelling."""
    assert _reason(data) == Reason.DUPLICATE_JSON_KEY


@pytest.mark.parametrize(
    "data",
    [
        b"1.0",
        b"1e2",
        b"-0",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"NaN",
        b"[-Infinity]",
        b"01",
        "１".encode(),
    ],
)
def test_refuses_numbers_that_readers_disagree_on(data: bytes) -> None:
    """Only integers below 2^53 are numbers here."""
    assert _reason(data) == Reason.MALFORMED_JSON


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'"\t"',
        b"{} {}",
        b"{}\x00",
        b"{'a':1}",
        b"[1,]",
        b"//\n{}",
        b"\x0c{}",
        '{"a":1}'.encode("utf-16"),
    ],
)
def test_refuses_what_is_not_json(data: bytes) -> None:
    """Byte order marks, bad UTF-8, lone surrogates, trailing data and dialects are refused."""
    assert _reason(data) == Reason.MALFORMED_JSON


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"a":"\t"}', "字符 6 处有误 at character 6: Invalid control character"),
        (b"{} {}", "字符 3 处有误 at character 3: Extra data"),
    ],
)
def test_says_where_and_what(data: bytes, told: str) -> None:
    """Chinese first, and no word twice."""
    with pytest.raises(MalformedError) as caught:
        parse(data)
    assert caught.value.sentence == told


@pytest.mark.parametrize("depth", [33, 100_000])
def test_refuses_deep_nesting(depth: int) -> None:
    """One level too many is refused, and so are very many, without a crash."""
    assert _reason(b"[" * depth + b"]" * depth) == Reason.MALFORMED_JSON


def test_reads_to_the_last_level() -> None:
    """The deepest permitted nesting is read, and any number of shallow arrays."""
    assert parse_value(b"[" * 32 + b"1" + b"]" * 32)
    assert parse_value(b"[" + b"[]," * 40 + b"[]]") == [[]] * 41


def test_object_is_asked_for() -> None:
    """`parse` reads objects only, and names the place in its error."""
    with pytest.raises(MalformedError) as caught:
        parse(b"[]", at="payload")
    assert caught.value.reason is Reason.MALFORMED_JSON
    assert caught.value.at == "payload"


@pytest.mark.parametrize("value", [1.5, {"a": [2.0]}, 2**53, {"a": {1}}, "\ud800", {1: 2}, (1,)])
def test_writes_only_what_it_reads(value: object) -> None:
    """Floats, large integers, lone surrogates and foreign types are never written."""
    with pytest.raises(MalformedError) as caught:
        canonical(value)  # type: ignore[arg-type]
    assert caught.value.reason is Reason.MALFORMED_JSON


def test_writes_sorted_without_white_space() -> None:
    """The canonical form sorts names and keeps Chinese text as it is."""
    assert canonical({"b": 1, "a": {"名": None}}) == '{"a":{"名":null},"b":1}'.encode()
