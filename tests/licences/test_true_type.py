"""Cutting fonts: what fontTools reads of a cut font is what stands in the whole one."""

import io
import struct
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from eseal.fonts import FONT_FOLDER, shipped_characters
from licences.true_type import UNITS_PER_EM, TrueTypeFont

REGULAR = FONT_FOLDER / "LicenceSong-Regular.ttc"
CHARACTERS = "示例市样本有限公司 Ab1，。￥𠮷"


@pytest.fixture(scope="module")
def font() -> TrueTypeFont:
    """The font that licences are filled in with."""
    return TrueTypeFont(REGULAR)


@pytest.fixture(scope="module")
def whole() -> TTFont:
    """The same, read by fontTools."""
    return TTFont(REGULAR, fontNumber=0)


def shipped(text: str) -> str:
    """Leave out what the font lacks."""
    return "".join(char for char in text if char in shipped_characters())


def test_a_cut_font_has_the_glyphs_of_the_whole(font: TrueTypeFont, whole: TTFont) -> None:
    """Outlines and metrics are the same; right checksums; nothing else is in it."""
    cut = font.cut(shipped(CHARACTERS))
    read = TTFont(io.BytesIO(cut.file), checkChecksums=2)
    cmap = whole.getBestCmap()
    assert set(read.keys()) - {"GlyphOrder"} == {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}
    assert read["maxp"].numGlyphs == len(cut.glyphs) + 1 == len(cut.advances)
    for char, number in cut.glyphs.items():
        name, original = read.getGlyphName(number), cmap[ord(char)]
        one, other = read["glyf"][name], whole["glyf"][original]
        assert one.compile(read["glyf"]) == other.compile(whole["glyf"])
        assert read["hmtx"][name] == whole["hmtx"][original]
        assert cut.advances[number] == read["hmtx"][name][0]


def test_the_file_sums_up_to_the_constant(font: TrueTypeFont) -> None:
    """All words of a font add up to the constant that OpenType gives."""
    file = font.cut("样本").file
    assert sum(struct.unpack(f">{len(file) // 4}I", file)) & 0xFFFFFFFF == 0xB1B0AFBA


def test_glyphs_follow_the_characters(font: TrueTypeFont) -> None:
    """The same characters give the same bytes, in whatever order and number they come."""
    cut = font.cut("本样本")
    assert cut == font.cut("样本")
    assert list(cut.glyphs.values()) == [1, 2]
    assert sorted(cut.glyphs) == list(cut.glyphs)


def test_knows_every_shipped_character(font: TrueTypeFont, whole: TTFont) -> None:
    """Widths are those of the whole font, for all its characters."""
    metrics, cmap = whole["hmtx"], whole.getBestCmap()
    assert font.advances == {chr(code): metrics[name][0] for code, name in cmap.items()}
    assert font.advances["样"] == UNITS_PER_EM
    assert font.cap_height == whole["OS/2"].sCapHeight
    head = whole["head"]
    assert font.box == (head.xMin, head.yMin, head.xMax, head.yMax)


def test_a_character_that_it_lacks(font: TrueTypeFont) -> None:
    """It is an error of whoever asks: `not_shipped` tells before."""
    with pytest.raises(KeyError):
        font.cut("龘")


def test_refuses_other_files(tmp_path: Path) -> None:
    """Only collections with a thousand units to the em are meant."""
    other = tmp_path / "other.ttc"
    other.write_bytes(b"OTTO" + bytes(100))
    with pytest.raises(ValueError, match="collection"):
        TrueTypeFont(other)
    data = bytearray(REGULAR.read_bytes())
    with TTFont(REGULAR, fontNumber=0) as font:
        head_at = font.reader.tables["head"].offset
    struct.pack_into(">H", data, head_at + 18, 2048)
    other.write_bytes(data)
    with pytest.raises(ValueError, match="2048 units"):
        TrueTypeFont(other)
