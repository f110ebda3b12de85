"""Verifying PDFs: the good one passes all five checks, each defect has its own finding."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import pytest
from asn1crypto import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic

from eseal.chain import PathJudge
from eseal.errors import RefusedError
from eseal.evidence import SignatureKind
from eseal.pdf import signatures
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.judging import Judgement, judge_signature
from eseal.pdf.marks import MarkCheck
from eseal.pdf.selfcheck import self_verify_pdf
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.pdf.writer import sign_rendered_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Indication, Outcome, judge
from tests.rendered import ATTACHED
from tests.vectors.pdf import IDENTIFIER, VECTORS, PdfForge, Vector, certificate_swapped
from tests.world import DAY, NOW, YEAR, World

pytestmark = pytest.mark.unmeasured


def deciding(evidence: PdfEvidence) -> tuple[StrEnum, Outcome, ReasonCode]:
    """The finding that decides the verdict."""
    finding = judge(evidence.findings).deciding
    assert finding is not None
    assert finding.reason is not None
    return finding.check, finding.outcome, finding.reason


def test_good_document_passes(forge: PdfForge, path_judge: PathJudge) -> None:
    """What we sign passes every check, of each suite, and says what was put in."""
    evidence = verify_pdf(forge.good, judge=path_judge)
    assert [finding.check for finding in evidence.findings] == [*Check, *MarkCheck]
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert evidence.data == forge.good
    assert evidence.attachment("licence.json") == ATTACHED.encode()
    assert evidence.attachment("other.json") is None
    assert evidence.xmp_identifier == IDENTIFIER


def test_another_signature_may_follow(forge: PdfForge, path_judge: PathJudge) -> None:
    """A second signature in a revision of its own leaves the first one good."""
    again = sign_foreign_pdf(forge.good, forge.cms, at=NOW)
    evidence = verify_pdf(again, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert [one.field for one in evidence.signatures] == ["Signature1", "Signature2"]


def test_tells_who_signed(rsa_forge: PdfForge, path_judge: PathJudge) -> None:
    """Signer, organisation, algorithm, certificate, claimed time and field are told."""
    (info,) = verify_pdf(rsa_forge.good, judge=path_judge).signatures
    assert info.kind is SignatureKind.PADES
    assert info.signer == "示例市市场监督管理局（样本）"
    assert info.organisation_identifier == "11999900MB0000000G"
    assert info.algorithm == "rsa-pkcs1-sha256"
    assert info.certificate_sha256 == rsa_forge.signer.certificate.sha256.hex()
    assert info.claimed_time == NOW
    assert info.field == "Signature1"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_each_defect_has_its_finding(
    forge: PdfForge, path_judge: PathJudge, vector: Vector
) -> None:
    """A document with one defect gets the outcome and reason of that defect, and never passes."""
    evidence = verify_pdf(forge.make(vector), judge=path_judge)
    assert [finding.check for finding in evidence.findings] == [*Check, *MarkCheck]
    assert deciding(evidence) == (vector.check, vector.outcome, vector.reason)
    assert dict(evidence.attachments) == {}
    assert evidence.xmp_identifier is None


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_self_check_accepts_nothing_that_is_refused(forge: PdfForge, vector: Vector) -> None:
    """The quick check refuses every document that the full verification does not pass."""
    with pytest.raises(RefusedError):
        self_verify_pdf(forge.make(vector), forge.cms)


def test_signed_by_a_stranger(forge: PdfForge, world: World) -> None:
    """Undetermined: everything holds, but the certificate leads to no trusted root."""
    other = world.rsa if forge.authority is world.sm2 else world.sm2
    evidence = verify_pdf(forge.good, judge=PathJudge(other.trust(), at=NOW))
    assert deciding(evidence) == (
        Check.CERTIFICATE_PATH,
        Outcome.UNDETERMINED,
        Reason.UNKNOWN_ISSUER,
    )
    assert evidence.attachment("licence.json") == ATTACHED.encode()


def test_claimed_time_is_judged(rsa_forge: PdfForge, path_judge: PathJudge) -> None:
    """A claimed signing time before the certificate's validity is a finding on its path."""
    early = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW - 3 * YEAR)
    check, _, reason = deciding(verify_pdf(early, judge=path_judge))
    assert (check, reason) == (Check.CERTIFICATE_PATH, Reason.SIGNED_OUTSIDE_VALIDITY)


def test_revoked_signer(rsa_forge: PdfForge, world: World) -> None:
    """A certificate that was revoked before it signed fails the document."""
    entry = world.rsa.revoked(world.rsa.signing, NOW - DAY)
    evidence = verify_pdf(rsa_forge.good, judge=PathJudge(world.rsa.trust(revoked=[entry]), at=NOW))
    assert deciding(evidence)[2] is Reason.CERTIFICATE_REVOKED


def test_weak_signature_stands_beside_changed_bytes(
    rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """Integrity, signature and path are judged each for itself: one that failed hides no other.

    Its pages are not looked at, because nobody vouches for them: that is no pass.
    """
    changed = rsa_forge.good + b"\n"
    outcomes = [finding.outcome for finding in verify_pdf(changed, judge=path_judge).findings]
    passed, failed, undetermined = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
    assert outcomes == [passed, passed, failed, passed, passed, undetermined]


def test_no_identifier_no_attachment_is_no_fault(
    rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """A signed PDF without identifier verifies; what it lacks is told as none."""
    signed = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW)
    evidence = verify_pdf(signed, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert evidence.xmp_identifier is None


@given(data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_changed_byte_verifies(
    data: st.DataObject, rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """One byte changed, anywhere: never passed, and never anything but a report."""
    good = rsa_forge.good
    place = data.draw(
        st.one_of(
            st.integers(0, len(good) - 1), st.integers(len(rsa_forge.rendered), len(good) - 1)
        )
    )
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != good[place]))
    _never_passes(good[:place] + bytes((byte,)) + good[place + 1 :], rsa_forge, path_judge)


@given(data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_nothing_cut_or_put_in_verifies(
    data: st.DataObject, rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """A run of bytes removed or put in, anywhere: never passed, and never anything but a report."""
    good = rsa_forge.good
    start = data.draw(st.integers(0, len(good)))
    end = min(len(good), start + data.draw(st.integers(0, 40)))
    inserted = data.draw(
        st.sampled_from([b"", b"<<", b">>", b"[", b"(", b" 0 R", b"/", b"-1", b"9" * 30, b"null"])
    )
    changed = good[:start] + inserted + good[end:]
    if changed != good:
        _never_passes(changed, rsa_forge, path_judge)


def _never_passes(changed: bytes, forge: PdfForge, path_judge: PathJudge) -> None:
    evidence = verify_pdf(changed, judge=path_judge)
    assert judge(evidence.findings).indication is not Indication.TOTAL_PASSED
    with pytest.raises(RefusedError):
        self_verify_pdf(changed, forge.cms)


def test_asks_for_the_time_of_the_judge(rsa_forge: PdfForge, world: World) -> None:
    """The same bytes are judged for another time by another judge."""
    later = PathJudge(world.trust, at=NOW + timedelta(days=3 * 365))
    assert deciding(verify_pdf(rsa_forge.good, judge=later))[2] is Reason.CERTIFICATE_EXPIRED


@pytest.mark.parametrize(
    ("change", "check", "reason"),
    [
        (
            lambda seen, _other: replace(seen, covers_revision=False),
            Check.INTEGRITY,
            Reason.BYTES_NOT_COVERED,
        ),
        (
            lambda seen, _other: replace(seen, cms=b"other"),
            Check.SIGNATURE,
            Reason.SIGNATURE_MALFORMED,
        ),
        (
            lambda seen, other: replace(seen, certificate=other),
            Check.SIGNATURE,
            Reason.CERTIFICATE_MISMATCH,
        ),
    ],
    ids=["coverage", "container", "certificate"],
)
def test_two_readers_have_to_agree(
    rsa_forge: PdfForge,
    path_judge: PathJudge,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Judgement, x509.Certificate], Judgement],
    check: Check,
    reason: Reason,
) -> None:
    """Where pyHanko sees another coverage, container or certificate than we do, it fails."""
    other = rsa_forge.authority.ca.certificate
    monkeypatch.setattr(
        signatures,
        "judge_signature",
        lambda opened, number: change(judge_signature(opened, number), other),
    )
    evidence = verify_pdf(rsa_forge.good, judge=path_judge)
    assert deciding(evidence) == (check, Outcome.FAILED, reason)


def test_bytes_behind_a_refused_certificate_are_told(
    rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """A swapped certificate does not hide that something follows the signature."""
    swapped = certificate_swapped(rsa_forge) + b"\n"
    findings = {one.check: one.reason for one in verify_pdf(swapped, judge=path_judge).findings}
    assert findings[Check.INTEGRITY] is Reason.CHANGED_AFTER_SIGNING
    assert findings[Check.SIGNATURE] is Reason.CERTIFICATE_MISMATCH


def test_what_follows_the_last_of_several_signatures_is_told(
    rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """Not what follows the first one, most of which is the second one's."""
    again = sign_foreign_pdf(rsa_forge.good, rsa_forge.cms, at=NOW)
    for end in (len(again), len(rsa_forge.good)):
        pdf = again[:end] + b"\n\n"
        found = judge(verify_pdf(pdf, judge=path_judge).findings).deciding
        assert found is not None
        assert found.reason is Reason.CHANGED_AFTER_SIGNING
        whose = "最后一个签名所签的" if end == len(again) else "已签的"
        assert f"{whose} {end} 字节之后还有 2 字节" in found.detail


def test_a_revision_between_two_signatures_that_none_of_them_closes_is_told(
    rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """By the bytes that it lies between."""
    between = rsa_forge.update(lambda writer: writer.add_object(generic.NullObject()))
    pdf = sign_foreign_pdf(between, rsa_forge.cms, at=NOW)
    found = judge(verify_pdf(pdf, judge=path_judge).findings).deciding
    assert found is not None
    assert found.reason is Reason.CHANGED_AFTER_SIGNING
    assert f"第 {len(rsa_forge.good)} 与第 {len(pdf)} 字节之间有未单独签名的修订" in found.detail


def test_a_pdf_behind_other_bytes_is_told_as_one(
    rsa_forge: PdfForge, path_judge: PathJudge
) -> None:
    """Readers show it; it is no file of another kind."""
    found = judge(verify_pdf(b"\n\n" + rsa_forge.good, judge=path_judge).findings)
    assert found.indication is Indication.UNREADABLE
    assert found.deciding is not None
    assert found.deciding.reason is Reason.BROKEN_PDF
    assert "PDF 之前还有 2 字节" in found.deciding.detail
