"""Judging an audit pack: the licence in it, by the evidence in it and the trust of whoever asks.

The check `container`, behind `readable`, says whether the pack is as it was signed and all of its
evidence can be read; every other check is that of the licence inside. Rules kept:

- an altered pack fails, also where the licence in it is still good: something was done to it;
- who packed it is told and counts for nothing: all that is inside stands by its own signatures;
- what the pack has is help beside what the verifier has, as what a document carries is;
- bytes that are no pack are unreadable, with the reason.
"""

import hashlib
from dataclasses import replace

from eseal.asic import check_asic, is_asic
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, UnavailableError
from eseal.evidence import common_name, organisation_identifier
from eseal.reasons import Reason
from eseal.report import Finding, Outcome, failed, passed, undetermined
from eseal.signed_data import SignedData
from licences.audit_pack import AuditPack, read_pack
from licences.pack_info import PackCheck, PackInfo
from licences.verification import LicenceReport, Verifier

_CHECK = PackCheck.CONTAINER


def verify_input(verifier: Verifier, name: str, data: bytes) -> LicenceReport:
    """Judge a licence or an audit pack; never raises for anything the bytes contain."""
    return verify_pack(verifier, name, data) if is_asic(data) else verifier.verify(name, data)


def verify_pack(verifier: Verifier, name: str, data: bytes) -> LicenceReport:
    """Judge an audit pack.

    Args:
        verifier: trust, types and time; what it has of statuses and lists counts, too.
        name: of the input, as it was given.
        data: the pack.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        pack = read_pack(data)
    except EvidenceError as error:
        report = verifier.unreadable(name, error.reason, error.told)
        pointless = undetermined(_CHECK, Reason.NOT_REACHED)
        return replace(report, sha256=sha256, findings=_with(pointless, report))
    asked = verifier.with_more(pack.evidence, pack.statuses)
    report = asked.verify(name, pack.licence.data)
    info = PackInfo(
        licence=pack.licence.name,
        licence_sha256=hashlib.sha256(pack.licence.data).hexdigest(),
    )
    try:
        signed = check_asic(pack.container)
    except UnavailableError as error:
        finding = undetermined(_CHECK, error.reason, error.told)
    except EvidenceError as error:
        finding = failed(_CHECK, error.reason, error.told)
    else:
        info = replace(
            info,
            packed_at=signed.claimed_time,
            packed_by=common_name(signed.certificate),
            certificate_sha256=signed.certificate.sha256.hex(),
        )
        finding = _readable(pack) or passed(_CHECK, _told(pack, signed, asked.judge))
    return replace(report, sha256=sha256, findings=_with(finding, report), pack=info)


def _with(finding: Finding, report: LicenceReport) -> tuple[Finding, ...]:
    """Put what was found of the pack behind `readable`; what decides against it comes first."""
    first, *others = report.findings
    if finding.outcome is Outcome.FAILED:
        return (finding, first, *others)
    return (first, finding, *others)


def _readable(pack: AuditPack) -> Finding | None:
    """Say what of the evidence could not be read, the first of it with its reason."""
    if not pack.faults:
        return None
    first, *others = pack.faults
    more = f"；另有 and {len(others)} 项 more" if others else ""
    return failed(_CHECK, first.reason, f"{first.told}{more}")


def _told(pack: AuditPack, signed: SignedData, judge: PathJudge) -> str:
    """Say how much is in it and who packed it, and what is known of them."""
    certificate = signed.certificate
    path = judge.judge(certificate, signed.others, claimed_signing_time=signed.claimed_time)
    known = path.reason or "可信 known"
    organisation = organisation_identifier(certificate) or "无机构代码 no organisation"
    by = f"{common_name(certificate)} ({organisation}, {known})"
    return (
        f"{len(pack.container.files)} 份文件 files，"
        f"签署时间 signed at {signed.claimed_time}，签署者 signed by {by}"
    )
