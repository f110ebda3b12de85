"""What is no licence: one reason for all of it, and each told what it is and what takes it."""

import io
import subprocess
import zipfile
from codecs import BOM_UTF8
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
)

from eseal.certificates import to_pem
from eseal.cms import CmsTemplate
from eseal.jose.sdjwt import read_sd_jwt
from eseal.jose.status_list import STATUS_LIST_TYP
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.reasons import Reason
from eseal.report import Check, Finding, Indication, Outcome
from licences.authority_register import REGISTER_TYP
from licences.history_statement import HISTORY_TYP
from licences.licence_report import REPORT_TYP, LicenceReport
from licences.reasons import LicenceReason
from licences.reporting import json_text, ndjson_line
from licences.verification import Verifier
from tests.bundles import bundle, register
from tests.homes import CATALOGUE
from tests.licences.papers import good_list, market_signer, paper, pdf_paper
from tests.statements import forged
from tests.vectors.sealed_pdf import sign_with
from tests.world import NOW, World

PICTURES = {
    "png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(64),
    "svg": b'<?xml version="1.0"?>\n<!-- a seal -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
}


RESULTS_LINE = b'{"row": 1, "line": 2, "outcome": "refused", "identifier": null, "problems": []}\n'


@pytest.fixture
def verifier(world: World) -> Verifier:
    """Give a verifier at NOW with the good trust store."""
    return Verifier(world.trust, CATALOGUE, at=NOW)


def deciding(report: LicenceReport) -> Finding:
    """Give the finding that decided."""
    found = report.verdict.deciding
    assert found is not None
    return found


def blank_pdf() -> bytes:
    """Make a PDF that never was a licence."""
    written, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(written)
    return written.getvalue()


def assert_no_licence(report: LicenceReport, *words: str) -> None:
    """It is unreadable, NOT_A_LICENCE, and told with these words."""
    found = deciding(report)
    assert report.verdict.indication is Indication.UNREADABLE
    assert found.reason is LicenceReason.NOT_A_LICENCE
    for each in words:
        assert each in found.detail


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a text", "既不是 PDF"),
        (b"every text", "既不是 PDF"),
        (bytes(range(256)) * 8192, "neither a PDF nor JSON"),
        (b'{"a":1}', "JSON 数据"),
        (b"[1]", "JSON 数据"),
        (b"null\n", "JSON 数据"),
        (b"-1.5e3", "JSON 数据"),
        (b'"text"', "JSON 数据"),
        (b"\n%PDF-1.7\n%%EOF", "PDF 之前还有 1 字节"),
        (b"mail\n%PDF-1.7\n%%EOF", "PDF 之前还有 5 字节"),
        (RESULTS_LINE * 2, "licences bulk"),
        (BOM_UTF8 + RESULTS_LINE, "licences bulk"),
        *((data, "图片") for data in PICTURES.values()),
        (b"PK\x03\x04" + bytes(26) + b"a.txt", "压缩包"),
        (b"PK\x03\x04" + bytes(26) + b"OFD.xml", "OFD"),
        (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "私钥"),
        (b"0\x82\x01\x000\x20\x16\x02ES" + bytes(64), "eseal verify"),
        (b"0\x82\x01\x00" + bytes(64), "--trust"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_files_of_others_are_no_licence(verifier: Verifier, data: bytes, words: str) -> None:
    """Texts, pictures, archives, keys: always the same reason, and what it is."""
    assert_no_licence(verifier.verify("x", data), words)


def test_a_licence_that_an_editor_saved_again_is_told(verifier: Verifier, world: World) -> None:
    """A byte order mark before the JSON is what is wrong with it, and the original is wanted."""
    data = BOM_UTF8 + paper(market_signer(world.sm2))
    assert_no_licence(
        verifier.verify("x", data), "BOM", "原文件", "a byte order mark stands before"
    )


def test_our_other_files_are_told_with_what_takes_them(verifier: Verifier, world: World) -> None:
    """A bundle, status list, register, report or certificate given as if it were a licence."""
    report = verifier.verify("x", b"")
    signed = forged(world.sm2.signing, {"iat": 1, "reports": []}, typ=REPORT_TYP)
    for data, words in (
        (bundle(world), "licences trust show"),
        (good_list(world.sm2), "--status"),
        (register(world.sm2), "--authorities"),
        (signed, "licences report verify"),
        (signed + b"\n", "licences report verify"),
        (to_pem(world.sm2.root.certificate), "--trust"),
        (json_text([report]).encode(), "未签名的验证报告"),
        (f"{ndjson_line(report)}\n{ndjson_line(report)}\n".encode(), "未签名的验证报告"),
    ):
        assert_no_licence(verifier.verify("x", data), words)


def test_what_a_header_says_is_told_as_its_own_word(verifier: Verifier, world: World) -> None:
    """Nobody verified it: a file calls itself a status list or a report, whoever wrote that."""
    for typ in (STATUS_LIST_TYP, REPORT_TYP, REGISTER_TYP, HISTORY_TYP):
        data = forged(world.sm2.signing, {"iat": 1}, typ=typ).rpartition(b".")[0] + b".AAAA"
        assert_no_licence(verifier.verify("x", data), "自称", "calls itself")


def test_a_pdf_without_signature_or_data_is_no_licence(verifier: Verifier, world: World) -> None:
    """Neither is a PDF that was signed or sealed and has no licence's data."""
    plain = blank_pdf()
    assert_no_licence(verifier.verify("a.pdf", plain), "没有签名的 PDF")
    signed = sign_foreign_pdf(plain, CmsTemplate(world.sm2.signing), at=NOW)
    assert_no_licence(verifier.verify("a.pdf", signed), "已签名的 PDF")


LETTER_WAYS = ("names", "portfolio", "associated", "annotation")


def letter(way: str, name: bytes, data: bytes) -> bytes:
    """Make a PDF with a file in it, in one of the ways in which readers come to it."""
    written, writer = io.BytesIO(), pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    content = DecodedStreamObject()
    content.set_data(data)
    streams = DictionaryObject({NameObject("/F"): writer._add_object(content)})
    entries = {"/Type": NameObject("/Filespec"), "/F": ByteStringObject(name), "/EF": streams}
    file = writer._add_object(
        DictionaryObject({NameObject(key): value for key, value in entries.items()})
    )
    if way == "associated":
        writer.root_object[NameObject("/AF")] = ArrayObject([file])
    elif way == "annotation":
        note = {NameObject("/Subtype"): NameObject("/FileAttachment"), NameObject("/FS"): file}
        page[NameObject("/Annots")] = ArrayObject([DictionaryObject(note)])
    else:
        pairs = ArrayObject([ByteStringObject(b"x"), file])
        tree = DictionaryObject({NameObject("/Names"): pairs})
        names = DictionaryObject({NameObject("/EmbeddedFiles"): tree})
        writer.root_object[NameObject("/Names")] = names
        if way == "portfolio":
            writer.root_object[NameObject("/Collection")] = DictionaryObject()
    writer.write(written)
    return written.getvalue()


def signed_letter(world: World, way: str, name: bytes, data: bytes) -> bytes:
    """Have somebody known sign such a letter, which issues nothing."""
    return sign_foreign_pdf(letter(way, name, data), CmsTemplate(world.sm2.signing), at=NOW)


@pytest.mark.parametrize("way", LETTER_WAYS)
def test_a_licences_data_are_seen_in_whatever_way_they_are_attached(
    verifier: Verifier, world: World, way: str
) -> None:
    """Somebody known signed what has them under any name: it fails, and is not called none."""
    json = paper(market_signer(world.sm2))
    for data in (json, read_sd_jwt(json).compact(), json.decode().encode("utf-16"), json[:-1]):
        report = verifier.verify("a.pdf", signed_letter(world, way, b"annex.dat", data))
        found = deciding(report)
        assert report.verdict.indication is Indication.TOTAL_FAILED
        assert (found.check, found.reason) == (Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED)
        assert "annex.dat" in found.detail
        assert report.licence is None
    assert_no_licence(verifier.verify("a.pdf", signed_letter(world, way, b"annex.dat", b"{}")))
    unsigned = verifier.verify("a.pdf", letter(way, b"annex.dat", json))
    assert deciding(unsigned).reason is Reason.UNSIGNED


@pytest.mark.parametrize(
    "name",
    [
        b"Licence.json",
        b"licence.json ",
        b"annexes\\licence (1).json",
        b"LICENSE.JSON",
        "licence.json".encode("utf-16"),
        "licence.json".encode("utf-16-le"),
        b"\xef\xbb\xbf" + "ｌｉｃｅｎｃｅ.json".encode(),
    ],
    ids=repr,
)
def test_a_file_called_as_a_licences_data_are_fails(
    verifier: Verifier, world: World, name: bytes
) -> None:
    """People take it for a licence's, whatever is in it."""
    report = verifier.verify("a.pdf", signed_letter(world, "annotation", name, b"{}"))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert deciding(report).reason is LicenceReason.NOT_AS_ISSUED


def test_a_letter_whose_annexes_cannot_be_read_fails(verifier: Verifier, world: World) -> None:
    """What nobody can look into may be a licence's data."""
    pdf = letter("annotation", b"annex.dat", b"{}").replace(b"/Type /Filespec", b"/Type /Filespe(")
    signed = sign_with(pdf, CmsTemplate(world.sm2.signing))  # as others would
    report = verifier.verify("a.pdf", signed)
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert deciding(report).reason is Reason.BROKEN_PDF


def test_a_licence_that_lost_its_signature_is_not_called_none(
    verifier: Verifier, world: World, tmp_path: Path
) -> None:
    """Its data or its identifier tell, also where another program packed them: UNSIGNED."""
    whole = pdf_paper(market_signer(world.sm2))
    stripped = whole[: whole.index(b"%%EOF") + 6]
    assert b"licence.json" in stripped
    (tmp_path / "a.pdf").write_bytes(stripped)
    packed = tmp_path / "b.pdf"
    asked = ("--object-streams=generate", "--compress-streams=y", "--normalize-content=n")
    subprocess.run(["qpdf", *asked, tmp_path / "a.pdf", packed], check=True)
    renamed = stripped.replace(b"(licence.json)", b"(example.json)")
    for data in (stripped, packed.read_bytes(), renamed):
        report = verifier.verify("a.pdf", data)
        assert report.verdict.indication is Indication.INDETERMINATE
        assert deciding(report).reason is Reason.UNSIGNED


def test_a_damaged_licence_is_not_called_none(verifier: Verifier, world: World) -> None:
    """Altered it fails; cut off, or without its data, it is told so."""
    signer = market_signer(world.sm2)
    whole, json = pdf_paper(signer), paper(signer)
    altered = bytearray(whole)
    altered[whole.index(b"stream", len(whole) // 2) + 40] ^= 1
    for data, reason in (
        (bytes(altered), Reason.DIGEST_MISMATCH),
        (whole[: len(whole) // 2], Reason.TRUNCATED),
        (json[:-1], Reason.TRUNCATED),
        (json.replace(b'"signature"', b'"signatur"'), Reason.UNSIGNED),
        (pdf_paper(signer, attached=False), LicenceReason.EMBEDDED_MISSING),
    ):
        found = deciding(verifier.verify("x", data))
        assert found.reason is reason
        assert found.outcome is not Outcome.PASSED


@pytest.mark.parametrize("end", [b"x", b"[", b"{"])
def test_blanks_take_no_time(verifier: Verifier, end: bytes) -> None:
    """Megabytes of blanks are read once, not once for every blank."""
    report = verifier.verify("x", b" " * 8_000_000 + end + b" " * 8_000_000)
    assert report.verdict.indication is Indication.UNREADABLE


@pytest.mark.parametrize("data", [b" ", b"{}", b"garbage", b"\xef\xbb\xbf{}"])
def test_signed_as_issued_with_data_of_no_use_fails(
    verifier: Verifier, world: World, data: bytes
) -> None:
    """Whoever says proof of origin says that it is a licence; what cannot be read of it fails."""
    report = verifier.verify("a.pdf", pdf_paper(market_signer(world.sm2), embedded=data))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert deciding(report).check is Check.STRUCTURE


@pytest.mark.parametrize("before", [b"\n", b"\xef\xbb\xbf", bytes(900)])
def test_bytes_before_a_licence_do_not_hide_it(
    verifier: Verifier, world: World, before: bytes
) -> None:
    """Readers show a PDF that begins a little later; it is not called none."""
    report = verifier.verify("a.pdf", before + pdf_paper(market_signer(world.sm2)))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert deciding(report).reason is LicenceReason.NOT_AS_ISSUED
    other = verifier.verify("a.pdf", before + blank_pdf())
    assert deciding(other).reason is LicenceReason.NOT_A_LICENCE


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_licence_in_an_archive_is_told_to_be_unpacked(
    verifier: Verifier, world: World, packed: int
) -> None:
    """Stored as it is it begins early in the file, and yet nobody put bytes before it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packed) as archive:
        archive.writestr("a.pdf", pdf_paper(market_signer(world.sm2)))
    assert_no_licence(verifier.verify("a.zip", written.getvalue()), "解压")


OLDER = (b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")


def test_a_contract_signed_in_an_older_form_is_no_licence(verifier: Verifier, world: World) -> None:
    """It is told to be none, as one with a signature that is judged, and nothing against it."""
    signed = sign_foreign_pdf(blank_pdf(), CmsTemplate(world.rsa.signing), at=NOW)
    older = verifier.verify("a.pdf", signed.replace(*OLDER))
    assert_no_licence(older, "eseal verify")
    assert deciding(older).detail == deciding(verifier.verify("a.pdf", signed)).detail
    assert Reason.SIGNATURE_FORM_NOT_JUDGED in {each.reason for each in older.findings}


def test_a_licence_in_an_older_form_fails(verifier: Verifier, world: World) -> None:
    """None is issued so: whether its own signature calls itself that, or one behind it."""
    issued = pdf_paper(market_signer(world.sm2))
    again = sign_foreign_pdf(issued, CmsTemplate(world.rsa.signing), at=NOW)
    behind = issued + again[len(issued) :].replace(*OLDER)
    letter = signed_letter(world, "annotation", b"annex.dat", paper(market_signer(world.sm2)))
    for data in (issued.replace(*OLDER), behind, letter.replace(*OLDER)):
        report = verifier.verify("a.pdf", data)
        assert report.verdict.indication is Indication.TOTAL_FAILED
        assert deciding(report).reason is LicenceReason.NOT_AS_ISSUED
        assert "adbe.pkcs7.detached" in deciding(report).detail
        assert report.licence is None
