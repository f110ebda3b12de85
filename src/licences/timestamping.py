"""Timestamps on licences (时间戳): the authority that a home names, and what documents carry.

Rules kept: a home that names an authority issues nothing without its timestamp; the authority is
judged by the home's trust as of when it is asked, anew after a minute; what documents carry (B-LT)
are the certificates of signer and authority, the roots above them, and the lists that speak of
them, as the home has them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import x509

from eseal.chain import PathJudge
from eseal.digests import DigestAlgorithm
from eseal.pdf.validation_data import ValidationData
from eseal.signers import Signer
from eseal.timestamps.client import USUAL_TOKEN_BYTES, Tsa
from eseal.trust import TrustStore
from licences.named_files import read_named_certificates
from licences.settings import TimestampSettings

_ASK_AGAIN: Final = timedelta(minutes=1)


@dataclass(kw_only=True, slots=True)
class HomeTimestamps:
    """Gets timestamps from a home's authority, and says what its documents carry.

    Attributes:
        url: where the authority answers.
        trust: what it is judged by.
        clock: tells the time; aware.
        certificates: the authority's, then its issuers'; documents carry nothing when empty.
    """

    url: str
    trust: TrustStore
    clock: Callable[[], datetime]
    certificates: tuple[x509.Certificate, ...] = ()
    _judge: PathJudge | None = field(default=None, init=False, repr=False)

    @property
    def max_size(self) -> int:
        """The longest timestamp that it gives, in bytes."""
        return USUAL_TOKEN_BYTES

    def stamp(self, data: bytes, *, digest: DigestAlgorithm) -> bytes:
        """Get a timestamp over `data`; raises as `Tsa.stamp`."""
        tsa = Tsa(url=self.url, judge=self._recent_judge(), max_size=self.max_size)
        return tsa.stamp(data, digest=digest)

    def _recent_judge(self) -> PathJudge:
        """Give a judge of now, or of less than a minute ago with what it remembers."""
        now, judge = self.clock(), self._judge
        if judge is None or abs(now - judge.at) >= _ASK_AGAIN:
            judge = self._judge = PathJudge(self.trust, at=now)
        return judge

    def validation_data(self, signer: Signer) -> ValidationData | None:
        """Put together what the documents of a signer carry; `None`: nothing."""
        if not self.certificates:
            return None
        known = (signer.certificate, *signer.chain, *self.certificates)
        certificates = {each.sha256: each for each in (*known, *self._above(known))}
        names = {each.issuer.hashable for each in certificates.values()}
        return ValidationData(
            certificates=[each.dump() for each in certificates.values()],
            crls=[each.dump() for each in self.trust.crls if each.issuer.hashable in names],
        )

    def _above(self, certificates: Iterable[x509.Certificate]) -> Iterable[x509.Certificate]:
        names = {each.issuer.hashable for each in certificates}
        return [each for each in self.trust.roots if each.subject.hashable in names]


def open_timestamps(
    settings: TimestampSettings | None, trust: TrustStore, clock: Callable[[], datetime]
) -> HomeTimestamps | None:
    """Open the authority that the settings name, if they name one.

    Raises:
        EvidenceError: as `read_named_certificates`.
    """
    if settings is None:
        return None
    named = settings.certificate
    certificates = () if named is None else read_named_certificates(named)
    return HomeTimestamps(url=settings.url, trust=trust, clock=clock, certificates=certificates)
