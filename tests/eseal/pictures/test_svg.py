"""SVG: small, read back as it was drawn, and refused with anything but filled paths."""

import io
from collections.abc import Callable

import pytest
import typst
from PIL import Image, ImageChops, ImageStat

from eseal.errors import EvidenceError
from eseal.pictures.design import SealDesign
from eseal.pictures.form import form_of
from eseal.pictures.outline import GRID, Contour
from eseal.pictures.raster import drawn
from eseal.pictures.svg import MAX_SVG_BYTES, read_svg, svg_of
from eseal.reasons import Reason
from tests.eseal.pictures.designs import COMPANY_SEAL, DESIGNS, ENDS, drawing_of, svg_picture

ROOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
PATH = '<path fill="#e60012" d="M5 5h30v30h-30z"/>'
GOOD = f"{ROOT}{PATH}</svg>"

Edit = Callable[[str], str]


@pytest.mark.parametrize("design", ENDS.values(), ids=ENDS)
@pytest.mark.unmeasured
def test_reads_back_what_it_writes(design: SealDesign) -> None:
    """Our own SVG is the drawing, exactly, but for the lines that closing draws."""
    drawing = drawing_of(design)
    back = read_svg(svg_of(drawing), width=design.width_mm, height=design.height_mm)
    assert svg_of(back) == svg_of(drawing)
    assert [closed(each) for each in back.shapes[0].contours] == [
        closed(each) for each in drawing.shapes[0].contours
    ]


def closed(contour: Contour) -> Contour:
    """The contour without a last straight line to its start."""
    segments = contour.segments
    whole = segments[:-1] if segments[-1] == (contour.start,) else segments
    return Contour(start=contour.start, segments=whole)


def test_is_small() -> None:
    """A company's seal with eleven characters and a number takes less than 12 KiB."""
    assert len(svg_of(drawing_of(COMPANY_SEAL))) < 12 * 1024


@pytest.mark.parametrize("name", ["company-10", "invoice-longest", "person"])
def test_a_foreign_renderer_shows_the_same(name: str) -> None:
    """A renderer that nobody here wrote draws our SVG as pdfium draws our form."""
    picture = svg_picture(DESIGNS[name])
    ours = on_white(drawn(form_of(picture), dpi=254))
    source = (
        f"#set page(width: {picture.width}mm, height: {picture.height}mm, margin: 0mm)\n"
        '#image(bytes(sys.inputs.at("svg")), format: "svg", width: 100%)'
    )
    png = typst.compile(
        source.encode(), format="png", ppi=254, sys_inputs={"svg": picture.data.decode()}
    )
    assert isinstance(png, bytes)
    with Image.open(io.BytesIO(png)) as image:
        theirs = image.convert("RGB")
    assert theirs.size == ours.size
    difference = ImageChops.difference(ours, theirs)
    assert max(ImageStat.Stat(difference).mean) < 1.5


def on_white(image: Image.Image) -> Image.Image:
    """An image with clear ground, laid on paper."""
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")


def test_reads_what_editors_write() -> None:
    """Groups, titles, inherited and short colours, the even-odd rule, a view box of its own."""
    drawing = read_svg(
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><!-- an editor -->'
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" version="1.1"'
        b' viewBox="-20 -20 40 40" fill="none"><title>Seal</title><g id="a" fill="#F00">'
        b'<path stroke="none" fill-rule="evenodd" d="M-20-20H20V20H-20Z"/></g></svg>',
        width=40,
        height=40,
    )
    (shape,) = drawing.shapes
    assert shape.colour == "#ff0000"
    assert shape.even_odd
    assert svg_of(drawing).count(b'fill-rule="evenodd"') == 1
    assert list(shape.contours[0].points) == [(0, 0), (4000, 0), (4000, 4000), (0, 4000)]


def test_a_wide_view_box_stands_in_the_middle() -> None:
    """A picture that is a little wider than the seal is shown whole, as a viewer does."""
    text = GOOD.replace("0 0 40 40", "0 0 41 40")
    (shape,) = read_svg(text.encode(), width=40, height=40).shapes
    xs = [x for x, _ in shape.contours[0].points]
    ys = [y for _, y in shape.contours[0].points]
    assert min(ys) + max(ys) == 4000
    assert max(xs) - min(xs) == pytest.approx(3000 * 40 / 41, abs=GRID)
    assert max(ys) - min(ys) == pytest.approx(3000 * 40 / 41, abs=GRID)


def inside(text: str) -> str:
    """The good SVG with something more in it."""
    return GOOD.replace("</svg>", f"{text}</svg>")


def test_an_arc_of_hardly_any_length_is_a_line() -> None:
    """Radii that dwarf what lies between the ends divide by nothing."""
    data = f'{ROOT}<path fill="#e60012" d="M1 1A9e90 9e90 0 0 0 1e-99 1L9 9z"/></svg>'.encode()
    (shape,) = read_svg(data, width=40, height=40).shapes
    (contour,) = shape.contours
    assert all(len(segment) == 1 for segment in contour.segments)


def with_path(attributes: str) -> str:
    """The good SVG with more attributes on its path."""
    return GOOD.replace("<path ", f"<path {attributes} ")


BAD = {
    "no-xml": "PNG",
    "empty": "",
    "cut-off": GOOD[:-4],
    "two-roots": GOOD * 2,
    "other-root": PATH.replace("<path", '<path xmlns="http://www.w3.org/2000/svg"'),
    "no-namespace": GOOD.replace(' xmlns="http://www.w3.org/2000/svg"', ""),
    "document-type": "<!DOCTYPE svg>" + GOOD,
    "entities": '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    + inside("<title>&b;</title>"),
    "external-entity": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + inside("&x;"),
    "stylesheet": '<?xml-stylesheet href="https://example.cn/a.css"?>' + GOOD,
    "script": inside("<script>alert(1)</script>"),
    "style-element": inside("<style>path{fill:red}</style>"),
    "image": inside('<image href="https://example.cn/a.png"/>'),
    "use": inside('<use href="#a"/>'),
    "text-element": inside("<text>示例</text>"),
    "circle": inside('<circle cx="20" cy="20" r="10" fill="#e60012"/>'),
    "svg-in-svg": inside(GOOD),
    "loose-text": inside("示例"),
    "path-in-path": inside("<path fill='#e60012' d='M0 0h1v1z'>" + PATH + "</path>"),
    "foreign-element": inside('<a:b xmlns:a="urn:example"/>'),
    "too-deep": inside("<g>" * 20 + PATH + "</g>" * 20),
    "transform": with_path('transform="scale(2)"'),
    "style": with_path('style="fill:red"'),
    "stroke": with_path('stroke="#e60012"'),
    "opacity": with_path('opacity="0.5"'),
    "on-click": with_path('onclick="alert(1)"'),
    "link": with_path('xmlns:x="http://www.w3.org/1999/xlink" x:href="https://example.cn/"'),
    "no-fill": GOOD.replace('fill="#e60012"', ""),
    "named-fill": GOOD.replace("#e60012", "red"),
    "pattern-fill": GOOD.replace("#e60012", "url(#a)"),
    "fill-none": GOOD.replace("#e60012", "none"),
    "fill-rule": with_path('fill-rule="other"'),
    "path-data": GOOD.replace("M5 5", "5 5"),
    "far-out": GOOD.replace("h30", "h3000"),
    "no-view-box": GOOD.replace(' viewBox="0 0 40 40"', ""),
    "empty-view-box": GOOD.replace("0 0 40 40", "0 0 0 40"),
    "view-box-words": GOOD.replace("0 0 40 40", "0 0 1e9 40"),
    "width-words": GOOD.replace("<svg ", '<svg width="calc(1px)" '),
    "other-sides": GOOD.replace("0 0 40 40", "0 0 50 40"),
    "too-large": GOOD + " " * MAX_SVG_BYTES,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_refuses_anything_but_filled_paths(text: str) -> None:
    """One defect each, and each is refused with what is wrong."""
    with pytest.raises(EvidenceError) as refusal:
        read_svg(text.encode(), width=40, height=40)
    assert refusal.value.reason is Reason.SEAL_PICTURE_REFUSED
    assert refusal.value.at


def test_says_which_element_and_what_to_do() -> None:
    """Who drew text or a circle is told to make it a path."""
    with pytest.raises(EvidenceError, match="convert text and shapes to paths") as refusal:
        read_svg(BAD["circle"].encode(), width=40, height=40)
    assert refusal.value.at == "circle"


def test_refuses_other_encodings() -> None:
    """What is not UTF-8 is not read as something else."""
    with pytest.raises(EvidenceError):
        read_svg(GOOD.encode("utf-16"), width=40, height=40)
