"""What of a folder is no input of a verification: the entries by kind, and how they are told.

Left to others: what is passed over to `inputs`, the words to `cli.passed_over`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MOST_NAMED: Final = 5
"""Of so many entries the names are told by themselves, or of one more."""

MOST_REPORTED: Final = 1000
"""So many names a signed report has; it counts all."""


class PassedOver(StrEnum):
    """What of a folder is no input."""

    HIDDEN = "hidden"
    DANGLING = "dangling"
    FOLDER_LINK = "folder link"
    SPECIAL = "special"
    RESULTS = "results of bulk"


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """Entries of one kind: how many, and the names of the first ones."""

    count: int
    names: tuple[str, ...] = ()


Reported = Mapping[PassedOver, Passed]
"""What a report says of those that there were; kinds that there were none of are left out."""

NONE: Final[Reported] = MappingProxyType({})


@dataclass(kw_only=True)
class Entries:
    """What was passed over so far.

    Attributes:
        found: kind and name of each, as they were found.
    """

    found: list[tuple[PassedOver, str]] = field(default_factory=list)

    def add(self, kind: PassedOver, name: str) -> None:
        """Keep an entry, whose name every output can hold."""
        self.found.append((kind, name))

    @property
    def counts(self) -> Counter[PassedOver]:
        """How many of each kind."""
        return Counter(kind for kind, _ in self.found)

    @property
    def told(self) -> list[str]:
        """The names to tell: all, or the first, where more than one would be left out."""
        most = MOST_NAMED if len(self.found) > MOST_NAMED + 1 else MOST_NAMED + 1
        return [name for _, name in self.found[:most]]

    def reported(self) -> Reported:
        """Put them into the form of a report, by kind; of many the first are named."""
        named = self.found[:MOST_REPORTED]
        return {
            kind: Passed(count=count, names=tuple(name for each, name in named if each is kind))
            for kind, count in sorted(self.counts.items())
        }
