"""`licences bulk`: licences by the thousand from CSV or NDJSON."""

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit, printable
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.issue import (
    DepartmentOption,
    FormatsOption,
    SuiteOption,
    TypeArgument,
    choose_department,
    choose_suite,
    read_formats,
)
from licences.cli.life_words import LEARNED

if TYPE_CHECKING:
    from eseal.reasons import ReasonCode
    from licences.bulk import Brake
    from licences.bulk_results import RowResult

INTERRUPTED = 130
"""Exit code after SIGINT, as shells have it, and after SIGTERM."""
MOST_LISTED = 20
"""How many refused rows are listed once more at the end."""


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
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """批量签发：每行一个结果，次序不变。Issue many; one result a row, in order.

    退出码 Exit codes: 0 全部签发 all issued; 1 有行未签发 some rows refused; 2 用法有误 usage;
    130 被中断 interrupted.
    """
    from licences.bulk import Brake, Job, run_job
    from licences.home import open_home

    opened = open_home(home)
    licence_type = opened.catalogue().get(wanted)
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
    rows = run_job(job, jobs=jobs or os.cpu_count() or 1, resume=resume, brake=brake)
    good = bad = 0
    refused: list[str] = []
    reasons: dict[ReasonCode, None] = {}
    with _interruptible(brake):
        for row in _with_progress(rows, source):
            typer.echo(_line(row, results))
            if row.problems:
                bad += 1
                refused += [_refusal(row)] if bad <= MOST_LISTED else []
                reasons |= dict.fromkeys(each.reason for each in row.problems)
            else:
                good += 1
    sys.stderr.write(_remedies(reasons) + _summary(good, bad, dry_run=dry_run))
    if bad:
        sys.stderr.write(_to_mend(refused, bad, dry_run=dry_run))
    if brake.pulled:
        sys.stderr.write(_interruption(dry_run=dry_run))
        raise typer.Exit(INTERRUPTED)
    if good and not bad:
        sys.stderr.write(_next(dry_run=dry_run))
    raise typer.Exit(Exit.FAILED if bad or not good else Exit.OK)


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
        return json.dumps(row.as_json(), ensure_ascii=False)
    if not row.problems:
        return f"{row.number}\t{row.identifier or '✓'}"
    problems = "; ".join(
        f"{each.reason} {each.pointer or '/'} {each.zh} {each.en}" for each in row.problems
    )
    return f"{row.number}\t{printable(' '.join(problems.split()))}{_place(row)}"


def _place(row: "RowResult") -> str:
    """Say on which line of the file a row begins, where that is another number."""
    return f"（文件第 {row.line} 行 line {row.line}）" if row.line not in {0, row.number} else ""


def _refusal(row: "RowResult") -> str:
    """Say of a refused row which it is, and why and in which field, in one line."""
    why = "; ".join(f"{each.reason} {each.pointer or '/'}" for each in row.problems)
    number = row.number
    return f"  第 {number} 行 row {number}{_place(row)}  {printable(' '.join(why.split()))}\n"


def _to_mend(refused: list[str], bad: int, *, dry_run: bool) -> str:
    """List the refused rows, the first ones and a count, and say what to do next."""
    more = bad - len(refused)
    rest = f"  … 另有 {more} 行 {more} more\n" if more else ""
    again = (
        "→ 改正这些行，再运行一次\n→ Mend those rows and run again\n"
        if dry_run
        else "→ 改正这些行，用同一 --out 加 --resume 再运行；已签发的不会重做\n"
        "→ Mend those rows and run again with the same --out and --resume; what was issued stays\n"
    )
    return "".join(("有问题的各行 rows refused：\n", *refused, rest, again))


def _remedies(reasons: "Iterable[ReasonCode]") -> str:
    """Say what to do about each reason, once."""
    return "".join(
        f"{each}：{each.zh} {each.en}\n  → {each.remedy_zh}\n  → {each.remedy_en}\n"
        for each in reasons
    )


def _summary(good: int, bad: int, *, dry_run: bool) -> str:
    if dry_run:
        return (
            f"只检查，没有签发任何证照：{good} 行可签发，{bad} 行有问题。\n"
            f"Checked only, nothing was issued: {good} rows could be, {bad} could not.\n"
        )
    return f"已签发 {good} 行，未签发 {bad} 行。{good} rows issued, {bad} refused.\n"


def _next(*, dry_run: bool) -> str:
    """Say what comes after rows of which none was refused."""
    if dry_run:
        return "→ 去掉 --dry-run 即签发 without --dry-run they are issued\n"
    return f"→ {LEARNED}\n"


def _interruption(*, dry_run: bool) -> str:
    if dry_run:
        return "已中断，其余各行未检查。Interrupted; the other rows were not checked.\n"
    return (
        "已中断，以上各行已记录；用 --resume 接着做。\n"
        "Interrupted; the rows above are recorded, and --resume goes on.\n"
    )


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
