"""A snapshot of the seal register (印章登记快照): which issuing seals there are, how they stand.

Whoever has it learns without the register which seal objects were made for a department, and since
when a seal is suspended or revoked. Rules kept:

- canonical JSON: `{"seals": […]}`, sorted by es_id; every object that was ever made is listed by
  digest, so that licences sealed with an earlier version are known, too;
- strict: no member that is not known, sizes bounded;
- it is no statement of its own: whoever hands it on signs it (`trust_bundle`).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eseal.errors import EvidenceError, MalformedError
from eseal.jose import strict_json
from eseal.jose.numeric_dates import numeric_date, read_numeric_date
from eseal.jose.strict_json import JsonObject, JsonValue
from licences.reasons import LicenceReason
from licences.seal_life import SealAction, SealState
from licences.seal_model import SealEvent, SealRecord

MAX_SNAPSHOT_BYTES: Final = 16 * 1024 * 1024
MAX_SEALS: Final = 20_000

_MEMBERS: Final = frozenset({"es_id", "owner", "name", "state", "since", "objects"})
_MAKING: Final = frozenset({SealAction.MAKE, SealAction.RENEW})
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MAX_TEXT: Final = 1000
_MAX_OBJECTS: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class SealStanding:
    """How a seal stands.

    Attributes:
        es_id: its identifier.
        owner: code of its owner.
        name: its name.
        state: where it is in its life.
        since: when it came there, or what was recorded last of it.
        objects: SHA-256 of every seal object that was made for it, in order.
    """

    es_id: str
    owner: str
    name: str
    state: SealState
    since: datetime
    objects: tuple[str, ...]


def standing_of(record: SealRecord, events: Iterable[SealEvent]) -> SealStanding:
    """Tell a seal from its record and its history."""
    listed = tuple(events)
    made = (event.attachment for event in listed if event.action in _MAKING)
    return SealStanding(
        es_id=record.es_id,
        owner=record.owner,
        name=record.name,
        state=record.state,
        since=listed[-1].at,
        objects=tuple(hashlib.sha256(each).hexdigest() for each in made),
    )


def write_snapshot(seals: Iterable[SealStanding]) -> bytes:
    """Write a snapshot; `read_snapshot(write_snapshot(x)) == x`."""
    listed: list[JsonValue] = [
        {
            "es_id": each.es_id,
            "owner": each.owner,
            "name": each.name,
            "state": each.state.value,
            "since": numeric_date(each.since),
            "objects": list[JsonValue](each.objects),
        }
        for each in sorted(seals, key=lambda each: each.es_id)
    ]
    return strict_json.canonical({"seals": listed})


def read_snapshot(data: bytes) -> tuple[SealStanding, ...]:
    """Read a snapshot.

    Raises:
        MalformedError: BUNDLE_MALFORMED; `.at` is the path.
    """
    try:
        value = strict_json.parse(data, max_bytes=MAX_SNAPSHOT_BYTES)
    except EvidenceError as error:
        raise _malformed(f"{error.reason}: {error.sentence}", error.at) from error
    listed = value.get("seals")
    if value.keys() != {"seals"} or not isinstance(listed, list) or len(listed) > MAX_SEALS:
        raise _malformed(f"has a list of at most {MAX_SEALS} seals, and nothing else", "")
    return tuple(_read_seal(each, f"seals/{number}") for number, each in enumerate(listed))


def _read_seal(value: JsonValue, at: str) -> SealStanding:
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise _malformed(f"has {sorted(_MEMBERS)} and nothing else", at)
    since = read_numeric_date(value["since"])
    states = {state.value: state for state in SealState}
    state = states.get(_text(value, "state", at))
    if since is None or state is None:
        raise _malformed("its state or its time is none that is known", at)
    return SealStanding(
        es_id=_text(value, "es_id", at),
        owner=_text(value, "owner", at),
        name=_text(value, "name", at),
        state=state,
        since=since,
        objects=tuple(_read_objects(value["objects"], at)),
    )


def _read_objects(value: JsonValue, at: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) > _MAX_OBJECTS:
        raise _malformed("objects is no list, or too long", at)
    for each in value:
        if not isinstance(each, str) or _SHA256.fullmatch(each) is None:
            raise _malformed("an object is named by its SHA-256", at)
        yield each


def _text(value: JsonObject, name: str, at: str) -> str:
    text = value[name]
    if not isinstance(text, str) or not 1 <= len(text) <= _MAX_TEXT:
        raise _malformed(f"{name} is no text of at most {_MAX_TEXT} characters", at)
    return text


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.BUNDLE_MALFORMED, sentence, at=f"seals.json/{at}")
