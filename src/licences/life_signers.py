"""Whether those are trusted who signed what was done to licences (办理记录的签名者).

A journal's signatures are checked by the certificates that stand beside them, which whoever writes
the database can make for any department. So whoever relies on a journal asks here. Rules kept:

- a stranger's event breaks the journal: a certificate of an unknown issuer, one whose path fails,
  one that was revoked or had ended when the event was recorded;
- a certificate is judged once, at its end if that is over and else now; where it is good then, all
  is good that was recorded while it was valid. Else its events are judged at their own times: what
  was recorded before a revocation stays good;
- what lacks data to be decided breaks nothing, and is told; and so is a revocation since.

Left to others: chain, signatures, and whose certificate it says that it is, to `life_journal`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from asn1crypto import x509

from eseal.certificates import plain_name, read_certificates
from eseal.errors import EvidenceError, RefusedError
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome, undetermined
from licences.model import UNSIGNED, Event
from licences.reasons import LicenceReason

if TYPE_CHECKING:
    from eseal.trust import TrustStore

_LACKING: Final = frozenset({Reason.NO_REVOCATION_DATA, Reason.REVOCATION_DATA_STALE})
"""What more data may mend; all else is settled, for the question is of the event's own time."""

_REVOKED: Final = frozenset({Reason.CERTIFICATE_REVOKED, Reason.CERTIFICATE_REVOKED_SINCE})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signer:
    """Certificates that stand beside events, and what was found of the first, at its end or now."""

    certificate: x509.Certificate
    others: Sequence[x509.Certificate]
    finding: Finding


class LifeSigners:
    """Judges the signers of journals as of one time, and remembers."""

    def __init__(self, trust: Callable[[], "TrustStore"], *, now: datetime) -> None:
        """Make ready to judge.

        Args:
            trust: gives what is believed; asked when there is something to judge. Where it raises
                `EvidenceError`, nothing is judged, and that is told.
            now: aware.
        """
        self._believed = cache(lambda: _read(trust))
        self._now = now
        self._known: dict[bytes, _Signer] = {}

    def demand(self, events: Iterable[Event]) -> Finding | None:
        """Insist that no stranger signed an event of a journal whose signatures hold.

        Args:
            events: the journal's.

        Returns:
            Why an event's signer could not be judged; `None`: all were.

        Raises:
            RefusedError: JOURNAL_BROKEN; `.at` is the number of the event.
        """
        doubts = [self._doubt(event) for event in events if event.kind not in UNSIGNED]
        return next((each for each in doubts if each is not None), None)

    def revoked_since(self, events: Iterable[Event]) -> Finding | None:
        """Say whose certificate was revoked after it had signed one of these; `None`: nobody's.

        What was recorded before stays good, for a journal is chained and its lists were published;
        but who reads it has to know.

        Args:
            events: a journal's that `demand` was asked about.
        """
        known = (self._known.get(each.certificates) for each in events)
        findings = (signer.finding for signer in known if signer is not None)
        return next((each for each in findings if each.reason in _REVOKED), None)

    def _doubt(self, event: Event) -> Finding | None:
        try:
            signer = self._signer(event.certificates)
        except EvidenceError as error:  # nobody looks at signatures before the issue
            sentence = (
                f"没有可读的签名证书 no certificate of a signer can be read: {error.sentence}"
            )
            reason, number = LicenceReason.JOURNAL_BROKEN, event.number
            raise RefusedError(reason, sentence, at=str(number)) from error
        finding = self._judge(signer, event.at)
        if finding.outcome is Outcome.PASSED:
            return None
        if isinstance(self._believed(), EvidenceError) or finding.reason in _LACKING:
            return finding
        name, number = plain_name(signer.certificate.subject), event.number
        sentence = (
            f"第 {number} 条的签名者 {name} 不受信任 the signer of event {number}, {name}, is not "
            f"trusted: {finding.reason} {finding.detail}"
        )
        raise RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=str(number))

    def _judge(self, signer: _Signer, at: datetime) -> Finding:
        """Say whether a signer was good when something was recorded."""
        certificate = signer.certificate
        is_timely = certificate.not_valid_before <= at <= certificate.not_valid_after
        if is_timely and signer.finding.outcome is Outcome.PASSED:
            return signer.finding
        return self._path(certificate, signer.others, at, signed=at)

    def _signer(self, certificates: bytes) -> _Signer:
        known = self._known.get(certificates)
        if known is None:
            certificate, *others = read_certificates(certificates)
            last = min(self._now, certificate.not_valid_after)
            finding = self._path(certificate, others, last)
            known = _Signer(certificate=certificate, others=others, finding=finding)
            self._known[certificates] = known
        return known

    def _path(
        self,
        certificate: x509.Certificate,
        others: Sequence[x509.Certificate],
        at: datetime,
        signed: datetime | None = None,
    ) -> Finding:
        from eseal.chain import judge_at  # noqa: PLC0415  slow, and most journals have no signer

        trust = self._believed()
        if isinstance(trust, EvidenceError):
            return undetermined(Check.CERTIFICATE_PATH, trust.reason, trust.told)
        return judge_at(trust, at).judge(certificate, others, claimed_signing_time=signed)


def _read(trust: Callable[[], "TrustStore"]) -> "TrustStore | EvidenceError":
    try:
        return trust()
    except EvidenceError as error:
        return error
