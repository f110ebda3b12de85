"""Changes of a status list (状态变更): a signed list is only ever moved on by what was signed.

Where a licence stands is read from its row, which is quick, and as quickly changed, added, or
restored from an old copy of the register. So whatever a list is to say otherwise than the one that
is published is said by journals that the list's department signed. Rules kept:

- the journals count that name the place: of a row that says something else that is told;
- what nobody signed changes nothing that is published, and is told: a row, an event, a licence that
  was put into another's place by whoever can write the database;
- what was published has to follow from a journal; where it does not, the list goes on saying it,
  and that is told: no old copy of a register takes a revocation back in silence. Who can say that a
  revocation never was records it and takes it back, which both are signed;
- of several journals of one licence the longest counts: who cannot sign can copy a part of one, as
  of before a correction, and no more;
- what came to nothing is cancelled by a journal that nobody signs: only where no other licence has
  the place.

Left to others: reading, to `status_survey` and `placed_lives`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from eseal.jose.status_list import StatusList
from licences.licence_life import Standing
from licences.life_terms import STANDINGS
from licences.placed_lives import PlacedLife
from licences.status_lists import standing_of

_TOLD: Final = 3
_VALID: Final = Standing.VALID


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What a list is to say.

    Attributes:
        standings: of the places whose licences do not stand as valid.
        doubts: what the journals do not account for, a sentence each.
        lost: the same, of places that no licence of the register has.
        is_behind: whether something was published that no journal tells, as it is with an old copy
            of the register.
    """

    standings: Mapping[int, Standing]
    doubts: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    is_behind: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What was found of a list's places that have changed or may have.

    Attributes:
        places: which.
        lives: the licences that belong there, or whose rows say so; of places that no signature
            accounts for all of them.
    """

    places: Collection[int]
    lives: Mapping[int, Sequence[PlacedLife]]


def settle(department: str, said: Mapping[int, Standing], found: Findings) -> Settled:
    """Say what a list is to say.

    Args:
        department: code of whose list it is.
        said: what it says so far, of the places that do not stand as valid.
        found: what the register has of places that have changed.
    """
    standings, doubts, lost, is_behind = dict(said), list[str](), list[str](), False
    for place in sorted(found.places):
        before, lives = said.get(place, _VALID), found.lives.get(place, ())
        counted = _counted(department, lives)
        after = [_after(each, before) for each in counted] or [None]
        standing = standings[place] = _worst(each or before for each in after)
        is_untold = before is not _VALID and None in after
        is_behind = is_behind or is_untold
        doubts += [
            _told(each.identifier, standing, doubt)
            for each in lives
            if (doubt := _doubt(each, before, is_counted=each in counted))
        ]
        if is_untold and not lives:
            lost.append(_told(f"位置 place {place}", standing, _nobody(before)))
    return Settled(
        standings={place: each for place, each in standings.items() if each is not _VALID},
        doubts=tuple(doubts),
        lost=tuple(lost),
        is_behind=is_behind,
    )


def is_accounted(department: str, lives: Iterable[PlacedLife]) -> bool:
    """Whether a list's department did something to one of these, and signed it."""
    return any(_is_signed_by(department, each) for each in lives)


def standings_of(published: StatusList) -> dict[int, Standing]:
    """Give what a list says, of all places that do not stand as valid."""
    found = ((place, standing_of(value)) for place, value in published.notable())
    return {place: standing for place, standing in found if standing is not None}


def few(doubts: Sequence[str]) -> str:
    """Say the first doubts, and how many more there are."""
    more = len(doubts) - _TOLD
    return "; ".join((*doubts[:_TOLD], *([f"另有 {more} 处 and {more} more"] if more > 0 else [])))


def _is_signed_by(department: str, life: PlacedLife) -> bool:
    return life.is_proven and life.department == department


def _counted(department: str, lives: Sequence[PlacedLife]) -> list[PlacedLife]:
    """Give those that say where the licence at a place stands."""
    signed = [each for each in lives if _is_signed_by(department, each)]
    longest: dict[str, PlacedLife] = {}
    for each in sorted(signed, key=lambda life: len(life.standings)):
        longest[each.identifier] = each
    return list(longest.values()) or [each for each in lives if each.has_failed and len(lives) == 1]


def _after(life: PlacedLife, before: Standing) -> Standing | None:
    """Say where a licence stands; `None`: as it was published, it never stood by its journal."""
    return life.standings[-1] if before in life.standings else None


def _doubt(life: PlacedLife, before: Standing, *, is_counted: bool) -> str:
    """Say what is wrong with a licence, with its row, or with what was published of it."""
    if life.doubt:
        return life.doubt
    if is_counted and before not in life.standings:
        en = f"was published as {before}, and its journal knows nothing of that"
        return f"原发布的状态无据，其记录中没有 {en}"
    if life.standings and life.row != life.standings[-1]:
        return f"登记与记录不一致 its row says {life.row}, its journal {life.standings[-1]}"
    return "" if is_counted else _uncounted(life, before)


def _uncounted(life: PlacedLife, before: Standing) -> str:
    """Say why a licence's journal does not count, or that nothing is published of it."""
    if life.is_proven:
        return (
            "所据记录是另一部门的，或只抄了其记录的一部分 "
            "its journal is that of another department, or a copy of a part of it"
        )
    if life.has_failed:
        return "未签发，而同一位置另有证照 it was not issued, and another licence has its place"
    if not life.standings:
        return "没有签发的记录 it was never issued"
    if before is not _VALID:
        en = f"was published as {before}, and nothing was ever done to a licence there"
        return f"原发布的状态无据，该处证照从无变动 {en}"
    return ""


def _nobody(before: Standing) -> str:
    en = f"was published as {before}, and no licence of the register has this place"
    return f"原发布的状态无据，登记簿中没有该处的证照 {en}"


def _told(name: str, standing: Standing, doubt: str) -> str:
    return f"{name}：现发布为{STANDINGS[standing]}，{doubt}; published as {standing}"


def _worst(standings: Iterable[Standing]) -> Standing:
    """Give one that is not valid, if there is one."""
    return next((each for each in standings if each is not _VALID), _VALID)
