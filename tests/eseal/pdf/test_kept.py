"""What a signed revision says stays, kind by kind and byte by byte, as no library sees it.

The first signer signs what the second one wrote; what the second one writes when signing is nearly
the same, and is so to pyHanko.
"""

from io import BytesIO
from typing import Any, cast

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.reader import OpenPdf
from tests.eseal.pdf.test_later import contract, nothing, told
from tests.vectors.after_sealing import Entries, Writer, entries
from tests.vectors.sealed_pdf import Change, SealedForge, mark, sign_with
from tests.world import NOW

pytestmark = pytest.mark.unmeasured

FORM = b"/AcroForm<</Fields[]/SigFlags 1%b>>"


class Spelled(generic.DictionaryObject):
    """A dictionary that is written by these bytes."""

    def __init__(self, entries: Entries, written: bytes) -> None:
        super().__init__(entries)  # type: ignore[no-untyped-call]
        self.container_ref = entries.container_ref
        self.written = written

    def write_to_stream(self, stream: Any, *_: Any, **__: Any) -> None:
        """Write them."""
        stream.write(self.written)


def respelled(first: tuple[bytes, bytes], *then: tuple[bytes, bytes]) -> Change:
    """Write the one object that says the one with the other instead, and so on."""

    def change(writer: Writer, _field: Entries) -> None:
        writer.update_root()  # type: ignore[no-untyped-call]
        changed = 0
        for place, found in cast("dict[Any, Any]", writer.objects).items():
            # a signature learns where it is when it is written
            written = b"" if "/ByteRange" in found else _written(found)
            if first[0] in written:
                changed += 1
                for old, new in (first, *then):
                    assert old in written
                    written = written.replace(old, new)
                writer.objects[place] = Spelled(found, written)
        assert changed == 1

    return change


def _written(found: Entries) -> bytes:
    output = BytesIO()
    found.write_to_stream(output)
    return output.getvalue()


def signed_and_respelled(forge: SealedForge, pdf: bytes, first: Change, second: Change) -> str:
    """Have it signed by two; what is said, nothing if it is good."""
    one = sign_with(pdf, forge.cms, first, name="First")
    return told(forge, sign_with(one, forge.insider, second))


ALIKE = {
    "a name and a string": (b"(one)", b"/one"),
    "a whole number and a real one": (b"1", b"1.0"),
    "true and a number": (b"true", b"1"),
    "a text and its other encoding": (b"<FEFF0041>", b"(A)"),
    "names of one text": (b"/#E9", b"/#C3#A9"),
    "a carriage return and its escape": (b"(a\rb)", rb"(a\rb)"),
    "numbers in an array": (b"[1 0]", b"[1.0 0]"),
    "a name within": (b"<</A[/one]>>", b"<</A[(one)]>>"),
    "a key of one text": (b"<</#E9 1>>", b"<</#C3#A9 1>>"),
    "null and nothing": (b"<</A null>>", b"<<>>"),
}
"""Values that pyHanko holds for equal, or nearly so."""


@pytest.mark.parametrize("name", ALIKE)
def test_a_page_says_the_same_bytes(rsa_sealed: SealedForge, name: str) -> None:
    """What is nearly the same to a library is something else to a reader, either way."""
    for old, new in (ALIKE[name], ALIKE[name][::-1]):
        pdf = contract(page=b"/Parent 2 0 R/X(here)")
        first = respelled((b"/X (here)", b"/X " + old))
        good = signed_and_respelled(rsa_sealed, pdf, first, respelled_page(old, old))
        assert good == ""
        found = signed_and_respelled(rsa_sealed, pdf, first, respelled_page(old, new))
        assert "a page is not what it was: /X" in found


def respelled_page(old: bytes, new: bytes) -> Change:
    """Write the page, of which pyHanko knows /X as it reads it, with /X so."""

    def change(writer: Writer, _field: Entries) -> None:
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        assert "/X" in page, old
        page[pdf_name("/X")] = generic.TextStringObject("here")
        respelled((b"/X (here)", b"/X " + new))(writer, _field)

    return change


def test_an_honest_rewriting_of_a_page(rsa_sealed: SealedForge) -> None:
    """Spellings that all readers take alike: strings in hexadecimal, boxes without a point."""
    pdf = contract(page=b"/Parent 2 0 R/X(here)")
    boxed = b"[ 0 0 400 200 ]"
    for first, second in (
        (respelled((b"(here)", b"<68657265>")), nothing),
        (respelled((b"(here)", b"(h\\145re)")), nothing),
        (respelled((boxed, b"[0. 0 +400.00 200]")), nothing),
    ):
        assert signed_and_respelled(rsa_sealed, pdf, first, second) == ""


def test_an_annotation_that_is_no_object_of_its_own(rsa_sealed: SealedForge) -> None:
    """Nor does such a one say something else."""
    pdf = contract(page=b"/Parent 2 0 R/Annots[<</Subtype/Link/Rect[0 0 9 9]/X(one)>>]")
    change = respelled((b"/X (one)", b"/X /one"))
    assert signed_and_respelled(rsa_sealed, pdf, nothing, nothing) == ""
    assert "annotations" in signed_and_respelled(rsa_sealed, pdf, nothing, change)


def test_a_layer_that_is_off(rsa_sealed: SealedForge) -> None:
    """What the catalog says of optional content is compared in the same way."""
    pdf = contract(b"/OCProperties<</OCGs[]/D<</BaseState/OFF>>>>")
    change = respelled((b"/BaseState /OFF", b"/BaseState (/OFF)"))
    assert signed_and_respelled(rsa_sealed, pdf, nothing, nothing) == ""
    found = signed_and_respelled(rsa_sealed, pdf, nothing, change)
    assert "the catalog is not what it was: /OCProperties" in found


FORMS = {
    "default appearance": (b"/DA (/F 1 Tf)", b"/DA (/F 1 Tf 1 g)", "/DA"),
    "no default appearance": (b"/DA (/F 1 Tf)", b"", "/DA"),
    "adjustment": (b"/Q 1", b"/Q 2", "/Q"),
    "resources": (b"/DR (x)", b"/DR /x", "/DR"),
    "drawn by readers": (b"/NeedAppearances false", b"/NeedAppearances true", "/NeedAppearances"),
    "no Boolean": (b"/NeedAppearances false", b"/NeedAppearances 0", "/NeedAppearances"),
    "flags": (b"/SigFlags 3", b"/SigFlags 1", "flags"),
    "flags that are none": (b"/SigFlags 3", b"/SigFlags 3.0", "flags"),
    "order of fields": (b"[ 5 0 R 6 0 R", b"[ 6 0 R 5 0 R", "fields"),
    "another field": (b"[ 5 0 R 6 0 R", b"[ 5 0 R 7 0 R", "fields"),
    "more flags": (b"/SigFlags 3", b"/SigFlags 7", ""),
    "as if nothing was said": (b"/NeedAppearances false", b"", ""),
}


@pytest.mark.parametrize("name", FORMS)
def test_of_a_form_only_fields_and_flags_become_more(rsa_sealed: SealedForge, name: str) -> None:
    """By what its fields are drawn, that stays: they may have no appearance of their own."""
    old, new, wanted = FORMS[name]
    said = b"/DA (/F 1 Tf)\n/Q 1\n/DR (x)\n/NeedAppearances false\n/SigFlags 3\n"
    fields = b"<</FT/Tx/T(A)>>", b"<</FT/Tx/T(B)>>", b"<</FT/Tx/T(B)>>"
    pdf = contract(b"/AcroForm<</Fields[5 0 R 6 0 R]>>", b"/Parent 2 0 R", *fields)
    first = respelled((b"/SigFlags 3\n", said))
    assert signed_and_respelled(rsa_sealed, pdf, first, form_again(said)) == ""
    found = signed_and_respelled(rsa_sealed, pdf, first, form_again(said, (old, new)))
    assert wanted in found
    assert bool(found) == bool(wanted)


def form_again(said: bytes, *then: tuple[bytes, bytes]) -> Change:
    """Write the form with what it said, some of which pyHanko leaves out, and then otherwise."""

    def again(writer: Writer, field: Entries) -> None:
        for key in ("/DA", "/Q", "/DR"):
            writer.root["/AcroForm"].pop(key, None)
        respelled((b"/SigFlags 3\n", said), *then)(writer, field)

    return again


EMPTY = b"/FT/Sig/T(Another)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R"

USES = {
    "an action": (b"/OpenAction<</S/JavaScript/JS(1)/Next[6 0 R]>>", b"", "[6]"),
    "a page": (b"", b"/X<</Kids[6 0 R]>>", "[6]"),
    "its name": (b"", b"/X<</A/Fields>>", ""),
    "in another list of fields": (b"/X<</Fields[6 0 R]>>", b"", "[6]"),
    "in another list of annotations": (b"", b"/Y[<</Annots[6 0 R]>>]", "[6]"),
    "in the catalog's annotations": (b"/Annots[6 0 R]", b"", "[6]"),
    "in the structure": (b"/StructTreeRoot<</K[<</K[<</Type/OBJR/Obj 6 0 R>>]>>]>>", b"", ""),
    "in no structure": (b"/StructTreeRoot<</K[<</K[<</Obj 6 0 R>>]>>]>>", b"", "[6]"),
    "as a parent": (b"/X<</Parent 6 0 R>>", b"", "[6]"),
    "as an annotation's parent": (b"", b"/Y<</Subtype/Popup/Parent 6 0 R>>", "[6]"),
}


@pytest.mark.parametrize("name", USES)
def test_a_field_is_named_where_fields_are(rsa_sealed: SealedForge, name: str) -> None:
    """An empty field that is an action, too, is not filled: not every list is one of fields."""
    catalog, page, wanted = USES[name]
    form = b"/AcroForm 5 0 R" + catalog
    listed = b"/Parent 2 0 R/Annots[6 0 R]" + page
    pdf = contract(form, listed, b"<</Fields[6 0 R]>>", b"<<" + EMPTY + b">>")
    found = signed_and_respelled(rsa_sealed, pdf, nothing, nothing)
    assert wanted in found
    assert bool(found) == bool(wanted)


def test_a_list_of_fields_that_is_an_object(rsa_sealed: SealedForge) -> None:
    """It is one of fields wherever it is named, or it is none."""
    field, lists = b"<<" + EMPTY + b">>", b"[6 0 R]"
    for more, wanted in ((b"", ""), (b"/X 7 0 R", "[6]")):
        page = b"/Parent 2 0 R/Annots 7 0 R" + more
        pdf = contract(b"/AcroForm 5 0 R", page, b"<</Fields[6 0 R]>>", field, lists)
        found = signed_and_respelled(rsa_sealed, pdf, nothing, nothing)
        assert wanted in found
        assert bool(found) == bool(wanted)


def test_a_field_below_another(rsa_sealed: SealedForge) -> None:
    """An empty field among the /Kids of a field is filled; it says nothing else meanwhile."""
    field = b"<<" + EMPTY.replace(b"/T(Another)", b"/T(B)/Parent 7 0 R") + b">>"
    page = b"/Parent 2 0 R/Annots[6 0 R]"
    pdf = contract(b"/AcroForm 5 0 R", page, b"<</Fields[7 0 R]>>", field, b"<</T(A)/Kids[6 0 R]>>")
    one = sign_with(pdf, rsa_sealed.cms, name="First")
    assert told(rsa_sealed, sign_with(one, rsa_sealed.insider, name="A.B")) == ""


@pytest.mark.parametrize("more", [b"/S/SubmitForm", b"/AA<<>>", b"/Contents 4 0 R", b"/OC 4 0 R"])
def test_an_empty_field_is_nothing_but_one(rsa_sealed: SealedForge, more: bytes) -> None:
    """One that says what signature fields do not is not filled behind a signature."""
    field = b"<<" + EMPTY + more + b">>"
    page = b"/Parent 2 0 R/Annots[6 0 R]"
    pdf = contract(b"/AcroForm 5 0 R", page, b"<</Fields[6 0 R]>>", field)
    found = signed_and_respelled(rsa_sealed, pdf, nothing, nothing)
    assert "a field is not what it was, or not alone" in found


def test_a_field_that_is_filled_says_what_it_said(rsa_sealed: SealedForge) -> None:
    """It gets a signature and what that shows; its name, for one, stays."""
    field = b"<<" + EMPTY + b"/TU(one)/Ff 0>>"
    pdf = contract(b"/AcroForm 5 0 R", b"/Parent 2 0 R/Annots[6 0 R]", b"<</Fields[6 0 R]>>", field)
    for old, new, wanted in (
        (b"/TU (one)", b"/TU /one", "/TU"),
        (b"/Type /Annot", b"/Type /Action", "/Type"),
        (b"/Ff 0", b"/Ff 1", ""),
    ):
        found = signed_and_respelled(rsa_sealed, pdf, nothing, respelled((old, new)))
        assert wanted in found
        assert bool(found) == bool(wanted)


@pytest.mark.parametrize("kind", [pdf_name("/Tx"), generic.TextStringObject("/Sig")])
def test_what_comes_is_of_a_signature(rsa_sealed: SealedForge, kind: generic.PdfObject) -> None:
    """A new field has no widget of another kind, into which a reader lets people write."""

    def change(writer: Writer, field: Entries) -> None:
        widget = entries(FT=kind, Type=field["/Type"], Subtype=field["/Subtype"])
        widget.update({pdf_name(key): field.pop(key) for key in ("/Rect", "/F")})
        field[pdf_name("/Kids")] = generic.ArrayObject([writer.add_object(widget)])

    assert "/FT" in signed_and_respelled(rsa_sealed, contract(), nothing, change)


def test_a_file_keeps_its_identifier(rsa_sealed: SealedForge) -> None:
    """The first part of it; the second one is that of the revision."""

    def change(writer: Writer, _field: Entries) -> None:
        other = generic.ByteStringObject(b"other")
        writer._document_id = generic.ArrayObject([other, other])

    assert "identifier" in signed_and_respelled(rsa_sealed, contract(), nothing, change)


def packed(pdf: bytes) -> bytes:
    """Write a document with its objects in an object stream, but for streams and the catalog."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(pdf)), {"stream_xrefs": True})
    stream = writer.prepare_object_stream()  # type: ignore[no-untyped-call]
    for (generation, number), found in list(writer.objects.items()):
        if not isinstance(found, generic.StreamObject) and number != writer.root_ref.idnum:
            stream.add_object(number, found)
            del writer.objects[generation, number]
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def test_in_object_streams(rsa_sealed: SealedForge) -> None:
    """A page that the first signer left where it was, in an object stream, is compared alike."""
    field = b"<</FT/Sig/T(First)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R>>"
    page = b"/Parent 2 0 R/Annots[6 0 R]/X(one)"
    plain = contract(b"/AcroForm 5 0 R", page, b"<</SigFlags 3/Fields[6 0 R]>>", field)
    pdf = packed(plain)
    assert b"/Page\n" not in pdf
    assert signed_and_respelled(rsa_sealed, pdf, nothing, nothing) == ""
    change = respelled((b"/X (one)", b"/X /one"))
    found = signed_and_respelled(rsa_sealed, pdf, nothing, change)
    assert "a page is not what it was: /X" in found
    stamped = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW, field_name="First")
    again = sign_foreign_pdf(stamped, rsa_sealed.cms, at=NOW, marks=[mark()])
    assert told(rsa_sealed, again) == ""
    opened = OpenPdf(pdf).pyhanko
    page = opened.root["/Pages"]["/Kids"].raw_get(0).reference
    assert opened.source(page).entries()[b"Type"].is_name(b"Page")
    with pytest.raises(PdfError, match="no object 60"):
        opened.source(generic.Reference(60, 0))
