"""What was found about one licence: the findings, and what was read on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from eseal.evidence import SignatureInfo
from eseal.pdf.sealed import SealEvidence
from eseal.report import Finding, Verdict, judge
from licences.claims import LicenceClaims
from licences.licence_type import Bilingual
from licences.pack_info import PackInfo
from licences.trust_info import TrustInfo

REPORT_SCHEMA: Final = "urn:eseal-licences:report:1"
"""The form of one report, which is that of `schemas/report.schema.json`."""

REPORT_TYP: Final = "verification-report+jwt"
"""The kind of statement that reports are signed in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenceReport:
    """What was found about one input.

    Attributes:
        input: the input's name as it was given.
        sha256: digest of the bytes, lower-case hexadecimal; `None` when they could not be read.
        at: the time T that the question was asked for.
        findings: one for each check, in order.
        licence: what the licence says, `None` unless its signature and integrity are good.
        signatures: who signed, as told by the signatures themselves.
        seals: the seals on it, each with its own findings.
        trust: what was believed; `None` when that is not known.
        pack: of an audit pack: what it is; all else is about the licence in it.
        titles: of a licence that is shown in part: what its type calls its fields.
    """

    input: str
    sha256: str | None
    at: datetime
    findings: tuple[Finding, ...]
    licence: LicenceClaims | None = None
    signatures: tuple[SignatureInfo, ...] = ()
    seals: tuple[SealEvidence, ...] = ()
    trust: TrustInfo | None = None
    pack: PackInfo | None = None
    titles: Mapping[str, Bilingual] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings."""
        return judge(self.findings)
