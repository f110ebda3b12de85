"""Finding licences (查找证照) by what people know of them: the number, the holder's code.

Rules kept: no look-up goes through the whole register. A number is part of a natural key, which is
looked up for every known type and department, and from a licence on every version that took its
place; a holder's licences lie in the holder's shard. There is no index of names, for the register
keeps personal data in `licence.data` only: a name narrows what was found. What was not issued in
the end is not found, if its journal says so, too; a row that cannot be read is told, and hides none
of the others.

Left to others: who may ask, and in which words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from typing import Final

from eseal.errors import RefusedError
from licences.catalogue import Catalogue, LicenceType
from licences.licence_reading import BadRow
from licences.model import Licence, LicenceState, NaturalKey
from licences.projecting import project
from licences.store import Register
from licences.succession import MOST_VERSIONS, successor_key

_MOST_KEYS: Final = 400
"""How many natural keys are looked up at once."""
_LONGEST: Final = 200
_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width forms of ASCII characters (Unicode, Halfwidth and Fullwidth Forms)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is known of a licence; at least its number or its holder's code.

    Attributes:
        number: the licence's number (证照编号), in full.
        holder: the holder's code, in full.
        name: a part of the holder's name; narrows.
        licence_type: narrows.
    """

    number: str = ""
    holder: str = ""
    name: str = ""
    licence_type: LicenceType | None = None

    def __post_init__(self) -> None:
        if not (self.number or self.holder):
            msg = "a number or a holder's code is needed"
            raise ValueError(msg)


def writings(text: str) -> tuple[str, ...]:
    """Give a number or code as it is written, but for blanks around it, and as it may be meant.

    That is: with full-width characters as ASCII, and then with small letters as capitals.
    """
    plain = text.strip()
    narrow = plain.translate(_NARROW)
    return tuple(dict.fromkeys((plain, narrow, narrow.upper())))


class Finder:
    """Finds licences in one register."""

    def __init__(
        self, register: Register, catalogue: Catalogue, departments: Iterable[str]
    ) -> None:
        self._register = register
        self._catalogue = catalogue
        self._departments = frozenset(departments)

    def find(self, wanted: Wanted, *, limit: int) -> tuple[Licence | BadRow, ...]:
        """Give the licences that are meant, newest first, at most `limit`.

        Those whose rows cannot be read are given, too: nobody can tell whether they are meant. What
        is not found as it is written is looked for as it may have been meant, see `writings`.

        Raises:
            UnavailableError: DATABASE_UNAVAILABLE.
        """
        numbers, holders = writings(wanted.number), writings(wanted.holder)
        for number, holder in product(numbers, holders):
            if not (number or holder):
                break
            found = self._find(replace(wanted, number=number, holder=holder), limit)
            if found:
                return found
        return ()

    def _find(self, wanted: Wanted, limit: int) -> tuple[Licence | BadRow, ...]:
        text = wanted.number or wanted.holder
        if len(text) > _LONGEST or not text.isprintable():
            return ()
        if not wanted.number:
            return self._register.of_holder(
                wanted.holder, keep=lambda each: self._is_meant(each, wanted), limit=limit
            )
        versions = tuple(self._with_number(wanted.number, wanted.licence_type))
        good = [each for each in versions if isinstance(each, Licence)]
        meant = [each for each in good if self._is_meant(each, wanted)]
        meant.sort(key=lambda each: (each.issued_at, each.identifier), reverse=True)
        bad = (each for each in versions if isinstance(each, BadRow))
        return tuple(islice(chain[Licence | BadRow](bad, meant), limit))

    def _with_number(self, number: str, only: LicenceType | None) -> Iterator[Licence | BadRow]:
        """Give the licences with a number: the first version, then those that replaced it."""
        keys = [
            NaturalKey(type_code=each.code, department=department, number=number).digest
            for each in ((only,) if only else self._catalogue.types)
            for department in self._departments.union(issuer.text for issuer in each.issuers)
        ]
        versions, seen = list(self._look_up(keys).values()), {""}
        for _ in range(MOST_VERSIONS):
            yield from versions
            fresh = {each.identifier for each in versions} - seen
            if not fresh:  # also where a row that was altered names one before it
                return
            seen |= fresh
            versions = [each for each in self._successors(fresh) if each.identifier not in seen]

    def _successors(self, identifiers: Iterable[str]) -> list[Licence | BadRow]:
        """Give what took the place of licences; several of one where that was taken back since."""
        found: list[Licence | BadRow] = []
        asked = list(identifiers)
        for attempt in range(MOST_VERSIONS):
            if not asked:
                break
            keys = {successor_key(each, attempt): each for each in asked}
            those = self._look_up(keys)
            found += those.values()
            asked = [keys[key] for key in those]
        return found

    def _look_up(self, keys: Iterable[bytes]) -> dict[bytes, Licence | BadRow]:
        """Give what holds these natural keys, by them."""
        wanted, found = list(keys), dict[bytes, Licence | BadRow]()
        for start in range(0, len(wanted), _MOST_KEYS):
            found |= self._register.find_by_natural_keys(wanted[start : start + _MOST_KEYS])
        return found

    def _is_meant(self, licence: Licence, wanted: Wanted) -> bool:
        kind = self._catalogue.find_code(licence.type_code)
        code, name = kind.roles.holder_code if kind else "", kind.roles.holder_name if kind else ""
        return (
            (wanted.licence_type is None or wanted.licence_type.code == licence.type_code)
            and (not wanted.holder or wanted.holder in _values(licence, code))
            and any(wanted.name in each for each in ("", *_values(licence, name)))
            and not self._has_failed(licence)
        )

    def _has_failed(self, licence: Licence) -> bool:
        """Say whether a licence was not issued in the end, by its row and by its journal."""
        if licence.state is not LicenceState.FAILED:
            return False
        try:
            events = self._register.events(licence.key)
            return project(licence, events).state is LicenceState.FAILED
        except RefusedError:
            return False


def _values(licence: Licence, field: str) -> list[str]:
    """Give the text of a field; of a type that nobody knows any more those of all fields."""
    return [str(each) for key, each in licence.data.items() if field in {key, ""}]
