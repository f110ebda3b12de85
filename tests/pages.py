"""PDFs of blank pages of any shape, with words on them, as a plain writer makes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eseal.pdf.objects import write_object, write_stream
from eseal.pdf.sections import last_start
from eseal.pdf.values import Reference

Box = tuple[float, float, float, float]

A4: Box = (0, 0, 595.276, 841.89)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page: its boxes, how it is turned, and words with their places."""

    media: Box | None = A4
    crop: Box | None = None
    rotate: int = 0
    unit: float = 1
    words: tuple[tuple[float, float, str], ...] = ()


def write_pages(pages: Sequence[Page], above: bytes = b"") -> bytes:
    """Write a PDF of these pages; `above` are entries that they inherit."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%b]%b>>" % (len(pages), kids.encode(), above),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, page in enumerate(pages):
        bodies += [_page(page, 5 + 2 * number), write_stream(b"", _content(page))]
    return write_bodies(bodies)


def write_bodies(bodies: Sequence[bytes]) -> bytes:
    """Write a PDF of these objects, numbered from 1; the first one is the catalog."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies):
        offsets.append(len(out))
        out += write_object(Reference(number + 1, 0), body)
    entries = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    table = b"xref\n0 %d\n0000000000 65535 f\r\n%b" % (len(bodies) + 1, entries)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(bodies) + 1)
    return out + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)


def write_update(
    pdf: bytes, written: Mapping[tuple[int, int], bytes], freed: Mapping[int, int] | None = None
) -> bytes:
    """Write an update of such a PDF.

    Args:
        pdf: the file.
        written: objects by their number and generation.
        freed: numbers that are freed, and with which generation they may be used again.
    """
    out, table = pdf, b"xref\n"
    for (number, generation), body in written.items():
        table += b"%d 1\n%010d %05d n\r\n" % (number, len(out), generation)
        out += write_object(Reference(number, generation), body)
    for number, following in (freed or {}).items():
        table += b"%d 1\n%010d %05d f\r\n" % (number, 0, following)
    trailer = b"trailer\n<</Size 10/Root 1 0 R/Prev %d>>\n" % last_start(pdf, len(pdf))
    return out + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)


def blank(count: int = 1) -> bytes:
    """Write a PDF of so many empty pages."""
    return write_pages([Page()] * count)


def _page(page: Page, content: int) -> bytes:
    media = b"" if page.media is None else b"/MediaBox" + _box(page.media)
    crop = b"" if page.crop is None else b"/CropBox" + _box(page.crop)
    turned = b"/Rotate %d" % page.rotate if page.rotate else b""
    turned += f"/UserUnit {page.unit}".encode() if page.unit != 1 else b""
    fonts = b"/Resources<</Font<</F 3 0 R>>>>"
    return b"<</Type/Page/Parent 2 0 R%b%b%b%b/Contents %d 0 R>>" % (
        media,
        crop,
        turned,
        fonts,
        content,
    )


def _box(box: Box) -> bytes:
    return f"[{' '.join(map(str, box))}]".encode()


def _content(page: Page) -> bytes:
    return b"".join(
        f"BT /F 12 Tf {x} {y} Td ({word}) Tj ET\n".encode() for x, y, word in page.words
    )
