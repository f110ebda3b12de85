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
from collections.abc import Callable, Iterable, Iterator
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
    """A glyph: its outline, padded to whole words; how long that is; their sum; its metrics.

    The metrics are the advance, and the advance with the left side bearing as `hmtx` has them.
    """

    outline: bytes
    length: int
    checksum: int
    advance: int
    metrics: bytes


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


class _Glyphs(dict[str, _Glyph]):
    """The glyphs by character, each read when it is first asked for."""

    def __init__(self, read: Callable[[str], _Glyph]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, char: str) -> _Glyph:
        found = self[char] = self._read(char)
        return found


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
        self._glyphs = _Glyphs(self._read)

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
        outlines, lengths, sums, advances, metrics = zip(
            self._nothing, *map(self._glyphs.__getitem__, ordered), strict=True
        )
        count = len(outlines).to_bytes(2)
        head, hhea, maxp = (self._tables[tag] for tag in (b"head", b"hhea", b"maxp"))
        tables = {
            b"head": head[:8] + bytes(4) + head[12:],  # the checksum of all is known last
            b"hhea": hhea[:34] + count,
            b"hmtx": b"".join(metrics),
            b"loca": struct.pack(f">{len(outlines) + 1}I", *accumulate(lengths, initial=0)),
            b"maxp": maxp[:4] + count + maxp[6:],
        }
        checksums = {tag: _checksum(_padded(table)) for tag, table in tables.items()}
        tables[b"glyf"], checksums[b"glyf"] = b"".join(outlines), sum(sums) & _WORD
        return FontCut(
            file=_font_file(tables, checksums),
            glyphs=dict(zip(ordered, range(1, len(outlines)), strict=True)),
            advances=advances,
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
        return self._glyph(0)

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

    def _read(self, char: str) -> _Glyph:
        return self._glyph(self._numbers[char])

    def _glyph(self, number: int) -> _Glyph:
        outline = self._tables[b"glyf"][self._places[number] : self._places[number + 1]]
        padded = _padded(outline)
        advance, bearing = self._metrics(number)
        metrics = struct.pack(">Hh", advance, bearing)
        return _Glyph(padded, len(padded), _checksum(padded), advance, metrics)


def _font_file(tables: dict[bytes, bytes], sums: dict[bytes, int]) -> bytes:
    """Put tables together; all words of the file have to add up to a constant."""
    count = len(tables)
    power = count.bit_length() - 1
    entries, position = [], 12 + 16 * count
    for tag, table in tables.items():
        entries.append(struct.pack(">4sIII", tag, sums[tag], position, len(table)))
        position += len(table) + -len(table) % 4
    head = struct.pack(">IHHHH", 0x10000, count, 16 << power, power, 16 * count - (16 << power))
    directory = b"".join([head, *sorted(entries)])
    rest = (_FULL_CHECKSUM - _checksum(directory) - sum(sums.values())) & _WORD
    head = tables[b"head"]
    adjusted = {**tables, b"head": head[:8] + rest.to_bytes(4) + head[12:]}
    return b"".join([directory, *map(_padded, adjusted.values())])


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
