"""`licences bulk`: licences by the thousand from CSV or NDJSON."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.issue import (
    DepartmentOption,
    FormatsOption,
    SuiteName,
    SuiteOption,
    TypeArgument,
    choose_department,
    read_formats,
)

if TYPE_CHECKING:
    from licences.bulk import RowResult


class Format(StrEnum):
    """How the results of rows are written to stdout."""

    TEXT = "text"
    NDJSON = "ndjson"


def bulk(
    wanted: TypeArgument,
    source: Annotated[
        Path,
        typer.Option("--from", help="CSV（首行为字段名）或 NDJSON。CSV with a header, or NDJSON."),
    ],
    out: Annotated[Path, typer.Option(help="证照与结果的文件夹。Folder for documents, results.")],
    suite: SuiteOption = SuiteName.SM2,
    formats: FormatsOption = "pdf,json",
    department: DepartmentOption = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="接着上次未完的做。Go on with a job that stopped.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查，不签发。Check every row, issue nothing.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, max=64, help="进程数。Processes.")
    ] = None,
    results: Annotated[
        Format, typer.Option("--results", help="结果行的格式。Form of the result lines.")
    ] = Format.TEXT,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """批量签发：每行一个结果，次序不变。Issue many; one result a row, in order.

    退出码 Exit codes: 0 全部签发 all issued; 1 有行未签发 some rows refused; 2 用法有误 usage.
    """
    from eseal.algorithms import Suite
    from licences.bulk import Job, run_job
    from licences.home import open_home

    opened = open_home(home)
    licence_type = opened.catalogue().get(wanted)
    job = Job(
        home=home,
        type_slug=licence_type.slug,
        department=choose_department(opened, licence_type, department),
        suite=Suite(suite.value),
        formats=read_formats(formats),
        source=source,
        out=out,
        dry_run=dry_run,
    )
    rows = run_job(job, jobs=jobs or os.cpu_count() or 1, resume=resume)
    good = bad = 0
    for row in _with_progress(rows, source):
        typer.echo(_line(row, results))
        if row.problems:
            bad += 1
        else:
            good += 1
    sys.stderr.write(_summary(good, bad, dry_run=dry_run))
    raise typer.Exit(Exit.FAILED if bad or not good else Exit.OK)


def _line(row: "RowResult", form: Format) -> str:
    if form is Format.NDJSON:
        return json.dumps(row.as_json(), ensure_ascii=False)
    if not row.problems:
        return f"{row.number}\t{row.identifier or '✓'}"
    problems = "; ".join(f"{each.reason} {each.pointer or '/'} {each.zh}" for each in row.problems)
    return f"{row.number}\t{problems}"


def _summary(good: int, bad: int, *, dry_run: bool) -> str:
    if dry_run:
        return f"可签发 {good} 行，有问题 {bad} 行。{good} rows are good, {bad} are not.\n"
    return f"已签发 {good} 行，未签发 {bad} 行。{good} rows issued, {bad} refused.\n"


def _with_progress(rows: Iterable["RowResult"], source: Path) -> Iterator["RowResult"]:
    """Show a bar on stderr while there is a terminal to see it."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.progress import track

    from eseal.cli.voice import stderr

    with source.open("rb") as file:
        total = sum(1 for _ in file)
    yield from track(rows, "签发 issuing", total, console=stderr(), transient=True)
