"""Finding licences (查找证照) by what people know of them: the number, the holder's code.

Rules kept: no look-up goes through the whole register. A number is part of a natural key, which is
looked up for every known type and department, and from a licence on every version that took its
place; a holder's licences lie in the holder's shard. There is no index of names, for the register
keeps personal data in `licence.data` only: a name narrows what was found. What was not issued in
the end is not found.

Left to others: who may ask, and in which words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from licences.catalogue import Catalogue, LicenceType
from licences.licence_life import Standing
from licences.model import Licence, LicenceState, NaturalKey
from licences.store import Register
from licences.succession import successor_key

_MOST_KEYS: Final = 400
"""How many natural keys are looked up at once."""
_MOST_VERSIONS: Final = 999
"""A version has three digits."""
_LONGEST: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is known of a licence; at least its number or its holder's code.

    Attributes:
        number: the licence's number (证照编号), in full.
        holder: the holder's code, in full.
        name: a part of the holder's name; narrows.
        licence_type: narrows.
        standing: narrows.
    """

    number: str = ""
    holder: str = ""
    name: str = ""
    licence_type: LicenceType | None = None
    standing: Standing | None = None

    def __post_init__(self) -> None:
        if not (self.number or self.holder):
            msg = "a number or a holder's code is needed"
            raise ValueError(msg)


class Finder:
    """Finds licences in one register."""

    def __init__(
        self, register: Register, catalogue: Catalogue, departments: Iterable[str]
    ) -> None:
        self._register = register
        self._catalogue = catalogue
        self._departments = frozenset(departments)

    def find(self, wanted: Wanted, *, limit: int) -> tuple[Licence, ...]:
        """Give the licences that are meant, newest first, at most `limit`.

        Raises:
            UnavailableError: DATABASE_UNAVAILABLE.
        """
        text = wanted.number or wanted.holder
        if len(text) > _LONGEST or not text.isprintable():
            return ()
        if not wanted.number:
            return self._register.of_holder(
                wanted.holder, keep=lambda each: self._is_meant(each, wanted), limit=limit
            )
        found = [
            each
            for each in self._with_number(wanted.number, wanted.licence_type)
            if self._is_meant(each, wanted)
        ]
        found.sort(key=lambda each: (each.issued_at, each.identifier), reverse=True)
        return tuple(found[:limit])

    def _with_number(self, number: str, only: LicenceType | None) -> Iterator[Licence]:
        """Give the licences with a number: the first version, then those that replaced it."""
        keys = [
            NaturalKey(type_code=each.code, department=department, number=number).digest
            for each in ((only,) if only else self._catalogue.types)
            for department in self._departments.union(issuer.text for issuer in each.issuers)
        ]
        versions, seen = self._look_up(keys), set[str]()
        for _ in range(_MOST_VERSIONS):
            versions = [each for each in versions if each.identifier not in seen]
            if not versions:  # also where a row that was altered names one before it
                return
            seen.update(each.identifier for each in versions)
            yield from versions
            versions = self._successors(versions)

    def _successors(self, licences: Sequence[Licence]) -> list[Licence]:
        """Give what took the place of licences; several of one where that was taken back since."""
        found: list[Licence] = []
        asked = [each.identifier for each in licences]
        for attempt in range(_MOST_VERSIONS):
            if not asked:
                break
            keys = {successor_key(each, attempt): each for each in asked}
            those = self._look_up(keys)
            found += those
            asked = [keys[each.natural_key] for each in those]
        return found

    def _look_up(self, keys: Iterable[bytes]) -> list[Licence]:
        wanted, found = list(keys), list[Licence]()
        for start in range(0, len(wanted), _MOST_KEYS):
            some = wanted[start : start + _MOST_KEYS]
            found += self._register.find_by_natural_keys(some).values()
        return found

    def _is_meant(self, licence: Licence, wanted: Wanted) -> bool:
        kind = self._catalogue.find_code(licence.type_code)
        code, name = kind.roles.holder_code if kind else "", kind.roles.holder_name if kind else ""
        return (
            licence.state is not LicenceState.FAILED
            and (wanted.licence_type is None or wanted.licence_type.code == licence.type_code)
            and (wanted.standing is None or licence.standing is wanted.standing)
            and (not wanted.holder or wanted.holder in _values(licence, code))
            and any(wanted.name in each for each in ("", *_values(licence, name)))
        )


def _values(licence: Licence, field: str) -> list[str]:
    """Give the text of a field; of a type that nobody knows any more those of all fields."""
    return [str(each) for key, each in licence.data.items() if field in {key, ""}]
