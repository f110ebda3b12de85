"""One step of a licence, as journals put it together and the register writes it."""

from dataclasses import dataclass

from licences.model import Event, Licence
from licences.seal_model import PlannedUse


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One step of a licence: what it is after the step, and the event that says so.

    Attributes:
        licence: after the step.
        event: what says so.
        use: the use of a seal that the step announces, `None` if it announces none.
    """

    licence: Licence
    event: Event
    use: PlannedUse | None = None
