"""What was found about one signature of a PDF.

Left to others: judging it to `signatures`, weighing it against the others of its file to `verify`.
"""

from dataclasses import dataclass

from eseal.evidence import SignatureInfo
from eseal.pdf.sealed import SealEvidence
from eseal.report import Finding


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
