"""The signed history of a licence (状态证明): its whole journal, as its department states it.

A status list tells where a licence stands at one moment; this tells where it stood at every moment
up to its making, and why. Rules kept:

- a statement of type `licence-history+jwt` that says exactly `iss`, `iat`, `exp`, `identifier` and
  `events`: all of them from the first on, as chained and signed when they were recorded, so that
  none can be left out of the middle; that none is missing at the end is what the statement says;
- whoever reads it sees to chain and signatures, and that all is about this licence;
- of the time after its making it says something until `exp`, as a status list does;
- no personal data but who acted, and what an office wrote as a reason.

Whether the department is who it says is judged where a status is asked for (`status_lists`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose import base64url
from eseal.jose.numeric_dates import numeric_date, read_numeric_date
from eseal.jose.statements import Statement, read_statement, sign_statement
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.plain_text import in_a_row
from eseal.signers import Signer
from licences.journal import MOST_STATED
from licences.life_journal import LifeEntry, read_life
from licences.model import Event, EventKind, Licence, LicenceKey
from licences.reasons import LicenceReason

HISTORY_TYP: Final = "licence-history+jwt"
MAX_HISTORY_BYTES: Final = 8 * 1024 * 1024

_MEMBERS: Final = frozenset({"iss", "iat", "exp", "identifier", "events"})
_EVENT_MEMBERS: Final = frozenset({"kind", "at", "body", "signature", "certificates"})
_NOWHERE: Final = LicenceKey(shard=0, id=UUID(int=0))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HistoryStatement:
    """A history as it was read; whether it may be believed is not known yet.

    Attributes:
        statement: what was signed, and by whom.
        issuer: code of the department that states it.
        identifier: of the licence.
        made_at: the time up to which it tells all.
        expires_at: until when it says something of the time after that.
        life: what was done, the issue first; empty if the licence was not issued.
    """

    statement: Statement
    issuer: str
    identifier: str
    made_at: datetime
    expires_at: datetime
    life: tuple[LifeEntry, ...]


def sign_history(
    signer: Signer,
    licence: Licence,
    events: Sequence[Event],
    *,
    at: datetime,
    lifetime: timedelta,
) -> bytes:
    """State a licence's history; it is read back before it is given out.

    Args:
        signer: the issuing department's.
        licence: as the register holds it.
        events: its whole journal.
        at: aware; now.
        lifetime: for how long it says something of the time after it.

    Raises:
        RefusedError: HISTORY_INVALID, the journal does not hold.
        EvidenceError: the signer failed.
    """
    listed: list[JsonValue] = [
        {
            "kind": event.kind.value,
            "at": numeric_date(event.at),
            "body": _encode(event.body),
            "signature": _encode(event.signature),
            "certificates": event.certificates.decode("ascii"),
        }
        for event in events
    ]
    payload: JsonObject = {
        "iss": licence.department,
        "iat": numeric_date(at),
        "exp": numeric_date(at + lifetime),
        "identifier": licence.identifier,
        "events": listed,
    }
    stated = sign_statement(signer, HISTORY_TYP, payload)
    read_history(stated)
    return stated


def read_history(data: bytes) -> HistoryStatement:
    """Read a history; its own chain and signatures are checked, its signer is not judged.

    Raises:
        MalformedError: HISTORY_MALFORMED; `.at` is the place.
        RefusedError: HISTORY_INVALID, it is not signed, or its events do not hold.
    """
    try:
        statement = read_statement(data, typ=HISTORY_TYP, max_bytes=MAX_HISTORY_BYTES)
    except RefusedError as error:
        raise RefusedError(LicenceReason.HISTORY_INVALID, error.sentence, at=error.at) from error
    except EvidenceError as error:
        raise _malformed(error.sentence, error.at) from error
    payload = statement.payload
    if payload.keys() != _MEMBERS:
        raise _malformed(f"只可有 a history says only {in_a_row(_MEMBERS)} and nothing else", "")
    issuer, identifier = (_text(payload[name], name) for name in ("iss", "identifier"))
    expires_at, listed = read_numeric_date(payload["exp"]), payload["events"]
    if expires_at is None or expires_at <= statement.made_at:
        raise _malformed(
            "截止须晚于起始，且为整秒 it has to end after it begins, in whole seconds", "exp"
        )
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_STATED:
        raise _malformed(f"记录列表的条数不合 no list of 1 to {MOST_STATED} events", "events")
    events = [_read_event(each, number) for number, each in enumerate(listed)]
    try:
        life = read_life(events, identifier=identifier, department=issuer)
    except EvidenceError as error:
        raise RefusedError(LicenceReason.HISTORY_INVALID, error.sentence, at=error.at) from error
    if any(each.event.recorded > statement.made_at for each in life):
        sentence = "记录所载时间晚于生成时间 an event was recorded after it was made"
        raise RefusedError(LicenceReason.HISTORY_INVALID, sentence, at="events")
    return HistoryStatement(
        statement=statement,
        issuer=issuer,
        identifier=identifier,
        made_at=statement.made_at,
        expires_at=expires_at,
        life=life,
    )


def _read_event(value: JsonValue, number: int) -> Event:
    at = f"events/{number}"
    if not isinstance(value, dict) or value.keys() != _EVENT_MEMBERS:
        raise _malformed(
            f"每条记录只可有 an event has {in_a_row(_EVENT_MEMBERS)} and nothing else", at
        )
    moment = read_numeric_date(value["at"])
    kinds = {each.value: each for each in EventKind}
    kind = kinds.get(_text(value["kind"], f"{at}/kind"))
    certificates = value["certificates"]
    if moment is None or kind is None or not isinstance(certificates, str):
        raise _malformed(
            "种类、时间或证书的形式不符 kind, time or certificates have another form", at
        )
    return Event(
        key=_NOWHERE,
        number=number,
        kind=kind,
        at=moment,
        body=_decode(value["body"], f"{at}/body"),
        signature=_decode(value["signature"], f"{at}/signature"),
        certificates=certificates.encode(),
    )


def _encode(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")


def _decode(value: JsonValue, at: str) -> bytes:
    if not isinstance(value, str):
        raise _malformed("不是文字 no text", at)
    try:
        return base64url.decode(value) if value else b""
    except MalformedError as error:
        raise _malformed(error.sentence, at) from error


def _text(value: JsonValue, at: str) -> str:
    if not isinstance(value, str) or not value:
        raise _malformed("缺失，或不是文字 is missing, or no text", at)
    return value


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.HISTORY_MALFORMED, sentence, at=at)
