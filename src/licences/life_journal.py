"""What is done to an issued licence, in its journal; and what the journal says of its life.

Rules kept: what is done is held against the whole journal, which has to be an unbroken chain, and
is permitted by the one table of `licence_life`; issuing begins a life and is recorded by `journal`
alone, with the signed documents as its proof; the two times, who did it, why and on what ground
stand in the chained body, which the issuing department signs. Whoever reads a life sees to it that
each signature holds and is the department's by its certificate.

Left to others: whether that certificate is trusted, to `life_signers`, which everybody asks who
relies on a life; the register's transaction (of two who go on from the same journal the second is
refused there).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from eseal.algorithms import Algorithm
from eseal.certificates import read_certificates, to_pem
from eseal.errors import EvidenceError, RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.numeric_dates import read_numeric_date
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.keys import verify_signature
from eseal.moments import check_time
from eseal.signers import Signer
from licences.entries import Entry
from licences.identifiers import LicenceIdentifier
from licences.journal import (
    chained_bodies,
    demand_chained,
    demand_room,
    next_entry,
    place_said,
    read_place,
)
from licences.licence_life import LifeAction, LifeEvent, demand_permitted, last_standing
from licences.life_terms import UNFINISHED
from licences.model import UNSIGNED, Event, EventKind, Licence, LicenceState, StatusPlace
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.texts import check_text

_GOING_ON: Final = frozenset({LifeAction.SUSPEND, LifeAction.RESUME, LifeAction.CORRECT})


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeEntry:
    """One thing that was done to a licence, as its journal has it.

    Attributes:
        number: of the journal's event.
        event: what was done, and its two times.
        actor: who did it; for the issue the department.
        reason: why; may be empty.
        basis: the rule or paper that it rests on; may be empty.
        corrects: of a correction: the number of the journal's event that it takes back.
        replaced_by: of SUPERSEDE: identifier of the licence that took its place.
        place: the licence's in a status list; `None`: older records do not say it.
    """

    number: int
    event: LifeEvent
    actor: str
    reason: str = ""
    basis: str = ""
    corrects: int | None = None
    replaced_by: str = ""
    place: StatusPlace | None = None


def life_of(licence: Licence, events: Sequence[Event]) -> tuple[LifeEntry, ...]:
    """Read a licence's life out of its journal, the issue first; empty before it is issued.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    demand_chained(licence, events)
    life = read_life(events, identifier=licence.identifier, department=licence.department)
    for entry in life:
        if entry.place is not None and entry.place != licence.status:
            sentence = (
                "登记行所载的状态列表位置与此不同 the row says another place in a status list: "
                f"{entry.place.index} of {entry.place.uri}"
            )
            raise RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=str(entry.number))
    return life


def read_life(
    events: Sequence[Event], *, identifier: str, department: str
) -> tuple[LifeEntry, ...]:
    """Read a life out of events that follow one another, wherever they come from.

    Args:
        events: a journal, from its first event on.
        identifier: whose journal it has to be.
        department: code of the department that has to have signed what was done.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    entries: list[LifeEntry] = []
    for event, body in zip(events, chained_bodies(events), strict=True):
        if body.get("identifier") != identifier:
            sentence = (
                f"记录所指是另一证照 it is about {body.get('identifier')}, not about {identifier}"
            )
            reason = LicenceReason.JOURNAL_BROKEN
            raise RefusedError(reason, sentence, at=str(event.number))
        place = read_place(event.number, body)
        if event.kind is EventKind.ISSUED:
            issued = _time(body.get("issued_at")) or event.at
            issue = LifeEvent(action=LifeAction.ISSUE, effective=issued, recorded=event.at)
            entries.append(
                LifeEntry(number=event.number, event=issue, actor=department, place=place)
            )
        elif event.kind not in UNSIGNED:
            _demand_signed(department, event, body)
            entries.append(_read(event, body, entries[0].number, place))
    return tuple(entries)


def replacing(life: Sequence[LifeEntry]) -> LifeEntry | None:
    """Give the record by which a licence was replaced; `None`: by none that was not taken back."""
    taken_back = {each.corrects for each in life}
    found = (each for each in reversed(life) if each.replaced_by)
    return next((each for each in found if each.number not in taken_back), None)


def demand_next(life: Sequence[LifeEntry], event: LifeEvent, *, over: bool) -> None:
    """Insist that an event may follow an issued licence's life.

    Args:
        life: the licence's.
        event: what is to be done.
        over: whether its last day is over, see `demand_permitted`.

    Raises:
        RefusedError: LICENCE_TRANSITION_REFUSED; the sentence names what took its place.
    """
    try:
        demand_permitted([each.event for each in life], event, first=life[0].number, over=over)
    except RefusedError as error:
        successor = replacing(life)
        if successor is None:
            raise
        sentence = f"{error.sentence}; {succession_text(successor)}"
        raise RefusedError(error.reason, sentence, at=error.at) from error


def succession_text(entry: LifeEntry) -> str:
    """Say what took a licence's place, and when."""
    version = LicenceIdentifier.parse(entry.replaced_by).version.lstrip("0")
    return (
        f"已换发为第 {version} 版 replaced by version {version}, {entry.replaced_by}, "
        f"于 on {entry.event.recorded}"
    )


def issue_time(events: Sequence[Event]) -> datetime | None:
    """Say when a licence was, or is to be, issued by its journal; `None`: that does not tell.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    said = [_time(body["issued_at"]) for body in chained_bodies(events) if "issued_at" in body]
    return said[-1] if said else None


def record_life(
    licence: Licence,
    events: Sequence[Event],
    action: LifeAction,
    *,
    actor: str,
    grounds: Grounds,
    at: datetime,
    signer: Signer,
    corrects: int | None = None,
    replaced_by: str = "",
    over: bool = True,
    demand: Callable[[LifeEvent], None] = lambda _event: None,
) -> Entry:
    """Put together what is done to an issued licence, signed by its department.

    Args:
        licence: as the register holds it.
        events: its whole journal.
        action: what is done; never ISSUE.
        actor: who does it; at most 200 printable characters.
        grounds: why, which has to be said, on what ground, and from when on it holds; by default
            from `at` on, and for a correction from when the corrected event did.
        at: aware; now. The record is not earlier than the one before it.
        signer: the issuing department's.
        corrects: of a correction: the number of the journal's event that is taken back.
        replaced_by: of SUPERSEDE: identifier of the licence that takes its place.
        over: whether the licence's last day is over; else expiring is not named as possible.
        demand: refuses what the table permits and something else does not, before it is signed.

    Raises:
        RefusedError: TEXT_REFUSED; LICENCE_TRANSITION_REFUSED, nothing like that is possible;
            JOURNAL_BROKEN; SIGNER_NOT_ISSUER.
        EvidenceError: the signer failed.
    """
    check_text(actor, "actor")
    check_text(grounds.reason, "reason")
    life = life_of(licence, events)
    if licence.state is not LicenceState.ISSUED or not life:
        raise _not_issued(licence)
    log = [each.event for each in life]
    recorded = max(check_time(at, "at"), log[-1].recorded)
    place = None if corrects is None else corrects - life[0].number
    effective = recorded if place is None or place not in range(len(log)) else log[place].effective
    if grounds.effective is not None:
        effective = check_time(grounds.effective, "effective")
    event = LifeEvent(action=action, effective=effective, recorded=recorded, corrects=place)
    demand_next(life, event, over=over)
    demand(event)
    demand_room(len(events), ends=action not in _GOING_ON)
    body: JsonObject = {
        "identifier": licence.identifier,
        "effective": int(effective.timestamp()),
        "actor": actor,
        "reason": grounds.reason,
        "basis": grounds.basis,
        "corrects": corrects,
        "replaced_by": replaced_by,
        **place_said(licence),
        "algorithm": signer.algorithm.value,
        "certificate": signer.certificate.sha256.hex(),
    }
    after = replace(licence, standing=last_standing([*log, event]))
    entry = next_entry(after, EventKind(action.value), body, recorded)
    signed = replace(
        entry.event,
        signature=signer.sign(entry.event.body),
        certificates=to_pem(signer.certificate, *signer.chain),
    )
    _demand_signed(licence.department, signed, body)
    return replace(entry, event=signed)


def _not_issued(licence: Licence) -> RefusedError:
    """Refuse what is done to a licence that is not issued; of one begun, say what helps."""
    is_begun = licence.state is LicenceState.INTENT
    sentence = (
        "已开始签发而未完成 it was begun and is not finished"
        if is_begun
        else "从未签发：没有签成，或已放弃；对它无可办理 it was never issued: it failed or was "
        "given up, and nothing can be done to it"
    )
    error = RefusedError(LicenceReason.LICENCE_TRANSITION_REFUSED, sentence, at="action")
    error.advice = UNFINISHED if is_begun else None
    return error


def _demand_signed(department: str, event: Event, body: JsonObject) -> None:
    """See that the issuing department signed an event."""
    try:
        certificate = read_certificates(event.certificates)[0]
        named = str(body.get("certificate")) == certificate.sha256.hex()
        if not named or organisation_identifier(certificate) != department:
            raise RefusedError(
                LicenceReason.SIGNER_NOT_ISSUER, "是他人的证书 another's certificate"
            )
        algorithm = Algorithm(str(body.get("algorithm")))
        verify_signature(certificate.public_key, algorithm, event.body, event.signature)
    except (EvidenceError, ValueError) as error:
        sentence = f"不是颁发部门所签 not signed by the issuing department: {error}"
        reason = LicenceReason.JOURNAL_BROKEN
        raise RefusedError(reason, sentence, at=str(event.number)) from error


def _read(event: Event, body: JsonObject, issued: int, place: StatusPlace | None) -> LifeEntry:
    """Read a later event; places in a life are counted from the issue."""
    corrects = body.get("corrects")
    taken_back = corrects if isinstance(corrects, int) else None
    try:
        done = LifeEvent(
            action=LifeAction(event.kind.value),
            effective=_time(body.get("effective")) or event.at,
            recorded=event.at,
            corrects=None if taken_back is None else taken_back - issued,
        )
    except ValueError as error:
        reason = LicenceReason.JOURNAL_BROKEN
        raise RefusedError(reason, f"记录内容不合 {error}", at=str(event.number)) from error
    names = ("actor", "reason", "basis", "replaced_by")
    said = {name: str(body.get(name, "")) for name in names}
    return LifeEntry(number=event.number, event=done, corrects=taken_back, place=place, **said)


def _time(seconds: JsonValue) -> datetime | None:
    return read_numeric_date(seconds)
