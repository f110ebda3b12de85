"""Bytes that are not what was signed, that nobody signed, or that nobody can read."""

from dataclasses import replace
from typing import Final

from eseal.cms import CmsTemplate
from eseal.jose import base64url
from eseal.jose.sdjwt import read_sd_jwt
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.marks import MarkCheck
from eseal.reasons import Reason
from eseal.report import Check
from eseal.seals.checks import SealCheck
from licences.reasons import LicenceReason
from licences.selftest.authority import AT, Impostor
from licences.selftest.office import Office
from licences.selftest.papers import PdfPaper, face_of, json_paper, pdf_paper, signed_anew
from licences.selftest.seals import SealUse, seal_of, used
from licences.selftest.statements import ask
from licences.selftest.table import SM2, Cases, Question, doubtful, wrong

CASES: Final = Cases()

_APPENDED: Final = b"% sample\n"


@CASES.bad(
    "JSON 载荷被改动", "JSON: altered payload", wrong(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
)
def _altered_payload(office: Office) -> Question:
    read = read_sd_jwt(json_paper(office))
    payload = base64url.decode(read.payload).replace(b"2026-11-20", b"2026-11-19")
    return ask(office, replace(read, payload=base64url.encode(payload).decode()).flattened())


@CASES.bad(
    "JSON 出示的字段被改动",
    "JSON: altered disclosure",
    wrong(Check.INTEGRITY, Reason.DISCLOSURE_NOT_COMMITTED),
)
def _altered_disclosure(office: Office) -> Question:
    read = read_sd_jwt(json_paper(office))
    texts = [base64url.decode(each) for each in read.disclosures]
    altered = [each.replace("伍佰万元整".encode(), "伍仟万元整".encode()) for each in texts]
    disclosures = tuple(base64url.encode(each).decode() for each in altered)
    return ask(office, replace(read, disclosures=disclosures).flattened())


@CASES.bad(
    "JSON 出示的字段重复",
    "JSON: a disclosure twice",
    wrong(Check.INTEGRITY, Reason.DISCLOSURE_DUPLICATED),
)
def _doubled_disclosure(office: Office) -> Question:
    read = read_sd_jwt(json_paper(office))
    disclosures = (*read.disclosures, read.disclosures[0])
    return ask(office, replace(read, disclosures=disclosures).flattened())


@CASES.bad(
    "JSON 用别的私钥签名",
    "JSON: signed with another key",
    wrong(Check.SIGNATURE, Reason.SIGNATURE_INVALID),
)
def _json_by_another_key(office: Office) -> Question:
    return ask(office, json_paper(office, signer=_impostor(office)))


@CASES.bad(
    "JSON 用别的 SM2 用户标识签名",
    "JSON: signed under another SM2 user ID",
    wrong(Check.SIGNATURE, Reason.SIGNATURE_INVALID),
    suites=SM2,
)
def _json_under_another_id(office: Office) -> Question:
    return ask(office, json_paper(office, signer=office.wrong_id_signer))


@CASES.bad(
    "JSON 签名完好，但不是证照",
    "JSON: well signed, of another kind",
    wrong(Check.STRUCTURE, Reason.MALFORMED_SD_JWT),
)
def _json_of_another_kind(office: Office) -> Question:
    return ask(office, json_paper(office, typ="report+sd-jwt"))


@CASES.bad(
    "PDF 页面被改动",
    "PDF: altered page",
    wrong(Check.INTEGRITY, Reason.DIGEST_MISMATCH),
    wrong(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH),
)
def _altered_page(office: Office) -> Question:
    box = b"[0 0 841.8898 595.2756]"
    return ask(office, pdf_paper(office).replace(box, b"[0 0 841.8898 595.2755]"))


@CASES.bad(
    "PDF 签名之后多出字节",
    "PDF: bytes behind the signature",
    wrong(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING),
)
def _bytes_behind(office: Office) -> Question:
    return ask(office, pdf_paper(office) + _APPENDED)


@CASES.bad(
    "PDF 用别的私钥签名",
    "PDF: signed with another key",
    wrong(Check.SIGNATURE, Reason.SIGNATURE_INVALID),
)
def _pdf_by_another_key(office: Office) -> Question:
    json, impostor = json_paper(office), _impostor(office)
    use = used(lambda office: SealUse(seal=seal_of(office), sign=office.signer.sign))
    return ask(office, pdf_paper(office, PdfPaper(signer=impostor, json=json, use=use)))


@CASES.open("PDF 没有签名", "PDF: not signed", doubtful(Check.STRUCTURE, Reason.UNSIGNED))
def _unsigned_pdf(office: Office) -> Question:
    return ask(office, face_of(office))


@CASES.bad(
    "PDF 盖过章，但不是颁发",
    "PDF: signed, but not as its origin",
    wrong(Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED),
)
def _not_as_origin(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(commitment=None)))


@CASES.bad(
    "PDF 页面在后来的签名中被改动",
    "PDF: the page is altered along with a later signature",
    wrong(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING),
)
def _altered_by_later_signature(office: Office) -> Question:
    once, cms = pdf_paper(office), CmsTemplate(office.company)
    twice = sign_foreign_pdf(once, cms, at=AT)
    later = twice[len(once) :].replace(b" 595.2756]", b" 500.0000]")
    return ask(office, signed_anew(once + later, cms))


@CASES.bad(
    "PDF 颁发之后又被签名",
    "PDF: signed once more",
    wrong(Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED),
)
def _signed_once_more(office: Office) -> Question:
    twice = sign_foreign_pdf(pdf_paper(office), CmsTemplate(office.company), at=AT)
    return ask(office, twice)


@CASES.bad(
    "PDF 证照改称旧形式的签名",
    "PDF: a licence whose signature calls itself one of an older form",
    wrong(Check.STRUCTURE, LicenceReason.NOT_AS_ISSUED),
    doubtful(MarkCheck.MARKS, Reason.SEAL_PICTURE_UNPROVEN),
)
def _in_an_older_form(office: Office) -> Question:
    return ask(office, _older_form(pdf_paper(office)))


@CASES.bad(
    "PDF 内没有 JSON 证照",
    "PDF: without the JSON licence",
    wrong(Check.STRUCTURE, LicenceReason.EMBEDDED_MISSING),
)
def _nothing_embedded(office: Office) -> Question:
    edit = PdfPaper(edit=lambda face: face.replace(b"(licence.json)", b"(example.json)"))
    return ask(office, pdf_paper(office, edit))


@CASES.unreadable("JSON 被截断", "JSON: truncated", wrong(Check.READABLE, Reason.TRUNCATED))
def _truncated_json(office: Office) -> Question:
    return ask(office, json_paper(office)[:-1])


@CASES.unreadable("PDF 被截断", "PDF: truncated", wrong(Check.READABLE, Reason.TRUNCATED))
def _truncated_pdf(office: Office) -> Question:
    return ask(office, pdf_paper(office)[:-1000])


@CASES.unreadable(
    "JSON 同名成员重复", "JSON: a member twice", wrong(Check.READABLE, Reason.DUPLICATE_JSON_KEY)
)
def _doubled_member(office: Office) -> Question:
    return ask(office, json_paper(office).replace(b'{"header"', b'{"payload":"e30","header"', 1))


@CASES.bad(
    "JSON 签名为空",
    "JSON: with an empty signature",
    wrong(Check.SIGNATURE, Reason.SIGNATURE_INVALID),
)
def _empty_signature(office: Office) -> Question:
    return ask(office, replace(read_sd_jwt(json_paper(office)), signature="").flattened())


@CASES.open("JSON 没有签名", "JSON: not signed", doubtful(Check.STRUCTURE, Reason.UNSIGNED))
def _unsigned_json(office: Office) -> Question:
    read = read_sd_jwt(json_paper(office))
    signature = f',"signature":"{read.signature}"'.encode()
    return ask(office, read.flattened().replace(signature, b""))


@CASES.unreadable("乱码", "garbage", wrong(Check.READABLE, LicenceReason.NOT_A_LICENCE))
def _garbage(office: Office) -> Question:
    return ask(office, bytes(range(256)))


@CASES.unreadable(
    "普通 PDF", "a PDF that never was one", wrong(Check.READABLE, LicenceReason.NOT_A_LICENCE)
)
def _plain_pdf(office: Office) -> Question:
    return ask(office, _never_a_licence(office))


@CASES.unreadable(
    "旧形式签名的普通 PDF",
    "a PDF that never was one, signed in an older form",
    wrong(Check.READABLE, LicenceReason.NOT_A_LICENCE),
    doubtful(Check.STRUCTURE, Reason.SIGNATURE_FORM_NOT_JUDGED),
)
def _plain_pdf_in_an_older_form(office: Office) -> Question:
    signed = sign_foreign_pdf(_never_a_licence(office), CmsTemplate(office.company), at=AT)
    return ask(office, _older_form(signed))


def _older_form(pdf: bytes) -> bytes:
    return pdf.replace(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")


def _never_a_licence(office: Office) -> bytes:
    edits = (
        (b"(licence.json)", b"(example.json)"),
        (b"/EF", b"/XX"),
        (b"1.2.156.3005.2.", b"1.2.156.3005.3."),
    )
    plain = face_of(office)
    for before, after in edits:
        plain = plain.replace(before, after)
    return plain


@CASES.unreadable("空文件", "an empty file", wrong(Check.READABLE, Reason.EMPTY_INPUT))
def _empty(office: Office) -> Question:
    return ask(office, b"")


def _impostor(office: Office) -> Impostor:
    return Impostor(shown=office.signer, signs=office.company)
