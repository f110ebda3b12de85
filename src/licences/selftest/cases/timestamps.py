"""Timestamps (时间戳): what they prove, and what is wrong with bad ones."""

from typing import Final

from eseal.reasons import Reason
from eseal.report import Check, TimestampCheck
from licences.selftest.authority import AT, DAY, SECOND, SIGNED
from licences.selftest.office import Office, named
from licences.selftest.papers import PdfPaper, json_paper, pdf_paper
from licences.selftest.statements import ask, status_list
from licences.selftest.table import OF_JSON, OF_PDF, STAMPED, Cases, Question, doubtful, wrong
from licences.selftest.timestamping import good_stamps, stamps_by, stamps_elsewhere

CASES: Final = Cases()

_STAMP: Final = TimestampCheck.TIMESTAMP


@CASES.bad(
    "JSON 时间戳盖的是别的签名",
    "JSON: the timestamp is over other bytes",
    wrong(_STAMP, Reason.TIMESTAMP_MISMATCH),
)
def _json_stamp_elsewhere(office: Office) -> Question:
    return ask(office, json_paper(office, timestamps=stamps_elsewhere(office)))


@CASES.bad(
    "PDF 时间戳盖的是别的签名",
    "PDF: the timestamp is over other bytes",
    wrong(_STAMP, Reason.TIMESTAMP_MISMATCH),
)
def _pdf_stamp_elsewhere(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(timestamps=stamps_elsewhere(office))))


@CASES.bad(
    "JSON 时间戳证书没有此用途",
    "JSON: the timestamp's certificate is not for that",
    wrong(_STAMP, Reason.KEY_USAGE_REFUSED),
)
def _json_stamp_without_purpose(office: Office) -> Question:
    return ask(office, json_paper(office, timestamps=stamps_by(office.company)))


@CASES.bad(
    "PDF 时间戳证书没有此用途",
    "PDF: the timestamp's certificate is not for that",
    wrong(_STAMP, Reason.KEY_USAGE_REFUSED),
)
def _pdf_stamp_without_purpose(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(timestamps=stamps_by(office.company))))


@CASES.bad(
    "时间戳机构的证书已吊销",
    "JSON: the timestamp's authority was revoked",
    wrong(_STAMP, Reason.CERTIFICATE_REVOKED),
)
def _stamp_authority_revoked(office: Office) -> Question:
    trust = office.trust_with(revoked=[(office.timestamper, SIGNED)])
    return ask(office, json_paper(office, timestamps=good_stamps(office)), trust=trust)


@CASES.open(
    "时间戳由陌生机构签发",
    "JSON: a stranger's timestamp",
    doubtful(_STAMP, Reason.UNKNOWN_ISSUER),
)
def _stamp_of_a_stranger(office: Office) -> Question:
    return ask(office, json_paper(office, timestamps=stamps_by(office.strange_timestamper)))


@CASES.open(
    "自称的签名时间晚于时间戳",
    "JSON: the claimed time is after the timestamp's",
    doubtful(_STAMP, Reason.TIMESTAMP_BEFORE_CLAIM),
)
def _stamp_before_claim(office: Office) -> Question:
    return ask(office, json_paper(office, timestamps=good_stamps(office, at=SIGNED - 2 * DAY)))


@CASES.good(
    "JSON 签名后证书被吊销，时间戳在前",
    "JSON: revoked since, stamped before",
    *OF_JSON,
    *STAMPED,
)
def _json_revoked_since_stamped(office: Office) -> Question:
    return _revoked_since(office, json_paper(office, timestamps=good_stamps(office)))


@CASES.good(
    "PDF 签名后证书被吊销，时间戳在前",
    "PDF: revoked since, stamped before",
    *OF_PDF,
    *STAMPED,
)
def _pdf_revoked_since_stamped(office: Office) -> Question:
    return _revoked_since(office, pdf_paper(office, PdfPaper(timestamps=good_stamps(office))))


@CASES.bad(
    "证书在时间戳之前已吊销",
    "JSON: revoked before the timestamp",
    wrong(Check.CERTIFICATE_PATH, Reason.CERTIFICATE_REVOKED),
)
def _revoked_before_stamp(office: Office) -> Question:
    listed = status_list(office, signer=office.renewed_signer)
    trust = office.trust_with(revoked=[(office.signer, SIGNED)])
    data = json_paper(office, timestamps=good_stamps(office))
    return ask(office, data, trust=trust, statuses=(listed,))


@CASES.good(
    "证书此后已过期，时间戳在前",
    "JSON: the certificate has expired since, stamped before",
    *OF_JSON,
    *STAMPED,
)
def _expired_since_stamped(office: Office) -> Question:
    signer = office.authority.certify(named(office.department), not_after=AT - SECOND)
    return ask(office, json_paper(office, signer=signer, timestamps=good_stamps(office)))


def _revoked_since(office: Office, data: bytes) -> Question:
    """Ask with a trust store in which the signer was revoked a second after signing."""
    listed = status_list(office, signer=office.renewed_signer)
    trust = office.trust_with(revoked=[(office.signer, SIGNED + SECOND)])
    return ask(office, data, trust=trust, statuses=(listed,))
