"""What stamping writes again of a document says what was handed in, to the byte."""

import re

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from eseal.errors import RefusedError
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.objects import write_stream
from eseal.pdf.reader import OpenPdf
from eseal.pdf.source import Source, differing
from eseal.pdf.spliced import spliced
from eseal.pdf.syntax import read_value
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Check, Outcome
from tests.eseal.pdf.test_later import contract, told
from tests.vectors.after_sealing import Entries, Writer
from tests.vectors.sealed_pdf import SealedForge, mark, sign_with
from tests.world import NOW

ODD = (
    rb"/A[/Indexed/DeviceGray 0<FEFF0041>]/#E9 4 0 R/B(a\053\(b\)"
    b"\r\n)/C[595.0 .5 0.0000001 +1]"
    b"/D true/E null/F<<>>%comment\n/G<</#C3#A9(\xfe)>>"
)
"""What pyHanko reads, and would write otherwise."""


def kept(pdf: bytes, stamped: bytes, number: int) -> set[bytes]:
    """See that an object keeps what it said; gives the keys of what it says otherwise."""
    reference = generic.Reference(number, 0)
    before, after = (OpenPdf(each).pyhanko.source(reference) for each in (pdf, stamped))
    return differing(before, after)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_page_is_signed_as_it_was_handed_in(rsa_sealed: SealedForge, count: int) -> None:
    """The page gets an annotation, and the rest stays, byte by byte; so does the catalog."""
    pdf = contract(ODD, b"/Parent 2 0 R" + ODD)
    marks = [mark()] * count
    stamped = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW, marks=marks)
    assert kept(pdf, stamped, 3) == {b"Annots"}
    assert kept(pdf, stamped, 1) == {b"AcroForm"}
    assert stamped.count(ODD) == 4
    again = sign_foreign_pdf(stamped, rsa_sealed.cms, at=NOW, marks=marks, field_name="Second")
    assert kept(stamped, again, 3) == {b"Annots"}
    if count < 2:  # twice on a page is no way to put a seal
        assert told(rsa_sealed, again) == ""


ALL_APART = (
    b"<</SigFlags 1/NeedAppearances false/DA(/F 1.0 Tf)/Fields 8 0 R/X(\xe9)>>",
    b"<</FT/Sig/T<FEFF0041>/Type/Annot/Subtype/Widget/Rect[0.0 0 0 0]/P 3 0 R/TU(\xe9)>>",
    b"[6 0 R]",
    b"[6 0 R]",
)


def test_a_form_a_field_and_lists_stay(rsa_sealed: SealedForge) -> None:
    """Objects of their own: a form, its fields, annotations; pyHanko drops a flag."""
    pdf = contract(b"/AcroForm 5 0 R", b"/Parent 2 0 R/Annots 7 0 R", *ALL_APART)
    one = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW, field_name="A")
    assert kept(pdf, one, 5) == {b"SigFlags"}
    assert kept(pdf, one, 6) == {b"V"}
    two = sign_foreign_pdf(one, rsa_sealed.cms, at=NOW, marks=[mark()], field_name="B")
    assert kept(one, two, 5) == set()
    assert told(rsa_sealed, two) == ""


def test_what_a_file_says_of_itself_stays(rsa_sealed: SealedForge) -> None:
    """Who made it, when it was changed, of which version it is: others may use that for pages."""
    pdf = contract(
        b"/Version/1.4/Metadata 6 0 R",
        b"/Parent 2 0 R/Resources<</XObject 5 0 R>>",
        b"<</Producer 7 0 R>>",
        write_stream(b"/Type/Metadata/Subtype/XML", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"),
        STALE,
    )
    pdf = pdf.replace(b"/Root 1 0 R", b"/Root 1 0 R/Info 5 0 R")
    stamped = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW)
    assert kept(pdf, stamped, 1) == {b"AcroForm"}
    written = {int(each) for each in re.findall(rb"(\d+) 0 obj", stamped[len(pdf) :])}
    assert not written & {5, 6, 7}


DRAWN = b"/Parent 2 0 R/Annots 7 0 R/Resources<</ColorSpace<</A %d 0 R>>>>"
OTHERWISE = {
    "catalog as forms": (b"", b"/Parent 2 0 R/Resources<</XObject 1 0 R>>"),
    "catalog as fonts": (b"", b"/Parent 2 0 R/Resources<</Font 1 0 R>>"),
    "form as states": (b"/AcroForm 5 0 R", b"/Parent 2 0 R/Resources<</ExtGState 5 0 R>>"),
    "page as colours": (b"", b"/Parent 2 0 R/Annots[/DeviceCMYK]/Resources<</ColorSpace 3 0 R>>"),
    "annotations as a colour": (b"", DRAWN % 7),
    "fields as a colour": (b"/AcroForm 5 0 R", DRAWN % 8),
}


@pytest.mark.parametrize("use", OTHERWISE)
def test_what_would_be_drawn_otherwise_is_not_sealed(rsa_sealed: SealedForge, use: str) -> None:
    """SIGNING_FORBIDDEN: what a seal writes again is used for a page's looks; none is signed."""
    announced: list[bytes] = []
    pdf = contract(*OTHERWISE[use], *ALL_APART)
    with pytest.raises(RefusedError) as caught:
        sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW, marks=[mark()], announce=announced.append)
    assert caught.value.reason is Reason.SIGNING_FORBIDDEN
    assert announced == []


def test_a_list_that_does_not_grow() -> None:
    """A shorter one is written anew; one with other things in it keeps the rest."""
    data = b"[1.0 (\xe9) [2.0 3]]"
    before = Source(data, read_value(data, 0))

    def listed(*numbers: float) -> generic.ArrayObject:
        return generic.ArrayObject([generic.FloatObject(each) for each in numbers])  # type: ignore[no-untyped-call]

    same = generic.pdf_string(b"\xe9")
    assert spliced(before, listed(1)) == b"[ 1 ]"
    now = generic.ArrayObject([*listed(4), same, listed(2, 5), *listed(6)])
    assert spliced(before, now) == b"[4 (\xe9) [2.0 5] 6]"


FORM = b"/AcroForm<</Fields[5 0 R]/NeedAppearances %b>>"
TEXT = b"<</FT/Tx/T(sum)/V(pay 100)/Type/Annot/Subtype/Widget/Rect[9 9 99 29]/AP<</N 6 0 R>>>>"
STALE = write_stream(b"/Type/XObject/Subtype/Form/BBox[0 0 90 20]", b"0 0 9 9 re f")


@pytest.mark.parametrize(
    ("said", "is_drawn"),
    [(b"true", True), (b"1", True), (b"/false", True), (b"false", False), (b"null", False)],
)
def test_a_form_that_readers_draw(rsa_sealed: SealedForge, said: bytes, *, is_drawn: bool) -> None:
    """Which of the appearance and the value is shown is up to them: it is not stamped."""
    pdf = contract(FORM % said, b"/Parent 2 0 R/Annots[5 0 R]", TEXT, STALE)
    if not is_drawn:
        stamped = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW)
        assert kept(pdf, stamped, 1) == {b"AcroForm"}
        assert b"/NeedAppearances " + said in stamped[len(pdf) :]
        assert told(rsa_sealed, sign_foreign_pdf(stamped, rsa_sealed.cms, at=NOW)) == ""
        return
    with pytest.raises(RefusedError) as caught:
        sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW)
    assert caught.value.reason is Reason.FORM_DRAWN_BY_READERS


def test_a_signed_form_that_readers_draw(rsa_sealed: SealedForge) -> None:
    """Signed by a product that keeps what asks for it, it is undetermined."""

    def keep(writer: Writer, _field: Entries) -> None:
        writer.root["/AcroForm"][pdf_name("/NeedAppearances")] = pdf_name("/true")
        writer.update_root()  # type: ignore[no-untyped-call]

    pdf = contract(FORM % b"true", b"/Parent 2 0 R/Annots[5 0 R]", TEXT, STALE)
    signed = sign_with(pdf, rsa_sealed.cms, keep)
    findings = {each.check: each for each in verify_pdf(signed, judge=rsa_sealed.judge).findings}
    assert findings[Check.INTEGRITY].reason is Reason.FORM_DRAWN_BY_READERS
    assert findings[Check.INTEGRITY].outcome is Outcome.UNDETERMINED
    assert findings[Check.SIGNATURE].outcome is Outcome.PASSED
    with pytest.raises(RefusedError):
        sign_foreign_pdf(signed, rsa_sealed.insider, at=NOW)
