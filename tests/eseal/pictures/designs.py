"""Seals that the tests draw: invented units, all of the kinds and lengths that matter."""

from dataclasses import replace
from functools import cache
from itertools import product

from eseal.pictures.design import SealDesign, SealKind, design_of
from eseal.pictures.drawing import draw_seal
from eseal.pictures.outline import Drawing
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.pictures.raster import png_of
from eseal.pictures.svg import svg_of

NUMBER = "3301990000018"
TAX_NUMBER = "91330199MA0SAMPLE0"
COMPANY = "示例市晨光科技有限公司"
LONGEST = "示例省示例市示例自治县高新技术产业开发区晨光新能源汽车零部件"
NAMES = tuple(LONGEST[:length] for length in (4, 5, 7, 10, 13, 18, 24, 30))

COMPANY_SEAL = design_of(SealKind.COMPANY, name=COMPANY, number=NUMBER, sample=True)
INVOICE_SEAL = design_of(SealKind.INVOICE, name=COMPANY, tax_number=TAX_NUMBER, sample=True)
PERSON_SEAL = design_of(SealKind.PERSON, name="李小明", purpose="印", sample=True)

UNITS_SEALS = {
    f"{kind}-{len(name)}": design_of(
        kind,
        name=name,
        number=number,
        tax_number=TAX_NUMBER if kind is SealKind.INVOICE else "",
        sample=True,
    )
    for kind, name, number in product(
        [kind for kind in SealKind if kind is not SealKind.PERSON], NAMES, [NUMBER]
    )
}
OTHERS = {
    "invoice": INVOICE_SEAL,
    "invoice-longest": replace(INVOICE_SEAL, name=LONGEST, number="0000001"),
    "department": design_of(
        SealKind.DEPARTMENT, name=NAMES[3], purpose="行政审批专用章", number=NUMBER, sample=True
    ),
    "contract-longest": replace(COMPANY_SEAL, name=LONGEST, purpose="合同专用章（2）"),
    "latin": design_of(SealKind.FOREIGN, name="示例（中国）ABC投资有限公司"),
    "person-2": design_of(SealKind.PERSON, name="王明"),
    "person-3": design_of(SealKind.PERSON, name="李小明"),
    "person": PERSON_SEAL,
    "person-5": design_of(SealKind.PERSON, name="欧阳小明", purpose="印", sample=True),
}
DESIGNS: dict[str, SealDesign] = UNITS_SEALS | OTHERS
ENDS = {
    name: design
    for name, design in DESIGNS.items()
    if name in OTHERS or len(design.name) in {len(NAMES[0]), len(NAMES[-1])}
}
"""Of each kind the shortest name and the longest: for what is slow and does not jump between."""


@cache
def drawing_of(design: SealDesign = COMPANY_SEAL) -> Drawing:
    """The drawing of a design, drawn once: most of the time of a test of pictures went there."""
    return draw_seal(design)


def svg_picture(design: SealDesign = COMPANY_SEAL) -> SealPicture:
    """The picture of a design, as SVG."""
    data = svg_of(drawing_of(design))
    size = {"width": design.width_mm, "height": design.height_mm}
    return SealPicture(kind=PictureKind.SVG, data=data, **size)


def png_picture(design: SealDesign = COMPANY_SEAL, *, dpi: int = 300) -> SealPicture:
    """The picture of a design, as PNG."""
    data = png_of(drawing_of(design), dpi=dpi)
    size = {"width": design.width_mm, "height": design.height_mm}
    return SealPicture(kind=PictureKind.PNG, data=data, **size)
