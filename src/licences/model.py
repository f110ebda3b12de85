"""What the register speaks of: requests, licences, documents, events; all frozen.

Rules kept: a value that exists is valid as far as it can tell by itself (what a type allows is
checked by `issuing`); mappings are frozen copies; ids are random and say nothing about a person;
digests are SHA-256 over canonical JSON, so the same content has the same digest for ever.

Left to others: tables to `rows`, reading and writing them to `store`, types to `catalogue`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from eseal.algorithms import Suite
from eseal.jose.strict_json import JsonObject, Scalar, canonical
from licences.licence_life import Standing
from licences.texts import check_text

SHARDS = 1024
"""Number of shards (分片); fixed for ever, because it is part of every primary key."""


class Format(StrEnum):
    """The forms in which a licence is handed out."""

    JSON = "json"
    PDF = "pdf"


class LicenceState(StrEnum):
    """How far issuing has come; FAILED is final and frees the natural key."""

    INTENT = "intent"
    ISSUED = "issued"
    FAILED = "failed"


class EventKind(StrEnum):
    """What the journal records about a licence: its issuing, and its life after that."""

    INTENT = "intent"
    ISSUED = "issued"
    FAILED = "failed"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"
    CORRECT = "correct"


UNSIGNED: Final = frozenset({EventKind.INTENT, EventKind.ISSUED, EventKind.FAILED})
"""What is recorded of issuing, which nobody signs; all else its department signs."""


def shard_of(text: str) -> int:
    """Give the shard that `text` belongs to: stable, even, and no way back."""
    return shard_of_digest(hashlib.sha256(text.encode()).digest())


def shard_of_digest(digest: bytes) -> int:
    """Give the shard that something with this digest belongs to."""
    return int.from_bytes(digest[:2], "big") % SHARDS


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenceKey:
    """Where a licence stands in the register: its holder's shard and a random id."""

    shard: int
    id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class NaturalKey:
    """What makes a licence the same licence: its type, its department, its number (证照编号)."""

    type_code: str
    department: str
    number: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the three; what the register keeps instead of them."""
        return hashlib.sha256(canonical([self.type_code, self.department, self.number])).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Replacement:
    """Which licence a new one takes the place of, and why; raises TEXT_REFUSED.

    Attributes:
        identifier: of the licence that is replaced.
        operator: who acts for the department.
        reason: why; has to be said.
        basis: the rule or paper that it rests on; may be empty.
        unchanged: whether the same data are meant, such as for a new signature.
        new_holder: whether data of another holder are meant, such as one whose code has changed.
    """

    identifier: str
    operator: str
    reason: str
    basis: str = ""
    unchanged: bool = False
    new_holder: bool = False

    def __post_init__(self) -> None:
        check_text(self.operator, "actor")
        check_text(self.reason, "reason")
        check_text(self.basis, "basis", required=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueRequest:
    """What a department asks for: flat data of one licence, the suite, the formats.

    Attributes:
        type_slug: the type's slug in the catalogue, such as `business-licence`.
        department: code (USCC) of the department that issues.
        data: the licence's fields; a frozen copy is kept.
        suite: which signature suite.
        formats: what to make, in any order and without repetition; kept sorted.
        replaces: the licence that it takes the place of, `None`: of none.
    """

    type_slug: str
    department: str
    data: Mapping[str, Scalar]
    suite: Suite = Suite.SM2
    formats: tuple[Format, ...] = (Format.JSON, Format.PDF)
    replaces: Replacement | None = None

    def __post_init__(self) -> None:
        if not self.formats:
            msg = "a request names at least one format"
            raise ValueError(msg)
        object.__setattr__(self, "data", MappingProxyType(dict(self.data)))
        object.__setattr__(self, "formats", tuple(sorted(set(self.formats))))

    def digest(self, type_code: str) -> bytes:
        """SHA-256 over all of the request; the same request is the one with the same digest.

        The type stands in it by its code, because a home may rename the type's folder. Who asks
        and why is no part of it.
        """
        replaces = self.replaces.identifier if self.replaces else ""
        return _digest(type_code, self, replaces)


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One stored document of a licence: its format, the SHA-256 of its bytes, its size in bytes."""

    format: Format
    sha256: bytes
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusPlace:
    """A licence's place in a status list: the list's URI, and the index in it."""

    uri: str
    index: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Licence:
    """A licence as the register holds it.

    Attributes:
        key: where it stands.
        identifier: its GB/T 36904 identifier, allotted once.
        type_code: code of its type.
        natural_key: digest of its natural key.
        department: code of the issuing department.
        suite: signature suite asked for.
        formats: formats asked for.
        request_digest: digest of the request.
        data: the licence's fields, as requested.
        issued_at: aware UTC, whole seconds; the time that the licence itself states.
        seed: 32 bytes that its salts come from; dropped when it is issued.
        run: who is at work on it; see `Register.hold`.
        state: how far issuing has come.
        events: number of its events in the journal; the next one has this number.
        head: digest of its last event, which the next one names; empty before the first.
        documents: what was stored; empty until it is issued.
        standing: where it stands by its journal; `None` until it is issued or has failed.
        status: its place in a status list, for good; `None` if it has none.
        replaces: identifier of the licence that it takes the place of; empty if of none.
    """

    key: LicenceKey
    identifier: str
    type_code: str
    natural_key: bytes
    department: str
    suite: Suite
    formats: tuple[Format, ...]
    request_digest: bytes
    data: Mapping[str, Scalar]
    issued_at: datetime
    seed: bytes | None
    run: UUID
    state: LicenceState = LicenceState.INTENT
    events: int = 0
    head: bytes = b""
    documents: tuple[Document, ...] = ()
    standing: Standing | None = None
    status: StatusPlace | None = None
    replaces: str = ""


def request_digest(licence: Licence) -> bytes:
    """Give the digest of the request for which a licence, as it is, would be the answer."""
    return _digest(licence.type_code, licence, licence.replaces)


def _digest(type_code: str, asked: IssueRequest | Licence, replaces: str) -> bytes:
    body: JsonObject = {
        "type": type_code,
        "department": asked.department,
        "data": dict(asked.data),
        "suite": asked.suite.value,
        "formats": [each.value for each in asked.formats],
    }
    if replaces:
        body["replaces"] = replaces
    return hashlib.sha256(canonical(body)).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One entry of the append-only journal.

    Attributes:
        key: the licence it is about.
        number: place among the licence's events, from 0 without gaps.
        kind: what happened.
        at: when, aware UTC.
        body: canonical JSON; digests and codes, no personal data; it names the event before.
        signature: over the body, by the department; empty where documents are the proof.
        certificates: the signer's and its issuers', PEM; empty without a signature.
    """

    key: LicenceKey
    number: int
    kind: EventKind
    at: datetime
    body: bytes
    signature: bytes = b""
    certificates: bytes = b""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the body."""
        return hashlib.sha256(self.body).digest()
