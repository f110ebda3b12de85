"""Where licences stand and what is done to them: the words, Chinese, and the commands' names."""

from collections.abc import Sequence
from typing import Final

STANDINGS: Final = {
    "valid": "有效",
    "suspended": "暂扣",
    "revoked": "撤销、吊销",
    "cancelled": "注销",
    "expired": "过期",
    "superseded": "已换发",
}
ACTIONS: Final = {
    "issue": "签发",
    "suspend": "暂扣",
    "resume": "恢复",
    "revoke": "撤销、吊销",
    "cancel": "注销",
    "expire": "登记过期",
    "supersede": "换发",
    "correct": "更正",
}
UNFINISHED: Final = (
    "用原来的数据再来一次即接着做完；不再要的，用 licences cancel 标识 放弃，编号即可另用",
    "The first request again finishes it; what is not wanted any more is abandoned with licences "
    "cancel IDENTIFIER, and the number is free",
)
"""What can be done about what was begun and is not finished."""


def command_of(action: str) -> str:
    """Name the command that does something."""
    return "replace" if action == "supersede" else action


def possible_words(able: Sequence[str]) -> tuple[str, str]:
    """Say what can be done instead, in Chinese and by the commands' names."""
    zh = " / ".join(ACTIONS[each] for each in able) or "没有了，登记有误的可更正"
    en = ", ".join(map(command_of, able))
    return zh, en or "nothing but to correct a mistaken record"
