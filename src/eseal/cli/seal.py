"""`eseal seal`: draw the picture of a seal, and make a seal, with files alone."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from eseal.cli.kinds import LISTED, read_type
from eseal.cli.options import (
    ListKind,
    PassphraseFile,
    StarOption,
    open_signer,
    read_certificate_file,
    read_file,
    write_new,
)
from eseal.cli.voice import as_usage, give_up
from eseal.pictures.design import SealKind

app = typer.Typer(
    help="印章：绘制印模、制作印章文件。Seals: draw the picture, make the seal's file.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("draw")
def draw(
    kind: Annotated[SealKind, typer.Argument(help=f"种类，决定形状与尺寸 what kind: {LISTED}.")],
    name: Annotated[str, typer.Option(help="单位全称，或人名。The unit's name, or the person's.")],
    out: Annotated[Path, typer.Option(help="SVG 或 PNG 文件（新建）。File to create: .svg, .png.")],
    purpose: Annotated[
        str | None, typer.Option(help="用途，如 合同专用章。Purpose, in a row below.")
    ] = None,
    number: Annotated[
        str,
        typer.Option(
            help="编号，如公安备案编号；6 至 18 位数字或大写字母，小字沿下弧。"
            "Number, as filed with the police: 6 to 18 digits or capitals, small, below."
        ),
    ] = "",
    tax_number: Annotated[
        str,
        typer.Option(
            help="税号（统一社会信用代码），横排于椭圆章中间；发票专用章必填。"
            "Taxpayer's number, across the middle of an oval; an invoice seal has to have it."
        ),
    ] = "",
    star: StarOption = None,
    sample: Annotated[bool, typer.Option("--sample", help="注明样本。Mark it 样本.")] = False,
    dpi: Annotated[int, typer.Option(min=150, max=600, help="PNG 的分辨率。Of a PNG.")] = 300,
) -> None:
    """绘制印模。Draw the picture of a seal."""
    from eseal.pictures.design import design_of
    from eseal.pictures.drawing import draw_seal

    if kind is SealKind.INVOICE and not tax_number:
        give_up(
            "发票专用章中间须有税号，请用 --tax-number 写明（一般为 18 位统一社会信用代码）",
            "an invoice seal shows the taxpayer's number: give it with --tax-number, 18 characters",
        )
    design = design_of(
        kind,
        name=name,
        purpose=purpose,
        number=number,
        tax_number=tax_number,
        star=star,
        sample=sample,
    )
    drawing = draw_seal(design)
    match out.suffix.lower():
        case ".svg":
            from eseal.pictures.svg import svg_of

            data = svg_of(drawing)
        case ".png":
            from eseal.pictures.raster import png_of

            data = png_of(drawing, dpi=dpi)
        case _:
            give_up("输出文件应为 .svg 或 .png", "the file to create is an .svg or a .png")
    write_new(out, data)
    typer.echo(f"{out}  {design.width_mm} x {design.height_mm} mm")


@app.command("make")
def make(
    picture: Annotated[Path, typer.Option(help="印模（SVG 或 PNG）。The picture.")],
    size: Annotated[
        str, typer.Option(metavar="42,42", help="宽与高，整毫米。Width, height in whole mm.")
    ],
    name: Annotated[str, typer.Option(help="印章名称。The seal's name.")],
    signer: Annotated[
        list[Path],
        typer.Option(help="可用章者的证书，可多次。Certificate of a user; may be repeated."),
    ],
    maker_key: Annotated[Path, typer.Option(help="制章者的私钥。The maker's key file.")],
    maker_cert: Annotated[Path, typer.Option(help="制章者的证书。The maker's certificate.")],
    out: Annotated[Path, typer.Option(help="印章文件（新建）。The file to create, FILE.esl.")],
    number: Annotated[
        str | None, typer.Option(help="印章编号；默认随机。Its number (esID); random by default.")
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="种类，写进印章作类型代码（单位 1、个人 2、其他 3），也可直接写代码。"
            f"Its kind, which gives its type code, or that code itself: {LISTED}.",
        ),
    ] = "unit",
    days: Annotated[int, typer.Option(min=1, max=3660, help="有效天数。Days of validity.")] = 1095,
    list_by: Annotated[
        ListKind, typer.Option(help="列证书或列杂凑值。List certificates, or digests of them.")
    ] = ListKind.CERTIFICATES,
    passphrase_file: PassphraseFile = None,
) -> None:
    """制作印章（GB/T 38540）。Make a seal."""
    import secrets

    from eseal.moments import now
    from eseal.pictures.upload import read_picture
    from eseal.reasons import Reason
    from eseal.seals.making import SealDraft, make_seal
    from eseal.seals.model import SealPicture, list_certificates, list_digests

    type_code, (width, height) = read_type(kind), _size(size)
    maker = open_signer(maker_key, maker_cert, passphrase_file)
    checked = read_picture(read_file(picture), width=width, height=height)
    leaves = [read_certificate_file(each)[0] for each in signer]
    if any(each.public_key.algorithm != maker.certificate.public_key.algorithm for each in leaves):
        give_up(
            "制章者与可用章者须同为 SM2 或同为 RSA，否则印章不能使用",
            "maker and signers are all of SM2 or all of RSA: no other seal can be used",
        )
    start: datetime = now()
    match list_by:
        case ListKind.CERTIFICATES:
            listed = list_certificates(leaves)
        case ListKind.DIGESTS:
            listed = list_digests(leaves, maker.algorithm.digest)
    draft = SealDraft(
        es_id=number or secrets.token_hex(16),
        kind=type_code,
        name=name,
        signers=listed,
        created=start,
        valid_from=start,
        valid_until=start + timedelta(days=days),
        picture=SealPicture(kind=checked.kind.value, data=checked.data, width=width, height=height),
    )
    with as_usage(Reason.SEAL_REFUSED):
        made = make_seal(draft, maker)
    write_new(out, made)
    typer.echo(f"{out}  {draft.es_id}")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition(",")
    if not (width.isdecimal() and height.isdecimal()):
        give_up("--size 应为整毫米数，如 42,42", "--size is in whole millimetres, such as 42,42")
    return int(width), int(height)
