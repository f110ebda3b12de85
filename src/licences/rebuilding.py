"""Rebuilding (重建): what licences' rows say of their lives is made from their journals again.

Rules kept:

- the journal counts, if it is whole: an unbroken chain, each event as its digest says, what was
  done signed by the department, and by no stranger in its name; with a broken one nothing is
  mended, and that is told;
- a row that names a later event than its journal has, and none that is in it, shows a journal that
  was cut off: it is broken too, else a revocation would be undone by deleting it;
- licences are gone through page by page, and each is told when it is done; none stops the others;
  at the end journals are told whose licences have no row;
- whoever acts on a licence in the meantime is not overwritten: it is looked at again;
- what look-ups get wrong of a licence is told, whatever its journal says, and not mended.

Left to others: documents and data, which are no projection.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.report import Finding
from licences.life_signers import LifeSigners
from licences.model import LicenceKey
from licences.projecting import project
from licences.projections import (
    KeptLicence,
    Projection,
    Projections,
    RawKey,
    StoredJournal,
    demand_whole,
    read_keys,
)
from licences.reasons import LicenceReason

PAGE: Final = 200
"""Licences that are held at a time."""

_TRIES: Final = 10


class Outcome(StrEnum):
    """What came of comparing a licence's row with its journal."""

    AGREES = "agrees"
    DIFFERS = "differs"
    MENDED = "mended"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A licence that was looked at.

    Attributes:
        identifier: which.
        outcome: what came of it.
        row: what its row said; `None` if that cannot be told.
        journal: what its journal says; `None` if that cannot be told.
        doubt: why the signer of an event could not be judged; `None`: all are good.
        error: why it cannot be told, or is not mended: JOURNAL_BROKEN, also where look-ups lead
            elsewhere; ISSUED_ELSEWHERE, somebody acted on it each time that it was looked at.
    """

    identifier: str
    outcome: Outcome
    row: Projection | None = None
    journal: Projection | None = None
    doubt: Finding | None = None
    error: EvidenceError | None = None


def rebuild(
    projections: Projections, signers: LifeSigners, *, check: bool, limit: int = PAGE
) -> Iterator[Compared]:
    """Compare all licences of a register with their journals, and mend what differs.

    Args:
        projections: the register's.
        signers: judges who signed what was done.
        check: only tell what differs.
        limit: how many licences to hold at a time.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE.
    """
    after: RawKey | None = None
    while page := projections.keys(limit=limit, after=after):
        keys, unread = read_keys(page)
        for error in unread:
            yield Compared(identifier=error.at, outcome=Outcome.FAILED, error=error)
        yield from _compare(projections, signers, keys, check=check)
        after = page[-1]
    for identifier in projections.rowless():
        yield Compared(identifier=identifier, outcome=Outcome.FAILED, error=_rowless())


def _rowless() -> RefusedError:
    sentence = (
        "登记簿中没有它的行，只有其记录：请从备份恢复 "
        "it has a journal, and no row: restore it from a backup"
    )
    return RefusedError(LicenceReason.JOURNAL_BROKEN, sentence)


def _compare(
    projections: Projections, signers: LifeSigners, keys: Sequence[LicenceKey], *, check: bool
) -> Iterator[Compared]:
    """Compare some licences; one by one where a row of theirs says what it cannot."""
    try:
        kept, journals = projections.kept(keys), projections.journals(keys)
    except RefusedError as error:
        if len(keys) > 1:
            for key in keys:
                yield from _compare(projections, signers, [key], check=check)
            return
        identifier = projections.identifier(keys[0])
        yield Compared(identifier=identifier, outcome=Outcome.FAILED, error=error)
        return
    misled = projections.misled(keys)
    for key in keys:
        if key in kept:
            settled = _settle(projections, signers, kept[key], journals[key], check=check)
            yield _found_by(settled, misled.get(key, ""))


def _found_by(settled: Compared, misled: str) -> Compared:
    """Tell also what look-ups get wrong of a licence, which no journal mends."""
    if not misled or settled.outcome is Outcome.FAILED:
        return settled
    sentence = f"{misled}：请从备份恢复 restore it from a backup"
    error = RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=settled.identifier)
    return replace(settled, outcome=Outcome.FAILED, error=error)


def _settle(
    projections: Projections,
    signers: LifeSigners,
    kept: KeptLicence,
    journal: StoredJournal,
    *,
    check: bool,
) -> Compared:
    """Compare a licence until nobody moves it meanwhile, and mend its row."""
    key, identifier = kept.licence.key, kept.licence.identifier
    for _ in range(_TRIES):
        try:
            said, doubt = _read(kept, journal, signers)
        except RefusedError as error:
            return Compared(
                identifier=identifier, outcome=Outcome.FAILED, row=kept.row, error=error
            )
        outcome = _outcome(projections, kept, said, check=check)
        if outcome is not None:
            return Compared(
                identifier=identifier, outcome=outcome, row=kept.row, journal=said, doubt=doubt
            )
        kept = projections.kept([key]).get(key, kept)
        journal = projections.journals([key])[key]
    sentence = "他人一直在办理 somebody acts on it all the time"
    return Compared(
        identifier=identifier,
        outcome=Outcome.FAILED,
        row=kept.row,
        error=UnavailableError(LicenceReason.ISSUED_ELSEWHERE, sentence),
    )


def _outcome(
    projections: Projections, kept: KeptLicence, said: Projection, *, check: bool
) -> Outcome | None:
    """Mend a row that differs, or only say so; `None`: it has moved on since it was read."""
    if said == kept.row:
        return Outcome.AGREES
    if check:
        return Outcome.DIFFERS if projections.is_as_read(kept) else None
    return Outcome.MENDED if projections.mend(kept, said) else None


def _read(
    kept: KeptLicence, journal: StoredJournal, signers: LifeSigners
) -> tuple[Projection, Finding | None]:
    """Read what a journal says of a licence, and what was not judged of it.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    events = demand_whole(kept.row, journal)
    return Projection.of(project(kept.licence, events)), signers.demand(events)
