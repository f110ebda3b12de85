"""What seal states and actions are called, Chinese first."""

from typing import Final

STATES: Final = {
    "applied": "待审批",
    "approved": "待制作",
    "rejected": "已驳回",
    "made": "待启用",
    "active": "已启用",
    "suspended": "已停用",
    "revoked": "已撤销",
    "handed-in": "已缴销",
    "destroyed": "已销毁",
}
ACTIONS: Final = {
    "apply": "申请",
    "approve": "审批",
    "reject": "驳回",
    "make": "制作",
    "activate": "启用",
    "suspend": "停用",
    "resume": "恢复",
    "change": "变更",
    "renew": "换证",
    "revoke": "撤销",
    "hand-in": "缴销",
    "destroy": "销毁",
}
OPERATIONS: Final = {"issue": "签发", "stamp": "盖章", "straddle": "骑缝"}
COLOURS: Final = {
    "active": "green",
    "suspended": "yellow",
    "rejected": "red",
    "revoked": "red",
    "handed-in": "dim",
    "destroyed": "dim",
}


def state_text(state: str) -> str:
    """Write a state with its colour, which is never the only sign."""
    return f"[{COLOURS.get(state, 'cyan')}]{STATES[state]} {state}[/]"


def action_text(action: str) -> str:
    """Write an action in both languages."""
    return f"{ACTIONS[action]} {action}"
