"""A snapshot of the seal register (印章登记快照): which issuing seals there are, how they stood.

Whoever has it learns without the register which seal objects were made for a department, and when
each seal was in use. Rules kept:

- it is made of the seals' histories, each signature checked, and not of the register's rows;
- canonical JSON: `{"seals": […]}`, sorted by es_id; every object that was ever made is listed by
  digest, and every state with the time from which on it holds, so that licences that were sealed
  with an earlier version, or before a revocation, are known, too;
- of several states the one that was recorded last counts, from its effective time on;
- strict: no member that is not known, sizes bounded;
- it is no statement of its own: whoever hands it on signs it (`trust_bundle`).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eseal.errors import EvidenceError, MalformedError
from eseal.jose import strict_json
from eseal.jose.numeric_dates import numeric_date, read_numeric_date
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.plain_text import in_a_row
from licences.reasons import LicenceReason
from licences.seal_history import Standing, replay, step
from licences.seal_journal import read_event
from licences.seal_life import ENDED, SealAction, SealState
from licences.seal_model import SealEvent

MAX_SNAPSHOT_BYTES: Final = 16 * 1024 * 1024
MAX_SEALS: Final = 20_000

_MEMBERS: Final = frozenset({"es_id", "owner", "name", "states", "objects"})
_MAKING: Final = frozenset({SealAction.MAKE, SealAction.RENEW})
_STATES: Final = {state.value: state for state in SealState}
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MAX_TEXT: Final = 1000
_MAX_LISTED: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class SealStanding:
    """How a seal stood.

    Attributes:
        es_id: its identifier.
        owner: code of its owner.
        name: its name.
        states: its states in the order in which they were recorded, each with the time from which
            on it holds; at least one.
        objects: SHA-256 of every seal object that was made for it, in order.
    """

    es_id: str
    owner: str
    name: str
    states: tuple[tuple[datetime, SealState], ...]
    objects: tuple[str, ...]

    @property
    def state(self) -> SealState:
        """Where it stands last."""
        return self.states[-1][1]

    def state_at(self, at: datetime) -> SealState | None:
        """Say where it stood at a time; `None`: nothing was recorded of that time."""
        return next((state for since, state in reversed(self.states) if since <= at), None)


def standing_of(events: Sequence[SealEvent], *, believed: int | None = None) -> SealStanding:
    """Tell a seal from its history.

    Args:
        events: first event first.
        believed: so many of them were signed by whom they name, `None`: all. From the next one on
            the seal is told as revoked, and of what was recorded behind that only how it ended.

    Raises:
        RefusedError: SEAL_HISTORY_BROKEN.
    """
    record, states = replay(events).record, list(_states(events))
    if believed is not None and believed < len(events):
        ends = [each for each in states[believed:] if each[1] in ENDED]
        states = [*states[:believed], (events[believed].at, SealState.REVOKED), *ends]
    made = (event.attachment for event in events[:believed] if event.action in _MAKING)
    return SealStanding(
        es_id=record.es_id,
        owner=record.owner,
        name=record.name,
        states=tuple(states),
        objects=tuple(hashlib.sha256(each).hexdigest() for each in made),
    )


def write_snapshot(seals: Iterable[SealStanding]) -> bytes:
    """Write a snapshot; `read_snapshot(write_snapshot(x)) == x`."""
    listed: list[JsonValue] = [
        {
            "es_id": each.es_id,
            "owner": each.owner,
            "name": each.name,
            "states": [[numeric_date(since), state.value] for since, state in each.states],
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
        raise _malformed(
            f"只可有印章列表 has a list of at most {MAX_SEALS} seals, and nothing else",
            "",
        )
    seals = tuple(_read_seal(each, f"seals/{number}") for number, each in enumerate(listed))
    if len({each.es_id for each in seals}) != len(seals):
        raise _malformed("同一印章重复 a seal stands there twice", "seals")
    return seals


def _states(events: Iterable[SealEvent]) -> Iterator[tuple[datetime, SealState]]:
    standing: Standing | None = None
    for event in events:
        entry = read_event(event)
        standing = step(standing, entry, key=event.key, attachment=event.attachment)
        yield entry.effective, standing.state


def _read_seal(value: JsonValue, at: str) -> SealStanding:
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise _malformed(f"只可有 has {in_a_row(_MEMBERS)} and nothing else", at)
    return SealStanding(
        es_id=_text(value, "es_id", at),
        owner=_text(value, "owner", at),
        name=_text(value, "name", at),
        states=tuple(_read_state(each, at) for each in _listed(value, "states", at)),
        objects=tuple(_read_object(each, at) for each in _listed(value, "objects", at)),
    )


def _read_state(value: JsonValue, at: str) -> tuple[datetime, SealState]:
    if not isinstance(value, list) or len(value) != 2:
        raise _malformed("状态应为时间和名称 a state is its time and its name", at)
    since, state = read_numeric_date(value[0]), _STATES.get(str(value[1]))
    if since is None or state is None:
        raise _malformed("不认识此状态或时间 a state or its time is none that is known", at)
    return since, state


def _read_object(value: JsonValue, at: str) -> str:
    if not isinstance(value, str) or _SHA256.fullmatch(value) is None:
        raise _malformed("对象应以其 SHA-256 指明 an object is named by its SHA-256", at)
    return value


def _listed(value: JsonObject, name: str, at: str) -> list[JsonValue]:
    listed = value[name]
    if not isinstance(listed, list) or len(listed) > _MAX_LISTED:
        raise _malformed(f"不是列表，或过长 {name} is no list of at most {_MAX_LISTED}", at)
    if name == "states" and not listed:
        raise _malformed("没有状态 there is no state", at)
    return listed


def _text(value: JsonObject, name: str, at: str) -> str:
    text = value[name]
    if not isinstance(text, str) or not 1 <= len(text) <= _MAX_TEXT:
        raise _malformed(
            f"不是文字，或过长 {name} is no text of at most {_MAX_TEXT} characters", at
        )
    return text


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.BUNDLE_MALFORMED, sentence, at=f"seals.json/{at}")
