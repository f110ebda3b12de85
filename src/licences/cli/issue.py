"""`licences issue`: one licence from a JSON object."""

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eseal.cli.options import SuiteName
from eseal.cli.voice import Exit, as_usage, give_up, one_line
from licences.cli.grounds_options import option_of
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.issued_words import said_again, said_new, said_over

if TYPE_CHECKING:
    from eseal.algorithms import Suite
    from eseal.jose.strict_json import JsonObject, Scalar
    from licences.catalogue import Catalogue
    from licences.field_rules import Problem
    from licences.home import Home
    from licences.issuing import Issued
    from licences.licence_type import LicenceType
    from licences.model import Format, IssueRequest

MAX_DATA_BYTES = 1 << 20
STDIN: Final = "-"
_MEND_DATA: Final = (
    "改正数据文件后再运行；从样本开始：licences types TYPE --sample",
    "Mend the data and run again; a sample to start from: licences types TYPE --sample",
)


TypeArgument = Annotated[
    str,
    typer.Argument(
        metavar="TYPE", help="类型：英文简称、类型代码或中文名。A licence type; see licences types."
    ),
]
SuiteOption = Annotated[
    SuiteName | None,
    typer.Option(
        case_sensitive=False,
        help="签名算法；默认部门唯一的，否则 sm2。Suite; the only one set up, else sm2.",
    ),
]
FormatsOption = Annotated[
    str, typer.Option("--format", help="要生成的格式。What to make, separated by commas.")
]
DepartmentOption = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="签发部门代码；只有一个可签发时不必填。The issuing department's code (USCC).",
    ),
]


def issue(
    wanted: TypeArgument,
    data: Annotated[
        str, typer.Option(metavar="FILE|-", help="数据文件（JSON），- 为标准输入。JSON data.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="把证照文件写到此文件夹。Write the documents here.")
    ] = None,
    suite: SuiteOption = None,
    formats: FormatsOption = "pdf,json",
    department: DepartmentOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """签发一份证照；重复请求得到同样的文件。Issue one; asked again, the same.

    退出码 Exit codes: 0 已签发 issued; 1 未签发 refused; 2 用法有误 usage.
    """
    from licences.home import open_home
    from licences.model import IssueRequest

    opened = open_home(home)
    licence_type = named_type(opened.catalogue(), wanted)
    issuer_code = choose_department(opened, licence_type, department)
    request = IssueRequest(
        type_slug=licence_type.slug,
        department=issuer_code,
        data=read_data(data),
        suite=choose_suite(opened, issuer_code, suite),
        formats=read_formats(formats),
    )
    result = issue_one(opened, licence_type, request, out)
    new = said_new(opened, request.department, request.suite)
    typer.echo(said_again(opened, result) if result.already else new, err=True)


def issue_one(
    home: "Home", licence_type: "LicenceType", request: "IssueRequest", out: Path | None
) -> "Issued":
    """Issue, print the identifier, and write the documents where they are wanted."""
    from eseal.moments import now
    from licences.issuing import Issuer, Refused
    from licences.output import demand_writable, write_documents

    if out is not None:
        demand_writable(out)
    with Issuer.open(home, clock=now) as issuer:
        result = issuer.issue(request)
        if isinstance(result, Refused):
            say_problems(result.problems, home.path, licence_type.slug)
            raise typer.Exit(Exit.FAILED)
        documents = issuer.documents_of(result)
    typer.echo(result.identifier)
    if out is not None:
        for path in write_documents(out, result.identifier, documents):
            typer.echo(str(path))
    if not result.already and (note := said_over(licence_type, request.data)):
        typer.echo(note, err=True)
    return result


def named_type(catalogue: "Catalogue", wanted: str) -> "LicenceType":
    """Give the type that a command line names; there is no other: wrong usage."""
    from licences.reasons import LicenceReason

    with as_usage(LicenceReason.UNKNOWN_TYPE):
        return catalogue.get(wanted)


def choose_department(home: "Home", licence_type: "LicenceType", wanted: str | None) -> str:
    """Take the department named, or the only one of the home that may issue the type."""
    if wanted is not None:
        return wanted
    able = [
        each.code.text
        for each in home.settings.departments
        if licence_type.may_be_issued_by(each.code.text)
    ]
    if not home.settings.departments:
        give_up(
            "设置中没有签发部门：在 settings.toml 中写入 [[department]] 及其密钥与证书，见 "
            "keys/README.md；试用可 licences init --demo-authority 另建主目录",
            "the settings name no department: enter a [[department]] with its keys and "
            "certificates in settings.toml, see keys/README.md; to try it out make another home "
            "with licences init --demo-authority",
        )
    if not able:
        listed = "、".join(each.text for each in licence_type.issuers)
        folder = home.path / "types"
        give_up(
            f"本主目录中没有可签发 {licence_type.slug} 的部门；其类型列出的颁发部门：{listed}。"
            f"本主目录的部门要颁发的，把类型文件夹放入 {folder}，在 type.toml 的 issuers 中"
            "写其代码，见 schemas/README.md；别的部门的，在其主目录中签发",
            f"no department of this home may issue {licence_type.slug}; its type lists: {listed}. "
            f"If a department of this home may, put a folder of the type into {folder} and enter "
            "its code under issuers in type.toml, see schemas/README.md; what another department "
            "issues is issued from that one's home",
        )
    if len(able) > 1:
        listed = "、".join(able)
        give_up(
            f"请用 --department 指明签发部门；可签发的有：{listed}",
            f"name the issuing department with --department; able to issue: {listed}",
        )
    return able[0]


def choose_suite(home: "Home", department: str, wanted: SuiteName | None) -> "Suite":
    """Take the suite named, or the only one that the department has; SM2 when it has both."""
    from eseal.algorithms import Suite

    if wanted is not None:
        return Suite(wanted.value)
    known = home.settings.find_department(department)
    suites = list(known.signers) if known else []
    return suites[0] if len(suites) == 1 else Suite.SM2


def read_formats(text: str) -> tuple["Format", ...]:
    """Read `pdf,json`."""
    from licences.model import Format

    try:
        return tuple(Format(part.strip().lower()) for part in text.split(","))
    except ValueError:
        give_up(
            f"格式只有 pdf 与 json：{text}",
            f"formats are pdf and json, separated by a comma: {text}",
        )


def say_problems(problems: tuple["Problem", ...], home: Path, slug: str) -> None:
    """Print every problem with its pointer, code, rule, and what to do in this home."""
    from eseal.cli.times import in_china
    from licences.home_advice import remedy_in

    lines = ["未签发，因为：", "not issued, because:"]
    for each in problems:
        said = in_china(f"{each.zh}  {each.en}")
        lines.append(f"  {option_of(each.pointer) or '/'}  {each.reason}  {said}")
    for advice in dict.fromkeys(each.advice or remedy_in(home, each.reason) for each in problems):
        lines += [f"  → {of_type(words, slug)}" for words in advice]
    sys.stderr.write("\n".join(map(one_line, lines)) + "\n")


def of_type(words: str, slug: str) -> str:
    """Have advice that names `licences types TYPE` name the type."""
    return words.replace("licences types TYPE", f"licences types {slug}")


def read_data(name: str) -> "dict[str, Scalar]":
    """Read the fields of a licence from a file or standard input; editors may have put a BOM."""
    from eseal.errors import MalformedError
    from eseal.jose import strict_json
    from licences.inputs import read_stdin

    path = Path(name)
    if name == STDIN:
        content = read_stdin(MAX_DATA_BYTES)
    else:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_DATA_BYTES + 1)
        except OSError as error:
            give_up(f"无法读取 {path}", f"cannot read {path}: {error.strerror}")
    try:
        text = content.removeprefix(codecs.BOM_UTF8)
        return _scalars(strict_json.parse(text, max_bytes=MAX_DATA_BYTES))
    except MalformedError as error:
        what = _what_it_is(content)
        told = MalformedError(error.reason, f"{error.sentence}；{what}", at=str(path))
        told.advice = _MEND_DATA
        raise told from error


def _what_it_is(content: bytes) -> str:
    """Say what data that are no JSON are, or should have been."""
    from licences.row_files import looks_like_workbook

    if not content.strip():
        return "数据是空的 there are no data"
    if looks_like_workbook(content):
        return (
            "这是 Excel 或 WPS 工作簿：请另存为“CSV UTF-8”，用 licences bulk 签发 "
            "this is a workbook: save it as CSV UTF-8 and use licences bulk"
        )
    return (
        "应为 UTF-8 的一个 JSON 对象，样本见 one JSON object in UTF-8, such as that of "
        "licences types TYPE --sample"
    )


def _scalars(value: "JsonObject") -> "dict[str, Scalar]":
    """Take the members of a flat JSON object; arrays and objects in it are refused."""
    from eseal.jose import strict_json

    flat, nested = strict_json.split_scalars(value)
    if nested:
        listed = "、".join(f"/{name}" for name in nested)
        give_up(
            f"数据应为一层的 JSON 对象，这些字段不是单个值：{listed}",
            f"data are one flat JSON object; these are no single values: {listed}",
            Exit.FAILED,
        )
    return flat
