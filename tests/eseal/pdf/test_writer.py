"""What the writer signs is valid to others and to us; what it would not have made is refused."""

import re
import subprocess
from datetime import timedelta, timezone
from io import BytesIO
from pathlib import Path

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
from eseal.pdf.signature_field import Appearance
from eseal.pdf.verify import verify_pdf
from eseal.pdf.writer import prepare_rendered_pdf, sign_rendered_pdf
from eseal.reasons import Reason
from eseal.report import Check, Indication, judge
from eseal.seals.checks import SealCheck
from eseal.stack import SuiteSignatureValidator
from tests.eseal.pdf.written import SEAL, one_object, written
from tests.rendered import render_sample
from tests.sealed import stamp_of
from tests.vectors.pdf import IDENTIFIER, PdfForge
from tests.world import NOW


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
