"""Taking a licence up again that was begun and left: with what was signed of it, if it is its own.

What is journaled of issuing is chained and not signed, and a row is nothing but a row. So before
anything more is signed, both have to agree, and what they say has to be what this very request
could have been given. Rules kept:

- a licence whose identifier or place in a status list is another one's, or not as announced, is
  left as it is, and that is told: nothing is signed, and nothing published where it points;
- what else does not fit is refused, and so recorded as failed: asked for again it is issued anew;
- what is staged is used only if it was announced, verifies, and says what the row says; what is
  not staged is announced anew, of the time at which it is really signed.
"""

from collections.abc import Sequence
from datetime import datetime

from eseal.errors import EvidenceError
from licences.allotment import Allotment
from licences.as_issued import demand_unaltered
from licences.documents import Staging
from licences.jobs import Job
from licences.journal import demand_chained, intended
from licences.making import DocumentMaker
from licences.model import Event, Format, Licence
from licences.orders import Order


def reopen(
    order: Order,
    licence: Licence,
    events: Sequence[Event],
    *,
    allotment: Allotment,
    maker: DocumentMaker,
    staging: Staging,
    at: datetime,
) -> Job:
    """Take a licence up again, with what was signed of it and still verifies.

    Args:
        order: what is asked for.
        licence: what was begun under its natural key, as the register holds it.
        events: its whole journal.
        allotment: knows what it could have got.
        maker: verifies what was left.
        staging: where its run left what was signed.
        at: aware; now.

    Returns:
        The job; with an error, if it is to fail.

    Raises:
        RefusedError: JOURNAL_BROKEN, it is to be left as it is.
        UnavailableError: DATABASE_UNAVAILABLE.
    """
    job = Job(order=order, licence=licence)
    allotment.demand_its_own(licence)
    try:
        demand_chained(licence, events)
        job.announced = intended(events)
    except EvidenceError as error:
        job.error = error
        return job
    demand_unaltered(licence, events)
    try:
        allotment.demand_allotted(order, licence)
        for form in Format:
            content = staging.get(job.id, form)
            if content is not None:
                maker.verify_left(job, form, content, at=at)
                job.keep(form, content)
                job.json = content if form is Format.JSON else job.json
    except EvidenceError as error:
        job.error = error
    return job
