"""`licences replace`: the next version of a licence, which takes its place."""

from pathlib import Path
from typing import Annotated

import typer

from licences.cli.grounds_options import BasisOption, OperatorOption, ReasonOption, in_options
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.issue import (
    FormatsOption,
    SuiteOption,
    choose_suite,
    issue_one,
    read_data,
    read_formats,
)
from licences.cli.issued_words import said_again, said_first
from licences.cli.life import IdentifierArgument
from licences.cli.life_words import LEARNED


def replace(
    identifier: IdentifierArgument,
    data: Annotated[
        str,
        typer.Option(metavar="FILE|-", help="新版本的数据（JSON），- 为标准输入。Its data, JSON."),
    ],
    operator: OperatorOption,
    reason: ReasonOption,
    basis: BasisOption = "",
    unchanged: Annotated[
        bool,
        typer.Option(
            "--unchanged",
            help="数据不变也换发，如重新签名、换算法。Replace it with the same data, too.",
        ),
    ] = False,
    new_holder: Annotated[
        bool,
        typer.Option(
            "--new-holder",
            help="持证主体不同也换发，如其代码已变更。Replace it with another holder's data, too.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="把证照文件写到此文件夹。Write the documents here.")
    ] = None,
    suite: SuiteOption = None,
    formats: FormatsOption = "pdf,json",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """换发：签发新版本，原证照随即成为已换发。Issue the next version; the former is superseded.

    类型、部门与证照编号不变，持证主体也不变，除非 --new-holder；重复请求得到同样的文件。Type,
    department and number stay, and so does the holder unless --new-holder is given; asked again,
    the same. 退出码 Exit codes: 0 已换发 replaced; 1 未换发 refused; 2 用法有误 usage.
    """
    from eseal.moments import now
    from licences.home import open_home
    from licences.life_office import LifeOffice
    from licences.model import IssueRequest, Replacement

    opened = open_home(home)
    with LifeOffice.open(opened, clock=now) as office:
        former = office.find(identifier)
    licence_type = opened.catalogue().get(former.type_code)
    with in_options():
        why = Replacement(
            identifier=identifier,
            operator=operator,
            reason=reason,
            basis=basis,
            unchanged=unchanged,
            new_holder=new_holder,
        )
    request = IssueRequest(
        type_slug=licence_type.slug,
        department=former.department,
        data=read_data(data),
        suite=choose_suite(opened, former.department, suite),
        formats=read_formats(formats),
        replaces=why,
    )
    result = issue_one(opened, licence_type, request, out)
    said = said_again(opened, result) if result.already else LEARNED
    typer.echo(f"换发自 replaces {identifier}；{said}", err=True)
    if result.already and (first := said_first(opened, why)):
        typer.echo(first, err=True)
