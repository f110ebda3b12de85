"""Licences that are well signed, and say what they must not."""

from datetime import timedelta
from typing import Final

from eseal.jose.sdjwt import read_sd_jwt
from eseal.reasons import Reason
from eseal.report import Check
from licences.checks import LicenceCheck
from licences.identifiers import LicenceIdentifier, TypeCode
from licences.reasons import LicenceReason
from licences.selftest.authority import AT
from licences.selftest.office import Office
from licences.selftest.papers import (
    PdfPaper,
    claims_of,
    disclosable,
    fields,
    identifier_of,
    json_paper,
    pdf_paper,
    visible,
)
from licences.selftest.statements import ask, status_list
from licences.selftest.table import Cases, Question, doubtful, wrong

CASES: Final = Cases()

_YESTERDAY, _TOMORROW = "2026-11-21", "2026-11-23"


@CASES.bad(
    "证照标识校验位错误",
    "a wrong check character",
    wrong(LicenceCheck.IDENTIFIER, LicenceReason.IDENTIFIER_CHECK),
)
def _wrong_check_character(office: Office) -> Question:
    good = str(identifier_of(office))
    bad = good[:-1] + ("A" if good[-1] != "A" else "B")
    claims = visible(claims_of(office), certificate_identifier=bad)
    return ask(office, json_paper(office, claims=claims))


@CASES.bad(
    "版本与证照标识不符",
    "a version that the identifier does not have",
    wrong(LicenceCheck.IDENTIFIER, LicenceReason.METADATA_DISAGREES),
)
def _another_version(office: Office) -> Question:
    claims = visible(claims_of(office), certificate_version="002")
    return ask(office, json_paper(office, claims=claims))


@CASES.bad(
    "由别的部门签名",
    "signed by another department",
    wrong(LicenceCheck.IDENTIFIER, LicenceReason.SIGNER_NOT_ISSUER),
)
def _signed_by_another_department(office: Office) -> Question:
    return ask(office, json_paper(office, signer=office.other_signer))


@CASES.bad(
    "PDF 由别的部门签名并盖章",
    "PDF: signed and sealed by another department",
    wrong(LicenceCheck.IDENTIFIER, LicenceReason.SIGNER_NOT_ISSUER),
)
def _pdf_signed_by_another_department(office: Office) -> Question:
    paper = PdfPaper(signer=office.other_signer, json=json_paper(office))
    return ask(office, pdf_paper(office, paper))


@CASES.bad(
    "颁发部门无权颁发此类证照",
    "the issuer may not issue this type",
    wrong(LicenceCheck.IDENTIFIER, LicenceReason.WRONG_AUTHORITY),
)
def _issuer_not_allowed(office: Office) -> Question:
    department = office.other_department
    claims = claims_of(office, department=department)
    listed = status_list(office, signer=office.other_signer, department=department)
    data = json_paper(office, claims=claims, signer=office.other_signer)
    return ask(office, data, statuses=(listed,))


@CASES.bad(
    "字段不合规范",
    "a field that the schema refuses",
    wrong(LicenceCheck.SCHEMA, LicenceReason.DATA_REFUSED),
)
def _field_refused(office: Office) -> Question:
    claims = fields(claims_of(office), uscc="91999901MAEX000108")
    return ask(office, json_paper(office, claims=claims))


@CASES.bad(
    "持证者与字段不符",
    "another holder than the field has",
    wrong(LicenceCheck.SCHEMA, LicenceReason.METADATA_DISAGREES),
)
def _another_holder(office: Office) -> Question:
    claims = disclosable(claims_of(office), certificate_holder_name="示例市别家有限公司")
    return ask(office, json_paper(office, claims=claims))


@CASES.bad(
    "证照已到期",
    "an expired licence",
    wrong(LicenceCheck.VALIDITY, LicenceReason.LICENCE_EXPIRED),
)
def _expired(office: Office) -> Question:
    claims = fields(claims_of(office), term_until=_YESTERDAY)
    claims = visible(claims, certificate_validate_end=_YESTERDAY)
    return ask(office, json_paper(office, claims=claims))


@CASES.bad(
    "证照尚未生效",
    "a licence that is not yet valid",
    wrong(LicenceCheck.VALIDITY, LicenceReason.LICENCE_NOT_YET_VALID),
)
def _not_yet_valid(office: Office) -> Question:
    claims = fields(claims_of(office), term_from=_TOMORROW)
    claims = visible(claims, certificate_validate_start=_TOMORROW)
    return ask(office, json_paper(office, claims=claims))


@CASES.bad(
    "签名时间晚于所问时刻",
    "signed after the time asked for",
    wrong(LicenceCheck.VALIDITY, LicenceReason.NOT_ISSUED_THEN),
    doubtful(Check.CERTIFICATE_PATH, Reason.SIGNED_LATER),
)
def _signed_later(office: Office) -> Question:
    later = int((AT + timedelta(minutes=6)).timestamp())
    return ask(office, json_paper(office, claims=visible(claims_of(office), iat=later)))


@CASES.bad(
    "PDF 页面与内嵌 JSON 不符",
    "PDF: the page shows another name than the JSON",
    wrong(LicenceCheck.AGREEMENT, LicenceReason.EMBEDDED_DISAGREES),
)
def _page_disagrees(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(shown={"name": "示例市别家有限公司"})))


@CASES.bad(
    "PDF 内嵌的是另一份证照",
    "PDF: the JSON of another licence",
    wrong(LicenceCheck.AGREEMENT, LicenceReason.EMBEDDED_DISAGREES),
)
def _another_licence_embedded(office: Office) -> Question:
    other = str(identifier_of(office, office.other_department))
    return ask(office, pdf_paper(office, PdfPaper(identifier=other)))


@CASES.bad(
    "PDF 内嵌的 JSON 有所隐去",
    "PDF: the embedded JSON withholds something",
    wrong(LicenceCheck.AGREEMENT, LicenceReason.EMBEDDED_DISAGREES),
)
def _embedded_withholds(office: Office) -> Question:
    shown = read_sd_jwt(json_paper(office)).present({"/fields/name"})
    return ask(office, pdf_paper(office, PdfPaper(json=shown.flattened())))


@CASES.open(
    "证照类型未知",
    "an unknown type",
    doubtful(LicenceCheck.SCHEMA, LicenceReason.UNKNOWN_TYPE),
)
def _unknown_type(office: Office) -> Question:
    other = TypeCode.parse(office.licence_type.code[:-3] + "999")
    identifier = LicenceIdentifier.build(
        type_code=other, issuer=office.department.code, serial="SELFTEST0001"
    )
    claims = visible(
        claims_of(office),
        vct=str(other),
        certificate_type_code=str(other),
        certificate_identifier=str(identifier),
    )
    return ask(office, json_paper(office, claims=claims))
