"""`licences seal`: the seal register: apply, approve, make, keep, look up."""

import typer

from licences.cli import seal_apply, seal_show, seal_use, seal_uses
from licences.cli.seal_steps import add_steps

app = typer.Typer(
    help="印章登记：申请、审批、制作、启用、用章、停用、变更、缴销。"
    "The seal register: apply, approve, make, activate, use, suspend, change, hand in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("apply")(seal_apply.apply)
add_steps(app)
app.command("change")(seal_apply.change)
app.command("renew")(seal_apply.renew)
app.command("use")(seal_use.use)
app.command("list")(seal_show.list_)
app.command("show")(seal_show.show)
app.command("history")(seal_show.history)
app.command("uses")(seal_uses.uses)
