"""The verdict on a file by itself: a PDF with all its signatures and seals, or a seal.

The same findings as everywhere; what the file is about is not asked here (a licence is judged by
`licences.verification`).
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from eseal.chain import PathJudge
from eseal.containers import is_container
from eseal.errors import EvidenceError, MalformedError
from eseal.evidence import SignatureInfo
from eseal.pdf.sealed import SealEvidence
from eseal.pdf.verify import PagesSeen, verify_pdf
from eseal.reasons import Reason
from eseal.report import Check, Finding, Verdict, failed, passed, undetermined
from eseal.report import judge as weigh
from eseal.reporting import (
    carried_seal_data,
    deciding_data,
    finding_data,
    seal_data,
    signature_data,
    time_data,
)
from eseal.seals.checks import judge_seal
from eseal.seals.model import Seal
from eseal.seals.reading import read_seal

REPORT_SCHEMA = "urn:eseal:document-report:1"


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentReport:
    """What was found about one file.

    Attributes:
        input: its name as it was given.
        sha256: digest of its bytes, lower-case hexadecimal; `None` when they could not be read.
        at: the time that the question was asked for.
        findings: in order of the checks.
        signatures: who signed.
        seals: the seals on a PDF, each with its own findings.
        seal: the seal, if the file is one.
    """

    input: str
    sha256: str | None
    at: datetime
    findings: tuple[Finding, ...]
    signatures: tuple[SignatureInfo, ...] = ()
    seals: tuple[SealEvidence, ...] = ()
    seal: Seal | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings."""
        return weigh(self.findings)


_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,1000}[{\[]|eyJ[A-Za-z0-9_-]*\.")


def demand_ours(data: bytes) -> None:
    """Refuse what others take: JSON, signed or not, and archives.

    Raises:
        MalformedError: NOT_FOR_ESEAL.
    """
    if is_container(data):
        raise MalformedError(Reason.NOT_FOR_ESEAL, "像审计包 it looks like an audit pack")
    if _JSON.match(data[:4096]):
        raise MalformedError(Reason.NOT_FOR_ESEAL, "像 JSON 证照 it looks like a JSON licence")


def judge_document(
    name: str, data: bytes | None, *, judge: PathJudge, unread: str = ""
) -> DocumentReport:
    """Judge a PDF or a seal; never raises for anything that the bytes contain.

    Args:
        name: of the file, as it was given.
        data: its bytes; `None` if they could not be read.
        judge: what is believed, and the time asked for.
        unread: why they could not be read.
    """
    if data is None:
        finding = failed(Check.READABLE, Reason.UNREADABLE_FILE, unread)
        return DocumentReport(input=name, sha256=None, at=judge.at, findings=(finding,))
    sha256 = hashlib.sha256(data).hexdigest()
    if data[:1] == b"\x30":
        return _judge_seal(name, data, sha256, judge)
    try:
        demand_ours(data)
    except MalformedError as error:
        return _unreadable(name, sha256, judge, error)
    evidence = verify_pdf(data, judge=judge, pages=PagesSeen.ALL)
    return DocumentReport(
        input=name,
        sha256=sha256,
        at=judge.at,
        findings=evidence.findings,
        signatures=evidence.signatures,
        seals=evidence.seals,
    )


def document_data(report: DocumentReport) -> dict[str, object]:
    """Put a report into its JSON form."""
    verdict = report.verdict
    return {
        "schema": REPORT_SCHEMA,
        "input": report.input,
        "sha256": report.sha256,
        "indication": verdict.indication.value,
        "sub_indication": verdict.sub_indication,
        **deciding_data(verdict),
        "at": time_data(report.at),
        "checks": [finding_data(finding, report.at) for finding in report.findings],
        "signatures": [signature_data(signature) for signature in report.signatures],
        "seals": [seal_data(seal, report.at) for seal in report.seals],
        "seal": None if report.seal is None else carried_seal_data(report.seal),
    }


def _judge_seal(name: str, data: bytes, sha256: str, judge: PathJudge) -> DocumentReport:
    try:
        seal = read_seal(data)
    except EvidenceError as error:
        return _unreadable(name, sha256, judge, error)
    found = (passed(Check.READABLE), *judge_seal(seal, judge=judge))
    return DocumentReport(input=name, sha256=sha256, at=judge.at, findings=found, seal=seal)


def _unreadable(name: str, sha256: str, judge: PathJudge, error: EvidenceError) -> DocumentReport:
    findings = (
        failed(Check.READABLE, error.reason, error.told),
        undetermined(Check.STRUCTURE, Reason.NOT_REACHED),
    )
    return DocumentReport(input=name, sha256=sha256, at=judge.at, findings=findings)
