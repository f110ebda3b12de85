"""Timestamps for the self-test: good ones, over something else, and by whom they are not for."""

from dataclasses import dataclass
from datetime import datetime

from eseal.digests import DigestAlgorithm
from eseal.signers import Signer
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.own import OwnTimestamps
from eseal.timestamps.stamper import Timestamper
from licences.selftest.authority import SIGNED
from licences.selftest.office import Office


@dataclass(frozen=True, kw_only=True, slots=True)
class _AnyAuthority(TimestampAuthority):
    """An authority of whoever it is, whatever their certificate is for."""

    def __post_init__(self) -> None:
        """Check nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Elsewhere:
    """Good timestamps of something else."""

    good: Timestamper

    @property
    def max_size(self) -> int:
        """That of the good ones."""
        return self.good.max_size

    def stamp(self, data: bytes, *, digest: DigestAlgorithm) -> bytes:
        """Stamp other bytes."""
        return self.good.stamp(data + b"\x00", digest=digest)


def good_stamps(office: Office, at: datetime = SIGNED) -> Timestamper:
    """Timestamps by the authority, of a time."""
    return _stamps(TimestampAuthority(signer=office.timestamper), at)


def stamps_by(signer: Signer, at: datetime = SIGNED) -> Timestamper:
    """Timestamps by anybody."""
    return _stamps(_AnyAuthority(signer=signer), at)


def stamps_elsewhere(office: Office) -> Timestamper:
    """Timestamps of other bytes than those that they stand with."""
    return _Elsewhere(good=good_stamps(office))


def _stamps(authority: TimestampAuthority, at: datetime) -> Timestamper:
    return OwnTimestamps(authority=authority, clock=lambda: at, serial_numbers=lambda: 7)
