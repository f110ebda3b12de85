"""`licences bulk`: licences by the thousand from CSV or NDJSON."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit, as_usage
from eseal.plain_text import json_text
from licences.cli.bulk_words import Tally, interruption, row_line, what_next
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.issue import (
    DepartmentOption,
    FormatsOption,
    SuiteOption,
    TypeArgument,
    choose_department,
    choose_suite,
    named_type,
    read_formats,
)
from licences.cli.issued_words import no_longer_valid

if TYPE_CHECKING:
    from licences.bulk import Brake
    from licences.bulk_results import RowResult


class Format(StrEnum):
    """How the results of rows are written to stdout."""

    TEXT = "text"
    NDJSON = "ndjson"


def bulk(
    wanted: TypeArgument,
    source: Annotated[
        Path,
        typer.Option(
            "--from", help="CSV（首行为字段名或中文标题）或 NDJSON。CSV with a header, or NDJSON."
        ),
    ],
    out: Annotated[Path, typer.Option(help="证照与结果的文件夹。Folder for documents, results.")],
    suite: SuiteOption = None,
    formats: FormatsOption = "pdf,json",
    department: DepartmentOption = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="接着上次未完的做。Go on with a job that stopped.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查，不签发。Check every row, issue nothing.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "-j",
            "--jobs",
            min=1,
            max=64,
            help="进程数，默认等于处理器核数。Processes; by default as many as CPUs.",
        ),
    ] = None,
    results: Annotated[
        Format, typer.Option("--results", help="结果行的格式。Form of the result lines.")
    ] = Format.TEXT,
    quiet: Annotated[
        bool,
        typer.Option(
            "-q",
            "--quiet",
            help="只列未签发的各行，以及证照已不是有效的。"
            "List the rows only that were not issued, or whose licence is valid no more.",
        ),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """批量签发：每行一个结果，次序不变。Issue many; one result a row, in order.

    结果记在 --out 的 results.ndjson：文件现有的每行一条；已签发而文件中已无其行的，row 为 null。
    Results are in results.ndjson in --out: one line a row that is in the file now; licences of rows
    that are not there any more have "row": null.

    退出码 Exit codes: 0 全部签发 all issued; 1 有行未签发 some rows refused; 2 用法有误，或数据
    文件、输出文件夹不能用，什么也没有签发 usage, or a file of rows or output folder of no use:
    nothing was issued; 130 被中断 interrupted.
    """
    from licences.bulk import Brake, Job, run_job
    from licences.home import open_home

    opened = open_home(home)
    licence_type = named_type(opened.catalogue(), wanted)
    issuer_code = choose_department(opened, licence_type, department)
    job = Job(
        home=home,
        type_slug=licence_type.slug,
        department=issuer_code,
        suite=choose_suite(opened, issuer_code, suite),
        formats=read_formats(formats),
        source=source,
        out=out,
        dry_run=dry_run,
    )
    brake = Brake()
    with as_usage():
        rows = run_job(job, jobs=jobs or os.cpu_count() or 1, resume=resume, brake=brake)
    tally = Tally(slug=licence_type.slug)
    with _interruptible(brake):
        for row in _with_progress(rows, source):
            if not row.left and (row.problems or no_longer_valid(row.standing) or not quiet):
                typer.echo(_line(row, results))
            tally.add(row)
    sys.stderr.write(tally.told(dry_run=dry_run))
    if brake.pulled:
        sys.stderr.write(interruption(dry_run=dry_run))
        raise typer.Exit(Exit.INTERRUPTED)
    if tally.good and not tally.bad:
        sys.stderr.write(what_next(job, opened, tally))
    raise typer.Exit(Exit.FAILED if tally.bad or not tally.good else Exit.OK)


@contextmanager
def _interruptible(brake: "Brake") -> Iterator[None]:
    """Let SIGINT and SIGTERM pull the brake; a second one ends the command at once."""

    def stop(_signal: int, _frame: object) -> None:
        brake.pull()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _line(row: "RowResult", form: Format) -> str:
    if form is Format.NDJSON:
        return json_text(row.as_told())
    return row_line(row)


def _with_progress(rows: Iterable["RowResult"], source: Path) -> Iterator["RowResult"]:
    """Show a bar on stderr while there is a terminal to see it."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.progress import track

    from eseal.cli.voice import stderr

    total = _lines_of(source)
    yield from track(rows, "签发 issuing", total, console=stderr(), transient=True)


def _lines_of(source: Path) -> int | None:
    """Count the lines of a file; what can be read only once, such as a pipe, is left alone."""
    if not source.is_file():
        return None
    with source.open("rb") as file:
        return sum(1 for _ in file)
