"""What the states of seals, what is done to them and officers' powers are called, Chinese first."""

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
POWERS: Final = {"apply": "申请", "approve": "审批", "make": "制作", "keep": "保管"}


def state_words(state: str) -> str:
    """Name a state in both languages; whatever else a row says is named as it is."""
    return f"{STATES.get(state, '状态不明')} {state}"


def action_words(action: str) -> str:
    """Name an action in both languages."""
    return f"{ACTIONS[action]} {action}"


def power_words(power: str) -> str:
    """Name a power in both languages."""
    return f"{POWERS[power]} {power}"
