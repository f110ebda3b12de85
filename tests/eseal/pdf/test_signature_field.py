"""What changes around a signature: still PDF/A-3b by the clauses that it touches.

veraPDF is not to be had where this is developed: the clauses of ISO 19005-3 are asserted here one
by one, by their text as read second-hand.
"""

import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from eseal.errors import RefusedError
from eseal.pdf.writer import sign_rendered_pdf
from eseal.reasons import Reason
from tests.eseal.pdf.written import SEAL, one_object, written
from tests.vectors.pdf import IDENTIFIER, PdfForge
from tests.world import NOW

XMP = "{http://ns.adobe.com/xap/1.0/}"


def test_widget(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.3.2, 6.3.3: printed, not hidden; with a size it has an appearance, without one none."""
    widget = one_object(rsa_forge, signed, b"/Subtype/Widget")
    flags = re.search(rb"/F (\d+)", widget)
    rectangle = re.search(rb"/Rect\[(.*?)\]", widget)
    assert flags is not None
    assert rectangle is not None
    invisible, hidden, printed, no_view, toggle = 1, 2, 4, 32, 256
    assert int(flags[1]) & printed
    assert not int(flags[1]) & (invisible | hidden | no_view | toggle)
    left, bottom, right, top = map(float, rectangle[1].split())
    has_size = (left, bottom) != (right, top)
    assert has_size is (b"/AP<</N " in widget)
    assert b"/A<<" not in widget
    assert b"/AA" not in widget


def test_form(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.4.1: no XFA, no appearances asked for; the form says that signatures are in it."""
    catalog = one_object(rsa_forge, signed, b"/Type/Catalog")
    assert b"/SigFlags 3" in catalog
    assert b"NeedAppearances" not in catalog
    assert b"XFA" not in catalog
    for key in (b"/OutputIntents", b"/MarkInfo", b"/StructTreeRoot", b"/AF[", b"/Metadata"):
        assert key in catalog


def test_page_keeps_its_annotations(rsa_forge: PdfForge) -> None:
    """The link that the page had is still there, before the widget; other entries as they were."""
    page = one_object(rsa_forge, rsa_forge.good, b"/Type/Page/")
    old = re.search(rb"\n\d+ 0 obj\n(<</Type/Page/[^\n]*/Annots\[\d+ 0 R)\]>>", rsa_forge.rendered)
    assert old is not None
    assert page.startswith(old[1] + b" ")


def test_metadata(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.6: uncompressed, still PDF/A-3b, still what Info says, and now with the identifier."""
    metadata = one_object(rsa_forge, signed, b"/Type/Metadata")
    head, rest = metadata.split(b"\nstream\n", 1)
    xmp = rest.removesuffix(b"\nendstream")
    assert b"/Filter" not in head
    assert f"/Length {len(xmp)}>>".encode() in head
    tree = ElementTree.fromstring(xmp[: xmp.rindex(b"<?xpacket")])  # noqa: S314 - made a moment ago
    texts = {element.tag: element.text for element in tree.iter()}
    assert texts["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert texts["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "B"
    assert texts["{http://purl.org/dc/elements/1.1/}identifier"] == IDENTIFIER
    info = re.search(rb"<</Title\((.*?)\)/Creator\((.*?)\)/ModDate\(D:(\d+)Z\)", signed)
    assert info is not None
    assert texts[f"{XMP}CreatorTool"] == info[2].decode()
    modified = datetime.strptime(info[3].decode(), "%Y%m%d%H%M%S%f")  # noqa: DTZ007 - compared as text
    assert str(texts[f"{XMP}ModifyDate"]).startswith(modified.strftime("%Y-%m-%dT"))


def test_mark_is_drawn(rsa_forge: PdfForge) -> None:
    """A visible signature has a form of its size, on the page that was asked for."""
    data = written(rsa_forge, SEAL)
    form = one_object(rsa_forge, data, b"/Subtype/Form")
    assert b"/BBox[0 0 56.6929 56.6929]" in form
    assert SEAL.form.stream.packed in form
    widget = one_object(rsa_forge, data, b"/Subtype/Widget")
    assert b"/Rect[31.6535 138.4252 88.3465 195.1181]" in widget
    reader = PdfFileReader(BytesIO(data))
    second = reader.root["/Pages"]["/Kids"][1]
    assert len(second["/Annots"]) == 1


def test_refuses_a_page_that_is_not_there(rsa_forge: PdfForge) -> None:
    """A mark on a third page of two is refused."""
    nowhere = replace(SEAL, page=2)
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW, appearance=nowhere)
    assert caught.value.reason is Reason.PDF_NOT_OURS


@pytest.mark.parametrize("place", [{"x": 20}, {"y": 20}, {"x": 320}, {"y": 200}], ids=str)
def test_refuses_a_mark_that_is_not_on_the_page(
    rsa_forge: PdfForge, place: dict[str, float]
) -> None:
    """A mark that would stand over an edge is refused before anything is signed."""
    over = replace(SEAL, **place)  # type: ignore[arg-type]  # names of its numbers
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW, appearance=over)
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


def test_refuses_compressed_metadata(rsa_forge: PdfForge) -> None:
    """Metadata with a filter are not what the renderer writes."""
    changed = rsa_forge.rendered.replace(b"/Type/Metadata", b"/Filter/A/T 1 ")
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(changed, rsa_forge.cms, at=NOW, identifier=IDENTIFIER)
    assert caught.value.reason is Reason.PDF_NOT_OURS
