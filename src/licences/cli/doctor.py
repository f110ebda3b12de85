"""`licences doctor`: is everything there that issuing and verifying need?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit, stdout
from licences.cli.home_option import DEFAULT_HOME, HomeOption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from licences.symptoms import Symptom


def doctor(
    network: Annotated[
        bool,
        typer.Option(
            "--network",
            help="联网：另向设置中的时间戳服务要时间戳；默认不联网。"
            "Ask the time-stamping authority of the settings, too; by default no network is used.",
        ),
    ] = False,
    documents: Annotated[
        bool,
        typer.Option(
            "--documents",
            help="读验文档库中的每一份；默认看两万份在不在，读验一千份。"
            "Read every document of the store; by default 20,000 are looked for, 1,000 are read.",
        ),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """检查运行环境与主目录，不作改动，问题在先。Examine engine, types, home, keys, CAs, trust.

    验证结论是否可靠，另见 licences selftest。For its verdicts see licences selftest.

    退出码 Exit codes: 0 一切正常 all good; 1 有问题 something is not.
    """
    from eseal.moments import now
    from licences.diagnosis import examine

    symptoms = list(examine(home, at=now(), network=network, every_document=documents))
    ill = [each for each in symptoms if not each.good]
    good = [each for each in symptoms if each.good]
    console = stdout()
    for alike in _grouped(ill):
        _print_ill(console, alike, home)
    for symptom in good:
        console.print(f"[green]✓[/] {_words(symptom)}", soft_wrap=True)
    colour, sign = ("red", "✗") if ill else ("green", "✓")
    said = f"{len(ill)} 项有问题 with problems，{len(good)} 项正常 good"
    console.print(f"\n[{colour}]{sign}[/] {said}", soft_wrap=True)
    if ill:
        raise typer.Exit(Exit.FAILED)


def _grouped(symptoms: "Iterable[Symptom]") -> "list[list[Symptom]]":
    """Put those together that have one cause and one remedy, in order of the first of each."""
    found: dict[object, list[Symptom]] = {}
    for each in symptoms:
        found.setdefault((each.reason, each.advice), []).append(each)
    return list(found.values())


def _print_ill(console: "Console", alike: "list[Symptom]", home: Path) -> None:
    """Print what is wrong and, below all that is wrong in one way, what to do."""
    from eseal.cli.page import in_line
    from licences.home_advice import advice_on

    for symptom in alike:
        console.print(f"[red]✗[/] {_words(symptom)}", soft_wrap=True)
    reason = alike[0].reason
    if reason:
        said = f"    {reason}：{reason.zh} [dim]{reason.en}[/]"
        console.print(said, soft_wrap=True)
    for words in advice_on(alike[0], home) or ():
        console.print(f"    → {in_line(words)}", soft_wrap=True)


def _words(symptom: "Symptom") -> str:
    from eseal.cli.page import in_line
    from eseal.cli.times import in_china

    return f"{in_line(symptom.what)}  [dim]{in_line(in_china(symptom.detail))}[/]"
