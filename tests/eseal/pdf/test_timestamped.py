"""PDF signatures with timestamps (PAdES B-T) and with what helps to validate them later (B-LT).

Four cases of a revoked signer have an outcome each: before and after the signature, with and
without a timestamp.
"""

import subprocess
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from eseal.chain import PathJudge
from eseal.cms import CmsTemplate
from eseal.crl import RevokedEntry
from eseal.der import tlv
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.evidence import SignatureKind
from eseal.keys import Suite
from eseal.oids import SIGNATURE_TIMESTAMP
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.judged_signature import JudgedSignature
from eseal.pdf.marks import MarkCheck
from eseal.pdf.selfcheck import self_verify_pdf
from eseal.pdf.stamping import Wish, stamp_pdf
from eseal.pdf.validation_data import ValidationData
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.pdf.writer import sign_rendered_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Indication, Outcome, TimestampCheck, judge
from eseal.reporting import signature_data
from eseal.seals.checks import SealCheck
from eseal.timestamps.stamper import Timestamper
from tests.sealed import stamp_of
from tests.stamps import SilentStamps, given, over_other_bytes, signed_by, stamps_of
from tests.vectors.pdf import PdfForge
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World

SIGNED = NOW - 10 * DAY


def signed(
    forge: PdfForge,
    timestamps: Timestamper | None,
    *,
    at: datetime = NOW,
    validation: ValidationData | None = None,
    **changes: Any,
) -> bytes:
    """A document with a timestamp, by the writer of our renderings."""
    template = CmsTemplate(forge.signer, timestamps=timestamps, **changes)
    return sign_rendered_pdf(forge.rendered, template, at=at, validation=validation)


def said(evidence: PdfEvidence, check: object) -> tuple[Outcome, ReasonCode | None]:
    """Outcome and reason of a check."""
    (found,) = (one for one in evidence.findings if one.check == check)
    return found.outcome, found.reason


def indication(evidence: PdfEvidence) -> Indication:
    """The verdict."""
    return judge(evidence.findings).indication


def test_a_timestamp_is_told(forge: PdfForge, path_judge: PathJudge) -> None:
    """Good in every check, of which there is one more; the time and who says so are told."""
    pdf = signed(forge, stamps_of(forge.authority, at=NOW + SECOND))
    evidence = verify_pdf(pdf, judge=path_judge)
    checks = [finding.check for finding in evidence.findings]
    assert checks == [*Check, *TimestampCheck, *MarkCheck]
    assert indication(evidence) is Indication.TOTAL_PASSED
    (info,) = evidence.signatures
    assert info.kind is SignatureKind.PADES_T
    assert info.proven is not None
    assert info.proven.time == NOW + SECOND
    data = signature_data(info)
    assert data["proven_time"] == "2026-11-22T04:00:01Z"
    assert data["timestamp_authority"] == "示例市时间戳（样本）"


def test_without_one_nothing_changes(rsa_forge: PdfForge, path_judge: PathJudge) -> None:
    """A document without a timestamp is what it was, byte for byte, and so is its report."""
    assert signed(rsa_forge, None) == sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW)
    (info,) = verify_pdf(rsa_forge.good, judge=path_judge).signatures
    assert info.kind is SignatureKind.PADES
    assert not {"proven_time", "timestamp_authority"} & set(signature_data(info))


def test_the_quick_check_passes_it(forge: PdfForge) -> None:
    """And refuses one without, one with another's, and a timestamp where none was to be."""
    template = CmsTemplate(forge.signer, timestamps=stamps_of(forge.authority))
    pdf = sign_rendered_pdf(forge.rendered, template, at=NOW)
    self_verify_pdf(pdf, template)
    for data, cms_template, reason in (
        (pdf, forge.cms, Reason.SIGNATURE_MALFORMED),
        (signed(forge, None), template, Reason.SIGNATURE_MALFORMED),
        (signed(forge, over_other_bytes(forge.authority)), template, Reason.TIMESTAMP_MISMATCH),
        (signed(forge, given(b"\x30\x00")), template, Reason.TIMESTAMP_MALFORMED),
    ):
        with pytest.raises(RefusedError) as caught:
            self_verify_pdf(data, cms_template)
        assert caught.value.reason is reason


def test_the_quick_check_takes_a_container_that_is_not_full(rsa_forge: PdfForge) -> None:
    """A token may be shorter than what was reserved for it, by much."""
    stamps = stamps_of(rsa_forge.authority)

    @dataclass(frozen=True, kw_only=True)
    class Roomy:
        max_size: int = 8192
        stamp: Any = stamps.stamp

    template = CmsTemplate(rsa_forge.signer, timestamps=Roomy())
    assert template.max_size > CmsTemplate(rsa_forge.signer).max_size + 8192
    self_verify_pdf(sign_rendered_pdf(rsa_forge.rendered, template, at=NOW), template)


# -- what is wrong with a timestamp --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("other bytes", (Outcome.FAILED, Reason.TIMESTAMP_MISMATCH)),
        ("stranger", (Outcome.UNDETERMINED, Reason.UNKNOWN_ISSUER)),
        ("purpose", (Outcome.FAILED, Reason.KEY_USAGE_REFUSED)),
        ("garbage", (Outcome.FAILED, Reason.TIMESTAMP_MALFORMED)),
        ("no CMS", (Outcome.FAILED, Reason.TIMESTAMP_MALFORMED)),
        ("too early", (Outcome.UNDETERMINED, Reason.TIMESTAMP_BEFORE_CLAIM)),
        ("too late", (Outcome.UNDETERMINED, Reason.SIGNED_LATER)),
    ],
)
@pytest.mark.unmeasured
def test_a_bad_timestamp(
    forge: PdfForge, path_judge: PathJudge, name: str, expected: tuple[Outcome, Reason]
) -> None:
    """Each defect has its own reason on the check TIMESTAMP, and no other check suffers."""
    authority = forge.authority
    stamps: Timestamper
    match name:
        case "other bytes":
            stamps = over_other_bytes(authority)
        case "stranger":
            stamps = stamps_of(Authority(authority.suite))
        case "purpose":
            stamps = signed_by(authority.signing)
        case "garbage":
            stamps = given(tlv(b"\x04", b"garbage"))
        case "no CMS":
            stamps = given(bytes(core.Integer(5).dump()))
        case "too early":
            stamps = stamps_of(authority, at=NOW - DAY - SECOND)
        case _:
            stamps = stamps_of(authority, at=NOW + DAY + SECOND)
    evidence = verify_pdf(signed(forge, stamps), judge=path_judge)
    assert said(evidence, TimestampCheck.TIMESTAMP) == expected
    assert indication(evidence) is not Indication.TOTAL_PASSED
    for check in Check:
        assert said(evidence, check) == (Outcome.PASSED, None), check
    (info,) = evidence.signatures
    assert (info.proven is not None) is (name == "too early")


def test_other_unsigned_attributes_stay_refused(
    forge: PdfForge, path_judge: PathJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One attribute with one timestamp, and nothing else that nobody signed."""
    token = stamps_of(forge.authority).stamp(b"", digest=forge.cms.digest_algorithm)

    def attribute(name: str, values: bytes) -> bytes:
        return tlv(b"\x30", bytes(core.ObjectIdentifier(name).dump()) + tlv(b"\x31", values))

    one = attribute(SIGNATURE_TIMESTAMP, token)
    for attributes in (
        attribute("1.2.3.4", token),
        one + attribute("1.2.3.4", token),
        one + one,
        attribute(SIGNATURE_TIMESTAMP, token + token),
        attribute(SIGNATURE_TIMESTAMP, b""),
        b"",
        tlv(b"\x31", one[2:]),
    ):
        unsigned = tlv(b"\xa1", attributes)
        monkeypatch.setattr("eseal.cms.unsigned_attributes", lambda _token, it=unsigned: it)
        evidence = verify_pdf(signed(forge, None), judge=path_judge)
        assert said(evidence, Check.STRUCTURE) == (Outcome.FAILED, Reason.SIGNATURE_MALFORMED)


def test_a_silent_authority_is_an_error(forge: PdfForge) -> None:
    """Nothing is signed without a timestamp where one was wanted, by whichever writer."""
    template = CmsTemplate(forge.signer, timestamps=SilentStamps())
    for write in (sign_rendered_pdf, sign_foreign_pdf):
        with pytest.raises(UnavailableError) as caught:
            write(forge.rendered, template, at=NOW)
        assert caught.value.reason is Reason.UNREACHABLE


# -- revoked and expired -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("revoked_at", "stamped", "expected"),
    [
        (SIGNED - DAY, False, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (SIGNED - DAY, True, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (SIGNED + DAY, False, (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)),
        (SIGNED + DAY, True, (Outcome.PASSED, None)),
    ],
    ids=["before", "before, stamped", "after", "after, stamped"],
)
def test_a_revoked_signer(
    forge: PdfForge, revoked_at: datetime, stamped: bool, expected: tuple[Outcome, Reason | None]
) -> None:
    """What is proven to have been signed before the revocation stays good, and only that."""
    authority = forge.authority
    stamps = stamps_of(authority, at=SIGNED) if stamped else None
    trust = authority.trust(revoked=[authority.revoked(forge.signer, revoked_at)])
    evidence = verify_pdf(signed(forge, stamps, at=SIGNED), judge=PathJudge(trust, at=NOW))
    assert said(evidence, Check.CERTIFICATE_PATH) == expected
    good = expected[0] is Outcome.PASSED
    assert (indication(evidence) is Indication.TOTAL_PASSED) is good


def test_a_time_that_is_proven_late_decides_nothing(forge: PdfForge) -> None:
    """A timestamp behind the revocation proves no claim before it, and refutes none."""
    authority = forge.authority
    trust = authority.trust(revoked=[authority.revoked(forge.signer, SIGNED + DAY)])
    pdf = signed(forge, stamps_of(authority, at=SIGNED + 2 * DAY), at=SIGNED)
    evidence = verify_pdf(pdf, judge=PathJudge(trust, at=NOW))
    path = said(evidence, Check.CERTIFICATE_PATH)
    assert path == (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)


def test_a_bad_timestamp_does_not_help(forge: PdfForge) -> None:
    """A time that is not proven leaves the path as it is without."""
    authority = forge.authority
    trust = authority.trust(revoked=[authority.revoked(forge.signer, SIGNED + DAY)])
    pdf = signed(forge, stamps_of(Authority(authority.suite), at=SIGNED), at=SIGNED)
    evidence = verify_pdf(pdf, judge=PathJudge(trust, at=NOW))
    path = said(evidence, Check.CERTIFICATE_PATH)
    assert path == (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)


def test_an_expired_signer(world: World) -> None:
    """With a timestamp a document outlives its signer's certificate, and not the authority's."""
    authority = world.rsa
    forge = PdfForge(authority)
    forge.signer = authority.department(not_after=NOW + DAY)
    pdf = signed(forge, stamps_of(authority))
    later = NOW + 20 * DAY
    evidence = verify_pdf(pdf, judge=PathJudge(authority.trust(), at=later))
    assert indication(evidence) is Indication.TOTAL_PASSED
    without = verify_pdf(signed(forge, None), judge=PathJudge(authority.trust(), at=later))
    assert said(without, Check.CERTIFICATE_PATH)[1] is Reason.CERTIFICATE_EXPIRED
    much_later = verify_pdf(pdf, judge=PathJudge(authority.trust(), at=NOW + 3 * YEAR))
    assert said(much_later, TimestampCheck.TIMESTAMP)[1] is Reason.CERTIFICATE_EXPIRED
    assert indication(much_later) is Indication.INDETERMINATE


# -- what helps to validate later ----------------------------------------------------------------


def material(authority: Authority, revoked: tuple[RevokedEntry, ...] = ()) -> ValidationData:
    """The CA's certificate, and the lists of root and CA."""
    return ValidationData(
        certificates=[authority.ca.certificate.dump(), authority.ca.certificate.dump()],
        crls=authority.crls(revoked=revoked),
        ocsps=[b"\x30\x00"],
    )


def test_carried_lists_judge_signer_and_authority(forge: PdfForge) -> None:
    """With nothing but a root to trust, what the file carries is enough."""
    authority = forge.authority
    stamps, data = stamps_of(authority), material(authority)
    template = CmsTemplate(forge.signer, timestamps=stamps)
    pdf = sign_rendered_pdf(forge.rendered, template, at=NOW, validation=data)
    self_verify_pdf(pdf, template, validation=data)
    judge_bare = PathJudge(replace(authority.trust(), crls=()), at=NOW)
    assert indication(verify_pdf(pdf, judge=judge_bare)) is Indication.TOTAL_PASSED
    without = verify_pdf(signed(forge, stamps), judge=judge_bare)
    for check in (Check.CERTIFICATE_PATH, TimestampCheck.TIMESTAMP):
        assert said(without, check) == (Outcome.UNDETERMINED, Reason.NO_REVOCATION_DATA)


def test_carried_ocsp_answers_judge_signer_and_authority(forge: PdfForge) -> None:
    """In place of the CA's list, answers about both certificates."""
    authority = forge.authority
    answers = (authority.answer(), authority.answer(authority.timestamping))
    data = ValidationData(
        crls=[authority.crl(authority.root)],
        ocsps=[b"garbage", *(authority.ocsp(one) for one in answers)],
    )
    template = CmsTemplate(forge.signer, timestamps=stamps_of(authority))
    pdf = sign_rendered_pdf(forge.rendered, template, at=NOW, validation=data)
    self_verify_pdf(pdf, template, validation=data)
    judge_bare = PathJudge(replace(authority.trust(), crls=()), at=NOW)
    assert indication(verify_pdf(pdf, judge=judge_bare)) is Indication.TOTAL_PASSED
    revoked = ValidationData(
        crls=authority.crls(), ocsps=[authority.ocsp(authority.answer(revoked_at=NOW - DAY))]
    )
    evidence = verify_pdf(signed(forge, None, validation=revoked), judge=judge_bare)
    assert said(evidence, Check.CERTIFICATE_PATH) == (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)


def test_carried_lists_count_against_the_signer(forge: PdfForge) -> None:
    """A list in the file that revokes the signer is believed as any other."""
    authority = forge.authority
    data = material(authority, (authority.revoked(forge.signer, NOW - DAY),))
    judge_bare = PathJudge(replace(authority.trust(), crls=()), at=NOW)
    evidence = verify_pdf(signed(forge, None, validation=data), judge=judge_bare)
    assert said(evidence, Check.CERTIFICATE_PATH) == (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)


def test_a_newer_list_of_the_verifier_counts_more(forge: PdfForge) -> None:
    """What the file carries cannot hide what the trust material knows."""
    authority = forge.authority
    newer = authority.crl(
        this_update=NOW - DAY + timedelta(hours=1),
        revoked=[authority.revoked(forge.signer, NOW - DAY)],
    )
    judge_ = PathJudge(authority.trust(ca_crl=newer), at=NOW)
    pdf = signed(forge, stamps_of(authority), validation=material(authority))
    evidence = verify_pdf(pdf, judge=judge_)
    assert said(evidence, Check.CERTIFICATE_PATH) == (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)


def test_what_is_carried_and_cannot_be_read_helps_nobody(forge: PdfForge) -> None:
    """Lists and certificates of strangers, and what are none: passed over, and nothing fails."""
    stranger = Authority(Suite.SM2)
    data = ValidationData(
        certificates=[b"garbage", stranger.ca.certificate.dump()],
        crls=[b"", b"\x30\x80", *stranger.crls()],
    )
    pdf = signed(forge, None, validation=data)
    good = PathJudge(forge.authority.trust(), at=NOW)
    assert indication(verify_pdf(pdf, judge=good)) is Indication.TOTAL_PASSED
    bare = PathJudge(replace(forge.authority.trust(), crls=()), at=NOW)
    evidence = verify_pdf(pdf, judge=bare)
    assert said(evidence, Check.CERTIFICATE_PATH)[1] is Reason.NO_REVOCATION_DATA


def test_no_more_is_read_than_is_bounded(forge: PdfForge) -> None:
    """What unpacks to megabytes takes the place of what would have helped."""
    for carried, reason in (
        ([bytes(3 << 20)], Reason.NO_REVOCATION_DATA),
        ([bytes(1 << 20)], None),
    ):
        data = ValidationData(crls=[*carried, *forge.authority.crls()])
        bare = PathJudge(replace(forge.authority.trust(), crls=()), at=NOW)
        evidence = verify_pdf(signed(forge, None, validation=data), judge=bare)
        assert said(evidence, Check.CERTIFICATE_PATH)[1] is reason


@pytest.mark.parametrize(
    "store",
    [b"/DSS 5", b"/DSS<</CRLs 5>>", b"/DSS<</CRLs[5]>>", b"/DSS 99999 0 R", b"/DSS[1 0 R]"],
)
def test_a_store_that_is_none_helps_nobody(
    rsa_forge: PdfForge, path_judge: PathJudge, store: bytes
) -> None:
    """A malformed store is passed over by the full verification, and refused by the quick one."""
    data = ValidationData(crls=[b"\x30\x00"])
    pdf = signed(rsa_forge, None, validation=data)
    written = data.entry([_reference(pdf)])
    assert pdf.count(written) == 1
    spoilt = rsa_forge.seal(pdf.replace(written, store.ljust(len(written))))
    assert indication(verify_pdf(spoilt, judge=path_judge)) is Indication.TOTAL_PASSED
    with pytest.raises(EvidenceError):
        self_verify_pdf(spoilt, rsa_forge.cms, validation=data)


def _reference(pdf: bytes) -> Any:
    from eseal.pdf.values import Reference

    begin = pdf.index(b"/CRLs[") + len(b"/CRLs[")
    return Reference(int(pdf[begin : pdf.index(b" ", begin)]), 0)


def test_the_quick_check_wants_exactly_what_was_to_be_carried(rsa_forge: PdfForge) -> None:
    """More, less or something else is refused."""
    data = material(rsa_forge.authority)
    other = ValidationData(crls=rsa_forge.authority.crls())
    pdf = signed(rsa_forge, None, validation=data)
    self_verify_pdf(pdf, rsa_forge.cms, validation=data)
    for wanted in (None, other):
        with pytest.raises(RefusedError) as caught:
            self_verify_pdf(pdf, rsa_forge.cms, validation=wanted)
        assert caught.value.reason is Reason.CONTENT_MISMATCH
    with pytest.raises(RefusedError):
        self_verify_pdf(rsa_forge.good, rsa_forge.cms, validation=data)


def test_carries_no_more_than_can_be_read() -> None:
    """More than 32 of a kind are not written."""
    with pytest.raises(ValueError, match="more than 32"):
        ValidationData(crls=[bytes([number]) for number in range(33)])


# -- seals ---------------------------------------------------------------------------------------


def sealed(authority: Authority, timestamps: Timestamper | None, rendered: bytes) -> bytes:
    """A document that was sealed at SIGNED."""
    judge_then = PathJudge(authority.trust(), at=SIGNED)
    return stamp_pdf(
        rendered,
        stamp_of(authority),
        Wish(at="60mm,40mm"),
        judge=judge_then,
        at=SIGNED,
        timestamps=timestamps,
    )


@pytest.mark.unmeasured
def test_a_sealed_document_has_a_timestamp(world: World, rendered: bytes) -> None:
    """Sealing with a timestamp: released only when it passes, told with the seal's checks."""
    for authority in (world.sm2, world.rsa):
        pdf = sealed(authority, stamps_of(authority, at=SIGNED), rendered)
        evidence = verify_pdf(pdf, judge=PathJudge(authority.trust(), at=NOW))
        checks = [one.check for one in evidence.findings]
        assert checks == [*Check, *TimestampCheck, *SealCheck, *MarkCheck]
        (one,) = evidence.judged
        assert TimestampCheck.TIMESTAMP in {finding.check for finding in one.all_findings}
        again = stamp_pdf(
            pdf,
            stamp_of(authority),
            Wish(at="60mm,40mm", page=2),
            judge=PathJudge(authority.trust(), at=NOW),
            at=NOW,
            timestamps=stamps_of(authority),
        )
        assert len(verify_pdf(again, judge=PathJudge(authority.trust(), at=NOW)).seals) == 2


def test_no_seal_is_put_with_a_bad_timestamp(world: World, rendered: bytes) -> None:
    """What the authority gave is verified before the document is released."""
    with pytest.raises(RefusedError) as caught:
        sealed(world.rsa, over_other_bytes(world.rsa), rendered)
    assert caught.value.reason is Reason.TIMESTAMP_MISMATCH


@pytest.mark.parametrize("who", ["signer", "maker"])
@pytest.mark.parametrize("stamped", [True, False])
def test_a_seal_outlives_whoever_used_and_made_it(
    world: World, rendered: bytes, who: str, stamped: bool
) -> None:
    """Revoked after the proven time, neither of them spoils the seal; without it both do."""
    authority = world.sm2
    revoked = authority.signing if who == "signer" else authority.maker
    check = SealCheck.SIGNER_PATH if who == "signer" else SealCheck.MAKER_PATH
    pdf = sealed(authority, stamps_of(authority, at=SIGNED) if stamped else None, rendered)
    trust = authority.trust(revoked=[authority.revoked(revoked, SIGNED + DAY)])
    evidence = verify_pdf(pdf, judge=PathJudge(trust, at=NOW))
    undecided = (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)
    assert said(evidence, check) == ((Outcome.PASSED, None) if stamped else undecided)


def test_a_seal_has_to_be_valid_at_the_proven_time(world: World, rendered: bytes) -> None:
    """Proven to be used behind its end only, a seal is not believed its own time, nor refuted."""
    authority = world.sm2
    stamp = stamp_of(authority, valid_until=SIGNED + DAY)
    template = CmsTemplate(
        authority.signing, seal=stamp, timestamps=stamps_of(authority, at=SIGNED + 2 * DAY)
    )
    pdf = sign_rendered_pdf(rendered, template, at=SIGNED)
    evidence = verify_pdf(pdf, judge=PathJudge(authority.trust(), at=NOW))
    assert said(evidence, SealCheck.VALIDITY) == (Outcome.UNDETERMINED, Reason.SEAL_EXPIRED)


# -- others --------------------------------------------------------------------------------------


@pytest.mark.parametrize("carries", [False, True])
def test_pdfsig_calls_it_valid(rsa_forge: PdfForge, tmp_path: Path, carries: bool) -> None:
    """Poppler says valid, and that the whole file is signed."""
    data = material(rsa_forge.authority) if carries else None
    pdf = signed(rsa_forge, stamps_of(rsa_forge.authority), validation=data)
    (tmp_path / "signed.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", "signed.pdf"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout


def test_pyhanko_finds_the_time(rsa_forge: PdfForge) -> None:
    """PyHanko calls signature and timestamp intact and valid, and reads the same time."""
    pdf = signed(
        rsa_forge, stamps_of(rsa_forge.authority), validation=material(rsa_forge.authority)
    )
    context = ValidationContext(
        trust_roots=[rsa_forge.authority.root.certificate], moment=NOW, allow_fetching=False
    )
    embedded = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
    status = validate_pdf_signature(embedded, context)
    assert status.valid
    assert status.intact
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.valid
    assert status.timestamp_validity.timestamp == NOW


def test_every_signature_tells_all_findings() -> None:
    """A signature without timestamp and seal has its own findings only."""
    assert JudgedSignature(field="", findings=()).all_findings == ()
