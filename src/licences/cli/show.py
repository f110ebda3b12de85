"""`licences show`: one licence of the register: what it says, its documents, its journal."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit, give_up, stdout
from licences.cli.home_option import DEFAULT_HOME, HomeOption

if TYPE_CHECKING:
    from licences.documents import FolderDocuments
    from licences.licence_type import LicenceType
    from licences.model import Event, Licence


def show(
    identifier: Annotated[
        str, typer.Argument(help="电子证照标识。The licence's identifier.", metavar="IDENTIFIER")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="把证照文件写到此文件夹。Write its documents into this folder."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """查看登记簿中的一份证照。Show a licence of the register."""
    from licences.home import open_home
    from licences.output import write_documents

    opened = open_home(home)
    register = opened.register()
    licence = register.find_by_identifier(identifier)
    events = register.events(licence.key) if licence else ()
    register.close()
    if licence is None:
        give_up(
            f"登记簿中没有 {identifier}",
            f"the register has no licence {identifier}",
            Exit.FAILED,
        )
    documents = opened.documents()
    if as_json:
        typer.echo(json.dumps(_as_dict(licence, documents), ensure_ascii=False, indent=2))
    else:
        licence_type = opened.catalogue().find_code(licence.type_code)
        _print(licence, licence_type, documents, events)
    if out is not None:
        stored = {each.format: documents.read(each.sha256) for each in licence.documents}
        for path in write_documents(out, licence.identifier, stored):
            typer.echo(str(path))


def _as_dict(licence: "Licence", documents: "FolderDocuments") -> dict[str, object]:
    return {
        "identifier": licence.identifier,
        "type_code": licence.type_code,
        "department": licence.department,
        "suite": licence.suite.value,
        "state": licence.state.value,
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


def _print(
    licence: "Licence",
    licence_type: "LicenceType | None",
    documents: "FolderDocuments",
    events: tuple["Event", ...],
) -> None:
    from rich.markup import escape
    from rich.table import Table

    console = stdout()
    name = licence_type.name.zh if licence_type else licence.type_code
    console.print(f"[bold]{escape(name)}[/]  {licence.identifier}", soft_wrap=True)
    titles = {each.name: each.title.zh for each in licence_type.fields} if licence_type else {}
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for field, value in licence.data.items():
        shown = licence_type.display(field, value) if field in titles and licence_type else value
        table.add_row(f"  [dim]{escape(titles.get(field, field))}[/]", escape(str(shown)))
    console.print(table)
    for document in licence.documents:
        console.print(
            f"  {document.format}  {document.size} B  {documents.path(document.sha256)}",
            soft_wrap=True,
        )
    for event in events:
        console.print(f"  [dim]{event.at:%Y-%m-%d %H:%M:%SZ}  {event.kind}[/]")
