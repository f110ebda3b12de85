"""Fills an empty form in: a licence's words, code, attachment and metadata become a PDF/A-3b.

Rules kept: the same licence gives the same bytes; every character shown is in the embedded font and
can be read back as text; nothing stands on the page that is not on the form or among the words.

Streams are packed by Intel's ISA-L, which takes an eighth of zlib's time for the same size: else
packing the font would take longer than all the rest.

Left to others: where words stand to `setting`, how a font is cut to `true_type`.

Source: ISO 32000-1, 9.4, 9.6 to 9.10; ISO 19005-3, 6.2.11 (read second-hand).
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from typing import Final

from isal import isal_zlib

from eseal.fonts import FONT_FOLDER
from eseal.pdf.objects import write_object, write_stream, write_text, write_time
from eseal.pdf.values import Reference
from licences.empty_form import (
    FONT_RESOURCE,
    STANDS_FOR_IDENTIFIER,
    STANDS_FOR_TIME,
    EmptyForm,
)
from licences.setting import LATIN_GAP, SEAM, Line, set_words
from licences.true_type import UNITS_PER_EM, FontCut, TrueTypeFont

_FONT_NAME: Final = b"FILLED+LicenceSong-Regular"
_DESCRIPTOR: Final = (
    b"<</Type/FontDescriptor/FontName/%b/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent 880"
    b"/Descent -120/CapHeight %d/StemV 95/FontFile2 %d 0 R>>"
)
_CMAP: Final = (
    b"/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
    b"<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Filled-UCS def\n"
    b"/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n%bendcmap\n"
    b"CMapName currentdict/CMap defineresource pop\nend\nend\n"
)
_RANGE: Final = 256
_CODES: Final = tuple(f"{number:04X}" for number in range(1, 1 << 14))
"""How a content stream writes glyphs, from 1 on; the shipped font has fewer."""

_BEHIND_A_LINE: Final = " "
"""Keeps pdfium from running values of one character each into one word."""

_QUICKLY: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """What is filled in.

    Attributes:
        words: the text of every slot, by its name.
        identifier: the licence's identifier, of letters, digits and dots.
        pixels: its QR code, of the size that the form was drawn for.
        attachment: the signed JSON licence.
        at: when it is issued, aware.
    """

    words: Mapping[str, str]
    identifier: str
    pixels: bytes
    attachment: bytes
    at: datetime


def set_all(form: EmptyForm, words: Mapping[str, str]) -> list[Line]:
    """Set the words of every slot, by its name.

    Raises:
        RefusedError: CONTENT_TOO_LONG, a text does not fit its place even in the smallest type.
        KeyError: the shipped font lacks a character, or a slot has no words.
    """
    advances, cap_height = _font().advances, _font().cap_height
    return [
        line
        for slot in form.slots
        for line in set_words(slot, words[slot.name], advances, cap_height=cap_height)
    ]


def fill_in(form: EmptyForm, filling: Filling) -> bytes:
    """Fill a form in.

    Raises:
        RefusedError, KeyError: as `set_all`.
    """
    font, lines = _font(), set_all(form, filling.words)
    cut = font.cut(chain(_BEHIND_A_LINE, *(line.text for line in lines)))
    content = _content(lines, cut, form.height)
    objects = {form.size: _packed(b"", content)}
    objects |= _font_objects(form.size + 1, cut, font)
    objects[form.qr_code.number] = _packed(form.qr_code.known, filling.pixels)
    time = write_time(filling.at)
    objects[form.attachment.number] = _packed(
        b"%b/Params<</Size %d/ModDate(%b)>>"
        % (form.attachment.known, len(filling.attachment), time),
        filling.attachment,
    )
    said = (content, filling.attachment, filling.identifier.encode(), time)
    file_id = b64encode(hashlib.sha256(b"\0".join(said)).digest()[:16])
    objects |= _metadata(form, filling, file_id)
    return _written(form, objects, file_id)


@cache
def _font() -> TrueTypeFont:
    return TrueTypeFont(FONT_FOLDER / "LicenceSong-Regular.ttc")


def _content(lines: Iterable[Line], cut: FontCut, height: float) -> bytes:
    """Write the content stream that shows the lines."""
    codes = dict(zip(cut.glyphs, _CODES, strict=False))
    resource = FONT_RESOURCE.decode()
    parts, size, spacing = ["BT 0 g"], 0.0, 0.0
    for line in lines:
        if line.size != size:
            parts.append(f"/{resource} {line.size:g} Tf")
            size = line.size
        if line.spacing != spacing:
            parts.append(f"{line.spacing:.4f} Tc")
            spacing = line.spacing
        shown = f"> -{LATIN_GAP} <".join(
            "".join(map(codes.__getitem__, part)) for part in SEAM.split(line.text + _BEHIND_A_LINE)
        )
        parts.append(f"1 0 0 1 {line.x:.3f} {height - line.baseline:.3f} Tm[<{shown}>]TJ")
    return "\n".join([*parts, "ET\n"]).encode()


def _font_objects(first: int, cut: FontCut, font: TrueTypeFont) -> dict[int, bytes]:
    """Write the font's objects, numbered from `first` on."""
    descendant, descriptor, file, unicode = range(first + 1, first + 5)
    odd = b"".join(
        b"%d[%d]" % (number, advance)
        for number, advance in enumerate(cut.advances)
        if advance != UNITS_PER_EM
    )
    return {
        first: b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]"
        b"/ToUnicode %d 0 R>>" % (_FONT_NAME, descendant, unicode),
        descendant: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)"
        b"/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity"
        b"/DW %d/W[%b]>>" % (_FONT_NAME, descriptor, UNITS_PER_EM, odd),
        descriptor: _DESCRIPTOR % (_FONT_NAME, *font.box, font.cap_height, file),
        file: _packed(b"/Length1 %d" % len(cut.file), cut.file),
        unicode: _packed(b"", _CMAP % b"".join(_ranges(list(cut.glyphs)))),
    }


def _ranges(chars: list[str]) -> Iterator[bytes]:
    """Say which character each glyph from 1 on shows; a range must not go beyond its first byte."""
    for start in range(0, len(chars) + 1, _RANGE):
        first, last = max(start, 1), min(start + _RANGE - 1, len(chars))
        shown = b"".join(map(_utf_16, chars[first - 1 : last]))
        yield b"1 beginbfrange\n<%04X><%04X>[%b]\nendbfrange\n" % (first, last, shown)


@cache
def _utf_16(char: str) -> bytes:
    return b"<%b>" % char.encode("utf-16-be").hex().encode()


def _metadata(form: EmptyForm, filling: Filling, file_id: bytes) -> dict[int, bytes]:
    """Write Info and XMP, which say the same."""
    at, identifier = filling.at.astimezone(UTC), filling.identifier
    info = form.info.known.replace(STANDS_FOR_IDENTIFIER.in_info, write_text(identifier))
    info = info.replace(STANDS_FOR_TIME.in_info, write_time(at))
    xmp = form.metadata.known.replace(STANDS_FOR_IDENTIFIER.in_xmp, identifier.encode())
    xmp = xmp.replace(STANDS_FOR_TIME.in_xmp, at.isoformat(timespec="seconds").encode())
    xmp = xmp.replace(form.file_id, file_id)
    stream = write_stream(b"/Type/Metadata/Subtype/XML", xmp)
    return {form.info.number: info, form.metadata.number: stream}


def _packed(entries: bytes, data: bytes) -> bytes:
    return write_stream(entries + b"/Filter/FlateDecode", isal_zlib.compress(data, _QUICKLY))


def _written(form: EmptyForm, objects: Mapping[int, bytes], file_id: bytes) -> bytes:
    """Write the file: the form's beginning, the objects, the table, the trailer."""
    parts, position, offsets = [form.beginning], len(form.beginning), dict(form.offsets)
    for number, body in objects.items():
        offsets[number] = position
        parts.append(write_object(Reference(number, 0), body))
        position += len(parts[-1])
    size = max(offsets) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f\r\n" % size)
    parts += [b"%010d 00000 n\r\n" % offsets[number] for number in range(1, size)]
    parts.append(
        b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[(%b)(%b)]>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, form.catalog, form.info.number, file_id, file_id, position)
    )
    return b"".join(parts)
