"""Designs: what can be drawn, and what is refused before anything is."""

from dataclasses import replace

import pytest

from eseal.errors import RefusedError
from eseal.pictures.design import SealDesign, SealKind, SealShape, design_of
from eseal.reasons import Reason
from tests.command import speaks_chinese_first
from tests.eseal.pictures.designs import (
    COMPANY,
    COMPANY_SEAL,
    DESIGNS,
    INVOICE_SEAL,
    PERSON_SEAL,
)


def test_knows_the_measures_of_each_kind() -> None:
    """Every kind has its size, its border and its own purpose."""
    sizes = {
        kind: (design.width_mm, design.height_mm, design.border_mm, design.star, design.purpose)
        for kind in SealKind
        for design in [DESIGNS["person" if kind is SealKind.PERSON else f"{kind}-10"]]
    }
    assert sizes[SealKind.UNIT] == (42, 42, 1.2, True, "")
    assert sizes[SealKind.COMPANY] == (40, 40, 1.2, True, "")
    assert sizes[SealKind.SMALL_UNIT] == (38, 38, 1.0, True, "")
    assert sizes[SealKind.CONTRACT] == (58, 58, 1.5, False, "合同专用章")
    assert sizes[SealKind.INVOICE] == (40, 30, 1.0, False, "发票专用章")
    assert sizes[SealKind.FOREIGN] == (45, 30, 1.0, False, "")
    assert sizes[SealKind.PERSON] == (18, 18, 1.0, False, "印")


def test_says_its_own_purpose() -> None:
    """A purpose that is given stands in the place of the kind's."""
    assert design_of(SealKind.SPECIAL, name=COMPANY, purpose="公证专用章").purpose == "公证专用章"
    assert design_of(SealKind.SPECIAL, name=COMPANY, purpose="").purpose == ""


def test_an_invoice_seal_has_a_tax_number() -> None:
    """SEAL_DESIGN_REFUSED: its middle would be empty, and no invoice can be sealed with that."""
    with pytest.raises(RefusedError, match="taxpayer") as refusal:
        design_of(SealKind.INVOICE, name=COMPANY)
    assert refusal.value.reason is Reason.SEAL_DESIGN_REFUSED
    assert speaks_chinese_first(refusal.value)
    assert refusal.value.at == "tax_number"


@pytest.mark.parametrize(
    ("design", "change"),
    [
        (COMPANY_SEAL, {"name": "示例会"}),
        (COMPANY_SEAL, {"name": "示" * 31}),
        (COMPANY_SEAL, {"name": "示例 商会"}),
        (COMPANY_SEAL, {"name": "示例商会\n"}),
        (COMPANY_SEAL, {"purpose": "专" * 13}),
        (COMPANY_SEAL, {"number": "12345"}),
        (COMPANY_SEAL, {"number": "１２３４５６７"}),
        (COMPANY_SEAL, {"tax_number": INVOICE_SEAL.tax_number}),
        (COMPANY_SEAL, {"width_mm": 61, "height_mm": 61}),
        (COMPANY_SEAL, {"height_mm": 41}),
        (COMPANY_SEAL, {"border_mm": 0.4}),
        (COMPANY_SEAL, {"border_mm": float("nan")}),
        (COMPANY_SEAL, {"star_mm": 21.0}),
        (COMPANY_SEAL, {"colour": "red"}),
        (INVOICE_SEAL, {"tax_number": "123"}),
        (INVOICE_SEAL, {"star": True}),
        (INVOICE_SEAL, {"width_mm": 40, "height_mm": 40}),
        (PERSON_SEAL, {"name": "王"}),
        (PERSON_SEAL, {"name": "欧阳小明明"}),
        (PERSON_SEAL, {"purpose": "之印"}),
        (PERSON_SEAL, {"number": "3301990000018"}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_refuses_what_breaks_a_rule(design: SealDesign, change: dict[str, object]) -> None:
    """Each rule alone refuses, and says of which field it speaks."""
    with pytest.raises(RefusedError) as refusal:
        replace(design, **change)  # type: ignore[arg-type]
    assert refusal.value.reason is Reason.SEAL_DESIGN_REFUSED
    assert speaks_chinese_first(refusal.value)
    assert refusal.value.at in {*change, "width_mm", "star"}


@pytest.mark.parametrize(("design", "most"), [(COMPANY_SEAL, 12), (PERSON_SEAL, 1)])
def test_says_how_long_a_purpose_may_be(design: SealDesign, most: int) -> None:
    """SEAL_DESIGN_REFUSED: the limit is told, and that it is the purpose's."""
    with pytest.raises(RefusedError, match=rf"至多 {most} 字 .* at most {most} ") as refusal:
        replace(design, purpose="章" * 13)
    assert "用途字数" in refusal.value.reason.remedy_zh


def test_names_the_character_that_the_font_lacks() -> None:
    """A character without a glyph is named with its code point."""
    with pytest.raises(RefusedError, match=r"𠮷 \(U\+20BB7\)") as refusal:
        SealDesign(shape=SealShape.ROUND, name="示例𠮷公司")
    assert refusal.value.reason is Reason.SEAL_GLYPH_MISSING
    assert refusal.value.at == "name"
