"""Pages as a reader sees them: text, sizes, looks; pdfium behind one door."""

import io
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pypdf
import pytest
import typst
from PIL import Image
from pypdf.generic import RectangleObject

from eseal.errors import MalformedError, RefusedError
from eseal.fonts import FONT_FOLDER
from eseal.pdf import pages
from eseal.pdf.objects import write_object
from eseal.pdf.pages import TextPlace, find_text, page_sizes, page_text, render_page
from eseal.pdf.values import Reference
from eseal.reasons import Reason

MM = 72 / 25.4
KEYWORD = "盖章处"


@cache
def typeset(body: str) -> bytes:
    """Typeset pages of 100 by 60 mm with the shipped font."""
    source = (
        "#set page(width: 100mm, height: 60mm, margin: 0mm)\n"
        '#set text(font: "Licence Song", size: 10pt)\n' + body
    )
    compiler = typst.Compiler(
        source.encode(),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[FONT_FOLDER]),
    )
    pdf = compiler.compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def placed(text: str, x: int, y: int) -> str:
    """Text whose line begins at a place in millimetres from the top left."""
    return f"#place(top + left, dx: {x}mm, dy: {y}mm)[{text}]\n"


CONTRACT = typeset(
    placed("甲方（盖章处）：", 20, 10)
    + "".join(placed(char, x, 30) for char, x in zip(KEYWORD, (10, 25, 40), strict=True))
    + "#pagebreak()\n"
    + placed("盖 章 处", 50, 40)
)


def edited(pdf: bytes, *, rotate: int = 0, crop: tuple[int, int, int, int] | None = None) -> bytes:
    """The file with its first page turned or cropped."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pages[0].rotate(rotate)
    if crop:
        writer.pages[0].cropbox = RectangleObject(crop)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def near(place: TextPlace, *, page: int, left: float, top: float, width: float) -> bool:
    """Whether a place on a page 60 mm high is about here, in millimetres from the top left."""
    return (
        place.page == page
        and abs(place.left / MM - left) < 1
        and abs((60 - place.top / MM) - top) < 1
        and abs((place.right - place.left) / MM - width) < 1.5
    )


def test_takes_the_text_of_all_pages() -> None:
    """The text of each page, one after the other, as many as are read."""
    text = page_text(CONTRACT)
    assert text.index("甲方") < text.index("盖 章 处\n") or text.endswith("盖 章 处")
    assert len(text.splitlines()) == 3


def test_reads_no_more_pages_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages behind the limit are not read."""
    monkeypatch.setattr(pages, "MAX_PAGES", 1)
    assert len(page_text(CONTRACT).splitlines()) == 2


def test_finds_words_wherever_they_stand() -> None:
    """Within a line, drawn character by character, and with spaces between: page by page."""
    one, two, three = find_text(CONTRACT, KEYWORD)
    assert near(two if one.left < two.left else one, page=0, left=30.6, top=10, width=10.6)
    assert near(one if one.left < two.left else two, page=0, left=10, top=30, width=33.5)
    assert near(three, page=1, left=50, top=40, width=12.5)


def test_words_may_be_spaced_too() -> None:
    """Spaces in what is looked for are passed over as well."""
    assert find_text(CONTRACT, " 盖章\u3000处\n") == find_text(CONTRACT, KEYWORD)


def test_finds_as_many_as_are_wanted() -> None:
    """The first ones, in the order of the pages."""
    assert find_text(CONTRACT, KEYWORD, most=2) == find_text(CONTRACT, KEYWORD)[:2]
    assert find_text(CONTRACT, KEYWORD, most=1) == find_text(CONTRACT, KEYWORD)[:1]


def test_finds_nothing_that_is_not_there() -> None:
    """No place for words that no page has, an error for no words."""
    assert find_text(CONTRACT, "签字处") == ()
    with pytest.raises(ValueError, match="nothing to look for"):
        find_text(CONTRACT, " \n")


def test_words_over_two_lines_stand_on_the_first() -> None:
    """The box is that of the part on the first line, not of both lines."""
    pdf = typeset(placed("请在甲方盖章", 60, 10) + placed("处盖章", 10, 16))
    (place,) = find_text(pdf, KEYWORD)
    assert near(place, page=0, left=74, top=10, width=7)


def test_places_do_not_depend_on_how_the_page_is_shown() -> None:
    """Turning or cropping a page moves nothing in its user space."""
    found = find_text(CONTRACT, KEYWORD)
    assert find_text(edited(CONTRACT, rotate=90), KEYWORD) == found
    assert find_text(edited(CONTRACT, crop=(20, 20, 260, 160)), KEYWORD) == found


def test_sizes_are_those_of_the_pages_as_shown() -> None:
    """Points of width and height, changed over when a page is turned, cropped when cropped."""
    for size in page_sizes(CONTRACT):
        assert size == pytest.approx((100 * MM, 60 * MM), abs=0.01)
    assert len(page_sizes(CONTRACT)) == 2
    assert page_sizes(edited(CONTRACT, rotate=90))[0] == pytest.approx(
        (60 * MM, 100 * MM), abs=0.01
    )
    assert page_sizes(edited(CONTRACT, crop=(20, 20, 260, 160)))[0] == (240, 140)


def test_draws_a_page_at_its_size() -> None:
    """Dots an inch give dots; paper is white, or clear when asked for."""
    paper = render_page(CONTRACT, 0, dpi=254)
    assert (paper.mode, paper.size) == ("RGB", (1000, 600))
    assert paper.getpixel((999, 0)) == (255, 255, 255)
    clear = render_page(CONTRACT, 0, dpi=254, transparent=True)
    assert (clear.mode, clear.size) == ("RGBA", (1000, 600))
    assert clear.getchannel("A").getextrema() == (0, 255)
    laid = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    assert laid.convert("RGB").histogram()[:256] == pytest.approx(paper.histogram()[:256], abs=60)


def with_field(red: bytes = b"1 0 0 rg 0 0 100 100 re f") -> bytes:
    """A page with nothing on it but a signature field that looks red."""
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Length %d>>\nstream\n%b\nendstream"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[4 0 R]>>",
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(S)/F 132/Rect[0 0 100 100]/P 3 0 R"
        b"/AP<</N 5 0 R>>>>",
        form % (len(red), red),
    ]
    objects = [write_object(Reference(n, 0), body) for n, body in enumerate(bodies, start=1)]
    return b"%PDF-1.7\n" + b"".join(objects) + b"trailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n"


def test_draws_signature_fields_or_not() -> None:
    """The appearance of a signature field is drawn, and left out when asked to."""
    assert render_page(with_field(), 0, dpi=72).getpixel((50, 50)) == (255, 0, 0)
    blank = render_page(with_field(), 0, dpi=72, annotations=False)
    assert blank.getpixel((50, 50)) == (255, 255, 255)


def test_refuses_more_pixels_than_a_machine_has() -> None:
    """How large a page may be drawn is bounded before anything is drawn."""
    with pytest.raises(RefusedError) as refusal:
        render_page(CONTRACT, 0, dpi=5000)
    assert refusal.value.reason is Reason.INPUT_TOO_LARGE


@pytest.mark.parametrize("number", [-1, 2])
def test_there_is_no_such_page(number: int) -> None:
    """Pages are counted from 0; others do not exist."""
    with pytest.raises(IndexError):
        render_page(CONTRACT, number, dpi=72)


def test_refuses_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with more pages than are looked at is refused, not searched in part."""
    monkeypatch.setattr(pages, "MAX_SIZED_PAGES", 1)
    for ask in (page_sizes, lambda pdf: find_text(pdf, KEYWORD)):
        with pytest.raises(RefusedError) as refusal:
            ask(CONTRACT)
        assert refusal.value.reason is Reason.INPUT_TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"no PDF at all", CONTRACT[:200]])
def test_refuses_what_is_no_pdf(data: bytes) -> None:
    """What pdfium cannot read is broken, in our words."""
    for ask in (page_text, page_sizes, lambda pdf: render_page(pdf, 0, dpi=72)):
        with pytest.raises(MalformedError) as refusal:
            ask(data)
        assert refusal.value.reason is Reason.BROKEN_PDF


def test_threads_take_turns() -> None:
    """Many threads that ask at once get what one gets."""
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: find_text(CONTRACT, KEYWORD), range(32)))
    assert found == {find_text(CONTRACT, KEYWORD)}
