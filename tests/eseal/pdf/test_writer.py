"""What the writer writes: still PDF/A-3b by the clauses that it touches, and valid to others.

veraPDF is not to be had where this is developed: the clauses of ISO 19005-3 that an incremental
update could break are asserted here one by one, by their text as read second-hand.
"""

import re
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from eseal.chain import PathJudge
from eseal.cms import CmsTemplate
from eseal.errors import RefusedError
from eseal.pdf.marks import MarkCheck
from eseal.pdf.selfcheck import self_verify_pdf
from eseal.pdf.verify import verify_pdf
from eseal.pdf.writer import Appearance, prepare_rendered_pdf, sign_rendered_pdf
from eseal.reasons import Reason
from eseal.report import Check, Indication, judge
from eseal.seals.checks import SealCheck
from eseal.stack import SuiteSignatureValidator
from tests.rendered import render_sample
from tests.sealed import stamp_of, tiny_form
from tests.vectors.pdf import IDENTIFIER, PdfForge
from tests.world import NOW

OBJECT = re.compile(rb"(?<=\n)(\d+) (\d+) obj\n(.*?)\nendobj\n", re.DOTALL)
XMP = "{http://ns.adobe.com/xap/1.0/}"
SEAL = Appearance(form=tiny_form(20), x=60, y=60, page=1, tooltip="示例章（样本）")


def objects(forge: PdfForge, signed: bytes) -> dict[int, bytes]:
    """The objects of the update by number."""
    return {int(found[1]): found[3] for found in OBJECT.finditer(signed, len(forge.rendered))}


def one_object(forge: PdfForge, signed: bytes, mark: bytes) -> bytes:
    """The one object of the update that has this in it."""
    (found,) = (body for body in objects(forge, signed).values() if mark in body)
    return found


def written(forge: PdfForge, appearance: Appearance | None) -> bytes:
    """The good document, with or without a mark."""
    return sign_rendered_pdf(
        forge.rendered,
        forge.cms,
        at=NOW,
        identifier=IDENTIFIER,
        reason="签发（样本）",
        location="a (b) \\ c",
        appearance=appearance,
    )


@pytest.fixture(scope="module", params=[None, SEAL], ids=["invisible", "visible"])
def signed(request: pytest.FixtureRequest, rsa_forge: PdfForge) -> bytes:
    """A signed document, invisible and visible."""
    return written(rsa_forge, request.param)


def test_one_update_behind_the_rendering(rsa_forge: PdfForge, signed: bytes) -> None:
    """The rendered bytes stand unchanged before one update (ISO 32000-1, 7.5.6)."""
    assert signed.startswith(rsa_forge.rendered)
    assert signed.count(b"%%EOF") == 2


def test_objects_stand_as_pdfa_wants_them(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.1.9: single spaces, and line ends around header and `endobj`; nothing between objects."""
    update = signed[len(rsa_forge.rendered) :]
    body = update[: update.rindex(b"xref\n", 0, update.rindex(b"startxref"))]
    assert body[:1] == b"\n"
    assert body[1:] == b"".join(found[0] for found in OBJECT.finditer(body))


def test_table_is_right(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.1.4: keyword, subsections and 20-byte entries; each points at its object; runs sorted."""
    start = signed.rindex(b"xref\n", 0, signed.rindex(b"startxref"))
    table, trailer = signed[start:].split(b"trailer\n", 1)
    lines = re.sub(rb"\r\n", b"  ", table[len(b"xref\n") :])
    numbers: list[int] = []
    while lines:
        head, lines = lines.split(b"\n", 1)
        first, count = map(int, head.split(b" "))
        for number in range(first, first + count):
            entry, lines = lines[:20], lines[20:]
            assert re.fullmatch(rb"\d{10} 00000 n  ", entry)
            assert signed[int(entry[:10]) :].startswith(b"%d 0 obj\n" % number)
            numbers.append(number)
    assert numbers == sorted(objects(rsa_forge, signed))
    assert f"startxref\n{start}\n%%EOF\n".encode() == trailer[trailer.index(b"startxref") :]


def test_trailer_keeps_the_identifier(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.1.3: /ID is kept, its second part new; Root, Info and Prev stand; nothing follows."""
    mine, theirs = (data[data.rindex(b"trailer") :] for data in (signed, rsa_forge.rendered))
    pattern = re.compile(rb"/ID\[(\(.*?\)|<.*?>)(\(.*?\)|<.*?>)\]")
    new, old = pattern.search(mine), pattern.search(theirs)
    assert new is not None
    assert old is not None
    assert new[1] == old[1]
    assert new[2] != old[2]
    for key in (rb"/Root \d+ 0 R", rb"/Info \d+ 0 R"):
        assert re.findall(key, mine) == re.findall(key, theirs)
    prev = re.search(rb"startxref\n(\d+)", theirs)
    assert prev is not None
    assert b"/Prev " + prev[1] in mine
    assert b"/Encrypt" not in mine


def test_two_signatures_have_two_identifiers(rsa_forge: PdfForge) -> None:
    """The second part of /ID depends on what the update says, and on nothing hidden."""
    later = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW + timedelta(seconds=1))
    again = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW + timedelta(seconds=1))
    assert later == again
    identifiers = {data[data.rindex(b"/ID[") :][:80] for data in (later, rsa_forge.good)}
    assert len(identifiers) == 2


def test_widget(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.3.2, 6.3.3: printed, not hidden; with a size it has an appearance, without one none."""
    widget = one_object(rsa_forge, signed, b"/Subtype/Widget")
    flags = re.search(rb"/F (\d+)", widget)
    rectangle = re.search(rb"/Rect\[(.*?)\]", widget)
    assert flags is not None
    assert rectangle is not None
    invisible, hidden, printed, no_view, toggle = 1, 2, 4, 32, 256
    assert int(flags[1]) & printed
    assert not int(flags[1]) & (invisible | hidden | no_view | toggle)
    left, bottom, right, top = map(float, rectangle[1].split())
    has_size = (left, bottom) != (right, top)
    assert has_size is (b"/AP<</N " in widget)
    assert b"/A<<" not in widget
    assert b"/AA" not in widget


def test_form(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.4.1: no XFA, no appearances asked for; the form says that signatures are in it."""
    catalog = one_object(rsa_forge, signed, b"/Type/Catalog")
    assert b"/SigFlags 3" in catalog
    assert b"NeedAppearances" not in catalog
    assert b"XFA" not in catalog
    for key in (b"/OutputIntents", b"/MarkInfo", b"/StructTreeRoot", b"/AF[", b"/Metadata"):
        assert key in catalog


def test_page_keeps_its_annotations(rsa_forge: PdfForge) -> None:
    """The link that the page had is still there, before the widget; other entries as they were."""
    page = one_object(rsa_forge, rsa_forge.good, b"/Type/Page/")
    old = re.search(rb"\n\d+ 0 obj\n(<</Type/Page/[^\n]*/Annots\[\d+ 0 R)\]>>", rsa_forge.rendered)
    assert old is not None
    assert page.startswith(old[1] + b" ")


def test_metadata(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.6: uncompressed, still PDF/A-3b, still what Info says, and now with the identifier."""
    metadata = one_object(rsa_forge, signed, b"/Type/Metadata")
    head, rest = metadata.split(b"\nstream\n", 1)
    xmp = rest.removesuffix(b"\nendstream")
    assert b"/Filter" not in head
    assert f"/Length {len(xmp)}>>".encode() in head
    tree = ElementTree.fromstring(xmp[: xmp.rindex(b"<?xpacket")])  # noqa: S314 - made a moment ago
    texts = {element.tag: element.text for element in tree.iter()}
    assert texts["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert texts["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "B"
    assert texts["{http://purl.org/dc/elements/1.1/}identifier"] == IDENTIFIER
    info = re.search(rb"<</Title\((.*?)\)/Creator\((.*?)\)/ModDate\(D:(\d+)Z\)", signed)
    assert info is not None
    assert texts[f"{XMP}CreatorTool"] == info[2].decode()
    modified = datetime.strptime(info[3].decode(), "%Y%m%d%H%M%S%f")  # noqa: DTZ007 - compared as text
    assert str(texts[f"{XMP}ModifyDate"]).startswith(modified.strftime("%Y-%m-%dT"))


def test_digest_covers_the_file_but_the_signature(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.4.3: the range is the whole file but /Contents, which is hexadecimal and even."""
    dictionary = one_object(rsa_forge, signed, b"/Type/Sig/")
    byte_range = re.search(rb"/ByteRange\[0 (\d+) (\d+) (\d+)\]", dictionary)
    assert byte_range is not None
    before, behind, rest = map(int, byte_range.groups())
    assert behind + rest == len(signed)
    assert re.fullmatch(rb"<(?:[0-9a-f]{2})+>", signed[before:behind])
    assert behind - before == 2 * rsa_forge.cms.max_size + 2


def test_says_what_it_was_told(rsa_forge: PdfForge, signed: bytes) -> None:
    """PAdES' keys, the time in UTC, reason and location as text strings."""
    dictionary = one_object(rsa_forge, signed, b"/Type/Sig/")
    assert b"/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached" in dictionary
    assert b"/M(D:20261122040000Z)" in dictionary
    reader = PdfFileReader(BytesIO(signed))
    (embedded,) = reader.embedded_signatures
    assert embedded.sig_object["/Reason"] == "签发（样本）"
    assert embedded.sig_object["/Location"] == "a (b) \\ c"
    assert embedded.self_reported_timestamp == NOW


def test_mark_is_drawn(rsa_forge: PdfForge) -> None:
    """A visible signature has a form of its size, on the page that was asked for."""
    data = written(rsa_forge, SEAL)
    form = one_object(rsa_forge, data, b"/Subtype/Form")
    assert b"/BBox[0 0 56.6929 56.6929]" in form
    assert SEAL.form.stream.packed in form
    widget = one_object(rsa_forge, data, b"/Subtype/Widget")
    assert b"/Rect[31.6535 138.4252 88.3465 195.1181]" in widget
    reader = PdfFileReader(BytesIO(data))
    second = reader.root["/Pages"]["/Kids"][1]
    assert len(second["/Annots"]) == 1


def test_qpdf_finds_no_fault(signed: bytes, tmp_path: Path) -> None:
    """Qpdf reads the file and its streams without a complaint."""
    (tmp_path / "signed.pdf").write_bytes(signed)
    asked = subprocess.run(
        ["qpdf", "--check", "signed.pdf"], cwd=tmp_path, capture_output=True, check=False
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr


def test_pdfsig_calls_it_valid(signed: bytes, tmp_path: Path) -> None:
    """Poppler calls the RSA signature valid, and says that it covers the total document."""
    (tmp_path / "signed.pdf").write_bytes(signed)
    asked = subprocess.run(
        ["pdfsig", "-nocert", "signed.pdf"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
    )
    assert "Signature Validation: Signature is Valid." in asked.stdout
    assert "Total document signed" in asked.stdout
    assert "Signature Type: ETSI.CAdES.detached" in asked.stdout


@pytest.mark.parametrize("appearance", [None, SEAL], ids=["invisible", "visible"])
def test_pyhanko_calls_it_valid(forge: PdfForge, appearance: Appearance | None) -> None:
    """PyHanko's whole validation, path included, passes for each suite."""
    (embedded,) = PdfFileReader(BytesIO(written(forge, appearance))).embedded_signatures
    context = ValidationContext(
        trust_roots=[forge.authority.root.certificate],
        moment=NOW,
        allow_fetching=False,
        signature_validator=SuiteSignatureValidator(),
    )
    status = validate_pdf_signature(embedded, context)
    assert status.bottom_line, status.summary()
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_ours_calls_it_valid(forge: PdfForge, path_judge: PathJudge) -> None:
    """Our own verification passes it, for each suite."""
    evidence = verify_pdf(written(forge, None), judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED


def test_a_mark_wants_a_seal(forge: PdfForge, path_judge: PathJudge) -> None:
    """A picture that no seal proves is told; all else about the signature is good."""
    evidence = verify_pdf(written(forge, SEAL), judge=path_judge)
    verdict = judge(evidence.findings)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.sub_indication == Reason.SEAL_PICTURE_UNPROVEN


def test_a_sealed_mark_is_proven(forge: PdfForge, path_judge: PathJudge) -> None:
    """The picture of the seal that the signature carries passes, and so does all about the seal."""
    template = CmsTemplate(forge.signer, seal=stamp_of(forge.authority))
    sealed = sign_rendered_pdf(forge.rendered, template, at=NOW, appearance=SEAL)
    self_verify_pdf(sealed, template)
    evidence = verify_pdf(sealed, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert [one.check for one in evidence.findings] == [*Check, *SealCheck, *MarkCheck]


def test_signs_in_two_steps(rsa_forge: PdfForge) -> None:
    """Prepared, signed elsewhere and completed is the same as signed at once."""
    prepared = prepare_rendered_pdf(
        rsa_forge.rendered, rsa_forge.cms, at=NOW, identifier=IDENTIFIER
    )
    assert prepared.complete(rsa_forge.cms.build(prepared.message_digest)) == rsa_forge.good
    with pytest.raises(RefusedError) as caught:
        prepared.complete(bytes(prepared.size + 1))
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def test_time_is_written_in_utc(rsa_forge: PdfForge) -> None:
    """Another zone is the same moment; without a zone there is no moment."""
    there = NOW.astimezone(timezone(timedelta(hours=8)))
    signed = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=there, identifier=IDENTIFIER)
    assert signed == rsa_forge.good
    with pytest.raises(ValueError, match="no zone"):
        sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW.replace(tzinfo=None))


def test_a_rendering_may_end_with_a_line_end(rsa_forge: PdfForge, path_judge: PathJudge) -> None:
    """A line end behind the rendering's end of file is kept and not doubled."""
    signed = sign_rendered_pdf(rsa_forge.rendered + b"\n", rsa_forge.cms, at=NOW)
    assert re.match(rb"\n\d+ 0 obj\n", signed[len(rsa_forge.rendered) :])
    evidence = verify_pdf(signed, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"%%EOF", b"%%EOL"),
        (b"xref\n0 ", b"xrfe\n0 "),
        (b"/Root ", b"/Ruth "),
        (b"/ID[", b"/IE["),
        (b"/Size ", b"/Sise "),
        (b"/Info ", b"/Prev "),
        (b"/Info ", b"/Encrypt "),
        (b"/Lang(en)", b"/Perms 1"),
        (b"/ViewerPreferences<<", b"/AcroForm         <<"),
        (b"/Pages ", b"/Pagez "),
        (b"/Metadata ", b"/Mettdata "),
        (b"/Type/Metadata", b"/Filter/Metadat"),
        (b"/Annots[", b"/Annots ["),
        (b"/Type/Page/", b"/Type/Pafe/"),
        (b"/Kids[", b"/Kidz["),
        (b"</rdf:Description>", b"</rdf:description>"),
    ],
)
def test_refuses_what_is_not_ours(rsa_forge: PdfForge, old: bytes, new: bytes) -> None:
    """A file that the renderer would not write so is left to the general writer."""
    changed = rsa_forge.rendered.replace(old, new)
    assert changed != rsa_forge.rendered
    changed = re.sub(rb"/Annots \[(\d+ 0 R)\]", rb"/Annots \1 ", changed)
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(changed, rsa_forge.cms, at=NOW, identifier=IDENTIFIER)
    assert caught.value.reason is Reason.PDF_NOT_OURS


def test_refuses_a_page_that_is_not_there(rsa_forge: PdfForge) -> None:
    """A mark on a third page of two is refused."""
    nowhere = replace(SEAL, page=2)
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW, appearance=nowhere)
    assert caught.value.reason is Reason.PDF_NOT_OURS


@pytest.mark.parametrize("place", [{"x": 20}, {"y": 20}, {"x": 320}, {"y": 200}], ids=str)
def test_refuses_a_mark_that_is_not_on_the_page(
    rsa_forge: PdfForge, place: dict[str, float]
) -> None:
    """A mark that would stand over an edge is refused before anything is signed."""
    over = replace(SEAL, **place)  # type: ignore[arg-type]  # names of its numbers
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW, appearance=over)
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


def nested(levels: int) -> bytes:
    """The rendering with its pages that many nodes deeper in the tree; tree and catalog last."""
    pdf = render_sample()
    kids = re.search(rb"/Count 2/Kids(\[[^]]*\])", pdf)
    assert kids is not None
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    objects, offsets, place = b"", b"", pdf.rindex(b"xref\n0 ")
    for level in range(levels):
        child = b"[%d 0 R]" % (size + level + 1) if level + 1 < levels else kids[1]
        offsets += b"%010d 00000 n\r\n" % (place + len(objects))
        objects += b"%d 0 obj\n<</Count 2/Kids%b>>\nendobj\n" % (size + level, child)
    table = pdf[place : pdf.rindex(b"trailer")].replace(
        b"xref\n0 %d" % size, b"xref\n0 %d" % (size + levels)
    )
    head = re.sub(rb"/Pages 1 0 R", b"/Pages %d 0 R" % size, pdf[:place])
    moved = len(head) - place
    offsets = re.sub(rb"\d{10}(?= 00000)", lambda one: b"%010d" % (int(one[0]) + moved), offsets)
    trailer = re.sub(rb"/Size \d+", b"/Size %d" % (size + levels), pdf[pdf.rindex(b"trailer") :])
    trailer = re.sub(rb"startxref\n\d+", b"startxref\n%d" % len(head + objects), trailer)
    return head + objects + table + offsets + trailer


def test_finds_pages_in_a_tree(rsa_forge: PdfForge, path_judge: PathJudge) -> None:
    """Pages below several nodes are found, and signed as others are."""
    template = CmsTemplate(rsa_forge.signer, seal=stamp_of(rsa_forge.authority))
    signed = sign_rendered_pdf(nested(3), template, at=NOW, appearance=SEAL)
    evidence = verify_pdf(signed, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED


def test_refuses_a_tree_too_deep(rsa_forge: PdfForge) -> None:
    """A page tree deeper than a renderer makes it is refused, so that it cannot be endless."""
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(nested(9), rsa_forge.cms, at=NOW)
    assert caught.value.reason is Reason.PDF_NOT_OURS


def test_refuses_compressed_metadata(rsa_forge: PdfForge) -> None:
    """Metadata with a filter are not what the renderer writes."""
    changed = rsa_forge.rendered.replace(b"/Type/Metadata", b"/Filter/A/T 1 ")
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(changed, rsa_forge.cms, at=NOW, identifier=IDENTIFIER)
    assert caught.value.reason is Reason.PDF_NOT_OURS


def test_refuses_what_is_signed(rsa_forge: PdfForge) -> None:
    """A signed file is not signed again by this writer."""
    with pytest.raises(RefusedError) as caught:
        sign_rendered_pdf(rsa_forge.good, rsa_forge.cms, at=NOW)
    assert caught.value.reason is Reason.PDF_NOT_OURS


def test_every_rendering_is_its_own(rsa_forge: PdfForge) -> None:
    """Other content, another digest and another signature; the container's size stays."""
    other = sign_rendered_pdf(
        render_sample("other"), CmsTemplate(rsa_forge.signer), at=NOW, identifier=IDENTIFIER
    )
    assert other != rsa_forge.good
