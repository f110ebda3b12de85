"""Entry point of `eseal`: keys and certificates on files."""

import typer

from eseal.cli import cert, key
from eseal.cli.version import version_option
from eseal.cli.voice import run

app = typer.Typer(
    name="eseal",
    help="密钥与证书，SM2 与 RSA。Keys and certificates, SM2 and RSA.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(version_option)
app.add_typer(key.app, name="key")
app.add_typer(cert.app, name="cert")


def main() -> None:
    """Run the command line; refusals end with 1, usage with 2."""
    run(app)
