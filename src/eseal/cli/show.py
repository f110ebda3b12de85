"""`eseal show`: what a seal, or the seals on a PDF, say; nothing is judged."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import read_file, write_new
from eseal.cli.voice import give_up

if TYPE_CHECKING:
    from eseal.seals.model import Seal

MAX_BYTES = 32 << 20


def show(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.esl|FILE.pdf", help="印章或 PDF。A seal or a PDF.")
    ],
    picture: Annotated[
        Path | None,
        typer.Option(help="把印模写到此文件（新建）。Write the picture to this file."),
    ] = None,
) -> None:
    """查看印章（只读出，不作判断）。Show seals; to judge them see eseal verify."""
    from eseal.cli.findings import print_seals
    from eseal.pdf.sealed import seals_in
    from eseal.seals.reading import read_seal

    data = read_file(file, MAX_BYTES)
    seals: tuple[Seal, ...] = (read_seal(data),) if data[:1] == b"\x30" else seals_in(data)
    if not seals:
        give_up(f"{file} 上没有印章", f"there is no seal on {file}")
    print_seals(seals)
    if picture is not None:
        write_new(picture, seals[-1].picture.data)
        typer.echo(str(picture))
