"""A font of the faces, cut (字体子集) to the characters of one licence.

Rules kept: what is cut is a whole TrueType font of its own, with the tables that a PDF needs of one
and right checksums; glyph 0 stands for nothing; the others follow in the order of the characters,
so that the same characters give the same bytes.

Meant for the shipped fonts: outlines without parts of other glyphs (composites) and without hints,
one glyph for every character, a `loca` of long words.

Left to others: what a PDF says about a font, to `filling`.

Source: OpenType 1.9, chapters glyf, head, hhea, hmtx, loca, maxp, cmap (format 12), TTC header.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

UNITS_PER_EM: Final = 1000

_FULL_CHECKSUM: Final = 0xB1B0AFBA
_WORD: Final = 0xFFFFFFFF
_CAP_HEIGHT_AT: Final = 88  # in OS/2
_SEGMENTED_COVERAGE: Final = 12  # the format of a subtable of cmap


class _Glyph(NamedTuple):
    """A glyph: its outline, padded to whole words; their sum; advance and left side bearing."""

    outline: bytes
    checksum: int
    advance: int
    bearing: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FontCut:
    """A font cut to some characters.

    Attributes:
        file: the font, TrueType.
        glyphs: the number of the glyph of each character, in the order of both.
        advances: the width of each glyph from 0 on, in thousandths of an em.
    """

    file: bytes
    glyphs: dict[str, int]
    advances: tuple[int, ...]


class TrueTypeFont:
    """A font out of a collection of TrueType fonts."""

    def __init__(self, path: Path, *, index: int = 0) -> None:
        """Read the font's tables; glyphs are read as they are needed.

        Raises:
            ValueError: it is not a font as meant here.
        """
        data = path.read_bytes()
        if not data.startswith(b"ttcf"):
            msg = f"{path.name} is no collection of TrueType fonts"
            raise ValueError(msg)
        (start,) = struct.unpack_from(">I", data, 12 + 4 * index)
        (count,) = struct.unpack_from(">H", data, start + 4)
        self._tables: dict[bytes, bytes] = {}
        for number in range(count):
            tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
            self._tables[tag] = data[offset : offset + length]
        head = self._tables[b"head"]
        (units,) = struct.unpack_from(">H", head, 18)
        (long_places,) = struct.unpack_from(">h", head, 50)
        if units != UNITS_PER_EM or not long_places:
            msg = f"{path.name} has {units} units to the em, or a short loca"
            raise ValueError(msg)
        self._known: dict[str, _Glyph] = {}

    @cached_property
    def cap_height(self) -> int:
        """The height of capitals, in thousandths of an em."""
        (height,) = struct.unpack_from(">h", self._tables[b"OS/2"], _CAP_HEIGHT_AT)
        return int(height)

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """The box that holds every glyph: left, bottom, right, top."""
        left, bottom, right, top = struct.unpack_from(">4h", self._tables[b"head"], 36)
        return left, bottom, right, top

    @cached_property
    def advances(self) -> dict[str, int]:
        """The width of every character, in thousandths of an em."""
        return {char: self._metrics(number)[0] for char, number in self._numbers.items()}

    def cut(self, characters: Iterable[str]) -> FontCut:
        """Cut the font to these characters.

        Raises:
            KeyError: the font has not all of them.
        """
        ordered = sorted(set(characters))
        glyphs = [self._nothing, *map(self._glyph, ordered)]
        return FontCut(
            file=self._written(glyphs),
            glyphs={char: number for number, char in enumerate(ordered, 1)},
            advances=tuple(glyph.advance for glyph in glyphs),
        )

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of each character's glyph."""
        return dict(_mapping(self._tables[b"cmap"]))

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """Where in `glyf` each glyph begins, and where the last one ends."""
        table = self._tables[b"loca"]
        return struct.unpack(f">{len(table) // 4}I", table)

    @cached_property
    def _nothing(self) -> _Glyph:
        return self._read(0)

    def _metrics(self, number: int) -> tuple[int, int]:
        """Advance and left side bearing; the last glyphs may share one advance."""
        table = self._tables[b"hmtx"]
        (whole,) = struct.unpack_from(">H", self._tables[b"hhea"], 34)
        if number < whole:
            advance, bearing = struct.unpack_from(">Hh", table, 4 * number)
            return advance, bearing
        (advance,) = struct.unpack_from(">H", table, 4 * (whole - 1))
        (bearing,) = struct.unpack_from(">h", table, 4 * whole + 2 * (number - whole))
        return advance, bearing

    def _glyph(self, char: str) -> _Glyph:
        found = self._known.get(char)
        if found is None:
            found = self._known[char] = self._read(self._numbers[char])
        return found

    def _read(self, number: int) -> _Glyph:
        outline = self._tables[b"glyf"][self._places[number] : self._places[number + 1]]
        padded = _padded(outline)
        return _Glyph(padded, _checksum(padded), *self._metrics(number))

    def _written(self, glyphs: list[_Glyph]) -> bytes:
        places = accumulate((len(glyph.outline) for glyph in glyphs), initial=0)
        head = bytearray(self._tables[b"head"])
        struct.pack_into(">I", head, 8, 0)  # the checksum of all, which is known last
        hhea = bytearray(self._tables[b"hhea"])
        struct.pack_into(">H", hhea, 34, len(glyphs))
        maxp = bytearray(self._tables[b"maxp"])
        struct.pack_into(">H", maxp, 4, len(glyphs))
        metrics = [part for glyph in glyphs for part in (glyph.advance, glyph.bearing)]
        tables = {
            b"glyf": b"".join([glyph.outline for glyph in glyphs]),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": struct.pack(">" + "Hh" * len(glyphs), *metrics),
            b"loca": struct.pack(f">{len(glyphs) + 1}I", *places),
            b"maxp": bytes(maxp),
        }
        sums = {tag: _checksum(_padded(table)) for tag, table in tables.items() if tag != b"glyf"}
        sums[b"glyf"] = sum(glyph.checksum for glyph in glyphs) & _WORD
        return _font_file(tables, sums)


def _font_file(tables: dict[bytes, bytes], sums: dict[bytes, int]) -> bytes:
    """Put tables together, in the order of their tags."""
    count = len(tables)
    power = count.bit_length() - 1
    directory = [
        struct.pack(">IHHHH", 0x10000, count, 16 << power, power, 16 * count - (16 << power))
    ]
    position = 12 + 16 * count
    head_at = 0
    for tag, table in tables.items():
        directory.append(struct.pack(">4sIII", tag, sums[tag], position, len(table)))
        if tag == b"head":
            head_at = position
        position += len(table) + -len(table) % 4
    beginning = b"".join(directory)
    whole = _checksum(beginning) + sum(sums.values())
    file = bytearray(beginning + b"".join([_padded(table) for table in tables.values()]))
    struct.pack_into(">I", file, head_at + 8, (_FULL_CHECKSUM - whole) & _WORD)
    return bytes(file)


def _mapping(cmap: bytes) -> Iterator[tuple[str, int]]:
    """Read which glyph each character has, from the subtable that knows all of Unicode."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    starts = (struct.unpack_from(">I", cmap, 8 + 8 * number)[0] for number in range(count))
    forms = {struct.unpack_from(">H", cmap, start)[0]: start for start in starts}
    start = forms[_SEGMENTED_COVERAGE]
    (groups,) = struct.unpack_from(">I", cmap, start + 12)
    for group in range(groups):
        first, last, glyph = struct.unpack_from(">III", cmap, start + 16 + 12 * group)
        for code in range(first, last + 1):
            yield chr(code), glyph + code - first


def _padded(table: bytes) -> bytes:
    return table + bytes(-len(table) % 4)


def _checksum(table: bytes) -> int:
    """Add up the words of a table; its length is a multiple of 4."""
    words: tuple[int, ...] = struct.unpack(f">{len(table) // 4}I", table)
    return sum(words) & _WORD
