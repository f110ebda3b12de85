"""The rules of data: every fault is listed by pointer and reason, and never by its value."""

import json

import pytest

from eseal.errors import MalformedError
from eseal.jose.strict_json import JsonValue
from licences.field_rules import Problem, compile_schema, find_problems
from licences.licence_type import LicenceType
from licences.reasons import LicenceReason
from tests.homes import CATALOGUE
from tests.licences import type_world

SCHEMA = json.dumps(type_world.schema())
MULTILINE = frozenset({"remarks"})
UNSEEN = (
    "\u00ad\u034f\u115f\u17b4\u180b\u3164\ufe00\ufe0f\uffa0\ufff0\U0001bca0\U0001d173\U000e0100"
)
"""One of each range that Unicode lets a font leave out; Python calls most of them printable."""


def _data(**changes: JsonValue) -> dict[str, JsonValue]:
    merged = type_world.data() | changes
    return {key: value for key, value in merged.items() if value != "(gone)"}  # type: ignore[misc]


def _problems(**changes: JsonValue) -> tuple[Problem, ...]:
    return find_problems(SCHEMA, _data(**changes), multiline=MULTILINE)


def test_good_data_have_no_problem() -> None:
    """Nothing is said about data that are good."""
    assert _problems() == ()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("holder", "(gone)", LicenceReason.FIELD_MISSING),
        ("nobody", "x", LicenceReason.FIELD_UNKNOWN),
        ("holder", 5, LicenceReason.FIELD_KIND),
        ("holder", None, LicenceReason.FIELD_KIND),
        ("area", "100", LicenceReason.FIELD_KIND),
        ("area", True, LicenceReason.FIELD_KIND),
        ("area", 1.0, LicenceReason.FIELD_KIND),
        ("good", 1, LicenceReason.FIELD_KIND),
        ("holder", "长" * 31, LicenceReason.FIELD_LENGTH),
        ("holder", "短", LicenceReason.FIELD_LENGTH),
        ("area", -1, LicenceReason.FIELD_RANGE),
        ("area", 1001, LicenceReason.FIELD_RANGE),
        ("number", "2026-1", LicenceReason.FIELD_FORM),
        ("number", "２０２６", LicenceReason.FIELD_FORM),
        ("number", "2026\n", LicenceReason.FIELD_FORM),
        ("issued_on", "2026-02-30", LicenceReason.FIELD_DATE),
        ("issued_on", "20261120", LicenceReason.FIELD_DATE),
        ("issued_on", "2026-11-20T00:00:00", LicenceReason.FIELD_DATE),
        ("issued_on", "0000-01-01", LicenceReason.FIELD_DATE),
        ("level", "丙", LicenceReason.FIELD_NOT_LISTED),
        ("holder_code", "91999901MAEX000108", LicenceReason.USCC_CHECK),
        ("holder_code", "91999901MAEX", LicenceReason.USCC_MALFORMED),
        ("holder", " 示例", LicenceReason.FIELD_FORM),
        ("holder", "示例\u3000", LicenceReason.FIELD_FORM),
        ("holder", "示\n例", LicenceReason.FIELD_FORM),
        ("holder", "示\u202e例", LicenceReason.FIELD_FORM),
        ("holder", "示\u200b例", LicenceReason.FIELD_FORM),
        ("holder", "示\x00例", LicenceReason.FIELD_FORM),
        *(("holder", f"示{unseen}例", LicenceReason.FIELD_FORM) for unseen in UNSEEN),
        ("holder", "示\ud800例", LicenceReason.FIELD_FORM),
        ("remarks", "第一行\r\n第二行", LicenceReason.FIELD_FORM),
    ],
)
def test_one_fault_has_one_problem(name: str, value: JsonValue, reason: LicenceReason) -> None:
    """A fault in one field is told by that field's pointer and its reason, and nothing else is."""
    assert [(each.pointer, each.reason) for each in _problems(**{name: value})] == [
        (f"/{name}", reason)
    ]


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("holder", 5, "应为文字", "has to be text"),
        ("area", "100", "应为整数", "has to be an integer"),
        ("good", 1, "应为是或否", "has to be true or false"),
    ],
)
def test_a_kind_is_named_in_words(name: str, value: JsonValue, zh: str, en: str) -> None:
    """Nobody need know what JSON Schema calls it."""
    (problem,) = _problems(**{name: value})
    assert problem.zh.startswith(zh)
    assert problem.en.startswith(en)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("2019-3-18", "写法不对", "two digits each"),
        ("never", "写法不对", "two digits each"),
        ("2026-02-30", "没有这一天", "no such day"),
    ],
)
def test_a_date_is_wrongly_written_or_no_day(value: str, zh: str, en: str) -> None:
    """What is told is what is to be mended: how it is written, or which day it is."""
    (problem,) = _problems(issued_on=value)
    assert zh in problem.zh
    assert en in problem.en


@pytest.mark.parametrize(
    ("value", "is_hinted"),
    [("2019/3/18", True), ("18.3.2019", True), ("43542", True), ("2019-3-18", False)],
)
def test_a_date_of_a_spreadsheet_is_told_as_such(value: str, *, is_hinted: bool) -> None:
    """As scientific notation is: the column is to be formatted before it is exported."""
    (problem,) = _problems(issued_on=value)
    assert ("表格软件自己的日期" in problem.zh) is is_hinted
    assert ("a spreadsheet's date" in problem.en) is is_hinted


def test_a_pattern_is_told_in_words() -> None:
    """What the schema says of it in both languages, the pattern behind; else the pattern only."""
    (plain,) = _problems(number="x")
    assert (plain.zh, plain.en) == ("写法应符合 ^[0-9]+$", "has to match ^[0-9]+$")
    words = {"pattern": "^[0-9]+$", "x-form": "数字", "x-form-en": "digits"}
    properties = {"n": type_world.field("数", maxLength=9) | words}
    schema = json.dumps(type_world.schema() | {"properties": properties, "required": []})
    (told,) = find_problems(schema, {"n": "x"})
    assert told.reason is LicenceReason.FIELD_FORM
    assert (told.zh, told.en) == (
        "应为 数字（写法 ^[0-9]+$）",
        "has to be digits (pattern ^[0-9]+$)",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("number", "9.9999E+20"), ("number", "1e+18"), ("holder_code", "9.19999E+17")],
)
def test_what_a_spreadsheet_made_a_number_is_told_so(name: str, value: str) -> None:
    """Beside the rule that it breaks, with what to do about it."""
    (problem,) = _problems(**{name: value})
    assert "科学计数法" in problem.zh
    assert "format the column as text" in problem.en
    assert "科学计数法" not in _problems(**{name: "9.9999E"})[0].zh


@pytest.mark.parametrize("licence_type", CATALOGUE.types, ids=lambda each: each.slug)
def test_every_shipped_pattern_has_words(licence_type: LicenceType) -> None:
    """Whoever writes a field of a shipped type otherwise need not read a regular expression."""
    rules = json.loads(licence_type.schema)["properties"]
    patterns = {name for name, rule in rules.items() if "pattern" in rule}
    assert {name for name, rule in rules.items() if {"x-form", "x-form-en"} <= rule.keys()} == (
        patterns
    )


def test_one_character_is_no_plural() -> None:
    """A text that may not be empty is told so."""
    properties = {"n": type_world.field("名", "string") | {"minLength": 1}}
    schema = json.dumps(type_world.schema() | {"properties": properties, "required": []})
    (problem,) = find_problems(schema, {"n": ""})
    assert (problem.zh, problem.en) == ("不可为空", "may not be empty")


def test_integer_that_not_every_reader_agrees_on_is_refused() -> None:
    """An integer of 2^53 or more is refused though the schema sets no limit."""
    properties = {"n": type_world.field("数", "integer")}
    schema = json.dumps(type_world.schema() | {"properties": properties, "required": []})
    assert [each.reason for each in find_problems(schema, {"n": 2**53})] == [
        LicenceReason.FIELD_RANGE
    ]
    assert find_problems(schema, {"n": 2**53 - 1}) == ()


def test_condition_of_the_schema_that_does_not_hold() -> None:
    """A rule at the schema's root without words of ours is told as the rule that it is."""
    schema = json.dumps(type_world.schema() | {"not": {"required": ["level"]}})
    problems = find_problems(schema, _data(), multiline=MULTILINE)
    assert [(each.pointer, each.reason) for each in problems] == [("", LicenceReason.FIELD_REFUSED)]


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("citizen-number", LicenceReason.CITIZEN_NUMBER_CHECK),
        ("holder-code", LicenceReason.CITIZEN_NUMBER_CHECK),
    ],
)
def test_formats_of_persons(form: str, reason: LicenceReason) -> None:
    """A wrong check character in a citizen number is told by its own reason."""
    properties = {"who": type_world.field("人", format=form)}
    schema = json.dumps(type_world.schema() | {"properties": properties, "required": []})
    assert find_problems(schema, {"who": "119999199001011234"}) == ()
    problems = find_problems(schema, {"who": "119999199001011235"})
    assert [each.reason for each in problems] == [reason]


def test_every_fault_is_listed_in_the_order_of_the_form() -> None:
    """Several faults are all told: fields in the schema's order, unknown ones behind."""
    problems = _problems(level="丙", holder="(gone)", area=-1, number="x", zz="?", aa="?")
    assert [each.pointer for each in problems] == [
        "/number", "/holder", "/area", "/level", "/aa", "/zz",
    ]  # fmt: skip


def test_pointer_escapes_tilde_and_slash() -> None:
    """An unknown name with `~` and `/` is escaped by RFC 6901."""
    assert [each.pointer for each in _problems(**{"a/b~c": 1})] == ["/a~1b~0c"]


def test_messages_never_repeat_the_value() -> None:
    """What was entered may be personal: it stands in no message."""
    secret = "119999199001011235"
    for name in ("holder_code", "number", "issued_on", "level", "area"):
        for problem in _problems(**{name: secret + "甲"}):
            assert secret not in problem.zh + problem.en


def test_withheld_fields_are_no_fault_in_partial_data() -> None:
    """Partial data may lack fields, and conditions over several fields do not apply."""
    schema = json.dumps(type_world.schema() | {"dependentRequired": {"level": ["good"]}})
    assert find_problems(schema, {"level": "甲"}, partial=True) == ()
    assert find_problems(schema, {}, partial=True) == ()


def test_partial_data_are_checked_where_they_are() -> None:
    """A disclosed field is checked as ever, and an unknown one is refused."""
    problems = find_problems(SCHEMA, {"level": "丙", "zz": 1}, partial=True)
    assert [each.reason for each in problems] == [
        LicenceReason.FIELD_NOT_LISTED,
        LicenceReason.FIELD_UNKNOWN,
    ]


def test_a_bad_schema_is_a_malformed_type() -> None:
    """A pattern that is no regular expression is the type's fault, and is told so."""
    with pytest.raises(MalformedError) as caught:
        compile_schema(json.dumps({"properties": {"a": {"pattern": "("}}}))
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED
