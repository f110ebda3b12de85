"""How a revoked certificate is written on a command line or in a file: SERIAL[@TIME[@REASON]].

The serial is hexadecimal, as `eseal cert show` writes it; a time without a zone is China's; the
reason is one of RFC 5280, such as key_compromise. In a file one stands in a line; empty lines and
those that begin with # are passed over.
"""

from dataclasses import dataclass
from datetime import datetime

from eseal.cli.voice import give_up
from eseal.crl import RevocationReason, RevokedEntry
from eseal.moments import parse_moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Revoked:
    """What was written; without a time it is meant to be revoked now, or already."""

    serial: int
    at: datetime | None
    reason: RevocationReason

    def entry(self, now: datetime) -> RevokedEntry:
        """Give the list's entry."""
        return RevokedEntry(serial=self.serial, at=self.at or now, reason=self.reason)


def parse_revoked(text: str) -> Revoked:
    """Read one; gives up where it cannot be read."""
    serial, _, rest = text.strip().partition("@")
    when, _, why = rest.partition("@")
    try:
        return Revoked(
            serial=int(serial, 16),
            at=parse_moment(when) if when else None,
            reason=RevocationReason(why or "unspecified"),
        )
    except ValueError:
        give_up(
            f"看不懂 {text}：应为 十六进制序列号[@时间[@原因]]",
            f"cannot read {text}: a serial in hexadecimal, then @TIME if it was not now, @REASON",
        )


def parse_revoked_lines(data: bytes) -> list[Revoked]:
    """Read those of a file, one a line."""
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        give_up("吊销清单不是 UTF-8 文本", "the list of what is revoked is no UTF-8 text")
    return [parse_revoked(line) for line in lines if line.strip() and not line.startswith("#")]
