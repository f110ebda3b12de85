"""Reading the fields of a licence type from its JSON Schema.

A type's schema describes flat data: each property is a text of bounded length, an integer or a
boolean. Beside JSON Schema's keywords a property has these of ours:

    x-title-en    what the form calls it, in English
    x-group       id of its disclosure group
    x-personal    whether it says something about a natural person
    x-unit        what follows the value where it is shown (平方米)
    x-absent      what is shown when it has no value (长期); else a slash
    x-multiline   whether its text may have line breaks
    x-on-face     false: not on the face, only in the JSON licence
    x-form        what its pattern means, in Chinese; with x-form-en, in English
    x-past        of a date: not after the day on which the licence is issued

At the root, conditions (`if`, `allOf`, `dependentRequired` and the like) may be added; verifying
disclosed fields leaves them out, because what was withheld cannot be judged.
"""

import re
from collections.abc import Mapping

from licences.field_rules import FORMATS
from licences.licence_type import ABSENT, Bilingual, Field, FieldKind
from licences.reasons import LicenceReason
from licences.strict_table import StrictTable

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_TEXT_LENGTH = 4000
"""The longest text that a type may allow, in characters."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ANNOTATIONS = ("description", "$comment")
_CONDITIONS = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired")
_KINDS = {"string": FieldKind.TEXT, "integer": FieldKind.INTEGER, "boolean": FieldKind.BOOLEAN}


def read_fields(schema: Mapping[str, object], *, at: str) -> tuple[Field, ...]:
    """Read the fields, in the schema's order.

    Raises:
        MalformedError: TYPE_MALFORMED; `at` is the file and the path of the keyword.
    """
    ignored = {"$id", "title", *_ANNOTATIONS, *_CONDITIONS}
    kept = {key: value for key, value in schema.items() if key not in ignored}
    root = StrictTable(kept, at=f"{at}:", reason=LicenceReason.TYPE_MALFORMED)
    if root.text("$schema") != DIALECT:
        root.refuse(f"应为 has to be {DIALECT}", "$schema")
    if root.text("type") != "object":
        root.refuse("应为 has to be object", "type")
    if root.flag("additionalProperties"):
        root.refuse(
            "应为 false，不接受未列出的字段 has to be false: unknown fields are refused",
            "additionalProperties",
        )
    required = root.texts("required")
    names = schema.get("properties")
    properties = root.table("properties")
    root.close()
    fields = tuple(
        _read_field(name, properties, required=name in required)
        for name in (names if isinstance(names, dict) else ())
    )
    for name in set(required) - {field.name for field in fields}:
        root.refuse(f"properties 中没有此字段 {name} is no property", "required")
    return fields


def _read_field(name: str, properties: StrictTable, *, required: bool) -> Field:
    if not _NAME.fullmatch(name):
        properties.refuse(
            "应为小写字母、数字、下划线 a field's name has small letters, digits and underscores",
            name,
        )
    table = properties.table(name)
    form = table.text("format", "")
    if form and form not in FORMATS:
        table.refuse(f"应为其中之一 has to be one of {', '.join(sorted(FORMATS))}", "format")
    kind = _read_kind(table, form)
    field = Field(
        name=name,
        title=Bilingual(zh=table.text("title"), en=table.text("x-title-en")),
        kind=kind,
        group=table.text("x-group"),
        format=form,
        personal=table.flag("x-personal"),
        required=required,
        multiline=table.flag("x-multiline", default=False),
        on_face=table.flag("x-on-face", default=True),
        unit=table.text("x-unit", ""),
        absent=table.text("x-absent", ABSENT),
        max_length=_read_limits(table, kind, is_bounded=bool(form)),
        past=table.flag("x-past", default=False),
    )
    for keyword in _ANNOTATIONS:
        table.text(keyword, "")
    if field.past and kind is not FieldKind.DATE:
        table.refuse("只有日期可限于过去 only a date lies in the past", "x-past")
    table.close()
    return field


def _read_kind(table: StrictTable, form: str) -> FieldKind:
    name = table.text("type")
    if name not in _KINDS:
        table.refuse(
            "应为 string、integer 或 boolean，小数用文字 "
            "has to be string, integer or boolean; decimals are texts",
            "type",
        )
    if form and name != "string":
        table.refuse("只有文字有格式 only a string has a format", "format")
    return FieldKind.DATE if form == "date" else _KINDS[name]


def _read_limits(table: StrictTable, kind: FieldKind, *, is_bounded: bool) -> int | None:
    match kind:
        case FieldKind.BOOLEAN:
            return None
        case FieldKind.INTEGER:
            table.integer("minimum", 0)
            table.integer("maximum", 0)
            return None
        case FieldKind.DATE | FieldKind.TEXT:
            return _read_text_limits(table, is_bounded=is_bounded)


def _read_text_limits(table: StrictTable, *, is_bounded: bool) -> int | None:
    choices = table.texts("enum", [])
    limit = table.integer("maxLength", 0)
    table.integer("minLength", 0)
    _read_pattern(table)
    if not 0 <= limit <= MAX_TEXT_LENGTH:
        table.refuse(f"数值超出范围 has to be 1 to {MAX_TEXT_LENGTH}", "maxLength")
    if not (limit or choices or is_bounded):
        table.refuse(
            "文字须有 maxLength、enum 或格式 a text needs maxLength, enum or a format", "maxLength"
        )
    return limit or None


def _read_pattern(table: StrictTable) -> None:
    """Read a pattern, and what it means in words, which `field_rules` and `field_words` say."""
    pattern = table.text("pattern", "")
    words = (table.text("x-form", ""), table.text("x-form-en", ""))
    if any(words) and not (pattern and all(words)):
        table.refuse(
            "x-form 与 x-form-en 须同时给出，并须有 pattern "
            "x-form and x-form-en go together, and with a pattern",
            "x-form",
        )
