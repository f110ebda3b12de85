"""`licences publish`: write what verifiers fetch into a folder, signed; only what has changed.

These are status lists, and the revocation lists of the CAs that the settings name.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit, one_line, say_error
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.publications import PUBLIC

if TYPE_CHECKING:
    from licences.publishing import Published

_CHANGES = {
    "new": ("green", "新公布"),
    "changed": ("green", "已更新"),
    "renewed": ("green", "已续期"),
    "unchanged": ("dim", "未变"),
    "failed": ("red", "未公布"),
}


def publish(
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="公布到此文件夹：其中 status/ 由网站提供于设置的 [status] uri，crl/ 于证书写明的"
            "地址；默认主目录的 public/。Folder whose status/ is served at the settings' [status] "
            "uri, and crl/ where certificates say; by default the home's public/.",
        ),
    ] = None,
    replace_later: Annotated[
        bool,
        typer.Option(
            "--replace-later",
            help="时钟曾走快：把时间晚于现在的文件照现在的时间重新公布，撤销不丢。"
            "Publish as of now what was published while the clock was ahead; nothing is lost.",
        ),
    ] = False,
    keep_unaccounted: Annotated[
        bool,
        typer.Option(
            "--keep-unaccounted",
            help="登记库由旧备份恢复：已公布为非有效、而登记簿中已没有的证照，照旧公布，不算出错；"
            "每次公布都须给出。After a restore: keep as published what the register has no licence "
            "of any more; it is told, and no failure. To be given with every publishing.",
        ),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """公布证照状态列表，只写有变化或将到期的。Publish lists that changed or will end soon.

    设置中有 [[ca]] 的，一并公布其证书吊销列表（CRL），并更新本主目录的信任材料。The revocation
    lists of the CAs in the settings too, which this home's own trust then gets.

    退出码 Exit codes: 0 全部已公布 all published; 1 有未公布的 one is not.
    """
    from eseal.moments import now
    from licences.home import open_home
    from licences.home_advice import remedy_in
    from licences.publishing import publish as publish_files
    from licences.status_changes import few

    opened = open_home(home)
    results = list(
        publish_files(
            opened,
            out or opened.path / PUBLIC,
            clock=now,
            replace_later=replace_later,
            keep_lost=keep_unaccounted,
        )
    )
    _print(results)
    for kept in (each.kept for each in results if each.kept):
        typer.echo(one_line(f"照旧保留 kept as published：{few(kept)}"), err=True)
    errors = [each.error for each in results if each.error is not None]
    for error in errors:
        error.advice = error.advice or remedy_in(opened.path, error.reason)
        say_error(error)
    if not results:
        typer.echo("尚无状态列表：还没有签发过证照 no status list yet: no licence", err=True)
    if errors:
        raise typer.Exit(Exit.FAILED)


def _print(results: "list[Published]") -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows
    from eseal.cli.times import china_time

    table = Rows(fixed=1)
    for each in results:
        colour, said = _CHANGES[each.change.value]
        until = "" if each.until is None else f"至 until {china_time(each.until)}"
        table.add_row(
            f"[{colour}]{said} {each.change}[/]",
            safe(str(each.path)),
            _notable(each),
            f"[dim]{until}[/]",
        )
    with page() as console:
        console.print(table)


def _notable(each: "Published") -> str:
    """Say how many licences or certificates a list tells of."""
    if each.path.suffix != ".crl":
        return f"{each.notable} 份非有效 not valid"
    number = "" if each.number is None else f"，编号 number {each.number}"
    return f"{each.notable} 张已吊销 revoked{number}"
