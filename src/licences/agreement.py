"""Does the PDF show what its embedded JSON says? Field by field.

The text of the pages is taken by pdfium, a renderer that nobody here wrote. Every field's display
string has to be found, standing by itself (`page_words`). The identifier has to stand on the page
and in the XMP metadata as well, and the embedded JSON has to disclose everything.

Run only on pages that a trusted authority's signer vouches for, which bounds what pdfium is fed.
"""

from eseal.pdf.verify import PdfEvidence
from eseal.reasons import Reason
from eseal.report import Finding, failed, passed, undetermined
from licences.catalogue import LicenceType
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.page_words import words_not_shown
from licences.reasons import LicenceReason


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
        field.name: field.display(claims.fields[field.name])
        for field in licence_type.fields
        if field.on_face and field.name in claims.fields
    }
    return words_not_shown({**wanted, "identifier": claims.identifier}, page)
