"""Values of `seal_model` as the rows of `rows`, and back; for the stores alone.

Rules kept: as in `row_values`: a row is made from a value that exists; what the database gives is
made into values again at once.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import RowMapping

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from eseal.pictures.design import SealKind
from eseal.seals.model import SealPicture
from licences.model import shard_of
from licences.reasons import LicenceReason
from licences.row_values import RowValues, demand_types, readable, table_of
from licences.rows import SealEventRow, SealRow, SealUseRow
from licences.seal_life import SealAction, SealState
from licences.seal_model import SealEvent, SealKey, SealRecord, SealUse

BROKEN: Final = LicenceReason.SEAL_HISTORY_BROKEN
"""Why a row of the seal register cannot be read."""

_SEAL: Final = table_of(SealRow)
_EVENT: Final = table_of(SealEventRow)
_USE: Final = table_of(SealUseRow)


def seal_row(record: SealRecord) -> dict[str, Any]:
    """Make the row of a seal."""
    return {
        "shard": record.key.shard,
        "id": record.key.id,
        "es_id": record.es_id,
        "owner": record.owner,
        "owner_name": record.owner_name,
        "name": record.name,
        "kind": record.kind.value,
        "suite": record.suite.value,
        "keeper": record.keeper,
        "issuing": record.issuing,
        "state": record.state.value,
        "version": record.version,
        "events": record.events,
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
        "design": record.design,
        "picture_kind": record.picture.kind,
        "picture": record.picture.data,
        "width": record.picture.width,
        "height": record.picture.height,
        "esl": record.esl,
        "esl_sha256": record.esl_sha256,
    }


def name_rows(key: SealKey, names: Iterable[str]) -> Iterator[RowValues]:
    """Make the rows under which a seal is found, in an order that no two writers can cross."""
    rows = ((shard_of(name), name) for name in names)
    for shard, name in sorted(rows):
        yield {"shard": shard, "name": name, "seal_shard": key.shard, "seal_id": key.id}


def event_row(event: SealEvent) -> RowValues:
    """Make the row of an event."""
    return {
        "shard": event.key.shard,
        "seal_id": event.key.id,
        "number": event.number,
        "action": event.action.value,
        "at": event.at,
        "body": event.body,
        "digest": event.digest,
        "signature": event.signature,
        "certificates": event.certificates,
        "attachment": event.attachment,
    }


def use_row(use: SealUse) -> RowValues:
    """Make the row of a use; it may be written in a licence's own transaction."""
    return {
        "shard": use.shard,
        "id": use.id,
        "seal_id": use.seal,
        "at": use.at,
        "actor": use.actor,
        "suite": use.suite.value,
        "digest": bytes.fromhex(use.digest),
        "matter": use.matter,
        "operation": use.operation,
        "licence": use.licence,
    }


def read_seal_row(row: RowMapping) -> SealRecord:
    """Read a seal out of its row; raises `RefusedError` (SEAL_HISTORY_BROKEN)."""
    with readable(str(row["es_id"]), reason=BROKEN):
        demand_types(row, _SEAL)
        return _seal(row)


def seal_or_why(row: RowMapping | RefusedError) -> SealRecord | RefusedError:
    """Read a seal out of a row that may be none; gives why it cannot be read."""
    try:
        return read_seal_row(row) if isinstance(row, RowMapping) else row
    except RefusedError as error:
        return error


def _seal(row: RowMapping) -> SealRecord:
    key = SealKey.of(row["owner"], row["id"])
    if row["shard"] != key.shard:
        msg = "不在其所有者的分片 it lies in another shard than its owner's"
        raise ValueError(msg)
    record = SealRecord(
        key=key,
        es_id=row["es_id"],
        owner=row["owner"],
        owner_name=row["owner_name"],
        name=row["name"],
        kind=SealKind(row["kind"]),
        suite=Suite(row["suite"]),
        keeper=row["keeper"],
        issuing=row["issuing"],
        state=SealState(row["state"]),
        version=row["version"],
        events=row["events"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        design=row["design"],
        picture=SealPicture(
            kind=row["picture_kind"],
            data=row["picture"],
            width=row["width"],
            height=row["height"],
        ),
        esl=row["esl"],
    )
    if row["esl_sha256"] != record.esl_sha256:
        msg = "seal.esl_sha256"
        raise ValueError(msg)
    return record


def read_event_row(row: RowMapping) -> SealEvent:
    """Read an event out of its row; raises `TypeError`, `ValueError`."""
    demand_types(row, _EVENT)
    return SealEvent(
        key=SealKey(shard=row["shard"], id=row["seal_id"]),
        number=row["number"],
        action=SealAction(row["action"]),
        at=row["at"],
        body=row["body"],
        signature=row["signature"],
        certificates=row["certificates"],
        attachment=row["attachment"],
    )


def use_or_why(row: RowMapping | RefusedError) -> SealUse | RefusedError:
    """Read a use out of a row that may be none; gives why it cannot be read."""
    if isinstance(row, RefusedError):
        return row
    try:
        with readable(str(row["id"]), reason=BROKEN):
            return _use(row)
    except RefusedError as error:
        return error


def _use(row: RowMapping) -> SealUse:
    demand_types(row, _USE)
    return SealUse(
        shard=row["shard"],
        id=row["id"],
        seal=row["seal_id"],
        at=row["at"],
        actor=row["actor"],
        suite=Suite(row["suite"]),
        digest=row["digest"].hex(),
        matter=row["matter"],
        operation=row["operation"],
        licence=row["licence"],
    )
