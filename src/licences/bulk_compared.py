"""How the results of a bulk job stand to each other, and to what the job did before.

Rules kept: of rows with the same number and other data only one could be issued, so none is: a file
is read once before anything is issued, and such rows are refused, each naming another. Of what can
be read only once, such as a pipe, the first is issued, and the others name it and its licence. What
an earlier run issued and no row leads to any more is told after the rows, once: with the row that
stands where its row stood, and the row that has its number.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from eseal.jose.strict_json import canonical
from licences.bulk_record import Earlier
from licences.bulk_results import RowOutcome, RowResult
from licences.bulk_rows import Row, read_rows
from licences.field_rules import Problem
from licences.licence_type import LicenceType
from licences.reasons import LicenceReason


class Known(NamedTuple):
    """A row that has a licence's number: which it is, its data, and its licence if it is issued.

    Attributes:
        number: the row's.
        digest: of its data, lower-case hexadecimal.
        licence: the identifier, "" if there is none.
    """

    number: int
    digest: str
    licence: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """What the rows of a file are known by: some 300 bytes a row.

    Attributes:
        rows: the first row with each data, by their digest.
        by_key: the first data with each licence number, by the number's digest.
        others: of numbers that stand with different data: the first other data.
    """

    rows: dict[bytes, int] = field(default_factory=dict)
    by_key: dict[bytes, bytes] = field(default_factory=dict)
    others: dict[bytes, bytes] = field(default_factory=dict)

    def add(self, number: int, digest: str, key: str) -> None:
        """Take a row."""
        data = bytes.fromhex(digest)
        self.rows.setdefault(data, number)
        if key and self.by_key.setdefault(bytes.fromhex(key), data) != data:
            self.others.setdefault(bytes.fromhex(key), data)

    def has(self, digest: str) -> bool:
        """Whether a row has these data."""
        return bytes.fromhex(digest) in self.rows

    def is_contested(self, key: str) -> bool:
        """Whether rows with different data have this licence number."""
        return bytes.fromhex(key) in self.others

    def twin(self, key: str, digest: str) -> Known | None:
        """Give the first row that has the same licence number and other data."""
        number, data = bytes.fromhex(key), bytes.fromhex(digest)
        first = self.by_key.get(number)
        other = self.others.get(number) if first == data else first
        return None if other is None else Known(number=self.rows[other], digest=other.hex())


def read_present(source: Path, licence_type: LicenceType) -> Present:
    """Read what all rows of a file are known by; of what can be read only once, nothing."""
    present = Present()
    for row in read_rows(source, licence_type) if source.is_file() else ():
        present.add(row.number, digest_of(row), key_of(row, licence_type.roles.number))
    return present


def contested(rows: Iterable[Row], present: Present, number_field: str) -> Iterator[Row]:
    """Say of each row if another one of the file has its number and other data."""
    for row in rows:
        key = key_of(row, number_field)
        twin = present.twin(key, digest_of(row)) if present.is_contested(key) else None
        yield replace(row, contested=(number_twice(twin, number_field),)) if twin else row


def digest_of(row: Row) -> str:
    """Give the SHA-256 of a row's data, lower-case hexadecimal."""
    return hashlib.sha256(canonical(dict(row.data))).hexdigest()


def key_of(row: Row, number_field: str) -> str:
    """Give the SHA-256 of a row's licence number, lower-case hexadecimal; "" if it has none."""
    number = row.data.get(number_field)
    return hashlib.sha256(number.encode()).hexdigest() if isinstance(number, str) else ""


def number_twice(other: Known, number_field: str) -> Problem:
    """Say that another row has the same licence number and other data."""
    row, licence = other.number, other.licence
    issued = (f"；第 {row} 行已签发为 {licence}", f", and was issued as {licence}")
    zh, en = issued if licence else ("", "")
    return Problem(
        pointer=f"/{number_field}",
        reason=LicenceReason.NUMBER_TWICE,
        zh=f"与第 {row} 行编号相同，内容不同{zh}",
        en=f"row {row} has the same number with other content{en}",
    )


class Comparison:
    """Says of results, in the order of the rows, what those before and the whole file make of them.

    Args:
        earlier: what this job did before.
        number_field: name of the field of the licence's number.
        present: what all rows are known by; empty where the rows can be read only once.
        finished: asked after the last result, whether those are all rows of the file.
    """

    def __init__(
        self,
        earlier: Earlier,
        *,
        number_field: str,
        present: Present,
        finished: Callable[[], bool],
    ) -> None:
        self._earlier, self._present, self._finished = earlier, present, finished
        self._number_field = number_field
        self._rows: dict[bytes, int] = {}
        self._numbers: dict[bytes, Known] = {}
        self._left = dict(earlier.licences)
        self._there: dict[int, RowResult] = {}
        self._numbered: dict[str, RowResult] = {}

    def of(self, results: Iterable[RowResult]) -> Iterator[RowResult]:
        """Say so of each; after them, what was issued and no row leads to any more."""
        for result in results:
            told = self._without_conflict(result)
            told = replace(told, formerly=self._former(told))
            self._left.pop(told.identifier, None)
            self._note(told)
            if told.digest in self._earlier.by_digest:
                told = replace(told, already=False, resumed=told.outcome is RowOutcome.ISSUED)
            first = told.number
            if not told.problems:
                first = self._rows.setdefault(bytes.fromhex(told.digest), first)
            repeated = replace(told, already=False, resumed=False, repeats=first)
            yield told if first == told.number else repeated
        for each in self._left.values() if self._finished() else ():
            there, heir = self._there.get(each.number), self._numbered.get(each.key)
            yield replace(each, left=True, repeats=0, there=there, heir=heir)

    def _former(self, result: RowResult) -> str:
        """Name the licence that was issued under a row's number for other data, "" if none was."""
        if result.digest in self._earlier.by_digest:
            return ""
        former = self._earlier.by_key.get(result.key)
        if former is None:  # records of before do not say the number
            former = self._earlier.issued.get(result.number)
            if former is None or former.key:
                return ""
        is_here = self._present.has(former.digest) or bytes.fromhex(former.digest) in self._rows
        return former.identifier if not is_here and former.identifier != result.identifier else ""

    def _note(self, result: RowResult) -> None:
        """Remember the row that stands where one of an earlier run stood, or has its number."""
        before = self._earlier.issued.get(result.number)
        if before is not None and before.identifier != result.identifier:
            known = self._earlier.by_digest.get(result.digest, result)
            self._there |= {result.number: result} if known.number == result.number else {}
        before = self._earlier.by_key.get(result.key)
        if before is not None and before.identifier != result.identifier:
            self._numbered.setdefault(result.key, result)

    def _without_conflict(self, result: RowResult) -> RowResult:
        """Refuse a row whose licence number another row has with other data, naming that one."""
        if not result.problems:
            known = Known(result.number, result.digest, result.identifier)
            first = self._numbers.setdefault(bytes.fromhex(result.key), known)
            return result if first.digest == result.digest else self._refused(result, first)
        others = [each for each in result.problems if each.reason is not LicenceReason.NUMBER_TWICE]
        if all(each.reason is not LicenceReason.CONFLICT for each in others):
            return result
        if earlier := self._numbers.get(bytes.fromhex(result.key)):
            return self._refused(result, earlier)
        if other := self._present.twin(result.key, result.digest):
            issued = self._earlier.by_digest.get(other.digest)
            if issued is None:
                return self._refused(result, other, *others)
            return self._refused(result, other._replace(licence=issued.identifier))
        return result

    def _refused(self, result: RowResult, other: Known, *problems: Problem) -> RowResult:
        problem = number_twice(other, self._number_field)
        return replace(result, outcome=RowOutcome.REFUSED, problems=(problem, *problems))
