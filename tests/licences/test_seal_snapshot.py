"""Snapshots of the seal register: written, read strictly, and true to the register."""

from typing import Any

import pytest

from eseal.errors import MalformedError
from eseal.jose.strict_json import canonical
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.seal_snapshot import SealStanding, read_snapshot, standing_of, write_snapshot
from tests.homes import MARKET
from tests.licences.seal_world import SealWorld
from tests.world import NOW

SEAL = SealStanding(
    es_id="99990000000001",
    owner=MARKET,
    name="示例市市场监督管理局电子证照专用章（样本）",
    state=SealState.ACTIVE,
    since=NOW,
    objects=("0" * 64, "1" * 64),
)
GOOD: dict[str, Any] = {
    "es_id": SEAL.es_id,
    "owner": SEAL.owner,
    "name": SEAL.name,
    "state": "active",
    "since": int(NOW.timestamp()),
    "objects": list(SEAL.objects),
}


def test_reads_what_it_writes() -> None:
    """Seals come back, in the order of their numbers."""
    other = SealStanding(
        es_id="1", owner=MARKET, name="样本", state=SealState.REVOKED, since=NOW, objects=()
    )
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
        {"seals": [{**GOOD, "state": "good"}]},
        {"seals": [{**GOOD, "since": "today"}]},
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


def test_a_seal_is_told_as_it_stands(quick_seals: SealWorld) -> None:
    """Number, state and every object that was made are those of the register."""
    record = quick_seals.reach(SealState.ACTIVE)
    told = standing_of(record, quick_seals.register.events(record.key))
    assert (told.es_id, told.owner, told.state) == (record.es_id, record.owner, SealState.ACTIVE)
    assert record.esl_sha256 is not None
    assert told.objects == (record.esl_sha256.hex(),)
