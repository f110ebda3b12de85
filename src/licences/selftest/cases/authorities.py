"""The authority register (发证权责清单): what it does not allow, and when it is not believed."""

from datetime import date
from typing import Final

from licences.checks import LicenceCheck
from licences.identifiers import TypeCode
from licences.reasons import LicenceReason
from licences.selftest.authority import AT, SECOND, Impostor
from licences.selftest.office import Office
from licences.selftest.papers import json_paper, pdf_paper
from licences.selftest.statements import ask, register
from licences.selftest.table import AUTHORISED, OF_JSON, Cases, Question, doubtful, wrong

CASES: Final = Cases()

_NOT_ALLOWED: Final = wrong(LicenceCheck.AUTHORITY, LicenceReason.WRONG_AUTHORITY)
_SIGNED_ON: Final = date(2026, 11, 21)
_THE_DAY_BEFORE: Final = date(2026, 11, 20)


@CASES.good(
    "权责清单：签名当日为最后一日", "register: it ended that very day", *OF_JSON, *AUTHORISED
)
def _last_day(office: Office) -> Question:
    return ask(office, json_paper(office), register=register(office, ends=_SIGNED_ON))


@CASES.bad("权责清单：签名前一日已终止", "register: it ended the day before", _NOT_ALLOWED)
def _ended_the_day_before(office: Office) -> Question:
    return ask(office, json_paper(office), register=register(office, ends=_THE_DAY_BEFORE))


@CASES.bad("权责清单：没有此类证照", "register: another type", _NOT_ALLOWED)
def _another_type(office: Office) -> Question:
    other = TypeCode.parse(office.licence_type.code[:-3] + "999")
    return ask(office, json_paper(office), register=register(office, types=frozenset({other})))


@CASES.bad("权责清单：没有此部门", "register: another department", _NOT_ALLOWED)
def _another_department(office: Office) -> Question:
    said = register(office, department=office.other_department.code)
    return ask(office, json_paper(office), register=said)


@CASES.bad("权责清单：不准用此证书", "register: another certificate", _NOT_ALLOWED)
def _another_certificate(office: Office) -> Question:
    other = office.renewed_signer.certificate.sha256.hex()
    said = register(office, certificates=frozenset({other}))
    return ask(office, json_paper(office), register=said)


@CASES.bad("权责清单：不准用此印章", "register: another seal", _NOT_ALLOWED)
def _another_seal(office: Office) -> Question:
    said = register(office, seals=frozenset({"99999900000002"}))
    return ask(office, pdf_paper(office), register=said)


@CASES.open(
    "权责清单已过期",
    "the register itself has ended",
    doubtful(LicenceCheck.AUTHORITY, LicenceReason.AUTHORITY_REGISTER_STALE),
)
def _register_ended(office: Office) -> Question:
    return ask(office, json_paper(office), register=register(office, expires_at=AT - SECOND))


@CASES.refused(
    "权责清单用别的私钥签名",
    "a register signed with another key",
    LicenceReason.AUTHORITY_REGISTER_REFUSED,
)
def _register_by_another_key(office: Office) -> Question:
    impostor = Impostor(shown=office.other_signer, signs=office.company)
    return ask(office, json_paper(office), register=register(office, signer=impostor))
