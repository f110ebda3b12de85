"""`licences suspend`, `resume`, `revoke` …: what is done to issued licences; and `history`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import demand_new, write_new
from eseal.cli.time_options import A_DAY
from eseal.cli.voice import give_up
from eseal.plain_text import json_text
from licences.cli.grounds_options import (
    BasisOption,
    EffectiveOption,
    OperatorOption,
    ReasonOption,
    grounds,
    in_options,
    read_past,
)
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.life_words import (
    ACTIONS,
    LEARNED,
    STANDINGS,
    code_of,
    not_listed,
    signed_text,
    standing_text,
    unjudged_text,
    why_words,
)

if TYPE_CHECKING:
    from licences.home import Home
    from licences.licence_life import Standing
    from licences.licence_type import LicenceType
    from licences.life_journal import LifeEntry
    from licences.life_office import LicenceHistory, LifeOffice
    from licences.model import Licence

_STEPS = {
    "suspend": "暂扣：暂时不能使用，可恢复。Suspend a licence; it can be resumed.",
    "resume": "恢复被暂扣的证照。Resume a suspended licence.",
    "revoke": "撤销、吊销，不可恢复。Revoke a licence for ever.",
    "cancel": "注销，不可恢复。Cancel a licence for ever.",
    "expire": "登记已过期。Record that a licence has expired.",
}

IdentifierArgument = Annotated[
    str,
    typer.Argument(
        metavar="IDENTIFIER",
        help="电子证照标识（1.2.156.3005.2.…），不是编号；按编号查找用 licences find。"
        "The licence's identifier, not its number; licences find looks for that.",
    ),
]


def add_steps(app: typer.Typer) -> None:
    """Add the commands."""
    for name, text in _STEPS.items():
        app.command(name, help=text)(_command(name))
    app.command("correct")(correct)
    app.command("history")(history)


def correct(
    identifier: IdentifierArgument,
    operator: OperatorOption,
    reason: ReasonOption,
    event: Annotated[
        int,
        typer.Option(
            min=0,
            help="所撤回的记录的序号，见 licences history。"
            "Number of the record that is taken back, see licences history.",
        ),
    ],
    basis: BasisOption = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """更正：撤回登记有误的一条记录。Take back a record that was entered by mistake."""
    _act(home, identifier, "correct", operator, (reason, basis, None), corrects=event)


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
    with _office(home) as (opened, office):
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


def _command(name: str) -> Callable[..., None]:
    def step(
        identifier: IdentifierArgument,
        operator: OperatorOption,
        reason: ReasonOption,
        basis: BasisOption = "",
        effective: EffectiveOption = None,
        home: HomeOption = DEFAULT_HOME,
    ) -> None:
        _act(home, identifier, name, operator, (reason, basis, effective))

    return step


def _act(
    home: Path,
    identifier: str,
    name: str,
    operator: str,
    why: tuple[str, str, str | None],
    corrects: int | None = None,
) -> None:
    from licences.licence_life import LifeAction

    given = grounds(*why)
    with _office(home) as (_, office):
        licence = office.act(
            identifier, LifeAction(name), operator=operator, grounds=given, corrects=corrects
        )
    _say(licence, given.effective)


def _say(licence: "Licence", effective: datetime | None) -> None:
    """Print where a licence stands now: its identifier alone on stdout, the rest for people."""
    from eseal.cli.times import china_time

    typer.echo(licence.identifier)
    standing = licence.standing.value if licence.standing else ""
    since = "" if effective is None else f"，自 since {china_time(effective)}"
    said = f"现为 it is now：{STANDINGS[standing]} {standing}{since}；{LEARNED}"
    typer.echo(said, err=True)


@contextmanager
def _office(home: Path) -> Iterator[tuple["Home", "LifeOffice"]]:
    from eseal.moments import now
    from licences.home import open_home
    from licences.home_advice import advised
    from licences.life_office import LifeOffice

    opened = open_home(home)
    with in_options(), advised(opened.path), LifeOffice.open(opened, clock=now) as office:
        yield opened, office


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
            console.print(f"  [dim]#{entry.number}  {why_words(entry)}[/]", soft_wrap=True)
        if found.doubt is not None:
            console.print(f"  {signed_text(found.doubt)}", soft_wrap=True)


def _print_history(found: "LicenceHistory", kind: "LicenceType | None") -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows
    from eseal.cli.times import china_time
    from licences.cli.summary import successor_text
    from licences.life_journal import replacing

    successor = replacing(found.life)
    table = Rows(fixed=2)
    for each in found.life:
        action = each.event.action.value
        table.add_row(
            f"  #{each.number}",
            f"[dim]{china_time(each.event.recorded)}[/]",
            f"{ACTIONS[action]} {action}",
            safe(each.actor),
            f"[dim]{why_words(each)}[/]",
        )
    licence = found.licence
    with page() as console:
        standing = standing_text(licence.standing, code_of(kind, licence.standing))
        console.print(f"{safe(licence.identifier)}  {standing}", soft_wrap=True)
        if successor is not None:
            said = f"已换发为 replaced by {successor_text(successor)}"
            console.print(safe(said), soft_wrap=True)
        console.print()
        if found.life:
            console.print(table)
        console.print(f"  {not_listed(licence, found.life)}", soft_wrap=True)
        console.print(f"\n{signed_text(found.doubt)}", soft_wrap=True)
