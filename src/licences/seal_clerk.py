"""Records what is done to seals: one signed event, one transaction, after every check.

    read the history, which has to hold → is it possible, by this officer → make what is attached →
    sign the event with the officer's key → seal and event in one transaction

Rules kept: every event before was signed by the officer whom it names, as the audit judges it; an
officer needs the power, and a certificate that holds at that moment; nothing is signed that the
history would not take; recorded times never run back; what is done counts neither from the future
nor from before what was done before it, which old histories may; killed anywhere, nothing is half
done. One thing is done to a seal with a step that no officer answers for: it is revoked, for that
only takes it out of use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from eseal.chain import judge_at
from eseal.errors import RefusedError, UnavailableError
from eseal.moments import check_time
from eseal.trust import TrustStore
from licences.home import Home
from licences.officers import Actor
from licences.reasons import LicenceReason
from licences.seal_audit import OfficerCertificates, demand_apart, demand_standing
from licences.seal_bench import demand_paths
from licences.seal_history import Standing, demand_possible, next_version, replay, step
from licences.seal_journal import Grounds, SealEntry, broken, digest_of, sign_entry
from licences.seal_life import SealAction, power_for
from licences.seal_model import SealKey, SealRecord
from licences.seal_store import SealRegister

_LOOKS = 3
"""How often a seal is read again that others are just moving."""

Attach = Callable[[Standing, datetime], bytes]
"""Makes what is attached to an event, of where the seal stands and the time of the event."""


def attach_nothing(_before: Standing, _at: datetime) -> bytes:
    """Attach nothing."""
    return b""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealClerk:
    """Keeps the seal register of one home.

    Attributes:
        register: where the seals are.
        read_trust: gives what officers' certificates are judged with; asked when one is judged.
        certificates_of: whose they are.
        clock: tells the time.
    """

    register: SealRegister
    read_trust: Callable[[], TrustStore]
    certificates_of: OfficerCertificates
    clock: Callable[[], datetime]

    @property
    def trust(self) -> TrustStore:
        """What officers' certificates are judged with; raises as `load_trust`."""
        return self.read_trust()

    def find(self, seal: str) -> SealRecord:
        """Give the seal with this id or es_id, as the register shows it.

        Raises:
            RefusedError: UNKNOWN_SEAL.
        """
        return find_seal(self.register, seal)

    def standing(self, seal: str, *, to: SealAction | None = None) -> Standing:
        """Read where a seal stands out of its history, and see that the register says the same.

        Args:
            seal: its id or es_id.
            to: what is to be done; of what is to be revoked officers' certificates are not asked.

        Raises:
            RefusedError: UNKNOWN_SEAL, SEAL_HISTORY_BROKEN; or as `demand_standing`.
            UnavailableError: SEAL_MOVED_ON, others are moving it all the time; or as
                `demand_standing`.
        """
        return self._standing(lambda: self.find(seal), to)

    def standing_at(self, key: SealKey, *, to: SealAction | None = None) -> Standing:
        """Read where a seal stands, whatever it is found by; as `standing`, and raises as that."""

        def find() -> SealRecord:
            record = self.register.at(key)
            if record is None:
                sentence = "登记行缺失，请从备份恢复 its row is missing: restore it from a backup"
                raise broken(sentence)
            return record

        return self._standing(find, to)

    def _standing(self, find: Callable[[], SealRecord], to: SealAction | None) -> Standing:
        recorded = 0
        for _ in range(_LOOKS):
            record = find()
            events = self.register.events(record.key)
            if to is SealAction.REVOKE:
                standing = replay(events)
            else:
                standing = demand_standing(
                    events, trust=self.trust, certificates_of=self.certificates_of
                )
            if standing.record == record:
                return standing
            if standing.events <= record.events or record.events < recorded:
                raise broken("登记与记录不符 the register shows something else than its events")
            recorded = standing.events  # the row moves with them, so that it is there by now
        raise UnavailableError(
            LicenceReason.SEAL_MOVED_ON, "他人一再抢先办理 others keep getting there"
        )

    def enter(
        self, key: SealKey, es_id: str, by: Actor, grounds: Grounds, application: bytes
    ) -> SealRecord:
        """Enter a new seal by an application."""
        at = check_time(self.clock(), "clock")
        by.officer.demand(power_for(SealAction.APPLY))
        self._demand_key(by, at)
        entry = _entry(None, key, es_id, SealAction.APPLY, by, grounds, at, application)
        moved = step(None, entry, key=key, attachment=application)
        event = sign_entry(entry, by.signer, key=key, attachment=application)
        self.register.enter(moved.record, event)
        return moved.record

    def act(
        self,
        seal: str,
        action: SealAction,
        by: Actor,
        grounds: Grounds,
        attach: Attach,
    ) -> SealRecord:
        """Do something to a seal.

        Raises:
            RefusedError: UNKNOWN_SEAL, POWER_MISSING, SEAL_TRANSITION_REFUSED, POWERS_NOT_APART,
                NOT_THE_KEEPER, SEAL_HISTORY_BROKEN, SEAL_ACTOR_UNKNOWN, ISSUING_SEAL_EXISTS; or a
                reason of an officer's certificate.
            UnavailableError: SEAL_MOVED_ON; or the certificate could not be judged.
        """
        before = self.standing(seal, to=action)
        at = max(check_time(self.clock(), "clock"), before.recorded)
        by.officer.demand(power_for(action))
        demand_possible(before, action, by.officer.id)
        self._demand_key(by, at)
        self._demand_apart(before, action, by)
        attachment, key = attach(before, at), before.key
        entry = _entry(before, key, before.es_id, action, by, grounds, at, attachment)
        moved = step(before, entry, key=key, attachment=attachment)
        event = sign_entry(entry, by.signer, key=key, attachment=attachment)
        self.register.advance(moved.record, event)
        return moved.record

    def _demand_apart(self, before: Standing, action: SealAction, by: Actor) -> None:
        """Insist on a key that did not apply for this version, nor approve what it is to make."""
        demand_apart(
            self.register.events(before.key)[: before.events],
            action=action,
            version=next_version(before, action),
            certificate=by.signer.certificate,
        )

    def _demand_key(self, by: Actor, at: datetime) -> None:
        """Insist on an officer's certificate that holds now."""
        demand_paths(judge_at(self.trust, at), [by.signer.certificate], by.signer.chain)


def open_clerk(home: Home, register: SealRegister, *, clock: Callable[[], datetime]) -> SealClerk:
    """Make the clerk of a home, who reads its trust when a certificate is first judged."""
    return SealClerk(
        register=register,
        read_trust=cache(home.trust_store),
        certificates_of=home.officer_certificates,
        clock=clock,
    )


def find_seal(register: SealRegister, seal: str) -> SealRecord:
    """Give the seal with this id or es_id, as the register shows it; else UNKNOWN_SEAL."""
    record = register.find(seal)
    if record is None:
        raise RefusedError(LicenceReason.UNKNOWN_SEAL, seal)
    return record


def _entry(
    before: Standing | None,
    key: SealKey,
    es_id: str,
    action: SealAction,
    by: Actor,
    grounds: Grounds,
    at: datetime,
    attachment: bytes,
) -> SealEntry:
    effective = at if grounds.effective is None else check_time(grounds.effective, "effective")
    _demand_since(before, action, effective, at)
    return SealEntry(
        seal=key.id,
        es_id=es_id,
        number=before.events if before else 0,
        version=next_version(before, action),
        action=action,
        actor=by.officer.id,
        reason=grounds.reason,
        basis=grounds.basis,
        effective=effective,
        recorded=at,
        previous=before.last if before else b"",
        attachment=digest_of(attachment),
        algorithm=by.signer.algorithm,
        certificate=by.signer.certificate.sha256,
    )


def _demand_since(
    before: Standing | None, action: SealAction, effective: datetime, at: datetime
) -> None:
    """Insist on a time that is not in the future, nor before that of an earlier event.

    A revocation may count from before others: a key is found to have been stolen earlier.
    """
    sentence = ""
    earliest = None
    if before is not None:
        earliest = before.begun if action is SealAction.REVOKE else before.effective
    if effective > at:
        sentence = "时间在将来，到时再登记 lies in the future; record it when it takes effect"
    elif earliest is not None and effective < earliest:
        sentence = (
            f"不能早于此前办理的 what was before counts from {earliest}, and it from no earlier"
        )
    if sentence:
        raise RefusedError(LicenceReason.SEAL_TRANSITION_REFUSED, sentence, at="effective")
