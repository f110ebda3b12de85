"""What a document leaves to its readers to draw, or to run, is not stamped and not decided."""

import pytest
from pyhanko.pdf_utils import generic, misc

from eseal.errors import RefusedError
from eseal.pdf import guarded
from eseal.pdf.acting import what_acts
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.objects import write_stream
from eseal.pdf.reader import OpenPdf
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Check, Outcome, judge
from tests.eseal.pdf.test_kept import packed
from tests.eseal.pdf.test_later import contract, nothing, signed_twice
from tests.vectors.after_sealing import Entries, Writer, entries
from tests.vectors.sealed_pdf import SealedForge, sign_with
from tests.world import NOW

SEEN = b"/Type/Annot/Subtype/Widget/Rect[20 40 380 110]"
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
FORM = b"/AcroForm<</Fields[5 0 R]%b>>"
PAGE = b"/Parent 2 0 R/Annots[5 0 R]"


def with_field(says: bytes, *more: bytes, form: bytes = b"") -> bytes:
    """A document with one field, 5; what that and its form say."""
    return contract(FORM % form, PAGE, b"<<" + says + b">>", *more)


ACTING = {
    "XFA": (contract(b"/AcroForm<</Fields[]/XFA 5 0 R>>", b"/Parent 2 0 R", b"[]"), "XFA"),
    "no pages": (contract(b"/NeedsRendering true"), "/NeedsRendering"),
    "when it is opened": (contract(b"/OpenAction " + SCRIPT), "object 1"),
    "by name": (contract(b"/Names<</JavaScript<</Names[]>>>>"), "object 1"),
    "by a page's action": (contract(b"", b"/Parent 2 0 R/AA<</O 5 0 R>>", SCRIPT), "object 5"),
    "of a film": (contract(b"/X[<</S/Rendition/JS 5 0 R>>]", PAGE, write_stream(b"", b"")), "1"),
    "in other letters": (contract(b"/X<</S/J#61vaScript/J#53(1)>>"), "object 1"),
    "of no name": (contract(b"/X<</S/#4aavaScript>>"), "object 1"),
    "text": (with_field(SEEN + b"/FT/Tx/T(A)"), "without appearance"),
    "a button": (with_field(SEEN + b"/FT/Btn/T(A)/AP<</D 4 0 R>>"), "without appearance"),
    "of no kind": (with_field(SEEN + b"/FT(/Sig)/T(A)"), "without appearance"),
    "below a field": (
        with_field(b"/FT/Tx/T(A)/Kids[6 0 R]", b"<<" + SEEN + b"/Parent 5 0 R>>"),
        "without appearance",
    ),
    "a rectangle of three corners": (
        with_field(SEEN.replace(b" 110]", b"]") + b"/FT/Tx/T(A)"),
        "without appearance",
    ),
    "hiding": (contract(b"/OpenAction<</S/Hide/T(A)>>"), "object 1"),
    "resetting": (
        contract(b"/AA<</WC 5 0 R>>", b"/Parent 2 0 R", b"<</S 6 0 R>>", b"/Reset#46orm"),
        "object 5",
    ),
    "on no form": (contract(b"", PAGE, b"<<" + SEEN + b"/FT/Tx/T(A)/V(9)>>"), "without appearance"),
    "no fields": (
        contract(b"/AcroForm<<>>", PAGE, b"<<" + SEEN + b"/FT/Tx/T(A)/V(9)>>"),
        "without appearance",
    ),
    "an appearance that is none": (
        with_field(SEEN + b"/FT/Tx/T(A)/AP<</N 6 0 R>>", b"null"),
        "without appearance",
    ),
    "no states": (with_field(SEEN + b"/FT/Btn/T(A)/AS/Off/AP<</N<<>>>>"), "without appearance"),
    "no state": (with_field(SEEN + b"/FT/Btn/T(A)/AP<</N<</x 4 0 R>>>>"), "without appearance"),
    "hidden by half": (with_field(SEEN + b"/FT/Tx/T(A)/F 2.0"), "without appearance"),
    "of two kinds": (
        contract(
            FORM % b"",
            b"/Parent 2 0 R/Annots[6 0 R]",
            b"<</FT/Sig/T(S)/Kids[6 0 R]>>",
            b"<<" + SEEN + b"/Parent 7 0 R>>",
            b"<</FT/Tx/T(A)/V(9)>>",
        ),
        "without appearance",
    ),
    "an empty signature that shows": (
        with_field(SEEN + b"/FT/Sig/T(A)/AP<</N 4 0 R>>"),
        "empty signature field",
    ),
}
"""Documents, and what is said of them."""

STILL = {
    "nothing is drawn": contract(b"/NeedsRendering false/AcroForm<</Fields[]/XFA null>>"),
    "an appearance": with_field(SEEN + b"/FT/Tx/T(A)/AP<</N 4 0 R>>"),
    "hidden": with_field(SEEN + b"/FT/Tx/T(A)/F 2"),
    "no surface": with_field(SEEN.replace(b"380", b"20") + b"/FT/Tx/T(A)"),
    "nowhere": with_field(b"/FT/Tx/T(A)"),
    "a signature": with_field(SEEN + b"/FT/Sig/T(A)"),
    "a signature that shows nothing": with_field(
        SEEN + b"/FT/Sig/T(A)/AP<</N 6 0 R>>",
        write_stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b""),
    ),
    "a choice": with_field(SEEN + b"/FT/Btn/T(A)/AS/Off/AP<</N<</x 4 0 R>>>>"),
    "in the content": contract(b"", PAGE, write_stream(b"", b"/JS 9 Tf (/JavaScript ) Tj")),
    "that is not there": contract(page=b"/Parent 2 0 R/X/JS/AA<</O 5 0 R>>"),
    "out of reach": contract(b"", b"/Parent 2 0 R", SCRIPT),
    "a longer name": contract(b"/X<</JSong 1>>"),
}


@pytest.mark.parametrize("apart", [False, True], ids=["in its field", "an object"])
def test_the_names_of_fields_are_bounded(*, apart: bool) -> None:
    """Each full name has those above it: a long one above many would take gigabytes."""
    kids = [b"<</T(%d)/Parent 5 0 R>>" % number for number in range(900)]
    listed = b" ".join(b"%d 0 R" % number for number in range(6, 906))
    name = b"(%b)" % (b"A" * 2000)
    long = b"<</FT/Tx/T %b/Kids[%b]>>" % (b"906 0 R" if apart else name, listed)
    with pytest.raises(misc.PdfReadError, match="names of the fields are too long"):
        what_acts(OpenPdf(contract(FORM % b"", b"/Parent 2 0 R", long, *kids, name)))


@pytest.mark.parametrize("name", ACTING)
def test_what_acts_is_not_stamped(rsa_sealed: SealedForge, name: str) -> None:
    """It is said what there is; a document that others signed is undetermined."""
    pdf, wanted = ACTING[name]
    with pytest.raises(RefusedError) as caught:
        sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW)
    assert caught.value.reason is Reason.FORM_DRAWN_BY_READERS
    assert wanted in caught.value.told


@pytest.mark.parametrize("name", ["by a page's action", "XFA", "text"])
def test_what_acts_is_not_decided(rsa_sealed: SealedForge, name: str) -> None:
    """Its signatures hold; what was seen when they were made nobody knows."""
    pdf, wanted = ACTING[name]
    signed = sign_with(pdf, rsa_sealed.cms)
    findings = {each.check: each for each in verify_pdf(signed, judge=rsa_sealed.judge).findings}
    assert findings[Check.INTEGRITY].reason is Reason.FORM_DRAWN_BY_READERS
    assert findings[Check.INTEGRITY].outcome is Outcome.UNDETERMINED
    assert wanted in findings[Check.INTEGRITY].detail
    assert findings[Check.SIGNATURE].outcome is Outcome.PASSED


@pytest.mark.parametrize("name", STILL)
def test_what_does_not_act(name: str) -> None:
    """Fields with an appearance or out of sight; names that are none, and what nobody reaches."""
    assert what_acts(OpenPdf(STILL[name])) is None


def test_scripts_in_object_streams() -> None:
    """They are found where the bytes of the file do not show them."""
    pdf = packed(contract(b"", b"/Parent 2 0 R/AA<</O 5 0 R>>", SCRIPT))
    assert b"/JS" not in pdf
    assert "a script" in (what_acts(OpenPdf(pdf)) or "")
    assert what_acts(OpenPdf(packed(contract()))) is None


def test_a_signed_document_that_acts_and_was_changed(rsa_sealed: SealedForge) -> None:
    """What failed stays failed."""

    def change(_writer: Writer, field: Entries) -> None:
        field[generic.pdf_name("/AA")] = entries()

    pdf = sign_with(ACTING["when it is opened"][0], rsa_sealed.cms, name="First")
    verdict = judge(
        verify_pdf(sign_with(pdf, rsa_sealed.insider, change), judge=rsa_sealed.judge).findings
    )
    assert verdict.deciding is not None
    assert verdict.deciding.reason is Reason.CHANGED_AFTER_SIGNING


def test_what_cannot_be_looked_through(
    rsa_sealed: SealedForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose scripts are not found for its size or its faults is undetermined."""
    pdf = contract(b"", b"/Parent 2 0 R/X[5 0 R 6 0 R]", write_stream(b"", b"/JS "), b"<</A/B>>")
    assert signed_twice(rsa_sealed, pdf, nothing) == ""
    signed = sign_with(pdf.replace(b"<</A/B>>", b"<</A/B  "), rsa_sealed.cms)
    findings = {each.check: each for each in verify_pdf(signed, judge=rsa_sealed.judge).findings}
    assert findings[Check.INTEGRITY].reason is Reason.FORM_DRAWN_BY_READERS
    monkeypatch.setattr(guarded, "MAX_PARSED_BYTES", 200)
    with pytest.raises(RefusedError) as caught:
        what_acts(OpenPdf(pdf))
    assert caught.value.reason is Reason.INPUT_TOO_LARGE
