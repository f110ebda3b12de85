"""What signatures show: sizes, bounds, and pictures that can be compared or not."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from eseal.cms import CmsTemplate
from eseal.errors import MalformedError, RefusedError
from eseal.pdf import marks
from eseal.pdf.marks import compare_marks, picture_of, shown_marks
from eseal.pdf.reader import OpenPdf
from eseal.pdf.signature_field import Appearance
from eseal.pictures.dots import MAX_DOTS, MAX_SIDE
from eseal.pictures.form import form_of
from eseal.pictures.picture import PictureKind
from eseal.reasons import Reason
from eseal.report import Outcome
from eseal.seals.model import SealPicture
from tests.sealed import tiny_picture
from tests.vectors.after_sealing import (
    ODD_CONTENTS,
    Entries,
    Writer,
    array,
    bare_shown_by_an_image,
    entries,
    image,
    image_shown,
    nothing_shown,
    over_two_edges,
    red,
)
from tests.vectors.after_sealing import flags as with_flags
from tests.vectors.sealed_pdf import SIZE, SealedForge, mark, sign_with

POINTS = SIZE * 72 / 25.4


def test_lists_what_is_shown(rsa_sealed: SealedForge) -> None:
    """One mark, of the picture's size in points."""
    (shown,) = shown_marks(OpenPdf(rsa_sealed.good), 0)
    assert (shown.width, shown.height) == pytest.approx((POINTS, POINTS), abs=0.01)
    assert shown.appearance is not None


def test_lists_parts_in_their_order(rsa_sealed: SealedForge) -> None:
    """The parts over the edges of pages, half as wide each."""
    found = shown_marks(OpenPdf(over_two_edges(rsa_sealed)), 0)
    assert [one.width for one in found] == pytest.approx([POINTS / 2] * 2, abs=0.01)


def test_nothing_shown(rsa_sealed: SealedForge) -> None:
    """A rectangle of no surface shows nothing, and a seal need not be shown."""
    opened = OpenPdf(nothing_shown(rsa_sealed))
    assert shown_marks(opened, 0) == ()
    found = compare_marks(opened, 0, tiny_picture(SIZE), is_ours=True)
    assert found.outcome is Outcome.PASSED


@pytest.mark.parametrize("flags", [0, 1, 2, 4, 32, 256, 4 + 32, 4 + 128])
def test_flags_hide_nothing_from_us(rsa_sealed: SealedForge, flags: int) -> None:
    """Whatever the flags of a widget say, what it has to show counts."""

    def change(writer: Writer, field: Entries) -> None:
        field[pdf_name("/Rect")] = array(10, 10, 60, 60)
        field[pdf_name("/AP")] = entries(N=red(writer))
        field[pdf_name("/F")] = with_flags(flags)

    pdf = sign_with(rsa_sealed.rendered, rsa_sealed.insider, change)
    assert len(shown_marks(OpenPdf(pdf), 0)) == 1


def test_bounds(rsa_sealed: SealedForge, monkeypatch: pytest.MonkeyPatch) -> None:
    """More widgets than any document has pages are malformed."""
    opened = OpenPdf(over_two_edges(rsa_sealed))
    monkeypatch.setattr(marks, "MAX_MARKS", 1)
    with pytest.raises(MalformedError) as caught:
        shown_marks(opened, 0)
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def test_forms_within_forms_are_bounded(rsa_sealed: SealedForge) -> None:
    """A form that draws itself is not looked into without end: it is not compared."""

    def change(writer: Writer, field: Entries) -> None:
        field[pdf_name("/Rect")] = array(200, 60, 256.693, 116.693)
        form = generic.StreamObject(entries(Subtype=pdf_name("/Form")), stream_data=b"/n0 Do")
        reference = writer.add_object(form)
        form[pdf_name("/Resources")] = entries(XObject=entries(n0=reference))
        field[pdf_name("/AP")] = entries(N=reference)

    pdf = sign_with(rsa_sealed.rendered, rsa_sealed.cms, change)
    for picture in (tiny_picture(SIZE), carried_image()):
        found = compare_marks(OpenPdf(pdf), 0, picture, is_ours=False)
        assert found.outcome is Outcome.UNDETERMINED
        assert found.reason is Reason.SEAL_PICTURE_NOT_COMPARED


def carried_image() -> SealPicture:
    """A PNG as a seal carries it."""
    return SealPicture(kind="PNG", data=image(), width=SIZE, height=SIZE)


@pytest.fixture(scope="module")
def shown_by_others(rsa_sealed: SealedForge) -> tuple[OpenPdf, generic.StreamObject]:
    """A bare seal shown by an image, and the form that places it."""
    opened = OpenPdf(bare_shown_by_an_image(rsa_sealed))
    return opened, inner_form(opened)


def inner_form(opened: OpenPdf) -> generic.StreamObject:
    """The form in the one that is shown."""
    (shown,) = shown_marks(opened, 0)
    assert shown.appearance is not None
    found: generic.StreamObject = shown.appearance["/Resources"]["/XObject"]["/n2"]
    return found


@pytest.mark.parametrize("content", ODD_CONTENTS.values(), ids=ODD_CONTENTS)
def test_an_image_is_shown_whole_and_once(
    shown_by_others: tuple[OpenPdf, generic.StreamObject], content: bytes
) -> None:
    """Whatever else is made of the samples of the picture is not passed."""
    opened, inner = shown_by_others
    inner._data = content
    found = compare_marks(opened, 0, carried_image(), is_ours=False)
    assert found.reason is Reason.SEAL_PICTURE_NOT_COMPARED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/BBox", array(0, 0, 20, 56.693)),
        ("/BBox", array(0, 0, 1e9, 1e9)),
        ("/Matrix", array(2, 0, 0, 2, 0, 0)),
        ("/Matrix", array(0.6, 0.8, -0.8, 0.6, 0, 0)),
        ("/Group", entries(S=pdf_name("/Transparency"))),
        ("/Subtype", pdf_name("/PS")),
    ],
    ids=["cut-off", "vast", "enlarged", "askew", "blended", "program"],
)
def test_a_form_is_the_image_s_and_no_more(
    rsa_sealed: SealedForge, key: str, value: generic.PdfObject
) -> None:
    """A form that shows its image otherwise than whole is not passed."""
    opened = OpenPdf(bare_shown_by_an_image(rsa_sealed))
    inner_form(opened)[pdf_name(key)] = value
    found = compare_marks(opened, 0, carried_image(), is_ours=False)
    assert found.reason is Reason.SEAL_PICTURE_NOT_COMPARED


@pytest.mark.parametrize("is_ours", [True, False])
def test_our_forms_are_good_everywhere(rsa_sealed: SealedForge, *, is_ours: bool) -> None:
    """A picture shown as we show it passes, in a CMS as by itself; another one does not."""
    for make, picture in (
        (lambda forge: forge.good, tiny_picture(SIZE)),
        (over_two_edges, tiny_picture(SIZE)),
        (image_shown, carried_image()),
    ):
        opened = OpenPdf(make(rsa_sealed))
        assert compare_marks(opened, 0, picture, is_ours=is_ours).outcome is Outcome.PASSED
        other = compare_marks(opened, 0, tiny_picture(SIZE + 1), is_ours=is_ours)
        wanted = Outcome.FAILED if is_ours else Outcome.UNDETERMINED
        assert other.outcome is wanted


def test_the_largest_image_can_be_compared(rsa_sealed: SealedForge) -> None:
    """Whatever picture a seal may have can be read again from the page."""
    dots = Image.new("RGBA", (MAX_SIDE, MAX_DOTS // MAX_SIDE))
    dots.paste((230, 0, 18, 255), (0, 0, 500, 500))
    output = BytesIO()
    dots.save(output, "PNG")
    carried = replace(carried_image(), data=output.getvalue())
    shown = Appearance(form=form_of(picture_of(carried)), x=100, y=100)
    cms = CmsTemplate(rsa_sealed.signer, seal=rsa_sealed.stamp_with(picture=carried))
    opened = OpenPdf(rsa_sealed.write(cms, shown))
    assert compare_marks(opened, 0, carried, is_ours=True).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "change",
    [
        lambda shown: shown.update({pdf_name("/Mask"): array(0, 0, 0, 0, 0, 0)}),
        lambda shown: shown.update({pdf_name("/Decode"): array(1, 0, 1, 0, 1, 0)}),
        lambda shown: shown.update({pdf_name("/Width"): array(4)[0]}),
        lambda shown: shown.update({pdf_name("/ColorSpace"): pdf_name("/DeviceCMYK")}),
        lambda shown: shown.pop("/SMask"),
        lambda shown: shown["/SMask"].update({pdf_name("/Matte"): array(1, 1, 1)}),
    ],
    ids=["masked", "inverted", "narrower", "colours", "mask", "matte"],
)
def test_an_image_is_more_than_its_samples(
    rsa_sealed: SealedForge, change: Callable[[generic.DictionaryObject], object]
) -> None:
    """The same samples, shown otherwise: not the picture."""
    opened = OpenPdf(image_shown(rsa_sealed))
    (shown,) = shown_marks(opened, 0)
    assert shown.appearance is not None
    change(shown.appearance["/Resources"]["/XObject"]["/P"])
    found = compare_marks(opened, 0, carried_image(), is_ours=True)
    assert found.reason is Reason.SEAL_PICTURE_MISMATCH


def test_more_than_one_widget_of_a_whole(rsa_sealed: SealedForge) -> None:
    """The whole picture twice is not the picture over edges."""
    pdf = rsa_sealed.stamp_on(rsa_sealed.cms, mark(), mark(page=1))
    found = compare_marks(OpenPdf(pdf), 0, tiny_picture(SIZE), is_ours=True)
    assert found.reason is Reason.SEAL_PICTURE_MISMATCH


@pytest.mark.parametrize(("kind", "known"), [("PNG", PictureKind.PNG), ("svg", PictureKind.SVG)])
def test_knows_kinds_of_pictures(kind: str, known: PictureKind) -> None:
    """Upper case or lower case, as products write it."""
    picture = SealPicture(kind=kind, data=b"x", width=20, height=30)
    found = picture_of(picture)
    assert (found.kind, found.width, found.height) == (known, 20, 30)


def test_refuses_other_kinds() -> None:
    """A picture of a kind that we cannot draw is refused."""
    with pytest.raises(RefusedError) as caught:
        picture_of(SealPicture(kind="OFD", data=b"x", width=20, height=30))
    assert caught.value.reason is Reason.SEAL_PICTURE_REFUSED


def strings(*numbers: float) -> generic.ArrayObject:
    """Numbers as strings, as pyHanko can read them, too."""
    return generic.ArrayObject([generic.TextStringObject(each) for each in numbers])


@pytest.mark.parametrize(
    "said",
    [
        {"Type": "/ExtGState", "BM": "Multiply"},
        {"Type": "/ExtGState", "BM": "/Normal"},
        {"Type": "/ExtGState", "BM": "/Multiply", "ca": "/1"},
        {"BM": "/Multiply"},
        {"Type/ExtGState/BM": "/Multiply"},
    ],
    ids=["string", "opaque", "more", "less", "one key"],
)
def test_a_seal_is_drawn_like_ink(rsa_sealed: SealedForge, said: dict[str, str]) -> None:
    """Key by key and kind by kind: what spells the same when it is strung together is opaque."""
    opened = OpenPdf(rsa_sealed.good)
    (shown,) = shown_marks(opened, 0)
    assert shown.appearance is not None
    state = shown.appearance["/Resources"]["/ExtGState"]["/M"]
    state.clear()
    for key, value in said.items():
        name = generic.NameObject(value)
        state[pdf_name(f"/{key}")] = (
            name if value[0] == "/" else generic.TextStringObject(f"/{value}")
        )
    found = compare_marks(opened, 0, tiny_picture(SIZE), is_ours=True)
    assert found.reason is Reason.SEAL_PICTURE_MISMATCH


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/Subtype", pdf_name("/Image")),
        ("/Subtype", generic.TextStringObject("/Form")),
        ("/BBox", strings(0, 0, POINTS, POINTS)),
        ("/Matrix", strings(1, 0, 0, 1, 0, 0)),
        ("/Filter", generic.ArrayObject([generic.TextStringObject("/FlateDecode")])),
        ("/Filter", generic.ArrayObject([pdf_name("/FlateDecode"), pdf_name("/Fl")])),
    ],
    ids=["image", "no name", "box", "matrix", "filter", "filters"],
)
def test_a_form_says_what_ours_do(
    rsa_sealed: SealedForge, key: str, value: generic.PdfObject
) -> None:
    """Kind by kind: a number that is a string is none to readers, and no name of a filter."""
    opened = OpenPdf(rsa_sealed.good)
    (shown,) = shown_marks(opened, 0)
    assert shown.appearance is not None
    shown.appearance[pdf_name(key)] = value
    found = compare_marks(opened, 0, tiny_picture(SIZE), is_ours=True)
    assert found.outcome is not Outcome.PASSED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/Subtype", pdf_name("/Form")),
        ("/Width", generic.TextStringObject("6")),
        ("/ColorSpace", generic.TextStringObject("/DeviceRGB")),
        ("/BitsPerComponent", array(8.5)[0]),
    ],
    ids=["form", "string", "no name", "real"],
)
def test_an_image_says_what_ours_do(
    rsa_sealed: SealedForge, key: str, value: generic.PdfObject
) -> None:
    """Kind by kind: a width that is a string is none to readers."""
    opened = OpenPdf(image_shown(rsa_sealed))
    (shown,) = shown_marks(opened, 0)
    assert shown.appearance is not None
    drawn = shown.appearance["/Resources"]["/XObject"]["/P"]
    assert int(drawn["/Width"]) == 6
    drawn[pdf_name(key)] = value
    found = compare_marks(opened, 0, carried_image(), is_ours=True)
    assert found.outcome is not Outcome.PASSED
