"""`eseal show`: what a seal, or the seals on a PDF, say; nothing is judged."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import demand_new, read_file, write_new
from eseal.cli.voice import give_up

if TYPE_CHECKING:
    from eseal.seals.model import Seal, SealPicture

MAX_BYTES = 32 << 20
_FORMS = {"jpeg": "jpg", "tiff": "tif"}
"""Other names of the same form."""


def show(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.esl|FILE.pdf", help="印章或 PDF。A seal or a PDF.")
    ],
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.svg|FILE.png",
            help="把印模写到此文件（新建）；SVG 的印模也可写成 PNG。"
            "Write the picture to this new file; one in SVG can be written as a PNG, too.",
        ),
    ] = None,
) -> None:
    """查看印章（只读出，不作判断）。Show seals; to judge them see eseal verify."""
    from eseal.cli.findings import print_seals
    from eseal.documents import demand_ours
    from eseal.pdf.sealed import seals_in
    from eseal.seals.reading import read_seal

    data = read_file(file, MAX_BYTES)
    demand_ours(data)
    seals: tuple[Seal, ...] = (read_seal(data),) if data[:1] == b"\x30" else seals_in(data)
    if not seals:
        give_up(f"{file} 上没有印章", f"there is no seal on {file}")
    if picture is None:
        print_seals(seals)
        return
    demand_new(picture, option="--picture")
    wanted = picture_as(picture, seals[-1].picture)
    print_seals(seals)
    write_new(picture, wanted)
    typer.echo(str(picture))


def picture_as(path: Path, picture: "SealPicture") -> bytes:
    """Give a seal's picture in the form that a file's name asks for; gives up on another."""
    kind, wanted = (
        _FORMS.get(form, form) for form in (picture.kind.lower(), path.suffix[1:].lower())
    )
    if (kind, wanted) == ("svg", "png"):
        return _drawn(path, picture)
    if wanted != kind:
        also = ("，或 .png", ", or .png") if kind == "svg" else ("", "")
        give_up(
            f"{path}：印模是 {kind.upper()}，文件名请用 .{kind}{also[0]}",
            f"{path}: the picture is in {kind.upper()}, name the file .{kind}{also[1]}",
        )
    return picture.data


def _drawn(path: Path, shown: "SealPicture") -> bytes:
    """Draw a picture as PNG."""
    from eseal.errors import EvidenceError
    from eseal.pictures.raster import png_of
    from eseal.pictures.svg import read_svg

    try:
        return png_of(read_svg(shown.data, width=shown.width, height=shown.height))
    except EvidenceError as error:
        give_up(
            f"{path}：这个 SVG 印模画不成 PNG（{error.sentence}），文件名请用 .svg",
            f"{path}: this SVG cannot be drawn as PNG ({error.sentence}), name the file .svg",
        )
