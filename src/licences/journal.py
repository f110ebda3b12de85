"""The journal of a licence: each step it takes, with an event whose body says exactly what.

An intent names the digest that is about to be signed, so that an auditor who finds a signature can
tell whether it was meant; the PDF, which holds the signed JSON licence, has an intent of its own.
Rules kept: a body is canonical JSON of digests and codes, with nothing of the licence's data; it
says kind and time of its event and names the digest of the one before, so that nothing can be
changed, taken out or put in between without breaking the chain; what may follow what is said by one
table, for whoever writes the database chains what they like; a licence and its event are written
together, as one `Entry`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose.strict_json import JsonObject, canonical, parse
from eseal.signers import Signer
from licences.entries import Entry
from licences.licence_life import Standing
from licences.model import (
    UNSIGNED,
    Document,
    Event,
    EventKind,
    Format,
    Licence,
    LicenceState,
    StatusPlace,
)
from licences.reasons import LicenceReason

MOST_STATED: Final = 1000
"""Events that a signed history can have; of more nobody could be told where the licence stood."""
MOST_ANNOUNCED: Final = MOST_STATED // 2
"""Of these so many at most before it is issued; then it fails, and is issued anew if asked for."""
_FOR_AN_END: Final = 10

_PREVIOUS = "previous"
"""Member of every body: the digest of the event before, in hexadecimal; empty in the first."""

_LIFE: Final = frozenset(EventKind) - UNSIGNED
_FOLLOWING: Final[Mapping[EventKind | None, frozenset[EventKind]]] = {
    None: frozenset({EventKind.INTENT}),
    EventKind.INTENT: frozenset({EventKind.INTENT, EventKind.ISSUED, EventKind.FAILED}),
    EventKind.ISSUED: _LIFE,
    EventKind.FAILED: frozenset(),
    **dict.fromkeys(_LIFE, _LIFE),
}
"""What may follow what in a journal, `None`: its beginning. Issued once, failed for good: behind
that nothing counts which nobody signed."""


def demand_room(events: int, *, ends: bool) -> None:
    """See that a licence's history can still be stated afterwards; it can always be ended.

    Raises:
        RefusedError: LICENCE_TRANSITION_REFUSED.
    """
    if events >= MOST_STATED - (0 if ends else _FOR_AN_END):
        sentence = (
            f"已有 {events} 条记录，几近上限，只可撤销、注销、过期或换发 it has {events} events, "
            "nearly as many as can be stated: it can be revoked, cancelled, expired or replaced"
        )
        raise RefusedError(LicenceReason.LICENCE_TRANSITION_REFUSED, sentence, at="action")


def intend(
    licence: Licence, form: Format, to_be_signed: bytes, *, signer: Signer, at: datetime
) -> Entry:
    """Record that a signature is about to be made.

    Args:
        licence: what it is for.
        form: which of its documents.
        to_be_signed: digest, by the signer's algorithm, of the bytes that will be signed: of a
            JSON licence the JWS signing input, of a PDF what its /ByteRange covers.
        signer: who signs.
        at: when.
    """
    body: JsonObject = {
        "identifier": licence.identifier,
        "run": licence.run.hex,
        "request": licence.request_digest.hex(),
        "status": None,
        **place_said(licence),
        "issued_at": int(licence.issued_at.timestamp()),
        "format": form.value,
        "algorithm": signer.algorithm.value,
        "certificate": signer.certificate.sha256.hex(),
        "to_be_signed": to_be_signed.hex(),
    }
    return next_entry(licence, EventKind.INTENT, body, at)


def record_issue(licence: Licence, documents: Iterable[Document], *, at: datetime) -> Entry:
    """Record that a licence was issued, with what was stored."""
    listed = tuple(documents)
    body: JsonObject = {
        "identifier": licence.identifier,
        "issued_at": int(licence.issued_at.timestamp()),
        **place_said(licence),
        "documents": stored(listed),
    }
    after = replace(
        licence,
        state=LicenceState.ISSUED,
        standing=Standing.VALID,
        documents=listed,
        seed=None,
    )
    return next_entry(after, EventKind.ISSUED, body, at)


def stored(documents: Iterable[Document]) -> JsonObject:
    """Say what was stored, as the record of an issue has it."""
    return {
        each.format.value: {"sha256": each.sha256.hex(), "size": each.size} for each in documents
    }


def place_said(licence: Licence) -> JsonObject:
    """Say a licence's place in a status list: what is signed and chained, no row can move."""
    place = licence.status
    return {} if place is None else {"status": {"uri": place.uri, "index": place.index}}


def read_place(number: int, body: JsonObject) -> StatusPlace | None:
    """Read which place in a status list an event's body says; `None`: none.

    Raises:
        RefusedError: JOURNAL_BROKEN, it says what is none; `.at` is the event's number.
    """
    said = body.get("status")
    if said is None:
        return None
    uri, index = (said.get("uri"), said.get("index")) if isinstance(said, dict) else (None, None)
    if not isinstance(uri, str) or not isinstance(index, int):
        raise _broken("所载的状态列表位置不合 its place in a status list is none", number)
    return StatusPlace(uri=uri, index=index)


def first_place(events: Iterable[Event]) -> StatusPlace | None:
    """Give the place in a status list that a journal names first, its licence's for good.

    Raises:
        EvidenceError: an event before that cannot be read.
    """
    said = (read_place(event.number, parse(event.body)) for event in events)
    return next((each for each in said if each is not None), None)


def identifier_in(body: object) -> str:
    """Say whose event it is, by its body as it is stored; "": that does not tell."""
    try:
        return str(parse(body).get("identifier", "")) if isinstance(body, bytes) else ""
    except MalformedError:
        return ""


class AbandonedError(RefusedError):
    """Somebody gave up what was begun (放弃): who, why, and on what ground."""

    def __init__(self, actor: str, why: str, basis: str) -> None:
        super().__init__(LicenceReason.ISSUE_ABANDONED, why)
        self.said: JsonObject = {"actor": actor, "why": why, "basis": basis}


def record_failure(licence: Licence, error: EvidenceError, *, at: datetime) -> Entry:
    """Record that a licence will not be issued, and why; its natural key becomes free.

    It stands as cancelled (注销), for something of it may be signed.
    """
    body: JsonObject = {
        "identifier": licence.identifier,
        **place_said(licence),
        "reason": error.reason.value,
        "at": error.at,
        **(error.said if isinstance(error, AbandonedError) else {}),
    }
    after = replace(licence, state=LicenceState.FAILED, standing=Standing.CANCELLED, seed=None)
    return next_entry(after, EventKind.FAILED, body, at)


def next_entry(licence: Licence, kind: EventKind, body: JsonObject, at: datetime) -> Entry:
    """Put the next step of a licence together: its event, and the licence that names it."""
    number, chained = licence.events, {**body, **_frame(kind, at, licence.head)}
    event = Event(key=licence.key, number=number, kind=kind, at=at, body=canonical(chained))
    after = replace(licence, events=number + 1, head=event.digest)
    return Entry(licence=after, event=event)


def intended(events: Iterable[Event]) -> frozenset[tuple[Format, bytes]]:
    """Read which signatures a licence's journal announces: format and digest."""
    bodies = (parse(event.body) for event in events if event.kind is EventKind.INTENT)
    return frozenset(
        (Format(str(body["format"])), bytes.fromhex(str(body["to_be_signed"]))) for body in bodies
    )


def demand_chained(licence: Licence, events: Sequence[Event]) -> tuple[JsonObject, ...]:
    """Insist that these are all events of a licence, in order, each as the next one names it.

    Returns:
        Their bodies.

    Raises:
        RefusedError: JOURNAL_BROKEN; `.at` is the number of the event that is wrong.
    """
    if len(events) != licence.events:
        raise _broken(
            f"记录条数与登记不符 {len(events)} events, and not {licence.events}", len(events)
        )
    bodies = chained_bodies(events)
    last = events[-1].digest if events else b""
    if licence.head != last:
        raise _broken(
            "证照所指的末条记录不是此条 the licence names another as its last event",
            len(events) - 1,
        )
    return bodies


def chained_bodies(events: Sequence[Event]) -> tuple[JsonObject, ...]:
    """Read the bodies of events that follow one another, whatever the licence's row says.

    Each is of a kind that may stand behind the one before. Events that were entered before there
    was a chain name none, and stand before all others.

    Raises:
        RefusedError: JOURNAL_BROKEN; `.at` is the number of the event that is wrong.
    """
    bodies: list[JsonObject] = []
    last, chained = b"", False
    before: EventKind | None = None
    for number, event in enumerate(events):
        if event.kind not in _FOLLOWING[before]:
            raise _broken(f"此处不可有这种记录 no such event may stand there: {event.kind}", number)
        body, before = _body_of(event, number), event.kind
        bodies.append(body)
        chained = chained or _PREVIOUS in body
        frame = _frame(event.kind, event.at, last)
        if event.number != number or (chained and not frame.items() <= body.items()):
            raise _broken(
                "与前一条不相接 it does not follow the one before, or its body says otherwise",
                number,
            )
        last = event.digest
    return tuple(bodies)


def _frame(kind: EventKind, at: datetime, previous: bytes) -> JsonObject:
    """What the body of every event says of the event itself."""
    return {"kind": kind.value, "recorded": int(at.timestamp()), _PREVIOUS: previous.hex()}


def _body_of(event: Event, number: int) -> JsonObject:
    try:
        return parse(event.body)
    except MalformedError as error:
        raise _broken(error.sentence, number) from error


def _broken(sentence: str, number: int) -> RefusedError:
    return RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=str(number))
