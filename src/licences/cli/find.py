"""`licences find`: licences by their number or their holder.

Rules kept: where a licence stands is read out of its journal, one licence after the other and of no
more than are listed; with `--standing` of no more than `_LOOKED_AT`. A row that cannot be read has
a line of its own, and the others are listed.
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from eseal.cli.voice import Exit, give_up
from eseal.plain_text import json_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.issue import named_type
from licences.cli.licence_words import essentials, type_name, validity_text
from licences.licence_life import Standing

if TYPE_CHECKING:
    from licences.catalogue import Catalogue
    from licences.cli.summary import Stand
    from licences.licence_reading import BadRow
    from licences.life_signers import LifeSigners
    from licences.model import Licence
    from licences.store import Register

_Found: TypeAlias = "tuple[Licence | BadRow, Stand]"

_LOOKED_AT: Final = 1000
"""Of so many licences `--standing` reads the journals at least, before it gives up."""

STDIN: Final = "-"
_LONGEST_LINE: Final = 1024


def find(
    number: Annotated[
        str, typer.Option(metavar="NUMBER", help="证照编号，须完整。The licence's number, in full.")
    ] = "",
    holder: Annotated[
        str,
        typer.Option(
            metavar="CODE|-",
            help="持证主体代码（统一社会信用代码、公民身份号码等），须完整；- 表示由标准输入读取"
            "（一行），公民身份号码宜如此，以免留在进程列表与命令历史中。"
            "The holder's code, in full; - reads it from stdin (one line), which keeps a citizen's "
            "number out of the process list and the shell's history.",
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="持证主体名称的一部分，与 --number 或 --holder 同用。"
            "Part of the holder's name, beside --number or --holder.",
        ),
    ] = "",
    wanted_type: Annotated[
        str | None,
        typer.Option("--type", metavar="TYPE", help="只找此类型的。Of this type only."),
    ] = None,
    standing: Annotated[
        Standing | None,
        typer.Option(
            help="只找日志上现处此状态的，日志不可信的也列出；只看最新的 1000 份（或 --limit）。"
            "Those that stand so now by their journals, and those whose journals cannot be relied "
            "on; of the newest 1000 (or --limit) only."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="至多几份。At most so many.")] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="每行输出一个 JSON 对象。Print a JSON object a line.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """查找证照：按编号或持证主体代码，新的在前。Find licences by number or holder, newest first.

    状态以日志为准；与登记行不符的，会指明。They stand as their journals say; where a row says
    otherwise, that is told.

    登记簿不为姓名、名称建索引（个人信息），不能只按名称查找。Names are personal data and are not
    indexed: there is no search by name alone.

    退出码 Exit codes: 0 找到 found; 1 没有，或有登记行无法读取 there is none, or a row cannot be
    read; 2 用法有误 usage.
    """
    from eseal.moments import now
    from licences.finding import Finder, Wanted
    from licences.home import open_home
    from licences.licence_reading import BadRow
    from licences.life_signers import LifeSigners

    if not (number.strip() or holder.strip()):
        give_up(
            "请给出 --number（证照编号）或 --holder（持证主体代码）；不能只按名称、类型或状态查找",
            "give --number or --holder: there is no search by name, type or standing alone",
        )
    holder = _from_stdin() if holder == STDIN else holder
    opened = open_home(home)
    catalogue = opened.catalogue()
    wanted = Wanted(
        number=number,
        holder=holder,
        name=name,
        licence_type=None if wanted_type is None else named_type(catalogue, wanted_type),
    )
    register = opened.register()
    try:
        departments = [each.code.text for each in opened.settings.departments]
        most = max(limit, _LOOKED_AT) if standing else limit
        those = Finder(register, catalogue, departments).find(wanted, limit=most + 1)
        signers = LifeSigners(opened.trust_store, now=now())
        settled = (_settled(register, each, signers) for each in those[:most])
        found = list(islice(_standing_so(settled, standing), limit + 1))
    finally:
        register.close()
    _say(found[:limit], catalogue, as_json=as_json)
    _say_more(len(found), limit, most if len(those) > most else None)
    if not found and len(those) > most:
        typer.echo("其中没有这样的 none of these is such a licence", err=True)
    elif not found:
        typer.echo("没有这样的证照 there is no such licence", err=True)
        _say_wrong_check(holder)
    if not found or any(isinstance(each, BadRow) for each, _ in found[:limit]):
        raise typer.Exit(Exit.FAILED)


def _settled(register: "Register", licence: "Licence | BadRow", signers: "LifeSigners") -> _Found:
    """Read where a licence stands out of its journal, as it is now."""
    from eseal.errors import RefusedError
    from licences.cli.summary import Stand, stand_of, untold
    from licences.licence_reading import BadRow

    if isinstance(licence, BadRow):
        error = licence.error
        return licence, Stand(trouble=f"{error.reason} {error.sentence}", told=False)
    try:
        latest, events = register.read(licence.identifier)
    except RefusedError as error:
        return licence, untold(error)
    if latest.key != licence.key:  # a row that was given another's identifier
        return licence, stand_of(licence, (), signers)
    return latest, stand_of(latest, events, signers)


def _standing_so(found: Iterable[_Found], standing: Standing | None) -> Iterator[_Found]:
    """Give those that stand so, or of which nobody can tell."""
    for licence, stand in found:
        if standing is None or not stand.told or stand.standing is standing:
            yield licence, stand


def _say_more(found: int, limit: int, looked_at: int | None) -> None:
    """Tell that there are more, or that there may be."""
    if found > limit or found == looked_at:
        said = f"只列出最新的 {limit} 份，还有更多 only the newest {limit}, there are more: --limit"
        typer.echo(said, err=True)
    elif looked_at is not None:
        said = f"只看了最新的 {looked_at} 份 only the newest {looked_at} were looked at: --limit"
        typer.echo(said, err=True)


def _say_wrong_check(holder: str) -> None:
    """Say so of a holder's code with a wrong check character: it may be mistyped."""
    from eseal.errors import MalformedError
    from licences.finding import writings
    from licences.identifiers import parse_holder_code
    from licences.reasons import LicenceReason

    try:
        parse_holder_code(writings(holder)[-1])
    except MalformedError as error:
        if error.reason in {LicenceReason.USCC_CHECK, LicenceReason.CITIZEN_NUMBER_CHECK}:
            typer.echo(f"{error.reason}：{error.reason.zh} {error.reason.en}", err=True)


def _from_stdin() -> str:
    """Read the holder's code: one line, and no more than one of a code's length."""
    line = sys.stdin.buffer.readline(_LONGEST_LINE + 1)
    code = line.decode("utf-8", "replace").strip()
    if not code or len(line) > _LONGEST_LINE:
        give_up(
            f"标准输入应有一行持证主体代码，至多 {_LONGEST_LINE} 字节",
            f"stdin has to hold one line with the holder's code, {_LONGEST_LINE} bytes at most",
        )
    return code


def _say(found: list[_Found], catalogue: "Catalogue", *, as_json: bool) -> None:
    if not as_json:
        _print(found, catalogue)
        return
    for licence, stand in found:
        typer.echo(json_text(_as_dict(licence, stand, catalogue)))


def _as_dict(
    licence: "Licence | BadRow", stand: "Stand", catalogue: "Catalogue"
) -> dict[str, object]:
    from licences.licence_reading import BadRow

    stands = {
        "standing": stand.standing.value if stand.standing else None,
        "trouble": stand.trouble or None,
        "doubt": stand.doubt or None,
    }
    if isinstance(licence, BadRow):
        return {"identifier": licence.identifier or None, **stands}
    kind = catalogue.find_code(licence.type_code)
    return {
        "identifier": licence.identifier,
        "type": kind.slug if kind else None,
        "type_code": licence.type_code,
        **essentials(licence, kind),
        "department": licence.department,
        "suite": licence.suite.value,
        "state": licence.state.value,
        **stands,
        "issued_at": licence.issued_at.isoformat(),
        "replaces": licence.replaces or None,
    }


def _print(found: list[_Found], catalogue: "Catalogue") -> None:
    from eseal.cli.page import in_line, page
    from licences.licence_reading import BadRow

    with page() as console:
        for licence, stand in found:
            named = in_line(licence.identifier or "标识不明 identifier not known")
            lines = [f"[bold]{named}[/]  {stand.text()}"]
            if stand.trouble:
                lines.append(f"  [red]✗ {in_line(stand.trouble)}[/]")
            if stand.doubt:
                lines.append(f"  [yellow]? {in_line(stand.doubt)}[/]")
            if not isinstance(licence, BadRow):
                lines += _known_lines(licence, catalogue)
            for line in lines:
                console.print(line, soft_wrap=True)


def _known_lines(licence: "Licence", catalogue: "Catalogue") -> tuple[str, ...]:
    """Say what a clerk knows it by."""
    from eseal.cli.page import in_line
    from eseal.cli.times import china_time

    kind = catalogue.find_code(licence.type_code)
    known = essentials(licence, kind)
    began = "签发 issued" if licence.state == "issued" else "开始签发 begun"
    return (
        f"  {in_line(type_name(licence, kind))}  {in_line(known['number'] or '')}",
        f"  {in_line(known['holder_name'] or '')}  {in_line(known['holder_code'] or '')}",
        f"  [dim]{began} {china_time(licence.issued_at)}"
        f"  有效期 validity {validity_text(licence, kind)}[/]",
    )
