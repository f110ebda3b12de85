"""What is done to licences and where they stand, in words, Chinese first."""

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


def standing_text(standing: str | None) -> str:
    """Say where a licence stands, coloured: green is good, everything else is not."""
    if standing is None:
        return "[yellow]尚未签发 not issued[/]"
    colour = "green" if standing == "valid" else "red"
    return f"[{colour}]{STANDINGS[standing]} {standing}[/]"
