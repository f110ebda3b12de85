"""What a report says of the trust material that it rests on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrustKind(StrEnum):
    """In what form trust material was given."""

    FILE = "file"
    FOLDER = "folder"
    BUNDLE = "bundle"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustInfo:
    """What was believed.

    Attributes:
        kind: its form.
        sha256: of a bundle: its digest, lower-case hexadecimal.
        made_at: of a bundle: when it was signed.
        expires_at: of a bundle: after what time it says nothing.
    """

    kind: TrustKind
    sha256: str | None = None
    made_at: datetime | None = None
    expires_at: datetime | None = None
