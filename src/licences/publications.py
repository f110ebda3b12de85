"""What publishing tells: the steps that it takes, and what became of each file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from eseal.errors import EvidenceError

PUBLIC: Final = "public"
"""Folder of a home into which it publishes, unless another one is named."""


class Step(StrEnum):
    """What has just been done; for tests that end the process there."""

    LOCKED = "locked"
    CRL_SIGNED = "crl signed"
    CRL_REPLACED = "crl replaced"
    CRL_TRUSTED = "crl trusted"
    SIGNED = "signed"
    REPLACED = "replaced"


class Change(StrEnum):
    """What became of a file."""

    NEW = "new"
    CHANGED = "changed"
    RENEWED = "renewed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A file that was to be published.

    Attributes:
        path: where it is.
        change: what became of it.
        notable: how many of its licences do not stand as valid, of its certificates are revoked.
        until: how long it holds; `None` when it failed.
        error: why it failed, or what in it is in doubt.
        number: a revocation list's number; `None` of anything else, and when it failed.
        kept: what in it was lost with the licences themselves, and is kept because that was asked
            for.
    """

    path: Path
    change: Change
    notable: int = 0
    until: datetime | None = None
    error: EvidenceError | None = None
    number: int | None = None
    kept: tuple[str, ...] = ()
