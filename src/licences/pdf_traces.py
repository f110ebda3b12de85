"""What is left of a licence in a PDF that has no signature: its data, its identifier.

Nothing of it proves anything; it tells a licence that somebody took the signature off from a PDF
that never was one.
"""

from eseal.errors import EvidenceError
from eseal.pdf.reader import OpenPdf
from licences.claims import EMBEDDED_NAME
from licences.identifiers import IDENTIFIER_ROOT


def may_have_been_licence(data: bytes) -> bool:
    """Say whether a PDF has a licence's data or identifier; what cannot be read may have."""
    if EMBEDDED_NAME.encode() in data or f"{IDENTIFIER_ROOT}.".encode() in data:
        return True
    try:
        opened = OpenPdf(data)
        names = opened.attachments().keys()
        return EMBEDDED_NAME in names or is_licence_identifier(opened.xmp_identifier())
    except EvidenceError:
        return True


def is_licence_identifier(text: str | None) -> bool:
    """Say whether a text begins as a licence's identifier does."""
    return text is not None and text.startswith(f"{IDENTIFIER_ROOT}.")
