"""What a seal shows (印章设计), with the measures in use.

Rules kept: a design that exists can be drawn: its characters are in the shipped font, its words
are as many as stay legible, its measures go together.

Source: seal makers' summaries of the national rules and of T/CYZIA 005-2017 (secondary texts).
Local police rules differ in detail, so the measures are parameters.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from eseal.errors import RefusedError
from eseal.fonts import not_shipped
from eseal.reasons import Reason

SEAL_RED: Final = "#e60012"

NAME_LENGTH: Final = range(4, 31)
"""Characters of a unit's name."""

PERSON_LENGTH: Final = range(2, 5)
"""Characters of a person's name on a square seal."""

MAX_PURPOSE: Final = 12

_NUMBER: Final = re.compile(r"[0-9A-Z]{6,18}")
_TAX_NUMBER: Final = re.compile(r"[0-9A-Z]{15,20}")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_BORDERS: Final = (0.5, 2.0)


class SealShape(StrEnum):
    """The outer form of a seal."""

    ROUND = "round"
    OVAL = "oval"
    SQUARE = "square"


class SealKind(StrEnum):
    """The kinds of seals that have measures of their own."""

    UNIT = "unit"
    """公章 of a state unit or a state-owned company: 42 mm."""

    COMPANY = "company"
    """公章 of a limited company: 40 mm."""

    SMALL_UNIT = "small-unit"
    """公章 of a self-employed person or a small private unit: 38 mm."""

    DEPARTMENT = "department"
    """部门章: 40 mm, with a star."""

    SPECIAL = "special"
    """专用章: 40 mm, its middle empty."""

    CONTRACT = "contract"
    """合同专用章: 58 mm."""

    INVOICE = "invoice"
    """发票专用章: oval, 40 × 30 mm, with the taxpayer's number."""

    FINANCE = "finance"
    """财务专用章: oval, 40 × 30 mm."""

    FOREIGN = "foreign"
    """公章 of a foreign-invested company: oval, 45 × 30 mm."""

    PERSON = "person"
    """法定代表人名章: square, 18 mm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealDesign:
    """What a seal shows, and how large; `design_of` knows the measures of each kind.

    Attributes:
        shape: its outer form.
        name: the unit's name on the arc, or the person's.
        purpose: in a row under the middle (合同专用章, or a department); on a square seal 印.
        number: its registration number, small: on the lower arc, or under the purpose of an oval.
        tax_number: in a row across the middle of an oval.
        width_mm: outer width.
        height_mm: outer height; that of a round or square seal is its width.
        border_mm: width of the border.
        star: whether a star stands in the middle of a round seal.
        star_mm: the star from tip to tip: the circle around it.
        colour: `#rrggbb`.
        sample: whether the small words 样本 say that it is no real seal.

    Raises:
        RefusedError: SEAL_DESIGN_REFUSED, or SEAL_GLYPH_MISSING for a character without a glyph.
    """

    shape: SealShape
    name: str
    purpose: str = ""
    number: str = ""
    tax_number: str = ""
    width_mm: int = 42
    height_mm: int = 42
    border_mm: float = 1.2
    star: bool = False
    star_mm: float = 14.0
    colour: str = SEAL_RED
    sample: bool = False

    def __post_init__(self) -> None:
        self._check_words()
        self._check_numbers()
        self._check_measures()

    def _check_words(self) -> None:
        square = self.shape is SealShape.SQUARE
        lengths = PERSON_LENGTH if square else NAME_LENGTH
        if len(self.name) not in lengths:
            sentence = f"{len(self.name)} 字，应为 characters, of {lengths[0]} 至 to {lengths[-1]}"
            raise _refused(sentence, "name")
        most = 1 if square else MAX_PURPOSE
        if len(self.purpose) > most:
            used = len(self.purpose)
            sentence = f"用途 {used} 字，至多 {most} 字 {used} characters, of at most {most}"
            raise _refused(sentence, "purpose")
        for field in ("name", "purpose"):
            _check_characters(getattr(self, field), field)

    def _check_numbers(self) -> None:
        if self.number and not _NUMBER.fullmatch(self.number):
            raise _refused(
                "编号应为 6 至 18 位数字或大写字母 it has 6 to 18 digits and capitals", "number"
            )
        if self.tax_number and not _TAX_NUMBER.fullmatch(self.tax_number):
            raise _refused(
                "税号应为 15 至 20 位数字或大写字母 it has 15 to 20 digits and capitals",
                "tax_number",
            )
        if self.number and self.shape is SealShape.SQUARE:
            raise _refused("方章没有编号 a square seal has no number", "number")
        if self.tax_number and self.shape is not SealShape.OVAL:
            raise _refused("只有椭圆章有税号 only an oval seal has a tax number", "tax_number")

    def _check_measures(self) -> None:
        widths, heights = _sizes(self.shape)
        if self.width_mm not in widths or self.height_mm not in heights:
            sentence = (
                f"尺寸不合 no size of it: {self.width_mm} × {self.height_mm} mm, {self.shape}"
            )
            raise _refused(sentence, "width_mm")
        if (self.width_mm == self.height_mm) is (self.shape is SealShape.OVAL):
            raise _refused("只有椭圆章宽大于高 only an oval seal is wider than high", "height_mm")
        if not _BORDERS[0] <= self.border_mm <= _BORDERS[1]:
            raise _refused(
                f"边框宽 a border is {_BORDERS[0]} 至 to {_BORDERS[1]} mm wide", "border_mm"
            )
        if self.star and (self.shape is not SealShape.ROUND or not 8 <= self.star_mm <= 20):
            raise _refused("只有圆章有五角星，8 至 20 mm only a round seal has a star", "star")
        if not _COLOUR.fullmatch(self.colour):
            raise _refused("颜色写作 a colour is written #rrggbb", "colour")


def design_of(
    kind: SealKind,
    *,
    name: str,
    purpose: str | None = None,
    number: str = "",
    tax_number: str = "",
    star: bool | None = None,
    sample: bool = False,
) -> SealDesign:
    """Design a seal with the measures of its kind; other measures: `dataclasses.replace`.

    Args:
        kind: what kind of seal.
        name: the unit's or the person's name.
        purpose: `None` is what the kind says (发票专用章).
        number: its registration number.
        tax_number: the taxpayer's number, without which there is no invoice seal.
        star: whether a star stands in the middle; `None` is what the kind says.
        sample: mark it 样本.

    Raises:
        RefusedError: SEAL_DESIGN_REFUSED; SEAL_GLYPH_MISSING.
    """
    if kind is SealKind.INVOICE and not tax_number:
        raise _refused(
            "发票专用章中间是税号 it shows the taxpayer's number in its middle", "tax_number"
        )
    measures = _MEASURES[kind]
    return SealDesign(
        shape=measures.shape,
        name=name,
        purpose=measures.purpose if purpose is None else purpose,
        number=number,
        tax_number=tax_number,
        width_mm=measures.width_mm,
        height_mm=measures.height_mm,
        border_mm=measures.border_mm,
        star=measures.star if star is None else star,
        sample=sample,
    )


class _Measures(NamedTuple):
    shape: SealShape
    width_mm: int
    height_mm: int
    border_mm: float
    star: bool
    purpose: str = ""


_MEASURES: Final = {
    SealKind.UNIT: _Measures(SealShape.ROUND, 42, 42, 1.2, star=True),
    SealKind.COMPANY: _Measures(SealShape.ROUND, 40, 40, 1.2, star=True),
    SealKind.SMALL_UNIT: _Measures(SealShape.ROUND, 38, 38, 1.0, star=True),
    SealKind.DEPARTMENT: _Measures(SealShape.ROUND, 40, 40, 1.0, star=True),
    SealKind.SPECIAL: _Measures(SealShape.ROUND, 40, 40, 1.0, star=False, purpose="专用章"),
    SealKind.CONTRACT: _Measures(SealShape.ROUND, 58, 58, 1.5, star=False, purpose="合同专用章"),
    SealKind.INVOICE: _Measures(SealShape.OVAL, 40, 30, 1.0, star=False, purpose="发票专用章"),
    SealKind.FINANCE: _Measures(SealShape.OVAL, 40, 30, 1.0, star=False, purpose="财务专用章"),
    SealKind.FOREIGN: _Measures(SealShape.OVAL, 45, 30, 1.0, star=False),
    SealKind.PERSON: _Measures(SealShape.SQUARE, 18, 18, 1.0, star=False),
}


def _sizes(shape: SealShape) -> tuple[range, range]:
    """Tell the widths and the heights, in millimetres, that a shape may have."""
    match shape:
        case SealShape.ROUND:
            return range(34, 61), range(34, 61)
        case SealShape.OVAL:
            return range(36, 61), range(26, 46)
        case SealShape.SQUARE:
            return range(16, 26), range(16, 26)


def _check_characters(text: str, field: str) -> None:
    if not text.isprintable() or any(character.isspace() for character in text):
        raise _refused("空格与控制符刻不了 spaces and controls cannot be cut", field)
    missing = not_shipped(text)
    if missing:
        named = ", ".join(f"{char} (U+{ord(char):04X})" for char in sorted(missing))
        raise RefusedError(Reason.SEAL_GLYPH_MISSING, f"字体中没有 no glyph for {named}", at=field)


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(Reason.SEAL_DESIGN_REFUSED, sentence, at=at)
