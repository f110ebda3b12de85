"""A licence type folder for tests: small, complete, and easy to change in one place."""

import json
from pathlib import Path

TYPE_TOML = """\
slug = "test-permit"
code = "11999900MB0000019D999"
holder_kind = "organisation"
issuers = ["11999900MB0000019D"]

[name]
zh = "测试许可证"
en = "Test Permit"

[defining_authority]
name = "示例市市场监督管理局"
code = "11999900MB0000019D"

[roles]
number = "number"
holder_name = "holder"
holder_code = "holder_code"
issued_on = "issued_on"

[validity]
rule = "from-field"
until = "until"

[[group]]
id = "all"
zh = "全部"
en = "All"
"""


def field(title: str, kind: str = "string", **keywords: object) -> dict[str, object]:
    """Make a property of the schema; `x_unit` stands for `x-unit`."""
    extra = {key.replace("x_", "x-").replace("_", "-"): value for key, value in keywords.items()}
    base = {"title": title, "x-title-en": title, "type": kind, "x-group": "all"}
    return base | {"x-personal": False} | extra


def schema() -> dict[str, object]:
    """Make the good schema; tests change one thing in it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": ["number", "holder", "holder_code", "issued_on"],
        "properties": {
            "number": field("编号", maxLength=20, pattern="^[0-9]+$"),
            "holder": field("名称", minLength=2, maxLength=30),
            "holder_code": field("代码", format="uscc", x_on_face=False),
            "issued_on": field("日期", format="date"),
            "until": field("有效期至", format="date", x_absent="长期"),
            "area": field("面积", "integer", minimum=0, maximum=1000, x_unit="平方米"),
            "good": field("合格", "boolean"),
            "level": field("等级", enum=["甲", "乙"]),
            "remarks": field("备注", maxLength=50, x_multiline=True),
        },
    }


def data() -> dict[str, object]:
    """Make good data; tests change one thing in them."""
    return {
        "number": "20260001",
        "holder": "示例市样本科技有限公司",
        "holder_code": "91999901MAEX000107",
        "issued_on": "2026-11-20",
        "area": 100,
        "good": True,
        "level": "甲",
        "remarks": "第一行\n第二行",
    }


def write_type(
    home: Path,
    *,
    toml: str = TYPE_TOML,
    schema_json: object = None,
    sample: object = None,
    slug: str = "test-permit",
) -> Path:
    """Write the type's folder under `home`, and give its path."""
    folder = home / slug
    folder.mkdir(parents=True)
    (folder / "type.toml").write_text(toml, encoding="utf-8")
    _write_json(folder / "schema.json", schema() if schema_json is None else schema_json)
    _write_json(folder / "sample.json", data() if sample is None else sample)
    (folder / "face.typ").write_text("样本\n", encoding="utf-8")
    return folder


def _write_json(path: Path, value: object) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
