"""An authority of one's own as a place to get timestamps from, without any network.

Rules kept: what it makes is verified before use; clock and serial numbers come from the caller.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from eseal.digests import DigestAlgorithm
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.requests import TimestampRequest
from eseal.timestamps.tokens import read_token
from eseal.timestamps.verification import check_token


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnTimestamps:
    """Gets timestamps from an authority in the same process.

    Attributes:
        authority: who makes them.
        clock: tells the time, aware.
        serial_numbers: gives numbers that were never used before.
    """

    authority: TimestampAuthority
    clock: Callable[[], datetime]
    serial_numbers: Callable[[], int]

    @property
    def max_size(self) -> int:
        """The longest timestamp that it gives, in bytes."""
        return self.authority.max_size

    def stamp(self, data: bytes, *, digest: DigestAlgorithm) -> bytes:
        """Make a timestamp over `data`, and verify it; gives its DER."""
        request = TimestampRequest(imprint=Imprint.of(data, digest))
        token = self.authority.token(request, at=self.clock(), serial_number=self.serial_numbers())
        check_token(read_token(token), data)
        return token
