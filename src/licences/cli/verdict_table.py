"""Verdicts on many inputs as people read them: columns where they fit, else one below the other.

Behind them stands what to do, once for each reason that decided.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console

from eseal.cli.findings import remedy_rows, totals
from eseal.cli.page import in_line, page, safe
from eseal.cli.rows import Rows
from eseal.cli.times import china_time, in_china
from licences.cli.verdicts import words_of
from licences.licence_report import LicenceReport

_TITLES = (
    "[bold]结论 verdict[/]",
    "[bold]文件 file[/]",
    "[bold]证照或原因 licence or reason[/]",
)


def print_table(reports: Sequence[LicenceReport]) -> None:
    """Print a row an input, what to do about the reasons, and the sum of each verdict."""
    with page() as console:
        table = _columns(reports)
        console.print(table if table.fit(console.width) else _stacked(reports))
        _print_remedies(console, reports)
        console.print(f"\n{totals(map(words_of, reports))}")
        for at in dict.fromkeys(report.at for report in reports):
            console.print(f"所问时刻 [dim]at[/] {china_time(at)}")


def _print_remedies(console: Console, reports: Sequence[LicenceReport]) -> None:
    """Print what to do about each reason that decided, that of most files first."""
    deciding = (report.verdict.deciding for report in reports)
    counts = Counter(each.reason for each in deciding if each and each.reason)
    if counts:
        console.print("\n[bold]怎么办 what to do[/]")
    for reason, count in counts.most_common():
        console.print(f"[bold]{reason}[/]  {count} 份 [dim]file{'s' * (count > 1)}[/]")
        console.print(remedy_rows(reason))


def _columns(reports: Sequence[LicenceReport]) -> Rows:
    """Put verdict, file, and licence or reason side by side."""
    rows = Rows(fixed=1)
    rows.add_row(*_TITLES)
    for report in reports:
        verdict, file = str(words_of(report)), in_line(report.input)
        for said in _said(report):
            rows.add_row(verdict, file, said)
            verdict = file = ""
    return rows


def _stacked(reports: Sequence[LicenceReport]) -> Rows:
    """Put licence or reason below the file, whose name is never broken."""
    rows = Rows(fixed=1)
    for report in reports:
        rows.add_row(str(words_of(report)), in_line(report.input), whole=True)
        for said in _said(report):
            rows.add_row("", said)
    return rows


def _said(report: LicenceReport) -> Iterator[str]:
    """Say which licence it is, or why it is not passed, in lines."""
    deciding, licence = report.verdict.deciding, report.licence
    if licence is not None:
        holder = licence.holder_name or "（未披露）"
        shares = f"（{licence.shares}）" if licence.shares else ""
        yield safe(f"{licence.type_name}  {holder}{shares}")
    elif deciding is None or deciding.reason is None:
        yield ""
    if deciding is not None and deciding.reason is not None:
        yield f"{deciding.reason} {deciding.reason.zh} [dim]{deciding.reason.en}[/]"
        if deciding.detail:
            yield f"[dim]{in_line(in_china(deciding.detail))}[/]"
