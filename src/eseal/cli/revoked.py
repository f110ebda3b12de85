"""How a revoked certificate is written on a command line or in a file: SERIAL[@TIME[@REASON]].

The serial is hexadecimal, as `eseal cert show` writes it; a time without a zone is China's; the
reason is one of RFC 5280, such as key_compromise. In a file one stands in a line; empty lines and
those that begin with # are passed over.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NoReturn

import typer

from eseal.cli.options import REVOCATION_REASONS
from eseal.cli.voice import give_up
from eseal.crl import RevocationReason, RevokedEntry
from eseal.moments import parse_moment

if TYPE_CHECKING:
    from collections.abc import Iterable

_SERIAL: Final = re.compile(r"[0-9A-Fa-f]{1,40}")
_COMPROMISED: Final = frozenset({RevocationReason.KEY_COMPROMISE, RevocationReason.CA_COMPROMISE})


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
    if why not in {"", *RevocationReason}:
        give_up(
            f"看不懂 {text}：没有吊销原因 {why}，可用：{REVOCATION_REASONS}",
            f"cannot read {text}: there is no reason {why}, only {REVOCATION_REASONS}",
        )
    try:
        at = parse_moment(when) if when else None
    except ValueError:
        _cannot_read(text)
    if not _SERIAL.fullmatch(serial):
        _cannot_read(text)
    return Revoked(serial=int(serial, 16), at=at, reason=RevocationReason(why or "unspecified"))


def _cannot_read(text: str) -> NoReturn:
    give_up(
        f"看不懂 {text}：应为 十六进制序列号[@时间[@原因]]",
        f"cannot read {text}: a serial in hexadecimal, then @TIME if it was not now, @REASON",
    )


def say_undetermined(entries: "Iterable[RevokedEntry]") -> None:
    """Say on stderr what a revocation does for which no key was stolen; a renewal needs none."""
    serials = [f"{each.serial:x}" for each in entries if each.reason not in _COMPROMISED]
    if serials:
        named = "、".join(serials)
        typer.echo(
            f"注意：{named} 此前签的，没有时间戳的从此不能确定；仅仅换发的证书不必吊销，任其到期\n"
            f"note: what {named} signed before without a timestamp is undetermined from now on; a "
            "certificate that is merely renewed need not be revoked: let it end",
            err=True,
        )


def parse_revoked_lines(data: bytes) -> list[Revoked]:
    """Read those of a file, one a line."""
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        give_up("吊销清单不是 UTF-8 文本", "the list of what is revoked is no UTF-8 text")
    return [parse_revoked(line) for line in lines if line.strip() and not line.startswith("#")]
