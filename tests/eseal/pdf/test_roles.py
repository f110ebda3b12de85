"""What may be written again is a field or a page, and nothing else: each is one by where it stands.

The second signer, who wrote the document, has given an object two roles; what changes in one of
them when it is signed is seen in the other.
"""

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from eseal.pdf import guarded
from eseal.pdf.objects import write_stream
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Indication, judge
from tests.eseal.pdf.test_later import contract, nothing, point, signed_twice, told
from tests.pages import write_bodies
from tests.vectors.after_sealing import Entries, Writer, entries, fields_of
from tests.vectors.sealed_pdf import Change, SealedForge, sign_with

FORM = b"/AcroForm<</Fields[%b]>>"
EMPTY = b"/FT/Sig/T(Another)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R"
SHOWN = b"/Type/Annot/Subtype/Widget/Rect[20 40 380 110]/AP<</N 4 0 R>>"
MAY_NOT = "may not come or change: ["


def sets(number: int, **said: generic.PdfObject) -> Change:
    """Have an object say something else."""

    def change(writer: Writer, _field: Entries) -> None:
        place = point(writer, number)
        _object(place).update({pdf_name(f"/{key}"): one for key, one in said.items()})
        writer.mark_update(place)

    return change


def _object(place: generic.IndirectObject) -> Entries:
    found: Entries = place.get_object()  # type: ignore[no-untyped-call]
    return found


DRAWN = generic.TextStringObject("/F 40 Tf 0 g")
ONE = generic.NumberObject(1)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("had", [b"", b"/AP<</N 6 0 R>>"], ids=["nothing", "a cover"])
def test_what_an_empty_field_showed_stays(rsa_sealed: SealedForge, had: bytes) -> None:
    """Who signs first saw what it covers; whoever fills it does not take that off."""
    cover = write_stream(b"/Type/XObject/Subtype/Form", b"1 g 20 40 360 70 re f")
    field = b"<<" + EMPTY + had + b">>"
    pdf = contract(FORM % b"5 0 R", b"/Parent 2 0 R/Annots[5 0 R]", field, cover)

    def fill(writer: Writer, field: Entries) -> None:
        box = generic.ArrayObject([generic.NumberObject(0)] * 4)  # type: ignore[no-untyped-call]
        said = entries(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=box)
        field[pdf_name("/AP")] = entries(
            N=writer.add_object(generic.StreamObject(said, stream_data=b""))
        )

    assert ("a field is not what it was" in signed_twice(rsa_sealed, pdf, fill)) is bool(had)


@pytest.mark.parametrize(
    ("above", "is_good"), [(b"", True), (b"/Annots[5 0 R]", False)], ids=["nothing", "annotations"]
)
def test_a_page_inherits_no_annotations(
    rsa_sealed: SealedForge, above: bytes, *, is_good: bool
) -> None:
    """Some readers show a page those of the node above it, until it has some of its own."""
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1" + above + b">>",
        b"<</Type/Page/MediaBox[0 0 400 200]/Contents 4 0 R/Parent 2 0 R>>",
        write_stream(b"", b"0 0 9 9 re f"),
        b"<</Type/Annot/Subtype/Stamp/Rect[0 0 9 9]/AP<</N 4 0 R>>>>",
    ]
    assert (not signed_twice(rsa_sealed, write_bodies(bodies), nothing)) is is_good


@pytest.mark.parametrize("said", [{"DA": DRAWN}, {"Q": ONE}, {"Ff": ONE}], ids=["DA", "Q", "Ff"])
@pytest.mark.parametrize("parent", [b"", b"/Parent 5 0 R"], ids=["nobody", "somebody"])
def test_what_is_inherited_stays(
    rsa_sealed: SealedForge, parent: bytes, said: dict[str, generic.PdfObject]
) -> None:
    """By its text's look, and its flags, a field draws that names the signature its parent."""
    text = b"<<" + SHOWN + b"/FT/Tx/T(sum)" + parent + b">>"
    page = b"/Parent 2 0 R/Annots[5 0 R 6 0 R]"
    pdf = contract(FORM % b"5 0 R 6 0 R", page, b"<<" + EMPTY + b">>", text)
    found = signed_twice(rsa_sealed, pdf, sets(5, **said))
    assert ("is not what it was" in found) is bool(parent)
    assert bool(found) is bool(parent)
    if parent:
        assert signed_twice(rsa_sealed, pdf, nothing).endswith(MAY_NOT + "5]")


def test_an_empty_field_stays_what_it_is(rsa_sealed: SealedForge) -> None:
    """It is said of a widget that it is an annotation; flags of a field are not put in."""
    widget, other = EMPTY.replace(b"/Type/Annot", b"").replace(b"Another", b"A"), b"/FT/Sig/T(B)"
    page = b"/Parent 2 0 R/Annots[5 0 R]"
    pdf = contract(FORM % b"5 0 R 6 0 R", page, b"<<" + widget + b">>", b"<<" + other + b">>")
    annotation = pdf_name("/Annot")
    assert signed_twice(rsa_sealed, pdf, sets(5, Type=annotation)) == ""
    assert "/Type" in signed_twice(rsa_sealed, pdf, sets(6, Type=annotation))
    assert "/Ff" in signed_twice(rsa_sealed, pdf, sets(5, Ff=ONE))


KIDS: dict[str, tuple[bytes, bytes, bytes, str]] = {
    "a widget": (b"", b"/Parent 5 0 R", b"", ""),
    "a field with a parent of its own": (b"", b"/FT/Tx/Parent 5 0 R", b"", "[5]"),
    "used elsewhere": (b"", b"/Parent 5 0 R", b"/X 6 0 R", "[5]"),
    "no widget": (b"", b"/Subtype/Stamp", b"", "[5]"),
    "of another field": (b"/X<</Kids[6 0 R]>>", b"/Parent 5 0 R", b"", "[5]"),
}


@pytest.mark.parametrize("name", KIDS)
def test_a_field_with_a_widget_below_it(rsa_sealed: SealedForge, name: str) -> None:
    """What stands below a field that is filled is its widget, and nothing else."""
    catalog, kid, used, wanted = KIDS[name]
    widget = b"/Type/Annot/Subtype/Widget/Rect[0 0 0 0]"
    if b"/Subtype" in kid:
        widget = widget.replace(b"/Subtype/Widget", b"")
    page = b"/Parent 2 0 R/Annots[6 0 R]" + used
    field = b"<</FT/Sig/T(Another)/Kids[6 0 R]>>"
    pdf = contract(FORM % b"5 0 R" + catalog, page, field, b"<<" + widget + kid + b">>")
    one = sign_with(pdf, rsa_sealed.cms, name="First")
    found = told(rsa_sealed, sign_with(one, rsa_sealed.insider))
    assert wanted in found
    assert bool(found) == bool(wanted)


@pytest.mark.parametrize(("used", "is_lawful"), [(b"", True), (b"/X 7 0 R", False)])
def test_lists_that_are_objects(rsa_sealed: SealedForge, used: bytes, *, is_lawful: bool) -> None:
    """A list of fields or annotations is one wherever it is named."""
    page = b"/Parent 2 0 R/Annots 7 0 R" + used
    field = b"<<" + EMPTY + b">>"
    pdf = contract(b"/AcroForm<</Fields 6 0 R>>", page, field, b"[5 0 R]", b"[5 0 R]")
    assert (signed_twice(rsa_sealed, pdf, nothing) == "") is is_lawful


@pytest.mark.parametrize(("key", "is_lawful"), [(b"/K", True), (b"/#E9", False)])
def test_an_object_reference(rsa_sealed: SealedForge, key: bytes, *, is_lawful: bool) -> None:
    """What the library reads as another name than it is, that is not looked through."""
    page = b"/Parent 2 0 R/Annots[5 0 R]/Y 6 0 R"
    reference = b"<<%b[<</Type/OBJR/Obj 5 0 R>>]>>" % key
    pdf = contract(FORM % b"5 0 R", page, b"<<" + EMPTY + b">>", reference)
    assert (signed_twice(rsa_sealed, pdf, nothing) == "") is is_lawful


@pytest.mark.parametrize("kind", [b"", b"/Type/Pages"])
def test_a_field_is_no_node_of_the_page_tree(rsa_sealed: SealedForge, kind: bytes) -> None:
    """Readers that meet a page's parent as an annotation show one page less."""
    page = b"<</Type/Page/MediaBox[0 0 400 200]/Contents 4 0 R/Parent %d 0 R>>"
    pdf = write_bodies(
        [
            b"<</Type/Catalog/Pages 2 0 R" + FORM % b"5 0 R" + b">>",
            b"<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2/T(x)>>",
            page % 2,
            write_stream(b"", b"0 0 9 9 re f"),
            b"<</FT/Sig/T(Another)/Kids[6 0 R]/Parent 2 0 R" + kind + b">>",
            page % 5,
        ]
    )
    found = signed_twice(rsa_sealed, pdf, sets(5))
    assert "[5]" in found or "not what it was" in found


@pytest.mark.parametrize("listed", [b"[]", b"5 0 R"], ids=["direct", "apart"])
@pytest.mark.parametrize(
    ("used", "is_lawful"),
    [
        (b"/Resources<</ColorSpace 3 0 R>>", False),
        (b"/Resources<</Font<</F 3 0 R>>>>", False),
        (b"/AA<</O<</S/GoTo/D[3 0 R/Fit]>>>>", True),
        (b"/B[<</P 3 0 R>>]/X<</Pg 3 0 R/Dest 3 0 R/D 3 0 R>>", True),
    ],
)
def test_a_page_is_nothing_else(
    rsa_sealed: SealedForge, listed: bytes, used: bytes, *, is_lawful: bool
) -> None:
    """Of a page that has its own colour spaces in itself, `/Annots cs` is one."""
    pdf = contract(b"", b"/Parent 2 0 R/Annots %b" % listed + used, b"[]")
    assert (signed_twice(rsa_sealed, pdf, nothing) == "") is is_lawful


def test_a_page_is_in_the_page_tree(rsa_sealed: SealedForge) -> None:
    """One that somebody shows by other means gets no annotations."""

    def change(writer: Writer, field: Entries) -> None:
        page = point(writer, 5)
        own = next(one for one in fields_of(writer) if one.get_object() is field)
        _object(page)[pdf_name("/Annots")] = generic.ArrayObject([own])
        writer.mark_update(page)

    other = b"<</Type/Page/MediaBox[0 0 400 200]/Parent 2 0 R>>"
    pdf = contract(b"/X[5 0 R]", b"/Parent 2 0 R", other)
    assert "[5]" in signed_twice(rsa_sealed, pdf, change)


def test_a_page_is_no_field(rsa_sealed: SealedForge) -> None:
    """Nor is one that the form lists among its fields."""
    pdf = contract(FORM % b"3 0 R", b"/Parent 2 0 R/T(page)/FT/Btn/Annots 5 0 R", b"[]")
    assert "[5" in signed_twice(rsa_sealed, pdf, nothing)


def test_an_annotation_does_not_become_a_field(rsa_sealed: SealedForge) -> None:
    """What a page shows is not written over by the widget of a signature."""

    def change(writer: Writer, field: Entries) -> None:
        listed = fields_of(writer)
        own = next(one for one in listed if one.get_object() is field)
        listed[listed.index(own)] = point(writer, 5)
        writer.update_container(listed)
        writer.objects[0, 5] = field

    stamp = b"<</Type/Annot/Subtype/Stamp/Rect[9 9 99 99]/Contents(void)>>"
    pdf = contract(b"", b"/Parent 2 0 R/Annots[5 0 R]", stamp)
    assert "that was there before" in signed_twice(rsa_sealed, pdf, change)


def test_a_new_field_brings_its_own_widgets(rsa_sealed: SealedForge) -> None:
    """Widgets that were there stay those of nobody, or of the field that they were of."""

    def change(_writer: Writer, field: Entries) -> None:
        field[pdf_name("/Kids")] = generic.ArrayObject([point(_writer, 5)])

    page = b"/Parent 2 0 R/Annots[5 0 R]"
    pdf = contract(b"", page, b"<<" + SHOWN.replace(b"/AP<</N 4 0 R>>", b"/F 2") + b">>")
    assert "that was there before" in signed_twice(rsa_sealed, pdf, change)


def shared(pages: int, annotations: int) -> bytes:
    """A document whose pages have one list of annotations."""
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 5 + pages))
    tree = b"<</Type/Pages/Kids[%b]/Count %d/MediaBox[0 0 9 9]>>" % (kids, pages)
    listed = b"[" + b"4 0 R " * annotations + b"]"
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]>>"
    page = b"<</Type/Page/Parent 2 0 R/Annots 3 0 R>>"
    return write_bodies([b"<</Type/Catalog/Pages 2 0 R>>", tree, listed, link, *[page] * pages])


def test_a_list_of_many_pages_is_compared_once(
    rsa_sealed: SealedForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not once for each page; what is compared is counted, and too much is undetermined."""
    pdf = sign_with(shared(40, 300), rsa_sealed.cms, name="First")
    pdf = sign_with(pdf, rsa_sealed.insider)
    monkeypatch.setattr(guarded, "MAX_COMPARED", 700)
    assert told(rsa_sealed, pdf) == ""
    monkeypatch.setattr(guarded, "MAX_COMPARED", 500)
    verdict = judge(verify_pdf(pdf, judge=rsa_sealed.judge).findings)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.deciding is not None
    assert verdict.deciding.reason is Reason.INPUT_TOO_LARGE
