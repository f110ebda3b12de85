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
- What was never a licence is unreadable, NOT_A_LICENCE, and told what it is, in whatever way it is
  none. What has a licence's data or identifier is not called so: a PDF without its signature is
  undetermined, UNSIGNED; signed otherwise than issuing does, or with the data where a licence has
  none, it fails, NOT_AS_ISSUED.
- The JSON licence inside a PDF is judged as one on its own; of each check the worse finding stands.

Source: the indications of ETSI EN 319 102-1 (read second-hand).
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from eseal.carried import NOTHING, CarriedData
from eseal.chain import PathJudge
from eseal.errors import MalformedError
from eseal.evidence import SignatureInfo
from eseal.jose.verification import JoseEvidence, verify_sd_jwt
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, failed, not_reached, passed, with_fault
from eseal.sizes import too_large
from eseal.trust import TrustStore, is_root
from licences.agreement import check_agreement
from licences.authority_check import check_authority
from licences.authority_register import AuthorityRegister
from licences.catalogue import Catalogue
from licences.checks import LicenceCheck, check_identifier, check_schema, check_validity
from licences.claims import EMBEDDED_NAME, LICENCE_TYP, LicenceClaims, read_claims
from licences.evidence_findings import (
    both,
    fault_of_signing,
    is_known,
    is_of_another_form,
    is_sound,
    not_reached_after,
    without_readable,
)
from licences.licence_report import LicenceReport
from licences.other_files import other_kind, told_what_it_is
from licences.pdf_traces import fault_of_data, fault_of_form, licence_behind, may_have_been_licence
from licences.reasons import LicenceReason
from licences.seal_register_check import SealSnapshot, asks_seal_register, check_seal_register
from licences.status_check import StatusAsker, StatusSources
from licences.trust_info import TrustInfo

__all__ = ["MAX_INPUT_BYTES", "LicenceReport", "Verifier"]

MAX_INPUT_BYTES = 32 * 1024 * 1024

_SIGNED = (
    "已签名的 PDF，其中没有证照数据：用 eseal verify 验其签名与印章 "
    "a signed PDF without licence data: eseal verify judges its signatures and seals"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Evidence:
    findings: tuple[Finding, ...]
    signatures: tuple[SignatureInfo, ...]
    claims: LicenceClaims | None
    pdf: PdfEvidence | None = None


class Verifier:
    """Verifies any number of inputs at one time, by a `judge` of certificates and of `statuses`."""

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
        self.judge = PathJudge(trust, at=at)
        self._now = now
        self.statuses = StatusAsker(self._sources, self.judge, max_age=max_status_age, now=now)

    def with_more(self, evidence: CarriedData, statuses: StatusSources) -> "Verifier":
        """Give one that is asked the same, with more at hand that nobody vouches for.

        Args:
            evidence: certificates of CAs help to build paths and are no roots; certificates of
                others do not count, for in trust material they would be those of seal makers.
            statuses: status lists and histories.
        """
        trust = self.judge.trust
        helping = (each for each in evidence.certificates if each.ca and not is_root(each))
        more = replace(
            trust,
            intermediates=(*trust.intermediates, *helping),
            crls=(*trust.crls, *evidence.crls),
            ocsps=(*trust.ocsps, *evidence.ocsps),
        )
        return self._with(more, self._sources.joined(statuses))

    def without_statuses(self) -> "Verifier":
        """Give one that is asked the same, with no lists and histories at hand."""
        return self._with(self.judge.trust, StatusSources())

    def _with(self, trust: TrustStore, statuses: StatusSources) -> "Verifier":
        return Verifier(
            trust,
            self._catalogue,
            at=self._at,
            authorities=self._authorities,
            statuses=statuses,
            max_status_age=self._max_status_age,
            now=self._now,
            trust_info=self._trust_info,
            seals=self._seals,
        )

    def verify(self, name: str, data: bytes) -> LicenceReport:
        """Judge the bytes of one input; never raises for anything the bytes contain."""
        if len(data) > MAX_INPUT_BYTES:
            return self.unreadable(name, Reason.INPUT_TOO_LARGE, too_large(MAX_INPUT_BYTES))
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
            titles=self._catalogue.titles(claims.type_code) if claims and claims.withheld else {},
        )

    def unreadable(self, name: str, reason: ReasonCode, detail: str) -> LicenceReport:
        """Report an input whose bytes could not be had, or are no candidate for a licence."""
        return LicenceReport(
            input=name,
            sha256=None,
            at=self._at,
            findings=(
                failed(Check.READABLE, reason, detail),
                *not_reached_after(Check.READABLE),
                *self._not_reached(is_pdf=False),
            ),
            trust=self._trust_info,
        )

    def _evidence(self, data: bytes) -> _Evidence:
        if data.startswith(b"%PDF-"):
            return self._pdf_evidence(data)
        if not data or data.lstrip()[:1] in {b"{", b"e"}:
            found = self._json_evidence(data)
            findings = (told_what_it_is(found.findings[0], data), *found.findings[1:])
            return replace(found, findings=findings)
        if before := licence_behind(data):
            detail = f"PDF 之前有 {before} 字节 bytes stand before the PDF"
            fault = failed(Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED, detail)
            findings = (passed(Check.READABLE), fault, *not_reached_after(Check.STRUCTURE))
        else:
            fault = failed(Check.READABLE, LicenceReason.NOT_A_LICENCE, other_kind(data))
            findings = (fault, *not_reached_after(Check.READABLE))
        return _Evidence(findings=findings, signatures=(), claims=None)

    def _json_evidence(self, data: bytes, carried: CarriedData = NOTHING) -> _Evidence:
        evidence = verify_sd_jwt(data, judge=self.judge, typ=LICENCE_TYP, carried=carried)
        findings, claims = _licence_in(evidence)
        return _Evidence(findings=findings, signatures=evidence.signatures, claims=claims)

    def _pdf_evidence(self, data: bytes) -> _Evidence:
        outer = verify_pdf(data, judge=self.judge)
        if _never_was_one(outer):
            detail = "没有签名的 PDF，也没有证照数据 a PDF without signature or licence data"
            never = not_reached(*(each.check for each in outer.findings))
            return _no_licence(replace(outer, findings=never), detail)
        if is_of_another_form(outer.findings):
            return _without_data(outer, fault_of_form(outer))
        if not is_sound(outer.findings):
            found = outer.findings
            if outer.signatures and may_have_been_licence(data):  # what it has cannot be read
                found = without_readable(found)
            return _Evidence(findings=found, signatures=outer.signatures, claims=None, pdf=outer)
        embedded = outer.attachment(EMBEDDED_NAME)
        if embedded is None:
            return _without_data(outer, fault_of_data(outer))
        if (fault := fault_of_signing(outer)) is not None:
            return _without_claims(outer, fault)
        inner = self._json_evidence(embedded, outer.carried)
        return _Evidence(
            findings=both(outer.findings, without_readable(inner.findings), within=EMBEDDED_NAME),
            signatures=(*outer.signatures, *inner.signatures),
            claims=inner.claims,
            pdf=outer,
        )

    def _content(self, claims: LicenceClaims, evidence: _Evidence) -> tuple[Finding, ...]:
        licence_type = self._catalogue.find_code(claims.type_code)
        own_issuers = self._catalogue if self._authorities is None else None
        findings = [
            check_identifier(claims, evidence.signatures, own_issuers),
            check_schema(claims, self._catalogue),
            check_validity(claims, evidence.signatures, self._at),
            self.statuses.ask(claims),
        ]
        if evidence.pdf is not None and is_known(evidence.findings):
            findings.append(check_agreement(claims, licence_type, evidence.pdf))
        elif evidence.pdf is not None:
            findings.extend(not_reached(LicenceCheck.AGREEMENT))
        sealed = None if evidence.pdf is None else evidence.pdf.seals
        if self._authorities is not None:
            signatures, authorities = evidence.signatures, self._authorities
            findings.append(check_authority(claims, signatures, sealed, authorities, self._at))
        seals = sealed or ()
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
    """Read the licence out of sound evidence; signed as one and none it fails `structure`."""
    findings, claims = evidence.findings, evidence.claims
    if claims is None or not is_sound(findings):
        return findings, None
    try:
        withheld, disclosed = evidence.withheld, evidence.disclosed
        return findings, read_claims(claims, withheld=withheld, disclosed=disclosed)
    except MalformedError as error:
        return with_fault(findings, failed(Check.STRUCTURE, error.reason, error.told)), None


def _no_licence(pdf: PdfEvidence, detail: str) -> _Evidence:
    """Tell that a PDF is no licence."""
    return _without_claims(pdf, failed(Check.READABLE, LicenceReason.NOT_A_LICENCE, detail))


def _without_claims(pdf: PdfEvidence, fault: Finding) -> _Evidence:
    """Put a fault in the place of its check, and take nothing of what the PDF says."""
    found = with_fault(pdf.findings, fault)
    return _Evidence(findings=found, signatures=pdf.signatures, claims=None, pdf=pdf)


def _never_was_one(pdf: PdfEvidence) -> bool:
    """Say whether a PDF has neither a signature nor anything else of a licence."""
    is_unsigned = any(each.reason is Reason.UNSIGNED for each in pdf.findings)
    return is_unsigned and not may_have_been_licence(pdf.data)


def _without_data(pdf: PdfEvidence, fault: Finding | None) -> _Evidence:
    """Tell what is wrong with a signed PDF without data; nothing is with one that is no licence."""
    return _no_licence(pdf, _SIGNED) if fault is None else _without_claims(pdf, fault)
