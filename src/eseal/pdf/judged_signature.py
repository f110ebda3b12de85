"""What was found about one signature of a PDF.

Left to others: judging it to `signatures`, weighing it against the others of its file to `verify`.
"""

from dataclasses import dataclass

from eseal.errors import EvidenceError
from eseal.evidence import SignatureInfo
from eseal.pdf.reader import SignatureField
from eseal.pdf.sealed import SealEvidence
from eseal.pdf.structure import UnjudgedSignature
from eseal.reasons import Reason
from eseal.report import Check, Finding, failed, not_reached, undetermined


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedSignature:
    """What was found about one signature.

    Attributes:
        field: name of its field.
        findings: one for each member of `Check` but `readable`.
        timestamp: the finding about its timestamp, `None` if it has none.
        info: who signed, `None` if it could not be read.
        seal: its seal, `None` if it has none that can be read.
        seal_fault: the findings of a seal that is there and cannot be read.
        has_bare_marks: whether it shows something on pages, and has no seal to prove it.
    """

    field: str
    findings: tuple[Finding, ...]
    timestamp: Finding | None = None
    info: SignatureInfo | None = None
    seal: SealEvidence | None = None
    seal_fault: tuple[Finding, ...] = ()
    has_bare_marks: bool = False

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those about the signature, its timestamp and its seal."""
        stamped = (self.timestamp,) if self.timestamp else ()
        return (*self.findings, *stamped, *(self.seal.findings if self.seal else self.seal_fault))


def unreadable(place: SignatureField, error: EvidenceError) -> JudgedSignature:
    """Tell a signature that could not be read."""
    return _stopped(place, failed(Check.STRUCTURE, error.reason, error.told))


def unjudged(place: SignatureField, signature: UnjudgedSignature) -> JudgedSignature:
    """Tell a signature of a form that is not judged."""
    detail = f"{place.name}：{signature.told}"
    return _stopped(place, undetermined(Check.STRUCTURE, Reason.SIGNATURE_FORM_NOT_JUDGED, detail))


def _stopped(place: SignatureField, structure: Finding) -> JudgedSignature:
    return JudgedSignature(field=place.name, findings=(structure, *not_reached(*list(Check)[2:])))
