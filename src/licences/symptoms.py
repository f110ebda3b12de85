"""What an examination of a home finds: a line each, good or not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from eseal.errors import EvidenceError
from eseal.moments import CHINA
from eseal.reasons import ReasonCode

SOON = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Symptom:
    """What one examination found.

    Attributes:
        what: what was looked at.
        good: whether it is as it has to be.
        detail: what was found.
        reason: why it is not good, where there is a code for it.
    """

    what: str
    good: bool
    detail: str
    reason: ReasonCode | None = None


def bad(what: str, error: EvidenceError) -> Symptom:
    """Tell what stood in the way."""
    return Symptom(what=what, good=False, detail=error.told, reason=error.reason)


def lasts(what: str, ends: datetime, at: datetime, thing: str = "证书") -> Symptom:
    """Tell until when something is valid; what ends within `SOON` is not good."""
    good = at <= ends - SOON
    detail = f"{thing}有效至 valid until {ends.astimezone(CHINA):%Y-%m-%d}"
    if at > ends:
        detail += "，已过期 it has ended"
    elif not good:
        detail += f"，不足 {SOON.days} 天 in less than {SOON.days} days"
    return Symptom(what=what, good=good, detail=detail)
