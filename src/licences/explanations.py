"""All reason codes of the house in one list, for `explain` and for whoever documents them."""

from difflib import get_close_matches

from eseal.reasons import Reason, ReasonCode
from licences.reasons import LicenceReason


def all_reasons() -> tuple[ReasonCode, ...]:
    """List every reason code, evidence first, in the order of their enums."""
    return (*Reason, *LicenceReason)


def reason_of(code: str) -> ReasonCode | None:
    """Find a reason by its code, upper or lower case, `-` for `_`; `None` if there is none."""
    wanted = _normal(code)
    return next((reason for reason in all_reasons() if reason.value == wanted), None)


def near(code: str) -> list[str]:
    """Name up to three codes that look like `code`."""
    return get_close_matches(_normal(code), [r.value for r in all_reasons()], n=3, cutoff=0.6)


def _normal(code: str) -> str:
    return code.strip().upper().replace("-", "_")
