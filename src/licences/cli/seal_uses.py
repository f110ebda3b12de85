"""`licences seal uses`: what a seal was used for, newest first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from eseal.cli.voice import Exit, give_up, say_error
from eseal.plain_text import json_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.seal_options import JsonOption, LimitOption, SealArgument, open_office
from licences.cli.seal_words import OPERATIONS

if TYPE_CHECKING:
    from licences.seal_model import SealUse
    from licences.seal_office import SealOffice


def uses(
    seal: SealArgument,
    limit: LimitOption = 100,
    after: Annotated[
        str | None,
        typer.Option(
            metavar="USE", help="接在这一条之后（更早的）。Go on behind this use, with older ones."
        ),
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """列出一枚印章的使用记录，新的在前。List the uses of a seal, newest first."""
    from eseal.errors import RefusedError
    from licences.seal_model import SealUse

    with open_office(home) as (_, office):
        last = None if after is None else _find(office, seal, after)
        found = office.usage.journaled(seal, limit=limit + 1, after=last)
    listed = [each for each in found[:limit] if isinstance(each, SealUse)]
    unread = [each for each in found[:limit] if isinstance(each, RefusedError)]
    if not found:
        _say_none(after)
    if as_json:
        for each in listed:
            typer.echo(json_text(_as_dict(each)))
    elif listed:
        _print(listed)
    if listed and len(found) > limit:
        typer.echo(
            f"只列了 {limit} 条，还有更早的 only {limit} are listed, there are older ones："
            f"--after {listed[-1].id}",
            err=True,
        )
    for error in unread:
        say_error(error)
    if unread:
        raise typer.Exit(Exit.FAILED)


def _say_none(after: str | None) -> None:
    """Say on stderr that there are no uses, or none behind the one that was named."""
    words = (
        "没有用章记录；用章：licences seal use it has not been used; licences seal use does that"
    )
    typer.echo(words if after is None else "没有更早的用章记录 there are no older uses", err=True)


def _find(office: "SealOffice", seal: str, use: str) -> "SealUse":
    """Find the use to go on behind."""
    try:
        found = office.usage.find(seal, UUID(use))
    except ValueError:
        found = None
    if found is None:
        give_up(
            f"这枚印章没有用章记录 {use}；--after 取上一页末尾所给的编号",
            f"the seal has no use {use}: --after takes the id that the page before ends with",
        )
    return found


def _as_dict(use: "SealUse") -> dict[str, object]:
    return {
        "id": str(use.id),
        "at": use.at.isoformat(),
        "actor": use.actor,
        "operation": use.operation,
        "matter": use.matter,
        "suite": use.suite.value,
        "digest": use.digest,
        "licence": use.licence,
    }


def _print(found: "Sequence[SealUse]") -> None:
    from eseal.cli.page import in_line, page
    from eseal.cli.rows import Rows
    from eseal.cli.times import china_time

    rows, stacked = Rows(fixed=3), Rows(fixed=0)
    for each in found:
        used = (
            f"[dim]{china_time(each.at)}[/]",
            in_line(each.actor),
            f"{OPERATIONS.get(each.operation, '')} {in_line(each.operation)}",
        )
        about = [("[dim]原文杂凑值 data hash[/]", f"[dim]{each.digest}[/]")]
        if each.licence:
            about.insert(0, ("[dim]证照 licence[/]", in_line(each.licence)))
        rows.add_row(*used, in_line(each.matter))
        stacked.add_row("  ".join(used))
        stacked.add_row(f"  {in_line(each.matter)}")
        for label, value in about:
            rows.add_row("", "", label, value)
            stacked.add_row(f"  {label}  {value}", whole=True)
    with page() as console:
        console.print(rows if rows.fit(console.width) else stacked)
