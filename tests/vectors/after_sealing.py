"""Sealed PDFs with one defect in what they show, or in what comes behind a seal.

Many are attacks: of somebody with a good certificate and no seal, who signs behind a sealed
document and changes it along the way; of somebody who holds a sealed document; of somebody who
shows under a seal's name what is not its picture.

Source: ISO 32000-1, 12.5 and 12.7 (read second-hand); Mladenov and others, "Shadow Attacks" (2021).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from eseal.cms import CmsTemplate
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.mark import Mark
from eseal.pdf.marks import MarkCheck, picture_of
from eseal.pdf.places import Place
from eseal.pdf.signature_field import Appearance
from eseal.pictures.form import PictureForm, Slice, form_of
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.reasons import Reason
from eseal.report import Check, Outcome
from eseal.seals.checks import SealCheck
from eseal.seals.model import SealPicture as CarriedPicture
from eseal.seals.model import list_certificates
from tests.sealed import tiny_form, tiny_svg
from tests.vectors.sealed_pdf import (
    BESIDE,
    SIZE,
    BareTemplate,
    SealedForge,
    SealingTemplate,
    sign_with,
)
from tests.vectors.sealed_pdf import mark as good_mark
from tests.world import DAY, NOW

Writer = IncrementalPdfFileWriter
Entries = generic.DictionaryObject


def image(colour: tuple[int, int, int] = (230, 0, 18)) -> bytes:
    """A small PNG: a dot of this colour on clear ground."""
    dots = Image.new("RGBA", (6, 6), (0, 0, 0, 0))
    dots.paste((*colour, 255), (2, 2, 4, 4))
    output = BytesIO()
    dots.save(output, "PNG")
    return output.getvalue()


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A document with one defect, and what has to be found."""

    name: str
    make: Callable[[SealedForge], bytes]
    check: StrEnum
    reason: Reason
    outcome: Outcome


VECTORS: list[Vector] = []
GOOD: list[Callable[[SealedForge], bytes]] = []

Make = Callable[[SealedForge], bytes]


def good(make: Make) -> Make:
    """Enter a function into `GOOD`."""
    GOOD.append(make)
    return make


def vector(
    check: StrEnum, reason: Reason, *, outcome: Outcome = Outcome.FAILED
) -> Callable[[Make], Make]:
    """Enter a function into `VECTORS`."""

    def enter(make: Make) -> Make:
        VECTORS.append(
            Vector(name=make.__name__, make=make, check=check, reason=reason, outcome=outcome)
        )
        return make

    return enter


def entries(**values: generic.PdfObject) -> Entries:
    """A dictionary of these entries."""
    return Entries({pdf_name(f"/{key}"): value for key, value in values.items()})  # type: ignore[no-untyped-call]


def array(*values: float) -> generic.ArrayObject:
    """An array of these numbers."""
    return generic.ArrayObject(
        [generic.FloatObject(value) for value in values]  # type: ignore[no-untyped-call]
    )


def flags(value: int) -> generic.NumberObject:
    """A number."""
    return generic.NumberObject(value)  # type: ignore[no-untyped-call]


def first_page(writer: Writer) -> Any:
    """The first page, to be changed."""
    return writer.find_page_for_modification(0)[0]  # type: ignore[no-untyped-call]


def lay_on_page(writer: Writer, annotation: generic.IndirectObject) -> None:
    """Put an annotation on the first page."""
    writer.register_annotation(first_page(writer), annotation)  # type: ignore[no-untyped-call]


def red(writer: Writer) -> generic.IndirectObject:
    """A form that is red all over."""
    head = entries(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=array(0, 0, 300, 200))
    return writer.add_object(
        generic.StreamObject(head, stream_data=b"0.9 0 0.07 rg 0 0 300 200 re f")
    )


def fields_of(writer: Writer) -> generic.ArrayObject:
    """The form's fields."""
    found: generic.ArrayObject = writer.root["/AcroForm"]["/Fields"]
    return found


def own(writer: Writer, field: Entries) -> generic.IndirectObject:
    """The reference of the field that is being signed."""
    found: generic.IndirectObject = next(
        one for one in fields_of(writer) if one.get_object() is field
    )
    return found


def picture(size: int = SIZE, colour: bytes = b"#e60012") -> SealPicture:
    """The seal's picture, or one of another colour or size."""
    data = tiny_svg(size).replace(b"#e60012", colour)
    return SealPicture(kind=PictureKind.SVG, data=data, width=size, height=size)


def sliced(count: int, *order: int) -> list[Mark]:
    """Parts of the picture on page after page, in this order."""
    size = SIZE * 72 / 25.4
    return [
        Mark(
            place=Place(page=page, rectangle=(280, 60, 280 + size / count, 60 + size)),
            form=form_of(picture(), part=Slice(index=index, count=count)),
        )
        for page, index in enumerate(order)
    ]


# -- good ones -------------------------------------------------------------------------------


@good
def nothing_shown(forge: SealedForge) -> bytes:
    """Valid: a seal that is not shown."""
    return forge.write(forge.cms, shown=None)


@good
def image_shown(forge: SealedForge) -> bytes:
    """Valid: the picture is a PNG, shown as image with its soft mask."""
    carried = CarriedPicture(kind="PNG", data=image(), width=SIZE, height=SIZE)
    stamp = forge.stamp_with(picture=carried)
    shown = Appearance(form=image_form(), x=100, y=100)
    return forge.write(CmsTemplate(forge.signer, seal=stamp), shown)


@good
def over_two_edges(forge: SealedForge) -> bytes:
    """Valid: the picture cut over both pages."""
    return forge.stamp_on(forge.cms, *sliced(2, 0, 1))


@good
def bare(forge: SealedForge) -> bytes:
    """Valid: a seal's signature by itself."""
    return forge.bare()


@good
def bare_of_another_sub_filter(forge: SealedForge) -> bytes:
    """Valid: a seal's signature by itself, under the name of an older form of signatures."""
    edited = forge.bare().replace(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")
    return forge.refill(edited, BareTemplate(forge.stamp, forge.use()))


@good
def seal_behind_a_seal(forge: SealedForge) -> bytes:
    """Valid: the same seal a second time."""
    return sign_foreign_pdf(forge.good, forge.cms, at=NOW, marks=[good_mark(page=1)])


@good
def signature_behind_a_seal(forge: SealedForge) -> bytes:
    """Valid: a company signs behind the seal, and shows nothing."""
    return sign_with(forge.good, forge.insider)


@good
def signature_behind_a_bare_seal(forge: SealedForge) -> bytes:
    """Valid: the same behind a seal that stands by itself."""
    return sign_with(forge.bare(), forge.insider)


@good
def seal_behind_a_certification(forge: SealedForge) -> bytes:
    """Valid: the first signature allows forms to be filled, and a seal is a signature."""
    certified = sign_with(forge.rendered, forge.insider, certify=MDPPerm.FILL_FORMS)
    return sign_foreign_pdf(certified, forge.cms, at=NOW, marks=[good_mark()])


@good
def clocks_differ(forge: SealedForge) -> bytes:
    """Valid: the seal's clock is half a day behind that of who signed before it."""
    signed = sign_with(forge.rendered, forge.insider)
    return sign_foreign_pdf(signed, forge.cms, at=NOW - DAY / 2, marks=[good_mark()])


def image_form(png: bytes | None = None) -> PictureForm:
    """The form of such an image."""
    data = image() if png is None else png
    return form_of(SealPicture(kind=PictureKind.PNG, data=data, width=SIZE, height=SIZE))


# -- what is shown ---------------------------------------------------------------------------


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_MISMATCH)
def another_drawing(forge: SealedForge) -> bytes:
    """Invalid: what is shown is of another colour than the seal's picture."""
    shown = Appearance(form=form_of(picture(colour=b"#0000ff")), x=100, y=100)
    return forge.write(forge.cms, shown)


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_MISMATCH)
def another_size(forge: SealedForge) -> bytes:
    """Invalid: the same drawing, larger."""
    return forge.write(forge.cms, Appearance(form=tiny_form(SIZE + 10), x=100, y=100))


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_MISMATCH)
def another_image(forge: SealedForge) -> bytes:
    """Invalid: an image is shown, and the picture is a drawing."""
    return forge.write(forge.cms, Appearance(form=image_form(), x=100, y=100))


def shown_with(change: Callable[[Writer, Entries], object], *marks: Mark) -> Make:
    """Make a sealed document whose field is changed before it is sealed."""
    return lambda forge: sign_with(forge.rendered, forge.cms, change, *(marks or [good_mark()]))


def shows(name: str, docstring: str, *marks: Mark) -> Callable[[Callable[..., object]], None]:
    """Enter a change of what a seal shows: it has to be found that it is not the picture."""

    def enter(change: Callable[[Writer, Entries], object]) -> None:
        make = shown_with(change, *marks)
        make.__name__, make.__doc__ = name, docstring
        vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_MISMATCH)(make)

    return enter


def appearance_of(field: Entries) -> generic.StreamObject:
    """The stream that a widget shows."""
    found: generic.StreamObject = field["/AP"]["/N"]
    return found


@shows("scaled", "Invalid: the picture is shown in another size by its rectangle.")
def _scaled(_writer: Writer, field: Entries) -> None:
    field[pdf_name("/Rect")] = array(200, 60, 300, 160)


@shows("mirrored", "Invalid: the form's matrix turns the picture over.")
def _mirrored(_writer: Writer, field: Entries) -> None:
    appearance_of(field)[pdf_name("/Matrix")] = array(-1, 0, 0, 1, 0, 0)


@shows("enlarged", "Invalid: the form's matrix enlarges the picture.")
def _enlarged(_writer: Writer, field: Entries) -> None:
    appearance_of(field)[pdf_name("/Matrix")] = array(2, 0, 0, 2, 0, 0)


@shows("pushed", "Invalid: the form's matrix pushes the picture aside.")
def _pushed(_writer: Writer, field: Entries) -> None:
    appearance_of(field)[pdf_name("/Matrix")] = array(1, 0, 0, 1, 30, 0)


@shows("other_box", "Invalid: the form shows a part of the picture only, enlarged.")
def _other_box(_writer: Writer, field: Entries) -> None:
    appearance_of(field)[pdf_name("/BBox")] = array(0, 0, 20, 20)


@shows("more_to_draw_with", "Invalid: the form has an object more than the picture.")
def _more_to_draw_with(writer: Writer, field: Entries) -> None:
    objects = entries(XObject=entries(P=red(writer)))
    appearance_of(field)[pdf_name("/Resources")] = objects


@shows("group", "Invalid: the form blends with the page otherwise than the picture.")
def _group(_writer: Writer, field: Entries) -> None:
    appearance_of(field)[pdf_name("/Group")] = entries(S=pdf_name("/Transparency"))


@shows("switched_off", "Invalid: the mark is shown or not as readers choose (optional content).")
def _switched_off(_writer: Writer, field: Entries) -> None:
    field[pdf_name("/OC")] = entries(Type=pdf_name("/OCG"), Name=generic.pdf_string("x"))


@shows("another_kind", "Invalid: what shows it is no widget: readers draw it by themselves.")
def _another_kind(_writer: Writer, field: Entries) -> None:
    field[pdf_name("/Subtype")] = pdf_name("/Square")


@shows("itself_hidden", "Invalid: the picture is hidden, and what the page has there is seen.")
def _itself_hidden(_writer: Writer, field: Entries) -> None:
    field[pdf_name("/F")] = flags(2)


@shows("itself_in_print", "Invalid: the picture is seen in print only.")
def _itself_in_print(_writer: Writer, field: Entries) -> None:
    field[pdf_name("/F")] = flags(4 + 32)


@shows("pressed", "Invalid: the mark looks otherwise when it is pressed.")
def _pressed(writer: Writer, field: Entries) -> None:
    field["/AP"][pdf_name("/D")] = red(writer)


@shows("hovered", "Invalid: the mark looks otherwise below a pointer.")
def _hovered(writer: Writer, field: Entries) -> None:
    field["/AP"][pdf_name("/R")] = red(writer)


@shows("states", "Invalid: the mark has several states.")
def _states(writer: Writer, field: Entries) -> None:
    states = entries(On=field["/AP"].raw_get("/N"), Off=red(writer))
    field[pdf_name("/AP")] = entries(N=states)
    field[pdf_name("/AS")] = pdf_name("/On")


@shows("hidden_beside", "Invalid: beside the picture something is hidden.", *[good_mark()] * 2)
def _hidden_beside(writer: Writer, field: Entries) -> None:
    second = field["/Kids"][1].get_object()
    second[pdf_name("/AP")] = entries(N=red(writer))
    second[pdf_name("/F")] = flags(2)


@shows("printed_beside", "Invalid: beside the picture something is printed.", *[good_mark()] * 2)
def _printed_beside(writer: Writer, field: Entries) -> None:
    second = field["/Kids"][1].get_object()
    second[pdf_name("/AP")] = entries(N=red(writer))
    second[pdf_name("/F")] = flags(4 + 32)


@shows(
    "itself_and_kids", "Invalid: the field is a widget, too, and shows something.", *sliced(2, 0, 1)
)
def _itself_and_kids(writer: Writer, field: Entries) -> None:
    field[pdf_name("/Subtype")] = pdf_name("/Widget")
    field[pdf_name("/Rect")] = array(10, 10, 100, 100)
    field[pdf_name("/AP")] = entries(N=red(writer))
    lay_on_page(writer, own(writer, field))


@shows(
    "other_name",
    "Invalid: the part draws the whole by a name that its form lacks.",
    *sliced(2, 0, 1),
)
def _other_name(_writer: Writer, field: Entries) -> None:
    objects = appearance_of(field["/Kids"][0].get_object())["/Resources"]["/XObject"]
    objects[pdf_name("/Q")] = objects.pop("/P")


@shows("parts_out_of_order", "Invalid: the second part is on the first page.", *sliced(2, 1, 0))
def _parts_out_of_order(_writer: Writer, _field: Entries) -> None:
    """Nothing more."""


@shows("part_missing", "Invalid: one part of three is missing.", *sliced(3, 0, 1))
def _part_missing(_writer: Writer, _field: Entries) -> None:
    """Nothing more."""


@shows("part_alone", "Invalid: one part is all that is shown.", *sliced(2, 0))
def _part_alone(_writer: Writer, _field: Entries) -> None:
    """Nothing more."""


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, outcome=Outcome.UNDETERMINED)
def rectangle_unreadable(forge: SealedForge) -> bytes:
    """Undetermined: the mark's rectangle has three corners."""

    def change(_writer: Writer, field: Entries) -> None:
        field[pdf_name("/Rect")] = array(1, 2, 3)

    return shown_with(change)(forge)


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, outcome=Outcome.UNDETERMINED)
def picture_of_another_kind(forge: SealedForge) -> bytes:
    """Undetermined: the seal's picture is of a kind that we do not show."""
    carried = CarriedPicture(kind="GIF", data=b"GIF89a", width=SIZE, height=SIZE)
    stamp = forge.stamp_with(picture=carried)
    return forge.write(CmsTemplate(forge.signer, seal=stamp))


@vector(MarkCheck.MARKS, Reason.SEAL_PICTURE_UNPROVEN, outcome=Outcome.UNDETERMINED)
def mark_without_seal(forge: SealedForge) -> bytes:
    """Undetermined: the seal's picture is shown, and no seal is there."""
    return forge.write(CmsTemplate(forge.signer))


@vector(MarkCheck.MARKS, Reason.SEAL_PICTURE_UNPROVEN, outcome=Outcome.UNDETERMINED)
def colours_without_seal(forge: SealedForge) -> bytes:
    """Undetermined: a signature has a rectangle and colours, of which some readers make a mark."""

    def change(_writer: Writer, field: Entries) -> None:
        field[pdf_name("/Rect")] = array(*BESIDE)
        field[pdf_name("/MK")] = entries(BG=array(0.9, 0, 0.07))

    return sign_with(forge.rendered, forge.insider, change)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def widget_unreadable(forge: SealedForge) -> bytes:
    """Invalid: a signature without seal whose widget says no rectangle for what it shows."""

    def change(writer: Writer, field: Entries) -> None:
        field[pdf_name("/AP")] = entries(N=red(writer))
        field.pop("/Rect")

    return sign_with(forge.rendered, forge.insider, change)


# -- a seal by itself ------------------------------------------------------------------------


@vector(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH)
def bare_for_another_document(forge: SealedForge) -> bytes:
    """Invalid: a seal by itself, used for another document."""
    return forge.bare(lambda _digest, at, said: forge.use()(bytes(32), at, said))


@vector(SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED)
def bare_of_somebody(forge: SealedForge) -> bytes:
    """Invalid: a seal by itself, used by somebody who is not in its list."""
    listed = list_certificates([forge.insider.signer.certificate])
    return forge.bare(forge.use_anew(signers=listed))


def bare_image(form: PictureForm, change: Callable[[Entries], object], size: int = SIZE) -> Make:
    """Make a document with a PNG seal by itself, shown by an image as others show it."""

    def make(forge: SealedForge) -> bytes:
        carried = CarriedPicture(kind="PNG", data=image(), width=SIZE, height=SIZE)
        seal = forge.authority.seal(picture=carried)
        points = size * 72 / 25.4

        def form_with(content: bytes, **objects: generic.PdfObject) -> generic.StreamObject:
            head = entries(
                Subtype=pdf_name("/Form"),
                BBox=array(0, 0, points, points),
                Resources=entries(XObject=entries(**objects)),
            )
            return generic.StreamObject(head, stream_data=content)

        def rebuild(writer: Writer, field: Entries) -> None:
            shown = appearance_of(field)
            image = shown["/Resources"]["/XObject"].raw_get("/P")
            placed = b"q %.3f 0 0 %.3f 0 0 cm /img0 Do Q" % (points, points)
            inner = form_with(placed, img0=image)
            blank = writer.add_object(form_with(b"% DSBlank"))
            content = b"q 1 0 0 1 0 0 cm /n0 Do Q\nq 1 0 0 1 0 0 cm/n2 Do Q"
            outer = form_with(content, n0=blank, n2=writer.add_object(inner))
            field[pdf_name("/AP")] = entries(N=writer.add_object(outer))
            change(inner)

        place = Place(page=0, rectangle=(200, 60, 200 + points, 60 + points))
        template = BareTemplate(forge.stamp, forge.use(seal))
        return sign_with(forge.rendered, template, rebuild, Mark(place=place, form=form))

    return make


def redrawn(content: bytes) -> Callable[[Entries], None]:
    """Give the form that places an image another content."""

    def change(inner: Entries) -> None:
        assert isinstance(inner, generic.StreamObject)
        inner._data, inner._encoded_data = content, None

    return change


@good
def bare_shown_by_an_image(forge: SealedForge) -> bytes:
    """Valid: an image with the samples of the picture, in forms as others nest them."""
    return bare_image(image_form(), lambda _inner: None)(forge)


@good
def bare_shown_by_a_turned_image(forge: SealedForge) -> bytes:
    """Valid: such an image turned by a right angle, for a page that is turned; in whole points."""
    return bare_image(image_form(), redrawn(b"q 0 57 -57 0 57 0 cm /img0 Do Q"))(forge)


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_MISMATCH)
def bare_shown_by_another_image(forge: SealedForge) -> bytes:
    """Invalid: an image as large as the picture, with other samples."""
    return bare_image(image_form(image((0, 0, 255))), lambda _inner: None)(forge)


_FILLING = b"56.693 0 0 56.693 0 0 cm"
"""The matrix by which the image fills its form."""

ODD_CONTENTS = {
    "painted-over": b"%b /img0 Do 0 0 9 9 re f" % _FILLING,
    "hard-to-read": b"/11" * 60 + b"!",
    "long": b"%b /img0 Do%b" % (_FILLING, b" q Q" * 1500),
    "twice": b"q %b /img0 Do Q q %b /img0 Do Q" % (_FILLING, _FILLING),
    "enlarged": b"90000 0 0 90000 -44000 -44000 cm /img0 Do",
    "small": b"20 0 0 20 0 0 cm /img0 Do",
    "aside": b"1 0 0 1 30 0 cm %b /img0 Do" % _FILLING,
    "mirrored": b"-56.693 0 0 56.693 56.693 0 cm /img0 Do",
    "askew": b"40 20 -20 40 0 0 cm /img0 Do",
    "flat": b"0 0 0 0 0 0 cm /img0 Do",
    "vast": b"1000000 0 0 1000000 0 0 cm /img0 Do",
    "state-never-kept": b"%b 2 0 0 2 0 0 cm Q %b /img0 Do" % (_FILLING, _FILLING),
    "operator-glued": b"%b 2 0 0 2 0 0 cm .5 0 0 .5 0 0 cm+0 /img0 Do" % _FILLING,
    "vertical-tab": b"%b 2 0 0 2 0 0 cm .5 0 0 .5 0 0\vcm /img0 Do" % _FILLING,
    "numbers-left": b"%b 1 q /img0 Do Q" % _FILLING,
    "numbers-of-names": b"/a /b /c /d /e /f cm /img0 Do",
    "nothing": b"%b" % _FILLING,
}
"""What a form draws that has the picture's image, and does not show it whole and once."""


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, outcome=Outcome.UNDETERMINED)
def bare_image_switched_off(forge: SealedForge) -> bytes:
    """Undetermined: readers choose whether the image is shown."""

    def change(inner: Entries) -> None:
        inner[pdf_name("/OC")] = entries(Type=pdf_name("/OCG"), Name=generic.pdf_string("x"))

    return bare_image(image_form(), change)(forge)


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, outcome=Outcome.UNDETERMINED)
def bare_image_among_many(forge: SealedForge) -> bytes:
    """Undetermined: so many things to draw that they are not looked through."""

    def change(inner: Entries) -> None:
        objects = inner["/Resources"]["/XObject"]
        for number in range(12):
            objects[pdf_name(f"/img{number}")] = objects.raw_get("/img0")

    return bare_image(image_form(), change)(forge)


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, outcome=Outcome.UNDETERMINED)
def bare_image_of_another_size(forge: SealedForge) -> bytes:
    """Undetermined: the image is twice as large as the seal says."""
    return bare_image(image_form(), lambda _inner: None, 2 * SIZE)(forge)


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, outcome=Outcome.UNDETERMINED)
def bare_drawn_otherwise(forge: SealedForge) -> bytes:
    """Undetermined: a seal by itself that is shown by a drawing of somebody's."""
    shown = Appearance(form=form_of(picture(colour=b"#0000ff")), x=100, y=100)
    return forge.bare(shown=shown)


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def bare_passed_over(forge: SealedForge) -> bytes:
    """Invalid: a later revision, signed by somebody, speaks of the seal's object where it stands.

    Who takes that revision for the seal's does not look at what it changes.
    """
    sealed = forge.bare()

    def change(writer: Writer, field: Entries) -> None:
        other_page(writer, field)
        writer.mark_update(fields_of(writer)[0].get_object().raw_get("/V"))

    signed = sign_with(sealed, forge.insider, change)
    number = re.findall(rb"/V (\d+) 0 R", sealed)[-1]
    before, after = (one.rindex(b"\n%b 0 obj" % number) + 1 for one in (sealed, signed))
    place = signed.rindex(b"%010d 00000 n" % after)
    return forge.refill(signed[:place] + b"%010d" % before + signed[place + 10 :], forge.insider)


# -- what comes behind a seal ----------------------------------------------------------------


def other_page(writer: Writer, _field: Entries) -> None:
    """Give the first page another content."""
    page = first_page(writer).get_object()
    page[pdf_name("/Contents")] = writer.add_object(
        generic.StreamObject(stream_data=b"0 0 9 9 re f")
    )


def behind(
    change: Callable[[Writer, Entries], object],
    check: StrEnum = Check.INTEGRITY,
    reason: Reason = Reason.CHANGED_AFTER_SIGNING,
) -> Callable[[Writer, Entries], object]:
    """Enter a change that somebody with a good certificate signs behind a seal."""

    def make(forge: SealedForge) -> bytes:
        return sign_with(forge.good, forge.insider, change)

    make.__name__, make.__doc__ = change.__name__, change.__doc__
    vector(check, reason)(make)
    return change


def behind_and_malformed(
    change: Callable[[Writer, Entries], object],
) -> Callable[[Writer, Entries], object]:
    """Enter a change that leaves no form in which signatures could be judged."""
    return behind(change, Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)


@behind
def page_changed(writer: Writer, field: Entries) -> None:
    """Invalid: the page has another content."""
    other_page(writer, field)


@behind
def annotation_added(writer: Writer, _field: Entries) -> None:
    """Invalid: a stamp lies over the page."""
    stamp = entries(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Stamp"),
        Rect=array(*BESIDE),
        AP=entries(N=red(writer)),
    )
    lay_on_page(writer, writer.add_object(stamp))


@behind
def unsigned_field_added(writer: Writer, _field: Entries) -> None:
    """Invalid: beside the signature's field comes one that nobody signed, and hides the page."""
    append_signature_field(writer, SigFieldSpec("Empty", box=(10, 10, 300, 200)))


@behind
def text_field_added(writer: Writer, _field: Entries) -> None:
    """Invalid: a field for text comes along."""
    text = entries(
        FT=pdf_name("/Tx"), T=generic.pdf_string("text"), V=generic.pdf_string("approved")
    )
    fields_of(writer).append(writer.add_object(text))
    writer.update_root()  # type: ignore[no-untyped-call]


@behind
def mark_without_proof(writer: Writer, field: Entries) -> None:
    """Invalid: the signature shows something."""
    field[pdf_name("/Rect")] = array(10, 10, 300, 200)
    field[pdf_name("/AP")] = entries(N=red(writer))


@behind
def mark_in_print(writer: Writer, field: Entries) -> None:
    """Invalid: the signature shows something that is seen in print only."""
    mark_without_proof(writer, field)
    field[pdf_name("/F")] = flags(4 + 32)


@behind
def mark_hidden(writer: Writer, field: Entries) -> None:
    """Invalid: the signature has something to show, and hides it for now."""
    mark_without_proof(writer, field)
    field[pdf_name("/F")] = flags(2)


@behind
def mark_without_a_box(writer: Writer, field: Entries) -> None:
    """Invalid: an empty rectangle and a form without a box, which pdfium draws all the same."""
    head = entries(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"))
    form = generic.StreamObject(head, stream_data=b"1 1 1 rg 0 0 250 150 re f")
    field[pdf_name("/Rect")] = array(0, 0, 0, 0)
    field[pdf_name("/AP")] = entries(N=writer.add_object(form))


@behind
def mark_in_a_line(writer: Writer, field: Entries) -> None:
    """Invalid: the same in a rectangle without width, and one state of several."""
    mark_without_a_box(writer, field)
    field[pdf_name("/Rect")] = array(50, 50, 50, 150)
    field[pdf_name("/AP")] = entries(N=entries(On=field["/AP"].raw_get("/N")))


@behind
def colours_in_a_line(_writer: Writer, field: Entries) -> None:
    """Invalid: colours in a rectangle without width."""
    field[pdf_name("/Rect")] = array(50, 50, 50, 150)
    field[pdf_name("/MK")] = entries(BG=array(0.9, 0, 0.07))


@behind
def mark_of_colours(_writer: Writer, field: Entries) -> None:
    """Invalid: the signature has no appearance, but colours of which readers make one."""
    field[pdf_name("/Rect")] = array(10, 10, 300, 200)
    field[pdf_name("/MK")] = entries(BG=array(0.9, 0, 0.07))


@behind
def mark_of_another_kind(_writer: Writer, field: Entries) -> None:
    """Invalid: the signature is a square with a broad border, which readers draw by themselves."""
    field[pdf_name("/Subtype")] = pdf_name("/Square")
    field[pdf_name("/Rect")] = array(10, 10, 300, 200)
    field[pdf_name("/BS")] = entries(W=flags(40))


@behind
def square_in_a_line(_writer: Writer, field: Entries) -> None:
    """Invalid: a square without width or anything else to show."""
    field[pdf_name("/Subtype")] = pdf_name("/Square")
    field[pdf_name("/Rect")] = array(50, 50, 50, 150)


@behind
def border_in_a_line(_writer: Writer, field: Entries) -> None:
    """Invalid: a border around a rectangle without width."""
    field[pdf_name("/Rect")] = array(50, 50, 50, 150)
    field[pdf_name("/Border")] = array(0, 0, 40)


@behind
def mark_left_to_readers(_writer: Writer, field: Entries) -> None:
    """Invalid: the signature has a rectangle and no appearance: readers may make one."""
    field[pdf_name("/Rect")] = array(10, 10, 300, 200)


@behind
def script(_writer: Writer, field: Entries) -> None:
    """Invalid: the signature's field runs a script when the page is opened."""
    action = entries(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
    field[pdf_name("/AA")] = entries(PO=action)


@behind
def fields_drawn_anew(writer: Writer, _field: Entries) -> None:
    """Invalid: readers are asked to draw all fields of the form anew."""
    writer.root["/AcroForm"][pdf_name("/NeedAppearances")] = generic.BooleanObject(value=True)  # type: ignore[no-untyped-call]
    writer.update_root()  # type: ignore[no-untyped-call]


@behind
def another_identifier(writer: Writer, _field: Entries) -> None:
    """Invalid: the metadata say the identifier of another document."""
    metadata = writer.root["/Metadata"]
    metadata._data = metadata.data.replace(b".SAMPLE<", b".SAMPLF<")
    metadata._encoded_data = None
    writer.mark_update(writer.root.raw_get("/Metadata"))


@behind_and_malformed
def fields_below_the_signature(writer: Writer, field: Entries) -> None:
    """Invalid: below the signature's field comes another one, and below that a mark."""
    reference = own(writer, field)
    below = entries(
        T=generic.pdf_string("below"),
        FT=pdf_name("/Sig"),
        Parent=reference,
        Rect=array(0, 0, 0, 0),
    )
    below_reference = writer.add_object(below)
    widget = entries(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        Parent=below_reference,
        Rect=array(10, 10, 300, 200),
        AP=entries(N=red(writer)),
    )
    below[pdf_name("/Kids")] = generic.ArrayObject([writer.add_object(widget)])
    field[pdf_name("/Kids")] = generic.ArrayObject([below_reference])


@behind_and_malformed
def signature_of_two_fields(writer: Writer, field: Entries) -> None:
    """Invalid: a second field has the same signature."""
    copy = Entries({**field, pdf_name("/T"): generic.pdf_string("Copy")})  # type: ignore[no-untyped-call]
    fields_of(writer).append(writer.add_object(copy))
    writer.update_root()  # type: ignore[no-untyped-call]


@behind_and_malformed
def seal_of_two_fields(writer: Writer, _field: Entries) -> None:
    """Invalid: a second field has the signature with the seal."""
    sealed = fields_of(writer)[0].get_object()
    copy = Entries({**sealed, pdf_name("/T"): generic.pdf_string("Copy")})  # type: ignore[no-untyped-call]
    fields_of(writer).append(writer.add_object(copy))
    writer.update_root()  # type: ignore[no-untyped-call]


@behind_and_malformed
def widget_of_another_signature(writer: Writer, field: Entries) -> None:
    """Invalid: a widget of the field says another signature than the field."""
    widget = entries(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        Parent=own(writer, field),
        Rect=array(0, 0, 0, 0),
        V=fields_of(writer)[0].get_object().raw_get("/V"),
    )
    field[pdf_name("/Kids")] = generic.ArrayObject([writer.add_object(widget)])


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def certified_outside_the_form(forge: SealedForge) -> bytes:
    """Invalid: a certification that is in no field, where nobody judges it."""

    def change(writer: Writer, _field: Entries) -> None:
        value = writer.add_object(entries(Type=pdf_name("/Sig")))
        writer.root[pdf_name("/Perms")] = entries(DocMDP=value)
        writer.update_root()  # type: ignore[no-untyped-call]

    return sign_with(forge.rendered, forge.cms, change)


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def sealed_though_certified(forge: SealedForge) -> bytes:
    """Invalid: the first signature allows no changes, and a seal came behind it."""
    certified = sign_with(forge.rendered, forge.insider, certify=MDPPerm.NO_CHANGES)
    return forced(certified, forge)


def forced(certified: bytes, forge: SealedForge) -> bytes:
    """Sign behind a certification that pyHanko minds: the signer says that it allows more."""
    loose = certified.replace(b"/P 1", b"/P 2")
    signed = sign_with(loose, forge.cms, name="Seal")
    assert signed.startswith(loose)
    return forge.refill(certified + signed[len(loose) :], forge.cms)


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def form_filled_in(forge: SealedForge) -> bytes:
    """Invalid: a field for text, which was there when it was sealed, says something else."""
    return sign_with(sealed_form(forge), forge.insider, fill_in)


def sealed_form(forge: SealedForge) -> bytes:
    """A form with a field for text, sealed."""
    writer = IncrementalPdfFileWriter(BytesIO(forge.rendered))
    text = entries(FT=pdf_name("/Tx"), T=generic.pdf_string("text"), V=generic.pdf_string("100"))
    fields = generic.ArrayObject([writer.add_object(text)])
    writer.root[pdf_name("/AcroForm")] = entries(Fields=fields)
    writer.update_root()  # type: ignore[no-untyped-call]
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return sign_foreign_pdf(output.getvalue(), forge.cms, at=NOW, marks=[good_mark()])


def fill_in(writer: Writer, _field: Entries) -> None:
    """Write something else into the field for text."""
    text = fields_of(writer)[0].get_object()
    text[pdf_name("/V")] = generic.pdf_string("900")
    writer.update_container(text)


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def nobody_signed(forge: SealedForge) -> bytes:
    """Invalid: behind two seals a revision that nobody signed."""
    writer = IncrementalPdfFileWriter(BytesIO(seal_behind_a_seal(forge)))
    writer.add_object(generic.NullObject())
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def nobody_signed_between(forge: SealedForge) -> bytes:
    """Invalid: between two seals a revision that nobody signed by itself."""
    writer = IncrementalPdfFileWriter(BytesIO(forge.good))
    other_page(writer, entries())
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return sign_foreign_pdf(output.getvalue(), forge.cms, at=NOW, marks=[good_mark(page=1)])


@vector(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH)
def bad_seal_good_seal(forge: SealedForge) -> bytes:
    """Invalid: the first seal is for another document, the second one is good."""
    use = forge.use()
    first = forge.write(
        SealingTemplate(forge.stamp, lambda _digest, at, said: use(bytes(32), at, said))
    )
    return sign_foreign_pdf(first, forge.cms, at=NOW, marks=[good_mark(page=1)])


@vector(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH)
def good_seal_bad_seal(forge: SealedForge) -> bytes:
    """Invalid: the first seal is good, the second one is for another document."""
    use = forge.use()
    template = SealingTemplate(forge.stamp, lambda _digest, at, said: use(bytes(32), at, said))
    return sign_foreign_pdf(forge.good, template, at=NOW, marks=[good_mark(page=1)])


def hiding() -> CarriedPicture:
    """A red frame on white ground, drawn opaque: whatever it is put over is gone."""
    side = 100 * SIZE
    ground = b'<path fill="#ffffff" d="M0 0H%dV%dH0Z"/><path' % (side, side)
    return CarriedPicture(
        kind="SVG", data=tiny_svg(SIZE).replace(b"<path", ground), width=SIZE, height=SIZE
    )


@vector(SealCheck.PICTURE, Reason.SEAL_PICTURE_REFUSED, outcome=Outcome.UNDETERMINED)
def hidden_by_a_seal(forge: SealedForge) -> bytes:
    """Undetermined: a sound seal stands over what somebody else signed, and nobody can read it."""
    signed = sign_with(forge.rendered, forge.insider)
    carried = hiding()
    form = form_of(picture_of(carried))
    cms = CmsTemplate(forge.signer, seal=forge.stamp_with(picture=carried))
    shown = Mark(place=Place(page=0, rectangle=BESIDE), form=form)
    return sign_foreign_pdf(signed, cms, at=NOW, marks=[shown])


@vector(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS)
def old_seal_back_dated(forge: SealedForge) -> bytes:
    """Invalid: a seal that has expired, used as of a time when it was good, on a newer document."""
    stamp = forge.stamp_with(valid_until=NOW - 10 * DAY)
    signed = sign_with(forge.rendered, forge.insider)
    cms = CmsTemplate(forge.signer, seal=stamp)
    return sign_foreign_pdf(signed, cms, at=NOW - 11 * DAY, marks=[good_mark()])


@vector(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS)
def seal_taken_over(forge: SealedForge) -> bytes:
    """Invalid: somebody put their own signature, with the seal in it, in the place of another."""
    used: list[bytes] = []

    def keep(digest: bytes, _at: object, said: str) -> bytes:
        used.append(forge.stamp.sign(digest, at=NOW, property_info=said))
        return used[-1]

    sealed = forge.write(SealingTemplate(forge.stamp, keep))
    stolen = SealingTemplate(forge.stamp, lambda *_: used[0], forge.insider.signer)
    return forge.refill(sealed, stolen)
