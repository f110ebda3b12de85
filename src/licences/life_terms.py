"""Where licences stand and what is done to them: the words, Chinese, and the commands' names."""

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


def command_of(action: str) -> str:
    """Name the command that does something."""
    return "replace" if action == "supersede" else action
