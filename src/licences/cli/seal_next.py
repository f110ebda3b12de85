"""What the `licences seal` commands say in the end: where a seal stands, and whose turn it is."""

from collections.abc import Iterator
from shlex import quote
from typing import TYPE_CHECKING, Final

import typer

from licences.cli.home_option import DEFAULT_HOME
from licences.cli.seal_options import EXPLAINED
from licences.seal_terms import action_words, state_words

if TYPE_CHECKING:
    from datetime import datetime

    from licences.home import Home
    from licences.seal_model import SealRecord
    from licences.seal_office import SealOffice
    from licences.seal_turns import Turn

_NEXT: Final = {
    "applied": ("approve",),
    "approved": ("make",),
    "rejected": ("resume", "change"),
    "made": ("activate",),
    "suspended": ("resume",),
    "revoked": ("hand-in",),
    "handed-in": ("destroy",),
}
"""What usually comes next in a state: the first of these that is possible."""


def say(
    home: "Home",
    office: "SealOffice",
    record: "SealRecord",
    effective: "datetime | None" = None,
) -> None:
    """Print where a seal stands now: its es_id alone on stdout, the rest for people on stderr.

    Args:
        home: whose officers may do what comes next.
        office: of the seals.
        record: the seal.
        effective: since when, where that was said.
    """
    from eseal.cli.times import china_time

    typer.echo(record.es_id)
    state = record.state.value
    since = "" if effective is None else f"，自 since {china_time(effective)}"
    said = f"{record.name}：{state_words(state)}，版本 version {record.version}{since}"
    typer.echo(said, err=True)
    for line in _next(home, office, record):
        typer.echo(f"下一步 next：{line}", err=True)


def say_out_of_use(before: "SealRecord") -> None:
    """Say on stderr that a seal which was in use is no more, for what was done to it."""
    if before.state.value == "active":
        typer.echo(
            "注意：印章已停止使用，重新启用之前不能用章或签发\n"
            "note: the seal is out of use, for issuing as well, until it is activated again",
            err=True,
        )


def who_words(turn: "Turn") -> str:
    """Say who may do something to a seal."""
    listed = "、".join(each.id for each in turn.officers)
    return listed or "（设置中无人可以 nobody in the settings）"


def _next(home: "Home", office: "SealOffice", record: "SealRecord") -> Iterator[str]:
    """Say what usually comes next, by whom and with which command, if there is something."""
    where = "" if home.path == DEFAULT_HOME.absolute() else f" --home {quote(str(home.path))}"
    if record.state.value == "active":
        place = "--page 1 --at 150mm,240mm"
        is_ours = home.settings.find_department(record.owner) is not None
        signer = "" if is_ours else " --key KEY --cert CERT"
        command = (
            f"licences seal use {record.es_id} FILE.pdf --as {record.keeper} --matter … "
            f"{place}{signer}"
        )
        yield f"{record.keeper} 用章 use → {command}{where}"
    if record.state.value == "applied":
        yield f"审批前先看 look first → licences seal show {record.es_id} --picture FILE.svg{where}"
    turn = _turn(home, office, record)
    if turn is not None:
        first = turn.officers[0].id if turn.officers else "…"
        needed = dict.fromkeys(EXPLAINED, " --reason …") | {"change": " … --reason …"}
        more = needed.get(turn.action.value, "")
        command = f"licences seal {turn.action} {record.es_id} --as {first}{more}"
        yield f"{who_words(turn)} {action_words(turn.action.value)} → {command}{where}"


def _turn(home: "Home", office: "SealOffice", record: "SealRecord") -> "Turn | None":
    from eseal.errors import EvidenceError
    from licences.seal_turns import turns

    usual = _NEXT.get(record.state.value, ())
    if not usual:
        return None
    try:
        found = turns(office.standing(record.es_id), home.settings.officers)
    except EvidenceError:  # what was done is done, whatever others are at by now
        return None
    possible = {each.action.value: each for each in found}
    return next((possible[each] for each in usual if each in possible), None)
