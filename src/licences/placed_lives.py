"""The lives of licences that rows have at a place of a status list, and the places they name.

Rules kept: a journal counts at the place that it names, whatever the row says (`Stray`); where it
names none, as older ones do, the row is believed; what a stranger signed does nothing, neither good
nor bad, nor does anything behind it; what cannot be read says nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eseal.errors import RefusedError
from licences.licence_life import Standing, last_standing
from licences.life_journal import LifeEntry, read_life
from licences.life_signers import LifeSigners
from licences.model import StatusPlace
from licences.placed_licences import Placed, PlacedLicences, RowPlace
from licences.projecting import standing_by
from licences.projections import StoredLicence, demand_whole
from licences.reasons import LicenceReason


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedLife:
    """A licence where it belongs.

    Attributes:
        identifier: which.
        row: where it stands by its row; may be anything.
        standings: where it stood by its journal, one after the other, as far as that can be relied
            on; never empty.
        doubt: what cannot be relied on; "" if nothing.
    """

    identifier: str
    row: str
    standings: Sequence[Standing | None]
    doubt: str = ""

    def standing_after(self, before: Standing) -> Standing | None:
        """Say where it stands; `None`: as it was published, it never stood by its journal."""
        return self.standings[-1] if before in self.standings else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stray:
    """A licence whose row says another place than its journal.

    Attributes:
        life: its life.
        place: where it belongs, by its journal.
    """

    life: PlacedLife
    place: StatusPlace

    @property
    def doubt(self) -> str:
        """Say so."""
        return (
            f"{self.life.identifier}：登记行所载的位置不是其记录所载的 its row says another place "
            f"than its journal, which names {self.place.index} of {self.place.uri}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A licence whose row or journal cannot be relied on, and why."""

    identifier: str
    doubt: str


def read_placed(
    placed: Placed, place: StatusPlace, signers: LifeSigners
) -> PlacedLife | Stray | Unreadable:
    """Read the life of a licence that its row has at a place.

    Args:
        placed: as it was read.
        place: where its row has it.
        signers: judges who signed what was done.
    """
    if isinstance(placed, RefusedError):
        return Unreadable(identifier=placed.at or "?", doubt=placed.sentence)
    kept = placed.kept.licence
    try:
        entries, doubt = _read(placed, signers)
    except RefusedError as error:
        return Unreadable(identifier=kept.identifier, doubt=_broken(error))
    row = placed.kept.row.standing
    standings = _standings(entries)
    life = PlacedLife(identifier=kept.identifier, row=row, standings=standings, doubt=doubt)
    named = next((each.place for each in entries if each.place is not None), place)
    return life if named == place else Stray(life=life, place=named)


def read_outside(
    placed: PlacedLicences, places: Iterable[RowPlace], signers: LifeSigners
) -> tuple[list[Stray], list[str]]:
    """Read the lives of licences whose rows have them at places that there are not.

    Licences that were issued before there were places have none, and that is as it should be.

    Args:
        placed: the register's licences.
        places: what the rows say.
        signers: judges who signed what was done.

    Returns:
        Those whose journals name where they belong; and what is to be told.
    """
    strays, doubts = list[Stray](), list[str]()
    for uri, index in places:
        for each in placed.at((uri, index)):
            place = StatusPlace(uri=str(uri), index=index if isinstance(index, int) else 0)
            found = read_placed(each, place, signers)
            if isinstance(found, Stray):
                strays.append(found)
                doubts.append(found.doubt)
            elif uri != "" or isinstance(found, Unreadable):
                why = found.doubt or f"没有这样的状态列表 there is no such list: {uri} {index}"
                doubts.append(f"{found.identifier}：{why}")
    return strays, doubts


def _read(licence: StoredLicence, signers: LifeSigners) -> tuple[Sequence[LifeEntry], str]:
    """Read a life up to the first event of a stranger, and say whether there is one.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    kept = licence.kept.licence
    events = demand_whole(licence.kept, licence.journal)
    life = read_life(events, identifier=kept.identifier, department=kept.department)
    if not life and standing_by(events, life) is None:
        raise RefusedError(
            LicenceReason.JOURNAL_BROKEN, "没有签发的记录 it was never issued", at="0"
        )
    try:
        signers.demand(events)
    except RefusedError as error:
        return [each for each in life if each.number < int(error.at)], _broken(error)
    return life, ""


def _standings(life: Sequence[LifeEntry]) -> Sequence[Standing | None]:
    """Say where a licence stood, one after the other; what was not issued is cancelled."""
    log = [each.event for each in life]
    if not log:
        return Standing.VALID, Standing.CANCELLED
    return [last_standing(log[:count]) for count in range(1, len(log) + 1)]


def _broken(error: RefusedError) -> str:
    en = f"its journal is broken at event {error.at}, {error.sentence}"
    return f"其记录第 {error.at} 条损坏 {en}"
