"""What a licence's row says that no life changes: data, documents, allotment, against its journal.

Whoever can write the database can alter the row's data, or have it name another licence's
documents, identifier, place or run. The journal names the digest of what was asked for, what was
allotted, and the digests of what was stored; once something was done to the licence, its department
has signed that. Rule kept: what is not as the journal says is told, and nothing of it is handed
out, nor made of what is begun.

Left to others: whether a document says the same as the data, to `verification`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from eseal.errors import RefusedError
from licences.journal import chained_bodies, read_place, stored
from licences.life_journal import read_life
from licences.model import Event, EventKind, Licence, request_digest
from licences.reasons import LicenceReason

_STATUS: Final = "status"
"""Member of an intent that names the place; older ones have none."""

_RUN: Final = "run"
"""Member of an intent that names the run, which is where what was signed is staged."""


def demand_as_issued(licence: Licence, events: Sequence[Event]) -> None:
    """Insist that a licence's data and documents are those of its journal.

    Args:
        licence: as the register holds it, with its documents.
        events: its whole journal, as of then or later.

    Raises:
        RefusedError: JOURNAL_BROKEN, they are not; or the journal itself does not hold.
    """
    read_life(events, identifier=licence.identifier, department=licence.department)
    demand_unaltered(licence, events)


def demand_unaltered(licence: Licence, events: Sequence[Event]) -> None:
    """Insist on what `altered` tells, of a licence that is begun or issued.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    _demand(licence, altered(licence, events))


def demand_as_asked(licence: Licence, events: Sequence[Event]) -> None:
    """Insist on what a licence was asked for and allotted, though its documents may be lost.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    _demand(licence, _told(_otherwise_allotted(licence, events)))


def demand_its_digest(licence: Licence) -> None:
    """Insist that a licence is found by the digest of what was asked for, and not by another's.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    if licence.request_digest != request_digest(licence):
        sentence = (
            "登记行所载的请求摘要不是其内容的 the digest in its row is not that of its data："
            "请从备份恢复 restore it from a backup"
        )
        raise RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=licence.identifier)


def altered(licence: Licence, events: Sequence[Event]) -> str:
    """Say what of a licence is not what its journal says, in both languages; "" if nothing is.

    Raises:
        RefusedError: JOURNAL_BROKEN, its events do not follow one another.
    """
    return _told(chain(_otherwise_allotted(licence, events), _otherwise_stored(licence, events)))


def _demand(licence: Licence, different: str) -> None:
    if different:
        sentence = f"{different}：请从备份恢复 restore it from a backup"
        raise RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=licence.identifier)


def _told(different: Iterable[tuple[str, str]]) -> str:
    parts = list(different)
    zh, en = ("、".join(zh for zh, _ in parts), " and ".join(en for _, en in parts))
    return f"登记的{zh}与日志不符 its {en} are not those of its journal" if parts else ""


def _otherwise_allotted(licence: Licence, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """Say what the intents have otherwise; of run and place older ones say nothing."""
    bodies = zip(events, chained_bodies(events), strict=True)
    intents = [(event.number, body) for event, body in bodies if event.kind is EventKind.INTENT]
    asked = request_digest(licence).hex()
    if not intents or any(body.get("request") != asked for _, body in intents):
        yield "内容", "data"
    if any(body.get("identifier") != licence.identifier for _, body in intents):
        yield "标识", "identifier"
    if any(body.get(_RUN, licence.run.hex) != licence.run.hex for _, body in intents):
        yield "批次", "run"
    said = {read_place(number, body) for number, body in intents if _STATUS in body}
    if said and said != {licence.status}:
        yield "状态列表位置", "place in a status list"


def _otherwise_stored(licence: Licence, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    kept = stored(licence.documents)
    bodies = zip(events, chained_bodies(events), strict=True)
    issues = [body.get("documents") for event, body in bodies if event.kind is EventKind.ISSUED]
    if issues != ([kept] if kept else []):
        yield "文件", "documents"
