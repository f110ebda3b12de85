"""`licences authorities`: the authority register that `verify --authorities` asks."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Final

import typer

from eseal.cli.options import PassphraseFile, demand_new, open_signer, read_file, write_new
from eseal.cli.time_options import read_moment
from eseal.cli.voice import give_up
from eseal.moments import CHINA

_MEND_IT: Final = (
    "改正草稿中括号内所指之处；类型代码见 licences types，部门用其统一社会信用代码，格式见 "
    "schemas/authority-register.schema.json",
    "Mend the draft where the brackets say; licences types tells the types' codes, a department is "
    "told by its own, and the form is that of schemas/authority-register.schema.json",
)

app = typer.Typer(
    help="发证权责清单：哪个部门何时可以颁发什么。"
    "The authority register: which department may issue what, and when.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def authorities() -> None:
    """发证权责清单。The authority register."""


@app.command("sign")
def sign(
    draft: Annotated[
        Path,
        typer.Argument(
            metavar="DRAFT.json",
            help="未签名的清单，JSON：iss（发布机构代码）与 entries；每项有 department、types、"
            "from、until，可有 certificates、seals。"
            "The register to be signed: iss and entries.",
        ),
    ],
    key: Annotated[Path, typer.Option(help="发布机构的私钥文件。The publisher's key file.")],
    cert: Annotated[
        Path,
        typer.Option(
            help="其证书，签发者的证书附于其后；其机构代码须为 iss。"
            "Its certificate, those of the issuers behind it; it has to be that of iss."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="新文件。A new file.")],
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="清单用到何时，无时区为北京时间，只写日期则含当日；不填则不自行失效。"
            "Until when it is used: China's time without a zone, a day alone to its end; "
            "else it does not end.",
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """签署发证权责清单。Sign an authority register.

    退出码 Exit codes: 0 已签署 signed; 1 未签署 refused; 2 用法有误 usage.
    """
    from eseal.cli.times import china_time
    from eseal.errors import remedied
    from eseal.moments import now
    from licences.authority_register import MAX_REGISTER_BYTES, draft_register, sign_register
    from licences.reasons import LicenceReason

    demand_new(out)
    at, ends = now(), None if until is None else _end(until)
    if ends is not None and ends <= at:
        give_up(
            f"--until 已过：{china_time(ends)}；清单一签就不再可用",
            f"--until has passed: {china_time(ends)}; the register would say nothing at all",
        )
    data = read_file(draft, MAX_REGISTER_BYTES)
    with remedied({LicenceReason.AUTHORITY_REGISTER_MALFORMED: _MEND_IT}):
        register = draft_register(data, at=at, expires_at=ends)
        signed = sign_register(open_signer(key, cert, passphrase_file), register)
    write_new(out, signed)
    typer.echo(str(out))
    if ends is not None:
        typer.echo(f"用到 until {china_time(ends)}", err=True)


def _end(text: str) -> datetime:
    """Read a time; of a day alone its last second in China."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return read_moment(text, "--until")
    return datetime.combine(day, time(23, 59, 59), CHINA)
