"""Sealing any PDF: where it goes, what is refused before, and that what was there stays."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import MDPPerm

from eseal.cms import CmsTemplate
from eseal.errors import EvidenceError, RefusedError
from eseal.pdf import stamping
from eseal.pdf.fields import widgets_below
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.guarded import resolve
from eseal.pdf.marks import shown_marks
from eseal.pdf.reader import OpenPdf
from eseal.pdf.stamping import Wish, stamp_pdf
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Indication, Outcome, judge
from eseal.seals.checks import SealCheck
from eseal.seals.making import SealStamp
from eseal.seals.model import SealPicture, list_certificates
from eseal.seals.reading import read_seal
from tests.command import speaks_chinese_first
from tests.pages import Page, blank, write_pages
from tests.sealed import tiny_picture
from tests.vectors.after_sealing import (
    hiding,
    mark_without_seal,
    page_changed,
    seal_behind_a_seal,
)
from tests.vectors.pdf import PdfForge, encrypted, garbage, text
from tests.vectors.sealed_pdf import SIZE, SealedForge, mark, sign_with
from tests.world import DAY, NOW, SECOND, Authority

AT = Wish(at="60mm,60mm")
WORDS = write_pages(
    [
        Page(words=((100, 700, "Party A: seal here"),)),
        Page(words=((100, 700, "Party B: seal here"), (300, 300, "e d g e"))),
    ]
)


def stamped(forge: SealedForge, pdf: bytes, wish: Wish = AT) -> bytes:
    """Put the department's seal on a PDF."""
    return stamp_pdf(pdf, forge.stamp, wish, judge=forge.judge, at=NOW)


def evidence_of(forge: SealedForge, pdf: bytes) -> PdfEvidence:
    """What is found about it."""
    return verify_pdf(pdf, judge=forge.judge)


def passes(forge: SealedForge, pdf: bytes) -> bool:
    """Does every check pass?"""
    return judge(evidence_of(forge, pdf).findings).indication is Indication.TOTAL_PASSED


def refusal(forge: SealedForge, pdf: bytes, wish: Wish = AT, **how: object) -> EvidenceError:
    """What a request is refused with."""
    arguments: dict[str, object] = {"judge": forge.judge, "at": NOW, **how}
    stamp = arguments.pop("stamp", forge.stamp)
    with pytest.raises(EvidenceError) as caught:
        stamp_pdf(pdf, stamp, wish, **arguments)  # type: ignore[arg-type]
    return caught.value


def refused(forge: SealedForge, pdf: bytes, wish: Wish = AT, **how: object) -> ReasonCode:
    """The reason for which a request is refused."""
    return refusal(forge, pdf, wish, **how).reason


def middles(pdf: bytes) -> list[tuple[float, float]]:
    """The middles of the marks of the last signature, in points of their pages."""
    opened = OpenPdf(pdf)
    _, field = opened.field(len(opened.signature_fields()) - 1)
    dictionary = resolve(field, generic.DictionaryObject)
    widgets = widgets_below(dictionary) or [dictionary]
    found = []
    for widget in widgets:
        left, bottom, right, top = map(float, widget["/Rect"])
        found.append(((left + right) / 2, (bottom + top) / 2))
    return found


def test_puts_a_seal_on_any_pdf(sealed_forge: SealedForge) -> None:
    """The output begins with the input, passes every check, and tells of seal and time."""
    pdf = blank(2)
    sealed = stamped(sealed_forge, pdf)
    assert sealed.startswith(pdf)
    evidence = evidence_of(sealed_forge, sealed)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    (seal,) = evidence.seals
    assert seal.info.used_at == NOW
    assert evidence.signatures[0].commitment == "1.2.840.113549.1.9.16.6.5"


def test_parts_of_a_second_do_not_count(rsa_sealed: SealedForge) -> None:
    """A time with a fraction is taken to the second, in seal and signature alike."""
    at = NOW.replace(microsecond=123456)
    sealed = stamp_pdf(blank(), rsa_sealed.stamp, AT, judge=rsa_sealed.judge, at=at, reason="样本")
    (seal,) = evidence_of(rsa_sealed, sealed).seals
    assert seal.info.used_at == NOW


# -- where -----------------------------------------------------------------------------------


def test_over_a_keyword(rsa_sealed: SealedForge) -> None:
    """The middle of the seal is over the middle of the words, on their page."""
    sealed = stamped(rsa_sealed, WORDS, Wish(keyword="Party B"))
    assert middles(sealed) == [pytest.approx((122, 704), abs=4)]
    assert b"/P 6 0 R" in sealed[len(WORDS) :]


def test_over_spread_letters(rsa_sealed: SealedForge) -> None:
    """Spaces between letters do not matter."""
    assert middles(stamped(rsa_sealed, WORDS, Wish(keyword="edge"))) == [
        pytest.approx((320, 304), abs=6)
    ]


@pytest.mark.parametrize(("nth", "page"), [(1, 4), (2, 6)])
def test_over_one_of_several(rsa_sealed: SealedForge, nth: int, page: int) -> None:
    """Of several places that one is taken which is named."""
    sealed = stamped(rsa_sealed, WORDS, Wish(keyword="seal here", nth=nth))
    assert b"/P %d 0 R" % page in sealed[len(WORDS) :]


def test_over_the_keyword_of_a_page(rsa_sealed: SealedForge) -> None:
    """A page that is named makes an ambiguous keyword one."""
    sealed = stamped(rsa_sealed, WORDS, Wish(keyword="seal here", page=2))
    assert b"/P 6 0 R" in sealed[len(WORDS) :]


def test_moves_from_an_edge(rsa_sealed: SealedForge) -> None:
    """Words at the edge of a page get the seal beside them, whole."""
    pdf = write_pages([Page(words=((2, 835, "edge"),))])
    ((x, y),) = middles(stamped(rsa_sealed, pdf, Wish(keyword="edge")))
    half = SIZE * 72 / 25.4 / 2
    assert (x, y) == pytest.approx((half, 841.89 - half), abs=0.01)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(keyword="nowhere"),
        Wish(keyword="seal here"),
        Wish(keyword="seal here", nth=0),
        Wish(keyword="seal here", nth=3),
        Wish(keyword="Party A", page=2),
        Wish(at="2mm,60mm"),
        Wish(at="60mm,400mm"),
        Wish(at="60mm,60mm", page=3),
        Wish(at="60mm,60mm", page=0),
        Wish(at="60mm,60mm", page=-1),
    ],
    ids=str,
)
def test_refuses_places(rsa_sealed: SealedForge, wish: Wish) -> None:
    """No place, none that is clear, or one that is not on a page."""
    assert refused(rsa_sealed, WORDS, wish) is Reason.SEAL_PLACE_REFUSED


@pytest.mark.parametrize(
    "words",
    [{"at": "60mm"}, {"at": ""}, {"keyword": ""}, {"keyword": " "}, {"keyword": "\u3000"}],
    ids=str,
)
def test_refuses_words_that_are_no_place(words: dict[str, str]) -> None:
    """What is no place on any page, and a keyword of nothing, before a document is looked at."""
    with pytest.raises(RefusedError) as caught:
        Wish(**words)  # type: ignore[arg-type]
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


@pytest.mark.parametrize(
    "wishes", [{}, {"at": "1,1", "straddle": True}, {"at": "1", "keyword": "x"}]
)
def test_one_place_has_to_be_said(wishes: dict[str, str]) -> None:
    """None and two are refused."""
    with pytest.raises(RefusedError) as caught:
        Wish(**wishes)  # type: ignore[arg-type]
    assert caught.value.reason is Reason.SEAL_PLACE_REFUSED


@pytest.mark.parametrize("pages", [2, 20, 21, 41])
@pytest.mark.unmeasured
def test_straddles(rsa_sealed: SealedForge, pages: int) -> None:
    """A seal over the edges of few or many pages passes, with a part on each."""
    sealed = stamped(rsa_sealed, blank(pages), Wish(straddle=True))
    assert passes(rsa_sealed, sealed)
    assert len(shown_marks(OpenPdf(sealed), 0)) == pages


def test_straddling_needs_two_pages(rsa_sealed: SealedForge) -> None:
    """There are no edges to go over on one page."""
    assert refused(rsa_sealed, blank(), Wish(straddle=True)) is Reason.SEAL_PLACE_REFUSED


# -- what was there --------------------------------------------------------------------------


@pytest.mark.unmeasured
def test_several_seals(sealed_forge: SealedForge) -> None:
    """One after another, of every kind: all of them pass, each begins with the one before."""
    pdf = WORDS
    wishes = [AT, Wish(straddle=True), Wish(keyword="Party A"), Wish(at="150mm,200mm", page=2)]
    for number, wish in enumerate(wishes):
        sealed = stamped(sealed_forge, pdf, wish)
        assert sealed.startswith(pdf)
        pdf = sealed
        evidence = evidence_of(sealed_forge, pdf)
        assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
        assert len(evidence.seals) == number + 1


@pytest.mark.unmeasured
def test_seals_what_we_rendered_and_sealed(sealed_forge: SealedForge) -> None:
    """A sealed document of ours takes another seal, and a seal over its edges."""
    twice = stamped(sealed_forge, sealed_forge.good, Wish(at="90mm,30mm", page=2))
    assert passes(sealed_forge, stamped(sealed_forge, twice, Wish(straddle=True)))


def test_strangers_keep_their_verdict(rsa_sealed: SealedForge) -> None:
    """A signature of somebody unknown is undetermined, and stays so; the seal beside it passes."""
    stranger = CmsTemplate(Authority(rsa_sealed.authority.suite).signing)
    signed = sign_with(blank(), stranger)
    before = evidence_of(rsa_sealed, signed).judged[0].findings
    after = evidence_of(rsa_sealed, stamped(rsa_sealed, signed)).judged
    assert [one.outcome for one in after[0].findings] == [one.outcome for one in before]
    assert Outcome.UNDETERMINED in {one.outcome for one in before}
    assert {one.outcome for one in after[1].findings} == {Outcome.PASSED}


def test_marks_of_strangers_stay_unproven(rsa_sealed: SealedForge) -> None:
    """What another signature shows without a seal is not proven by the seal beside it."""
    sealed = stamped(rsa_sealed, mark_without_seal(rsa_sealed), Wish(at="90mm,30mm", page=2))
    deciding = judge(evidence_of(rsa_sealed, sealed).findings).deciding
    assert deciding is not None
    assert deciding.reason is Reason.SEAL_PICTURE_UNPROVEN


def test_a_certification_may_allow_it(rsa_sealed: SealedForge) -> None:
    """Where the first signature allows forms to be filled in, seals may come."""
    certified = sign_with(blank(), rsa_sealed.insider, certify=MDPPerm.FILL_FORMS)
    once = stamped(rsa_sealed, certified)
    assert passes(rsa_sealed, stamped(rsa_sealed, once, Wish(at="120mm,120mm")))


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (text, Reason.UNKNOWN_FORMAT),
        (garbage, Reason.BROKEN_PDF),
        (encrypted, Reason.ENCRYPTED_PDF),
    ],
)
def test_refuses_what_is_no_readable_pdf(
    rsa_sealed: SealedForge,
    rsa_forge: PdfForge,
    make: Callable[[PdfForge], bytes],
    reason: Reason,
) -> None:
    """A text, garbage and an encrypted file are refused, each for its reason."""
    assert refused(rsa_sealed, make(rsa_forge)) is reason


def test_refuses_a_certified_document(rsa_sealed: SealedForge) -> None:
    """A document whose certification allows no changes is not sealed."""
    certified = sign_with(blank(), rsa_sealed.insider, certify=MDPPerm.NO_CHANGES)
    assert refused(rsa_sealed, certified) is Reason.SIGNING_FORBIDDEN


def test_refuses_broken_signatures(rsa_sealed: SealedForge) -> None:
    """A document on which an earlier signature does not hold gets no seal."""
    changed = sign_with(rsa_sealed.good, rsa_sealed.insider, page_changed)
    assert refused(rsa_sealed, changed) is Reason.CHANGED_AFTER_SIGNING
    flipped = rsa_sealed.good.replace(b"/Title", b"/Titel")
    assert flipped != rsa_sealed.good
    assert refused(rsa_sealed, flipped) is Reason.DIGEST_MISMATCH


@pytest.mark.parametrize(
    ("extra", "reason"),
    [(b"\n", Reason.CHANGED_AFTER_SIGNING), (b"% sample\n", Reason.BROKEN_PDF)],
)
def test_refuses_bytes_behind_a_signature(
    rsa_sealed: SealedForge, extra: bytes, reason: Reason
) -> None:
    """Whatever stands behind a signature, unsigned, would be signed along."""
    assert refused(rsa_sealed, rsa_sealed.good + extra) is reason


def test_stamps_what_other_writers_make(rsa_sealed: SealedForge, tmp_path: Path) -> None:
    """Comments in objects, as cairo and ReportLab write them; white space elsewhere."""
    source, made = tmp_path / "source.pdf", tmp_path / "made.pdf"
    source.write_bytes(blank())
    subprocess.run(["pdftocairo", "-pdf", source, made], check=True)
    drawn = made.read_bytes()
    assert b" % " in drawn
    spaced = blank().replace(b"\ntrailer", b"\n\ntrailer") + b"\r\n\r\n"
    for pdf in (drawn, spaced, commented(blank())):
        sealed = stamped(rsa_sealed, pdf)
        assert sealed.startswith(pdf)
        assert passes(rsa_sealed, sealed)


@pytest.mark.parametrize("year", [1, 9999])
def test_times_at_the_calendars_ends_are_judged(rsa_sealed: SealedForge, year: int) -> None:
    """Whatever time an earlier signature claims, the file is judged and nothing is raised."""
    claimed = NOW.replace(year=year, month=1, day=1)
    signed = sign_foreign_pdf(blank(), rsa_sealed.insider, at=claimed)
    sealed = sign_foreign_pdf(signed, rsa_sealed.cms, at=NOW)
    found = {each.check: each for each in evidence_of(rsa_sealed, sealed).findings}
    says_old = found[SealCheck.FORMAT].reason is Reason.SEAL_CONTRADICTS
    assert says_old is (year == 9999)


def commented(pdf: bytes) -> bytes:
    """Put a comment into the trailer, which nothing points behind."""
    head, found, tail = pdf.rpartition(b"trailer\n<<")
    assert found
    return head + found + b"\n% made by a sample writer >>\n" + tail


def test_refuses_seals_that_may_not_be_used(rsa_sealed: SealedForge) -> None:
    """An expired seal, one not yet valid, and one of a maker whom nobody accepts."""
    for changes, reason in (
        ({"valid_until": NOW - SECOND}, Reason.SEAL_EXPIRED),
        ({"valid_from": NOW + SECOND}, Reason.SEAL_NOT_YET_VALID),
        ({"maker": rsa_sealed.insider.signer}, Reason.SEAL_MAKER_NOT_TRUSTED),
    ):
        assert refused(rsa_sealed, blank(), stamp=rsa_sealed.stamp_with(**changes)) is reason


def test_refuses_a_seal_that_hides_what_it_is_put_over(rsa_sealed: SealedForge) -> None:
    """A picture on white ground, in a seal that somebody made without asking for its ground."""
    stamp = rsa_sealed.stamp_with(picture=hiding())
    assert refused(rsa_sealed, blank(), stamp=stamp) is Reason.SEAL_PICTURE_REFUSED


def test_refuses_a_revoked_signer(rsa_sealed: SealedForge) -> None:
    """Who was revoked before seals nothing any more, and is not told that the document is bad."""
    authority = rsa_sealed.authority
    trust = authority.trust(revoked=[authority.revoked(rsa_sealed.signer, NOW - DAY)])
    path_judge = rsa_sealed.judge_with(trust)
    error = refusal(rsa_sealed, blank(), judge=path_judge)
    assert error.reason is Reason.CERTIFICATE_REVOKED
    assert error.advice is not None
    assert error.advice[0].startswith("文件无碍")
    signed = stamp_pdf(blank(), rsa_sealed.stamp, AT, judge=rsa_sealed.judge, at=NOW)
    error = refusal(rsa_sealed, signed, judge=path_judge)
    assert "已有的签名不成立" in error.sentence
    assert error.advice == (error.reason.remedy_zh, error.reason.remedy_en)


def test_an_unlisted_signer_gets_no_stamp(rsa_sealed: SealedForge) -> None:
    """Who is not in the seal's list cannot even make ready to use it."""
    listed = list_certificates([rsa_sealed.insider.signer.certificate])
    seal = read_seal(rsa_sealed.authority.seal(signers=listed, picture=tiny_picture(SIZE)))
    with pytest.raises(RefusedError) as caught:
        SealStamp(seal, rsa_sealed.signer)
    assert caught.value.reason is Reason.SEAL_SIGNER_NOT_LISTED
    assert speaks_chinese_first(caught.value)


def test_releases_nothing_that_does_not_pass(
    rsa_sealed: SealedForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the writer makes is verified: one flipped byte, or no seal, is not released."""
    for spoil in (
        lambda pdf: pdf.replace(b"/Rect", b"/Rekt", 1),
        lambda pdf: seal_behind_a_seal(rsa_sealed) and pdf[: pdf.index(b"%%EOF") + 6],
    ):
        good = sign_foreign_pdf
        with monkeypatch.context() as patched:
            patched.setattr(
                stamping,
                "sign_foreign_pdf",
                lambda *said, good=good, spoil=spoil, **more: spoil(good(*said, **more)),
            )
            with pytest.raises(EvidenceError):
                stamped(rsa_sealed, blank())


def test_a_picture_that_cannot_be_shown(rsa_sealed: SealedForge) -> None:
    """A seal whose picture is of another kind is not put on pages."""
    picture = SealPicture(kind="GIF", data=b"GIF89a", width=20, height=20)
    stamp = rsa_sealed.stamp_with(picture=picture)
    assert refused(rsa_sealed, blank(), stamp=stamp) is Reason.SEAL_PICTURE_REFUSED


# -- strangers read it -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wishes", [[AT], [Wish(straddle=True)], [AT, Wish(straddle=True), Wish(keyword="Party A")]]
)
def test_pdfsig_and_qpdf_read_it(
    rsa_sealed: SealedForge, tmp_path: Path, wishes: list[Wish]
) -> None:
    """Poppler calls every signature valid, the last of the whole document; qpdf finds no fault."""
    pdf = WORDS
    for wish in wishes:
        pdf = stamped(rsa_sealed, pdf, wish)
    (tmp_path / "sealed.pdf").write_bytes(pdf)
    for command in (["qpdf", "--check", "sealed.pdf"], ["pdfsig", "-nocert", "sealed.pdf"]):
        asked = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
        assert asked.returncode == 0, asked.stdout + asked.stderr
    assert asked.stdout.count("Signature is Valid.") == asked.stdout.count("Signature #")
    assert "Total document signed" in asked.stdout


UNITS = write_pages([Page(), Page(unit=2)])


@pytest.mark.parametrize(
    "wish", [Wish(at="60mm,60mm", page=2), Wish(straddle=True)], ids=["at", "straddle"]
)
def test_a_page_of_other_units_is_not_sealed(rsa_sealed: SealedForge, wish: Wish) -> None:
    """The seal would be twice as large, and elsewhere: refused, and told what to do."""
    refusing = refusal(rsa_sealed, UNITS, wish)
    assert refusing.reason is Reason.SEAL_PLACE_REFUSED
    assert "第 2 页的单位是 2 点（UserUnit）" in refusing.sentence
    assert "先打印成另一份 PDF" in refusing.sentence


def test_another_page_of_such_a_file_is_sealed(rsa_sealed: SealedForge) -> None:
    """The unit of a page says nothing of the others."""
    assert passes(rsa_sealed, stamped(rsa_sealed, UNITS))


def test_a_seal_on_a_page_of_other_units_is_undetermined(rsa_sealed: SealedForge) -> None:
    """How large readers show it is not known, whatever its own size is."""
    pdf = sign_foreign_pdf(UNITS, rsa_sealed.cms, at=NOW, marks=[mark(page=1)])
    (seal,) = evidence_of(rsa_sealed, pdf).seals
    (found,) = [each for each in seal.findings if each.check is SealCheck.PICTURE]
    assert found.outcome is Outcome.UNDETERMINED
    assert found.reason is Reason.SEAL_PICTURE_NOT_COMPARED
