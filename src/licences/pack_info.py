"""What a report says of an audit pack, and the check on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PackCheck(StrEnum):
    """The check on an audit pack, of inputs that are one; it stands behind `readable`."""

    CONTAINER = "container"


@dataclass(frozen=True, kw_only=True, slots=True)
class PackInfo:
    """A pack. Nothing rests on who made it: what is in it stands by its own signatures.

    Attributes:
        licence: name of the licence's file in it.
        licence_sha256: digest of that file, lower-case hexadecimal.
        packed_at: when it was made, as its signer claims; `None` where its signature is wrong.
        packed_by: whom its signer's certificate names; likewise.
        certificate_sha256: digest of that certificate; likewise.
    """

    licence: str
    licence_sha256: str
    packed_at: datetime | None = None
    packed_by: str | None = None
    certificate_sha256: str | None = None
