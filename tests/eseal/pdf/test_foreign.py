"""Foreign PDFs: we sign theirs, and read what others have signed."""

import asyncio
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, x509
from fpdf import FPDF
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import Signer as PyHankoSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.mark import Mark
from eseal.pdf.places import Place
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Indication, judge
from eseal.signers import Signer
from tests.rendered import RENDERED_AT
from tests.sealed import tiny_form
from tests.vectors.pdf import PdfForge, encrypted, garbage, text, too_large
from tests.world import NOW, SECOND


@pytest.fixture(scope="module")
def foreign() -> bytes:
    """A PDF that another library wrote: no PDF/A, no attachments."""
    document = FPDF()
    document.set_creation_date(RENDERED_AT)
    document.add_page()
    document.set_font("helvetica", size=12)
    document.cell(text="Sample")
    return bytes(document.output())


@pytest.fixture(scope="module")
def compressed(foreign: bytes) -> bytes:
    """The same with a cross-reference stream and its objects in object streams."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(foreign)), {"stream_xrefs": True})
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # pyHanko's
    return output.getvalue()


@pytest.fixture(scope="module")
def nameless(foreign: bytes) -> bytes:
    """The same without an identifier in its trailer."""
    assert foreign.count(b"/ID [") == 1
    return foreign.replace(b"/ID [", b"/IX [")


class TheirSigner(PyHankoSigner):
    """pyHanko's maker of CMS signatures, with a key of ours."""

    def __init__(self, signer: Signer) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko's
        registry.register_multiple(signer.chain)
        mechanism: algos.SignedDigestAlgorithm = signer.algorithm.signed_digest_algorithm
        certificate: x509.Certificate = signer.certificate
        super().__init__(
            signing_cert=certificate, cert_registry=registry, signature_mechanism=mechanism
        )
        self._signer = signer

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - the interface asks for it
        dry_run: bool = False,  # noqa: ARG002 - the interface asks for it
    ) -> bytes:
        """Sign bytes with our key."""
        return self._signer.sign(data)


def sign_by_pyhanko(pdf: bytes, forge: PdfForge, *, certify: bool = False) -> bytes:
    """Sign with pyHanko alone, its own CMS and all, as its `sign_pdf` does, but for its clock."""
    digest_algorithm = forge.cms.digest_algorithm.value
    said = PdfSignatureMetadata(
        field_name="Theirs",
        md_algorithm=digest_algorithm,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    theirs = TheirSigner(forge.signer)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    session = PdfSigner(said, theirs).init_signing_session(writer)
    session.system_time = NOW
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=16384)
    prepared, output = document.digest_tbs_document()
    made = theirs.async_sign(prepared.document_digest, digest_algorithm, use_pades=True)
    prepared.fill_with_cms(output, asyncio.run(made))
    output.seek(0)
    return bytes(output.read())


@pytest.mark.parametrize("kind", ["foreign", "compressed", "rendered"])
def test_signs_any_pdf(
    forge: PdfForge, path_judge: PathJudge, request: pytest.FixtureRequest, kind: str
) -> None:
    """A foreign PDF of any build, signed with each suite, passes our verification."""
    pdf: bytes = request.getfixturevalue(kind)
    signed = sign_foreign_pdf(pdf, forge.cms, at=NOW, reason="样本", location="示例市")
    assert signed.startswith(pdf)
    evidence = verify_pdf(signed, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    (info,) = evidence.signatures
    assert info.claimed_time == NOW


@pytest.mark.parametrize("kind", ["foreign", "compressed", "rendered", "nameless"])
def test_the_same_time_gives_the_same_file(
    rsa_forge: PdfForge, request: pytest.FixtureRequest, kind: str
) -> None:
    """Neither clock nor chance: signed twice it is the same; what it says of itself it said."""
    pdf: bytes = request.getfixturevalue(kind)
    signed = sign_foreign_pdf(pdf, rsa_forge.cms, at=NOW)
    assert sign_foreign_pdf(pdf, rsa_forge.cms, at=NOW) == signed
    assert sign_foreign_pdf(pdf, rsa_forge.cms, at=NOW + SECOND) != signed
    said = [PdfFileReader(BytesIO(each)).document_meta_view for each in (pdf, signed)]
    assert said[0] == said[1]
    before, after = (PdfFileReader(BytesIO(each)).trailer_view for each in (pdf, signed))
    if "/ID" in before:
        assert after["/ID"][0] == before["/ID"][0]
    assert after["/ID"][1] not in before.get("/ID", ())


def test_what_says_something_else_is_another_file(rsa_forge: PdfForge, foreign: bytes) -> None:
    """Signed in the same second, but with another reason or mark: another identifier."""

    def mark(size: int, width: int) -> Mark:
        place = Place(page=0, rectangle=(0, 0, width, 20))
        return Mark(place=place, form=tiny_form(size))

    said: list[dict[str, Any]] = [
        {},
        {"reason": "同意"},
        {"location": "同意"},
        {"field_name": "Other"},
        {"marks": [mark(20, 20)]},
        {"marks": [mark(30, 20)]},
        {"marks": [mark(20, 30)]},
        {"marks": [mark(20, 30)], "tooltip": "印章"},
    ]
    signed = [sign_foreign_pdf(foreign, rsa_forge.cms, at=NOW, **each) for each in said]
    found = {PdfFileReader(BytesIO(each)).trailer_view["/ID"][1] for each in signed}
    assert len(found) == len(said)


def test_pdfsig_and_qpdf_read_it(rsa_forge: PdfForge, foreign: bytes, tmp_path: Path) -> None:
    """Poppler calls it valid, and qpdf finds no fault."""
    (tmp_path / "signed.pdf").write_bytes(sign_foreign_pdf(foreign, rsa_forge.cms, at=NOW))
    for command in (["qpdf", "--check", "signed.pdf"], ["pdfsig", "-nocert", "signed.pdf"]):
        asked = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
        assert asked.returncode == 0, asked.stdout + asked.stderr
    assert "Signature is Valid." in asked.stdout


def test_reads_signatures_made_by_pyhanko(
    forge: PdfForge, foreign: bytes, path_judge: PathJudge
) -> None:
    """A signature that pyHanko made from end to end passes our verification, of each suite."""
    evidence = verify_pdf(sign_by_pyhanko(foreign, forge), judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert evidence.signatures[0].field == "Theirs"


def test_refuses_a_certified_document(rsa_forge: PdfForge, foreign: bytes) -> None:
    """A document whose certification allows no changes is not signed again."""
    certified = sign_by_pyhanko(foreign, rsa_forge, certify=True)
    with pytest.raises(RefusedError) as caught:
        sign_foreign_pdf(certified, rsa_forge.cms, at=NOW, field_name="Another")
    assert caught.value.reason is Reason.SIGNING_FORBIDDEN


def test_refuses_a_field_that_is_signed(rsa_forge: PdfForge) -> None:
    """A field that has a signature does not get another."""
    with pytest.raises(RefusedError) as caught:
        sign_foreign_pdf(rsa_forge.good, rsa_forge.cms, at=NOW, field_name="Signature1")
    assert caught.value.reason is Reason.SIGNING_FORBIDDEN


def test_refuses_what_is_no_readable_pdf(rsa_forge: PdfForge) -> None:
    """A text, garbage, an encrypted file and a huge one are refused, each for its reason."""
    reasons = {
        text: Reason.UNKNOWN_FORMAT,
        garbage: Reason.BROKEN_PDF,
        encrypted: Reason.ENCRYPTED_PDF,
        too_large: Reason.INPUT_TOO_LARGE,
    }
    for make, reason in reasons.items():
        with pytest.raises(EvidenceError) as caught:
            sign_foreign_pdf(make(rsa_forge), rsa_forge.cms, at=NOW)
        assert caught.value.reason is reason


def test_needs_an_aware_time(rsa_forge: PdfForge, foreign: bytes) -> None:
    """A claimed time without a zone is a programming error."""
    with pytest.raises(ValueError, match="no time zone"):
        sign_foreign_pdf(foreign, rsa_forge.cms, at=NOW.replace(tzinfo=None))


def test_translates_what_pyhanko_raises(rsa_forge: PdfForge, foreign: bytes) -> None:
    """A page tree that leads nowhere is a broken PDF, not a traceback."""
    with pytest.raises(MalformedError) as caught:
        sign_foreign_pdf(foreign.replace(b"/Kids", b"/Kidz"), rsa_forge.cms, at=NOW)
    assert caught.value.reason is Reason.BROKEN_PDF
