"""What is done to licences and where they stand, in words, Chinese first."""

from typing import TYPE_CHECKING, Final

from licences.life_terms import ACTIONS, STANDINGS, command_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eseal.report import Finding
    from licences.licence_life import Standing
    from licences.licence_type import LicenceType
    from licences.life_journal import LifeEntry
    from licences.model import Licence
    from licences.standing_codes import StandingCode

__all__ = [
    "ACTIONS",
    "LEARNED",
    "STANDINGS",
    "action_text",
    "code_of",
    "code_text",
    "not_listed",
    "revoked_text",
    "signed_text",
    "standing_text",
    "unjudged_text",
    "why_words",
]

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
    return f"{ACTIONS[action]} {command_of(action)}"


def code_of(
    licence_type: "LicenceType | None", standing: "Standing | None"
) -> "StandingCode | None":
    """Give the code of the type's ministry; `None` where type or code is not known."""
    return None if licence_type is None else licence_type.standing_code(standing)


def code_text(theirs: "StandingCode") -> str:
    """Say a ministry's code and word."""
    from eseal.cli.page import safe

    return safe(f"代码 code {theirs.code} {theirs.zh}")


_NO_LIFE: Final = {
    "intent": "尚无记录：签发未完成，再运行一次同样的 licences issue 或 replace 即接着做，不要的用 "
    "licences cancel 放弃 nothing yet: the same licences issue or replace again finishes what was "
    "begun, licences cancel abandons it",
    "failed": "未签发，状态列表中为注销 not issued; status lists say cancelled",
}


def not_listed(licence: "Licence", life: "Sequence[LifeEntry]") -> str:
    """Say what a journal has before the first record of a life; or why there is no life."""
    if not life:
        return _NO_LIFE[licence.state.value]
    first = f"#{life[0].number}"
    return (
        f"[dim]{first} 之前的是签发前的意向，见 licences show "
        f"those before {first} were intents, made before it was issued: licences show[/]"
    )


def signed_text(doubt: "Finding | None") -> str:
    """Say that a journal is whole and signed, and if so, that its signers were not judged."""
    from eseal.cli.page import in_line

    if doubt is None:
        return "[green]✓[/] 记录完整，签名有效 complete, every signature holds"
    said = in_line(unjudged_text(doubt))
    return f"[yellow]?[/] 记录完整，但{said} (complete, and signed by somebody)"


def revoked_text(since: "Finding") -> str:
    """Say that a signer's certificate was revoked later, and what that changes."""
    from eseal.cli.times import in_china

    return (
        f"某签名者的证书此后被吊销，在那之前登记的仍算数 a signer's certificate was revoked since; "
        f"what was recorded before that stays good：{in_china(since.detail)}"
    )


def unjudged_text(doubt: "Finding") -> str:
    """Say that it could not be judged who signed a journal, and why."""
    return (
        f"签名者的证书未能判明，不知是否可信 it could not be judged whether its signers are "
        f"trusted：{doubt.reason} {doubt.detail}"
    )


def why_words(entry: "LifeEntry") -> str:
    """Say why, on what ground, since when if that is another time, and what it is about."""
    from eseal.cli.page import safe
    from eseal.cli.times import china_time

    event = entry.event
    said = [entry.reason, entry.basis]
    if event.effective != event.recorded:
        said.append(f"自 since {china_time(event.effective)}")
    if entry.corrects is not None:
        said.append(f"撤回 takes back #{entry.corrects}")
    if entry.replaced_by:
        said.append(f"由 replaced by {entry.replaced_by}")
    return safe("  ".join(part for part in said if part))
