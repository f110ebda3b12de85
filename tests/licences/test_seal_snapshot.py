"""Snapshots of the seal register: written, read strictly, and true to the register."""

from dataclasses import replace
from typing import Any

import pytest

from eseal.errors import MalformedError, RefusedError
from eseal.jose.strict_json import canonical
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.seal_snapshot import SealStanding, read_snapshot, standing_of, write_snapshot
from tests.homes import MARKET
from tests.licences.seal_world import SealWorld
from tests.world import DAY, NOW, SECOND

SEAL = SealStanding(
    es_id="99990000000001",
    owner=MARKET,
    name="示例市市场监督管理局电子证照专用章（样本）",
    states=((NOW - DAY, SealState.MADE), (NOW, SealState.ACTIVE)),
    objects=("0" * 64, "1" * 64),
)
GOOD: dict[str, Any] = {
    "es_id": SEAL.es_id,
    "owner": SEAL.owner,
    "name": SEAL.name,
    "states": [[int((NOW - DAY).timestamp()), "made"], [int(NOW.timestamp()), "active"]],
    "objects": list(SEAL.objects),
}


def test_reads_what_it_writes() -> None:
    """Seals come back, in the order of their numbers."""
    states = ((NOW, SealState.REVOKED),)
    other = SealStanding(es_id="1", owner=MARKET, name="样本", states=states, objects=())
    assert read_snapshot(write_snapshot([SEAL, other])) == (other, SEAL)
    assert read_snapshot(write_snapshot([])) == ()
    assert write_snapshot([SEAL]) == canonical({"seals": [GOOD]})


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"seals": {}},
        {"seals": [], "more": 1},
        {"seals": [1]},
        {"seals": [{**GOOD, "more": 1}]},
        {"seals": [GOOD, GOOD]},
        {"seals": [{**GOOD, "states": []}]},
        {"seals": [{**GOOD, "states": {}}]},
        {"seals": [{**GOOD, "states": [1]}]},
        {"seals": [{**GOOD, "states": [[1]]}]},
        {"seals": [{**GOOD, "states": [[1, "good"]]}]},
        {"seals": [{**GOOD, "states": [["today", "active"]]}]},
        {"seals": [{**GOOD, "name": ""}]},
        {"seals": [{**GOOD, "name": "x" * 1001}]},
        {"seals": [{**GOOD, "owner": 1}]},
        {"seals": [{**GOOD, "objects": "0"}]},
        {"seals": [{**GOOD, "objects": ["0"]}]},
        {"seals": [{**GOOD, "objects": [1]}]},
    ],
)
def test_a_snapshot_is_read_strictly(value: Any) -> None:
    """A member that is missing, unknown or of another form is malformed."""
    with pytest.raises(MalformedError) as caught:
        read_snapshot(canonical(value))
    assert caught.value.reason is LicenceReason.BUNDLE_MALFORMED


def test_garbage_is_malformed() -> None:
    """What is no JSON is no snapshot."""
    for data in (b"", b"[]", b"{", b"\xff"):
        with pytest.raises(MalformedError):
            read_snapshot(data)


def test_where_it_stood() -> None:
    """Of several states the one that was recorded last counts, from its effective time on."""
    assert SEAL.state is SealState.ACTIVE
    assert SEAL.state_at(NOW - 2 * DAY) is None
    assert SEAL.state_at(NOW - SECOND) is SealState.MADE
    assert SEAL.state_at(NOW) is SealState.ACTIVE
    backdated = replace(SEAL, states=(*SEAL.states, (NOW - DAY, SealState.SUSPENDED)))
    assert backdated.state_at(NOW) is SealState.SUSPENDED


def test_a_seal_is_told_by_its_history(quick_seals: SealWorld) -> None:
    """Number, states and every object that was made are those of the register."""
    record = quick_seals.reach(SealState.REVOKED)
    told = standing_of(quick_seals.register.events(record.key))
    assert (told.es_id, told.owner) == (record.es_id, record.owner)
    assert told.state is SealState.REVOKED
    assert SealState.ACTIVE in {state for _, state in told.states}
    assert record.esl_sha256 is not None
    assert told.objects == (record.esl_sha256.hex(),)
    with pytest.raises(RefusedError):
        standing_of(quick_seals.register.events(record.key)[1:])
