"""Findings of the check STATUS: where a licence stood (证照状态), by what, and why."""

from datetime import datetime
from typing import Final

from eseal.report import Finding, failed, passed
from licences.checks import LicenceCheck
from licences.history_statement import HistoryStatement
from licences.licence_life import Standing, ruling_event, standing_at
from licences.life_journal import LifeEntry
from licences.reasons import LicenceReason

_CHECK: Final = LicenceCheck.STATUS
_REASONS: Final = {
    Standing.REVOKED: LicenceReason.LICENCE_REVOKED,
    Standing.SUSPENDED: LicenceReason.LICENCE_SUSPENDED,
    Standing.SUPERSEDED: LicenceReason.LICENCE_SUPERSEDED,
    Standing.CANCELLED: LicenceReason.LICENCE_CANCELLED,
    Standing.EXPIRED: LicenceReason.LICENCE_EXPIRED,
}


def told_by_list(standing: Standing, by: str) -> Finding:
    """Say where a licence stands by a list."""
    return _finding(standing, f"{_named(standing)}，{by}")


def told_by_history(history: HistoryStatement, at: datetime) -> Finding:
    """Say where a licence stood by a history, whether it is still to be asked or not."""
    log = [each.event for each in history.life]
    ruling = ruling_event(log, at)
    entry = next((each for each in history.life if each.event is ruling), None)
    by = f"状态证明 history of {history.made_at}"
    if entry is None:
        return failed(_CHECK, LicenceReason.NOT_ISSUED_THEN, by)
    standing = standing_at(log, at) or Standing.VALID
    return _finding(standing, f"{_named(standing)} {_why(entry)}，{by}")


def _finding(standing: Standing, detail: str) -> Finding:
    if standing is Standing.VALID:
        return passed(_CHECK, detail)
    return failed(_CHECK, _REASONS[standing], detail)


def _named(standing: Standing) -> str:
    return f"{_REASONS[standing].zh} {standing}" if standing in _REASONS else f"有效 {standing}"


def _why(entry: LifeEntry) -> str:
    """Say since when, by what it was replaced, and the office's words."""
    event = entry.event
    said = f"自 since {event.effective}"
    if entry.replaced_by:
        said += f"，换发为 replaced by {entry.replaced_by}"
    words = " ".join(each for each in (entry.reason, entry.basis) if each)
    return f"{said} ({words})" if words else said
