"""The use of seals (用章): asked whether it may be, by this officer and with this key; journaled.

Rules kept, all before anything is signed: the seal is ACTIVE by its history; the officer is its
keeper and holds a key whose certificate is good; the seal object and its maker, its validity, the
signer's place in its list and the signer's certificate are good by our own verifier. A use is
journaled before the signature is made: there may be a use without a document, never a sealed
document without its use.

Left to others: what is done to seals to `seal_office`, the register of uses to `seal_store`; the
use of a seal on a licence that is issued to `workshop`; which documents are not sealed, such as
issued licences, to `eseal.pdf.stamping`, which refuses before the use is journaled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eseal.chain import judge_at
from eseal.errors import RefusedError
from eseal.seals.model import Seal
from eseal.seals.reading import read_seal
from eseal.seals.using import demand_usable
from eseal.signers import Signer
from licences.officers import Actor
from licences.reasons import LicenceReason
from licences.seal_bench import demand_paths
from licences.seal_clerk import SealClerk
from licences.seal_life import Power, SealState
from licences.seal_model import PlannedUse, SealRecord, SealUse
from licences.seal_terms import state_words


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class UsableSeal:
    """A seal that may be used: what the register shows, and its seal object."""

    record: SealRecord
    seal: Seal


def demand_active(record: SealRecord) -> bytes:
    """Insist that a seal is in use as the register has it; gives its bytes.

    Raises:
        RefusedError: SEAL_NOT_ACTIVE.
    """
    if record.state is not SealState.ACTIVE or record.esl is None:
        sentence = f"印章现为 it is：{state_words(record.state)}"
        raise RefusedError(LicenceReason.SEAL_NOT_ACTIVE, sentence)
    return record.esl


class SealUsage:
    """The use of the seals of one home, by their keepers; threads may share it."""

    def __init__(self, clerk: SealClerk, *, randomness: Callable[[int], bytes]) -> None:
        """Make ready.

        Args:
            clerk: keeps the register.
            randomness: gives random bytes, so many.
        """
        self._clerk = clerk
        self._randomness = randomness

    def usable(self, seal: str, by: Actor, signer: Signer, *, at: datetime) -> UsableSeal:
        """Give a seal that its keeper may use at `at` with `signer`.

        Raises:
            RefusedError: SEAL_NOT_ACTIVE, NOT_THE_KEEPER, POWER_MISSING; UNKNOWN_SEAL,
                SEAL_HISTORY_BROKEN, SEAL_ACTOR_UNKNOWN; or why the seal, its validity or the signer
                is not good.
            UnavailableError: something could not be judged.
        """
        record = self._clerk.standing(seal).record
        by.officer.demand(Power.KEEP, instead=f"保管人是 its keeper is {record.keeper}")
        if by.officer.id != record.keeper:
            sentence = f"保管人是 its keeper is {record.keeper}，不是 not {by.officer.id}"
            raise RefusedError(LicenceReason.NOT_THE_KEEPER, sentence)
        esl = demand_active(record)
        judge = judge_at(self._clerk.trust, at)
        demand_paths(judge, [by.signer.certificate], by.signer.chain)
        made = read_seal(esl)
        demand_usable(made, signer, judge=judge, at=at)
        return UsableSeal(record=record, seal=made)

    def journal(
        self,
        usable: UsableSeal,
        by: Actor,
        *,
        digest: bytes,
        matter: str,
        operation: str,
        at: datetime,
    ) -> SealUse:
        """Journal that the keeper is about to use a seal, before the signature is made.

        Args:
            usable: what `usable` gave.
            by: the keeper.
            digest: of what will be signed, by the digest of the seal's suite.
            matter: what for (事项).
            operation: what is done, such as `stamp`.
            at: when.

        Raises:
            RefusedError: TEXT_REFUSED, a text is missing or too long; SEAL_NOT_ACTIVE.
            UnavailableError: SEAL_MOVED_ON, it was made anew in the meantime.
        """
        record = usable.record
        use = SealUse(
            shard=record.key.shard,
            id=UUID(bytes=self._randomness(16), version=4),
            seal=record.key.id,
            at=at,
            actor=by.officer.id,
            suite=record.suite,
            digest=digest.hex(),
            matter=matter,
            operation=operation,
        )
        self._clerk.register.record_use(
            PlannedUse(use=use, key=record.key, esl_sha256=record.esl_sha256 or b"")
        )
        return use

    def journaled(
        self, seal: str, *, limit: int, after: SealUse | None = None
    ) -> tuple[SealUse | RefusedError, ...]:
        """List the uses of a seal, as `SealRegister.uses` does.

        Raises:
            RefusedError: UNKNOWN_SEAL.
        """
        return self._clerk.register.uses(self._clerk.find(seal).key.id, limit=limit, after=after)

    def find(self, seal: str, use: UUID) -> SealUse | None:
        """Give the use of a seal with this id; `None` if it has none such.

        Raises:
            RefusedError: UNKNOWN_SEAL.
        """
        return self._clerk.register.find_use(self._clerk.find(seal).key.id, use)
