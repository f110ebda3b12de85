"""Certificates that do not lead to a trusted root, are revoked, or of which too little is known."""

from typing import Final

from eseal.profiles import TIMESTAMPING
from eseal.reasons import Reason
from eseal.report import Check
from eseal.seals.checks import SealCheck
from licences.checks import LicenceCheck
from licences.selftest.authority import AT, DAY, SECOND, SIGNED
from licences.selftest.office import Office, named
from licences.selftest.papers import PdfPaper, json_paper, pdf_paper
from licences.selftest.statements import ask, status_list
from licences.selftest.table import OF_JSON, Cases, Question, doubtful, wrong

CASES: Final = Cases()

_PATH: Final = Check.CERTIFICATE_PATH
_STATUS: Final = LicenceCheck.STATUS
_SEALER: Final = SealCheck.SIGNER_PATH


@CASES.open(
    "JSON 由陌生 CA 的证书签名",
    "JSON: by a stranger's CA",
    doubtful(_PATH, Reason.UNKNOWN_ISSUER),
)
def _json_by_a_stranger(office: Office) -> Question:
    return ask(office, json_paper(office, signer=office.strange_signer))


@CASES.open(
    "PDF 由陌生 CA 的证书签名",
    "PDF: by a stranger's CA",
    doubtful(_PATH, Reason.UNKNOWN_ISSUER),
    doubtful(_SEALER, Reason.UNKNOWN_ISSUER),
)
def _pdf_by_a_stranger(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(signer=office.strange_signer)))


@CASES.bad(
    "签名时证书已吊销",
    "JSON: the certificate was revoked before",
    wrong(_PATH, Reason.CERTIFICATE_REVOKED),
)
def _revoked_before(office: Office) -> Question:
    trust = office.trust_with(revoked=[(office.signer, SIGNED)])
    return ask(office, json_paper(office), trust=trust, statuses=_other_list(office))


@CASES.open(
    "签名后证书被吊销，没有时间戳",
    "JSON: revoked since, no timestamp",
    doubtful(_PATH, Reason.CERTIFICATE_REVOKED_SINCE),
)
def _revoked_since(office: Office) -> Question:
    trust = office.trust_with(revoked=[(office.signer, SIGNED + SECOND)])
    return ask(office, json_paper(office), trust=trust, statuses=_other_list(office))


@CASES.bad(
    "PDF 签名时证书已吊销",
    "PDF: the certificate was revoked before",
    wrong(_PATH, Reason.CERTIFICATE_REVOKED),
    wrong(_SEALER, Reason.CERTIFICATE_REVOKED),
)
def _pdf_revoked_before(office: Office) -> Question:
    trust = office.trust_with(revoked=[(office.signer, SIGNED)])
    return ask(office, pdf_paper(office), trust=trust, statuses=_other_list(office))


@CASES.bad(
    "OCSP 应答：证书已吊销",
    "JSON: revoked by an OCSP answer",
    wrong(_PATH, Reason.CERTIFICATE_REVOKED),
)
def _revoked_by_ocsp(office: Office) -> Question:
    answer = office.authority.ocsp(office.signer, revoked_at=SIGNED)
    trust = office.trust_with(ocsps=[answer])
    return ask(office, json_paper(office), trust=trust, statuses=_other_list(office))


@CASES.good("没有 CRL，有 OCSP 应答", "JSON: no CRL, but an OCSP answer", *OF_JSON)
def _by_ocsp_alone(office: Office) -> Question:
    answer = office.authority.ocsp(office.signer)
    return ask(office, json_paper(office), trust=office.trust_with(ca_crl=None, ocsps=[answer]))


@CASES.bad(
    "上级 CA 已吊销",
    "JSON: its CA was revoked",
    wrong(_PATH, Reason.CERTIFICATE_REVOKED),
    wrong(_STATUS, Reason.STATUS_LIST_STRANGER),
)
def _ca_revoked(office: Office) -> Question:
    authority = office.authority
    crl = authority.crl(authority.root, revoked=[(authority.ca, SIGNED)])
    return ask(office, json_paper(office), trust=office.trust_with(root_crl=crl))


@CASES.open(
    "没有 CRL",
    "JSON: no CRL",
    doubtful(_PATH, Reason.NO_REVOCATION_DATA),
    doubtful(_STATUS, Reason.NO_REVOCATION_DATA),
)
def _no_crl(office: Office) -> Question:
    return ask(office, json_paper(office), trust=office.trust_with(ca_crl=None))


@CASES.open(
    "CRL 已过期",
    "JSON: the CRL has expired",
    doubtful(_PATH, Reason.REVOCATION_DATA_STALE),
    doubtful(_STATUS, Reason.REVOCATION_DATA_STALE),
)
def _crl_expired(office: Office) -> Question:
    authority = office.authority
    crl = authority.crl(authority.ca, this_update=AT - 9 * DAY, next_update=AT - SECOND)
    return ask(office, json_paper(office), trust=office.trust_with(ca_crl=crl))


@CASES.open(
    "CRL 由陌生 CA 签发",
    "JSON: the CRL is a stranger's",
    doubtful(_PATH, Reason.NO_REVOCATION_DATA),
    doubtful(_STATUS, Reason.NO_REVOCATION_DATA),
)
def _crl_of_a_stranger(office: Office) -> Question:
    crl = office.stranger.crl(office.stranger.ca)
    return ask(office, json_paper(office), trust=office.trust_with(ca_crl=crl))


@CASES.open(
    "签名时证书已过期",
    "JSON: signed after the certificate's end",
    doubtful(_PATH, Reason.CERTIFICATE_EXPIRED),
)
def _expired_certificate(office: Office) -> Question:
    signer = office.authority.certify(named(office.department), not_after=SIGNED - SECOND)
    return ask(office, json_paper(office, signer=signer))


@CASES.open(
    "所问时刻证书尚未生效",
    "JSON: the certificate is not yet valid",
    doubtful(_PATH, Reason.CERTIFICATE_NOT_YET_VALID),
)
def _certificate_not_yet_valid(office: Office) -> Question:
    signer = office.authority.certify(named(office.department), not_before=AT + SECOND)
    return ask(office, json_paper(office, signer=signer))


@CASES.open(
    "签名时证书尚未生效",
    "JSON: signed before the certificate's beginning",
    doubtful(_PATH, Reason.SIGNED_OUTSIDE_VALIDITY),
)
def _signed_outside_validity(office: Office) -> Question:
    signer = office.authority.certify(named(office.department), not_before=SIGNED + SECOND)
    return ask(office, json_paper(office, signer=signer))


@CASES.bad(
    "证书只用于时间戳",
    "JSON: the certificate is for timestamps",
    wrong(_PATH, Reason.KEY_USAGE_REFUSED),
)
def _certificate_for_timestamps(office: Office) -> Question:
    signer = office.authority.certify(named(office.department), profile=TIMESTAMPING)
    return ask(office, json_paper(office, signer=signer))


def _other_list(office: Office) -> tuple[bytes, ...]:
    """The status list signed by a certificate that is not revoked."""
    return (status_list(office, signer=office.renewed_signer),)
