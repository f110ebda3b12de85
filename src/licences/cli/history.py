"""`licences history`: what was done to a licence, and where it stood when."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import demand_new, write_new
from eseal.cli.time_options import A_DAY
from eseal.cli.voice import give_up
from eseal.plain_text import json_text
from licences.cli.grounds_options import read_past
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.life import IdentifierArgument, life_office
from licences.cli.life_words import (
    ACTIONS,
    code_of,
    not_listed,
    revoked_text,
    signed_text,
    standing_text,
    unjudged_text,
    why_words,
)

if TYPE_CHECKING:
    from rich.console import Console

    from licences.licence_life import Standing
    from licences.licence_type import LicenceType
    from licences.life_journal import LifeEntry
    from licences.life_office import LicenceHistory


def history(
    identifier: IdentifierArgument,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="只问这一时刻的状态，不晚于现在。"
            f"Where it stood then, not later than now. {A_DAY}",
        ),
    ] = None,
    known: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="只按此时已登记的记录回答，与 --at 同用。"
            f"By what had been recorded up to then, with --at. {A_DAY}",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="由颁发部门签名的状态证明，写到此新文件，可用 verify --status 离线验证。"
            "Have the department sign the whole history into this new file, for verify --status.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """核验并列出一份证照的状态变化。Verify and list what was done to a licence.

    某日是否有效 was it valid on a day: licences history IDENTIFIER --at 2026-11-26
    """
    if known is not None and at is None:
        give_up("--known 须与 --at 同用", "--known goes with --at")
    moment = None if at is None else read_past(at, "--at")
    knowledge = None if known is None else read_past(known, "--known")
    if out is not None:
        demand_new(out, option="--out")
    with life_office(home) as (opened, office):
        found = office.history(identifier)
        kind = opened.catalogue().find_code(found.licence.type_code)
        if out is not None:
            write_new(out, office.statement(identifier, lifetime=opened.settings.status_life))
            typer.echo(f"已写入状态证明 the signed history is in {out}", err=True)
    if as_json:
        answer = _as_dict(found, kind, moment, knowledge)
        typer.echo(json_text(answer, indent=2))
    elif moment is None:
        _print_history(found, kind)
    else:
        _print_standing(found, kind, moment, knowledge)


def _as_dict(
    found: "LicenceHistory",
    kind: "LicenceType | None",
    at: datetime | None,
    known: datetime | None,
) -> dict[str, object]:
    from licences.life_journal import replacing

    licence = found.licence
    theirs, successor = code_of(kind, licence.standing), replacing(found.life)
    answer: dict[str, object] = {
        "identifier": licence.identifier,
        "standing": licence.standing.value if licence.standing else None,
        "standing_code": theirs.code if theirs else None,
        "replaced_by": successor.replaced_by if successor else None,
    }
    if at is not None:
        standing, _ = _answer(found, at, known)
        theirs = code_of(kind, standing)
        answer |= {
            "at": at.isoformat(),
            "standing_at": standing.value if standing else None,
            "standing_code_at": theirs.code if theirs else None,
        }
    answer["doubt"] = unjudged_text(found.doubt) if found.doubt else None
    since = found.revoked_since
    answer["revoked_since"] = revoked_text(since) if since else None
    return answer | {"events": [_entry_as_dict(each) for each in found.life]}


def _entry_as_dict(entry: "LifeEntry") -> dict[str, object]:
    event = entry.event
    return {
        "number": entry.number,
        "action": event.action.value,
        "effective": event.effective.isoformat(),
        "recorded": event.recorded.isoformat(),
        "actor": entry.actor,
        "reason": entry.reason,
        "basis": entry.basis,
        "corrects": entry.corrects,
        "replaced_by": entry.replaced_by or None,
    }


def _answer(
    found: "LicenceHistory", at: datetime, known: datetime | None
) -> tuple["Standing | None", "LifeEntry | None"]:
    """Say where it stood, and which record decides that."""
    from licences.licence_life import ruling_event, standing_at

    log = [each.event for each in found.life]
    standing, ruling = standing_at(log, at, known=known), ruling_event(log, at, known=known)
    entry = next((each for each in found.life if each.event is ruling), None)
    return standing, entry


def _print_standing(
    found: "LicenceHistory", kind: "LicenceType | None", at: datetime, known: datetime | None
) -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.times import china_time

    standing, entry = _answer(found, at, known)
    by = "" if known is None else f"，按 {china_time(known)} 已登记的 by what was recorded then"
    with page() as console:
        console.print(safe(found.licence.identifier), soft_wrap=True)
        said = standing_text(standing, code_of(kind, standing))
        console.print(f"{china_time(at)}{by}  {said}", soft_wrap=True)
        if entry is not None:
            action = entry.event.action
            what = f"#{entry.number}  {ACTIONS[action]} {action}  {safe(entry.actor)}"
            console.print(f"  {what}  [dim]{why_words(entry)}[/]", soft_wrap=True)
        if found.doubt is not None:
            console.print(f"  {signed_text(found.doubt)}", soft_wrap=True)
        _print_revoked(console, found)


def _print_history(found: "LicenceHistory", kind: "LicenceType | None") -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows
    from eseal.cli.times import china_time
    from licences.cli.summary import successor_text
    from licences.life_journal import replacing

    successor = replacing(found.life)
    table = Rows(fixed=2)
    for each in found.life:
        table.add_row(
            f"  #{each.number}",
            f"[dim]{china_time(each.event.recorded)}[/]",
            f"{ACTIONS[each.event.action]} {each.event.action}",
            safe(each.actor),
            f"[dim]{why_words(each)}[/]",
        )
    licence, theirs = found.licence, code_of(kind, found.licence.standing)
    with page() as console:
        said = f"{safe(licence.identifier)}  {standing_text(licence.standing, theirs)}"
        console.print(said, soft_wrap=True)
        if successor is not None:
            said = safe(f"已换发为 replaced by {successor_text(successor)}")
            console.print(said, soft_wrap=True)
        console.print()
        if found.life:
            console.print(table)
        console.print(f"  {not_listed(licence, found.life)}", soft_wrap=True)
        console.print(f"\n{signed_text(found.doubt)}", soft_wrap=True)
        _print_revoked(console, found)


def _print_revoked(console: "Console", found: "LicenceHistory") -> None:
    from eseal.cli.page import in_line

    if found.revoked_since is not None:
        said = in_line(revoked_text(found.revoked_since))
        console.print(f"[yellow]![/] {said}", soft_wrap=True)
