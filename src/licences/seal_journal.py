"""The events of a seal: each is a canonical body, signed by the officer who acts.

The body names the event before it by digest (hash chain), what was done, by whom, why and on what
basis (依据), since when it is so and when it was recorded, and what is attached by digest. Rules
kept: nobody acts as another without their key; a body is read in one way only; what stands beside
the body in the event has to agree with it; the signature is checked over the stored bytes.

Left to `seal_history`: whether the event was possible when it was recorded.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from eseal.algorithms import Algorithm
from eseal.certificates import read_certificates, to_pem
from eseal.errors import EvidenceError, RefusedError
from eseal.jose.strict_json import JsonObject, canonical, parse
from eseal.keys import verify_signature
from eseal.moments import check_time
from eseal.signers import Signer
from licences.reasons import LicenceReason
from licences.seal_life import SealAction
from licences.seal_model import SealEvent, SealKey
from licences.texts import check_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """Why something is done.

    Attributes:
        reason: in words of the officer; may be empty where a seal is dealt with.
        basis: the rule or paper that it rests on; may be empty.
        effective: since when it is so; `None`: since it is recorded. Never later than that.
    """

    reason: str = ""
    basis: str = ""
    effective: datetime | None = None

    def __post_init__(self) -> None:
        check_text(self.reason, "reason", required=False)
        check_text(self.basis, "basis", required=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealEntry:
    """What the body of an event says.

    Attributes:
        seal: id of the seal.
        es_id: its identifier.
        number: place of the event.
        version: of the seal, after the event.
        action: what is done.
        actor: id of the officer.
        reason: why.
        basis: on what ground.
        effective: since when; aware UTC, whole seconds.
        recorded: when it was recorded; aware UTC, whole seconds.
        previous: digest of the event before; empty for the first.
        attachment: SHA-256 of what is attached; empty if nothing is.
        algorithm: what the officer signs with.
        certificate: SHA-256 of the officer's certificate.
    """

    seal: UUID
    es_id: str
    number: int
    version: int
    action: SealAction
    actor: str
    reason: str
    basis: str
    effective: datetime
    recorded: datetime
    previous: bytes
    attachment: bytes
    algorithm: Algorithm
    certificate: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the body; the next event names it."""
        return hashlib.sha256(self.to_bytes()).digest()

    def to_bytes(self) -> bytes:
        """Write the body."""
        body: JsonObject = {
            "seal": str(self.seal),
            "es_id": self.es_id,
            "number": self.number,
            "version": self.version,
            "action": self.action.value,
            "actor": self.actor,
            "reason": self.reason,
            "basis": self.basis,
            "effective": int(self.effective.timestamp()),
            "recorded": int(self.recorded.timestamp()),
            "previous": self.previous.hex(),
            "attachment": self.attachment.hex(),
            "algorithm": self.algorithm.value,
            "certificate": self.certificate.hex(),
        }
        return canonical(body)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a body that `to_bytes` wrote, and no other.

        Raises:
            RefusedError: SEAL_HISTORY_BROKEN.
        """
        try:
            body = parse(data)
            entry = cls(
                seal=UUID(str(body["seal"])),
                es_id=str(body["es_id"]),
                number=int(str(body["number"])),
                version=int(str(body["version"])),
                action=SealAction(str(body["action"])),
                actor=str(body["actor"]),
                reason=str(body["reason"]),
                basis=str(body["basis"]),
                effective=datetime.fromtimestamp(int(str(body["effective"])), UTC),
                recorded=datetime.fromtimestamp(int(str(body["recorded"])), UTC),
                previous=bytes.fromhex(str(body["previous"])),
                attachment=bytes.fromhex(str(body["attachment"])),
                algorithm=Algorithm(str(body["algorithm"])),
                certificate=bytes.fromhex(str(body["certificate"])),
            )
        except (KeyError, ValueError, OverflowError, EvidenceError) as error:
            raise broken("正文不是记录 the body is not that of an event") from error
        if entry.to_bytes() != data:
            raise broken("正文不是规范形式 the body is not in its canonical form")
        return entry


def digest_of(attachment: bytes) -> bytes:
    """Name an attachment; empty for none."""
    return hashlib.sha256(attachment).digest() if attachment else b""


def sign_entry(
    entry: SealEntry, signer: Signer, *, key: SealKey, attachment: bytes = b""
) -> SealEvent:
    """Sign a body; the event is read back before it is given out.

    Raises:
        EvidenceError: the signer failed, or its signature does not hold.
    """
    body = entry.to_bytes()
    event = SealEvent(
        key=key,
        number=entry.number,
        action=entry.action,
        at=check_time(entry.recorded, "recorded"),
        body=body,
        signature=signer.sign(body),
        certificates=to_pem(signer.certificate, *signer.chain),
        attachment=attachment,
    )
    read_event(event)
    return event


def read_event(event: SealEvent) -> SealEntry:
    """Read an event: its signature holds, and what stands beside its body agrees with it.

    Raises:
        RefusedError: SEAL_HISTORY_BROKEN; `.at` names the event.
    """
    at = f"event {event.number}"
    try:
        entry = SealEntry.parse(event.body)
        certificate = read_certificates(event.certificates)[0]
        agrees = (
            entry.seal == event.key.id
            and entry.number == event.number
            and entry.action is event.action
            and entry.recorded == event.at
            and entry.attachment == digest_of(event.attachment)
            and entry.certificate == certificate.sha256
        )
        if not agrees:
            raise broken("正文与其旁所载不一致 what stands beside the body does not agree with it")
        verify_signature(certificate.public_key, entry.algorithm, event.body, event.signature)
    except EvidenceError as error:
        raise broken(error.sentence, at) from error
    return entry


def broken(sentence: str, at: str = "") -> RefusedError:
    """Make the error about a history that does not hold."""
    return RefusedError(LicenceReason.SEAL_HISTORY_BROKEN, sentence, at=at)
