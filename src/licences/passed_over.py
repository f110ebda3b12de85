"""What of a folder is no input of a verification: how many entries of each kind, and a few names.

Left to others: what is passed over to `inputs`, the words to `cli.passed_over`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MOST_NAMED: Final = 5
"""Of so many entries the names are told, or of one more: a folder may have any number."""


class PassedOver(StrEnum):
    """What of a folder is no input."""

    HIDDEN = "hidden"
    DANGLING = "dangling"
    FOLDER_LINK = "folder link"
    SPECIAL = "special"
    RESULTS = "results of bulk"


Counts = Mapping[PassedOver, int]
"""How many of each kind there were; those that there were none of are left out."""

NONE: Final[Counts] = MappingProxyType({})


@dataclass(kw_only=True)
class Entries:
    """What was passed over so far.

    Attributes:
        counts: how many of each kind.
        names: of the first ones, as they were found.
    """

    counts: Counter[PassedOver] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)

    def add(self, kind: PassedOver, name: str) -> None:
        """Count an entry, and keep its name if it is one of the first."""
        self.counts[kind] += 1
        if len(self.names) <= MOST_NAMED:
            self.names.append(name)

    @property
    def told(self) -> list[str]:
        """The names to tell: all, or the first, where more than one would be left out."""
        is_all = self.counts.total() == len(self.names)
        return self.names if is_all else self.names[:MOST_NAMED]
