"""Changes of a status list (状态变更): what a list says anew is what the journals say.

Where a licence stands is read from its row, which is quick, and as quickly changed, or restored
from an old copy of the register. So whatever a list is to say otherwise than the one that is
published is held against the licence's journal, which its department signed. Rules kept:

- the journal counts: of a row that says something else that is told;
- what was published has to follow from the journal; where it does not, the list goes on saying it,
  and that is told: no old copy of a register takes a revocation back in silence;
- a licence to which something was done since the list was published is held against its journal
  whatever its row says: also an old list, or none, hides no revocation;
- what a stranger signed does nothing, neither good nor bad, and is told;
- what cannot be read makes no licence good.

Left to others: what has not changed, for it was held against the journals once; rows that agree
with what is published and not with their journals, to `rebuilding`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from eseal.errors import RefusedError
from eseal.jose.status_list import StatusList
from licences.licence_life import Standing, last_standing
from licences.life_journal import LifeEntry, read_life
from licences.life_signers import LifeSigners
from licences.life_terms import STANDINGS
from licences.projections import Projections, StoredLicence, demand_whole
from licences.status_lists import standing_of

_TOLD: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What a list is to say.

    Attributes:
        standings: of the places whose licences do not stand as valid.
        doubts: what the journals do not account for, a sentence each; the first ones and a count.
        is_behind: whether something was published that no journal tells, as it is with an old copy
            of the register.
    """

    standings: Mapping[int, Standing]
    doubts: tuple[str, ...] = ()
    is_behind: bool = False


def settle(
    projections: Projections,
    uri: str,
    published: StatusList | None,
    rows: Mapping[int, Standing],
    touched: Collection[int],
    signers: LifeSigners,
) -> Settled:
    """Say what a list is to say, of what has changed or may have by the journals.

    Args:
        projections: the register's.
        uri: the list's.
        published: what it says so far, `None`: nothing.
        rows: where licences stand by their rows, those that are not valid.
        touched: the places of licences to which something was done since the list was published.
        signers: judges who signed what was done.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE.
    """
    said = {} if published is None else _standings(published)
    differ = {
        place for place in said.keys() | rows.keys() if said.get(place) is not rows.get(place)
    }
    changed = sorted(differ.union(touched))
    found = projections.at_places(uri, changed)
    standings, doubts, is_behind = dict(rows), [], False
    for place in changed:
        before = said.get(place, Standing.VALID)
        licence = found.get(place)
        standing, doubt = _settle(licence, before, signers)
        if standing is None:
            is_behind = is_behind or before is not Standing.VALID
            standing = rows.get(place, Standing.VALID) if before is Standing.VALID else before
        standings[place] = standing
        if doubt:
            name = f"位置 place {place}" if licence is None else licence.kept.licence.identifier
            doubts.append(
                f"{name}：现发布为{STANDINGS[standing]}，{doubt}; published as {standing}"
            )
    return Settled(
        standings={place: each for place, each in standings.items() if each is not Standing.VALID},
        doubts=_few(doubts),
        is_behind=is_behind,
    )


def _settle(
    licence: StoredLicence | None, before: Standing, signers: LifeSigners
) -> tuple[Standing | None, str]:
    """Say where a licence stands by its journal, `None`: it does not tell; and what is in doubt."""
    if licence is None:
        en = f"was published as {before}, and nothing was ever done to a licence there"
        return None, f"原发布的状态无据，该处证照从无变动 {en}"
    try:
        life, doubt = _read(licence, signers)
    except RefusedError as error:
        return None, _broken(error)
    log = [each.event for each in life]
    if before not in {last_standing(log[:count]) for count in range(1, len(log) + 1)}:
        en = f"was published as {before}, and its journal knows nothing of that"
        return None, f"原发布的状态无据，其记录中没有 {en}"
    standing = last_standing(log)
    row = licence.kept.row.standing
    if doubt or row == standing:
        return standing, doubt
    return standing, f"登记与记录不一致 its row says {row}, its journal {standing}"


def _read(licence: StoredLicence, signers: LifeSigners) -> tuple[tuple[LifeEntry, ...], str]:
    """Read a life up to the first event of a stranger, and say whether there is one.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    kept = licence.kept.licence
    events = demand_whole(licence.kept, licence.journal)
    life = read_life(events, identifier=kept.identifier, department=kept.department)
    try:
        signers.demand(events)
    except RefusedError as error:
        return tuple(each for each in life if each.number < int(error.at)), _broken(error)
    return life, ""


def _broken(error: RefusedError) -> str:
    en = f"its journal is broken at event {error.at}, {error.sentence}"
    return f"其记录第 {error.at} 条损坏 {en}"


def _standings(published: StatusList) -> dict[int, Standing]:
    """Give what a list says, of all places that do not stand as valid."""
    found = ((place, standing_of(value)) for place, value in published.notable())
    return {place: standing for place, standing in found if standing is not None}


def _few(doubts: list[str]) -> tuple[str, ...]:
    more = len(doubts) - _TOLD
    return (*doubts[:_TOLD], *([f"另有 {more} 处 and {more} more"] if more > 0 else []))
