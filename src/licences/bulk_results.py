"""What became of a row of a bulk job, and the line of `results.ndjson` that says so.

A line's form is that of `schemas/bulk-result.schema.json`. The file may have been altered: a line
is read strictly, and lines that earlier versions wrote are read, too.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eseal.errors import EvidenceError, MalformedError
from eseal.jose import strict_json
from eseal.jose.strict_json import JsonValue
from licences.field_rules import Problem
from licences.identifiers import LicenceIdentifier
from licences.licence_life import Standing
from licences.reasons import LicenceReason

RESULTS = "results.ndjson"

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class RowOutcome(StrEnum):
    """What became of a row."""

    ISSUED = "issued"
    REFUSED = "refused"
    GOOD = "good"


@dataclass(frozen=True, kw_only=True, slots=True)
class RowResult:
    """What became of one row.

    Attributes:
        number: the row's, counted without header and blank lines.
        line: on which line of the file it begins; 0: nobody told.
        outcome: what became of it.
        digest: SHA-256 of its data, by which it is recognised.
        key: SHA-256 of its licence's number, by which it is recognised when its data changed; "":
            it has none.
        identifier: of the licence, if it was issued.
        problems: why it was refused.
        already: whether the licence had been issued before this job.
        standing: where that licence stands by now; `None`: not asked.
        repeats: the number of an earlier row with the same data, which names the same licence;
            0: of none.
        resumed: whether an earlier run of this job issued it.
        left: whether the file has no such row any more; `number` is where it stood.
        formerly: the licence that this job issued under the row's number for other data; "": none.
        over: whether the licence's last day, by its own data, is over.
        there: of what is left: the row that stands now where its row stood; `None`: none does.
        heir: of what is left: the row that has its number now; `None`: none has.
    """

    number: int
    line: int = 0
    outcome: RowOutcome
    digest: str
    key: str = ""
    identifier: str = ""
    problems: tuple[Problem, ...] = ()
    already: bool = False
    standing: Standing | None = None
    repeats: int = 0
    resumed: bool = False
    left: bool = False
    formerly: str = ""
    over: bool = False
    there: "RowResult | None" = None
    heir: "RowResult | None" = None

    def as_json(self) -> dict[str, object]:
        """Put it into the form of a line of `results.ndjson`: what stays true later."""
        place = (
            {"row": None, "line": None} if self.left else {"row": self.number, "line": self.line}
        )
        return {
            **place,
            "outcome": self.outcome.value,
            "identifier": self.identifier or None,
            "problems": [
                {"pointer": each.pointer, "reason": each.reason, "zh": each.zh, "en": each.en}
                for each in self.problems
            ],
            "sha256": self.digest,
            "number_sha256": self.key or None,
            "repeats": self.repeats or None,
            **({"earlier_row": self.number} if self.left else {}),
        }

    def as_told(self) -> dict[str, object]:
        """Put all of it into the form of a line that is told once."""
        return self.as_json() | {
            "already": self.already,
            "standing": self.standing.value if self.standing else None,
            "resumed": self.resumed,
            "formerly": self.formerly or None,
        }


def read_result(line: bytes, number: int) -> RowResult:
    """Read a line of the results, without its problems and where it stood in the file.

    Raises:
        MalformedError: JOB_MALFORMED.
    """
    try:
        entry = strict_json.parse(line)
        key, identifier = entry.get("number_sha256"), entry["identifier"]
        left = entry["row"] is None
        return RowResult(
            number=_whole(entry["earlier_row" if left else "row"]),
            outcome=RowOutcome(str(entry["outcome"])),
            digest=_digest(entry["sha256"]),
            key=_digest(key) if key else "",
            identifier=str(LicenceIdentifier.parse(str(identifier))) if identifier else "",
            repeats=_whole(entry.get("repeats") or 0),
            left=left,
        )
    except (EvidenceError, ValueError, KeyError, TypeError) as error:
        sentence = f"第 {number} 行不是本命令所写 line {number} is none that this command writes"
        raise MalformedError(LicenceReason.JOB_MALFORMED, sentence, at=RESULTS) from error


def _whole(value: JsonValue) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _digest(value: JsonValue) -> str:
    if not isinstance(value, str) or _SHA256.fullmatch(value) is None:
        raise TypeError
    return value
