"""`licences selftest`: does this installation judge good and bad documents as it has to?"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit

if TYPE_CHECKING:
    from rich.console import Console

    from licences.selftest.engines import Engine
    from licences.selftest.running import Result
    from licences.selftest.table import Answer


def selftest(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")] = False,
) -> None:
    """自检：在内存中制作合格与不合格的证照，逐一验证结论。Judge good and bad documents.

    不联网，不用主目录，不写文件。No network, no home, nothing written.

    退出码 Exit codes: 0 结论全部如预期 every verdict as expected; 1 有不如预期的 one is not.
    """
    from licences.selftest.engines import engines
    from licences.selftest.running import planned, run

    results = _with_progress(run(), len(planned()))
    write = _write_json if as_json else _write_lines
    if not write(results, tuple(engines())):
        raise typer.Exit(Exit.FAILED)


def _write_lines(results: Iterable["Result"], listed: Iterable["Engine"]) -> bool:
    """Print a line a case while they run, then engines and sum; gives whether all is good."""
    from eseal.cli.voice import stdout

    console = stdout()
    good = bad = 0
    for result in results:
        _write_line(result, console)
        good, bad = good + result.as_expected, bad + (not result.as_expected)
    told = "；".join(f"{each.what} {each.detail}" for each in listed)
    console.print(f"\n[dim]{told}[/]", soft_wrap=True)
    colour, sign = ("red", "✗") if bad else ("green", "✓")
    console.print(
        f"[{colour}]{sign}[/] 如预期 {good} 例，不如预期 {bad} 例。"
        f"{good} verdicts as expected, {bad} not.",
        soft_wrap=True,
    )
    return not bad


def _write_line(result: "Result", console: "Console") -> None:
    case, suite = result.case, result.suite.upper()
    sign = "[green]✓[/]" if result.as_expected else "[red]✗[/]"
    told = case.expected.indication if result.as_expected else case.name
    console.print(f"{sign} {suite} {case.zh}  {case.en}  [dim]{told}[/]", soft_wrap=True)
    if not result.as_expected:
        console.print(f"    应为 expected  {case.expected}", soft_wrap=True)
        console.print(f"    实为 got       {result.got}", soft_wrap=True)
        for check in sorted((case.expected.checks or frozenset()) - (result.got.checks or set())):
            console.print(f"    缺少 missing   {check}", soft_wrap=True)


def _write_json(results: Iterable["Result"], listed: Iterable["Engine"]) -> bool:
    found = [
        {
            "name": each.case.name,
            "suite": each.suite.value,
            "zh": each.case.zh,
            "en": each.case.en,
            "as_expected": each.as_expected,
            "expected": _as_dict(each.case.expected),
            "got": _as_dict(each.got),
        }
        for each in results
    ]
    good = all(each["as_expected"] for each in found)
    body = {
        "as_expected": good,
        "engines": {each.what: each.detail for each in listed},
        "cases": found,
    }
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    return good


def _as_dict(answer: "Answer") -> dict[str, object]:
    faults = [
        {"check": each.check, "outcome": each.outcome, "reason": each.reason}
        for each in sorted(answer.faults)
    ]
    return {"indication": answer.indication, "faults": faults}


def _with_progress(results: Iterable["Result"], total: int) -> Iterator["Result"]:
    """Show a bar on stderr while there is a terminal to see it."""
    if not sys.stderr.isatty():
        yield from results
        return
    from rich.progress import track

    from eseal.cli.voice import stderr

    yield from track(results, "自检 self-test", total, console=stderr(), transient=True)
