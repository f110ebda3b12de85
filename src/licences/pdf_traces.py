"""What there is of a licence in a PDF that was not issued as one: its data, its identifier.

Nothing of it proves anything. It tells a licence that somebody took the signature off from a PDF
that never was one, and a letter from one with which somebody handed in a licence's data, where
people find them and a verifier does not look: under another name, at an annotation, in a portfolio.
"""

import re
import unicodedata
from typing import Final

from eseal.beginnings import Beginning, told_by_beginning
from eseal.cms import Commitment
from eseal.errors import EvidenceError
from eseal.jose import base64url, jws
from eseal.jose.sdjwt import read_sd_jwt
from eseal.pdf.embedded import embedded_files
from eseal.pdf.reader import OpenPdf
from eseal.pdf.structure import check_readable
from eseal.pdf.verify import PdfEvidence
from eseal.report import Check, Finding, failed
from licences.claims import EMBEDDED_NAME, LICENCE_TYP
from licences.identifiers import IDENTIFIER_ROOT
from licences.reasons import LicenceReason

_LOOKED_FOR: Final = 1024

_NO_OTHER: Final = (None, Beginning.PDF)
"""How a file begins that is not told to be of another kind; blanks may stand before."""

_NAMED_SO: Final = frozenset({"licencejson", "licensejson"})
"""Letters of the names that people take for that of a licence's data."""


def _in_base64(text: bytes) -> bytes:
    """Give a pattern for a text within something that was encoded as base64url.

    It stands there in one of three ways, by its place among the three bytes of a group; what is
    encoded together with its neighbours is left out.
    """
    ways = (
        base64url.encode(bytes(before) + text)[
            (4 * before + 2) // 3 : 4 * (before + len(text)) // 3
        ]
        for before in range(3)
    )
    return b"|".join(map(re.escape, ways))


_TYP: Final = re.compile(_in_base64(LICENCE_TYP.encode()))


def may_have_been_licence(data: bytes) -> bool:
    """Say whether a PDF has a licence's data or identifier; what cannot be read may have."""
    try:
        return _has_traces(data)
    except EvidenceError:
        return True


def licence_behind(data: bytes) -> int:
    """Say how many bytes stand before a PDF that has a licence's data or identifier; 0: none is.

    Readers look for the beginning of a PDF in the first 1,024 bytes, and show what they find there.
    What begins as another kind of file is that: a licence in an archive has nothing before it.
    """
    if told_by_beginning(data) not in _NO_OTHER:
        return 0
    start = data.find(b"%PDF-", 0, _LOOKED_FOR)
    try:
        return start if start > 0 and _has_traces(data[start:]) else 0
    except EvidenceError:
        return 0


def fault_of_data(pdf: PdfEvidence) -> Finding | None:
    """Say why a sound PDF without a licence's data in their place fails; `None`: it is no licence.

    It was issued as one, and has none; or it was not, and has them elsewhere.
    """
    is_issued = any(each.commitment == Commitment.ORIGIN for each in pdf.signatures)
    if is_issued or _is_identifier(pdf.xmp_identifier):
        detail = f"已签名的 PDF 中没有 the signed PDF has no {EMBEDDED_NAME}"
        return failed(Check.STRUCTURE, LicenceReason.EMBEDDED_MISSING, detail)
    try:
        attached = _attached(OpenPdf(pdf.data[: check_readable(pdf.data)]))
    except EvidenceError as error:
        return failed(Check.STRUCTURE, error.reason, error.told)
    return failed(Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED, attached) if attached else None


def fault_of_form(pdf: PdfEvidence) -> Finding | None:
    """Say why a PDF with a signature that is not judged fails; `None`: it is no licence."""
    if not may_have_been_licence(pdf.data):
        return None
    said = next(each.detail for each in pdf.findings if each.check is Check.STRUCTURE)
    detail = f"证照不以这种形式签名 no licence is signed in this form: {said}"
    return failed(Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED, detail)


def _has_traces(data: bytes) -> bool:
    if EMBEDDED_NAME.encode() in data or f"{IDENTIFIER_ROOT}.".encode() in data:
        return True
    opened = OpenPdf(data)
    return _is_identifier(opened.xmp_identifier()) or bool(_attached(opened))


def _is_identifier(text: str | None) -> bool:
    return text is not None and text.startswith(f"{IDENTIFIER_ROOT}.")


def _attached(opened: OpenPdf) -> str:
    """Tell of a file with a licence in it, or that is called as a licence's data are, if any."""
    for file in embedded_files(opened):
        called = ", ".join(map(repr, file.names))
        if any(map(_looks_like_licence, file.contents)):
            return f"附有证照数据，却不在应在之处 it has a licence's data, out of place: {called}"
        if any(map(_is_named_so, file.names)):
            return f"附件的名称如同证照数据 a file is called as a licence's data are: {called}"
    return ""


def _looks_like_licence(content: bytes) -> bool:
    """Say whether data are a licence by their own word, however written, whole or not."""
    if _TYP.search(content.replace(b"\0", b"")):  # as it is also in UTF-16
        return True
    try:
        return jws.read_protected_header(read_sd_jwt(content).protected).typ == LICENCE_TYP
    except EvidenceError:
        return False


def _is_named_so(name: str) -> bool:
    """Say whether people take a name for that of a licence's data: by its letters alone."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFKD", name).casefold())[-1]
    return "".join(each for each in last if "a" <= each <= "z") in _NAMED_SO
