"""What pyHanko says of a signature, and what may come behind one: not more than a signature."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from eseal.pdf.judging import judge_signature, later_changes
from eseal.pdf.reader import OpenPdf
from eseal.pdf.structure import read_signature_dictionary
from eseal.pdf.verify import verify_pdf
from eseal.report import Indication, judge
from tests.vectors.after_sealing import (
    Entries,
    Writer,
    bare_passed_over,
    seal_behind_a_seal,
    sealed_form,
)
from tests.vectors.sealed_pdf import SealedForge, sign_with


def test_a_good_signature(sealed_forge: SealedForge) -> None:
    """It covers its revision, digest and value hold, nothing came behind it."""
    opened = OpenPdf(sealed_forge.good)
    assert len(opened.signature_fields()) == 1
    found = judge_signature(opened, 0)
    assert found.covers_revision
    assert found.digest_matches
    assert found.signature_holds
    assert found.later is None
    assert found.certificate.dump() == sealed_forge.signer.certificate.dump()


def test_a_seal_behind_a_seal(rsa_sealed: SealedForge) -> None:
    """Both cover what they close; the first one does not mind the second."""
    opened = OpenPdf(seal_behind_a_seal(rsa_sealed))
    for number, _ in enumerate(opened.signature_fields()):
        found = judge_signature(opened, number)
        assert found.covers_revision
        assert found.later is None


def test_later_changes_begin_at_the_seals_own_end(rsa_sealed: SealedForge) -> None:
    """Behind the end of a bare seal nothing changed; an end that is not its revision's is said."""
    pdf = rsa_sealed.bare()
    opened = OpenPdf(pdf)
    (field,) = opened.signature_fields()
    end = read_signature_dictionary(pdf, field.offset).end
    assert later_changes(opened, 0, data=pdf, end=end) is None
    below = len(rsa_sealed.rendered)
    assert later_changes(opened, 0, data=pdf, end=below) is not None


def test_a_later_revision_may_not_speak_of_a_seal(rsa_sealed: SealedForge) -> None:
    """Where a later table names the seal's object again, that is what is told."""
    pdf = bare_passed_over(rsa_sealed)
    evidence = verify_pdf(pdf, judge=rsa_sealed.judge)
    assert "speaks of the signature" in evidence.findings[2].detail


def test_an_empty_field_may_be_signed(rsa_sealed: SealedForge) -> None:
    """A field that was there and empty when it was sealed is signed later, in its place."""
    writer = IncrementalPdfFileWriter(BytesIO(rsa_sealed.rendered))
    append_signature_field(writer, SigFieldSpec("Later"))
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    sealed = sign_with(output.getvalue(), rsa_sealed.cms, name="First")
    both = sign_with(sealed, rsa_sealed.insider, name="Later")
    evidence = verify_pdf(both, judge=rsa_sealed.judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert {one.field for one in evidence.judged} == {"First", "Later"}


@pytest.mark.parametrize("key", ["/DR", "/DA", "/Q"])
def test_a_form_that_is_drawn_anew_keeps_its_means(rsa_sealed: SealedForge, key: str) -> None:
    """Fonts and colours of fields that readers draw themselves may not change behind a seal."""
    writer = IncrementalPdfFileWriter(BytesIO(rsa_sealed.rendered))
    form = generic.DictionaryObject(
        {  # type: ignore[no-untyped-call]
            pdf_name("/Fields"): generic.ArrayObject(),
            pdf_name("/NeedAppearances"): generic.BooleanObject(value=True),  # type: ignore[no-untyped-call]
            pdf_name("/SigFlags"): generic.NumberObject(3),  # type: ignore[no-untyped-call]
        }
    )
    writer.root[pdf_name("/AcroForm")] = form
    writer.update_root()  # type: ignore[no-untyped-call]
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]

    def ask(writer: Writer, _field: Entries) -> None:
        needed = generic.BooleanObject(value=True)  # type: ignore[no-untyped-call]
        writer.root["/AcroForm"][pdf_name("/NeedAppearances")] = needed

    def change(writer: Writer, field: Entries) -> None:
        ask(writer, field)
        writer.root["/AcroForm"][pdf_name(key)] = generic.DictionaryObject()  # type: ignore[no-untyped-call]
        writer.update_root()  # type: ignore[no-untyped-call]

    sealed = sign_with(output.getvalue(), rsa_sealed.cms, ask, name="First")
    later = sign_with(sealed, rsa_sealed.insider, change)
    evidence = verify_pdf(later, judge=rsa_sealed.judge)
    assert f"not what it was: {key}" in evidence.findings[2].detail


def test_a_sealed_form_is_good(rsa_sealed: SealedForge) -> None:
    """The form of which one field is filled in later, by a vector, is good before."""
    evidence = verify_pdf(sealed_form(rsa_sealed), judge=rsa_sealed.judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED


def test_pyhanko_by_itself_passes_three_seals(rsa_sealed: SealedForge) -> None:
    """By its own rules, not ours, pyHanko finds three seals intact, and all changes lawful."""
    pdf = rsa_sealed.good
    for number in range(2):
        pdf = sign_with(pdf, rsa_sealed.cms, name=f"Seal{number}")
    reader = PdfFileReader(BytesIO(pdf))
    found = list(reader.embedded_signatures)
    assert len(found) == 3
    for number, signature in enumerate(found):
        assert isinstance(signature, EmbeddedPdfSignature)
        signature.compute_integrity_info()  # type: ignore[no-untyped-call]
        summary = signature.summarise_integrity_info()
        assert summary["docmdp_ok"]
        last = number == len(found) - 1
        wanted = (
            SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
        )
        assert summary["coverage"] is wanted
