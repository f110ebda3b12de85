"""`licences seal use`: seal a PDF through the register, by the seal's keeper."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import PassphraseFile, open_signer, write_new
from eseal.cli.placing import (
    AtOption,
    KeywordOption,
    NthOption,
    OutOption,
    PageOption,
    PdfArgument,
    StraddleOption,
    read_pdf,
    read_wish,
    target_of,
)
from eseal.cli.voice import as_usage, give_up
from licences.cli.grounds_options import in_options
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.seal_options import ActorOption, SealArgument, open_office

if TYPE_CHECKING:
    from eseal.signers import Signer
    from licences.home import Home
    from licences.seal_model import SealRecord


def use(
    seal: SealArgument,
    pdf: PdfArgument,
    officer: ActorOption,
    matter: Annotated[
        str, typer.Option(help="事项，记入用章记录。What for; it is journaled. 200 characters.")
    ],
    out: OutOption = None,
    page: PageOption = None,
    at: AtOption = None,
    keyword: KeywordOption = None,
    nth: NthOption = None,
    straddle: StraddleOption = False,
    key: Annotated[
        Path | None,
        typer.Option(
            help="签章者的私钥；默认用印章所属部门的。The signer's key; default: the owner's."
        ),
    ] = None,
    cert: Annotated[
        Path | None, typer.Option(help="签章者证书链，与 --key 同用。With --key: its certificate.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """用章：由保管人给 PDF 盖章，先记录后签章。Seal a PDF; the use is journaled first.

    已签发的证照不能再盖章。Nothing is sealed on a licence after it was issued.

    退出码 Exit codes: 0 已盖章 sealed; 1 未盖章 refused; 2 用法有误 usage.
    """
    from eseal.chain import PathJudge
    from eseal.moments import now
    from eseal.pdf.stamping import stamp_pdf
    from eseal.seals.making import SealStamp
    from licences.seal_using import demand_active
    from licences.texts import check_text

    with as_usage(), in_options():
        check_text(matter, "matter")
    wish = read_wish(at=at, page=page, keyword=keyword, nth=nth, straddle=straddle)
    target = target_of(pdf, out)
    if (key is None) is not (cert is None):
        give_up("--key 与 --cert 须同时给出", "--key and --cert go together")
    data, moment = read_pdf(pdf), now()
    with open_office(home) as (opened, office):
        judge = PathJudge(opened.trust_store(), at=moment)
        record = office.find(seal)
        demand_active(record)  # before keys and passphrases are asked for
        actor = opened.acting(officer, record.suite)
        signer = (
            open_signer(key, cert, passphrase_file)
            if key and cert
            else _owners_signer(opened, record)
        )
        usable = office.usage.usable(seal, actor, signer, at=moment)

        def journal(digest: bytes) -> None:
            operation = "straddle" if straddle else "stamp"
            office.usage.journal(
                usable, actor, digest=digest, matter=matter, operation=operation, at=moment
            )

        sealed = stamp_pdf(
            data,
            SealStamp(usable.seal, signer),
            wish,
            judge=judge,
            at=moment,
            announce=journal,
        )
    write_new(target, sealed)
    typer.echo(str(target))


def _owners_signer(home: "Home", record: "SealRecord") -> "Signer":
    """Open the signer of the department that owns the seal."""
    if home.settings.find_department(record.owner) is None:
        give_up(
            f"{record.owner} 不是本主目录的部门，请用 --key 与 --cert 指明签章者",
            f"{record.owner} is no department of this home: name the signer by --key and --cert",
        )
    return home.signer(record.owner, record.suite)
