"""Entry point of `licences`: puts the commands together and turns failures into exit codes."""

import typer

from eseal.cli.once import refuse_repeated
from eseal.cli.version import version_option
from eseal.cli.voice import run
from licences.cli import (
    authorities,
    bulk,
    doctor,
    explain,
    find,
    history,
    init,
    issue,
    life,
    pack,
    publish,
    rebuild,
    replace,
    report,
    seal,
    selftest,
    show,
    trust,
    types,
    verify,
)

app = typer.Typer(
    name="licences",
    help="电子证照：签发与验证。Electronic licences: issue and verify, SM2 and RSA, PDF and JSON.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(version_option)
app.command("init")(init.init)
app.command("issue")(issue.issue)
app.command("bulk")(bulk.bulk)
app.command("find")(find.find)
app.command("show")(show.show)
app.command("verify")(verify.verify)
app.command("replace")(replace.replace)
life.add_steps(app)
app.command("history")(history.history)
app.command("publish")(publish.publish)
app.command("rebuild")(rebuild.rebuild)
app.command("pack")(pack.pack)
app.add_typer(report.app, name="report")
app.command("types")(types.types)
app.add_typer(seal.app, name="seal")
app.add_typer(authorities.app, name="authorities")
app.add_typer(trust.app, name="trust")
app.command("doctor")(doctor.doctor)
app.command("selftest")(selftest.selftest)
app.command("explain")(explain.explain)


def main() -> None:
    """Run the command line; the process ends with the exit code that the help states."""
    refuse_repeated()
    run(app)
