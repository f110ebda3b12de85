"""The rules of licence data: a JSON Schema with formats of ours, and what a text may hold.

Lists every fault with the JSON pointer (RFC 6901) of its field; a missing field is pointed at where
it would stand. Messages name the rule and never repeat the value, which may be personal.

Rules kept beside the schema:
- integers are integers (JSON Schema lets `1.0` pass) below 2^53 in size;
- a text has no character that nobody sees (`eseal.unseen`), with which a face shows something else
  than it says, and no white space at its ends; line breaks only where allowed.

Schemas are compiled once a process. Source: JSON Schema 2020-12 through jsonschema-rs.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from eseal.errors import MalformedError
from eseal.jose.strict_json import MAX_INTEGER, JsonValue
from eseal.reasons import ReasonCode
from eseal.unseen import find_unseen, is_plain
from licences.identifiers import CitizenNumber, Uscc, parse_holder_code
from licences.reasons import LicenceReason

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_DATE = (
    "日期的写法不对，应为 年-月-日，月、日各两位",
    "not written as year-month-day, month and day with two digits each",
)
_NO_SUCH_DAY = ("没有这一天", "there is no such day")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee][+-]?[0-9]{1,3}")
_NO_NUMBER = (
    "看来已被表格软件改成科学计数法：把该列设为文本格式，重新填写后再导出",
    "it looks like scientific notation: format the column as text, enter it again and export",
)
_SHEET_DATE = re.compile(r"[0-9]{1,4}([/.])[0-9]{1,2}\1[0-9]{1,4}|[0-9]{5}")
"""Dates as spreadsheets show them, 2019/3/18, and as they count them in days, 43542."""
_NO_SHEET_DATE = (
    "看来是表格软件自己的日期：把该列设为文本格式，或格式 yyyy-mm-dd，再导出",
    "it looks like a spreadsheet's date: format the column as text, or as yyyy-mm-dd, and export",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is wrong with one field.

    Attributes:
        pointer: JSON pointer of the field, "" for the whole.
        reason: why.
        zh: the rule that it breaks.
        en: the same in English.
        advice: what to do, Chinese and English, where the reason's own remedy does not fit.
    """

    pointer: str
    reason: ReasonCode
    zh: str
    en: str
    advice: tuple[str, str] | None = None


def find_problems(
    schema: str,
    data: Mapping[str, JsonValue],
    *,
    multiline: frozenset[str] = frozenset(),
    partial: bool = False,
) -> tuple[Problem, ...]:
    """List every fault of `data`, in the order of the schema's fields.

    Args:
        schema: text of the type's JSON Schema; `type_folders` has checked its form.
        data: the fields of a licence.
        multiline: fields whose text may have line breaks.
        partial: whether fields may be missing, because they were not disclosed.
    """
    rules = compile_schema(schema, partial=partial)
    fields = dict(data)
    if _is_plain(fields, multiline) and rules.validator.is_valid(fields):
        return ()
    found = [*_find_text_problems(fields, multiline), *_find_schema_problems(rules, fields)]
    unique = {(problem.pointer, problem.reason): problem for problem in reversed(found)}
    last = len(rules.order)
    return tuple(
        sorted(
            unique.values(), key=lambda each: (rules.order.get(each.pointer, last), each.pointer)
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class CompiledRules:
    """A schema ready for use, with the place of each field's pointer, and its pattern in words."""

    validator: jsonschema_rs.Draft202012Validator
    order: Mapping[str, int]
    forms: Mapping[str, tuple[str, str]]


@lru_cache(maxsize=256)
def compile_schema(schema: str, *, partial: bool = False) -> CompiledRules:
    """Compile a type's schema; `partial` keeps what each field has to be, not which there are.

    Raises:
        MalformedError: TYPE_MALFORMED, it is not a JSON Schema.
    """
    document = json.loads(schema)
    if partial:
        kept = ("$schema", "type", "properties", "additionalProperties")
        document = {key: document[key] for key in kept if key in document}
    try:
        validator = jsonschema_rs.Draft202012Validator(
            document, formats=_FORMATS, validate_formats=True, ignore_unknown_formats=False
        )
    except ValueError as error:
        sentence = f"不是 JSON Schema {error}".partition("\n")[0]
        raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="schema.json") from error
    names = document.get("properties", {})
    return CompiledRules(
        validator=validator,
        order={_pointer(name): place for place, name in enumerate(names)},
        forms={
            _pointer(name): (rules["x-form"], rules["x-form-en"])
            for name, rules in names.items()
            if "x-form" in rules
        },
    )


def _is_plain(data: Mapping[str, JsonValue], multiline: frozenset[str]) -> bool:
    """Whether `_find_text_problems` has surely nothing to say; quick, and true of usual data."""
    for name, value in data.items():
        if type(value) is str:
            text = value.replace("\n", "") if name in multiline else value
            if not is_plain(text) or value != value.strip():
                return False
        elif type(value) is float or (type(value) is int and abs(value) > MAX_INTEGER):
            return False
    return True


def _find_text_problems(
    data: Mapping[str, JsonValue], multiline: frozenset[str]
) -> Iterator[Problem]:
    for name, value in data.items():
        match value:
            case str() if (unseen := find_unseen(value)) is not None:
                code = f"U+{ord(unseen):04X}"
                zh = f"含有不可见或控制字符 {code}，证面无法照样示出"
                en = f"has invisible or control characters, which no face can show: {code}"
                yield _problem(name, LicenceReason.FIELD_FORM, zh, en)
            case str() if value != value.strip():
                zh, en = "首尾有空白", "begins or ends with white space"
                yield _problem(name, LicenceReason.FIELD_FORM, zh, en)
            case str() if "\n" in value and name not in multiline:
                zh, en = "不可换行", "may not have line breaks"
                yield _problem(name, LicenceReason.FIELD_FORM, zh, en)
            case float():
                zh, en = "小数要写成文字", "a decimal is written as text"
                yield _problem(name, LicenceReason.FIELD_KIND, zh, en)
            case int() if abs(value) > MAX_INTEGER:
                zh, en = "整数过大", "the integer is too large"
                yield _problem(name, LicenceReason.FIELD_RANGE, zh, en)


def _find_schema_problems(rules: CompiledRules, fields: dict[str, Any]) -> Iterator[Problem]:
    for error in rules.validator.iter_errors(fields):
        match error.kind:
            case Kind.Required(property=name):
                reason: ReasonCode = LicenceReason.FIELD_MISSING
                yield _problem(name, reason, "必填，但没有", "is required, but missing")
            case Kind.AdditionalProperties(unexpected=names):
                for name in names:
                    reason = LicenceReason.FIELD_UNKNOWN
                    yield _problem(name, reason, "没有这个字段", "is no field of this type")
            case Kind.Format(format=name):
                reason, zh, en = _explain_format(name, str(error.instance))
                yield _hinting(error, reason, zh, en)
            case kind:
                reason, zh, en = _explain(kind, rules.forms.get(_path(error)))
                yield _hinting(error, reason, zh, en)


def _hinting(error: jsonschema_rs.ValidationError, reason: ReasonCode, zh: str, en: str) -> Problem:
    """Make the problem of a value; say so if a spreadsheet seems to have written it its own way."""
    text = str(error.instance)
    hint = _NO_NUMBER if _SCIENTIFIC.fullmatch(text) else None
    if reason is LicenceReason.FIELD_DATE and _SHEET_DATE.fullmatch(text):
        hint = _NO_SHEET_DATE
    if hint is not None:
        zh, en = f"{zh}；{hint[0]}", f"{en}; {hint[1]}"
    return Problem(pointer=_path(error), reason=reason, zh=zh, en=en)


_SENTENCES = {
    "maxLength": (LicenceReason.FIELD_LENGTH, "最多 {limit} 个字", "at most {limit} characters"),
    "minLength": (LicenceReason.FIELD_LENGTH, "至少 {limit} 个字", "at least {limit} characters"),
    "minimum": (LicenceReason.FIELD_RANGE, "不小于 {limit}", "may not be below {limit}"),
    "maximum": (LicenceReason.FIELD_RANGE, "不大于 {limit}", "may not be above {limit}"),
    "pattern": (LicenceReason.FIELD_FORM, "写法应符合 {pattern}", "has to match {pattern}"),
    "enum": (LicenceReason.FIELD_NOT_LISTED, "应为 {options}", "has to be one of those"),
}
_KINDS = {
    "string": ("文字", "text"),
    "integer": ("整数", "an integer"),
    "boolean": ("是或否，即 true 或 false", "true or false"),
}
"""The kinds of value that a type's schema may ask for."""
_OTHER = (LicenceReason.FIELD_REFUSED, "违反规则 {name}", "breaks the rule {name}")


_FORM_IN_WORDS = ("应为 {}（写法 {}）", "has to be {} (pattern {})")


def _explain(kind: Kind, form: tuple[str, str] | None) -> tuple[ReasonCode, str, str]:
    if kind.name == "pattern" and form:
        pattern = kind.as_dict()["pattern"]
        zh, en = (
            said.format(each, pattern) for said, each in zip(_FORM_IN_WORDS, form, strict=True)
        )
        return LicenceReason.FIELD_FORM, zh, en
    if kind.name == "minLength" and kind.as_dict()["limit"] == 1:
        return LicenceReason.FIELD_LENGTH, "不可为空", "may not be empty"
    if kind.name == "type":
        zh, en = _KINDS[kind.as_dict()["types"][0]]
        return LicenceReason.FIELD_KIND, f"应为{zh}", f"has to be {en}"
    reason, zh, en = _SENTENCES.get(kind.name, _OTHER)
    limits = {key: _listed(value) for key, value in kind.as_dict().items()}
    return reason, zh.format(name=kind.name, **limits), en.format(name=kind.name, **limits)


def _listed(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)


def _path(error: jsonschema_rs.ValidationError) -> str:
    return "".join(_pointer(str(step)) for step in error.instance_path)


def _problem(name: str, reason: ReasonCode, zh: str, en: str) -> Problem:
    return Problem(pointer=_pointer(name), reason=reason, zh=zh, en=en)


def _pointer(step: str) -> str:
    return "/" + step.replace("~", "~0").replace("/", "~1")


def _parse_date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise MalformedError(LicenceReason.FIELD_DATE, "应为年-月-日 not year-month-day")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(LicenceReason.FIELD_DATE, "没有此日期 no such day") from error


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "date": _parse_date,
    "uscc": Uscc.parse,
    "citizen-number": CitizenNumber.parse,
    "holder-code": parse_holder_code,
}
FORMATS = frozenset(_PARSERS)
"""The formats that a type's schema may use."""


def _explain_format(name: str, text: str) -> tuple[ReasonCode, str, str]:
    """Say why a text is not of a format; of a date whether it is its form, or the day."""
    reason: ReasonCode = LicenceReason.FIELD_FORM
    try:
        _PARSERS[name](text)
    except MalformedError as error:
        reason = error.reason
    if reason is LicenceReason.FIELD_DATE:
        zh, en = _NO_SUCH_DAY if _DATE.fullmatch(text) else _NO_DATE
        return reason, zh, en
    return reason, reason.zh, reason.en


def _holds(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def holds(text: str) -> bool:
        try:
            parse(text)
        except MalformedError:
            return False
        return True

    return holds


_FORMATS = {name: _holds(parse) for name, parse in _PARSERS.items()}
