"""What the status lists of a register are to say (状态查对), beside what is published of them.

Rules kept:

- all lists are looked at together: whatever a row says, a journal counts in the list that it names;
- rows tell quickly what may have changed; so does every signed event of late, whatever its row
  says, that does not agree with what is published. Of late is what was recorded in the month before
  the oldest of the lists: so long may recording take, and so wrong may a clock be. Where a list is
  made anew, or one is from the future, all that was ever signed is looked at;
- a place that only rows speak of, or that is published as not valid and that nothing signed of late
  accounts for, is looked for among all that was ever signed: a row that was moved or deleted takes
  nothing with it, and one with a copy of a part of a journal does not stand for the whole.

Left to others: what follows to `status_changes`, signing and writing to `publishing`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eseal.errors import EvidenceError, RefusedError
from licences.licence_life import TRANSITIONS, LifeAction, Standing
from licences.life_signers import LifeSigners
from licences.model import LicenceKey
from licences.placed_licences import PlacedLicences, RowPlace, by_list, is_index
from licences.placed_lives import PlacedLife, read_placed
from licences.published_lists import KnownList, read_known
from licences.status_changes import Findings, Settled, is_accounted, settle, standings_of
from licences.status_places import KeptList, StatusPlaces

if TYPE_CHECKING:
    from eseal.trust import TrustStore
    from licences.store import Register

_MARGIN: Final = timedelta(days=31)
_VALID: Final = Standing.VALID
_TARGETS: Final[Mapping[object, Standing | None]] = {
    **{action.value: each.target for action, each in TRANSITIONS.items()},
    LifeAction.CORRECT.value: None,
}
"""Where what is done leads to; of a correction only the journal can tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A list of the register, held against what is published of it.

    Attributes:
        kept: which.
        path: where it is published.
        known: what is published.
        settled: what it is to say.
    """

    kept: KeptList
    path: Path
    known: KnownList
    settled: Settled

    @property
    def doubts(self) -> tuple[str, ...]:
        """What the journals do not account for, and what is no list, a sentence each."""
        return (*((self.known.doubt,) if self.known.doubt else ()), *self.settled.doubts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What came of looking at all lists.

    Attributes:
        held: those that can be told of.
        refused: why others cannot, and the path of each.
        outside: what is told of licences that belong in no list.
    """

    held: Sequence[Held]
    refused: Sequence[tuple[Path, EvidenceError]]
    outside: Sequence[str]


def look(register: "Register", folder: Path, trust: "TrustStore", *, at: datetime) -> Survey:
    """Look at all lists of a register; nothing is written.

    Args:
        register: which.
        folder: the one into which status lists are published.
        trust: the home's.
        at: now.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE, STORAGE_UNAVAILABLE.
    """
    kept_lists: dict[str, KeptList] = {}
    known: dict[str, KnownList] = {}
    refused: list[tuple[Path, EvidenceError]] = []
    others: set[str] = set()
    for kept in StatusPlaces(register.engine).lists():
        if isinstance(kept, RefusedError):
            refused.append((folder, kept))
            continue
        try:
            known[kept.uri] = read_known(folder / kept.name, kept, trust, at=at)
            kept_lists[kept.uri] = kept
        except EvidenceError as error:
            refused.append((folder / kept.name, error))
            others.add(kept.uri)
    surveyor = Surveyor(register, known, trust, at=at)
    return Survey(
        held=[
            Held(kept=kept, path=folder / kept.name, known=known[uri], settled=surveyor.settle(uri))
            for uri, kept in kept_lists.items()
        ],
        refused=refused,
        outside=list(surveyor.outside(others)),
    )


def since(times: Iterable[datetime | None], at: datetime) -> datetime | None:
    """Say from when on what was recorded may not be said yet; `None`: from the beginning.

    Args:
        times: when it was said; `None`: never.
        at: now.
    """
    made = [None if each is None or each > at else each for each in times]
    timely = [each for each in made if each is not None]
    return min(timely) - _MARGIN if timely and len(timely) == len(made) else None


class Surveyor:
    """Reads the lives of licences that may have to be told of, when it is made.

    Args:
        register: whose.
        known: all lists that can be told of, by address.
        trust: the home's.
        at: now.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE.
    """

    def __init__(
        self,
        register: "Register",
        known: Mapping[str, KnownList],
        trust: "TrustStore",
        *,
        at: datetime,
    ) -> None:
        self._signers = LifeSigners(lambda: trust, now=at)
        self._placed = PlacedLicences(register.engine)
        self._places = StatusPlaces(register.engine)
        tokens = {uri: each.token for uri, each in known.items()}
        self._departments = {uri: each.department for uri, each in known.items()}
        self._said = {
            uri: {} if token is None else standings_of(token.statuses)
            for uri, token in tokens.items()
        }
        self._published: dict[RowPlace, Standing] = {
            (uri, place): each for uri, said in self._said.items() for place, each in said.items()
        }
        self._changed: dict[str, set[int]] = {}
        self._lives: dict[LicenceKey, PlacedLife] = {}
        self._accounted: set[RowPlace] = set()
        self._at = defaultdict[object, defaultdict[int, list[PlacedLife]]](
            lambda: defaultdict(list)
        )
        self._read(since((None if each is None else each.made_at for each in tokens.values()), at))

    def _read(self, since: datetime | None) -> None:
        """Read whatever may have changed, or is not accounted for."""
        rows, elsewhere = by_list(self._places.notable(), self._said)
        self._changed = {
            uri: different(said, rows.get(uri, {})) for uri, said in self._said.items()
        }
        self._add(self._disagreeing(since))
        self._accounted = {
            (uri, place)
            for uri, department in self._departments.items()
            for place, lives in self._at[uri].items()
            if is_accounted(department, lives)
        }
        wanted = defaultdict[object, set[object]](set)
        for uri, changed in self._changed.items():
            wanted[uri].update(changed)
        for address, index in elsewhere:
            if address != "":  # licences that were issued before there were places have none
                wanted[address].add(index)
        for place, indexes in wanted.items():
            self._add(self._placed.notable_at(place, indexes))
        self._read_open()

    def settle(self, uri: str) -> Settled:
        """Say what a list is to say."""
        said, lives = self._said[uri], self._at[uri]
        places = self._changed[uri] | lives.keys()
        return settle(self._departments[uri], said, Findings(places=places, lives=lives))

    def outside(self, others: Collection[str]) -> Iterator[str]:
        """Tell what belongs in no list.

        Args:
            others: addresses of lists that cannot be told of.
        """
        for each in self._lives.values():
            uri, index = each.place
            if uri in others or (uri in self._said and is_index(index)):
                continue
            why = each.doubt or (_nowhere(*each.place, uri in self._said) if uri else "")
            if why:
                yield f"{each.identifier}：{why}"

    def _read_open(self) -> None:
        """Look everywhere for what belongs at places that nothing signed of late accounts for."""
        wanted = {
            (uri, place)
            for uri, said in self._said.items()
            for place in self._changed[uri] | self._at[uri].keys()
            if place in said or any(each.is_proven for each in self._at[uri].get(place, ()))
        } - self._accounted
        if wanted:
            every = self._placed.signed(since=None)
            self._add(each.key for each in every if each.place in wanted)
        for uri in self._said:
            self._add(self._placed.all_at(uri, self._open(uri)))

    def _open(self, uri: str) -> set[int]:
        """Give the places of a list of which something was said, and nothing was signed."""
        lives, department, said = self._at[uri], self._departments[uri], self._said[uri]
        return {
            place
            for place in self._changed[uri] | lives.keys()
            if not is_accounted(department, lives.get(place, ()))
            and (place in said or any(each.has_failed for each in lives.get(place, ())))
        }

    def _disagreeing(self, since: datetime | None) -> Iterator[LicenceKey]:
        """Give those to whom something was done that is published otherwise, or nowhere."""
        for event in self._placed.signed(since=since):
            before = self._published.get(event.place, _VALID)
            is_known = event.place[0] in self._said
            if event.kind in _TARGETS and not (is_known and _TARGETS[event.kind] is before):
                yield event.key

    def _add(self, keys: Iterable[LicenceKey]) -> None:
        """Read the lives of licences that were not read yet."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._lives]
        for key, journal in self._placed.read(wanted):
            self._lives[key] = life = read_placed(journal, self._signers)
            uri, index = life.place
            if is_index(index):
                self._at[uri][index].append(life)


def _nowhere(uri: object, index: object, has_list: bool) -> str:
    if has_list:
        return f"状态列表中没有这个位置 it has no such place: {index} of {uri}"
    return f"没有这样的状态列表 there is no such list: {uri} {index}"


def different(said: Mapping[int, Standing], told: Mapping[int, Standing | None]) -> set[int]:
    """Give the places of which the one says something else than the other."""
    return {
        place
        for place in said.keys() | told.keys()
        if said.get(place, _VALID) is not told.get(place, _VALID)
    }
