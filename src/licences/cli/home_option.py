"""The `--home` option that most commands share."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_HOME = Path("var")
STATUS = "status"
"""Folder of status lists in what is published, and so beside trust material."""

HomeOption = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="LICENCES_HOME",
        help="登记簿所在文件夹。The folder of settings, database, documents and trust.",
        show_default=True,
    ),
]
