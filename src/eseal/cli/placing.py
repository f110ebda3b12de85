"""Where a seal goes, and what is sealed: what `eseal stamp` and `licences seal use` share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import demand_new, read_file
from eseal.cli.voice import as_usage, give_up

if TYPE_CHECKING:
    from eseal.pdf.stamping import Wish

PdfArgument = Annotated[
    Path, typer.Argument(metavar="FILE.pdf", help="要盖章的 PDF。The PDF to seal.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(help="写到哪里；默认 FILE-sealed.pdf。Where to; FILE-sealed.pdf by default."),
]
PageOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="页码，从 1 起，与 --at（默认第 1 页）或 --keyword（默认任何页）同用。"
        "The page, from 1; with --at (the first by default) or --keyword (any by default).",
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="120mm,200mm",
        help="印章中心距页面左边与上边的毫米数。"
        "The seal's middle, from the page's left and upper edge.",
    ),
]
KeywordOption = Annotated[
    str | None,
    typer.Option(help="盖在页面文字的这个词上，如 盖章处。Over this word in the page's text."),
]
NthOption = Annotated[
    int | None,
    typer.Option(min=1, help="这个词出现多处时取第几处。Which one of several."),
]
StraddleOption = Annotated[
    bool,
    typer.Option(
        "--straddle", help="骑缝章：盖在所有页的右边缘。Cut over the right edges of all pages."
    ),
]


def read_wish(
    *, at: str | None, page: int | None, keyword: str | None, nth: int | None, straddle: bool
) -> "Wish":
    """Put the options together; gives up where they name no place, or several."""
    from eseal.pdf.stamping import Wish

    with as_usage():
        return Wish(at=at, page=page, keyword=keyword, nth=nth, straddle=straddle)


def target_of(pdf: Path, out: Path | None) -> Path:
    """Say where the sealed file goes; gives up before any work if it cannot be created there."""
    target = out or pdf.with_name(f"{pdf.stem}-sealed.pdf")
    demand_new(target)
    return target


def read_pdf(path: Path) -> bytes:
    """Read the file to seal, as large as one that is verified; gives up on what is no PDF."""
    from eseal.pdf.structure import MAX_PDF_BYTES

    data = read_file(path, MAX_PDF_BYTES)
    if not data.startswith(b"%PDF-"):
        give_up(
            f"{path} 不是 PDF；只能给 PDF 盖章，图片、Word 等请先另存或打印为 PDF",
            f"{path} is no PDF, and only PDFs are sealed: save or print it as a PDF first",
        )
    return data
