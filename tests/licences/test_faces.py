"""Faces: what stands on them, what is attached, what is refused; read by foreign tools too."""

import io
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from shutil import copytree

import pypdf
import pypdfium2
import pytest
import typst
import zxingcpp

from eseal.errors import MalformedError, RefusedError
from eseal.fonts import FONT_FOLDER
from eseal.pdf.pages import page_text
from licences.catalogue import LicenceType, shipped_folder
from licences.faces import Face, FaceRenderer
from licences.glyphs import FALLBACK_FAMILIES
from licences.identifiers import Uscc
from licences.licence_type import Bilingual
from licences.reasons import LicenceReason
from tests.licences.sample_faces import AT, ATTACHMENT, face_of

SLUGS = sorted(path.parent.name for path in shipped_folder().glob("*/type.toml"))
NOT_INVENTED = Uscc.build("11", "330100", "MB000001")
LONG_NAME = "某某省某某市某某经济技术开发区行政审批和市场监督管理局"
SEAL_RADIUS = 21 * 72 / 25.4  # points: the largest seal in use has 42 mm

MakeFace = Callable[..., Face]


@pytest.fixture(scope="module")
def renderer() -> FaceRenderer:
    """A renderer with the shipped fonts only, so that all machines agree."""
    return FaceRenderer(system_fonts=False)


@pytest.fixture(scope="module")
def make_face() -> MakeFace:
    """Make the face of a type's sample, with some of the data changed."""
    return face_of


@pytest.fixture(scope="module", params=SLUGS)
def sample(request: pytest.FixtureRequest, make_face: MakeFace) -> Face:
    """The sample of each type in turn."""
    return make_face(request.param)


@pytest.fixture(scope="module")
def drawn(sample: Face, renderer: FaceRenderer) -> bytes:
    """The face of each sample in turn."""
    return renderer.render(sample)


@pytest.fixture(scope="module")
def drawn_file(drawn: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file, for other tools."""
    path = tmp_path_factory.mktemp("face") / "face.pdf"
    path.write_bytes(drawn)
    return path


@pytest.fixture(scope="module")
def fullest(sample: Face) -> Face:
    """Each sample with its texts and its issuer's name as long as they get."""
    name = Bilingual(zh=LONG_NAME, en="Office")
    return replace(
        sample,
        department=replace(sample.department, code=NOT_INVENTED, name=name),
        data={**sample.data, **filled(sample.licence_type)},
    )


@pytest.fixture(scope="module")
def full(fullest: Face, renderer: FaceRenderer) -> bytes:
    """The face of each of these in turn."""
    return renderer.render(fullest)


def text_of(pdf: bytes) -> str:
    """Take the text of a PDF's pages, white space removed."""
    return squeezed(page_text(pdf))


def squeezed(text: str) -> str:
    """Leave white space out."""
    return "".join(text.split())


def on_face(face: Face) -> dict[str, str]:
    """Give the strings that have to stand on a face, by field."""
    fields = [field for field in face.licence_type.fields if field.on_face]
    return {field.name: face.shown()[field.name] for field in fields}


def missing_from(text: str, shown: Mapping[str, str]) -> list[str]:
    """Name the fields whose strings are not found, each place in the text counting once."""
    missing = []
    for name, string in sorted(shown.items(), key=lambda item: -len(item[1])):
        if squeezed(string) not in text:
            missing.append(name)
        text = text.replace(squeezed(string), "\0", 1)
    return missing


def run(*command: str | Path) -> str:
    """Run a tool and give what it says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def filled(licence_type: LicenceType) -> dict[str, str]:
    """Fill every text of free form to the limit of the schema; no two begin alike."""
    rules = json.loads(licence_type.schema)["properties"]
    free = {
        name: rule["maxLength"]
        for name, rule in rules.items()
        if "maxLength" in rule and not rule.keys() & {"format", "pattern", "enum"}
    }
    return {
        name: (mark + "许可项目：食品销售，" * 200)[:length]
        for mark, (name, length) in zip(
            "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", free.items(), strict=False
        )
    }


def overlaps(pdf: bytes) -> list[tuple[str, str]]:
    """Find pairs of runs of text on the first page that are printed over one another."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        return [
            (text.get_text_bounded(*one), text.get_text_bounded(*other))
            for one, other in combinations(boxes, 2)
            if min(one[2], other[2]) - max(one[0], other[0]) > 1
            and min(one[3], other[3]) - max(one[1], other[1]) > 1.2
        ]


def test_shows_every_string_once(sample: Face, drawn: bytes) -> None:
    """Every display string and the identifier stand in the text that a renderer extracts."""
    text = text_of(drawn)
    assert missing_from(text, {**on_face(sample), "identifier": sample.identifier}) == []


def test_poppler_finds_every_string(sample: Face, drawn_file: Path) -> None:
    """Another renderer extracts them too."""
    text = squeezed(run("pdftotext", "-raw", drawn_file, "-"))
    assert missing_from(text, on_face(sample)) == []
    assert squeezed(sample.department.name.zh) in text


def test_is_one_page_of_pdf_a_3b(drawn: bytes) -> None:
    """The metadata say PDF/A-3b, and everything fits on one page."""
    reader = pypdf.PdfReader(io.BytesIO(drawn), strict=True)
    assert len(reader.pages) == 1
    assert reader.xmp_metadata is not None
    xmp = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp


def test_names_itself(sample: Face, drawn: bytes) -> None:
    """Title, author and keywords are the licence's name, issuer and identifier."""
    metadata = pypdf.PdfReader(io.BytesIO(drawn)).metadata
    assert metadata is not None
    assert metadata.title == f"{sample.licence_type.name.zh} {sample.licence_type.name.en}"
    assert metadata.author == sample.department.name.zh
    assert metadata.keywords == sample.identifier
    assert metadata.creation_date == AT


def test_embeds_all_its_fonts(drawn_file: Path) -> None:
    """No font is left to the reader's machine, and each can be read back as text."""
    lines = run("pdffonts", drawn_file).splitlines()[2:]
    assert 2 <= len(lines) <= 3
    for line in lines:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]
        assert "LicenceSong" in line


def test_passes_qpdf(drawn_file: Path) -> None:
    """Nothing in its structure needs repair."""
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", drawn_file)


def test_carries_the_json_licence(drawn: bytes) -> None:
    """The attachment is the same to the byte, whatever signs are in it."""
    reader = pypdf.PdfReader(io.BytesIO(drawn))
    assert reader.attachments == {"licence.json": [ATTACHMENT]}
    assert b"/AFRelationship/Data" in drawn


def test_qr_code_is_read_back(sample: Face, drawn: bytes) -> None:
    """A reader finds one code on the page as it looks, and gets the identifier."""
    document = pypdfium2.PdfDocument(drawn)
    image = document[0].render(scale=2).to_pil()
    document.close()
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text == sample.identifier


def test_leaves_room_for_the_seal(fullest: Face, full: bytes, renderer: FaceRenderer) -> None:
    """Under the largest seal lie issuer and date, however long the texts are, and nothing else."""
    spot = renderer.seal_spot(fullest.licence_type)
    with pypdfium2.PdfDocument(full) as document:
        page = document[0]
        width, height = page.get_size()
        covered = page.get_textpage().get_text_bounded(
            left=spot.x - SEAL_RADIUS,
            right=spot.x + SEAL_RADIUS,
            bottom=height - spot.y - SEAL_RADIUS,
            top=height - spot.y + SEAL_RADIUS,
        )
    assert spot.page == 0
    assert SEAL_RADIUS < spot.x < width - SEAL_RADIUS
    assert SEAL_RADIUS < spot.y < height - SEAL_RADIUS
    day = squeezed(fullest.shown()[fullest.licence_type.roles.issued_on])
    issuer = fullest.department.name.zh
    lines = [squeezed(line) for line in covered.splitlines()]
    assert day in lines
    assert [line for line in lines if line not in issuer and line not in day] == []


def test_holds_whatever_the_schema_permits(fullest: Face, full: bytes) -> None:
    """Fields filled to their limits fit on the same one page; none is cut or covers another."""
    assert missing_from(text_of(full), on_face(fullest)) == []
    assert len(pypdf.PdfReader(io.BytesIO(full)).pages) == 1
    assert overlaps(full) == []


def test_same_licence_same_bytes(make_face: MakeFace, renderer: FaceRenderer) -> None:
    """Drawing again, even by another renderer, gives the same bytes; other data give others."""
    first = renderer.render(make_face())
    assert renderer.render(make_face(name="样本辛")) != first
    assert renderer.render(make_face()) == first
    assert FaceRenderer().render(make_face()) == first


def test_only_samples_say_so(make_face: MakeFace, renderer: FaceRenderer) -> None:
    """样本 stands across a licence of an invented department, and of no other."""
    face = make_face(name="某人")
    assert "样本" in text_of(renderer.render(face)).replace("样本科技", "")
    plain = replace(
        face,
        department=replace(face.department, code=NOT_INVENTED),
        data={**face.data, "employer": "某公司"},
    )
    assert "样本" not in text_of(renderer.render(plain))


@pytest.mark.parametrize(
    "name", ['"引号"\\n与\\', "#panic(1)", "$x$ *a* _b_ `c` <d> @e", "A-B-C " * 9, "fi fl ffi"]
)
def test_data_are_only_data(name: str, make_face: MakeFace, renderer: FaceRenderer) -> None:
    """What means something to typst, or joins in print, stands on the face as it is."""
    assert squeezed(name) in text_of(renderer.render(make_face(name=name)))


def test_refuses_a_text_that_does_not_fit(make_face: MakeFace, renderer: FaceRenderer) -> None:
    """CONTENT_TOO_LONG: a text beyond the face's smallest type is refused, with its field."""
    with pytest.raises(RefusedError) as caught:
        renderer.render(make_face("business-licence", business_scope="经营" * 2000))
    assert caught.value.reason is LicenceReason.CONTENT_TOO_LONG
    assert caught.value.at == "/business_scope"
    assert caught.value.words[1].isascii()


def test_refuses_a_missing_glyph(make_face: MakeFace, renderer: FaceRenderer) -> None:
    """MISSING_GLYPH: the characters, the field and the packages are named; nothing is blank."""
    with pytest.raises(RefusedError) as caught:
        renderer.render(make_face(employer="龘𠮷科技（样本）"))
    assert caught.value.reason is LicenceReason.MISSING_GLYPH
    assert caught.value.at == "/employer"
    assert "龘 (U+9F98), 𠮷 (U+20BB7)" in caught.value.sentence
    zh, en = caught.value.words
    assert zh.endswith("；可安装字体包 fonts-hanazono, fonts-noto-cjk")
    assert en.endswith("; the Debian package fonts-hanazono, fonts-noto-cjk may have it")


def test_an_emoji_is_to_be_left_out(make_face: MakeFace, renderer: FaceRenderer) -> None:
    """No package of fonts is named for what cannot stand on a licence."""
    with pytest.raises(RefusedError, match=r"😀 \(U\+1F600\)") as caught:
        renderer.render(make_face(employer="样本😀科技"))
    assert "leave out emoji" in caught.value.sentence
    assert "fonts-" not in caught.value.sentence
    assert caught.value.advice is not None
    assert "font package" not in caught.value.advice[1]
    assert "安装字体也无济于事" in caught.value.advice[0]
    assert caught.value.at == "/employer"


def test_refuses_a_missing_glyph_of_the_issuer(make_face: MakeFace, renderer: FaceRenderer) -> None:
    """MISSING_GLYPH: the issuer's name is no field, so that no pointer is given."""
    face = make_face()
    named = replace(face.department, name=Bilingual(zh="示例市龘局", en="Office"))
    with pytest.raises(RefusedError, match="龘") as caught:
        renderer.render(replace(face, department=named))
    assert caught.value.at == ""


@pytest.fixture(scope="module")
def installed() -> frozenset[str]:
    """The font families that are installed here."""
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    return frozenset(fonts.families())


def test_falls_back_to_installed_fonts(make_face: MakeFace, installed: frozenset[str]) -> None:
    """A rare character is taken from an installed font, or refused where there is none."""
    renderer, face = FaceRenderer(), make_face(employer="龘科技（样本）")
    if installed.isdisjoint(FALLBACK_FAMILIES):
        with pytest.raises(RefusedError, match="龘"):
            renderer.render(face)
    else:
        assert "龘科技" in text_of(renderer.render(face))


def test_names_only_what_no_font_has(make_face: MakeFace, installed: frozenset[str]) -> None:
    """Of two rare characters, only the one that no font has is complained about."""
    with pytest.raises(RefusedError) as caught:
        FaceRenderer().render(make_face(employer="龘\U000f0000"))
    assert caught.value.reason is LicenceReason.MISSING_GLYPH
    assert "U+F0000" in caught.value.sentence
    assert ("龘" in caught.value.sentence) is installed.isdisjoint(FALLBACK_FAMILIES)


def test_refuses_what_installed_fonts_show_as_something_else(make_face: MakeFace) -> None:
    """MISSING_GLYPH: what cannot be read back from the page as it was written is not issued."""
    with pytest.raises(RefusedError, match="U\\+3164") as caught:
        FaceRenderer().check(make_face(employer="示例\u3164公司"))
    assert (caught.value.reason, caught.value.at) == (LicenceReason.MISSING_GLYPH, "/employer")


def test_charset_is_what_the_fonts_have() -> None:
    """The list of characters beside the fonts is what is in them, each with a glyph of its own."""
    from fontTools.ttLib import TTCollection

    listed = set((FONT_FOLDER / "charset.txt").read_text(encoding="utf-8")) - {"\n"}
    for path in sorted(FONT_FOLDER.glob("*.ttc")):
        with TTCollection(path) as collection:
            for font in collection.fonts:
                cmap = font.getBestCmap()
                assert {chr(code) for code in cmap} == listed
                assert len(set(cmap.values())) == len(cmap)


FACE = """\
#import "@licences/face:1.0.0": *
#let seal = (page: 1, x: 100mm, y: 100mm)
#let face(licence) = sheet(licence, {
  for (index, field) in licence.fields.values().enumerate() {
    row(field, 30mm, 40mm + 12mm * index, 150mm, 10mm, label-width: 40mm)
  }
  qr(licence, 30mm, 220mm, 28mm)
  footer(licence, 30mm, 255mm, 150mm)
})
"""


@pytest.fixture
def own_type(make_face: MakeFace, tmp_path: Path) -> Face:
    """A face in a folder elsewhere, as a home may have it."""
    face = make_face()
    folder = tmp_path / "talent-card"
    copytree(face.licence_type.folder, folder)
    (folder / "face.typ").write_text(FACE, encoding="utf-8")
    return replace(face, licence_type=replace(face.licence_type, folder=folder))


def test_a_face_is_a_file_in_a_folder(own_type: Face, renderer: FaceRenderer) -> None:
    """A type's own face needs no code: it takes what faces share from the library."""
    assert missing_from(text_of(renderer.render(own_type)), own_type.shown()) == []


def test_refuses_a_face_that_leaves_a_field_out(own_type: Face, renderer: FaceRenderer) -> None:
    """TYPE_MALFORMED: a field that has to stand on the face and does not is named."""
    source = FACE.replace(".values()", '.values().filter(each => each.name != "employer")')
    (own_type.licence_type.folder / "face.typ").write_text(source, encoding="utf-8")
    with pytest.raises(MalformedError, match="does not show: employer") as caught:
        renderer.render(own_type)
    assert (caught.value.reason, caught.value.at) == (LicenceReason.TYPE_MALFORMED, "face.typ")


@pytest.mark.parametrize(
    "source",
    [
        "#let seal = (page: 1",
        FACE.replace("licence.fields.values()", "licence.fields.unknown"),
        FACE.replace("footer(", 'read("/etc/passwd"); footer('),
        '#import "@preview/example:0.1.0": add\n' + FACE,
    ],
    ids=["syntax", "unknown field", "outside its folder", "from the network"],
)
def test_refuses_a_face_that_does_not_compile(
    source: str, own_type: Face, renderer: FaceRenderer
) -> None:
    """TYPE_MALFORMED: a fault in the face is told as a fault of the type."""
    (own_type.licence_type.folder / "face.typ").write_text(source, encoding="utf-8")
    with pytest.raises(MalformedError) as caught:
        renderer.render(own_type)
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED
    assert caught.value.at == "face.typ"
