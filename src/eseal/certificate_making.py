"""Makes the certificates of a document authority, of both suites.

Rules kept:

- One path for SM2 and RSA: the certificate is put together here and signed by a `Signer`.
- Serials are random, times are whole seconds in UTC.
- What a profile forbids is refused before anything is signed: a certificate that outlives its
  issuer, an issuer that is no CA, an empty validity, a serial out of range, a key in another form.

Left to others: what a certificate is for (`eseal.profiles`), keys and signing (`eseal.keys`),
reading certificates (`eseal.certificates`).

Source: RFC 5280, 4.1. GB/T 20518-2018 was not at hand.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, keys, x509

from eseal.certificates import check_names, to_time
from eseal.errors import RefusedError
from eseal.keys import Algorithm, PrivateKey, plain_public_key
from eseal.moments import check_time
from eseal.profiles import ROOT, Profile, issuer_identifier, key_identifier, make_extensions
from eseal.reasons import Reason
from eseal.signers import Signer
from eseal.uscc import uscc_fault

MAX_SERIAL_BITS = 159  # RFC 5280, 4.1.2.2: positive, at most 20 octets
MAX_NAME_CHARACTERS = 64  # RFC 5280, A.1: ub-common-name, ub-organization-name


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectName:
    """Who a certificate is for; `organisation_code` is the 统一社会信用代码, plain, or empty."""

    common_name: str
    organisation: str
    organisation_code: str = ""

    def to_name(self) -> x509.Name:
        """Write it as C=CN, O, organizationIdentifier, CN.

        Raises:
            RefusedError: CERTIFICATE_REFUSED, a name is missing, too long or has odd characters, or
                the code is none.
        """
        parts = [
            ("country_name", "printable_string", "CN"),
            ("organization_name", "utf8_string", self.organisation),
            ("organization_identifier", "utf8_string", self.organisation_code),
            ("common_name", "utf8_string", self.common_name),
        ]
        for kind, _, text in parts:
            if len(text) > MAX_NAME_CHARACTERS:
                raise _refuse(
                    f"名称过长 {kind} is longer than {MAX_NAME_CHARACTERS} characters", "subject"
                )
        if not self.common_name or not self.organisation:
            raise _refuse("须有通用名和机构名 common name and organisation are needed", "subject")
        if self.organisation_code and (fault := uscc_fault(self.organisation_code)):
            sentence = (
                f"不是统一社会信用代码 no social credit code {self.organisation_code}：{fault}"
            )
            raise _refuse(sentence, "organisation_code")
        rdns = [
            x509.RelativeDistinguishedName(
                [{"type": kind, "value": x509.DirectoryString(name=form, value=text)}]
            )
            for kind, form, text in parts
            if text
        ]
        name = x509.Name(name="", value=x509.RDNSequence(rdns))
        try:
            check_names(name)
        except ValueError as error:
            raise _refuse(
                "名称含不可用的字符 it has a character that names cannot have", "subject"
            ) from error
        return name


def random_serial() -> int:
    """Draw a serial number: positive, unguessable, 20 octets at most."""
    return secrets.randbits(MAX_SERIAL_BITS) or 1


def make_root(
    *,
    key: PrivateKey,
    algorithm: Algorithm,
    subject: SubjectName,
    not_before: datetime,
    not_after: datetime,
    serial: int | None = None,
) -> x509.Certificate:
    """Make a self-signed root certificate for `key`.

    Raises:
        RefusedError: CERTIFICATE_REFUSED, nothing was signed.
    """
    name = subject.to_name()
    identifier = key_identifier(key.public_key)
    tbs = _prepare(
        issuer=name,
        subject=name,
        public_key=key.public_key,
        validity=(not_before, not_after),
        serial=random_serial() if serial is None else serial,
        algorithm=algorithm.signed_digest_algorithm,
        extensions=make_extensions(ROOT, key.public_key, identifier, None),
    )
    return _assemble(tbs, algorithm.signed_digest_algorithm, key.sign(tbs.dump(), algorithm))


def make_certificate(
    *,
    profile: Profile,
    issuer: Signer,
    subject: SubjectName,
    public_key: keys.PublicKeyInfo,
    not_before: datetime,
    not_after: datetime,
    crl_url: str | None,
    ocsp_url: str | None = None,
    serial: int | None = None,
) -> x509.Certificate:
    """Make a certificate of any `profile`, signed by `issuer`.

    Args:
        profile: what it is for: ISSUING_CA, SIGNING, TIMESTAMPING, OCSP_SIGNING or one of your own.
        issuer: the CA; its certificate must allow certificate signing.
        subject: who it is for.
        public_key: their key.
        not_before: aware; seconds count, parts of a second are dropped.
        not_after: the last second in which it is valid; not later than the issuer's.
        crl_url: where the issuer's CRL will be found; `None` leaves the extension out.
        ocsp_url: where an OCSP responder of the issuer answers, if there is one.
        serial: drawn at random when left out.

    Raises:
        RefusedError: CERTIFICATE_REFUSED, ADDRESS_REFUSED, or KEY_REFUSED, it is no key of a suite;
            nothing was signed.
    """
    _check_issuer(issuer.certificate, not_after)
    if plain_public_key(public_key) != public_key.dump():
        raise _refuse("公钥编码不合 the public key is not in its one form", "public_key")
    algorithm = issuer.algorithm.signed_digest_algorithm
    identifier = issuer_identifier(issuer.certificate)
    tbs = _prepare(
        issuer=issuer.certificate.subject,
        subject=subject.to_name(),
        public_key=public_key,
        validity=(not_before, not_after),
        serial=random_serial() if serial is None else serial,
        algorithm=algorithm,
        extensions=make_extensions(profile, public_key, identifier, crl_url, ocsp_url),
    )
    return _assemble(tbs, algorithm, issuer.sign(tbs.dump()))


def _check_issuer(issuer: x509.Certificate, not_after: datetime) -> None:
    usage = issuer.key_usage_value
    if not issuer.ca or usage is None or "key_cert_sign" not in usage.native:
        raise _refuse("签发者不可签发证书 the issuer may not sign certificates", "issuer")
    if check_time(not_after, "not_after") > issuer.not_valid_after:
        raise _refuse(
            "证书到期晚于签发者证书 the certificate would outlive its issuer", "not_after"
        )


def _prepare(
    *,
    issuer: x509.Name,
    subject: x509.Name,
    public_key: keys.PublicKeyInfo,
    validity: tuple[datetime, datetime],
    serial: int,
    algorithm: algos.SignedDigestAlgorithm,
    extensions: list[dict[str, object]],
) -> x509.TbsCertificate:
    begin = check_time(validity[0], "not_before")
    end = check_time(validity[1], "not_after")
    if end < begin:
        raise _refuse("截止早于起始 it would end before it begins", "not_after")
    if serial < 1 or serial.bit_length() > MAX_SERIAL_BITS:
        raise _refuse(
            "序列号应为正数、至多 20 字节 the serial is not positive or longer than 20 octets",
            "serial",
        )
    return x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": algorithm,
            "issuer": issuer,
            "validity": {"not_before": to_time(begin), "not_after": to_time(end)},
            "subject": subject,
            "subject_public_key_info": public_key,
            "extensions": extensions,
        }
    )


def _assemble(
    tbs: x509.TbsCertificate, algorithm: algos.SignedDigestAlgorithm, signature: bytes
) -> x509.Certificate:
    return x509.Certificate.load(
        x509.Certificate(
            {"tbs_certificate": tbs, "signature_algorithm": algorithm, "signature_value": signature}
        ).dump(),
        strict=True,
    )


def _refuse(sentence: str, where: str) -> RefusedError:
    return RefusedError(Reason.CERTIFICATE_REFUSED, sentence, at=where)
