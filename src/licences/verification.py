"""Verification (验证) of a licence: every check in order, one finding each, worst wins.

The order: readable, structure, integrity, signature, certificate path at T, for a PDF the checks on
its seals and marks (all evidence, from `eseal`), then identifier, schema, validity period at T,
status at T by the lists at hand, for a PDF that the embedded JSON agrees with what the page shows,
with an authority register that it allows the issue, and with a snapshot of the seal register that
the seals were in use. Rules kept here:

- Works on bytes alone, with the trust material given; no network, no register.
- A PDF licence is signed as its origin (commitment-type-indication): a department that stamps what
  somebody handed in does not issue it. It is signed once: nothing may follow, not even a seal.
- What a licence says is read only after its signature and integrity were found good.
- A check that an earlier failure made pointless is undetermined (NOT_REACHED), never passed.
- The JSON licence inside a PDF is judged by the same checks as one on its own; for each check the
  worse of the two findings stands.

Source: the indications of ETSI EN 319 102-1 (read second-hand).
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from eseal.carried import NOTHING, CarriedData
from eseal.chain import PathJudge
from eseal.cms import Commitment
from eseal.errors import MalformedError
from eseal.evidence import SignatureInfo
from eseal.jose.verification import JoseEvidence, verify_sd_jwt
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, Outcome, failed, not_reached
from eseal.trust import TrustStore, is_root
from licences.agreement import check_agreement
from licences.authority_check import check_authority
from licences.authority_register import AuthorityRegister
from licences.catalogue import Catalogue
from licences.checks import LicenceCheck, check_identifier, check_schema, check_validity
from licences.claims import EMBEDDED_NAME, LICENCE_TYP, LicenceClaims, read_claims
from licences.licence_report import LicenceReport
from licences.reasons import LicenceReason
from licences.seal_register_check import SealSnapshot, asks_seal_register, check_seal_register
from licences.status_check import StatusAsker, StatusSources
from licences.trust_info import TrustInfo

__all__ = ["MAX_INPUT_BYTES", "LicenceReport", "Verifier"]

MAX_INPUT_BYTES = 32 * 1024 * 1024
_EVIDENCE = tuple(Check)
_OF_BYTES = frozenset(Check) - {Check.CERTIFICATE_PATH}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Evidence:
    findings: tuple[Finding, ...]
    signatures: tuple[SignatureInfo, ...]
    claims: LicenceClaims | None
    pdf: PdfEvidence | None = None


class Verifier:
    """Verifies any number of inputs against one trust store, one catalogue and one time."""

    def __init__(
        self,
        trust: TrustStore,
        catalogue: Catalogue,
        *,
        at: datetime,
        authorities: AuthorityRegister | None = None,
        statuses: StatusSources | None = None,
        max_status_age: timedelta | None = None,
        now: datetime | None = None,
        trust_info: TrustInfo | None = None,
        seals: SealSnapshot | None = None,
    ) -> None:
        """Make ready to verify.

        Args:
            trust: what is believed of certificates.
            catalogue: the licence types and departments that are known.
            at: aware time T.
            authorities: says who might issue what; `None`: the types' own issuers do.
            statuses: status lists and histories at hand; without one no status is known.
            max_status_age: how old an answer may be at T, `None`: as old as it says itself.
            now: the time on this machine; histories that are dated after it are not believed.
            trust_info: what reports say of the trust material.
            seals: says which seals were in use when; `None`: that is not asked.
        """
        self._catalogue = catalogue
        self._authorities = authorities
        self._at = at
        self._trust_info = trust_info
        self._seals = seals
        self._max_status_age = max_status_age
        self._sources = statuses or StatusSources()
        self._judge = PathJudge(trust, at=at)
        self._now = now
        self._statuses = StatusAsker(self._sources, self._judge, max_age=max_status_age, now=now)

    @property
    def judge(self) -> PathJudge:
        """What judges certificates, at the time asked for."""
        return self._judge

    def with_more(self, evidence: CarriedData, statuses: StatusSources) -> "Verifier":
        """Give one that is asked the same, with more at hand that nobody vouches for.

        Args:
            evidence: certificates of CAs help to build paths and are no roots; certificates of
                others do not count, for in trust material they would be those of seal makers.
            statuses: status lists and histories.
        """
        trust = self._judge.trust
        helping = (each for each in evidence.certificates if each.ca and not is_root(each))
        more = replace(
            trust,
            intermediates=(*trust.intermediates, *helping),
            crls=(*trust.crls, *evidence.crls),
            ocsps=(*trust.ocsps, *evidence.ocsps),
        )
        return Verifier(
            more,
            self._catalogue,
            at=self._at,
            authorities=self._authorities,
            statuses=self._sources.joined(statuses),
            max_status_age=self._max_status_age,
            now=self._now,
            trust_info=self._trust_info,
            seals=self._seals,
        )

    def verify(self, name: str, data: bytes) -> LicenceReport:
        """Judge the bytes of one input; never raises for anything the bytes contain."""
        if len(data) > MAX_INPUT_BYTES:
            return self.unreadable(name, Reason.INPUT_TOO_LARGE, f"{len(data)} bytes")
        evidence = self._evidence(data)
        claims = evidence.claims
        content = (
            self._content(claims, evidence)
            if claims is not None
            else self._not_reached(is_pdf=evidence.pdf is not None)
        )
        return LicenceReport(
            input=name,
            sha256=hashlib.sha256(data).hexdigest(),
            at=self._at,
            findings=(*evidence.findings, *content),
            licence=claims,
            signatures=evidence.signatures,
            seals=evidence.pdf.seals if evidence.pdf is not None else (),
            trust=self._trust_info,
        )

    def unreadable(self, name: str, reason: ReasonCode, detail: str) -> LicenceReport:
        """Report an input whose bytes could not be had, or are no candidate for a licence."""
        return LicenceReport(
            input=name,
            sha256=None,
            at=self._at,
            findings=(
                failed(Check.READABLE, reason, detail),
                *_not_reached_after(Check.READABLE),
                *self._not_reached(is_pdf=False),
            ),
            trust=self._trust_info,
        )

    def _evidence(self, data: bytes) -> _Evidence:
        if data.startswith(b"%PDF-"):
            return self._pdf_evidence(data)
        if data[:1] in {b"{", b"e"} or not data:
            return self._json_evidence(data)
        if data.lstrip()[:1] == b"{":
            return self._json_evidence(data)
        finding = failed(Check.READABLE, Reason.UNKNOWN_FORMAT, "starts neither as PDF nor as JSON")
        return _Evidence(
            findings=(finding, *_not_reached_after(Check.READABLE)), signatures=(), claims=None
        )

    def _json_evidence(self, data: bytes, carried: CarriedData = NOTHING) -> _Evidence:
        evidence = verify_sd_jwt(data, judge=self._judge, typ=LICENCE_TYP, carried=carried)
        findings, claims = _licence_in(evidence)
        return _Evidence(findings=findings, signatures=evidence.signatures, claims=claims)

    def _pdf_evidence(self, data: bytes) -> _Evidence:
        outer = verify_pdf(data, judge=self._judge)
        if not _is_sound(outer.findings):
            return _Evidence(
                findings=outer.findings, signatures=outer.signatures, claims=None, pdf=outer
            )
        embedded = outer.attachment(EMBEDDED_NAME)
        if embedded is None:
            detail = f"the signed PDF has no {EMBEDDED_NAME}"
            return _no_licence(outer, LicenceReason.EMBEDDED_MISSING, detail)
        if len(outer.signatures) != 1:
            detail = f"{len(outer.signatures)} signatures: a licence is signed and sealed once"
            return _no_licence(outer, LicenceReason.NOT_A_LICENCE, detail)
        if any(each.commitment != Commitment.ORIGIN for each in outer.signatures):
            detail = "signed, but not as its origin: whoever signed did not issue it so"
            return _no_licence(outer, LicenceReason.NOT_A_LICENCE, detail)
        inner = self._json_evidence(embedded, outer.carried)
        return _Evidence(
            findings=_both(outer.findings, inner.findings),
            signatures=(*outer.signatures, *inner.signatures),
            claims=inner.claims,
            pdf=outer,
        )

    def _content(self, claims: LicenceClaims, evidence: _Evidence) -> tuple[Finding, ...]:
        licence_type = self._catalogue.find_code(claims.type_code)
        own_issuers = licence_type if self._authorities is None else None
        findings = [
            check_identifier(claims, evidence.signatures, own_issuers),
            check_schema(claims, self._catalogue),
            check_validity(claims, evidence.signatures, self._at),
            self._statuses.ask(claims),
        ]
        if evidence.pdf is not None and _is_known(evidence.findings):
            findings.append(check_agreement(claims, licence_type, evidence.pdf))
        elif evidence.pdf is not None:
            findings.extend(not_reached(LicenceCheck.AGREEMENT))
        seals = evidence.pdf.seals if evidence.pdf is not None else ()
        if self._authorities is not None:
            findings.append(
                check_authority(claims, evidence.signatures, seals, self._authorities, self._at)
            )
        if self._seals is not None and asks_seal_register(claims, seals, self._seals):
            findings.append(check_seal_register(claims, seals, self._seals))
        return tuple(findings)

    def _not_reached(self, *, is_pdf: bool) -> tuple[Finding, ...]:
        asked = {
            LicenceCheck.AGREEMENT: is_pdf,
            LicenceCheck.AUTHORITY: self._authorities is not None,
            LicenceCheck.SEAL_REGISTER: False,
        }
        checks = [check for check in LicenceCheck if asked.get(check, True)]
        return not_reached(*checks)


def _licence_in(evidence: JoseEvidence) -> tuple[tuple[Finding, ...], LicenceClaims | None]:
    """Read the licence out of sound evidence; a signed JSON that is none fails `readable`."""
    findings, claims = evidence.findings, evidence.claims
    if claims is None or not _is_sound(findings):
        return findings, None
    try:
        return findings, read_claims(claims, withheld=evidence.withheld)
    except MalformedError as error:
        finding = failed(Check.READABLE, LicenceReason.NOT_A_LICENCE, str(error))
        return (finding, *findings[1:]), None


def _no_licence(pdf: PdfEvidence, reason: LicenceReason, detail: str) -> _Evidence:
    """Tell that a soundly signed PDF is no licence."""
    finding = failed(Check.READABLE, reason, detail)
    findings = (finding, *pdf.findings[1:])
    return _Evidence(findings=findings, signatures=pdf.signatures, claims=None, pdf=pdf)


def _is_sound(findings: tuple[Finding, ...]) -> bool:
    """Say whether the bytes are what somebody signed; whether we trust them others say."""
    return all(
        finding.outcome is Outcome.PASSED for finding in findings if finding.check in _OF_BYTES
    )


def _is_known(findings: tuple[Finding, ...]) -> bool:
    """Say whether a trusted authority certified the signer: strangers' pages are not rendered."""
    path = next(each for each in findings if each.check is Check.CERTIFICATE_PATH)
    return path.outcome is not Outcome.FAILED and path.reason is not Reason.UNKNOWN_ISSUER


def _both(outer: tuple[Finding, ...], inner: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Put the findings of a PDF and of the JSON in it together, the worse of each check."""
    inside = {each.check: each for each in inner}
    found = [_worse(each, inside.pop(each.check, None)) for each in outer]
    return (*found, *inside.values())


def _worse(outer: Finding, inner: Finding | None) -> Finding:
    if inner is not None and inner.outcome.badness > outer.outcome.badness:
        return replace(inner, detail=f"{EMBEDDED_NAME}: {inner.detail}")
    return outer


def _not_reached_after(check: Check) -> tuple[Finding, ...]:
    return not_reached(*_EVIDENCE[_EVIDENCE.index(check) + 1 :])
