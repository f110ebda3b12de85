"""Making OCSP responses: what a CA, or a responder that it certified, says of its certificates.

Rules kept:

- Whoever signs is the CA itself, where its certificate allows CRL signing or digital signatures, or
  a responder whose certificate is for OCSP signing; that one's certificate comes along.
- A revoked answer says when, no other does; nothing is answered without an end (nextUpdate), for
  answers are kept.
- The responder is named by its name, so that no SHA-1 is needed.

Source: RFC 6960, 4.2 (read second-hand).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from asn1crypto import core, crl, ocsp

from eseal.errors import RefusedError
from eseal.moments import check_time
from eseal.ocsp import OcspAnswer, OcspStatus, id_fields, nonce_extension
from eseal.ocsp_signers import may_sign_answers
from eseal.reasons import Reason
from eseal.signers import Signer


def make_ocsp_response(
    responder: Signer,
    answers: Iterable[OcspAnswer],
    *,
    produced_at: datetime,
    nonce: bytes | None = None,
) -> bytes:
    """Make a signed response as DER.

    Args:
        responder: the CA itself, or one that it certified for OCSP signing.
        answers: at least one, each with its nextUpdate.
        produced_at: when it is signed.
        nonce: that of the request, if it had one.

    Raises:
        RefusedError: OCSP_REFUSED, nothing was signed.
    """
    listed = [_fields(one) for one in answers]
    if not listed:
        raise _refuse("没有须应答的 there is nothing to answer", "answers")
    if not may_sign_answers(responder.certificate):
        raise _refuse("证书不可用于 OCSP 签名 its certificate is not for OCSP signing", "responder")
    subject = responder.certificate.subject
    data: dict[str, Any] = {
        "responder_id": ocsp.ResponderId(name="by_name", value=subject),
        "produced_at": _time(produced_at, "produced_at"),
        "responses": listed,
    }
    if nonce is not None:
        data["response_extensions"] = [nonce_extension(nonce)]
    signed = ocsp.ResponseData(data)
    basic: dict[str, Any] = {
        "tbs_response_data": signed,
        "signature_algorithm": responder.algorithm.signed_digest_algorithm,
        "signature": responder.sign(signed.dump()),
    }
    if not responder.certificate.ca:
        basic["certs"] = [responder.certificate]
    return _wrap("successful", ocsp.BasicOCSPResponse(basic))


def make_ocsp_failure(status: str = "try_later") -> bytes:
    """Say that there is no answer, as DER; nobody signs that.

    Args:
        status: in asn1crypto's words, such as `try_later`, `unauthorized`, `malformed_request`.
    """
    return _wrap(status, None)


def _wrap(status: str, basic: ocsp.BasicOCSPResponse | None) -> bytes:
    response: dict[str, Any] = {"response_status": status}
    if basic is not None:
        response["response_bytes"] = {
            "response_type": "basic_ocsp_response",
            "response": core.ParsableOctetString(basic.dump()),
        }
    der: bytes = ocsp.OCSPResponse(response).dump()
    return der


def _fields(answer: OcspAnswer) -> dict[str, Any]:
    begin = check_time(answer.this_update, "this_update")
    if answer.next_update is None or check_time(answer.next_update, "next_update") <= begin:
        raise _refuse(
            "应答没有截止，或截止早于起始 an answer has no end, or ends before it begins",
            "next_update",
        )
    if (answer.revoked_at is not None) is not (answer.status is OcspStatus.REVOKED):
        raise _refuse(
            "吊销须有时间，其余不可有 a revocation has its time, and nothing else has one",
            "revoked_at",
        )
    return {
        "cert_id": id_fields(answer.about),
        "cert_status": _status(answer),
        "this_update": _time(answer.this_update, "this_update"),
        "next_update": _time(answer.next_update, "next_update"),
    }


def _status(answer: OcspAnswer) -> ocsp.CertStatus:
    match answer.status:
        case OcspStatus.GOOD:
            return ocsp.CertStatus(name="good", value=ocsp.StatusGood())
        case OcspStatus.UNKNOWN:
            return ocsp.CertStatus(name="unknown", value=ocsp.StatusUnknown())
        case OcspStatus.REVOKED:
            return ocsp.CertStatus(name="revoked", value=_revoked_info(answer))


def _revoked_info(answer: OcspAnswer) -> ocsp.RevokedInfo:
    at = answer.revoked_at or answer.this_update
    fields: dict[str, Any] = {"revocation_time": _time(at, "revoked_at")}
    if answer.reason != "unspecified":  # RFC 5280, 5.3.1: absent, not written
        fields["revocation_reason"] = crl.CRLReason(answer.reason)
    return ocsp.RevokedInfo(fields)


def _time(moment: datetime, where: str) -> core.GeneralizedTime:
    return core.GeneralizedTime(check_time(moment, where))


def _refuse(sentence: str, where: str) -> RefusedError:
    return RefusedError(Reason.OCSP_REFUSED, sentence, at=where)
