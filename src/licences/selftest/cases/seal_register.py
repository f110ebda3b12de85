"""The seal register (印章登记) of a trust bundle: seals that it has, has not, or had out of use."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final

from licences.checks import LicenceCheck
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.seal_register_check import SealSnapshot
from licences.seal_snapshot import SealStanding
from licences.selftest.authority import AT, DAY, SECOND, SIGNED
from licences.selftest.office import Office
from licences.selftest.papers import PdfPaper, pdf_paper
from licences.selftest.seals import SEAL_ID, SealUse, seal_of, used
from licences.selftest.statements import ask
from licences.selftest.table import OF_PDF, REGISTERED, Cases, Question, doubtful, wrong

CASES: Final = Cases()

_ACTIVE: Final = (SIGNED - DAY, SealState.ACTIVE)
_CHECK: Final = LicenceCheck.SEAL_REGISTER


def _ask(
    office: Office,
    *states: tuple[datetime, SealState],
    made_at: datetime = AT,
    registered: bool = True,
) -> Question:
    """Ask about the good PDF, with a snapshot in which its seal stood so."""
    seal = seal_of(office)
    known = seal if registered else b"another"
    standing = SealStanding(
        es_id=SEAL_ID,
        owner=office.department.code.text,
        name="样本",
        states=states,
        objects=(hashlib.sha256(known).hexdigest(),),
    )
    paper = PdfPaper(use=used(lambda _: SealUse(seal=seal)))
    question = ask(office, pdf_paper(office, paper))
    return replace(question, seals=SealSnapshot(made_at=made_at, seals=(standing,)))


@CASES.good(
    "印章登记：用章之后才撤销", "seals: revoked a second after its use", *OF_PDF, *REGISTERED
)
def _seal_revoked_later(office: Office) -> Question:
    return _ask(office, _ACTIVE, (SIGNED + SECOND, SealState.REVOKED))


@CASES.bad(
    "印章登记：用章时已撤销",
    "seals: revoked when it was used",
    wrong(_CHECK, LicenceReason.SEAL_OUT_OF_USE),
)
def _seal_revoked_before(office: Office) -> Question:
    return _ask(office, _ACTIVE, (SIGNED, SealState.REVOKED))


@CASES.bad(
    "印章登记：没有这枚印章",
    "seals: another object under its number",
    wrong(_CHECK, LicenceReason.SEAL_NOT_REGISTERED),
)
def _seal_not_registered(office: Office) -> Question:
    return _ask(office, _ACTIVE, registered=False)


@CASES.open(
    "印章登记早于用章，没有这枚印章",
    "seals: not in a snapshot from before its use",
    doubtful(_CHECK, LicenceReason.SEAL_REGISTER_STALE),
)
def _seal_register_too_old(office: Office) -> Question:
    return _ask(office, _ACTIVE, made_at=SIGNED - SECOND, registered=False)
