"""Does the PDF show what its embedded JSON says? Field by field.

The text of the pages is taken by pdfium, a renderer that nobody here wrote. White space is
removed on both sides, and every field's display string has to be found, standing by itself: with
white space, a line's end or the page's around it, so that 伍佰万元整 is not found in
伍佰万元整至伍亿元整. Longer strings are looked for first and used up. The identifier has to stand
on the page and in the XMP metadata as well, and the embedded JSON has to disclose everything.

Run only on pages that a trusted authority's signer vouches for, which bounds what pdfium is fed.
"""

import re
import unicodedata
from itertools import accumulate

from eseal.pdf.verify import PdfEvidence
from eseal.reasons import Reason
from eseal.report import Finding, failed, passed, undetermined
from licences.catalogue import LicenceType
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.reasons import LicenceReason

_CONSUMED = "\x00"
_WHITE_SPACE = re.compile(r"[\s\u00ad\ufeff]+")
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
"""What pdfium reads Latin ligatures as."""

_HYPHEN_AT_LINE_END = "\ufffe"  # as pdfium gives it, and the line's end with it


def check_agreement(
    claims: LicenceClaims, licence_type: LicenceType | None, pdf: PdfEvidence
) -> Finding:
    """Compare the disclosed fields and the identifier with the page's text and the XMP."""
    check = LicenceCheck.AGREEMENT
    if licence_type is None:
        return undetermined(
            check, LicenceReason.UNKNOWN_TYPE, f"类型代码 type code {claims.type_code}"
        )
    if not claims.complete:
        detail = (
            "嵌入的 JSON 有未披露的字段 the embedded JSON withholds something: it was not issued so"
        )
        return failed(check, LicenceReason.EMBEDDED_DISAGREES, detail)
    if pdf.xmp_identifier != claims.identifier:
        detail = f"元数据 XMP says {pdf.xmp_identifier or '—'}，JSON {claims.identifier}"
        return failed(check, LicenceReason.EMBEDDED_DISAGREES, detail)
    if pdf.text is None:
        return undetermined(check, Reason.NOT_REACHED)
    missing = fields_not_shown(claims, licence_type, pdf.text)
    if missing:
        detail = "页面与 JSON 不一致 not on the page as the JSON has it: " + ", ".join(missing)
        return failed(check, LicenceReason.EMBEDDED_DISAGREES, detail)
    return passed(check, f"{len(claims.fields)} 个字段 fields")


def fields_not_shown(
    claims: LicenceClaims, licence_type: LicenceType, page: str
) -> tuple[str, ...]:
    """Name the fields whose display strings do not stand on the page by themselves."""
    wanted = {
        field.name: _squeeze(field.display(claims.fields[field.name]))
        for field in licence_type.fields
        if field.on_face and field.name in claims.fields
    }
    wanted["identifier"] = _squeeze(claims.identifier)
    words = _Words(page)
    longest_first = sorted(wanted.items(), key=lambda item: -len(item[1]))
    return tuple(name for name, text in longest_first if not words.take(text))


class _Words:
    """The text of pages without its white space, and where white space was."""

    def __init__(self, page: str) -> None:
        page = page.replace(_HYPHEN_AT_LINE_END, "-\n").translate(_LIGATURES)
        parts = _WHITE_SPACE.split(page)
        self._text = "".join(parts)
        self._edges = set(accumulate(map(len, parts), initial=0))

    def take(self, wanted: str) -> bool:
        """Find `wanted` between white space, or the page's ends, and use it up."""
        start = self._text.find(wanted)
        while start >= 0:
            end = start + len(wanted)
            if start in self._edges and end in self._edges:
                self._text = f"{self._text[:start]}{_CONSUMED * len(wanted)}{self._text[end:]}"
                return True
            start = self._text.find(wanted, start + 1)
        return False


def _squeeze(text: str) -> str:
    return _WHITE_SPACE.sub("", text.translate(_LIGATURES))
