"""Pictures of seals that nothing proves are found; what is red and no seal is left alone."""

from io import BytesIO

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from eseal.chain import PathJudge
from eseal.cms import CmsTemplate
from eseal.documents import judge_document
from eseal.pdf.mark import Mark
from eseal.pdf.marks import MarkCheck, picture_of
from eseal.pdf.places import Place
from eseal.pdf.verify import verify_pdf
from eseal.pictures.design import SealKind, design_of
from eseal.pictures.drawing import draw_seal
from eseal.pictures.form import form_of
from eseal.pictures.raster import png_of
from eseal.pictures.svg import svg_of
from eseal.reasons import Reason
from eseal.report import Finding, Outcome
from eseal.seals.model import SealPicture as CarriedPicture
from tests.rendered import RENDERED_AT
from tests.vectors.sealed_pdf import Change, SealedForge, sign_with
from tests.world import Authority, World

SEAL = Image.open(
    BytesIO(png_of(draw_seal(design_of(SealKind.COMPANY, name="示例市样本科技有限公司"))))
)


def page() -> FPDF:
    """An A4 page with some black words."""
    document = FPDF()
    document.set_creation_date(RENDERED_AT)
    document.add_page()
    document.set_font("helvetica", size=12)
    document.cell(text="Contract (sample), between A and B")
    return document


def marks(pdf: bytes, world: World) -> Finding:
    """What is said of the marks on a PDF that nobody signed."""
    report = judge_document("a.pdf", pdf, judge=PathJudge(world.trust, at=RENDERED_AT))
    assert report.verdict.sub_indication == "SIGNED_DATA_NOT_FOUND"
    (finding,) = (one for one in report.findings if one.check is MarkCheck.MARKS)
    return finding


def place_of(finding: Finding) -> list[float]:
    """Where on the first page the one thing like a seal stands."""
    words = finding.detail.partition(" page 1 at ")[2].split(",")
    return [float(each.removesuffix("mm")) for each in words]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (SealKind.COMPANY, "示例市样本科技有限公司"),
        (SealKind.SPECIAL, "示例市样本区样本街道办事处"),
        (SealKind.INVOICE, "示例市样本科技有限公司"),
        (SealKind.PERSON, "样本甲"),
    ],
    ids=str,
)
def test_finds_a_pasted_seal(world: World, kind: SealKind, name: str) -> None:
    """A picture of a seal of any shape is told, with page and place."""
    tax_number = "91999901MAEX000107" if kind is SealKind.INVOICE else ""
    design = design_of(kind, name=name, tax_number=tax_number)
    document = page()
    image = Image.open(BytesIO(png_of(draw_seal(design))))
    document.image(image, x=100, y=180, w=design.width_mm)
    finding = marks(bytes(document.output()), world)
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.reason is Reason.SEAL_PICTURE_UNPROVEN
    x, y = 100 + design.width_mm / 2, 180 + design.height_mm / 2
    assert place_of(finding) == pytest.approx([x, y], abs=3)


def dictionary(entries: dict[generic.NameObject, generic.PdfObject]) -> generic.DictionaryObject:
    """A dictionary of pyHanko's."""
    return generic.DictionaryObject(entries)  # type: ignore[no-untyped-call]


def numbers(*values: int) -> generic.ArrayObject:
    """An array of numbers."""
    return generic.ArrayObject(map(generic.NumberObject, values))


def test_finds_an_annotation_that_looks_like_a_seal(world: World) -> None:
    """A stamp of a PDF editor is no seal, however it looks."""
    writer = IncrementalPdfFileWriter(BytesIO(bytes(page().output())))
    red = b"0.9 0 0 rg 0 0 110 110 re 12 12 86 86 re f* 30 30 50 50 re f"
    appearance = generic.StreamObject(
        {
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): numbers(0, 0, 110, 110),
        },
        stream_data=red,
    )
    box = numbers(300, 300, 410, 410)
    stamp = dictionary(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/F"): numbers(4)[0],
            pdf_name("/Rect"): box,
            pdf_name("/AP"): dictionary({pdf_name("/N"): writer.add_object(appearance)}),
        }
    )
    target = writer.find_page_for_modification(0)[0]  # type: ignore[no-untyped-call]
    writer.register_annotation(target, writer.add_object(stamp))  # type: ignore[no-untyped-call]
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    assert marks(output.getvalue(), world).reason is Reason.SEAL_PICTURE_UNPROVEN


def frame() -> FPDF:
    """A red frame around nothing, of the size of a photograph."""
    document = page()
    document.set_draw_color(220, 0, 0)
    document.rect(60, 60, 33, 42)
    return document


def heading() -> FPDF:
    """A red heading, as official papers have it, and a red line."""
    document = page()
    document.set_text_color(220, 0, 0)
    document.set_font("helvetica", size=40)
    document.text(20, 60, "SAMPLE DISTRICT")
    document.set_fill_color(220, 0, 0)
    document.rect(20, 65, 170, 1, style="F")
    return document


def dots() -> FPDF:
    """Red marks that are smaller than any seal."""
    document = page()
    document.set_fill_color(220, 0, 0)
    for place in range(5):
        document.rect(20 + 20 * place, 60, 5, 5, style="F")
    return document


def photograph() -> FPDF:
    """A picture in colours without red."""
    image = Image.new("RGB", (300, 400), (90, 140, 200))
    ImageDraw.Draw(image).ellipse((80, 60, 220, 260), fill=(230, 190, 160))
    document = page()
    document.image(image, x=60, y=60, w=33)
    return document


@pytest.mark.parametrize("make", [page, frame, heading, dots, photograph])
def test_takes_nothing_else_for_a_seal(world: World, make: type) -> None:
    """Words, frames, headings, dots and photographs pass."""
    assert marks(bytes(make().output()), world).outcome is Outcome.PASSED


def test_strangers_pages_are_not_looked_at(authority: Authority) -> None:
    """Unless one asks for it, pdfium is given no pages that nobody known vouches for."""
    document = page()
    document.image(SEAL, x=100, y=180, w=40)
    judge = PathJudge(authority.trust(), at=RENDERED_AT)
    finding = verify_pdf(bytes(document.output()), judge=judge).findings[-1]
    assert finding.reason is Reason.NOT_REACHED


DRAWN = design_of(SealKind.COMPANY, name="示例市样本科技有限公司")
POINTS = 72 / 25.4


def beside(forge: SealedForge, across: float | None, change: Change = lambda *_: None) -> Finding:
    """What is said of marks where a good seal stands, and a picture of it that far from there."""
    document = page()
    if across is not None:
        document.image(SEAL, x=100 + across, y=180, w=DRAWN.width_mm)
    size = DRAWN.width_mm
    carried = CarriedPicture(kind="SVG", data=svg_of(draw_seal(DRAWN)), width=size, height=size)
    left, bottom = 100 * POINTS, 841.89 - (180 + size) * POINTS
    shown = Mark(
        place=Place(page=0, rectangle=(left, bottom, left + size * POINTS, bottom + size * POINTS)),
        form=form_of(picture_of(carried)),
    )
    cms = CmsTemplate(forge.signer, seal=forge.stamp_with(picture=carried))
    pdf = sign_with(bytes(document.output()), cms, change, shown)
    return verify_pdf(pdf, judge=forge.judge).findings[-1]


def test_a_proven_seal_is_not_told(rsa_sealed: SealedForge) -> None:
    """Nor one whose widget does not say its page: the page has it."""
    assert beside(rsa_sealed, None).outcome is Outcome.PASSED
    without_page = beside(rsa_sealed, None, lambda _writer, field: field.pop("/P"))
    assert without_page.outcome is Outcome.PASSED


@pytest.mark.parametrize("across", [0, 3, 20, 41, 60])
def test_a_good_seal_hides_no_picture(rsa_sealed: SealedForge, across: float) -> None:
    """One under it, one that lies half over it, one that touches it: each is told."""
    finding = beside(rsa_sealed, across)
    assert finding.reason is Reason.SEAL_PICTURE_UNPROVEN
    half = DRAWN.width_mm / 2
    assert place_of(finding) == pytest.approx([100 + across + half, 180 + half], abs=3)
