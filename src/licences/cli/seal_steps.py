"""`licences seal approve`, `activate`, `suspend` …: the steps that need an officer and a reason."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from licences.cli.grounds_options import BasisOption, EffectiveOption, ReasonOption
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.seal_next import say
from licences.cli.seal_options import ActorOption, SealArgument, open_office, why

if TYPE_CHECKING:
    from licences.officers import Actor
    from licences.seal_journal import Grounds
    from licences.seal_model import SealRecord
    from licences.seal_office import SealOffice

    Step = Callable[["SealOffice", str, "Actor", "Grounds"], "SealRecord"]

_STEPS = {
    "approve": "审批通过。Approve what was applied for; never by the applicant.",
    "reject": "驳回申请。Reject what was applied for.",
    "make": "制作印章对象。Make the seal; never by who applied or approved.",
    "activate": "启用，由保管人办理。Take it into use; by its keeper.",
    "suspend": "停用。Take it out of use for a while.",
    "resume": "恢复使用；变更被驳回的，恢复到变更前。Take it back into use, or before its change.",
    "revoke": "撤销，不可恢复。Revoke it for ever.",
    "hand-in": "缴销，由保管人办理。Hand it in; by its keeper.",
    "destroy": "登记销毁，由制章者办理。Record that it was destroyed; by a maker.",
}


def add_steps(app: typer.Typer) -> None:
    """Add a command for each step."""
    for name, text in _STEPS.items():
        app.command(name, help=text)(_command(name))


def _command(name: str) -> Callable[..., None]:
    def step(
        seal: SealArgument,
        officer: ActorOption,
        reason: ReasonOption = "",
        basis: BasisOption = "",
        effective: EffectiveOption = None,
        home: HomeOption = DEFAULT_HOME,
    ) -> None:
        given = why(name, reason, basis, effective)
        with open_office(home) as (opened, office):
            actor = opened.acting(officer, office.find(seal).suite)
            say(opened, office, _method(name)(office, seal, actor, given), given.effective)

    return step


def _method(name: str) -> "Step":
    from licences.seal_office import SealOffice

    method: Step = getattr(SealOffice, name.replace("-", "_"))
    return method
