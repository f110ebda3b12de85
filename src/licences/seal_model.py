"""What the seal register speaks of: where a seal stands, its events, its uses; all frozen.

Rules kept: ids are random; a seal and its events lie in its owner's shard, a use in the shard of
the seal or, when a licence is issued, of the licence, so that it can be written with it; texts are
bounded; no personal data stands in events and uses but what an officer writes as matter or reason.

Left to others: what is applied for to `seal_application`, tables to `rows`, what events mean to
`seal_history`.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from eseal.pictures.design import SealKind
from eseal.seals.model import SealPicture
from licences.model import shard_of
from licences.reasons import LicenceReason
from licences.seal_life import SealAction, SealState
from licences.texts import check_text

_REGISTRATION: Final = re.compile(r"[0-9]{13,14}")


def check_registration(number: str) -> None:
    """Check a number under which a seal is filed with the police (公安备案编号).

    Raises:
        RefusedError: SEAL_APPLICATION_REFUSED; its sentence says what such a number is.
    """
    if not _REGISTRATION.fullmatch(number):
        sentence = (
            f"{number} 不是公安机关赋予的备案编号（13 或 14 位数字）；没有备案就不填，编号随机取"
            " is not what the police file a seal under (13 or 14 digits);"
            " leave it out if it is not filed, and one is drawn"
        )
        raise RefusedError(LicenceReason.SEAL_APPLICATION_REFUSED, sentence, at="number")


@dataclass(frozen=True, kw_only=True, slots=True)
class SealKey:
    """Where a seal stands in the register: its owner's shard and a random id."""

    shard: int
    id: UUID

    @classmethod
    def of(cls, owner: str, number: UUID) -> "SealKey":
        """Make the key of a seal of `owner`."""
        return cls(shard=shard_of(owner), id=number)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealRecord:
    """A seal as the register holds it; the projection of its events.

    Attributes:
        key: where it stands.
        es_id: its identifier (印章标识), in every one of its seal objects.
        owner: code of its owner.
        owner_name: the owner's name.
        name: its own name.
        kind: what it is for.
        suite: of its keys.
        keeper: id of the officer who keeps it.
        issuing: it is applied when the owner issues licences.
        state: where it is in its life.
        version: number of the application that it is by; counts from 1.
        events: number of its events; the next one has this number.
        valid_from: first second of its validity.
        valid_until: last second.
        design: canonical JSON of its design, or empty.
        picture: what it looks like, by the application.
        esl: the seal object (SESeal, DER) that was made last; `None` before the first.
    """

    key: SealKey
    es_id: str
    owner: str
    owner_name: str
    name: str
    kind: SealKind
    suite: Suite
    keeper: str
    issuing: bool
    state: SealState
    version: int
    events: int
    valid_from: datetime
    valid_until: datetime
    design: str
    picture: SealPicture
    esl: bytes | None

    @property
    def esl_sha256(self) -> bytes | None:
        """SHA-256 of the seal object."""
        return None if self.esl is None else hashlib.sha256(self.esl).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class SealEvent:
    """One entry of a seal's append-only history, signed by who acted.

    Attributes:
        key: the seal it is about.
        number: place among the seal's events, from 0 without gaps.
        action: what was done.
        at: when it was recorded, aware UTC.
        body: canonical JSON; what was signed (see `seal_journal`).
        signature: the officer's, over `body`.
        certificates: PEM: the officer's certificate, then its issuers'.
        attachment: the application or the seal object that the body names; empty if none.
    """

    key: SealKey
    number: int
    action: SealAction
    at: datetime
    body: bytes
    signature: bytes
    certificates: bytes
    attachment: bytes = b""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the body; the next event names it."""
        return hashlib.sha256(self.body).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class SealUse:
    """One use of a seal (用章), journaled before the signature is made.

    Attributes:
        shard: the seal's, or that of the licence which is issued.
        id: random.
        seal: id of the seal.
        at: when, aware UTC.
        actor: id of the officer, or code of the department that issues.
        suite: of the signature.
        digest: hex digest of what is signed, by the suite's digest.
        matter: what for (事项), 1 to 200 characters.
        operation: what is done, such as `stamp`, `straddle` or `issue`.
        licence: identifier of the licence, or empty.
    """

    shard: int
    id: UUID
    seal: UUID
    at: datetime
    actor: str
    suite: Suite
    digest: str
    matter: str
    operation: str
    licence: str = ""

    def __post_init__(self) -> None:
        check_text(self.matter, "matter")
        check_text(self.operation, "operation")
        if not re.fullmatch(r"[0-9a-f]{64}", self.digest):
            raise RefusedError(
                LicenceReason.SEAL_APPLICATION_REFUSED, "不是摘要 no digest", at="digest"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedUse:
    """A use that is about to be journaled, and the seal as whoever uses it knows it.

    Attributes:
        use: what is journaled.
        key: where the seal stands.
        esl_sha256: SHA-256 of the seal object that is used.
    """

    use: SealUse
    key: SealKey
    esl_sha256: bytes
