"""What is done to an issued licence, in its journal; and what the journal says of its life.

Rules kept: what is done is held against the whole journal, which has to be an unbroken chain, and
is permitted by the one table of `licence_life`; issuing begins a life and is recorded by `journal`
alone; the two times, who did it, why and on what ground stand in the chained body.

Left to others: who may do what, the register's transaction (of two who go on from the same journal
the second is refused there).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from eseal.certificates import check_time
from eseal.errors import RefusedError
from eseal.jose.strict_json import JsonObject, JsonValue
from licences.journal import demand_chained, next_entry
from licences.licence_life import LifeAction, LifeEvent, demand_permitted
from licences.model import Event, EventKind, Licence, LicenceState
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.seal_model import check_text
from licences.store import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeEntry:
    """One thing that was done to a licence, as its journal has it.

    Attributes:
        number: of the journal's event.
        event: what was done, and its two times.
        actor: who did it; for the issue the department.
        reason: why; may be empty.
        basis: the rule or paper that it rests on; may be empty.
    """

    number: int
    event: LifeEvent
    actor: str
    reason: str = ""
    basis: str = ""


def life_of(licence: Licence, events: Sequence[Event]) -> tuple[LifeEntry, ...]:
    """Read a licence's life out of its journal, the issue first; empty before it is issued.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    entries: list[LifeEntry] = []
    for event, body in zip(events, demand_chained(licence, events), strict=True):
        if event.kind is EventKind.ISSUED:
            issued = _time(body.get("issued_at")) or licence.issued_at
            issue = LifeEvent(action=LifeAction.ISSUE, effective=issued, recorded=event.at)
            entries.append(LifeEntry(number=event.number, event=issue, actor=licence.department))
        elif entries:
            entries.append(_read(event, body, entries[0].number))
    return tuple(entries)


def record_life(
    licence: Licence,
    events: Sequence[Event],
    action: LifeAction,
    *,
    actor: str,
    grounds: Grounds,
    at: datetime,
    corrects: int | None = None,
) -> Entry:
    """Put together what is done to an issued licence.

    Args:
        licence: as the register holds it.
        events: its whole journal.
        action: what is done; never ISSUE.
        actor: who does it; at most 200 printable characters.
        grounds: why, on what ground, and from when on it holds; by default from `at` on, and for a
            correction from when the corrected event did.
        at: aware; now. The record is not earlier than the one before it.
        corrects: of a correction: the number of the journal's event that is taken back.

    Raises:
        RefusedError: LICENCE_TRANSITION_REFUSED, nothing like that is possible; JOURNAL_BROKEN.
    """
    check_text(actor, "actor")
    life = life_of(licence, events)
    if licence.state is not LicenceState.ISSUED or not life:
        sentence = f"it is not issued ({licence.state})"
        raise RefusedError(LicenceReason.LICENCE_TRANSITION_REFUSED, sentence, at="action")
    log = [each.event for each in life]
    recorded = max(check_time(at, "at"), log[-1].recorded)
    place = None if corrects is None else corrects - life[0].number
    effective = recorded if place is None or place not in range(len(log)) else log[place].effective
    if grounds.effective is not None:
        effective = check_time(grounds.effective, "effective")
    event = LifeEvent(action=action, effective=effective, recorded=recorded, corrects=place)
    demand_permitted(log, event)
    body: JsonObject = {
        "identifier": licence.identifier,
        "effective": int(effective.timestamp()),
        "actor": actor,
        "reason": grounds.reason,
        "basis": grounds.basis,
        "corrects": corrects,
    }
    return next_entry(licence, EventKind(action.value), body, recorded)


def _read(event: Event, body: JsonObject, issued: int) -> LifeEntry:
    """Read a later event; places in a life are counted from the issue."""
    corrects = body.get("corrects")
    try:
        done = LifeEvent(
            action=LifeAction(event.kind.value),
            effective=_time(body.get("effective")) or event.at,
            recorded=event.at,
            corrects=corrects - issued if isinstance(corrects, int) else None,
        )
    except ValueError as error:
        reason = LicenceReason.JOURNAL_BROKEN
        raise RefusedError(reason, str(error), at=str(event.number)) from error
    said = {name: str(body.get(name, "")) for name in ("actor", "reason", "basis")}
    return LifeEntry(number=event.number, event=done, **said)


def _time(seconds: JsonValue) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
