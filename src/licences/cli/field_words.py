"""What a field of a type has to be, in words, out of the type's JSON Schema; Chinese first."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from licences.licence_type import Field

FORMATS: Final = {
    "date": "日期，年-月-日，如 2026-11-26 a day: year-month-day",
    "uscc": "统一社会信用代码，18 位 unified social credit code",
    "citizen-number": "公民身份号码，18 位 citizen number",
    "holder-code": "统一社会信用代码或公民身份号码 unified social credit code, or citizen number",
}
"""The formats that a type's schema may use, in words."""


def rule_text(field: "Field", rules: Mapping[str, Any]) -> str:
    """Say what a field has to be.

    Args:
        field: the field.
        rules: its property in the type's schema.
    """
    return "；".join(_rules(field, rules))


def _rules(field: "Field", rules: Mapping[str, Any]) -> Iterator[str]:
    match rules["type"]:
        case "boolean":
            yield "true 或 or false；CSV 中亦可 in CSV also：是、否"
        case "integer":
            yield f"整数 integer{_between(rules, 'minimum', 'maximum')}"
        case _ if field.format:
            yield FORMATS[field.format]
        case _ if "enum" in rules:
            yield "其一 one of：" + " / ".join(map(str, rules["enum"]))
        case _:
            yield f"文字 text{_between(rules, 'minLength', 'maxLength')} 字"
    if field.past:
        yield "不晚于今天 not after today"
    if field.multiline:
        yield "可换行 lines allowed"
    if field.unit:
        yield f"不写单位 without the unit：{field.unit}"
    if "x-form" in rules:
        words = f"{rules['x-form']} {rules['x-form-en']}"
        yield f"写法 form：{words}（pattern：{rules['pattern']}）"
    elif "pattern" in rules:
        yield f"写法 pattern：{rules['pattern']}"


def _between(rules: Mapping[str, Any], least: str, most: str) -> str:
    low, high = rules.get(least), rules.get(most)
    if low is None and high is None:
        return ""
    if low == high:
        return f" {low}"
    return f" {'' if low is None else low}–{'' if high is None else high}"
