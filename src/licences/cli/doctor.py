"""`licences doctor`: is everything there that issuing and verifying need?"""

import typer

from eseal.cli.voice import Exit, stdout
from licences.cli.home_option import DEFAULT_HOME, HomeOption


def doctor(home: HomeOption = DEFAULT_HOME) -> None:
    """检查运行环境与主目录，不作改动。Examine engine, types, home, keys, trust.

    验证结论是否可靠，另见 licences selftest。For its verdicts see licences selftest.

    退出码 Exit codes: 0 一切正常 all good; 1 有问题 something is not.
    """
    from rich.markup import escape

    from eseal.moments import now
    from licences.diagnosis import examine

    console = stdout()
    ill = False
    for symptom in examine(home, at=now()):
        ill = ill or not symptom.good
        sign = "[green]✓[/]" if symptom.good else "[red]✗[/]"
        reason = f"{symptom.reason} " if symptom.reason else ""
        console.print(
            f"{sign} {escape(symptom.what)}  [dim]{reason}{escape(symptom.detail)}[/]",
            soft_wrap=True,
        )
        if symptom.reason:
            console.print(f"    → {symptom.reason.remedy_zh}\n    → {symptom.reason.remedy_en}")
    if ill:
        raise typer.Exit(Exit.FAILED)
