"""`licences doctor`: is everything there that issuing and verifying need?"""

from typing import Annotated

import typer

from eseal.cli.voice import Exit, stdout
from licences.cli.home_option import DEFAULT_HOME, HomeOption


def doctor(
    network: Annotated[
        bool,
        typer.Option(
            "--network",
            help="联网：另向设置中的时间戳服务要时间戳；默认不联网。"
            "Ask the time-stamping authority of the settings, too; by default no network is used.",
        ),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """检查运行环境与主目录，不作改动。Examine engine, types, home, keys, CAs, trust.

    验证结论是否可靠，另见 licences selftest。For its verdicts see licences selftest.

    退出码 Exit codes: 0 一切正常 all good; 1 有问题 something is not.
    """
    from eseal.cli.page import in_china, in_line
    from eseal.moments import now
    from licences.diagnosis import examine

    console = stdout()
    ill = False
    for symptom in examine(home, at=now(), network=network):
        ill = ill or not symptom.good
        sign = "[green]✓[/]" if symptom.good else "[red]✗[/]"
        reason = f"{symptom.reason}：{symptom.reason.zh}  " if symptom.reason else ""
        console.print(
            f"{sign} {in_line(symptom.what)}  [dim]{reason}{in_line(in_china(symptom.detail))}[/]",
            soft_wrap=True,
        )
        if symptom.reason:
            console.print(f"    → {symptom.reason.remedy_zh}\n    → {symptom.reason.remedy_en}")
    if ill:
        raise typer.Exit(Exit.FAILED)
