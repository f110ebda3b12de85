"""`--version`, the same for every command line of the house."""

from typing import Annotated

import typer


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"eseal-licences {version('eseal-licences')}")
        raise typer.Exit


def version_option(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="显示版本。Print the version.",
        ),
    ] = False,
) -> None:
    """Take `--version`; the callback of an app."""
