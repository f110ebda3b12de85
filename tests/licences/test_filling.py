"""Empty forms filled in: they look as if drawn whole, and only a form as expected is used."""

import io
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.pages import page_text
from licences import faces
from licences.catalogue import shipped_folder
from licences.empty_form import EmptyForm, read_form, stand_in_pixels
from licences.face_source import EMPTY
from licences.faces import Face, FaceRenderer
from licences.licence_type import Bilingual
from licences.reasons import LicenceReason
from licences.setting import Slot
from tests.licences.sample_faces import AT, SERIAL, face_of

SLUGS = sorted(path.parent.name for path in shipped_folder().glob("*/type.toml"))
FILLED = b"FILLED+LicenceSong"
OTHER_NAME = 'line(fields.name + (name: "other"),'

Edit = Callable[[str], str]


def with_face(face: Face, folder: Path, edit: Edit) -> Face:
    """Give a face whose `face.typ` is changed."""
    copy = folder / face.licence_type.folder.name
    copytree(face.licence_type.folder, copy)
    source = (copy / "face.typ").read_text(encoding="utf-8")
    (copy / "face.typ").write_text(edit(source), encoding="utf-8")
    return replace(face, licence_type=replace(face.licence_type, folder=copy))


def drawn_whole(face: Face, folder: Path) -> bytes:
    """Draw a face that does not say that it can be filled in."""
    whole = with_face(face, folder, lambda source: source.replace("#let on-form", "#let other"))
    return FaceRenderer(system_fonts=False).render(whole)


def letters(pdf: bytes) -> list[str]:
    """Take the characters of a page; lines may break elsewhere."""
    return sorted("".join(page_text(pdf).split()))


def picture(pdf: bytes) -> Image.Image:
    """Render the first page, coarsely: where lines break in a long text does not matter."""
    with pypdfium2.PdfDocument(pdf) as document:
        image: Image.Image = document[0].render(scale=0.25).to_pil().convert("L")
        return image


@pytest.fixture(scope="module")
def renderer() -> FaceRenderer:
    """One renderer for all."""
    return FaceRenderer(system_fonts=False)


@pytest.mark.parametrize("slug", SLUGS)
def test_looks_as_if_drawn_whole(slug: str, renderer: FaceRenderer, tmp_path: Path) -> None:
    """Same words, same picture; and every shipped face is filled in."""
    face = face_of(slug)
    filled, whole = renderer.render(face), drawn_whole(face, tmp_path)
    assert FILLED in filled
    assert FILLED not in whole
    assert letters(filled) == letters(whole)
    difference = ImageChops.difference(picture(filled), picture(whole))
    assert ImageStat.Stat(difference).mean[0] < 2.0, ImageStat.Stat(difference).mean


def test_a_form_is_used_again_without_a_trace(renderer: FaceRenderer) -> None:
    """What one licence says is not on the next, wherever it stood."""
    first = face_of(employer="示例市甲乙丙样本有限公司")
    second = replace(face_of(), identifier=first.identifier.replace(SERIAL, SERIAL[::-1]))
    renderer.render(first)
    again = renderer.render(second)
    assert again == FaceRenderer(system_fonts=False).render(second)
    reader = pypdf.PdfReader(io.BytesIO(again), strict=True)
    assert "甲乙丙" not in reader.pages[0].extract_text()
    assert first.identifier.encode() not in again


@pytest.mark.parametrize("short", ["无", "/", "-", "a-"])
def test_short_values_are_read_one_by_one(short: str, renderer: FaceRenderer) -> None:
    """What stands in boxes of its own is not run into one word when the text is read back."""
    names = ("right_type", "right_nature", "usage", "area", "term", "other_rights", "remarks")
    drawn = renderer.render(face_of("real-estate-certificate", **dict.fromkeys(names, short)))
    words = page_text(drawn).replace("\ufffe", "-\n").split()
    assert words.count(short) == len(names)


def test_a_number_of_letters_fits(renderer: FaceRenderer) -> None:
    """A business licence's number of 30 letters, the most there may be, has its place."""
    number = "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234"
    drawn = renderer.render(face_of("business-licence", licence_number=number))
    assert number in page_text(drawn)


def test_what_stands_for_an_empty_place_is_no_value(renderer: FaceRenderer) -> None:
    """MISSING_GLYPH: a value of the very character that forms are drawn with is not left out."""
    with pytest.raises(RefusedError, match="U\\+10FFFD") as caught:
        renderer.render(face_of(name=EMPTY))
    assert caught.value.reason is LicenceReason.MISSING_GLYPH
    assert caught.value.at == "/name"


def test_metadata_agree(renderer: FaceRenderer) -> None:
    """Info and XMP say the same identifier and times, and nothing of the stand-ins is left."""
    face = face_of()
    drawn = renderer.render(face)
    reader = pypdf.PdfReader(io.BytesIO(drawn), strict=True)
    assert reader.metadata is not None
    assert reader.xmp_metadata is not None
    xmp = reader.xmp_metadata.stream.get_data().decode()
    assert reader.metadata.keywords == face.identifier
    assert f"<pdf:Keywords>{face.identifier}</pdf:Keywords>" in xmp
    assert reader.metadata.creation_date == reader.metadata.modification_date == AT
    assert xmp.count("2026-11-20T08:30:00+00:00") == 4
    assert "2000-01-01" not in xmp
    assert "\U0010fffd" not in xmp
    identifiers = reader.trailer["/ID"]
    assert isinstance(identifiers, list)
    assert identifiers[0] == identifiers[1]
    assert str(identifiers[1]) in xmp


def test_metadata_agree_to_the_second(renderer: FaceRenderer) -> None:
    """Info knows no parts of a second, so XMP does not say them either."""
    face = face_of()
    exact = replace(face, at=AT.replace(microsecond=250000))
    assert renderer.render(exact) == renderer.render(face)


@pytest.mark.parametrize(("side", "same"), [("start", "left"), ("end", "right")])
def test_knows_both_names_of_a_side(side: str, same: str, tmp_path: Path) -> None:
    """A value may stand at the start or end of its box: in Chinese that is left or right."""

    def drawn(to: str) -> bytes:
        there = f"value(fields.name, 40mm, 8mm, to: {to}) //"
        face = with_face(
            face_of(), tmp_path / to, lambda source: source.replace("line(fields.name,", there)
        )
        return FaceRenderer(system_fonts=False).render(face)

    assert drawn(side) == drawn(same)


def test_licences_have_identifiers_of_their_own(renderer: FaceRenderer) -> None:
    """Two licences from one form are two files."""
    one, other = (
        pypdf.PdfReader(io.BytesIO(renderer.render(face_of(name=name)))).trailer["/ID"]
        for name in ("样本甲", "样本乙")
    )
    assert one != other


def test_a_type_or_department_renamed_has_a_form_of_its_own(renderer: FaceRenderer) -> None:
    """What is printed on the form is what type and department are called now."""
    face, name = face_of(), Bilingual(zh="改名样本", en="Renamed")
    renderer.render(face)
    for renamed in (
        replace(face, licence_type=replace(face.licence_type, name=name)),
        replace(face, department=replace(face.department, name=name)),
    ):
        assert name.zh in "".join(page_text(renderer.render(renamed)).split())


def test_what_stands_on_the_form_has_forms_of_its_own(renderer: FaceRenderer) -> None:
    """A field that `on-form` names is part of the form: another value, another form."""
    for role in ("经营者", "法定代表人"):
        drawn = renderer.render(face_of("business-licence", representative_role=role))
        assert FILLED in drawn
        assert role in "".join(page_text(drawn).split())


def test_forms_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes when there are too many; what is drawn stays the same."""
    monkeypatch.setattr(faces, "_MAX_FORMS", 1)
    renderer = FaceRenderer(system_fonts=False)
    first = renderer.render(face_of())
    renderer.render(face_of("business-licence"))
    assert renderer.render(face_of()) == first


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda source: source.replace("on-form = ()", 'on-form = ("nobody",)'), "nobody"),
        (lambda source: source.replace("on-form = ()", 'on-form = ("name")'), "comma"),
        (lambda source: source.replace("on-form = ()", "on-form = true"), "array"),
        (lambda source: source.replace("line(fields.name,", OTHER_NAME), "no field: other"),
        (lambda source: source.replace("line(fields.name,", "text(fields.name.value) //"), "empty"),
        (lambda source: source.replace("    footer(", "    pagebreak(); footer("), "one page"),
        (lambda source: source.replace("qr(licence,", "rect() //"), "QR code"),
        (lambda source: source.replace("    footer(", "    set text(fill: red); footer("), "black"),
        (lambda source: source.replace("117mm, 110mm)", "117mm, 60mm)"), "no room"),
    ],
    ids=["no field", "array", "no names", "other", "value", "pages", "no code", "red", "no room"],
)  # fmt: skip
def test_refuses_a_form_that_breaks_its_promise(
    edit: Edit, said: str, tmp_path: Path, renderer: FaceRenderer
) -> None:
    """TYPE_MALFORMED: a face that exports `on-form` and is not as it says is told why."""
    face = with_face(face_of(), tmp_path, edit)
    with pytest.raises(MalformedError, match=said) as caught:
        renderer.render(face)
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED
    assert caught.value.at == "face.typ"


def test_a_second_page_with_values_is_refused(tmp_path: Path, renderer: FaceRenderer) -> None:
    """TYPE_MALFORMED: values are filled in on one page only."""
    face = with_face(
        face_of(), tmp_path, lambda source: source.replace("issued(", "pagebreak(); issued(")
    )
    with pytest.raises(MalformedError, match="one page"):
        renderer.render(face)


def test_refuses_a_text_that_does_not_fit_when_drawn_whole(tmp_path: Path) -> None:
    """CONTENT_TOO_LONG: with the field, as where it is filled in."""
    with pytest.raises(RefusedError) as caught:
        drawn_whole(face_of("business-licence", business_scope="经营" * 2000), tmp_path)
    assert caught.value.reason is LicenceReason.CONTENT_TOO_LONG
    assert caught.value.at == "/business_scope"


@pytest.fixture(scope="module")
def empty_form() -> tuple[bytes, int]:
    """A form as typst draws it, and the size of its code."""
    caught: list[tuple[bytes, int]] = []

    def keep(pdf: bytes, slots: tuple[Slot, ...], *, qr_size: int) -> EmptyForm:
        caught.append((pdf, qr_size))
        return read_form(pdf, slots, qr_size=qr_size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faces, "read_form", keep)
        FaceRenderer(system_fonts=False).render(face_of())
    return caught[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (rb"/EmbeddedFiles", b"/Attached", "attached file"),
        (rb"D:20000101000000Z", b"D:20010101000000Z", "in its information"),
        (rb"2000-01-01T", b"2001-01-01T", "in its metadata"),
        (rb"/ID\[\(.{24}\)\(.{24}\)", b"/ID[<00><00>", "file identifier"),
        (rb"/Count 1", b"/Count 2", "one page"),
        (rb"/MediaBox", b"/CropBox", "one page"),
    ],
)
def test_refuses_a_form_that_typst_would_not_write(
    old: bytes, new: bytes, said: str, empty_form: tuple[bytes, int]
) -> None:
    """TYPE_MALFORMED: a form in which something is not where it was expected is not used."""
    pdf, qr_size = empty_form
    found = re.search(old, pdf)
    assert found is not None
    spoilt = re.sub(old, new.ljust(len(found[0])), pdf)
    with pytest.raises(MalformedError, match=said) as caught:
        read_form(spoilt, (), qr_size=qr_size)
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED


def test_stand_in_is_no_qr_code() -> None:
    """What stands for the code is as large as one, and packed differs from others of its kind."""
    assert len(stand_in_pixels(37)) == 37 * 37
    assert zlib.crc32(stand_in_pixels(37)) != zlib.crc32(stand_in_pixels(33))
