"""May a seal be used now (用章), by this officer and with this key: asked before it is.

Rules kept, all before anything is signed: the seal is ACTIVE by its history; the officer is its
keeper and holds a key whose certificate is good; the seal object and its maker, its validity, the
signer's place in its list and the signer's certificate are good by our own verifier; and what is
to be sealed is no licence, which would be one no more.
"""

from dataclasses import dataclass
from datetime import datetime

from eseal.chain import PathJudge, judge_at
from eseal.cms import Commitment
from eseal.errors import RefusedError
from eseal.pdf.verify import PagesSeen, verify_pdf
from eseal.seals.checks import demand_usable
from eseal.seals.model import Seal
from eseal.seals.reading import read_seal
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.claims import EMBEDDED_NAME
from licences.officers import Actor
from licences.reasons import LicenceReason
from licences.seal_bench import demand_paths
from licences.seal_life import Power, SealState
from licences.seal_model import SealRecord


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class UsableSeal:
    """A seal that may be used: what the register shows, and its seal object."""

    record: SealRecord
    seal: Seal


def demand_seal(
    record: SealRecord, by: Actor, signer: Signer, *, trust: TrustStore, at: datetime
) -> UsableSeal:
    """Give a seal that `by` may use at `at` with `signer`.

    Raises:
        RefusedError: SEAL_NOT_ACTIVE, NOT_THE_KEEPER, POWER_MISSING; or why the seal, its validity
            or the signer is not good.
        UnavailableError: something could not be judged.
    """
    by.officer.demand(Power.KEEP)
    if by.officer.id != record.keeper:
        sentence = f"{by.officer.id} is not {record.keeper}"
        raise RefusedError(LicenceReason.NOT_THE_KEEPER, sentence)
    if record.state is not SealState.ACTIVE or record.esl is None:
        raise RefusedError(LicenceReason.SEAL_NOT_ACTIVE, f"it is {record.state}")
    judge = judge_at(trust, at)
    demand_paths(judge, [by.signer.certificate], by.signer.chain)
    seal = read_seal(record.esl)
    demand_usable(seal, signer, judge=judge, at=at)
    return UsableSeal(record=record, seal=seal)


def demand_no_licence(pdf: bytes, *, judge: PathJudge) -> None:
    """Refuse a PDF that was issued as a licence: signed as its origin, with its data attached.

    Raises:
        RefusedError: LICENCE_NOT_SEALED_AGAIN.
    """
    evidence = verify_pdf(pdf, judge=judge, pages=PagesSeen.NONE)
    if evidence.attachment(EMBEDDED_NAME) is None:
        return
    if any(each.commitment == Commitment.ORIGIN for each in evidence.signatures):
        sentence = f"it is signed as its origin and carries {EMBEDDED_NAME}"
        raise RefusedError(LicenceReason.LICENCE_NOT_SEALED_AGAIN, sentence)
