"""What a bulk job says of its rows, one by one and at the end; Chinese first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from eseal.cli.times import in_china
from eseal.plain_text import printable
from eseal.reasons import Reason
from licences.cli.issue import of_type
from licences.cli.issued_words import ALREADY, first_list, no_longer_valid
from licences.reasons import LicenceReason

if TYPE_CHECKING:
    from eseal.reasons import ReasonCode
    from licences.bulk import Job
    from licences.bulk_results import RowResult
    from licences.field_rules import Problem
    from licences.home import Home

_EXPIRED: Final = LicenceReason.LICENCE_EXPIRED

MOST_LISTED = 20
"""How many refused rows are listed once more at the end."""


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the rows so far, counted, and the first ones of those to be looked at.

    Attributes:
        slug: of the rows' type.
        good: rows that were issued, or could be.
        bad: rows that were refused.
        repeats: good rows that repeat an earlier one, and so name the same licence.
        already: licences that had been issued before the job.
        resumed: licences that an earlier run of the job issued.
        dead: licences that are valid no more.
        over: licences that are new and have expired already, by their own data.
        left: licences that the job issued before and no row leads to any more.
    """

    slug: str = "TYPE"
    good: int = 0
    bad: int = 0
    repeats: int = 0
    already: int = 0
    resumed: int = 0
    dead: int = 0
    over: int = 0
    left: int = 0
    _refused: list[str] = field(default_factory=list)
    _left: list[str] = field(default_factory=list)
    _reasons: "dict[tuple[ReasonCode, tuple[str, str]], None]" = field(default_factory=dict)

    def add(self, row: "RowResult") -> None:
        """Count a row, or a licence that was left."""
        if row.left:
            if not _has_row(row):
                self.left += 1
                self._left += [_left(row)] if self.left <= MOST_LISTED else []
            return
        if row.problems:
            self.bad += 1
            self._refused += [_refusal(row)] if self.bad <= MOST_LISTED else []
            self._reasons |= dict.fromkeys(map(_why, row.problems))
        else:
            self.good += 1
            self.repeats += row.repeats > 0
            self.already += row.already
            self.resumed += row.resumed
            self.dead += not row.repeats and bool(no_longer_valid(row.standing))
            self.over += row.over and not (row.repeats or row.already or row.resumed)

    def told(self, *, dry_run: bool) -> str:
        """Say all of it, and what to do about the rows that were refused."""
        said = of_type(_remedies(self._reasons), self.slug)
        said += self._trial() if dry_run else self._summary()
        if self.bad:
            of_rows = any(_is_of_rows(reason) for reason, _ in self._reasons)
            mend, again = _MEND_ROWS if of_rows else _MEND_HOME, _AGAIN_TRIED if dry_run else _AGAIN
            said += "有问题的各行 rows refused：\n" + _listed(self._refused, self.bad)
            said += "".join(f"→ {one}{two}\n" for one, two in zip(mend, again, strict=True))
        if self.left:
            said += _LEFT + _listed(self._left, self.left, "份") + _AFTER_LEFT
        return said

    @property
    def leaves_nothing(self) -> bool:
        """Whether all licences had been issued before the job."""
        return self.already == self.good - self.repeats

    def _trial(self) -> str:
        zh, en = self._before()
        return (
            f"只检查，没有签发任何证照：{self.good} 行可签发{zh}，{self.bad} 行有问题。\n"
            f"Checked only, nothing was issued: {self.good} rows could be{en}, "
            f"{self.bad} could not.\n"
        )

    def _summary(self) -> str:
        zh, en = self._before()
        return (
            f"已签发 {self.good} 行{zh}，未签发 {self.bad} 行。"
            f"{self.good} rows issued{en}, {self.bad} refused.\n"
        )

    def _before(self) -> tuple[str, str]:
        """Say how many licences the good rows are, and what became of them before."""
        zh, en = self._licences()
        among = "其中 "
        for count, zh_said, en_said in (
            (self.resumed, "份此前运行时已签发", "in an earlier run"),
            (self.already, "份先前已签发", "already before"),
            (self.dead, "份现已不是有效证照", "no longer valid"),
            (
                self.over,
                f"份按其数据已过期（{_EXPIRED}）",
                f"expired by its own data ({_EXPIRED})",
            ),
        ):
            if count:
                zh, en = f"{zh}，{among}{count} {zh_said}", f"{en}, {count} {en_said}"
                among = ""
        return zh, en

    def _licences(self) -> tuple[str, str]:
        """Say how many licences the good rows are, where that is another number."""
        if not self.repeats:
            return "", ""
        count = self.good - self.repeats
        return (
            f"，{count} 份证照（{self.repeats} 行与前面的行相同）",
            f", {count} licences ({self.repeats} repeat earlier rows)",
        )


_MEND_ROWS: Final = ("改正这些行，", "Mend those rows and ")
_MEND_HOME: Final = (
    "各行无需改动，先照上面所说办理，",
    "The rows need no change: first do what is said above, then ",
)
_AGAIN_TRIED: Final = ("再运行一次", "run again")
_AGAIN: Final = (
    "用同一 --out 加 --resume 再运行；已签发的不会重做",
    "run again with the same --out and --resume; what was issued stays",
)
_OF_ROWS: Final = frozenset(
    {
        Reason.MALFORMED_JSON,
        Reason.DUPLICATE_JSON_KEY,
        Reason.INPUT_TOO_LARGE,
        LicenceReason.DATA_REFUSED,
        LicenceReason.MISSING_GLYPH,
        LicenceReason.CONTENT_TOO_LONG,
        LicenceReason.CONFLICT,
        LicenceReason.NUMBER_TWICE,
        LicenceReason.ROW_MALFORMED,
    }
)
_OF_FIELDS: Final = ("FIELD_", "USCC_", "CITIZEN_NUMBER_")
"""Reasons that a row can be mended for; all others are about department, seal, type or machine."""


def _is_of_rows(reason: "ReasonCode") -> bool:
    """Whether a row is wrong by itself."""
    return reason in _OF_ROWS or reason.value.startswith(_OF_FIELDS)


_LEFT: Final = (
    "警告：以下证照此前运行时已签发，文件中现在没有与之相符的行：\n"
    "warning: these licences were issued when this job ran before, and no row has their data now:\n"
)
_AFTER_LEFT: Final = (
    "→ 这些证照不受影响，未注销的仍然有效：内容有变的用 licences replace 换发，本不该签发的用 "
    "licences cancel 注销；若输入不是同一批，请换 --out\n"
    "→ They stay as they are, valid unless ended: licences replace for changed content, licences "
    "cancel for what should not have been issued; for other rows take another --out\n"
)


def row_line(row: "RowResult") -> str:
    """Say in a line which row it is and what became of it."""
    if not row.problems:
        notes = "；".join(_notes(row))
        return f"{row.number}\t{row.identifier or '✓'}" + (f"\t{notes}" if notes else "")
    problems = "; ".join(
        f"{each.reason} {each.pointer or '/'} {each.zh} {each.en}" for each in row.problems
    )
    return f"{row.number}\t{printable(in_china(' '.join(problems.split())))}{_place(row)}"


def _notes(row: "RowResult") -> Iterable[str]:
    """Say what is to be known of a row that is good."""
    if row.repeats:
        yield f"第 {row.number} 行与第 {row.repeats} 行相同 repeats row {row.repeats}"
    if row.already:
        yield ALREADY
    if over := no_longer_valid(row.standing):
        yield over


def _place(row: "RowResult") -> str:
    """Say on which line of the file a row begins, where that is another number."""
    return f"（文件第 {row.line} 行 line {row.line}）" if row.line not in {0, row.number} else ""


def _refusal(row: "RowResult") -> str:
    """Say of a refused row which it is, and why and in which field, in one line."""
    why = "; ".join(f"{each.reason} {each.pointer or '/'}" for each in row.problems)
    return f"{_named(row)}  {printable(' '.join(why.split()))}\n"


def _has_row(left: "RowResult") -> bool:
    """Whether a row has the data of a licence all the same, and was refused for something else."""
    return any(row is not None and row.digest == left.digest for row in (left.there, left.heir))


def _left(row: "RowResult") -> str:
    """Say of a licence that was left which row it was, and which have its place and number now."""
    there, heir = row.there, row.heir
    said = f"  {row.identifier}  原第 {row.number} 行 was row {row.number}"
    if heir is not None:
        said += f"；其编号现在第 {heir.number} 行 its number is now in row {heir.number}"
        said += f"：{_became(heir)}"
    if there is not None and (heir is None or heir.number != there.number):
        said += f"；第 {there.number} 行现在的数据不同 row {there.number} has other data now"
        said += f"：{_became(there)}"
    return f"{said}\n"


def _became(row: "RowResult") -> str:
    return row.identifier or "未签发 not issued"


def _named(row: "RowResult") -> str:
    return f"  第 {row.number} 行 row {row.number}{_place(row)}"


def _listed(lines: Sequence[str], count: int, unit: str = "行") -> str:
    """List the first ones, and say how many more there are."""
    more = count - len(lines)
    return "".join(lines) + (f"  … 另有 {more} {unit} {more} more\n" if more else "")


def _why(problem: "Problem") -> "tuple[ReasonCode, tuple[str, str]]":
    """Give a problem's reason and what is to be done about it."""
    reason = problem.reason
    return reason, problem.advice or (reason.remedy_zh, reason.remedy_en)


def _remedies(reasons: "Iterable[tuple[ReasonCode, tuple[str, str]]]") -> str:
    """Say what to do about each reason, once."""
    return "".join(
        f"{each}：{each.zh} {each.en}\n  → {zh}\n  → {en}\n" for each, (zh, en) in reasons
    )


def what_next(job: "Job", home: "Home", tally: Tally) -> str:
    """Say what comes after rows of which none was refused; "" if nothing does."""
    if job.dry_run and tally.leaves_nothing:
        return "→ 都已签发，没有待签发的 all are issued already, nothing is left to issue\n"
    if job.dry_run:
        return "→ 去掉 --dry-run 即签发 without --dry-run they are issued\n"
    said = first_list(home, job.department, job.suite)
    return f"→ {said}\n" if said else ""


def interruption(*, dry_run: bool) -> str:
    """Say what was left when a job was interrupted."""
    if dry_run:
        return "已中断，其余各行未检查。Interrupted; the other rows were not checked.\n"
    return (
        "已中断，以上各行已记录；用 --resume 接着做。\n"
        "Interrupted; the rows above are recorded, and --resume goes on.\n"
    )
