"""How far a licence has come and where it stands, by its journal alone.

Left to others: reading the journal to `life_journal`, what a row says of it to `projections`.
"""

from collections.abc import Sequence
from dataclasses import replace

from licences.licence_life import Standing, last_standing
from licences.life_journal import LifeEntry, life_of
from licences.model import Event, EventKind, Licence, LicenceState


def standing_by(events: Sequence[Event], life: Sequence[LifeEntry]) -> Standing | None:
    """Say where a licence stands; `None`: issuing has come to no end. What failed is cancelled.

    Args:
        events: its whole journal.
        life: its life, as read from that.
    """
    if not life and any(event.kind is EventKind.FAILED for event in events):
        return Standing.CANCELLED
    return last_standing([each.event for each in life])


def project(licence: Licence, events: Sequence[Event]) -> Licence:
    """Say how far a licence has come and where it stands, by its journal alone.

    Args:
        licence: as the register holds it; what its row says of its life is not relied on.
        events: its whole journal.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    head = events[-1].digest if events else b""
    bare = replace(licence, events=len(events), head=head)
    kinds = {event.kind for event in events}
    states = {EventKind.ISSUED: LicenceState.ISSUED, EventKind.FAILED: LicenceState.FAILED}
    state = next((states[kind] for kind in states if kind in kinds), LicenceState.INTENT)
    return replace(bare, state=state, standing=standing_by(events, life_of(bare, events)))
