"""`licences seal list`, `show` and `history`: what the seal register knows."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.kinds import KINDS
from eseal.cli.options import demand_new, write_new
from eseal.cli.show import picture_as
from eseal.cli.voice import Exit, give_up, say_error
from eseal.plain_text import json_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.seal_card import content_data, difference_words, print_seal
from licences.cli.seal_options import (
    JsonOption,
    LimitOption,
    SealArgument,
    open_office,
    open_register,
)
from licences.cli.seal_who import read_who, who_data
from licences.cli.seal_words import state_text
from licences.seal_terms import action_words, state_words

if TYPE_CHECKING:
    from licences.seal_audit import AuditedEvent, SealHistory
    from licences.seal_model import SealRecord


_NONE = "没有印章；申请：licences seal apply there are no seals; licences seal apply asks for one"
_NO_MORE = "后面没有印章了 there are no seals behind it"


def list_(
    owner: Annotated[
        str | None, typer.Option(metavar="USCC", help="只列此单位的。Of this owner only.")
    ] = None,
    limit: LimitOption = 100,
    after: Annotated[
        str | None, typer.Option(metavar="SEAL", help="接在此印章之后。Go on behind this seal.")
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """列出印章，状态以登记为准，不核验记录（核验：show、history）。List seals, as registered.

    A list verifies no history: show and history do.
    """
    from eseal.errors import RefusedError
    from licences.seal_clerk import find_seal
    from licences.seal_model import SealRecord

    with open_register(home) as register:
        last = find_seal(register, after).key if after else None
        listed = register.seals(limit=limit, after=last, owner=owner)
    found = [each for each in listed if isinstance(each, SealRecord)]
    unread = [each for each in listed if isinstance(each, RefusedError)]
    if as_json:
        for each in found:
            typer.echo(json_text(_as_dict(each)))
    elif found:
        _print_list(found)
    if not listed:
        typer.echo(_NO_MORE if after else _NONE, err=True)
    if found and len(listed) == limit:
        typer.echo(f"后面可能还有 there may be more: --after {found[-1].es_id}", err=True)
    for error in unread:
        say_error(error)
    if unread:
        raise typer.Exit(Exit.FAILED)


def show(
    seal: SealArgument,
    esl: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="把印章对象写到此文件。Write the seal object there."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.svg|FILE.png",
            help="把印模写到此文件（新建）；有变更待办时是拟改的。SVG 的印模也可写成 PNG。"
            "Write the picture to this new file; while a change is pending, the one applied for. "
            "One in SVG can be written as a PNG, too.",
        ),
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """查看一枚印章：状态、内容、现在可由谁办理什么。Show a seal, and who may do what to it now.

    审批前请看印模与用章证书：--picture。Before it is approved look at its picture and its signers.
    """
    if picture is not None:
        demand_new(picture, option="--picture")
    with open_office(home) as (opened, office):
        record = office.find(seal)
        who = read_who(opened, office, record)
    if as_json:
        data = {**_as_dict(record), **content_data(who), **who_data(who)}
        typer.echo(json_text(data, indent=2))
    else:
        print_seal(record, who)
    if picture is not None:
        write_new(picture, picture_as(picture, record.picture))
        typer.echo(str(picture), err=as_json)
    if esl is not None:
        if record.esl is None:
            give_up("印章尚未制作", "the seal has not been made yet", Exit.FAILED)
        write_new(esl, record.esl)
        typer.echo(str(esl), err=as_json)


def history(seal: SealArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """核验并列出一枚印章的全部记录。Verify and list everything that was done to a seal.

    退出码 Exit codes: 0 全部属实 all hold; 1 有被改动的 one was altered; 3 不能确定 undetermined.
    """
    from eseal.report import Outcome

    with open_office(home) as (_, office):
        found = office.history(seal)
    _print_history(found, home)
    match found.finding.outcome:
        case Outcome.PASSED:
            return
        case Outcome.FAILED:
            raise typer.Exit(Exit.FAILED)
        case Outcome.UNDETERMINED:
            raise typer.Exit(Exit.UNDETERMINED)


def _as_dict(record: "SealRecord") -> dict[str, object]:
    digest = record.esl_sha256
    return {
        "es_id": record.es_id,
        "id": str(record.key.id),
        "state": record.state.value,
        "version": record.version,
        "name": record.name,
        "kind": record.kind.value,
        "suite": record.suite.value,
        "owner": record.owner,
        "owner_name": record.owner_name,
        "keeper": record.keeper,
        "issuing": record.issuing,
        "valid_from": record.valid_from.isoformat(),
        "valid_until": record.valid_until.isoformat(),
        "picture": [record.picture.kind, record.picture.width, record.picture.height],
        "esl_sha256": None if digest is None else digest.hex(),
    }


def _print_list(found: "Sequence[SealRecord]") -> None:
    from eseal.cli.page import in_line, page
    from eseal.cli.rows import Rows
    from eseal.moments import china_day

    rows, stacked = Rows(fixed=2), Rows(fixed=0)
    for each in found:
        ends = f"至 until {china_day(each.valid_until)}"
        number, state = f"[bold]{in_line(each.es_id)}[/]", state_text(each.state.value)
        name, kind = in_line(each.name), f"[dim]{KINDS[each.kind.value]} {each.suite}[/]"
        rest = kind, f"[dim]{in_line(each.keeper)}[/]", f"[dim]{ends}[/]"
        rows.add_row(number, state, name, *rest)
        for line in ((number, state), (f"  {name}",), (f"  {rest[0]}", *rest[1:])):
            stacked.add_row("  ".join(line), whole=True)
    with page() as console:
        console.print(rows if rows.fit(console.width) else stacked)


def _print_history(found: "SealHistory", home: Path) -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows
    from eseal.cli.times import china_time
    from licences.home_advice import remedy_in
    from licences.seal_audit import advice_on

    rows = Rows(fixed=3)
    for each in found.events:
        rows.add_row(
            f"  [dim]{china_time(each.event.at)}[/]",
            action_words(each.event.action.value),
            safe(each.entry.actor) if each.entry else "?",
            _sign(each),
            f"[dim]{safe(_why(each))}[/]",
        )
        for line in _changes(each):
            rows.add_row("", "", "", "", safe(line))
    record = found.record
    with page() as console:
        console.print(f"[bold]{safe(record.name)}[/]  {state_words(record.state)}")
        console.print(f"{safe(record.es_id)}\n", soft_wrap=True)
        console.print(rows)
        reason = found.finding.reason
        if reason is None:
            console.print("\n[green]✓[/] 记录完整，签名有效 complete, every signature holds")
        else:
            console.print(f"\n[red]✗[/] {reason}  {reason.zh}  {reason.en}", soft_wrap=True)
            for remedy in advice_on(found.finding) or remedy_in(home, reason):
                console.print(f"  → {safe(remedy)}", soft_wrap=True)


def _sign(each: "AuditedEvent") -> str:
    reason = each.finding.reason
    return "[green]✓[/]" if reason is None else f"[red]✗[/] {reason}"


def _changes(each: "AuditedEvent") -> Iterator[str]:
    """Say what an event that holds changes, a field each, old and new."""
    if each.finding.reason is None:
        yield from (difference_words(one) for one in each.changes)


def _why(each: "AuditedEvent") -> str:
    """Say version, reason and basis; of an event that does not hold, what is wrong."""
    from eseal.cli.times import china_time, in_china

    if each.finding.reason is not None or each.entry is None:
        return in_china(each.finding.detail)
    said = [f"v{each.entry.version}", each.entry.reason, each.entry.basis]
    if each.entry.effective != each.entry.recorded:
        said.append(f"自 since {china_time(each.entry.effective)}")
    return "  ".join(part for part in said if part)
