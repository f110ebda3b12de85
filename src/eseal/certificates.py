"""Certificates as bytes, of both suites: read strictly, written as PEM; names and times in them.

Rules kept:

- Reading is strict: size limit first, one value and nothing behind it, every field parsed.
- Names that cannot be compared are refused, because no path could be built with them.

Left to others: making certificates (`eseal.certificate_making`), whether a path holds
(`eseal.chain`), revocation lists (`eseal.crl`).

Source: RFC 5280, 4.1. GB/T 20518-2018 was not at hand.
"""

from datetime import datetime
from functools import lru_cache

from asn1crypto import x509

import eseal.oids  # noqa: F401 - registers the SM2 and SM3 names that certificates are read with
from eseal.der import PARSE_ERRORS, fault_words
from eseal.errors import MalformedError
from eseal.pem import is_pem, read_pem, write_pem
from eseal.reasons import Reason
from eseal.sizes import too_large

MAX_BUNDLE_BYTES = 1 << 20
MAX_CERTIFICATES = 256
ORGANIZATION = "2.5.4.10"
_COMMON_NAME = "2.5.4.3"
_USUAL_BYTES = 4096
"""Longer certificates are rare, and not remembered."""


def read_certificate(der: bytes) -> x509.Certificate:
    """Read one DER certificate; nothing may follow it and every field must parse.

    The same bytes may give the same object: a document names its few certificates many times.

    Raises:
        MalformedError: CERTIFICATE_MALFORMED.
    """
    if len(der) > MAX_BUNDLE_BYTES:
        raise _malformed(too_large(MAX_BUNDLE_BYTES))
    return _remembered(der) if len(der) <= _USUAL_BYTES else _read(der)


def _read(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.Certificate.load(der, strict=True)
        certificate.native  # noqa: B018 - asn1crypto parses lazily; this makes it parse all
        check_names(certificate.issuer, certificate.subject)
    except PARSE_ERRORS as error:
        raise _malformed(fault_words(error)) from error
    return certificate


_remembered = lru_cache(maxsize=256)(_read)


def read_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Read a PEM bundle or one DER certificate; other PEM blocks in a bundle are refused.

    Args:
        data: at most 1 MiB and 256 certificates; a PEM bundle may carry text between its blocks.

    Raises:
        MalformedError: CERTIFICATE_MALFORMED, also when there is no certificate in it.
    """
    if len(data) > MAX_BUNDLE_BYTES:
        raise _malformed(too_large(MAX_BUNDLE_BYTES))
    if not is_pem(data):
        return (read_certificate(data),)
    blocks = read_pem(data, Reason.CERTIFICATE_MALFORMED)
    if len(blocks) > MAX_CERTIFICATES:
        raise _malformed("证书过多 more certificates than the limit")
    for number, (label, _) in enumerate(blocks):
        if label != "CERTIFICATE":
            raise MalformedError(
                Reason.CERTIFICATE_MALFORMED,
                f"{label} 不是证书 a {label} is no certificate",
                at=f"[{number}]",
            )
    return tuple(read_certificate(der) for _, der in blocks)


def check_names(*names: x509.Name) -> None:
    """See that names can be compared, without which no path can be built.

    RFC 4518 has no rule for characters that Unicode 3.2 did not know yet (such as 鿍).

    Raises:
        ValueError: one of them has such a character.
    """
    for name in names:
        name.hashable  # noqa: B018 - works the comparable form out, and keeps it


def plain_name(name: x509.Name) -> str:
    """Tell a name to people: the common name, without one the organisation's, else all of it."""
    parts = name_parts(name)
    return parts.get(_COMMON_NAME) or parts.get(ORGANIZATION) or str(name.human_friendly)


def name_parts(name: x509.Name) -> dict[str, str]:
    """The attributes of a name by dotted OID, the first of each; needs no registered names."""
    parts: dict[str, str] = {}
    for relative in name.chosen:
        for pair in relative:
            parts.setdefault(pair["type"].dotted, str(pair["value"].native))
    return parts


def to_pem(*certificates: x509.Certificate) -> bytes:
    """Write certificates as a PEM bundle, in the order given."""
    return b"".join(write_pem("CERTIFICATE", one.dump()) for one in certificates)


def to_time(moment: datetime) -> x509.Time:
    """Write a time as RFC 5280, 4.1.2.5 has it: UTCTime until 2049, GeneralizedTime after."""
    kind = "utc_time" if 1950 <= moment.year < 2050 else "general_time"
    return x509.Time(name=kind, value=moment)


def _malformed(sentence: str) -> MalformedError:
    return MalformedError(Reason.CERTIFICATE_MALFORMED, sentence)
