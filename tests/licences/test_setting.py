"""Setting words: where lines break, which size is taken, where they stand."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eseal.errors import RefusedError
from eseal.fonts import FONT_FOLDER
from licences.reasons import LicenceReason
from licences.setting import LATIN_GAP, LEADING, SEAM, Line, Slot, set_words
from licences.true_type import TrueTypeFont

FONT = TrueTypeFont(FONT_FOLDER / "LicenceSong-Regular.ttc")
CAP = FONT.cap_height / 1000
SLOT = Slot(
    name="scope",
    x=100,
    y=50,
    width=100,
    height=60,
    size=10,
    least=6,
    across="left",
    down="top",
)


def lines_of(words: str, slot: Slot = SLOT) -> tuple[Line, ...]:
    """Set words in the shipped font."""
    return set_words(slot, words, FONT.advances, cap_height=FONT.cap_height)


def texts(words: str, slot: Slot = SLOT) -> list[str]:
    """Give the lines' texts."""
    return [line.text for line in lines_of(words, slot)]


def width_of(line: Line) -> float:
    """Measure a line as a reader of the PDF would, without what follows its last character."""
    advances = sum(FONT.advances[char] for char in line.text)
    gaps = len(SEAM.findall(line.text)) * LATIN_GAP
    return (advances + gaps) * line.size / 1000 + (len(line.text) - 1) * line.spacing


def test_nothing_is_nothing() -> None:
    """An empty text has no lines."""
    assert lines_of("") == ()


def test_a_short_text_stands_at_the_top_left() -> None:
    """In the slot's size, its capitals touching the upper edge."""
    assert lines_of("样本") == (
        Line(x=100, baseline=50 + 10 * CAP, size=10, spacing=0, text="样本"),
    )


@pytest.mark.parametrize(
    ("across", "down", "x", "baseline"),
    [
        ("center", "top", 140, 50 + 10 * CAP),
        ("right", "bottom", 180, 110),
        ("left", "horizon", 100, 80 + 5 * CAP),
    ],
)
def test_a_text_stands_where_the_slot_says(
    across: str, down: str, x: float, baseline: float
) -> None:
    """Across and down."""
    (line,) = lines_of("样本", replace(SLOT, across=across, down=down))
    assert line.x == pytest.approx(x)
    assert line.baseline == pytest.approx(baseline)


def test_lines_are_full_and_evenly_apart() -> None:
    """All lines but the last reach the right edge; the distance is the leading and the height."""
    lines = lines_of("样本" * 12 + "，样本A")
    assert len(lines) == 3
    assert [width_of(line) for line in lines[:-1]] == [pytest.approx(100)] * 2
    assert lines[-1].spacing == 0
    for above, below in pairwise(lines):
        assert below.baseline - above.baseline == pytest.approx(10 * (CAP + LEADING))


def test_centred_lines_are_not_spread() -> None:
    """A text in the middle keeps its spacing."""
    lines = lines_of("样本" * 7 + "abc", replace(SLOT, across="center"))
    assert {line.spacing for line in lines} == {0}
    assert all(line.x + width_of(line) / 2 == pytest.approx(150) for line in lines)


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        ("一二三四五六七八九十，甲", ["一二三四五六七八九", "十，甲"]),
        ("一二三四五六七八九（甲）", ["一二三四五六七八九", "（甲）"]),
        ("一二三四五六七八九 10 号", ["一二三四五六七八九", "10 号"]),
        ("一二三四五六七八2026年", ["一二三四五六七八", "2026年"]),
        ("一二三四五六七52,110.40米", ["一二三四五六七", "52,110.40米"]),
        ("一二三四五六七八08:30起", ["一二三四五六七八", "08:30起"]),
        ("一二三四五六七8,甲乙丙", ["一二三四五六七8,甲", "乙丙"]),
        ("一二三四五六七八abc-def", ["一二三四五六七八", "abc-def"]),
        ("一二三四五六七abc-defghijkl", ["一二三四五六七abc-", "defghijkl"]),
        ("一二三四五六七八九十\n甲", ["一二三四五六七八九十", "甲"]),
        ("甲\n\n乙", ["甲", "", "乙"]),
        ("W" * 12, ["W" * 9, "WWW"]),
        ("123456789012345.678901234567890", ["123456789012345.", "678901234567890"]),
        ("（" * 12, ["（" * 10, "（（"]),
    ],
)
def test_lines_break_where_they_may(words: str, broken: list[str]) -> None:
    """No closing sign begins a line, no opening one ends it; words and numbers stay whole."""
    assert texts(words) == broken


def test_a_line_that_breaks_a_number_is_not_spread() -> None:
    """Its digits stay as they are."""
    assert [line.spacing for line in lines_of("123456789.12345678.12345678")] == [0, 0]


def test_latin_stands_apart_from_chinese() -> None:
    """A quarter of an em more, which counts for the width."""
    assert texts("一二三四五六七8九十") == ["一二三四五六七8九", "十"]
    assert width_of(lines_of("样1本")[0]) == pytest.approx(20 + 4.71 + 5)


def test_a_long_text_gets_smaller() -> None:
    """By half points, no smaller than it has to be, never beyond the slot."""
    lines = lines_of("样本" * 40)
    assert lines[0].size == 7.0
    assert lines[-1].baseline <= 110
    assert all(width_of(line) <= 100 + 1e-6 for line in lines)
    with pytest.raises(RefusedError):
        lines_of("样本" * 40, replace(SLOT, least=7.5))


def test_a_line_too_wide_for_its_number_of_characters() -> None:
    """A few characters are wider than an em: the text gets smaller, nothing stands out."""
    wide = max(FONT.advances, key=FONT.advances.__getitem__)
    (line,) = lines_of(wide * 10, replace(SLOT, height=8))
    assert line.size < 10
    assert width_of(line) <= 100


def test_refuses_what_does_not_fit() -> None:
    """CONTENT_TOO_LONG names the field."""
    with pytest.raises(RefusedError) as caught:
        lines_of("样本" * 400)
    assert caught.value.reason is LicenceReason.CONTENT_TOO_LONG
    assert caught.value.at == "/scope"


@given(st.text("样本甲乙丙，。（）“”《》 \nAb1-.%", max_size=120))
def test_whatever_is_set_is_all_there_and_inside(words: str) -> None:
    """Nothing but white space is lost, nothing stands outside the slot."""
    lines = lines_of(words, replace(SLOT, height=400))
    assert "".join("".join(line.text for line in lines).split()) == "".join(words.split())
    for line in lines:
        assert line.x >= 100
        assert line.x + width_of(line) <= 200 + 1e-3
        assert line.baseline <= 450
