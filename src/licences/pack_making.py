"""Making an audit pack: the licence, and of all that is at hand what judging it takes.

What judging takes is found by judging: a judge that notes which certificates it was asked about, on
the licence and on what is said of its status. From these on upwards the issuing CAs go in, and the
lists and answers that speak of any of them; roots and seal makers do not, for those are whom a
verifier believes.

Rules kept:

- only a licence that is as it was signed is packed, whatever its standing;
- of what is said of its status goes in what was believed, whoever else dated one later;
- what is packed is read and judged once more before it is given out, without the statuses at hand:
  it has to say of the status what they said;
- the newest revocation lists go in first, within bounds.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import crl, x509

from eseal.asic import write_asic
from eseal.chain import PathJudge
from eseal.containers import ContainedFile
from eseal.errors import RefusedError
from eseal.jose.statements import Statement, verify_statement
from eseal.jose.status_list import StatusListToken
from eseal.jose.verification import verify_sd_jwt
from eseal.ocsp import OcspResponse
from eseal.pdf.verify import verify_pdf
from eseal.report import Finding, Outcome
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.audit_pack import (
    CERTIFICATES,
    HISTORY_NAME,
    JSON_NAME,
    MAX_PER_KIND,
    MAX_REVOCATION_BYTES,
    PDF_NAME,
    README_NAME,
    REVOCATION,
    STATUS,
    is_help,
)
from licences.checks import LicenceCheck
from licences.claims import EMBEDDED_NAME, LICENCE_TYP, LicenceClaims
from licences.history_statement import HISTORY_TYP, HistoryStatement
from licences.pack_info import PackCheck
from licences.pack_readme import readme
from licences.pack_verification import verify_pack
from licences.reasons import LicenceReason
from licences.status_check import StatusAsker, StatusSources
from licences.verification import LicenceReport, Verifier


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusFile:
    """A status list or a history, as it was signed."""

    data: bytes
    statement: Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """A pack, and what our own verifier says of it."""

    data: bytes
    report: LicenceReport


def make_pack(
    licence: bytes, *, verifier: Verifier, statuses: StatusSources, signer: Signer, at: datetime
) -> Packed:
    """Pack a licence.

    Args:
        licence: PDF or JSON, as it was issued.
        verifier: has what is at hand, and judges at `at`.
        statuses: the lists and histories that it has; those of this licence go in.
        signer: who packs.
        at: aware; now.

    Raises:
        RefusedError: PACK_REFUSED, it is no licence or was altered, or the pack would say another
            status by itself; SIGNED_OUTSIDE_VALIDITY.
        EvidenceError: the signer failed.
    """
    report = verifier.verify("licence", licence)
    claims = report.licence
    if claims is None:
        deciding = report.verdict.deciding
        sentence = _why(deciding) if deciding else "不是证照 it is no licence"
        raise RefusedError(LicenceReason.PACK_REFUSED, sentence)
    said = tuple(_status_files(statuses, verifier.statuses, claims, at))
    noting = _NotingJudge(verifier.judge.trust, at=at)
    _ask(licence, said, noting)
    name = PDF_NAME if licence.startswith(b"%PDF-") else JSON_NAME
    evidence = _Evidence(verifier.judge.trust, noting.seen)
    files = [
        ContainedFile(name=name, data=licence),
        ContainedFile(name=README_NAME, data=readme(claims, name, at)),
        *_named(said),
        *evidence.files(),
    ]
    data = write_asic(files, root=name, signer=signer, at=at)
    made = verify_pack(verifier.without_statuses(), "pack", data)
    container = next(each for each in made.findings if each.check is PackCheck.CONTAINER)
    if container.outcome is not Outcome.PASSED:
        sentence = (
            f"所制审计包有误 what was packed is not sound: {container.reason}, {container.detail}"
        )
        raise RefusedError(LicenceReason.PACK_REFUSED, sentence)
    _demand_same_status(report, made)
    return Packed(data=data, report=made)


def _demand_same_status(told: LicenceReport, packed: LicenceReport) -> None:
    """See that a pack says by itself of the status what was said with all that is at hand."""
    before, after = (
        next(each for each in report.findings if each.check is LicenceCheck.STATUS)
        for report in (told, packed)
    )
    if before.outcome is not after.outcome:
        sentence = (
            "审计包自身所说的状态不同 the pack by itself says another status: "
            f"{after.reason or after.outcome}, {before.reason or before.outcome}"
        )
        raise RefusedError(LicenceReason.PACK_REFUSED, sentence)


class _NotingJudge(PathJudge):
    """A judge that notes which certificates it was asked about."""

    def __init__(self, trust: TrustStore, *, at: datetime) -> None:
        super().__init__(trust, at=at)
        self.seen: dict[bytes, x509.Certificate] = {}

    def judge(
        self,
        certificate: x509.Certificate,
        others: Sequence[x509.Certificate] = (),
        **asked: Any,
    ) -> Finding:
        """Note the certificate and those that came with it, and judge as ever."""
        carried = asked["carried"].certificates if "carried" in asked else ()
        for each in (certificate, *others, *carried):
            self.seen.setdefault(each.sha256, each)
        return super().judge(certificate, others, **asked)


def _ask(licence: bytes, said: Iterable[StatusFile], judge: PathJudge) -> None:
    """Have all that is signed judged."""
    if licence.startswith(b"%PDF-"):
        outer = verify_pdf(licence, judge=judge)
        json = outer.attachment(EMBEDDED_NAME)
        if json is not None:
            verify_sd_jwt(json, judge=judge, typ=LICENCE_TYP, carried=outer.carried)
    else:
        verify_sd_jwt(licence, judge=judge, typ=LICENCE_TYP)
    for each in said:
        verify_statement(each.statement, judge=judge)


def _status_files(
    statuses: StatusSources, asker: StatusAsker, claims: LicenceClaims, at: datetime
) -> Iterator[StatusFile]:
    """Find the lists and histories that answered; where none did, the last ones, to be judged."""
    place = claims.status
    believed = asker.believed(claims)
    lists = tuple(each for each in believed if isinstance(each, StatusListToken))
    histories = tuple(each for each in believed if isinstance(each, HistoryStatement))
    if not lists and place is not None:
        lists = statuses.find_lists(place.uri, at)[:1]
    if not histories:
        histories = statuses.find_histories(claims.identifier)
    statements = [each.statement for each in lists[:MAX_PER_KIND]]
    statements += [each.statement for each in histories[:1]]
    for statement in statements:
        yield StatusFile(data=statement.compact, statement=statement)


def _named(said: Iterable[StatusFile]) -> Iterator[ContainedFile]:
    for each in said:
        is_history = each.statement.header.typ == HISTORY_TYP
        name = HISTORY_NAME if is_history else _by_digest(STATUS, each.data, "jwt")
        yield ContainedFile(name=name, data=each.data)


class _Evidence:
    """What trust material has on some certificates, their issuers, and the issuers of these."""

    def __init__(self, trust: TrustStore, seen: dict[bytes, x509.Certificate]) -> None:
        self._trust = trust
        self._certificates = dict(seen)
        self._add_issuers()
        self._issuers = {each.issuer.hashable for each in self._certificates.values()}
        self._serials = {each.serial_number for each in self._certificates.values()}

    def files(self) -> Iterator[ContainedFile]:
        """Give them as files, in the order of their names."""
        ders = sorted(each.dump() for each in self._certificates.values() if is_help(each))
        named = {_by_digest(CERTIFICATES, der, "cer"): der for der in ders[:MAX_PER_KIND]}
        named |= dict(self._revocation())
        for name in sorted(named):
            yield ContainedFile(name=name, data=named[name])

    def _add_issuers(self) -> None:
        known = [each for each in self._trust.intermediates if each.ca]
        while True:
            names = {each.issuer.hashable for each in self._certificates.values()}
            above = {each.sha256: each for each in known if each.subject.hashable in names}
            if above.keys() <= self._certificates.keys():
                return
            self._certificates |= above

    def _revocation(self) -> Iterator[tuple[str, bytes]]:
        """Each issuer's newest list, answers about the certificates, then older lists."""
        newest, older = self._lists()
        answers = [one.der for one in self._trust.ocsps if self._is_about(one)]
        found = [(der, "crl") for der in newest] + [(der, "ocsp") for der in answers]
        found += [(der, "crl") for der in older]
        left = MAX_REVOCATION_BYTES
        for der, ending in found[:MAX_PER_KIND]:
            left -= len(der)
            if left >= 0:
                yield _by_digest(REVOCATION, der, ending), der

    def _lists(self) -> tuple[list[bytes], list[bytes]]:
        """The newest list of each issuer, and all others, newest first."""
        newest: dict[str, bytes] = {}
        older: list[bytes] = []
        for one in sorted(self._trust.crls, key=_made_at, reverse=True):
            issuer = one.issuer.hashable
            if issuer in newest:
                older.append(one.dump())
            elif issuer in self._issuers:
                newest[issuer] = one.dump()
        return list(newest.values()), older

    def _is_about(self, response: OcspResponse) -> bool:
        return any(answer.about.serial in self._serials for answer in response.answers)


def _made_at(one: crl.CertificateList) -> datetime:
    made: datetime = one["tbs_cert_list"]["this_update"].native
    return made


def _by_digest(folder: str, data: bytes, ending: str) -> str:
    return f"{folder}{hashlib.sha256(data).hexdigest()}.{ending}"


def _why(finding: Finding) -> str:
    """Say what a finding failed on; its reason says it where it has no detail."""
    reason = finding.reason
    words = finding.detail or (f"{reason.zh} {reason.en}" if reason else "")
    return f"{reason}: {words}"
