"""Whose signature on an OCSP response counts: that of the issuer, or of whom it certified for this.

Rules kept:

- The issuer is the one on the very path that is judged, not another of its name. It needs the
  key usage for CRLs or for digital signatures: who may list what is revoked may say so, too.
- A delegated responder was certified by this very issuer, for OCSP signing and not merely for any
  purpose, is no CA, and its certificate was valid when it signed.
- Of a delegated responder it must be known that it was not revoked: its certificate says
  id-pkix-ocsp-nocheck, or a list of the issuer that was current when it signed does not have it. A
  list that has it counts in any case, whenever that was: with its key answers can be dated back.
- An answer is signed when what it says was true or later, and of what a delegated responder says
  nothing counts longer than its certificate.
- The algorithms are those of certificates; an answer signed with SHA-1 does not count.

Source: RFC 6960, 4.2.2.2 and 4.2.2.2.1 (read second-hand).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import takewhile

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature

from eseal.errors import RefusedError, UnavailableError
from eseal.ocsp import IdDigest, OcspResponse
from eseal.path_rules import check_certificate, common_moment
from eseal.reasons import Reason
from eseal.stack import SuiteSignatureValidator, ValidatingStack, ValidationPath

StandsInLists = Callable[[x509.Certificate, ValidationPath, datetime, datetime], bool | None]
"""Whether the freshest list has a certificate of a path, which is valid at the first of the times;
`None` if none has it and none was current at the second."""

_OCSP_SIGNING = "ocsp_signing"


def may_sign_answers(certificate: x509.Certificate) -> bool:
    """Say whether a certificate, of a CA or of a responder, is for signing OCSP responses."""
    usage = certificate.key_usage_value
    bits = set() if usage is None else set(usage.native)
    if certificate.ca:
        return bool(bits & {"crl_sign", "digital_signature"})
    purposes = certificate.extended_key_usage_value
    named = purposes is not None and _OCSP_SIGNING in purposes.native
    return named and (usage is None or "digital_signature" in bits)


def check_responder(
    response: OcspResponse,
    certificate: x509.Certificate,
    path: ValidationPath,
    stack: ValidatingStack,
    *,
    is_revoked: StandsInLists,
) -> x509.Certificate:
    """Insist that a response was signed by who may speak for `certificate` of a valid path.

    Returns:
        Whose signature it is.

    Raises:
        UnavailableError: NO_REVOCATION_DATA, and why it does not count.
    """
    issuer = issuer_on(path, certificate)
    why = "应答者非签发者，亦未获授权 its responder is neither the issuer nor certified by it"
    for signer in _candidates(response, issuer):
        try:
            _check_signature(response, signer)
            if signer is not issuer:
                beside = _path_beside(path, certificate, signer)
                _check_delegate(signer, response, beside, stack, is_revoked)
            elif not may_sign_answers(issuer):
                raise _not_counting(
                    "签发者不可签发吊销列表或应答 the issuer may sign neither lists nor answers"
                )
        except (RefusedError, UnavailableError) as error:
            why = error.sentence
        else:
            return signer
    raise _not_counting(why)


def issuer_on(path: ValidationPath, certificate: x509.Certificate) -> x509.Certificate:
    """Give the certificate that stands above another on a path."""
    above = None
    for one in path.iter_certs(include_root=True):
        if one is certificate:
            break
        above = one
    return above


def _path_beside(
    path: ValidationPath, certificate: x509.Certificate, other: x509.Certificate
) -> ValidationPath:
    """The path on which `other` stands in the place of `certificate`, below the same issuer."""
    every = path.iter_certs(include_root=True)
    above = list(takewhile(lambda one: one is not certificate, every))
    return ValidationPath(path.trust_anchor, above[1:], other)


def _candidates(response: OcspResponse, issuer: x509.Certificate) -> Iterator[x509.Certificate]:
    """Those who are named as the responder: the issuer, then what came along."""
    for one in (issuer, *response.certificates):
        named = response.responder
        if isinstance(named, bytes):
            key_bits = one.public_key["public_key"].contents[1:]
            if IdDigest.SHA1.of(key_bits) == named:  # RFC 6960, 4.2.1: KeyHash is SHA-1
                yield one
        elif one.subject == named:
            yield one


def _check_delegate(
    responder: x509.Certificate,
    response: OcspResponse,
    path: ValidationPath,
    stack: ValidatingStack,
    is_revoked: StandsInLists,
) -> None:
    if responder.ca or not may_sign_answers(responder):
        raise _not_counting(
            "应答者证书不可签 OCSP its responder's certificate is not for OCSP signing"
        )
    if not responder.not_valid_before <= response.produced_at <= responder.not_valid_after:
        raise _not_counting(
            "应答者签名时证书无效 its responder's certificate was not valid when it signed"
        )
    check_certificate(responder)
    moment = common_moment(tuple(path.iter_certs(include_root=True)), response.produced_at)
    stack.validate(path, moment)
    revoked = is_revoked(responder, path, moment, response.produced_at)
    if revoked:
        raise _not_counting("应答者证书已吊销 its responder's certificate was revoked")
    if revoked is None and responder.ocsp_no_check_value is None:
        raise _not_counting("应答者证书是否吊销不明 whether its responder was revoked is not known")


def _check_signature(response: OcspResponse, signer: x509.Certificate) -> None:
    try:
        SuiteSignatureValidator().validate_signature(
            response.signature, response.signed, signer.public_key, response.algorithm
        )
    except InvalidSignature as error:
        raise _not_counting(f"签名不成立 its signature does not hold: {error}") from error


def _not_counting(sentence: str) -> UnavailableError:
    return UnavailableError(Reason.NO_REVOCATION_DATA, sentence)
