"""Changes of a status list (状态变更): what a list says anew is what the journals say.

Where a licence stands is read from its row, which is quick, and as quickly changed, or restored
from an old copy of the register. So whatever a list is to say otherwise than the one that is
published is held against the licence's journal, which its department signed. Rules kept:

- the journal counts: of a row that says something else that is told;
- what was published has to follow from the journal; where it does not, the list goes on saying it,
  and that is told: no old copy of a register takes a revocation back in silence;
- a licence to which something was done since the list was published is held against its journal
  whatever its row says: also an old list, or none, hides no revocation;
- a row that says another place than the journal moves no revocation away, and none to a place where
  somebody else's licence is; that is told;
- what cannot be read makes no licence good, and keeps back none of the others.

Left to others: what has not changed, for it was held against the journals once; rows that agree
with what is published and not with their journals, to `rebuilding`; reading, to `placed_lives`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from eseal.jose.status_list import StatusList
from licences.licence_life import Standing
from licences.life_signers import LifeSigners
from licences.life_terms import STANDINGS
from licences.model import StatusPlace
from licences.placed_licences import PlacedLicences
from licences.placed_lives import PlacedLife, Stray, Unreadable, read_placed
from licences.status_lists import standing_of

_TOLD: Final = 3
_VALID: Final = Standing.VALID


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What a list is to say.

    Attributes:
        standings: of the places whose licences do not stand as valid.
        doubts: what the journals do not account for, a sentence each.
        is_behind: whether something was published that no journal tells, as it is with an old copy
            of the register.
        strays: licences whose rows say places of this list, and which belong elsewhere.
    """

    standings: Mapping[int, Standing]
    doubts: tuple[str, ...] = ()
    is_behind: bool = False
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """What is said of a place; `standing` is `None` where that cannot be told."""

    name: str
    standing: Standing | None
    doubt: str = ""


def settle(
    placed: PlacedLicences,
    uri: str,
    published: StatusList | None,
    rows: Mapping[int, Standing | None],
    touched: Collection[int],
    signers: LifeSigners,
    strays: Collection[Stray] = (),
) -> Settled:
    """Say what a list is to say, of what has changed or may have by the journals.

    Args:
        placed: the register's licences.
        uri: the list's.
        published: what it says so far, `None`: nothing.
        rows: where licences stand by their rows, those that are not valid; `None`: nobody can tell.
        touched: the places of licences to which something was done since the list was published.
        signers: judges who signed what was done.
        strays: found elsewhere; those that belong here are told here.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE.
    """
    said = {} if published is None else _standings(published)
    changed = {
        place
        for place in said.keys() | rows.keys()
        if said.get(place, _VALID) is not rows.get(place, _VALID)
    }.union(touched)
    found = {
        place: [read_placed(each, StatusPlace(uri=uri, index=place), signers) for each in those]
        for place, those in placed.at_places(uri, sorted(changed)).items()
    }
    away = tuple(each for those in found.values() for each in those if isinstance(each, Stray))
    home = {each.place.index: each.life for each in (*strays, *away) if each.place.uri == uri}
    standings = {place: each for place, each in rows.items() if each is not None}
    doubts, is_behind = [each.doubt for each in away], False
    for place in sorted(changed.union(home)):
        before = said.get(place, _VALID)
        answers = _answers(place, before, found.get(place, ()), home.get(place))
        kept = (rows.get(place) or _VALID) if before is _VALID else before
        standings[place] = standing = _worst(each.standing or kept for each in answers)
        untold = before is not _VALID and any(each.standing is None for each in answers)
        is_behind = is_behind or untold
        doubts += [_doubt(each, standing) for each in answers if each.doubt]
    return Settled(
        standings={place: each for place, each in standings.items() if each is not _VALID},
        doubts=tuple(doubts),
        is_behind=is_behind,
        strays=away,
    )


def few(doubts: Sequence[str]) -> str:
    """Say the first doubts, and how many more there are."""
    more = len(doubts) - _TOLD
    return "; ".join((*doubts[:_TOLD], *([f"另有 {more} 处 and {more} more"] if more > 0 else [])))


def _answers(
    place: int,
    before: Standing,
    found: Sequence[PlacedLife | Stray | Unreadable],
    home: PlacedLife | None,
) -> list[_Answer]:
    """Say what all say of a place that have a say in it.

    Args:
        place: which.
        before: what was published.
        found: what rows have there.
        home: what belongs there though its row is elsewhere.
    """
    own = [each for each in found if not isinstance(each, Stray)]
    if home is not None:
        own.append(home)
    if own:
        return [_answer(each, before) for each in own]
    name = f"位置 place {place}"
    if found and before is _VALID:
        return [_Answer(name=name, standing=_VALID)]
    en = f"was published as {before}, and nothing was ever done to a licence there"
    return [_Answer(name=name, standing=None, doubt=f"原发布的状态无据，该处证照从无变动 {en}")]


def _answer(found: PlacedLife | Unreadable, before: Standing) -> _Answer:
    name = found.identifier
    if isinstance(found, Unreadable):
        return _Answer(name=name, standing=None, doubt=found.doubt)
    standing = found.standing_after(before)
    if standing is None:
        en = f"was published as {before}, and its journal knows nothing of that"
        return _Answer(name=name, standing=None, doubt=f"原发布的状态无据，其记录中没有 {en}")
    return _Answer(name=name, standing=standing, doubt=found.doubt or _difference(found, standing))


def _difference(life: PlacedLife, standing: Standing) -> str:
    if life.row == standing:
        return ""
    return f"登记与记录不一致 its row says {life.row}, its journal {standing}"


def _doubt(answer: _Answer, standing: Standing) -> str:
    en = f"published as {standing}"
    return f"{answer.name}：现发布为{STANDINGS[standing]}，{answer.doubt}; {en}"


def _worst(standings: Iterable[Standing]) -> Standing:
    """Give one that is not valid, if there is one."""
    return next((each for each in standings if each is not _VALID), _VALID)


def _standings(published: StatusList) -> dict[int, Standing]:
    """Give what a list says, of all places that do not stand as valid."""
    found = ((place, standing_of(value)) for place, value in published.notable())
    return {place: standing for place, standing in found if standing is not None}
