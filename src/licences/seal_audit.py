"""An audit of a seal's history: every event judged by itself, the worst told.

Beside what `seal_history` asks: was the signature made with a certificate of the officer that the
event names, and did that certificate hold when the event was recorded. Who acts on a seal asks the
same (`demand_standing`), so there is one rule: what the audit does not pass, nobody goes on from.
Rules kept: nothing is believed behind an event that does not hold; what the register shows has to
be what the events say.

The three powers are apart by keys as by names: what was applied for or approved with a key goes no
further with it, whosoever's the settings say it is (POWERS_NOT_APART).

An officer's certificate is known by its subject, so that a renewed one is still theirs. Whoever
left the settings is not known any more; the settings go on naming them, without powers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from asn1crypto import x509

from eseal.certificates import read_certificates
from eseal.chain import judge_at
from eseal.errors import EvidenceError, RefusedError
from eseal.keys import plain_public_key
from eseal.report import Finding, Outcome, demand, failed, passed, undetermined, worst
from eseal.trust import TrustStore
from licences.reasons import LicenceReason
from licences.seal_history import Standing, replay, step
from licences.seal_journal import SealEntry, read_event
from licences.seal_life import SealAction
from licences.seal_model import SealEvent, SealRecord
from licences.seal_versions import Difference, changed_by
from licences.symptoms import Advice

OfficerCertificates = Callable[[str], Iterable[x509.Certificate]]
"""Gives the certificates of an officer that the settings name; none for an unknown one."""


class HistoryCheck(StrEnum):
    """The checks on an event, and on the register as a whole."""

    EVENT = "seal-event"
    ACTOR = "seal-actor"
    PROJECTION = "seal-projection"


_APPLYING: Final = frozenset({SealAction.APPLY, SealAction.CHANGE})
_APART: Final[Mapping[SealAction, frozenset[SealAction]]] = {
    SealAction.APPROVE: _APPLYING,
    SealAction.REJECT: _APPLYING,
    SealAction.MAKE: _APPLYING | {SealAction.APPROVE},
    SealAction.RENEW: _APPLYING | {SealAction.APPROVE},
}
"""What was done to a version with a key that does not do this to it."""

_REVOKE: Final[Advice] = (
    "用 licences seal history 查看是哪一步；不再用这枚印章：licences seal revoke，另行申请一枚",
    "licences seal history shows which step; use the seal no more: licences seal revoke, and apply "
    "for another",
)
_UNFOUNDED: Final = undetermined(
    HistoryCheck.EVENT,
    LicenceReason.SEAL_HISTORY_BROKEN,
    "前一条记录不成立 it follows on an event that does not hold",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditedEvent:
    """An event, what its body says if it could be read, what was found, and what it changes."""

    event: SealEvent
    entry: SealEntry | None
    finding: Finding
    changes: tuple[Difference, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SealHistory:
    """The audited history of a seal; `projection` says whether the register shows the same."""

    record: SealRecord
    events: tuple[AuditedEvent, ...]
    projection: Finding

    @property
    def finding(self) -> Finding:
        """The worst of all."""
        return worst((*(each.finding for each in self.events), self.projection))


def audit(
    record: SealRecord,
    events: Iterable[SealEvent],
    *,
    trust: TrustStore | EvidenceError,
    certificates_of: OfficerCertificates,
) -> SealHistory:
    """Judge the history of a seal.

    Args:
        record: what the register shows.
        events: all events, first one first.
        trust: what officers' certificates are judged with, or why it cannot be read.
        certificates_of: whose they are.
    """
    standing: Standing | None = None
    holds = True
    audited: list[AuditedEvent] = []
    for event in events:
        entry: SealEntry | None = None
        changes: tuple[Difference, ...] = ()
        try:
            entry = read_event(event)
            moved = step(standing, entry, key=event.key, attachment=event.attachment)
        except EvidenceError as error:
            holds = False
            finding = failed(HistoryCheck.EVENT, LicenceReason.SEAL_HISTORY_BROKEN, str(error))
        else:
            changes = changed_by(entry.action, standing, moved)
            standing = moved
            before = [each.event for each in audited]
            finding = _judge(event, entry, before, trust, certificates_of) if holds else _UNFOUNDED
        audited.append(AuditedEvent(event=event, entry=entry, finding=finding, changes=changes))
    return SealHistory(
        record=record, events=tuple(audited), projection=_compare(record, standing, holds=holds)
    )


def demand_standing(
    events: Sequence[SealEvent], *, trust: TrustStore, certificates_of: OfficerCertificates
) -> Standing:
    """Read where a seal stands, and insist that every event was signed by the officer it names.

    Raises:
        RefusedError: SEAL_HISTORY_BROKEN; SEAL_ACTOR_UNKNOWN, an event was signed with another's
            key; POWERS_NOT_APART; or why the officer's certificate did not hold.
        UnavailableError: SEAL_ACTOR_UNKNOWN, the settings do not know the officer; or the
            certificate could not be judged.
    """
    standing = replay(events)
    for number, event in enumerate(events):
        entry = SealEntry.parse(event.body)
        finding = _judge(event, entry, events[:number], trust, certificates_of)
        where = f"印章 seal {standing.es_id} 第 {event.number} 条记录 event {event.number}"
        with _advised(finding):
            demand(replace(finding, detail=f"{where}：{finding.detail}"))
    return standing


def demand_apart(
    before: Iterable[SealEvent],
    *,
    action: SealAction,
    version: int,
    certificate: x509.Certificate,
) -> None:
    """Insist that a key does not take a version further which it applied for or approved.

    Args:
        before: the seal's events so far.
        action: what is to be done.
        version: to which version.
        certificate: of the key that signs for it.

    Raises:
        RefusedError: POWERS_NOT_APART; KEY_REFUSED, a certificate has no key that signs here.
    """
    apart, key = _APART.get(action, frozenset()), plain_public_key(certificate.public_key)
    for event in before if apart else ():
        entry = SealEntry.parse(event.body)
        if entry.action in apart and entry.version == version and _key_of(event) == key:
            sentence = (
                f"与 {entry.actor} 用的是同一把密钥 it is the key with which {entry.actor} acted"
            )
            raise RefusedError(LicenceReason.POWERS_NOT_APART, sentence)


def _key_of(event: SealEvent) -> bytes:
    return plain_public_key(read_certificates(event.certificates)[0].public_key)


def advice_on(finding: Finding) -> Advice | None:
    """Say what to do about a history, where no reason's remedy says it."""
    broken = finding.reason is LicenceReason.SEAL_HISTORY_BROKEN
    return _REVOKE if finding.outcome is Outcome.FAILED and not broken else None


@contextmanager
def _advised(finding: Finding) -> Iterator[None]:
    try:
        yield
    except EvidenceError as error:
        error.advice = advice_on(finding)
        raise


def _judge(
    event: SealEvent,
    entry: SealEntry,
    before: Sequence[SealEvent],
    trust: TrustStore | EvidenceError,
    certificates_of: OfficerCertificates,
) -> Finding:
    """Was a readable event signed by its officer, with a certificate that held, and a key apart?"""
    if isinstance(trust, EvidenceError):
        return undetermined(HistoryCheck.ACTOR, trust.reason, trust.told)
    certificate, *others = read_certificates(event.certificates)
    path = judge_at(trust, event.at).judge(certificate, others, claimed_signing_time=event.at)
    known = [each.subject for each in certificates_of(entry.actor)]
    if not known:
        detail = f"设置中没有此人员 the settings know no officer {entry.actor}"
        actor = undetermined(HistoryCheck.ACTOR, LicenceReason.SEAL_ACTOR_UNKNOWN, detail)
    elif certificate.subject not in known:
        detail = f"不是其证书 the certificate is not that of {entry.actor}"
        actor = failed(HistoryCheck.ACTOR, LicenceReason.SEAL_ACTOR_UNKNOWN, detail)
    else:
        actor = _judge_apart(entry, before, certificate)
    return worst((path, actor))


def _judge_apart(
    entry: SealEntry, before: Iterable[SealEvent], certificate: x509.Certificate
) -> Finding:
    try:
        demand_apart(before, action=entry.action, version=entry.version, certificate=certificate)
    except RefusedError as error:
        return failed(HistoryCheck.ACTOR, error.reason, error.sentence)
    return passed(HistoryCheck.ACTOR, entry.actor)


def _compare(record: SealRecord, standing: Standing | None, *, holds: bool) -> Finding:
    check, reason = HistoryCheck.PROJECTION, LicenceReason.SEAL_HISTORY_BROKEN
    if not holds:
        return undetermined(check, reason, "有记录不成立 an event does not hold")
    if standing is None or standing.record != record:
        return failed(
            check, reason, "登记与记录不符 the register shows something else than the events say"
        )
    return passed(check, f"{record.events} 条记录 events")
