"""`licences show`: one licence: in short, what it says, its documents, its journal."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.plain_text import json_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.licence_words import department_text, essentials
from licences.cli.life import IdentifierArgument
from licences.cli.life_words import ACTIONS, code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from licences.cli.summary import Summary
    from licences.documents import FolderDocuments
    from licences.licence_type import LicenceType
    from licences.life_journal import LifeEntry
    from licences.model import Event, Licence
    from licences.store import Register

_KINDS = {
    "intent": ("意向：将签名", "intent: about to sign"),
    "issued": ("已签发", "issued"),
    "failed": ("未签发", "failed: not issued"),
}


def show(
    identifier: IdentifierArgument,
    out: Annotated[
        Path | None,
        typer.Option(help="把证照文件写到此文件夹。Write its documents into this folder."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """查看登记簿中的一份证照。Show a licence of the register.

    状态以日志为准；与登记行不符的，会指明，其文件不写出。It stands as its journal says; where its
    row says otherwise, that is told, and no document of other content is written.
    """
    from eseal.moments import now
    from licences.as_issued import demand_as_issued
    from licences.cli.summary import summarise
    from licences.home import open_home
    from licences.life_signers import LifeSigners
    from licences.output import write_documents

    opened = open_home(home)
    register = opened.register()
    try:
        licence, events = register.read(identifier)
        others = dict(_lives(register, licence, events))
    finally:
        register.close()
    documents, catalogue = opened.documents(), opened.catalogue()
    at = now()
    kind, signers = catalogue.find_code(licence.type_code), LifeSigners(opened.trust_store, now=at)
    summary = summarise(licence, events, kind, signers, at=at, others=others)
    if as_json:
        typer.echo(json_text(_as_dict(summary, documents), indent=2))
    else:
        issuer = department_text(opened, catalogue, licence.department)
        _print(summary, documents, events, issuer)
    if out is not None:
        demand_as_issued(licence, events)
        stored = {each.format: documents.read(each.sha256) for each in licence.documents}
        for path in write_documents(out, licence.identifier, stored):
            typer.echo(str(path))


def _lives(
    register: "Register", licence: "Licence", events: "Sequence[Event]"
) -> "Iterator[tuple[str, Sequence[LifeEntry]]]":
    """Read the lives of what a licence replaced and what replaced it, where they can be read."""
    from eseal.errors import RefusedError
    from licences.life_journal import life_of

    try:
        names = {licence.replaces, *(each.replaced_by for each in life_of(licence, events))}
    except RefusedError:  # told by the summary
        return
    for name in sorted(filter(None, names)):
        try:
            yield name, life_of(*register.read(name))
        except RefusedError:
            continue


def _as_dict(summary: "Summary", documents: "FolderDocuments") -> dict[str, object]:
    licence, licence_type = summary.licence, summary.kind
    stand = summary.stand
    theirs = code_of(licence_type, stand.standing)
    successor = summary.successor
    return {
        "identifier": licence.identifier,
        "type_code": licence.type_code,
        "version": summary.version,
        **essentials(licence, licence_type),
        "department": licence.department,
        "suite": licence.suite.value,
        "state": licence.state.value,
        "standing": stand.standing.value if stand.standing else None,
        "trouble": stand.trouble or summary.broken or None,
        "doubt": stand.doubt or None,
        "standing_code": theirs.code if theirs else None,
        "replaces": licence.replaces or None,
        "replaced_by": successor.replaced_by if successor else None,
        "status": _status(licence),
        "issued_at": licence.issued_at.isoformat(),
        "data": dict(licence.data),
        "documents": [
            {
                "format": each.format.value,
                "sha256": each.sha256.hex(),
                "size": each.size,
                "path": str(documents.path(each.sha256)),
            }
            for each in licence.documents
        ],
    }


def _status(licence: "Licence") -> dict[str, object] | None:
    place = licence.status
    return None if place is None else {"uri": place.uri, "index": place.index}


def _print(
    summary: "Summary", documents: "FolderDocuments", events: tuple["Event", ...], issuer: str
) -> None:
    from rich.padding import Padding

    from eseal.cli.page import grid, page, safe
    from eseal.cli.times import china_time

    licence, licence_type = summary.licence, summary.kind
    name = licence_type.name if licence_type else None
    told = grid(2, fixed=1)
    for label, value in summary.lines(issuer):
        told.add_row(f"[dim]{label}[/]", safe(value))
    fields = grid(2, fixed=0)
    for label, value in _fields(licence, licence_type):
        fields.add_row(f"[dim]{safe(label)}[/]", safe(value))
    journal = grid(4, fixed=2)
    for event in events:
        zh, en = _kind(event.kind.value)
        journal.add_row(
            f"  #{event.number}",
            f"[dim]{china_time(event.at)}[/]",
            f"{zh} {en}",
            f"[dim]{safe(about(event))}[/]",
        )
    with page() as console:
        title = f"{name.zh}  {name.en}" if name else licence.type_code
        console.print(f"[bold]{safe(title)}[/]", soft_wrap=True)
        standing = summary.stand.text(code_of(licence_type, summary.stand.standing))
        console.print(f"{safe(licence.identifier)}  {standing}\n", soft_wrap=True)
        console.print(Padding.indent(told, 2))
        console.print("\n内容 content", style="bold")
        console.print(Padding.indent(fields, 2))
        console.print("\n证照文件 documents", style="bold")
        for document in licence.documents:
            path = safe(str(documents.path(document.sha256)))
            console.print(f"  {document.format}  {document.size} B  {path}", soft_wrap=True)
        console.print("\n日志 journal", style="bold")
        console.print(journal)


def _kind(kind: str) -> tuple[str, str]:
    """Say what an event is, in both languages."""
    return _KINDS.get(kind) or (ACTIONS[kind], kind)


def _fields(licence: "Licence", licence_type: "LicenceType | None") -> Iterator[tuple[str, str]]:
    """Label and value of each field: the form's own in its order, then any other."""
    known = licence_type.fields if licence_type else ()
    for field in known:
        if field.name in licence.data:
            yield f"{field.title.zh} {field.title.en}", field.display(licence.data[field.name])
    names = {field.name for field in known}
    yield from ((name, str(each)) for name, each in licence.data.items() if name not in names)


def about(event: "Event") -> str:
    """Say what an event's body tells: the format and digest to be signed, or why it failed."""
    from eseal.jose.strict_json import parse

    body = parse(event.body)
    match event.kind.value:
        case "intent":
            return f"{body['format']}  {body['algorithm']}  {body['to_be_signed']}"
        case "failed":
            why = (body.get(name) for name in ("reason", "actor", "why", "basis"))
            return "  ".join(str(each) for each in why if each)
        case "issued":
            return ""
        case _:
            corrected = "" if body["corrects"] is None else f"#{body['corrects']}"
            said = (corrected, body["actor"], body["reason"], body["basis"])
            return "  ".join(str(each) for each in said if each)
