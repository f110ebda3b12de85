"""How the results of a bulk job stand to each other, and to what the job did before.

Rules kept: a row is known again by its data, then by its licence's number, and by its place, as
long as the row that had them is not in the file itself. Of rows with the same number and other data
only one can be issued; the others are told which row it is. The whole file is read once more only
when a row asks for it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from eseal.jose.strict_json import canonical
from licences.bulk_record import Earlier
from licences.bulk_results import RowOutcome, RowResult
from licences.bulk_rows import Row, read_rows
from licences.field_rules import Problem
from licences.licence_type import LicenceType
from licences.reasons import LicenceReason

_Known: TypeAlias = tuple[int, str]
"""A row: its number, and the digest of its data."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """What the rows of a file are known by.

    Attributes:
        digests: of the data of each row.
        by_key: of each licence number, the rows that have it.
    """

    digests: set[str] = field(default_factory=set)
    by_key: dict[str, list[_Known]] = field(default_factory=dict)

    def add(self, number: int, digest: str, key: str) -> None:
        """Take a row."""
        self.digests.add(digest)
        if key:
            self.by_key.setdefault(key, []).append((number, digest))

    def has(self, result: RowResult) -> bool:
        """Whether a row has its data or its licence's number."""
        return result.digest in self.digests or result.key in self.by_key

    def other(self, result: RowResult) -> _Known | None:
        """Give the first row that has the same licence number and other data."""
        rows = self.by_key.get(result.key, ())
        return next((each for each in rows if each[1] != result.digest), None)


def read_present(source: Path, licence_type: LicenceType) -> Present:
    """Read what all rows of a file are known by; of what can be read only once, nothing."""
    present = Present()
    for row in read_rows(source, licence_type) if source.is_file() else ():
        present.add(row.number, digest_of(row), key_of(row, licence_type.roles.number))
    return present


def digest_of(row: Row) -> str:
    """Give the SHA-256 of a row's data, lower-case hexadecimal."""
    return hashlib.sha256(canonical(dict(row.data))).hexdigest()


def key_of(row: Row, number_field: str) -> str:
    """Give the SHA-256 of a row's licence number, lower-case hexadecimal; "" if it has none."""
    number = row.data.get(number_field)
    return hashlib.sha256(number.encode()).hexdigest() if isinstance(number, str) else ""


class Comparison:
    """Says of results, in the order of the rows, what those before and the whole file make of them.

    Args:
        earlier: what this job did before.
        number_field: name of the field of the licence's number.
        present: reads what all rows are known by; asked only where that matters.
    """

    def __init__(
        self, earlier: Earlier, *, number_field: str, present: Callable[[], Present]
    ) -> None:
        self._earlier, self._present = earlier, present
        self._pointer = f"/{number_field}"
        self._rows: dict[bytes, int] = {}
        self._numbers: dict[bytes, _Known] = {}

    def of(self, results: Iterable[RowResult]) -> Iterator[RowResult]:
        """Say so of each."""
        for result in results:
            told = self._without_conflict(result)
            told = replace(told, formerly=self._former(told))
            if told.digest in self._earlier.by_digest:
                told = replace(told, already=False, resumed=told.outcome is RowOutcome.ISSUED)
            first = told.number
            if not told.problems:
                first = self._rows.setdefault(bytes.fromhex(told.digest), first)
            repeated = replace(told, already=False, resumed=False, repeats=first)
            yield told if first == told.number else repeated

    def _former(self, result: RowResult) -> str:
        """Name the licence that was issued for a row when it had other data, "" if none was."""
        if result.digest in self._earlier.by_digest:
            return ""
        former = self._earlier.by_key.get(result.key)
        if former is None or self._is_here(former):
            former = self._earlier.issued.get(result.number)
            if former is None or self._is_here(former) or self._present().has(former):
                return ""
        return former.identifier if former.identifier != result.identifier else ""

    def _is_here(self, earlier: RowResult) -> bool:
        """Whether a row of the file has the data of this one."""
        digest = earlier.digest
        return bytes.fromhex(digest) in self._rows or digest in self._present().digests

    def _without_conflict(self, result: RowResult) -> RowResult:
        """Refuse a row whose licence number another row has with other data, naming that one."""
        if not result.problems:
            known = (result.number, result.digest)
            first = self._numbers.setdefault(bytes.fromhex(result.key), known)
            return result if first[1] == result.digest else self._refused(result, first, ())
        if all(each.reason is not LicenceReason.CONFLICT for each in result.problems):
            return result
        if earlier := self._numbers.get(bytes.fromhex(result.key)):
            return self._refused(result, earlier, ())
        if other := self._present().other(result):
            is_issued = other[1] in self._earlier.by_digest
            return self._refused(result, other, () if is_issued else result.problems)
        return result

    def _refused(
        self, result: RowResult, other: _Known, problems: tuple[Problem, ...]
    ) -> RowResult:
        problem = Problem(
            pointer=self._pointer,
            reason=LicenceReason.NUMBER_TWICE,
            zh=f"与第 {other[0]} 行编号相同，内容不同",
            en=f"row {other[0]} has the same number with other content",
        )
        return replace(result, outcome=RowOutcome.REFUSED, problems=(problem, *problems))
