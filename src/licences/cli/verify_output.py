"""How `licences verify` writes its results: forms, a bar while there is one to wait for, exit code.

Each form but JSON, JUnit and the table has a result's line as soon as it is there.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from eseal.cli.voice import Exit

if TYPE_CHECKING:
    from licences.licence_report import LicenceReport


class Format(StrEnum):
    """How results are written to stdout."""

    TABLE = "table"
    NDJSON = "ndjson"
    JSON = "json"
    CSV = "csv"
    JUNIT = "junit"


def write(form: Format, reports: Iterable["LicenceReport"]) -> None:
    """Write reports to stdout."""
    _WRITERS[form](reports)


class Worst:
    """Remembers which indications went by, and which exit code they make.

    Attributes:
        count: how many went by.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.count = 0

    def watch(self, reports: Iterable["LicenceReport"]) -> Iterator["LicenceReport"]:
        """Let reports go by."""
        for report in reports:
            self._seen.add(report.verdict.indication.value)
            self.count += 1
            yield report

    @property
    def code(self) -> Exit:
        """The exit code of what went by."""
        return exit_code(self._seen)


def exit_code(indications: Collection[str]) -> Exit:
    """Give the exit code of the worst of some verdicts."""
    for indication, code in (
        ("TOTAL-FAILED", Exit.FAILED),
        ("INDETERMINATE", Exit.UNDETERMINED),
        ("UNREADABLE", Exit.UNREADABLE),
    ):
        if indication in indications:
            return code
    return Exit.OK


def with_progress(reports: Iterable["LicenceReport"], total: int) -> Iterator["LicenceReport"]:
    """Show a bar on stderr while there is a terminal to see it and more than a few to wait for."""
    if total < 5 or not sys.stderr.isatty():
        yield from reports
        return
    from rich.progress import track

    from eseal.cli.voice import stderr

    yield from track(reports, "验证 verifying", total, console=stderr(), transient=True)


def _write_table(reports: Iterable["LicenceReport"]) -> None:
    """Write a table, of those that there are when it is interrupted; no file takes it for whole."""
    listed: list[LicenceReport] = []
    try:
        listed.extend(reports)
    except KeyboardInterrupt:
        if listed:
            _print(listed)
        raise
    _print(listed)


def _print(listed: "Sequence[LicenceReport]") -> None:
    from licences.cli.verdict_table import print_table
    from licences.cli.verdicts import print_detail

    if len(listed) == 1:
        print_detail(listed[0])
    else:
        print_table(listed)


def _write_ndjson(reports: Iterable["LicenceReport"]) -> None:
    from licences.reporting import ndjson_line

    for report in reports:
        typer.echo(ndjson_line(report))


def _write_json(reports: Iterable["LicenceReport"]) -> None:
    from licences.reporting import json_text

    typer.echo(json_text(reports))


def _write_csv(reports: Iterable["LicenceReport"]) -> None:
    from licences.reporting import csv_header, csv_line

    typer.echo(csv_header())
    for report in reports:
        typer.echo(csv_line(report))


def _write_junit(reports: Iterable["LicenceReport"]) -> None:
    from licences.reporting import junit_text

    typer.echo(junit_text(reports))


_WRITERS: dict[Format, Callable[[Iterable["LicenceReport"]], None]] = {
    Format.TABLE: _write_table,
    Format.NDJSON: _write_ndjson,
    Format.JSON: _write_json,
    Format.CSV: _write_csv,
    Format.JUNIT: _write_junit,
}
