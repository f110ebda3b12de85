"""What pdfium sees on pages: their text, sizes, looks. The door to pdfium.

It is called in a process of its own (`child`): pdfium is written in C++, repairs what is broken,
and takes as much time and memory as a file wants. Questions and answers are those of `pages`.

Rules kept: pages are counted from 0; lengths are points in the user space of the page, y up;
documents and pages are closed whatever happens; how large a page may be drawn is bounded before
anything is drawn.

Left to others: what looks like a seal on a page that was drawn, to `patches`.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from ctypes import c_uint
from typing import TYPE_CHECKING, Any, Final, cast

import pypdfium2
from pypdfium2 import raw as pdfium

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.frames import MAX_PIXELS, squeezed
from eseal.pdf.patches import DPI, patches_like_seals
from eseal.reasons import Reason

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_OBJECTS: Final = 20_000
"""Objects of a page that are looked at one by one."""

_RED: Final = 50
"""By how much red has to stand out from green and blue, of 255."""

_BITS_OF_GREY: Final = 8
_HARMLESS: Final = frozenset(
    {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP}
)
"""Annotations that show nothing of their own; widgets are counted."""

_POINTS_AN_INCH: Final = 72
_WHITE: Final = (255, 255, 255, 255)
_CLEAR: Final = (255, 255, 255, 0)

_Answer = tuple[dict[str, Any], bytes]
_Box = tuple[float, float, float, float]


def survey(pdf: bytes, question: dict[str, Any]) -> _Answer:
    """Take the text of the first pages, and see on which something red may stand."""
    with _opened(pdf) as document:
        return _surveyed(document, question), b""


def look(pdf: bytes, question: dict[str, Any]) -> _Answer:
    """Survey the pages, and list what is like a seal on those that are coloured."""
    proven = dict(question["proven"])
    known = [(page, len(places)) for page, places in proven.items()]
    with _opened(pdf) as document:
        answer = _surveyed(document, question | {"known": known})
    if not answer["coloured"]:
        return answer | {"like": []}, b""
    with _opened(pdf) as document:
        for number in answer["coloured"]:
            _take_off(document, number, proven.get(number, []))
        document.init_forms()
        like = [
            (number, *middle)
            for number in answer["coloured"]
            for middle in _like_seals(document, number)
        ]
    return answer | {"like": like}, b""


def page_sizes(pdf: bytes, question: dict[str, Any]) -> _Answer:
    """Tell the size of every page."""
    with _opened(pdf) as document:
        count = _count(document, question)
        return {"sizes": [document.get_page_size(number) for number in range(count)]}, b""


def find_text(pdf: bytes, question: dict[str, Any]) -> _Answer:
    """Find words that were squeezed in the text of the pages."""
    most: int = question["most"]
    found: list[tuple[int, *_Box]] = []
    with _opened(pdf) as document:
        for number in range(_count(document, question)):
            places = _places(document, number, question["words"], most - len(found))
            found.extend((number, *box) for box in places)
            if len(found) >= most:
                break
    return {"found": found}, b""


def draw_page(pdf: bytes, question: dict[str, Any]) -> _Answer:
    """Draw a page; the bytes are its pixels, three or four each."""
    number, fields = question["page"], question["annotations"]
    with _opened(pdf, fields=fields) as document, _page(document, number) as page:
        sides = _sides(page, number, question["dpi"])
        looks = {key: question[key] for key in ("transparent", "annotations")}
        image = _drawn(document, page, sides, **looks)
    return {"sides": image.size}, image.tobytes()


def _surveyed(document: pypdfium2.PdfDocument, question: dict[str, Any]) -> dict[str, Any]:
    known = dict(question["known"])
    texts: list[str] = []
    coloured: list[int] = []
    for number in range(min(len(document), question["limit"])):
        with _page(document, number) as page:
            with _text_page(page) as text_page:
                texts.append(str(text_page.get_text_range()))
            if _is_coloured(page, known.get(number, 0)):
                coloured.append(number)
    return {
        "text": "\n".join(texts),
        "coloured": coloured,
        "seen": len(texts),
        "pages": len(document),
    }


def _take_off(document: pypdfium2.PdfDocument, number: int, places: Collection[int]) -> None:
    """Take annotations off a page, by their places in its list: they are not drawn after that."""
    with _page(document, number) as page:
        for place in sorted(places, reverse=True):
            pdfium.FPDFPage_RemoveAnnot(page.raw, place)


def _like_seals(document: pypdfium2.PdfDocument, number: int) -> list[tuple[int, int]]:
    with _page(document, number) as page:
        sides = _sides(page, number, DPI)
        image = _drawn(document, page, sides, transparent=False, annotations=True)
    return list(patches_like_seals(image))


def _sides(page: pypdfium2.PdfPage, number: int, dpi: float) -> tuple[int, ...]:
    sides = tuple(max(round(side * dpi / _POINTS_AN_INCH), 1) for side in page.get_size())
    if sides[0] * sides[1] > MAX_PIXELS:
        sentence = f"页面像素过多 page {number} would have more than {MAX_PIXELS} pixels"
        raise RefusedError(Reason.INPUT_TOO_LARGE, sentence)
    return sides


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
    drawn_with = ask(one, *channels)
    red, green, blue, _ = (channel.value for channel in channels)
    return bool(drawn_with) and red - max(green, blue) > _RED


@contextmanager
def _opened(pdf: bytes, *, fields: bool = False) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise MalformedError(Reason.BROKEN_PDF, "打不开 cannot be opened", at="document") from error
    try:
        if fields:
            document.init_forms()  # before any page: pdfium draws no field without it
        yield document
    except pypdfium2.PdfiumError as error:
        raise MalformedError(Reason.BROKEN_PDF, "无法处理 cannot be read", at="pages") from error
    finally:
        document.close()


def _count(document: pypdfium2.PdfDocument, question: dict[str, Any]) -> int:
    most: int = question["limit"]
    if len(document) > most:
        sentence = f"页数过多 {len(document)} pages, {most} are read"
        raise RefusedError(Reason.INPUT_TOO_LARGE, sentence)
    return len(document)


@contextmanager
def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    if not 0 <= number < len(document):
        msg = f"没有此页 no page {number} of {len(document)}"
        raise IndexError(msg)
    try:
        page = document[number]
    except pypdfium2.PdfiumError as error:
        raise MalformedError(Reason.BROKEN_PDF, "打不开 not opened", at=f"page {number}") from error
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
        return cast("Image", bitmap.to_pil().convert("RGBA" if transparent else "RGB"))
    finally:
        bitmap.close()


@contextmanager
def _text_page(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfTextPage]:
    text_page = page.get_textpage()
    try:
        yield text_page
    finally:
        text_page.close()


def _places(document: pypdfium2.PdfDocument, number: int, wanted: str, most: int) -> Iterator[_Box]:
    """Find words on one page; only characters of a page that has them are looked at singly."""
    with _page(document, number) as page, _text_page(page) as text_page:
        if wanted not in squeezed(str(text_page.get_text_range())):
            return
        chars, places = _characters(text_page)
        start = chars.find(wanted)
        while start >= 0 and most:
            end = start + len(wanted)
            boxes = [text_page.get_charbox(place) for place in places[start:end]]
            yield _around(boxes)
            start, most = chars.find(wanted, end), most - 1


def _characters(text_page: pypdfium2.PdfTextPage) -> tuple[str, list[int]]:
    """List the characters that are no space, and pdfium's number of each."""
    chars, places = [], []
    for place in range(text_page.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(text_page, place))
        for part in squeezed(char):
            chars.append(part)
            places.append(place)
    return "".join(chars), places


def _around(boxes: list[_Box]) -> _Box:
    """Put a box around those boxes that stand on the line of the first."""
    _, bottom, _, top = boxes[0]
    line = [box for box in boxes if box[1] < top and box[3] > bottom] or boxes[:1]
    lefts, bottoms, rights, tops = zip(*line, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
