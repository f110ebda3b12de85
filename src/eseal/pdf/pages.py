"""The pages of a PDF as a reader sees them: text, sizes, looks. The door to pdfium.

Rules kept: pages are counted from 0; lengths are points in the user space of the page, y up;
documents and pages are closed whatever happens; one thread at a time, because pdfium is not made
for more; how large a page may be drawn is bounded before anything is drawn.

pdfium repairs what is broken and is written in C++: feed it only files that were read strictly
before, or that a trusted signer vouches for.

Left to others: what a page has to show, to who asks.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ctypes import c_uint
from dataclasses import dataclass
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pypdfium2
from pypdfium2 import raw as pdfium

from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES: Final = 50
"""Pages that `survey` looks at."""

MAX_SIZED_PAGES: Final = 5000
"""Pages of a file whose sizes are told, and that are searched."""

MAX_PIXELS: Final = 40_000_000
"""Pixels of a page that is drawn: A4 at 600 dpi has 35 million."""

MAX_OBJECTS: Final = 20_000
"""Objects of a page that are looked at one by one."""

_RED: Final = 50
"""By how much red has to stand out from green and blue, of 255."""

_BITS_OF_GREY: Final = 8
_HARMLESS: Final = frozenset(
    {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP}
)
"""Annotations that show nothing of their own; widgets are counted."""

EMPTY: Final[Mapping[int, int]] = MappingProxyType({})

_POINTS_AN_INCH: Final = 72
_HYPHEN_AT_LINE_END: Final = "\ufffe"  # as pdfium gives it
_NOTHING: Final = frozenset({_HYPHEN_AT_LINE_END, "\ufeff", "\u00ad", "\x00"})
_WHITE: Final = (255, 255, 255, 255)
_CLEAR: Final = (255, 255, 255, 0)

_one_at_a_time = RLock()


@dataclass(frozen=True, kw_only=True, slots=True)
class TextPlace:
    """Where some words stand: the page, and the box around them in its user space."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Surveyed:
    """What stands on the pages, at most `MAX_PAGES` of them.

    Attributes:
        text: their text.
        coloured: numbers of those on which something red, or an image, a form or an annotation
            that may be, is shown.
    """

    text: str
    coloured: tuple[int, ...]


def survey(pdf: bytes, *, known_marks: Mapping[int, int] = EMPTY) -> Surveyed:
    """Take the text of all pages, and see on which something red may stand; at most `MAX_PAGES`.

    Args:
        pdf: the file.
        known_marks: how many widgets a page has, by its number, that need no look.

    Raises:
        MalformedError: BROKEN_PDF.
    """
    texts: list[str] = []
    coloured: list[int] = []
    with _opened(pdf) as document:
        for number in range(min(len(document), MAX_PAGES)):
            with _page(document, number) as page:
                texts.append(_text_on(page))
                if _is_coloured(page, known_marks.get(number, 0)):
                    coloured.append(number)
    return Surveyed(text="\n".join(texts), coloured=tuple(coloured))


def page_text(pdf: bytes) -> str:
    """Take the text of all pages, at most `MAX_PAGES`; raises as `survey`."""
    return survey(pdf).text


def _is_coloured(page: pypdfium2.PdfPage, known_marks: int) -> bool:
    kinds = [_annotation_kind(page, place) for place in range(_annotations(page))]
    widgets = kinds.count(pdfium.FPDF_ANNOT_WIDGET)
    if widgets > known_marks or set(kinds) - _HARMLESS:
        return True
    count = pdfium.FPDFPage_CountObjects(page.raw)
    if count > MAX_OBJECTS:
        return True
    found = (pdfium.FPDFPage_GetObject(page.raw, place) for place in range(count))
    return any(_may_be_red(one, page) for one in found)


def _annotations(page: pypdfium2.PdfPage) -> int:
    return int(pdfium.FPDFPage_GetAnnotCount(page.raw))


def _annotation_kind(page: pypdfium2.PdfPage, place: int) -> int:
    annotation = pdfium.FPDFPage_GetAnnot(page.raw, place)
    try:
        return int(pdfium.FPDFAnnot_GetSubtype(annotation))
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def _may_be_red(one: pdfium.FPDF_PAGEOBJECT, page: pypdfium2.PdfPage) -> bool:
    """May an object of a page show something red? An image, if it is not grey."""
    kind = pdfium.FPDFPageObj_GetType(one)
    if kind in {pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH}:
        colours = (pdfium.FPDFPageObj_GetFillColor, pdfium.FPDFPageObj_GetStrokeColor)
        return any(_is_red(one, ask) for ask in colours)
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        about = pdfium.FPDF_IMAGEOBJ_METADATA()
        known = pdfium.FPDFImageObj_GetImageMetadata(one, page.raw, about)
        return not known or not _is_grey(about)
    return True


def _is_grey(about: pdfium.FPDF_IMAGEOBJ_METADATA) -> bool:
    """Has an image one channel, and that of light? One of a palette has another colour space."""
    if about.colorspace == pdfium.FPDF_COLORSPACE_ICCBASED:
        return bool(about.bits_per_pixel <= _BITS_OF_GREY)
    return about.colorspace in {pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_CALGRAY}


def _is_red(one: pdfium.FPDF_PAGEOBJECT, ask: Callable[..., int]) -> bool:
    channels = [c_uint() for _ in range(4)]
    if not ask(one, *channels):
        return False  # it is not drawn with
    red, green, blue, _ = (channel.value for channel in channels)
    return red - max(green, blue) > _RED


def page_sizes(pdf: bytes) -> tuple[tuple[float, float], ...]:
    """Tell width and height of every page as it is shown, turned and cropped, in points.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE, there are more than `MAX_SIZED_PAGES`.
    """
    with _opened(pdf) as document:
        return tuple(document.get_page_size(number) for number in range(_count(document)))


def find_text(pdf: bytes, words: str, *, most: int = 64) -> tuple[TextPlace, ...]:
    """Find `words` in the text of the pages, page by page, at most `most` times.

    White space is passed over on both sides: letters that are spread out or drawn one by one are
    found as well. Where a line ends within the words, the place is that of their first line.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE.
        ValueError: there are no words.
    """
    wanted = _squeezed(words)
    if not wanted:
        msg = "there is nothing to look for"
        raise ValueError(msg)
    found: list[TextPlace] = []
    with _opened(pdf) as document:
        for number in range(_count(document)):
            found.extend(_places(document, number, wanted, most - len(found)))
            if len(found) >= most:
                break
    return tuple(found)


def render_page(
    pdf: bytes, number: int, *, dpi: float, transparent: bool = False, annotations: bool = True
) -> "Image":
    """Draw a page.

    Args:
        pdf: the file.
        number: which page, from 0.
        dpi: pixels an inch.
        transparent: leave the ground out: the image is RGBA, not RGB.
        annotations: draw signature fields and other annotations too.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE, it would have more than `MAX_PIXELS`.
        IndexError: there is no such page.
    """
    with _opened(pdf, fields=annotations) as document, _page(document, number) as page:
        sides = tuple(max(round(side * dpi / _POINTS_AN_INCH), 1) for side in page.get_size())
        if sides[0] * sides[1] > MAX_PIXELS:
            sentence = f"page {number} would have more than {MAX_PIXELS} pixels"
            raise RefusedError(Reason.INPUT_TOO_LARGE, sentence)
        return _drawn(document, page, sides, transparent=transparent, annotations=annotations)


@contextmanager
def _opened(pdf: bytes, *, fields: bool = False) -> Iterator[pypdfium2.PdfDocument]:
    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise MalformedError(Reason.BROKEN_PDF, str(error), at="document") from error
        try:
            if fields:
                document.init_forms()  # before any page: pdfium draws no field without it
            yield document
        finally:
            document.close()


def _count(document: pypdfium2.PdfDocument) -> int:
    if len(document) > MAX_SIZED_PAGES:
        sentence = f"{len(document)} pages, {MAX_SIZED_PAGES} are read"
        raise RefusedError(Reason.INPUT_TOO_LARGE, sentence)
    return len(document)


@contextmanager
def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    if not 0 <= number < len(document):
        msg = f"no page {number} of {len(document)}"
        raise IndexError(msg)
    try:
        page = document[number]
    except pypdfium2.PdfiumError as error:
        raise MalformedError(Reason.BROKEN_PDF, str(error), at=f"page {number}") from error
    try:
        yield page
    finally:
        page.close()


def _drawn(
    document: pypdfium2.PdfDocument,
    page: pypdfium2.PdfPage,
    sides: tuple[int, ...],
    *,
    transparent: bool,
    annotations: bool,
) -> "Image":
    """Draw a page over the whole of a bitmap, and fields over it if they were opened too."""
    form = pdfium.FPDFBitmap_BGRA if transparent else pdfium.FPDFBitmap_BGR
    bitmap = pypdfium2.PdfBitmap.new_native(*sides, form)
    try:
        bitmap.fill_rect(_CLEAR if transparent else _WHITE, 0, 0, *sides)
        order = (bitmap, page, 0, 0, *sides, 0)
        pdfium.FPDF_RenderPageBitmap(*order, pdfium.FPDF_ANNOT if annotations else 0)
        if document.formenv:
            pdfium.FPDF_FFLDraw(document.formenv, *order, 0)
        image: Image = bitmap.to_pil().convert("RGBA" if transparent else "RGB")
        return image
    finally:
        bitmap.close()


@contextmanager
def _text_page(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfTextPage]:
    with _page(document, number) as page:
        text_page = page.get_textpage()
        try:
            yield text_page
        finally:
            text_page.close()


def _text_on(page: pypdfium2.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_range())
    finally:
        text_page.close()


def _places(
    document: pypdfium2.PdfDocument, number: int, wanted: str, most: int
) -> Iterator[TextPlace]:
    """Find words on one page; only characters of a page that has them are looked at singly."""
    with _text_page(document, number) as text_page:
        if wanted not in _squeezed(str(text_page.get_text_range())):
            return
        chars, places = _characters(text_page)
        start = chars.find(wanted)
        while start >= 0 and most:
            end = start + len(wanted)
            boxes = [text_page.get_charbox(place) for place in places[start:end]]
            yield _around(number, boxes)
            start, most = chars.find(wanted, end), most - 1


def _characters(text_page: pypdfium2.PdfTextPage) -> tuple[str, list[int]]:
    """List the characters that are no space, and pdfium's number of each."""
    chars, places = [], []
    for place in range(text_page.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(text_page, place))
        for part in _squeezed(char):
            chars.append(part)
            places.append(place)
    return "".join(chars), places


def _around(number: int, boxes: list[tuple[float, float, float, float]]) -> TextPlace:
    """Put a box around those boxes that stand on the line of the first."""
    _, bottom, _, top = boxes[0]
    line = [box for box in boxes if box[1] < top and box[3] > bottom] or boxes[:1]
    lefts, bottoms, rights, tops = zip(*line, strict=True)
    return TextPlace(
        page=number, left=min(lefts), bottom=min(bottoms), right=max(rights), top=max(tops)
    )


def _squeezed(text: str) -> str:
    """Take spaces out, and write compatibility forms (ligatures, radicals) as what they mean."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if not char.isspace() and char not in _NOTHING)
