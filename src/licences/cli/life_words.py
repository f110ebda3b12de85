"""What is done to licences and where they stand, in words, Chinese first."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from licences.licence_life import Standing
    from licences.licence_type import LicenceType
    from licences.standing_codes import StandingCode

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

LEARNED: Final = "运行 licences publish 后验证者才能得知 verifiers learn it from licences publish"
"""What is to be done after anything that changes where a licence stands."""


def standing_text(standing: str | None, theirs: "StandingCode | None" = None) -> str:
    """Say where a licence stands, coloured: green is good, everything else is not.

    Args:
        standing: where.
        theirs: the ministry's own code and word for it, if there is one.
    """
    if standing is None:
        return "[yellow]尚未签发 not issued[/]"
    colour = "green" if standing == "valid" else "red"
    said = f"[{colour}]{STANDINGS[standing]} {standing}[/]"
    return said if theirs is None else f"{said}  [dim]{code_text(theirs)}[/]"


def action_text(action: str) -> str:
    """Say what is done by the command that does it."""
    return f"{ACTIONS[action]} {'replace' if action == 'supersede' else action}"


def code_of(
    licence_type: "LicenceType | None", standing: "Standing | None"
) -> "StandingCode | None":
    """Give the code of the type's ministry; `None` where type or code is not known."""
    return None if licence_type is None else licence_type.standing_code(standing)


def code_text(theirs: "StandingCode") -> str:
    """Say a ministry's code and word."""
    from eseal.cli.page import safe

    return safe(f"代码 code {theirs.code} {theirs.zh}")
