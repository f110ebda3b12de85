"""`licences suspend`, `resume`, `revoke` …: what is done to issued licences; and `history`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import give_up
from licences.cli.grounds_options import (
    BasisOption,
    EffectiveOption,
    OperatorOption,
    ReasonOption,
    grounds,
    in_options,
)
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.life_words import (
    LEARNED,
    STANDINGS,
)

if TYPE_CHECKING:
    from licences.home import Home
    from licences.life_office import LifeOffice
    from licences.model import Licence
    from licences.seal_journal import Grounds

_STEPS = {
    "suspend": "暂扣：暂时不能使用，可恢复。Suspend a licence; it can be resumed.",
    "resume": "恢复被暂扣的证照。Resume a suspended licence.",
    "revoke": "撤销、吊销，不可恢复。Revoke a licence for ever.",
    "cancel": "注销，不可恢复；签发未完成的则放弃。"
    "Cancel a licence for ever; abandon one that was only begun, which frees its number.",
    "expire": "登记已过期。Record that a licence has expired.",
}

IdentifierArgument = Annotated[
    str,
    typer.Argument(
        metavar="IDENTIFIER",
        help="电子证照标识（1.2.156.3005.2.…），不是编号；按编号查找用 licences find。"
        "The licence's identifier, not its number; licences find looks for that.",
    ),
]


def add_steps(app: typer.Typer) -> None:
    """Add the commands."""
    for name, text in _STEPS.items():
        app.command(name, help=text)(_command(name))
    app.command("correct")(correct)


def correct(
    identifier: IdentifierArgument,
    operator: OperatorOption,
    reason: ReasonOption,
    event: Annotated[
        int,
        typer.Option(
            min=0,
            help="所撤回的记录的序号，见 licences history。"
            "Number of the record that is taken back, see licences history.",
        ),
    ],
    basis: BasisOption = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """更正：撤回登记有误的一条记录。Take back a record that was entered by mistake."""
    _act(home, identifier, "correct", operator, (reason, basis, None), corrects=event)


def _command(name: str) -> Callable[..., None]:
    def step(
        identifier: IdentifierArgument,
        operator: OperatorOption,
        reason: ReasonOption,
        basis: BasisOption = "",
        effective: EffectiveOption = None,
        home: HomeOption = DEFAULT_HOME,
    ) -> None:
        _act(home, identifier, name, operator, (reason, basis, effective))

    return step


def _act(
    home: Path,
    identifier: str,
    name: str,
    operator: str,
    why: tuple[str, str, str | None],
    corrects: int | None = None,
) -> None:
    from licences.licence_life import LifeAction

    given = grounds(*why)
    with life_office(home) as (opened, office):
        if name == LifeAction.CANCEL and office.find(identifier).state == "intent":
            _abandon(opened, identifier, operator, given)
            return
        licence = office.act(
            identifier, LifeAction(name), operator=operator, grounds=given, corrects=corrects
        )
    _say(licence, given.effective)


def _abandon(home: "Home", identifier: str, operator: str, given: "Grounds") -> None:
    """Give up what was begun and is not finished."""
    from eseal.moments import now
    from licences.issuing import Issuer

    if given.effective is not None:
        give_up(
            "签发未完成的，放弃即刻起算，不能用 --effective",
            "what was only begun is abandoned now: --effective is for licences that are issued",
        )
    with Issuer.open(home, clock=now) as issuer:
        licence = issuer.abandon(identifier, operator=operator, grounds=given)
    typer.echo(licence.identifier)
    said = "已放弃，未签发，编号可另用 abandoned, not issued, and its number is free"
    if licence.replaces:
        said = (
            "已放弃换发，原证照及其编号不变 not replaced: the former licence stays, with its number"
        )
    typer.echo(f"{said}；{LEARNED}", err=True)


def _say(licence: "Licence", effective: datetime | None) -> None:
    """Print where a licence stands now: its identifier alone on stdout, the rest for people."""
    from eseal.cli.times import china_time

    typer.echo(licence.identifier)
    standing = licence.standing.value if licence.standing else ""
    since = "" if effective is None else f"，自 since {china_time(effective)}"
    said = f"现为 it is now：{STANDINGS[standing]} {standing}{since}；{LEARNED}"
    typer.echo(said, err=True)


@contextmanager
def life_office(home: Path) -> Iterator[tuple["Home", "LifeOffice"]]:
    """Open a home and its office; refusals name options, and say what to do in this home."""
    from eseal.moments import now
    from licences.home import open_home
    from licences.home_advice import advised
    from licences.life_office import LifeOffice

    opened = open_home(home)
    with in_options(), advised(opened.path), LifeOffice.open(opened, clock=now) as office:
        yield opened, office
