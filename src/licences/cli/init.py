"""`licences init`: make a home folder, with a demo authority if asked."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eseal.cli.voice import Exit, give_up, say_error
from licences.cli.home_option import DEFAULT_HOME, HomeOption

if TYPE_CHECKING:
    from licences.home import Home

_OPTIONS: Final = {":database.url": "--database", ":status.uri": "--status-uri"}
"""Keys of the settings, by the option that says what is to stand there."""

_SHARED: Final = (
    "注意：这个数据库里已有证照，本主目录与其共用登记库；documents/ 与公布的文件夹也须是原来的，"
    "放好后运行 licences doctor --documents。\n"
    "note: this database has licences already, whose register this home now shares; its documents/ "
    "and the published folder have to be theirs: put them in place, then run licences doctor "
    "--documents."
)


def init(
    home: HomeOption = DEFAULT_HOME,
    database: Annotated[
        str | None,
        typer.Option(
            help="数据库地址，默认主目录中的 SQLite；口令不写在地址里。"
            "Database URL; SQLite in the home by default; no password in it."
        ),
    ] = None,
    demo_authority: Annotated[
        Path | None,
        typer.Option(
            help="在此文件夹生成（或沿用）演示用的密钥与证书，并制好各部门的印章，仅供试用。"
            "Make, or reuse, demo keys and certificates in this folder, and have a seal for every "
            "department; never for real use."
        ),
    ] = None,
    status_uri: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="证照状态列表将公布于此，写入每份证照；默认为示例网址，正式使用前须指定。"
            "Where status lists will be published; it stands in every licence. By default an "
            "address that is for trying only.",
        ),
    ] = None,
    upgrade: Annotated[
        bool,
        typer.Option(
            "--upgrade",
            help="把已有主目录的登记库升级到本版本，不作其他改动；先备份。"
            "Bring an existing home's register to this version, nothing else; back it up first.",
        ),
    ] = False,
) -> None:
    """建立主目录：设置、数据库、文件夹。Make a home: settings, database, folders.

    退出码 Exit codes: 0 已建立 made; 1 未做 refused; 2 用法有误 usage.
    """
    from licences.home import check_new_home, create_home
    from licences.settings import DEFAULT_DATABASE, DEFAULT_STATUS_URI

    if upgrade:
        from licences.home import open_home

        if database or demo_authority or status_uri:
            give_up("--upgrade 不与其他选项同用", "--upgrade takes no other option")
        opened = open_home(home)
        opened.upgrade()
        typer.echo(f"{opened.path}")
        return
    url = DEFAULT_DATABASE if database is None else database
    found_at = DEFAULT_STATUS_URI if status_uri is None else status_uri
    with _in_options():
        check_new_home(home, database=url, status_uri=found_at)
    if demo_authority is None:
        created = create_home(home, departments=(), trust=(), database=url, status_uri=found_at)
        typer.echo(f"{created.path}")
        _tell_of_licences(created)
        typer.echo(
            "下一步：用 eseal key / eseal cert 备好密钥与证书，写入 settings.toml；"
            "把根证书与 CRL 放入 trust/。\n"
            "next: make keys and certificates with eseal key and eseal cert, name them in "
            "settings.toml, put roots and CRLs into trust/; then licences doctor.",
            err=True,
        )
        return
    from licences.catalogue import load_catalogue
    from licences.demo_authority import create_demo_authority
    from licences.demo_seals import create_demo_seals

    authority = create_demo_authority(demo_authority, load_catalogue().departments)
    created = create_home(
        home,
        departments=authority.departments,
        trust=authority.trust_files,
        database=url,
        officers=authority.officers,
        status_uri=found_at,
        cas=authority.cas,
    )
    seals = create_demo_seals(created)
    typer.echo(f"{created.path}")
    typer.echo(
        f"已启用 {len(seals)} 枚证照印章，见 licences seal list。\n"
        f"{len(seals)} seals to issue with are active, see licences seal list.",
        err=True,
    )


def _tell_of_licences(home: "Home") -> None:
    """Say that a database was not empty: whoever issued into it has documents and lists already."""
    from licences.projections import Projections

    with closing(home.register()) as register:
        if Projections(register.engine).keys(limit=1):
            typer.echo(_SHARED, err=True)


@contextmanager
def _in_options() -> Iterator[None]:
    """Have what a block refuses of an option's value name the option, and end as wrong usage."""
    from eseal.errors import EvidenceError

    try:
        yield
    except EvidenceError as error:
        option = next((each for key, each in _OPTIONS.items() if error.at.endswith(key)), None)
        if option is None:
            raise
        error.at = option
        error.advice = f"改正 {option} 的值，再运行", f"Correct {option}, and run it again"
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error
