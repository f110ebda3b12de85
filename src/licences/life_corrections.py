"""Which records of a licence's life may be taken back (更正), and where the licence would stand.

Pure, as `licence_life`, whose rules decide. Left to others: what another version of the licence has
to say to it, to `life_office`.
"""

from eseal.errors import RefusedError
from licences.licence_life import (
    LifeAction,
    LifeEvent,
    Log,
    Standing,
    demand_permitted,
    last_standing,
)


def correctable(log: Log) -> dict[int, Standing | None]:
    """Tell which events may be taken back, by place, and where the licence would stand then."""
    found: dict[int, Standing | None] = {}
    for place, each in enumerate(log):
        event = LifeEvent(
            action=LifeAction.CORRECT,
            effective=each.effective,
            recorded=log[-1].recorded,
            corrects=place,
        )
        try:
            demand_permitted(log, event)
        except RefusedError:
            continue
        found[place] = last_standing([*log, event])
    return found
