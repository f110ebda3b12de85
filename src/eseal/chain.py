"""Certificate paths, judged at a given time: one validating stack for both suites.

Path building, RFC 5280 validation and the reading of CRLs are those of pyhanko-certvalidator,
behind `eseal.stack`; what it lets through is caught by `eseal.path_rules`; what lists and OCSP
answers say of a certificate is weighed by `eseal.revocation`. Here their answers are put together.

Rules kept:

- The question is asked for a time `at`; nothing is fetched, no clock is read.
- A certificate is judged for one purpose: documents, or timestamps.
- Where a timestamp proves when something was signed, that time counts and not what is claimed: all
  has to be good then, by lists that were current then, and what came after does no harm.
- The root is judged like the rest: its validity, path length and name constraints count.
- Every certificate below the root needs a revocation list or an OCSP answer. None is
  NO_REVOCATION_DATA; one whose nextUpdate lies before `at` is stale. What was made after `at` is as
  good: the date of the revocation is compared, not that of the list. What passed says of when the
  oldest of the data is that it rests on.
- A revocation counts from its very second. With a claimed signing time at or after it, or with
  none, the certificate is revoked; with an earlier one it is "revoked since", for nothing proves
  the claim. A timestamp from after it does not refute it either: anybody can have it put there.
- Failed is what more data cannot mend, undetermined what it might. The worst decides, but an
  unknown issuer comes first: of such a certificate nothing else can be believed.
- Of several paths the best counts. What a document brings along is bounded in number and in the
  steps it can cause.

Source: RFC 5280, 6; ETSI EN 319 102-1, 5.2.6 and 5.6.2 (read second-hand).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509

from eseal.carried import NOTHING, CarriedData
from eseal.certificates import plain_name, read_certificate
from eseal.errors import MalformedError, RefusedError
from eseal.moments import check_time
from eseal.path_judgement import Judgement, Status, failed_path, undetermined_path
from eseal.path_rules import Purpose, check_certificate, check_purpose, common_moment
from eseal.reasons import Reason
from eseal.report import Finding
from eseal.revocation import RevocationData
from eseal.stack import ValidatingStack, ValidationPath
from eseal.trust import TrustStore

__all__ = ["PathJudge", "Purpose", "judge_at"]

MAX_OTHERS = 32
MAX_REMEMBERED = 4096

_UNTIMELY = frozenset({Reason.CERTIFICATE_EXPIRED, Reason.CERTIFICATE_NOT_YET_VALID})


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
        roots = sorted(trust.roots, key=lambda root: not _is_valid(root, self.at))
        self._stack = ValidatingStack(roots, trust.intermediates)
        self._data = RevocationData(self._stack, trust.crls, trust.ocsps)
        self._remembered: dict[tuple[object, ...], tuple[Judgement, ...]] = {}

    def judge(
        self,
        certificate: x509.Certificate,
        others: Sequence[x509.Certificate] = (),
        *,
        claimed_signing_time: datetime | None = None,
        proven_time: datetime | None = None,
        purpose: Purpose = Purpose.DOCUMENTS,
        carried: CarriedData = NOTHING,
    ) -> Finding:
        """Say whether `certificate` leads to a trusted root and could sign at `at`.

        Args:
            certificate: the signer's.
            others: certificates that came with the document, in any order; of these 32 are used.
            claimed_signing_time: aware time at which the signer says they signed, if they do.
            proven_time: aware time at which a timestamp that was found sound says that the
                signature was there; it counts in place of the claimed one, but for a revocation
                between the two.
            purpose: what the certificate was used for.
            carried: what else came with the document to help.

        Returns:
            One finding of the check CERTIFICATE_PATH.
        """
        claimed = claimed_signing_time and check_time(claimed_signing_time, "claimed_signing_time")
        proven = proven_time and check_time(proven_time, "proven_time")
        helping = (*others, *carried.certificates)[:MAX_OTHERS]
        judgements = self._known(certificate, helping, purpose, carried)
        findings = [one.against(claimed, proven, self.at) for one in judgements]
        found = min(findings, key=lambda finding: finding.outcome.badness)
        if proven is None or proven >= self.at or found.reason not in _UNTIMELY:
            return found
        # A root may have been renewed since, with the same name and key: then the older counts.
        earlier = judge_at(self.trust, proven)
        then = earlier.judge(
            certificate,
            helping,
            claimed_signing_time=claimed,
            proven_time=proven,
            purpose=purpose,
            carried=carried,
        )
        return min((found, then), key=lambda finding: finding.outcome.badness)

    def _known(
        self,
        certificate: x509.Certificate,
        others: Sequence[x509.Certificate],
        purpose: Purpose,
        carried: CarriedData,
    ) -> tuple[Judgement, ...]:
        """What is known of all paths: remembered, else found out."""
        key = (
            purpose,
            certificate.sha256,
            carried.name,
            *(one.sha256 for one in others),
        )
        judgements = self._remembered.get(key)
        if judgements is None:
            judgements = self._examine(certificate, others, purpose, carried)
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = judgements
        return judgements

    def _examine(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        purpose: Purpose,
        carried: CarriedData,
    ) -> tuple[Judgement, ...]:
        try:
            leaf = read_certificate(certificate.dump())
        except MalformedError as error:
            return (Judgement(fault=failed_path(Reason.PATH_INVALID, error.sentence)),)
        paths = self._stack.find_paths(leaf, _readable(others), self.at)
        if not paths:
            issuer = plain_name(leaf.issuer)
            return (Judgement(fault=undetermined_path(Reason.UNKNOWN_ISSUER, issuer)),)
        data = self._data
        if carried.crls or carried.ocsps:
            lists = (*self.trust.crls, *carried.crls)
            data = RevocationData(self._stack, lists, (*self.trust.ocsps, *carried.ocsps))
        return tuple(self._judge_path(path, purpose, data) for path in paths)

    def _judge_path(
        self, path: ValidationPath, purpose: Purpose, data: RevocationData
    ) -> Judgement:
        root, *below = certificates = tuple(path.iter_certs(include_root=True))
        try:
            moment = common_moment(certificates, self.at)
            for certificate in certificates:
                check_certificate(certificate)
            check_purpose(certificates[-1], purpose)
            self._stack.validate(path, moment)
        except RefusedError as error:
            return Judgement(fault=failed_path(error.reason, error.sentence))
        statuses = (self._status(one, path, moment, data) for one in below)
        return Judgement(statuses=(_undoubted(root), *statuses))

    def _status(
        self,
        certificate: x509.Certificate,
        path: ValidationPath,
        moment: datetime,
        data: RevocationData,
    ) -> Status:
        found, known = _undoubted(certificate), data.status(certificate, path, moment, self.at)
        if known is None:
            return replace(found, is_known=False)
        return replace(
            found,
            as_of=known.as_of,
            current_until=known.current_until,
            revoked_at=known.revoked_at,
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


def _is_valid(certificate: x509.Certificate, at: datetime) -> bool:
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def _undoubted(certificate: x509.Certificate) -> Status:
    return Status(
        name=plain_name(certificate.subject),
        begins=certificate.not_valid_before,
        ends=certificate.not_valid_after,
    )


def _readable(certificates: Iterable[x509.Certificate]) -> Iterator[x509.Certificate]:
    for one in certificates:
        try:
            yield read_certificate(one.dump())
        except MalformedError:
            continue  # it cannot help to build a path
