"""Empty forms filled in: they look as if drawn whole, and only a form as expected is used."""

import io
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.pages import page_text
from licences import form_drawing
from licences.catalogue import shipped_folder
from licences.empty_form import EmptyForm, read_form, stand_in_pixels
from licences.face_source import EMPTY
from licences.faces import Face, FaceRenderer
from licences.reasons import LicenceReason
from licences.setting import Slot
from tests.licences.sample_faces import AT, FILLED, SERIAL, face_of, with_face

SLUGS = sorted(path.parent.name for path in shipped_folder().glob("*/type.toml"))


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
@pytest.mark.unmeasured
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
        patch.setattr(form_drawing, "read_form", keep)
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
