"""Certificate paths, judged at a given time: one validating stack for both suites.

Path building, RFC 5280 validation and the reading of CRLs are those of pyhanko-certvalidator,
behind `eseal.stack`; what it lets through is caught by `eseal.path_rules`; what lists and OCSP
answers say of a certificate is weighed by `eseal.revocation`. Here their answers are put together.

Rules kept:

- The question is asked for a time `at`; nothing is fetched, no clock is read.
- The root is judged like the rest: its validity, path length and name constraints count.
- Every certificate below the root needs a revocation list or an OCSP answer. None is
  NO_REVOCATION_DATA; one whose nextUpdate lies before `at` is stale. What was made after `at` is as
  good: the date of the revocation is compared, not that of the list. What passed says of when the
  oldest of the data is that it rests on.
- A revocation counts from its very second. With a claimed signing time at or after it, or with
  none, the certificate is revoked; with an earlier one it is "revoked since", for nothing proves
  the claim.
- Failed is what more data cannot mend, undetermined what it might. The worst decides, but an
  unknown issuer comes first: of such a certificate nothing else can be believed.
- Of several paths the best counts. What a document brings along is bounded in number and in the
  steps it can cause.

Source: RFC 5280, 6; ETSI EN 319 102-1, 5.2.6 (read second-hand).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import x509

from eseal.certificates import check_time, read_certificate
from eseal.errors import MalformedError, RefusedError
from eseal.path_rules import check_certificate, check_signer, common_moment
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, failed, passed, undetermined
from eseal.revocation import RevocationData, RevocationStatus
from eseal.stack import ValidatingStack, ValidationContext, ValidationPath
from eseal.trust import TrustStore

MAX_CLOCK_SKEW = timedelta(days=1)
"""By how much clocks, and the times that signatures claim, may differ."""

MAX_OTHERS = 32
MAX_REMEMBERED = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class _Revocation:
    """A certificate of the path was revoked, and when."""

    at: datetime
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judgement:
    """What is known of one path, whatever signing time is claimed."""

    fault: Finding | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    timing: Finding | None = None
    revocation: _Revocation | None = None
    gap: Finding | None = None
    detail: str = ""

    def against(self, claimed: datetime | None, at: datetime) -> Finding:
        """Weigh it against a claimed signing time; the worst first."""
        return (
            self.fault
            or self._revoked(claimed, at)
            or self.timing
            or self._signed_outside(claimed)
            or _signed_later(claimed, at)
            or self._revoked_since(at)
            or self.gap
            or passed(Check.CERTIFICATE_PATH, self.detail)
        )

    def _revoked(self, claimed: datetime | None, at: datetime) -> Finding | None:
        if self.revocation is None or (claimed or at) < self.revocation.at:
            return None
        return _failed(Reason.CERTIFICATE_REVOKED, self._revoked_detail())

    def _revoked_since(self, at: datetime) -> Finding | None:
        if self.revocation is None or at < self.revocation.at:
            return None
        return _undetermined(Reason.CERTIFICATE_REVOKED_SINCE, self._revoked_detail())

    def _revoked_detail(self) -> str:
        return f"{self.revocation.detail}, at {self.revocation.at}" if self.revocation else ""

    def _signed_outside(self, claimed: datetime | None) -> Finding | None:
        if claimed is None or self.begins is None or self.ends is None:
            return None
        if self.begins <= claimed <= self.ends:
            return None
        detail = f"{claimed} is not from {self.begins} to {self.ends}"
        return _undetermined(Reason.SIGNED_OUTSIDE_VALIDITY, detail)


def _signed_later(claimed: datetime | None, at: datetime) -> Finding | None:
    if claimed is None or claimed - at <= MAX_CLOCK_SKEW:
        return None
    return _undetermined(Reason.SIGNED_LATER, f"{claimed} is after {at}")


class PathJudge:
    """Judges certificates against one trust store at one time, and remembers its judgements.

    A judgement costs milliseconds the first time and microseconds after that, so that many
    documents by one signer cost one path validation. Threads may share it.
    """

    def __init__(self, trust: TrustStore, *, at: datetime) -> None:
        """Make ready to judge.

        Args:
            trust: what is believed.
            at: aware time the question is asked for; parts of a second are dropped.
        """
        self.trust = trust
        self.at = check_time(at, "at")
        # Of a renewed root, same name and key, the certificate that is valid at `at` comes first.
        roots = sorted(trust.roots, key=lambda root: _timing((root,), self.at) is not None)
        self._stack = ValidatingStack(roots, trust.intermediates)
        self._data = RevocationData(self._stack, trust.crls, trust.ocsps)
        self._remembered: dict[tuple[bytes, ...], tuple[_Judgement, ...]] = {}

    def judge(
        self,
        certificate: x509.Certificate,
        others: Sequence[x509.Certificate] = (),
        *,
        claimed_signing_time: datetime | None = None,
    ) -> Finding:
        """Say whether `certificate` leads to a trusted root and could sign documents at `at`.

        Args:
            certificate: the signer's.
            others: certificates that came with the document, in any order; of these 32 are used.
            claimed_signing_time: aware time at which the signer says they signed, if they do.

        Returns:
            One finding of the check CERTIFICATE_PATH.
        """
        claimed = claimed_signing_time and check_time(claimed_signing_time, "claimed_signing_time")
        others = others[:MAX_OTHERS]
        key = (certificate.sha256, *(one.sha256 for one in others))
        judgements = self._remembered.get(key)
        if judgements is None:
            judgements = self._examine(certificate, others)
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = judgements
        findings = [one.against(claimed, self.at) for one in judgements]
        return min(findings, key=lambda finding: finding.outcome.badness)

    def validation_context(self, others: Iterable[x509.Certificate] = ()) -> ValidationContext:
        """Make a context of the validating stack for this trust and time, without revocation.

        For a validator that wants to build the path once more; what it finds counts beside, not
        instead of, what `judge` says.
        """
        return self._stack.context(self.at, others)

    def _examine(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate]
    ) -> tuple[_Judgement, ...]:
        try:
            leaf = read_certificate(certificate.dump())
        except MalformedError as error:
            return (_Judgement(fault=_failed(Reason.PATH_INVALID, error.sentence)),)
        paths = self._stack.find_paths(leaf, _readable(others), self.at)
        if not paths:
            issuer = leaf.issuer.human_friendly
            return (_Judgement(fault=_undetermined(Reason.UNKNOWN_ISSUER, issuer)),)
        return tuple(self._judge_path(path) for path in paths)

    def _judge_path(self, path: ValidationPath) -> _Judgement:
        certificates = tuple(path.iter_certs(include_root=True))
        leaf = certificates[-1]
        try:
            moment = common_moment(certificates, self.at)
            for certificate in certificates:
                check_certificate(certificate)
            check_signer(leaf)
            self._stack.validate(path, moment)
        except RefusedError as error:
            return _Judgement(fault=_failed(error.reason, error.sentence))
        known = [(one, self._data.status(one, path, moment, self.at)) for one in certificates[1:]]
        statuses = [status for _, status in known if status is not None]
        names = " < ".join(_name(one) for one in reversed(certificates))
        oldest = min((one.as_of for one in statuses), default="none")
        return _Judgement(
            begins=leaf.not_valid_before,
            ends=leaf.not_valid_after,
            timing=_timing(certificates, self.at),
            revocation=_earliest(known),
            gap=next(filter(None, (_gap(*each, self.at) for each in known)), None),
            detail=f"{names}; revocation data of {oldest}",
        )


@lru_cache(maxsize=32)
def judge_at(trust: TrustStore, at: datetime) -> PathJudge:
    """Give the judge of a trust store at a time: the same one as before, with what it remembers.

    For whoever asks about many times, such as those of a history's events, again and again.

    Args:
        trust: what is believed.
        at: aware time the question is asked for.
    """
    return PathJudge(trust, at=at)


_Known = tuple[x509.Certificate, RevocationStatus | None]


def _earliest(known: Iterable[_Known]) -> _Revocation | None:
    """The first revocation on a path."""
    revoked = [
        _Revocation(at=status.revoked_at, detail=_name(one))
        for one, status in known
        if status is not None and status.revoked_at is not None
    ]
    return min(revoked, key=lambda one: one.at, default=None)


def _gap(
    certificate: x509.Certificate, status: RevocationStatus | None, at: datetime
) -> Finding | None:
    """What is missing to say that a certificate is not revoked."""
    if status is None:
        return _undetermined(Reason.NO_REVOCATION_DATA, f"for {_name(certificate)}")
    if status.current_until < at:
        detail = f"for {_name(certificate)}, since {status.current_until}"
        return _undetermined(Reason.REVOCATION_DATA_STALE, detail)
    return None


def _timing(certificates: Iterable[x509.Certificate], at: datetime) -> Finding | None:
    for one in certificates:
        if at > one.not_valid_after:
            detail = f"{_name(one)}, valid until {one.not_valid_after}"
            return _undetermined(Reason.CERTIFICATE_EXPIRED, detail)
        if at < one.not_valid_before:
            detail = f"{_name(one)}, valid from {one.not_valid_before}"
            return _undetermined(Reason.CERTIFICATE_NOT_YET_VALID, detail)
    return None


def _readable(certificates: Iterable[x509.Certificate]) -> Iterator[x509.Certificate]:
    for one in certificates:
        try:
            yield read_certificate(one.dump())
        except MalformedError:
            continue  # it cannot help to build a path


def _failed(reason: ReasonCode, detail: str) -> Finding:
    return failed(Check.CERTIFICATE_PATH, reason, detail)


def _undetermined(reason: ReasonCode, detail: str) -> Finding:
    return undetermined(Check.CERTIFICATE_PATH, reason, detail)


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)
