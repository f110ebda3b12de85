"""Strict JSON: a text that can be read in one way only, or a refusal.

Rules kept, in the order they are asked:
    - not empty, within a size limit, UTF-8 without byte order mark;
    - RFC 8259, nothing behind the value, no NaN or Infinity;
    - no member name twice in an object (RFC 8259, section 4 only warns of it), also not when one is
      spelled with escapes;
    - numbers are integers below 2^53 in size (RFC 8259, section 6: what every reader agrees on),
      without fraction, exponent or minus zero; strings are Unicode text (no lone surrogates);
    - depth is limited.

`canonical` writes the one form of RFC 8785 for such values (sorted, no white space). It sorts names
by code point where RFC 8785 sorts by UTF-16 unit: the same unless a name leaves the BMP.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NoReturn, TypeAlias

import orjson

from eseal.errors import MalformedError
from eseal.reasons import Reason

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]
Scalar: TypeAlias = bool | int | str | None
_Container: TypeAlias = JsonObject | list[JsonValue]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1

_LONGEST_INTEGER = len(str(-MAX_INTEGER))
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_SUBCLASS
_INTEGERS = ("数应为小于 2^53 的整数", "numbers are integers below 2^53")
_SCALARS = frozenset({str, int, bool, type(None)})


def parse(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, at: str = ""
) -> JsonObject:
    """Read a JSON object.

    Args:
        data: the bytes of the text.
        max_bytes: the largest size read.
        max_depth: how deep objects and arrays may be nested; the outermost counts.
        at: path of the text, for the error.

    Raises:
        MalformedError: `EMPTY_INPUT`, `INPUT_TOO_LARGE`, `DUPLICATE_JSON_KEY` or `MALFORMED_JSON`.
    """
    value = parse_value(data, max_bytes=max_bytes, max_depth=max_depth, at=at)
    if not isinstance(value, dict):
        raise _malformed("应为 JSON 对象", "a JSON object is expected", at)
    return value


def parse_value(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, at: str = ""
) -> JsonValue:
    """Read any JSON value; arguments and errors as for `parse`."""
    if not data:
        raise MalformedError.apart(Reason.EMPTY_INPUT, "没有内容", "there is no text", at=at)
    if len(data) > max_bytes:
        zh, en = (
            f"{len(data)} 字节，至多 {max_bytes} 字节",
            f"{len(data)} bytes, at most {max_bytes}",
        )
        raise MalformedError.apart(Reason.INPUT_TOO_LARGE, zh, en, at=at)
    value = _read_canonical(data)
    if value is None:
        value = _read_carefully(data, max_depth, at)
    if data.count(b"[") + data.count(b"{") > max_depth:
        _refuse_depth(value, max_depth, at)
    return value


def canonical(value: JsonValue) -> bytes:
    """Write `value` in canonical form; `parse_value(canonical(x)) == x`.

    Raises:
        MalformedError: `MALFORMED_JSON`; something in it is not a `JsonValue` in the bounds that
            `parse` keeps.
    """
    _refuse_foreign_types(value)
    return unsafe_canonical(value)


def unsafe_canonical(value: JsonValue) -> bytes:
    """Do as `canonical` does, without looking at types: a float, say, would be written.

    For values whose parts went through `are_scalars`. The bounds of integers and text are kept.
    """
    try:
        return orjson.dumps(value, option=_CANONICAL)
    except orjson.JSONEncodeError as error:
        raise _malformed("不能写成 JSON", str(error), "") from error


def are_scalars(values: Iterable[object]) -> bool:
    """Is every one of `values` exactly a string, integer, boolean or null (no subclass)?"""
    return _SCALARS.issuperset(map(type, values))


def split_scalars(value: JsonObject) -> tuple[dict[str, Scalar], tuple[str, ...]]:
    """Part an object into its members of a single value, and the names of the others."""
    flat = {name: each for name, each in value.items() if not isinstance(each, dict | list)}
    return flat, tuple(name for name in value if name not in flat)


def _refuse_foreign_types(value: object) -> None:
    """Refuse floats and all else that orjson would write on its own terms."""
    waiting: list[Collection[object]] = [value if type(value) is list else (value,)]
    while waiting:
        values = waiting.pop()
        if are_scalars(values):
            continue
        for each in values:
            if type(each) is dict:
                waiting.append(each.values())
            elif type(each) is list:
                waiting.append(each)
            elif type(each) not in _SCALARS:
                raise _malformed("不可用的值", f"no JSON value of ours: {type(each).__name__}", "")


def _read_canonical(data: bytes) -> JsonValue:
    """Read what is in canonical form, quickly; `None` for all else (and for null).

    What its value is written as again, byte by byte, can be read in no other way.
    """
    try:
        value: JsonValue = orjson.loads(data)
        return value if canonical(value) == data else None
    except (orjson.JSONDecodeError, MalformedError):
        return None


def _read_carefully(data: bytes, max_depth: int, at: str) -> JsonValue:
    try:
        value: JsonValue = _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        zh, en = f"字节 {error.start} 处不是 UTF-8", f"not UTF-8 at byte {error.start}"
        raise _malformed(zh, en, at) from error
    except json.JSONDecodeError as error:
        where, what = error.pos, error.msg.removesuffix(" at")
        raise _malformed(f"字符 {where} 处有误", f"at character {where}: {what}", at) from error
    except RecursionError as error:
        raise _too_deep(max_depth, at) from error
    except MalformedError as error:
        error.at = at
        raise
    if b"\\" in data:
        _refuse_surrogates(value, at)
    return value


def _refuse_surrogates(value: JsonValue, at: str) -> None:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise _malformed("不能写成 JSON", str(error), at) from error


def _refuse_depth(value: JsonValue, max_depth: int, at: str) -> None:
    level = _containers((value,))
    for _ in range(max_depth):
        level = [inner for outer in level for inner in _containers(_children(outer))]
        if not level:
            return
    raise _too_deep(max_depth, at)


def _containers(values: Iterable[JsonValue]) -> list[_Container]:
    return [value for value in values if isinstance(value, dict | list)]


def _children(container: _Container) -> Iterable[JsonValue]:
    return container.values() if isinstance(container, dict) else container


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        zh, en = f"成员名 {twice[:64]!r} 重复", f"the name {twice[:64]!r} stands twice"
        raise MalformedError.apart(Reason.DUPLICATE_JSON_KEY, zh, en)
    return members


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER or text == "-0" or abs(int(text)) > MAX_INTEGER:
        raise _malformed(*_INTEGERS)
    return int(text)


def _no_number(text: str) -> NoReturn:
    zh, en = _INTEGERS
    raise _malformed(f"{zh}，不是 {text[:32]}", f"{en}, not {text[:32]}")


def _too_deep(most: int, at: str) -> MalformedError:
    return _malformed(f"嵌套超过 {most} 层", f"nested deeper than {most}", at)


def _malformed(zh: str, en: str, at: str = "") -> MalformedError:
    return MalformedError.apart(Reason.MALFORMED_JSON, zh, en, at=at)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_no_number,
    parse_constant=_no_number,
)
