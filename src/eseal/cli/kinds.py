"""What the kinds of seals are called on the command line, Chinese and English."""

import re
from typing import Final

from eseal.cli.voice import give_up
from eseal.pictures.design import SealKind

KINDS: Final = {
    "unit": "单位公章",
    "company": "公司公章",
    "small-unit": "小单位公章",
    "department": "部门章",
    "special": "专用章",
    "contract": "合同专用章",
    "invoice": "发票专用章",
    "finance": "财务专用章",
    "foreign": "外资企业公章",
    "person": "法定代表人名章",
}
LISTED: Final = "、".join(f"{zh} {en}" for en, zh in KINDS.items())
"""All of them, as a help text lists them."""

_NUMBER: Final = re.compile(r"[1-9][0-9]?")


def read_type(text: str) -> int:
    """Read the type of a seal: a kind's name in either language, or the number itself."""
    from eseal.seals.kinds import type_number

    if _NUMBER.fullmatch(text):
        return int(text)
    found = next((en for en, zh in KINDS.items() if text in (en, zh)), None)
    if found is None:
        give_up(
            f"--kind 没有 {text}；应为以下之一，或类型代码 1 至 99：{LISTED}",
            f"--kind is one of these, or a type code from 1 to 99, not {text}: {', '.join(KINDS)}",
        )
    return type_number(SealKind(found))
