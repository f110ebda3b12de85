"""What is known of one certificate path, and how it is weighed against times.

Rules kept, of those that `eseal.chain` tells: the worst decides; a revocation counts from its very
second; of a time that is only claimed nothing follows that a liar could want; a time that is proven
is asked in place of the present. A timestamp proves that a signature was there by then, not that it
was made then: whoever holds a document can have it stamped late, and fails nobody by that.

Left to others: finding paths, validating them, and reading lists (`eseal.chain`, `eseal.stack`).

Source: ETSI EN 319 102-1, 5.2.6 and 5.6.2 (read second-hand).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from eseal.moments import CLOCKS_DIFFER
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, failed, passed, undetermined


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """A certificate of the path, and what is said of its revocation.

    Attributes:
        name: whose it is.
        begins: its first second of validity.
        ends: its last.
        is_known: whether anything is said of it; of a root nothing has to be.
        as_of: when the freshest of that was true.
        current_until: the last time for which any of that can be relied on.
        revoked_at: since when it is revoked, if it is.
    """

    name: str
    begins: datetime
    ends: datetime
    is_known: bool = True
    as_of: datetime | None = None
    current_until: datetime | None = None
    revoked_at: datetime | None = None

    def timing(self, moment: datetime) -> Finding | None:
        """What is wrong with its validity at a moment."""
        if moment > self.ends:
            detail = f"{self.name}，有效至 valid until {self.ends}，判于 as of {moment}"
            return undetermined_path(Reason.CERTIFICATE_EXPIRED, detail)
        if moment < self.begins:
            detail = f"{self.name}，生效于 valid from {self.begins}，判于 as of {moment}"
            return undetermined_path(Reason.CERTIFICATE_NOT_YET_VALID, detail)
        return None

    def gap(self, moment: datetime) -> Finding | None:
        """What is not known of its revocation at a moment."""
        if not self.is_known:
            return undetermined_path(Reason.NO_REVOCATION_DATA, self.name)
        if self.current_until is not None and self.current_until >= moment:
            return None
        detail = f"{self.name}，吊销数据到期于 data ended {self.current_until}"
        return undetermined_path(Reason.REVOCATION_DATA_STALE, detail)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What is known of one path, whatever times are asked about; its certificates root first."""

    fault: Finding | None = None
    statuses: tuple[Status, ...] = ()

    def against(self, claimed: datetime | None, proven: datetime | None, at: datetime) -> Finding:
        """Weigh it; the worst first.

        Args:
            claimed: when the signer says they signed.
            proven: when the signature is proven to have been there; all has to be good then, else
                at the time asked for.
            at: the time asked for.
        """
        signed, moment = proven or claimed, proven or at
        earliest = min((time for time in (claimed, proven) if time), default=moment)
        found = (
            self.fault
            or self._revoked(earliest)
            or _first(one.timing(moment) for one in self.statuses)
            or self._signed_outside(signed)
            or _signed_later(signed, at)
            or self._revoked_since(moment)
            or _first(one.gap(moment) for one in self.statuses[1:])
            or passed(Check.CERTIFICATE_PATH, self._detail())
        )
        return replace(found, as_of=self._oldest())

    def _revocation(self) -> Status | None:
        """The certificate that was revoked first."""
        revoked = [(one.revoked_at, one) for one in self.statuses if one.revoked_at]
        return min(revoked, key=lambda pair: pair[0])[1] if revoked else None

    def _revoked(self, signed: datetime) -> Finding | None:
        first = self._revocation()
        if first is None or first.revoked_at is None or signed < first.revoked_at:
            return None
        return failed_path(
            Reason.CERTIFICATE_REVOKED, f"{first.name}，吊销于 revoked {first.revoked_at}"
        )

    def _revoked_since(self, moment: datetime) -> Finding | None:
        first = self._revocation()
        if first is None or first.revoked_at is None or moment < first.revoked_at:
            return None
        detail = f"{first.name}，吊销于 revoked {first.revoked_at}"
        return undetermined_path(Reason.CERTIFICATE_REVOKED_SINCE, detail)

    def _signed_outside(self, signed: datetime | None) -> Finding | None:
        leaf = self.statuses[-1]
        if signed is None or leaf.begins <= signed <= leaf.ends:
            return None
        detail = f"签于 signed {signed}，有效期 valid {leaf.begins} 至 to {leaf.ends}"
        return undetermined_path(Reason.SIGNED_OUTSIDE_VALIDITY, detail)

    def _detail(self) -> str:
        names = " < ".join(one.name for one in reversed(self.statuses))
        said = f"{names}；吊销数据 revocation data of {self._oldest() or '— none'}"
        first = self._revocation()
        if first is None:
            return said
        return f"{said}；此后已吊销 revoked since: {first.name}, {first.revoked_at}"

    def _oldest(self) -> datetime | None:
        """Of what time the oldest of the revocation data are."""
        return min((one.as_of for one in self.statuses if one.as_of), default=None)


def _first(findings: Iterable[Finding | None]) -> Finding | None:
    return next((one for one in findings if one is not None), None)


def _signed_later(signed: datetime | None, at: datetime) -> Finding | None:
    if signed is None or signed - at <= CLOCKS_DIFFER:
        return None
    return undetermined_path(Reason.SIGNED_LATER, f"签于 signed {signed}，所问 asked for {at}")


def failed_path(reason: ReasonCode, detail: str) -> Finding:
    """Say that a path does not hold."""
    return failed(Check.CERTIFICATE_PATH, reason, detail)


def undetermined_path(reason: ReasonCode, detail: str) -> Finding:
    """Say that a path could not be decided."""
    return undetermined(Check.CERTIFICATE_PATH, reason, detail)
