"""Entry point of `eseal`: keys, certificates, seals and timestamps on files."""

import typer

from eseal.cli import cert, crl, key, seal, show, stamp, trust, tsa, verify
from eseal.cli.once import refuse_repeated
from eseal.cli.version import version_option
from eseal.cli.voice import run

app = typer.Typer(
    name="eseal",
    help="密钥、证书与电子印章，SM2 与 RSA。Keys, certificates and e-seals, SM2 and RSA.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(version_option)
app.add_typer(key.app, name="key")
app.add_typer(cert.app, name="cert")
app.add_typer(crl.app, name="crl")
app.add_typer(trust.app, name="trust")
app.add_typer(seal.app, name="seal")
app.add_typer(tsa.app, name="tsa")
app.command("stamp")(stamp.stamp)
app.command("verify")(verify.verify)
app.command("show")(show.show)


def main() -> None:
    """Run the command line; refusals end with 1, usage with 2."""
    refuse_repeated()
    run(app)
