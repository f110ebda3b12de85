"""Audit packs: judged by what is in them and by roots; altered ones fail, whatever is inside."""

from typing import Final

from eseal.reasons import Reason
from eseal.report import Check
from licences.audit_pack import JSON_NAME, README_NAME
from licences.checks import LicenceCheck
from licences.licence_life import Standing
from licences.pack_info import PackCheck
from licences.reasons import LicenceReason
from licences.selftest.authority import Impostor
from licences.selftest.carriers import added, ask_of_pack, exchanged, pack, signed_by
from licences.selftest.office import Office
from licences.selftest.papers import json_paper, pdf_paper
from licences.selftest.table import OF_JSON, OF_PDF, PACKED, Cases, Question, doubtful, wrong

CASES: Final = Cases()

_ALTERED: Final = wrong(PackCheck.CONTAINER, Reason.CONTAINER_ALTERED)


@CASES.good("审计包：JSON 证照", "an audit pack of a JSON licence", *OF_JSON, *PACKED)
def _good_pack(office: Office) -> Question:
    return ask_of_pack(office, pack(office))


@CASES.good("审计包：PDF 证照", "an audit pack of a PDF licence", *OF_PDF, *PACKED)
def _good_pdf_pack(office: Office) -> Question:
    return ask_of_pack(office, pack(office, pdf_paper(office)))


@CASES.bad(
    "审计包中的证照已撤销",
    "a pack of a licence that was revoked",
    wrong(LicenceCheck.STATUS, LicenceReason.LICENCE_REVOKED),
)
def _pack_of_a_revoked_licence(office: Office) -> Question:
    return ask_of_pack(office, pack(office, standing=Standing.REVOKED))


@CASES.bad("审计包中的说明被改", "a pack whose README was altered", _ALTERED)
def _pack_member_altered(office: Office) -> Question:
    return ask_of_pack(office, exchanged(pack(office), README_NAME, b"sample"))


@CASES.bad("审计包中换入另一份证照", "a pack with another licence put in", _ALTERED)
def _pack_licence_exchanged(office: Office) -> Question:
    other = json_paper(office, signer=office.renewed_signer)
    return ask_of_pack(office, exchanged(pack(office), JSON_NAME, other))


@CASES.bad("审计包用别的私钥签名", "a pack signed with another key", _ALTERED)
def _pack_by_another_key(office: Office) -> Question:
    impostor = Impostor(shown=office.company, signs=office.other_signer)
    return ask_of_pack(office, signed_by(impostor, pack(office)))


@CASES.open(
    "审计包中是陌生机构的证照",
    "a pack of a stranger's licence",
    doubtful(Check.CERTIFICATE_PATH, Reason.UNKNOWN_ISSUER),
)
def _pack_of_a_stranger(office: Office) -> Question:
    return ask_of_pack(office, pack(office, json_paper(office, signer=office.strange_signer)))


@CASES.unreadable(
    "审计包中多了一个文件",
    "a pack with one file more",
    wrong(Check.READABLE, Reason.CONTAINER_MALFORMED),
)
def _pack_member_unlisted(office: Office) -> Question:
    return ask_of_pack(office, added(pack(office), "certificates/9.cer", b"sample"))
