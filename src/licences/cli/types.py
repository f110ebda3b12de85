"""`licences types`: which licence types there are; what one asks for, who issues it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import give_up
from licences.cli.field_words import rule_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.issue import named_type
from licences.cli.life_words import STANDINGS

if TYPE_CHECKING:
    from rich.table import Table

    from licences.catalogue import Catalogue, LicenceType


def types(
    wanted: Annotated[
        str | None,
        typer.Argument(
            metavar="TYPE",
            help="类型：英文简称、类型代码或中文名；不填则列出全部。A type; none lists all.",
        ),
    ] = None,
    sample: Annotated[
        bool,
        typer.Option("--sample", help="输出一份样本数据（JSON）。Print sample data to start from."),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """列出证照类型，或一个类型的字段要求与签发部门。List types, or what one asks for."""
    from licences.catalogue import load_catalogue, own_types

    catalogue = load_catalogue(*own_types(home))
    if wanted is None:
        if sample:
            give_up("--sample 须指明类型", "--sample needs a TYPE: licences types TYPE --sample")
        _print_all(catalogue.types)
        return
    licence_type = named_type(catalogue, wanted)
    if sample:
        typer.echo(json.dumps(licence_type.sample(), ensure_ascii=False, indent=2))
    else:
        _print_fields(licence_type, catalogue)


def _print_all(listed: tuple["LicenceType", ...]) -> None:
    from eseal.cli.page import page, safe

    with page() as console:
        for each in listed:
            console.print(f"[bold]{each.slug:<32}[/] {each.code}", soft_wrap=True)
            console.print(f"  {safe(each.name.zh)}  [dim]{safe(each.name.en)}[/]", soft_wrap=True)


def _print_fields(licence_type: "LicenceType", catalogue: "Catalogue") -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows

    name = licence_type.name
    table = Rows(fixed=2)
    titles = ("字段 field", "必填 required", "标题 title", "要求 rule")
    table.add_row(*(f"[bold]{title}[/]" for title in titles))
    rules = json.loads(licence_type.schema)["properties"]
    for field in licence_type.fields:
        table.add_row(
            field.name,
            "✓" if field.required else "",
            f"{safe(field.title.zh)} [dim]{safe(field.title.en)}[/]",
            safe(rule_text(field, rules[field.name])),
            "个人信息 personal" if field.personal else "",
        )
    with page() as console:
        console.print(f"{safe(name.zh)}  {safe(name.en)}  {licence_type.code}", soft_wrap=True)
        console.print(table)
        console.print("\n可签发的部门 issuers", style="bold")
        for issuer in licence_type.issuers:
            console.print(f"  {safe(_named(issuer.text, catalogue))}", soft_wrap=True)
        if licence_type.standing_codes:
            console.print("\n状态代码 standing codes", style="bold")
            console.print(_standings(licence_type))


def _named(code: str, catalogue: "Catalogue") -> str:
    known = catalogue.find_department(code)
    return f"{code}  {known.name.zh} {known.name.en}" if known else code


def _standings(licence_type: "LicenceType") -> "Table":
    """Put our word for each standing beside the ministry's code and word."""
    from eseal.cli.page import grid, safe

    table = grid(3, fixed=2)
    for each in licence_type.standing_codes:
        ours = f"{STANDINGS[each.standing.value]} {each.standing}"
        table.add_row(f"  {ours}", each.code, safe(each.zh))
    return table
