"""The pictures of the README: a licence, the kinds of seals, a sealed contract.

The licence and the contract are those that `make demo` has made; the seals are drawn here.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image

from eseal.pictures.design import SealDesign, SealKind, design_of
from eseal.pictures.drawing import draw_seal
from eseal.pictures.raster import png_of
from licences.demo_seals import demo_design

ROOT: Final = Path(__file__).parents[1]
IMAGES: Final = ROOT / "docs" / "images"
LICENCE: Final = ROOT / "demo" / "out" / "business-licence-sm2.pdf"
CONTRACT: Final = ROOT / "demo" / "contract" / "contract-sealed.pdf"

_COMPANY: Final = "示例市样本科技有限公司"
_SEALS: Final[tuple[SealDesign, ...]] = (
    demo_design("示例市市场监督管理局", "9999990394024"),
    design_of(SealKind.COMPANY, name="示例市样例制造股份有限公司", sample=True),
    design_of(SealKind.CONTRACT, name=_COMPANY, number="9999990000123", sample=True),
    design_of(SealKind.INVOICE, name=_COMPANY, tax_number="91999901MAEX000107", sample=True),
    design_of(
        SealKind.UNIT, name="示例省示例市样本区样本街道办事处样本社区居民委员会", sample=True
    ),
    design_of(SealKind.PERSON, name="样本甲", purpose="印"),
)
_CELL: Final = (338, 312)
_SEAL_DPI: Final = 130
_GROUND: Final = "#e0e0e0"
_BETWEEN: Final = 10


def main() -> int:
    """Make all three; gives 1 if there is no demo."""
    if not (LICENCE.exists() and CONTRACT.exists()):
        print("先运行 make demo。Run make demo first.", file=sys.stderr)
        return 1
    (licence,) = _pages(LICENCE, dpi=100)
    _save(licence, "business-licence.png")
    _save(_seals(), "seals.png")
    _save(_side_by_side(_pages(CONTRACT, dpi=62)), "contract.png")
    return 0


def _pages(pdf: Path, *, dpi: int) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()  # else no seal is drawn
        return [page.render(scale=dpi / 72, may_draw_forms=True).to_pil() for page in document]


def _seals() -> Image.Image:
    """Put the seals side by side, all to one scale, three in a row."""
    wide, high = _CELL
    sheet = Image.new("RGB", (3 * wide, 2 * high), "white")
    for down, row in enumerate(_rows(_SEALS)):
        for across, design in enumerate(row):
            size = [round(each * _SEAL_DPI / 25.4) for each in (design.width_mm, design.height_mm)]
            with Image.open(BytesIO(png_of(draw_seal(design), dpi=4 * _SEAL_DPI))) as drawn:
                seal = drawn.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
            left = across * wide + (wide - seal.width) // 2
            sheet.paste(seal, (left, down * high + (high - seal.height) // 2), seal)
    return sheet


def _rows(designs: tuple[SealDesign, ...]) -> list[tuple[SealDesign, ...]]:
    return [designs[start : start + 3] for start in range(0, len(designs), 3)]


def _side_by_side(pages: list[Image.Image]) -> Image.Image:
    gap = _BETWEEN
    width = gap + sum(page.width + gap for page in pages)
    sheet = Image.new("RGB", (width, pages[0].height + 2 * gap), _GROUND)
    left = gap
    for page in pages:
        sheet.paste(page, (left, gap))
        left += page.width + gap
    return sheet


def _save(image: Image.Image, name: str) -> None:
    path = IMAGES / name
    image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {image.width} x {image.height}  {path.stat().st_size} B")


if __name__ == "__main__":
    sys.exit(main())
