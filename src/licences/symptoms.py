"""What an examination of a home finds: a line each, good or not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from eseal.errors import EvidenceError
from eseal.moments import china_day
from eseal.reasons import ReasonCode

MOST_NAMED = 5
SOON = timedelta(days=30)

Advice = tuple[str, str]
"""What to do, in Chinese and in English; `{trust}` stands for the home's trust folder."""

RENEW_CERTIFICATE: Advice = (
    "换发证书，在 settings.toml 中换上",
    "Renew the certificate and enter it in settings.toml",
)
RENEW_SEAL: Advice = (
    "延长印章的有效期：licences seal change 印章 --until 日 --reason 理由，再审批、制作、启用",
    "Extend the seal's validity: licences seal change SEAL --until DAY --reason WHY, then approve, "
    "make and activate",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Symptom:
    """What one examination found.

    Attributes:
        what: what was looked at.
        good: whether it is as it has to be.
        detail: what was found.
        reason: why it is not good, where there is a code for it.
        advice: what to do, where no reason's remedy says it.
    """

    what: str
    good: bool
    detail: str
    reason: ReasonCode | None = None
    advice: Advice | None = None


def first(named: list[str]) -> str:
    """Name the first few of those that something is wrong with."""
    more = ["…"] if len(named) > MOST_NAMED else []
    return "; ".join(named[:MOST_NAMED] + more)


def bad(what: str, error: EvidenceError) -> Symptom:
    """Tell what stood in the way."""
    return Symptom(
        what=what, good=False, detail=error.told, reason=error.reason, advice=error.advice
    )


def lasts(
    what: str,
    ends: datetime,
    at: datetime,
    thing: str = "证书",
    *,
    advice: Advice = RENEW_CERTIFICATE,
) -> Symptom:
    """Tell until when something is valid; what ends within `SOON` is not good.

    Args:
        what: was looked at.
        ends: its last moment.
        at: now.
        thing: what it is that is valid.
        advice: what to do before it ends.
    """
    good = at <= ends - SOON
    detail = f"{thing}有效至 valid until {china_day(ends)}"
    if at > ends:
        detail += "，已过期 it has ended"
    elif not good:
        detail += f"，不足 {SOON.days} 天 in less than {SOON.days} days"
    return Symptom(what=what, good=good, detail=detail, advice=None if good else advice)
