"""Certificate revocation lists (CRL) of both suites: making them and reading them.

Rules kept:

- A CRL is complete for its issuer: version 2, numbered, with the issuer's key identifier; no delta
  lists, no reason partitions, no indirect lists.
- Entries stand in the order of their serials, each once; when it happened and why are kept.
- Reading is strict: size limit first, one value and nothing behind it, every field parsed; entries
  that contradict each other or the list, or say what nobody knows, make it none: of each serial one
  entry is looked for, and what another one says of it would be passed over.

Left to others: whether a list speaks for a certificate and is current (`eseal.chain`).

Source: RFC 5280, 5.1 to 5.3.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from asn1crypto import core, crl, x509

from eseal.certificates import check_names, to_time
from eseal.der import PARSE_ERRORS, fault_words
from eseal.errors import MalformedError, RefusedError
from eseal.moments import check_time
from eseal.pem import is_pem, read_pem
from eseal.profiles import issuer_identifier
from eseal.reasons import Reason
from eseal.signers import Signer
from eseal.sizes import too_large

MAX_CRL_BYTES = 4 << 20

_KNOWN: Final = frozenset(
    {"crl_reason", "invalidity_date", "certificate_issuer", "hold_instruction_code"}
)
"""What entries may say, and be critical about."""


class RevocationReason(StrEnum):
    """Why a certificate was revoked; holding and releasing one is not supported."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key_compromise"
    CA_COMPROMISE = "ca_compromise"
    AFFILIATION_CHANGED = "affiliation_changed"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessation_of_operation"


@dataclass(frozen=True, kw_only=True, slots=True)
class RevokedEntry:
    """A revoked certificate: its serial, when it was revoked, and why."""

    serial: int
    at: datetime
    reason: RevocationReason = RevocationReason.UNSPECIFIED


def make_crl(
    issuer: Signer,
    *,
    number: int,
    this_update: datetime,
    next_update: datetime,
    revoked: Sequence[RevokedEntry] = (),
) -> bytes:
    """Make the complete CRL of `issuer` as DER.

    Args:
        issuer: the CA whose certificates are listed; its certificate must allow CRL signing.
        number: higher than that of every earlier list of this issuer.
        this_update: when this list was true.
        next_update: until when it may be relied on.
        revoked: every revoked certificate that has not expired, each once.

    Raises:
        RefusedError: CRL_REFUSED, nothing was signed.
    """
    demand_crl_issuer(issuer.certificate)
    if len({entry.serial for entry in revoked}) != len(revoked):
        raise _refuse("序列号重复 a serial stands in it twice", "revoked")
    begin, end = check_time(this_update, "this_update"), check_time(next_update, "next_update")
    if end <= begin or number < 0:
        raise _refuse(
            "列表编号为负，或截止早于起始 its number is negative, or it ends before it begins",
            "next_update",
        )
    algorithm = issuer.algorithm.signed_digest_algorithm
    tbs = crl.TbsCertList(
        {
            "version": "v2",
            "signature": algorithm,
            "issuer": issuer.certificate.subject,
            "this_update": to_time(begin),
            "next_update": to_time(end),
            "crl_extensions": [
                {
                    "extn_id": "authority_key_identifier",
                    "extn_value": {"key_identifier": issuer_identifier(issuer.certificate)},
                },
                {"extn_id": "crl_number", "extn_value": core.Integer(number)},
            ],
        }
    )
    if revoked:  # RFC 5280, 5.1.2.6: absent when there are none
        tbs["revoked_certificates"] = [
            _entry(entry) for entry in sorted(revoked, key=lambda entry: entry.serial)
        ]
    signature = issuer.sign(tbs.dump())
    signed = {"tbs_cert_list": tbs, "signature_algorithm": algorithm, "signature": signature}
    der: bytes = crl.CertificateList(signed).dump()
    return der


def demand_crl_issuer(certificate: x509.Certificate) -> None:
    """Insist that a certificate allows CRL signing.

    Raises:
        RefusedError: CRL_REFUSED.
    """
    usage = certificate.key_usage_value
    if usage is None or "crl_sign" not in usage.native:
        raise _refuse("签发者不可签发吊销列表 the issuer may not sign CRLs", "issuer")


def read_crl(data: bytes) -> crl.CertificateList:
    """Read one CRL, PEM or DER; nothing may follow it and every field must parse.

    Args:
        data: at most 4 MiB.

    Raises:
        MalformedError: CRL_MALFORMED.
    """
    if len(data) > MAX_CRL_BYTES:
        raise MalformedError(Reason.CRL_MALFORMED, too_large(MAX_CRL_BYTES))
    der = _unarmour(data) if is_pem(data) else data
    try:
        found = crl.CertificateList.load(der, strict=True)
        found.native  # noqa: B018 - asn1crypto parses lazily; this makes it parse all
        check_names(found.issuer)
    except PARSE_ERRORS as error:
        raise MalformedError(Reason.CRL_MALFORMED, fault_words(error)) from error
    for fault in _faults_of_entries(found):
        raise MalformedError(Reason.CRL_MALFORMED, fault, at="revokedCertificates")
    return found


def _faults_of_entries(found: crl.CertificateList) -> Iterator[str]:
    """Say what contradicts itself among the entries of a list."""
    point = found.issuing_distribution_point_value
    is_indirect = point is not None and bool(point["indirect_crl"].native)
    issuer, seen = "", set[tuple[str, int]]()
    for entry in found["tbs_cert_list"]["revoked_certificates"].native or ():
        extensions = entry["crl_entry_extensions"] or ()
        said: Mapping[str, Any] = {each["extn_id"]: each for each in extensions}
        if len(said) < len(extensions):
            yield "一项中同一扩展有两个 an entry has an extension twice"
        if any(each["critical"] and name not in _KNOWN for name, each in said.items()):
            yield "有不认识的关键扩展 an entry has a critical extension that is not known"
        if "crl_reason" in said and said["crl_reason"]["extn_value"] == "remove_from_crl":
            yield "只有增量列表可解除吊销 an entry takes a revocation back, as in delta lists only"
        if "certificate_issuer" in said:
            issuer = repr(said["certificate_issuer"]["extn_value"])
            if not is_indirect:
                yield "不是间接列表，却列有他人的证书 an entry names an issuer, in no indirect list"
        serial = issuer, int(entry["user_certificate"])
        if serial in seen:
            yield "同一证书列了两次 a certificate is listed twice"
        seen.add(serial)


def _entry(entry: RevokedEntry) -> dict[str, object]:
    fields: dict[str, object] = {
        "user_certificate": entry.serial,
        "revocation_date": to_time(check_time(entry.at, "revoked")),
    }
    if entry.reason is not RevocationReason.UNSPECIFIED:  # RFC 5280, 5.3.1: absent, not written
        reason = crl.CRLReason(entry.reason.value)
        fields["crl_entry_extensions"] = [{"extn_id": "crl_reason", "extn_value": reason}]
    return fields


def _unarmour(data: bytes) -> bytes:
    blocks = read_pem(data, Reason.CRL_MALFORMED)
    if len(blocks) != 1 or blocks[0][0] != "X509 CRL":
        raise MalformedError(
            Reason.CRL_MALFORMED, "应恰有一个 X509 CRL 块 not exactly one X509 CRL block"
        )
    return blocks[0][1]


def _refuse(sentence: str, where: str) -> RefusedError:
    return RefusedError(Reason.CRL_REFUSED, sentence, at=where)
