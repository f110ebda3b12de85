"""What whoever can write the database does to seals, without any key but one of their own."""

from sqlalchemy import Engine, insert, select, text

from eseal.algorithms import Suite
from eseal.certificate_making import SubjectName, make_root
from eseal.keys import default_algorithm, generate_private_key
from eseal.signers import Signer, SoftwareSigner
from licences.row_values import table_of
from licences.rows import SealEventRow, SealRow
from licences.seal_history import replay, step
from licences.seal_journal import SealEntry, sign_entry
from licences.seal_life import SealAction, SealState
from licences.seal_model import SealRecord
from tests.licences.seal_world import SealWorld
from tests.world import DAY, NOW


def self_signed(seals: SealWorld) -> Signer:
    """A key and a certificate that anybody can make, in the approver's very name."""
    known = seals.approver.signer.certificate.subject.native
    key = generate_private_key(Suite.SM2)
    algorithm = default_algorithm(Suite.SM2)
    name = SubjectName(common_name=known["common_name"], organisation=known["organization_name"])
    certificate = make_root(
        key=key, algorithm=algorithm, subject=name, not_before=NOW - DAY, not_after=NOW + DAY
    )
    return SoftwareSigner(key=key, certificate=certificate, algorithm=algorithm)


def write_step(
    seals: SealWorld, state: SealState, action: SealAction, signer: Signer
) -> SealRecord:
    """What whoever can write to the database can do: a step in the approver's name."""
    record = seals.reach(state)
    before = replay(seals.register.events(record.key))
    entry = SealEntry(
        seal=record.key.id,
        es_id=record.es_id,
        number=before.events,
        version=1,
        action=action,
        actor="approver-1",
        reason="",
        basis="",
        effective=NOW,
        recorded=NOW,
        previous=before.last,
        attachment=b"",
        algorithm=signer.algorithm,
        certificate=signer.certificate.sha256,
    )
    moved = step(before, entry, key=record.key)
    seals.register.advance(moved.record, sign_entry(entry, signer, key=record.key))
    return moved.record


def copy_seal(engine: Engine, record: SealRecord, *, events: int) -> None:
    """Copy a seal's row, and so many of its events, to the next shard, which needs no key."""
    for row, id_, where in ((SealRow, "id", ""), (SealEventRow, "seal_id", f"number < {events}")):
        table = table_of(row)
        copied = [table.c.shard + 1 if each.name == "shard" else each for each in table.columns]
        found = select(*copied).where(table.c[id_] == record.key.id, text(where or "true"))
        with engine.begin() as connection:
            names = [each.name for each in table.columns]
            connection.execute(insert(table).from_select(names, found))
