"""Reading OCSP requests and responses, strictly.

Rules kept:

- Size limit first, DER throughout, one value and nothing behind it, version 1, every field parsed,
  no extension twice, no critical one that is not known, every time in UTC.
- The numbers of answers and of certificates that come along are bounded.
- A responder's "try later" is no answer about a certificate: OCSP_UNANSWERED, never "good".

Left to others: whose signature counts (`eseal.ocsp_signers`).

Source: RFC 6960, 4.1 and 4.2; RFC 9654 for the nonce (both read second-hand).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from asn1crypto import core, ocsp, x509

from eseal.certificates import check_names, read_certificate
from eseal.der import PARSE_ERRORS, check_der, fault_words
from eseal.errors import EvidenceError, MalformedError, UnavailableError
from eseal.ocsp import (
    NONCE_BYTES,
    CertificateId,
    IdDigest,
    OcspAnswer,
    OcspResponse,
    OcspStatus,
)
from eseal.pem import is_pem, read_pem
from eseal.reasons import Reason
from eseal.sizes import too_large

MAX_OCSP_BYTES = 64 << 10
MAX_ANSWERS = 32
MAX_RESPONDER_CERTIFICATES = 8

_WHOLE_SECONDS = re.compile(rb"[0-9]{14}Z")  # RFC 5280, 4.1.2.5.2
_KNOWN = frozenset({"nonce", "extended_revoke", "crl", "archive_cutoff", "crl_reason"})


def read_ocsp(data: bytes) -> OcspResponse:
    """Read one OCSP response, PEM or DER.

    Args:
        data: at most 64 KiB, with at most 32 answers and 8 certificates.

    Raises:
        MalformedError: OCSP_MALFORMED.
        UnavailableError: OCSP_UNANSWERED, the responder says why it does not answer.
    """
    if len(data) > MAX_OCSP_BYTES:
        raise _malformed(too_large(MAX_OCSP_BYTES))
    der = _unarmour(data) if is_pem(data) else data
    check_der(der, Reason.OCSP_MALFORMED, "response")
    try:
        return _read(der)
    except PARSE_ERRORS as error:
        raise _malformed(fault_words(error)) from error


def read_ocsp_request(data: bytes) -> tuple[CertificateId, bytes | None]:
    """Read a request about one certificate, as DER; a signature on it is passed over.

    Returns:
        Which certificate is meant, and the nonce, if there is one.

    Raises:
        MalformedError: OCSP_MALFORMED, also when it asks about several certificates.
    """
    if len(data) > MAX_OCSP_BYTES:
        raise _malformed(too_large(MAX_OCSP_BYTES))
    check_der(data, Reason.OCSP_MALFORMED, "request")
    try:
        asked = ocsp.OCSPRequest.load(data, strict=True)["tbs_request"]
        asked.native  # noqa: B018 - asn1crypto parses lazily; this makes it parse all
        (one,) = asked["request_list"]
        dict(_extensions(one["single_request_extensions"]))
        return _read_id(one["req_cert"]), _read_nonce(asked["request_extensions"])
    except PARSE_ERRORS as error:
        raise _malformed(fault_words(error)) from error


def _read(der: bytes) -> OcspResponse:
    outer = ocsp.OCSPResponse.load(der, strict=True)
    status = outer["response_status"].native
    if status != "successful":
        raise UnavailableError(
            Reason.OCSP_UNANSWERED, f"OCSP 应答者答复 the responder says: {status}"
        )
    if outer["response_bytes"]["response_type"].native != "basic_ocsp_response":
        raise _malformed("不是基本应答 not a basic response")
    inner = bytes(outer["response_bytes"]["response"])
    check_der(inner, Reason.OCSP_MALFORMED, "basicResponse")
    basic = ocsp.BasicOCSPResponse.load(inner, strict=True)
    basic.native  # noqa: B018 - asn1crypto parses lazily; this makes it parse all
    data = basic["tbs_response_data"]
    if data["version"].native != "v1":
        raise _malformed("版本不是 1 not of version 1")
    if not 0 < len(data["responses"]) <= MAX_ANSWERS:
        raise _malformed("没有应答，或应答过多 no answer in it, or more than the limit")
    return OcspResponse(
        der=der,
        answers=tuple(_read_answer(one) for one in data["responses"]),
        produced_at=_time(data["produced_at"]),
        nonce=_read_nonce(data["response_extensions"]),
        responder=_read_responder(data["responder_id"]),
        certificates=_read_certificates(basic["certs"]),
        signed=data.dump(),
        algorithm=basic["signature_algorithm"],
        signature=basic["signature"].native,
    )


def _read_answer(found: ocsp.SingleResponse) -> OcspAnswer:
    dict(_extensions(found["single_extensions"]))
    status, next_update = found["cert_status"], found["next_update"]
    fields: dict[str, Any] = {}
    if status.name == "revoked":
        fields["revoked_at"] = _time(status.chosen["revocation_time"])
        fields["reason"] = status.chosen["revocation_reason"].native or "unspecified"
    return OcspAnswer(
        about=_read_id(found["cert_id"]),
        status=OcspStatus(status.name),
        this_update=_time(found["this_update"]),
        next_update=None if next_update.native is None else _time(next_update),
        **fields,
    )


def _read_responder(found: ocsp.ResponderId) -> x509.Name | bytes:
    if found.name == "by_key":
        key_hash: bytes = found.chosen.native
        return key_hash
    check_names(found.chosen)
    return found.chosen


def _read_certificates(found: ocsp.Certificates) -> tuple[x509.Certificate, ...]:
    if len(found) > MAX_RESPONDER_CERTIFICATES:
        raise _malformed("证书过多 more certificates than the limit")
    try:
        return tuple(read_certificate(one.dump()) for one in found)
    except EvidenceError as error:
        raise _malformed(f"其中的证书有误 a certificate in it: {error.sentence}") from error


def _read_id(found: ocsp.CertId) -> CertificateId:
    """Read a CertID.

    Raises:
        ValueError: its digest is none of ours.
    """
    return CertificateId(
        digest=IdDigest(found["hash_algorithm"]["algorithm"].native),
        issuer_name_hash=found["issuer_name_hash"].native,
        issuer_key_hash=found["issuer_key_hash"].native,
        serial=found["serial_number"].native,
    )


def _read_nonce(extensions: core.SequenceOf) -> bytes | None:
    """Read the nonce among the extensions of a request or a response.

    Raises:
        ValueError: it is longer than it may be, or an unknown extension is critical, or one stands
            there twice.
    """
    values = dict(_extensions(extensions))
    if "nonce" not in values:
        return None
    nonce: bytes = core.OctetString.load(values["nonce"], strict=True).native
    if len(nonce) not in NONCE_BYTES:
        msg = "随机数应为 1 至 128 字节 a nonce has 1 to 128 bytes"
        raise ValueError(msg)
    return nonce


def _extensions(found: core.SequenceOf) -> Iterator[tuple[str, bytes]]:
    seen = set()
    for one in found:
        name = one["extn_id"].native
        if name in seen or (one["critical"].native and name not in _KNOWN):
            msg = (
                "扩展项重复，或为不认识的关键扩展 "
                f"the extension {name} stands there twice, or is critical and not known"
            )
            raise ValueError(msg)
        seen.add(name)
        yield name, bytes(one["extn_value"])


def _time(found: core.GeneralizedTime) -> datetime:
    moment = found.native if _WHOLE_SECONDS.fullmatch(found.contents) else None
    if not isinstance(moment, datetime):
        raise _malformed(
            "应为 UTC 整秒 a time is not in UTC and whole seconds, or out of the calendar"
        )
    return moment.astimezone(UTC)


def _unarmour(data: bytes) -> bytes:
    blocks = read_pem(data, Reason.OCSP_MALFORMED)
    if len(blocks) != 1 or blocks[0][0] != "OCSP RESPONSE":
        raise _malformed("应恰有一个 OCSP RESPONSE 块 not exactly one OCSP RESPONSE block")
    return blocks[0][1]


def _malformed(sentence: str) -> MalformedError:
    """Say that a request or a response is none."""
    return MalformedError(Reason.OCSP_MALFORMED, sentence)
