"""Signatures of forms that are not judged: nothing is said against them, and nothing passes."""

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from eseal.chain import PathJudge
from eseal.errors import RefusedError
from eseal.pdf.sealed import seals_in
from eseal.pdf.stamping import Wish, stamp_pdf
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.reasons import Reason
from eseal.report import Check, Indication, Outcome, judge
from tests.eseal.pdf.test_layout import packed
from tests.pages import blank
from tests.vectors.after_sealing import (
    Entries,
    Writer,
    array,
    entries,
    fields_of,
    flags,
    lay_on_page,
    red,
)
from tests.vectors.pdf import PdfForge
from tests.vectors.sealed_pdf import Change, SealedForge, mark, sign_with
from tests.world import NOW

FORMS = ("adbe.pkcs7.detached", "adbe.pkcs7.sha1", "adbe.x509.rsa_sha1", "ETSI.RFC3161")


def signed_as(forge: PdfForge, form: str) -> bytes:
    """The good document, its signature of another form."""
    return forge.edit(b"ETSI.CAdES.detached", form.encode())


def old_form(_writer: IncrementalPdfFileWriter, field: Entries) -> None:
    """Make a signature one of the older form, as readers sign by default."""
    field["/V"]["/SubFilter"] = pdf_name("/adbe.pkcs7.detached")


def behind(forge: SealedForge, change: object = old_form) -> bytes:
    """A sealed document that somebody signed in the older form."""
    return sign_with(forge.good, forge.insider, change)  # type: ignore[arg-type]


def findings(evidence: PdfEvidence) -> dict[str, tuple[Outcome, object]]:
    """Outcome and reason of every check."""
    return {str(one.check): (one.outcome, one.reason) for one in evidence.findings}


@pytest.mark.parametrize("form", FORMS)
def test_is_undetermined(rsa_forge: PdfForge, path_judge: PathJudge, form: str) -> None:
    """It is told for what it is; what is in it was not asked."""
    evidence = verify_pdf(signed_as(rsa_forge, form), judge=path_judge)
    verdict = judge(evidence.findings)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.deciding is not None
    assert verdict.deciding.check is Check.STRUCTURE
    assert verdict.deciding.reason is Reason.SIGNATURE_FORM_NOT_JUDGED
    assert form in verdict.deciding.detail
    assert evidence.signatures == ()
    assert evidence.attachments == {}


def test_a_certificate_in_the_dictionary_is_of_the_oldest_form(
    rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """`adbe.x509.rsa_sha1` has its certificates there, and no SEQUENCE in /Contents."""
    pdf = rsa_forge.edit(
        b"/SubFilter/ETSI.CAdES.detached", b"/SubFilter/adbe.x509.rsa_sha1/Cert(x)"
    )
    reason = judge(verify_pdf(pdf, judge=path_judge).findings).deciding
    assert reason is not None
    assert reason.reason is Reason.SIGNATURE_FORM_NOT_JUDGED


def test_one_behind_a_seal_leaves_its_integrity_open(rsa_sealed: SealedForge) -> None:
    """Who closed the last revision is not known: undetermined, and everything else as before."""
    found = findings(verify_pdf(behind(rsa_sealed), judge=rsa_sealed.judge))
    open_ = (Outcome.UNDETERMINED, Reason.SIGNATURE_FORM_NOT_JUDGED)
    assert found["structure"] == found["integrity"] == open_
    assert found["seal-data-hash"][0] is Outcome.PASSED
    assert [one.der for one in seals_in(behind(rsa_sealed))] == [rsa_sealed.stamp.seal.der]


def test_one_behind_a_seal_may_not_change_the_page(rsa_sealed: SealedForge) -> None:
    """What it changes fails what was signed before, whatever its form."""

    def changed(writer: IncrementalPdfFileWriter, field: Entries) -> None:
        old_form(writer, field)
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Rotate"] = pdf_name("/x")
        writer.mark_update(page.container_ref)

    evidence = verify_pdf(behind(rsa_sealed, changed), judge=rsa_sealed.judge)
    assert findings(evidence)["integrity"] == (Outcome.FAILED, Reason.CHANGED_AFTER_SIGNING)


def test_what_one_shows_behind_a_seal_fails_it(rsa_sealed: SealedForge) -> None:
    """A mark that no seal proves covers up what was signed, as that of any later signature."""
    pdf = sign_with(rsa_sealed.good, rsa_sealed.insider, old_form, mark())
    found = findings(verify_pdf(pdf, judge=rsa_sealed.judge))
    assert found["integrity"] == (Outcome.FAILED, Reason.CHANGED_AFTER_SIGNING)


def lying(form: str, byte_range: tuple[int, ...] | None, *, packs: bool = False) -> Change:
    """Add a signature that shows something and says of what it covers what it likes."""

    def change(writer: Writer, _field: Entries) -> None:
        value = entries(
            Type=pdf_name("/Sig"),
            Filter=pdf_name("/Adobe.PPKLite"),
            SubFilter=pdf_name(f"/{form}"),
            Contents=generic.ByteStringObject(bytes(9)),
        )
        if byte_range is not None:
            value[pdf_name("/ByteRange")] = generic.ArrayObject(flags(one) for one in byte_range)
        shown = entries(
            Type=pdf_name("/Annot"),
            Subtype=pdf_name("/Widget"),
            FT=pdf_name("/Sig"),
            T=generic.pdf_string("X"),
            F=flags(132),
            Rect=array(0, 0, 200, 200),
            V=writer.add_object(value),
            AP=entries(N=red(writer)),
        )
        packed_in = writer.prepare_object_stream() if packs else None  # type: ignore[no-untyped-call]
        place = writer.add_object(shown, packed_in)
        lay_on_page(writer, place)
        fields_of(writer).append(place)
        writer.update_container(fields_of(writer))

    return change


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("byte_range", [(0, 1, 2, 3), (0, 0, 0, 0), (0, 1), None])
def test_one_that_says_it_covers_less_fails_it_as_well(
    rsa_sealed: SealedForge, form: str, byte_range: tuple[int, ...] | None
) -> None:
    """Beside another signature that is good: it shows something over what was signed before."""
    pdf = sign_with(rsa_sealed.good, rsa_sealed.insider, lying(form, byte_range))
    evidence = verify_pdf(pdf, judge=rsa_sealed.judge)
    assert findings(evidence)["integrity"] == (Outcome.FAILED, Reason.CHANGED_AFTER_SIGNING)
    first, second, lie = ({each.check: each for each in one.findings} for one in evidence.judged)
    assert first[Check.INTEGRITY].outcome is Outcome.FAILED
    assert second[Check.INTEGRITY].outcome is Outcome.PASSED
    assert lie[Check.STRUCTURE].reason is Reason.SIGNATURE_FORM_NOT_JUDGED


def test_its_field_may_be_packed(rsa_sealed: SealedForge) -> None:
    """In an object stream, which is where it was written."""
    before = sign_with(packed(b"\2\0\0\0\5\1"), rsa_sealed.cms, name="First")
    pdf = sign_with(before, rsa_sealed.insider, lying(FORMS[0], None, packs=True))
    evidence = verify_pdf(pdf, judge=rsa_sealed.judge)
    details = [one.findings[1].detail for one in evidence.judged]
    assert evidence.judged[0].findings[1].check is Check.INTEGRITY
    assert "shows a mark" in details[0]
    assert "shows a mark" not in details[1]


def test_one_that_was_there_covers_nothing_up(rsa_sealed: SealedForge) -> None:
    """What is signed behind it was signed with what it shows: undetermined, as ever."""
    before = sign_with(blank(), rsa_sealed.cms, lying(FORMS[0], None), name="First")
    found = findings(verify_pdf(before, judge=rsa_sealed.judge))
    assert found["integrity"][0] is Outcome.UNDETERMINED
    assert found["structure"] == (Outcome.UNDETERMINED, Reason.SIGNATURE_FORM_NOT_JUDGED)


def test_nothing_is_sealed_over_it(rsa_sealed: SealedForge) -> None:
    """Whether it would stay valid cannot be told: refused, in words of its own."""
    with pytest.raises(RefusedError) as caught:
        stamp_pdf(
            behind(rsa_sealed),
            rsa_sealed.stamp,
            Wish(at="60mm,60mm"),
            judge=rsa_sealed.judge,
            at=NOW,
        )
    assert caught.value.reason is Reason.SIGNATURE_FORM_NOT_JUDGED
    assert "does not hold" not in caught.value.sentence
    assert caught.value.advice is not None
    assert "未盖章" in caught.value.advice[0]
