"""What is left of a licence in a PDF that has no signature: its data, its identifier.

Nothing of it proves anything; it tells a licence that somebody took the signature off from a PDF
that never was one.
"""

from typing import Final

from eseal.errors import EvidenceError
from eseal.pdf.reader import OpenPdf
from licences.claims import EMBEDDED_NAME
from licences.identifiers import IDENTIFIER_ROOT

_LOOKED_FOR: Final = 1024


def may_have_been_licence(data: bytes) -> bool:
    """Say whether a PDF has a licence's data or identifier; what cannot be read may have."""
    try:
        return _has_traces(data)
    except EvidenceError:
        return True


def licence_behind(data: bytes) -> int:
    """Say how many bytes stand before a PDF that has a licence's data or identifier; 0: none is.

    Readers look for the beginning of a PDF in the first 1,024 bytes, and show what they find there.
    """
    start = data.find(b"%PDF-", 0, _LOOKED_FOR)
    try:
        return start if start > 0 and _has_traces(data[start:]) else 0
    except EvidenceError:
        return 0


def _has_traces(data: bytes) -> bool:
    if EMBEDDED_NAME.encode() in data or f"{IDENTIFIER_ROOT}.".encode() in data:
        return True
    opened = OpenPdf(data)
    names = opened.attachments().keys()
    return EMBEDDED_NAME in names or is_licence_identifier(opened.xmp_identifier())


def is_licence_identifier(text: str | None) -> bool:
    """Say whether a text begins as a licence's identifier does."""
    return text is not None and text.startswith(f"{IDENTIFIER_ROOT}.")
