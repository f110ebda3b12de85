"""What may come after a signature: one who signs second changes nothing of what was signed first.

The first signer signs what the second one wrote; each document is made so that it could be changed.
"""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.diff_analysis import SuspiciousModification

from eseal.pdf.later import review
from eseal.pdf.objects import write_stream
from eseal.pdf.reader import OpenPdf
from eseal.pdf.verify import verify_pdf
from eseal.report import Check, Indication, judge
from tests.pages import write_bodies, write_update
from tests.vectors.after_sealing import Entries, Writer, entries, fields_of, own, red
from tests.vectors.sealed_pdf import Change, SealedForge, sign_with

LACKING = 60
"""Number of an object that no document here has."""

PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def contract(
    catalog: bytes = b"", page: bytes = b"/Parent 2 0 R", *more: bytes, contents: bytes = b"4 0 R"
) -> bytes:
    """A document of one page; what catalog and page say more, and objects from 5 on."""
    said = b"<</Type/Page/MediaBox[0 0 400 200]/Contents %b %b>>" % (contents, page)
    root = b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog
    return write_bodies([root, PAGES, said, write_stream(b"", b"0 0 9 9 re f"), *more])


def signed_twice(forge: SealedForge, pdf: bytes, change: Change) -> str:
    """Have it signed, and by somebody else who changes it; what is said, nothing if it is good."""
    return told(forge, sign_with(sign_with(pdf, forge.cms, name="First"), forge.insider, change))


def told(forge: SealedForge, pdf: bytes) -> str:
    """What is said of what came later, nothing if the document is good."""
    verdict = judge(verify_pdf(pdf, judge=forge.judge).findings)
    if verdict.indication is Indication.TOTAL_PASSED:
        return ""
    found = verdict.deciding
    assert found is not None
    assert found.check is Check.INTEGRITY
    return found.detail


def point(writer: Writer, number: int) -> generic.IndirectObject:
    """A reference to an object of this number."""
    return generic.IndirectObject(number, 0, writer)  # type: ignore[no-untyped-call]


def nothing(_writer: Writer, _field: Entries) -> None:
    """Only sign."""


def bring_what_lacks(writer: Writer, field: Entries) -> None:
    """Bring the object, where pyHanko does not ask what it is: as what the signature locks."""
    writer.objects[(0, LACKING)] = entries(Type=pdf_name("/SigFieldLock"))
    writer._lastobj_id = max(writer._lastobj_id, LACKING)
    field[pdf_name("/Lock")] = point(writer, LACKING)


GAPS = {
    "content": contract(contents=b"[4 0 R 60 0 R]"),
    "parent": contract(page=b"/Parent 60 0 R"),
    "structure": contract(
        b"/StructTreeRoot 6 0 R",
        b"/Parent 2 0 R/Resources 5 0 R",
        b"<</XObject<</P 60 0 R>>>>",
        b"<</Type/StructTreeRoot/K[5 0 R]>>",
    ),
    "another generation": contract(contents=b"[4 0 R 60 7 R]"),
}
"""Where an object is named that is not there, by two keys that pyHanko passes over among others."""


@pytest.mark.parametrize("name", GAPS)
def test_what_was_lacking_stays_so(rsa_sealed: SealedForge, name: str) -> None:
    """A later revision does not bring what the signed one names; without that it is good."""
    assert "was named and not there" in signed_twice(rsa_sealed, GAPS[name], bring_what_lacks)
    if name == "structure":
        assert signed_twice(rsa_sealed, GAPS[name], nothing) == ""


def test_a_new_object_that_nobody_named(rsa_sealed: SealedForge) -> None:
    """The same object harms nobody where the signed revision does not name it."""
    assert signed_twice(rsa_sealed, contract(), bring_what_lacks) == ""


def catalog_says(**said: generic.PdfObject) -> Change:
    """Have the catalog say something else."""

    def change(writer: Writer, _field: Entries) -> None:
        writer.root.update(entries(**said))
        writer.update_root()  # type: ignore[no-untyped-call]

    return change


NUMBER = generic.NumberObject(0)  # type: ignore[no-untyped-call]

CATALOGS: dict[str, tuple[bytes, Change, str]] = {
    "DSS": (
        contract(b"/DSS 5 0 R", b"/Parent 2 0 R/X[5 0 R 6 0 R]", b"<<>>", b"<<>>"),
        lambda writer, field: catalog_says(DSS=point(writer, 6))(writer, field),
        "/DSS",
    ),
    "DSS that comes": (contract(), catalog_says(DSS=entries()), "DSS"),
    "marks": (
        contract(b"/MarkInfo<<>>"),
        catalog_says(MarkInfo=entries(Marked=NUMBER)),
        "MarkInfo",
    ),
    "version": (contract(), catalog_says(Version=pdf_name("/1.x")), "version"),
    "lower version": (contract(b"/Version/2.0"), catalog_says(Version=pdf_name("/1.7")), "version"),
    "extension": (
        contract(b"/Extensions<</X<</ExtensionLevel 1>>>>"),
        catalog_says(Extensions=entries(X=entries(ExtensionLevel=NUMBER))),
        "extension",
    ),
    "resources": (
        contract(b"/Extensions<<>>", b"/Parent 2 0 R/Resources<</ExtGState 1 0 R>>"),
        nothing,
        "something else",
    ),
    "form": (
        contract(
            b"/AcroForm 5 0 R", b"/Parent 2 0 R/Resources<</XObject 5 0 R>>", b"<</Fields[]>>"
        ),
        nothing,
        "something else",
    ),
}


@pytest.mark.parametrize("name", CATALOGS)
def test_a_catalog_stays_what_it_was(rsa_sealed: SealedForge, name: str) -> None:
    """It says nothing else than form, metadata and version, and is nothing else than a catalog."""
    pdf, change, wanted = CATALOGS[name]
    assert wanted in signed_twice(rsa_sealed, pdf, change)


@pytest.mark.parametrize("extensions", [b"<</X<</ExtensionLevel 0>>>>", b"5 0 R"])
def test_a_catalog_may_say_more_extensions(rsa_sealed: SealedForge, extensions: bytes) -> None:
    """What other writers say: a later version, extensions more, and the catalog as /Data."""

    def change(writer: Writer, _field: Entries) -> None:
        writer.root[pdf_name("/Version")] = pdf_name("/2.0")
        old, new = entries(ExtensionLevel=NUMBER), entries(BaseVersion=pdf_name("/2.0"))
        writer.root["/Extensions"].update(entries(X=generic.ArrayObject([old, new]), Y=new))
        writer.update_container(writer.root["/Extensions"])
        writer.update_root()  # type: ignore[no-untyped-call]

    page = b"/Parent 2 0 R/Z<</Data 1 0 R>>"
    pdf = contract(b"/Extensions " + extensions, page, b"<</X<</ExtensionLevel 0>>>>")
    assert signed_twice(rsa_sealed, pdf, change) == ""


def with_annotations(listed: bytes) -> bytes:
    """A document with two annotations, 5 and 6, and their list as it is told; it may be 7."""
    note = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]>>"
    page = b"/Parent 2 0 R/Annots " + listed
    return contract(b"", page, note, note, b"[5 0 R 6 0 R]")


def list_anew(*order: int) -> Change:
    """Put the annotations in this order, with that of the signature behind or where a 0 is."""

    def change(writer: Writer, field: Entries) -> None:
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        page["/Annots"][:] = [point(writer, n) if n else own(writer, field) for n in order]
        writer.update_container(page["/Annots"])

    return change


@pytest.mark.parametrize("listed", [b"[5 0 R 6 0 R]", b"7 0 R"], ids=["direct", "apart"])
def test_annotations_stay_in_their_order(rsa_sealed: SealedForge, listed: bytes) -> None:
    """What lies over what is part of a page: a signature's widget comes last, and once."""
    first = sign_with(with_annotations(listed), rsa_sealed.cms, name="First")
    (widget,) = {one.idnum for one in _listed(first)} - {5, 6}
    for order in ((6, 5, widget, 0), (0, 5, 6, widget), (5, 6, widget, 0, 0), (5, 6, widget, 0, 5)):
        pdf = sign_with(first, rsa_sealed.insider, list_anew(*order))
        assert "annotations" in told(rsa_sealed, pdf), order
    good = sign_with(first, rsa_sealed.insider, list_anew(5, 6, widget, 0))
    assert told(rsa_sealed, sign_with(good, rsa_sealed.insider, name="Third")) == ""


def _listed(pdf: bytes) -> generic.ArrayObject:
    found: generic.ArrayObject = OpenPdf(pdf).pyhanko.root["/Pages"]["/Kids"][0]["/Annots"]
    return found


def test_a_widget_does_not_become_something_else(rsa_sealed: SealedForge) -> None:
    """Nor where the signature between is taken away, so that only the page still names it."""

    def change(writer: Writer, field: Entries) -> None:
        widget = list(fields_of(writer))[-1]
        fields_of(writer).remove(widget)
        writer.update_container(fields_of(writer))
        writer.objects[0, widget.idnum] = entries(Subtype=pdf_name("/Stamp"))
        field[pdf_name("/AP")] = entries(N=widget)

    empty = b"<</FT/Sig/T(Third)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R>>"
    page = b"/Parent 2 0 R/Annots[6 0 R]"
    pdf = contract(b"/AcroForm 5 0 R", page, b"<</Fields[6 0 R]>>", empty)
    second = sign_with(sign_with(pdf, rsa_sealed.cms, name="First"), rsa_sealed.insider)
    third = sign_with(second, rsa_sealed.insider, change, name="Third")
    with pytest.raises(SuspiciousModification, match="annotations"):
        review(OpenPdf(third).history, 1)


def test_a_list_of_annotations_is_nothing_else(rsa_sealed: SealedForge) -> None:
    """A list that something else uses, too, may not grow."""
    note = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]>>"
    pdf = contract(b"", b"/Parent 2 0 R/Annots 6 0 R/X 6 0 R", note, b"[5 0 R]")
    assert "may not come or change: [6" in signed_twice(rsa_sealed, pdf, nothing)


def test_nothing_is_written_again(rsa_sealed: SealedForge) -> None:
    """Not even as it was: another reader may see another object there."""

    def change(writer: Writer, _field: Entries) -> None:
        writer.mark_update(generic.Reference(4, 0, writer.prev))

    assert "may not come or change: [4]" in signed_twice(rsa_sealed, contract(), change)


def test_resources_of_the_form_stay(rsa_sealed: SealedForge) -> None:
    """Of which the fields of the form are drawn, without that somebody is asked to."""

    def change(writer: Writer, _field: Entries) -> None:
        form = writer.root["/AcroForm"]
        form[pdf_name("/DR")] = entries(XObject=entries(A=red(writer)))
        writer.update_container(form)

    assert "not what it was: /DR" in signed_twice(rsa_sealed, contract(), change)


def test_a_field_that_is_filled_is_nothing_else(rsa_sealed: SealedForge) -> None:
    """An empty field whose dictionary a page uses for its own ends is not signed later."""
    field = b"<</FT/Sig/T(Another)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R>>"
    for used, wanted in (
        (b"", ""),
        (b"/Resources<</XObject 6 0 R>>", "may not come or change: [6"),
    ):
        page = b"/Parent 2 0 R/Annots[6 0 R]" + used
        pdf = contract(b"/AcroForm 5 0 R", page, b"<</Fields[6 0 R]>>", field)
        found = signed_twice(rsa_sealed, pdf, nothing)
        assert wanted in found
        assert bool(found) == bool(wanted)


def test_many_ways_to_an_object(rsa_sealed: SealedForge) -> None:
    """Objects that name the next one twice: more ways to the last than anybody could count."""
    doubled = [b"[%d 0 R %d 0 R]" % (number, number) for number in range(6, 106)]
    pdf = contract(b"/X 5 0 R", b"/Parent 2 0 R", *doubled, b"[]")
    assert signed_twice(rsa_sealed, pdf, nothing) == ""


def test_many_ways_to_a_field(rsa_sealed: SealedForge) -> None:
    """Fields with common kids, in the signed revision only, are no tree, and refused at once."""

    def tidy(writer: Writer, _field: Entries) -> None:
        del fields_of(writer)[:2]
        writer.update_container(fields_of(writer))

    tree = [b"<</FT/Tx/T(%d)/Kids[8 0 R 9 0 R]>>" % number for number in range(2)]
    tree += [b"<</T(%d)>>" % number for number in range(2)]
    pdf = contract(b"/AcroForm 5 0 R", b"/Parent 2 0 R", b"<</Fields[6 0 R 7 0 R]>>", *tree)
    assert "no tree" in signed_twice(rsa_sealed, pdf, tidy)


def test_locked_fields(rsa_sealed: SealedForge) -> None:
    """A signature that locks all fields is the last one."""
    writer = IncrementalPdfFileWriter(BytesIO(contract()))
    everything = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
    fields.append_signature_field(writer, fields.SigFieldSpec("First", field_mdp_spec=everything))
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    assert "locked" in signed_twice(rsa_sealed, output.getvalue(), nothing)


def test_nothing_is_freed() -> None:
    """Nor does a number become that of another object, where it was freed for some readers."""
    freed = OpenPdf(write_update(contract(), {}, {4: 1})).history
    with pytest.raises(SuspiciousModification, match="freed"):
        review(freed, 0)
    for_some = write_update(contract(), {}, {4: 5})
    again = OpenPdf(write_update(for_some, {(4, 5): b"[]"})).history
    with pytest.raises(SuspiciousModification, match="another generation"):
        review(again, 1)
