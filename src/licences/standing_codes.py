"""A ministry's own codes of where a licence stands (证照状态代码), as a licence type has them.

    [standings.valid]
    code = "01"
    zh = "有效"

Ministries differ in their codes and words, so a type may say its own beside ours. Rules kept: a
type has a code for each standing or none at all; a code has one word and a word one code. Where a
ministry does not tell two standings apart, both have the same code with the same word.
"""

import re
from dataclasses import dataclass
from typing import Final

from licences.licence_life import Standing
from licences.strict_table import StrictTable

_CODE: Final = re.compile(r"[0-9A-Za-z]{1,8}", re.ASCII)
_MAX_WORD: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingCode:
    """A standing, and the code and word that a ministry has for it."""

    standing: Standing
    code: str
    zh: str


def read_standing_codes(table: StrictTable) -> tuple[StandingCode, ...]:
    """Take the codes out of a type's table `standings`.

    Raises:
        MalformedError: with the reason of `table`.
    """
    codes = tuple(_read_code(table.table(each.value), each) for each in Standing)
    table.close()
    words: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for each in codes:
        if words.setdefault(each.code, each.zh) != each.zh:
            table.refuse(
                f"此代码已有另一词语 code {each.code} has another word already",
                f"{each.standing}.zh",
            )
        if numbers.setdefault(each.zh, each.code) != each.code:
            table.refuse(
                f"此词语已有另一代码 {each.zh} has another code already", f"{each.standing}.code"
            )
    return codes


def _read_code(table: StrictTable, standing: Standing) -> StandingCode:
    code, word = table.text("code"), table.text("zh")
    if not _CODE.fullmatch(code):
        table.refuse("应为字母和数字，至多 8 个 has to be letters and digits, 8 at most", "code")
    if len(word) > _MAX_WORD or not word.isprintable():
        table.refuse(
            f"应为可见字符，且不过长 has to be {_MAX_WORD} printable characters at most", "zh"
        )
    table.close()
    return StandingCode(standing=standing, code=code, zh=word)
