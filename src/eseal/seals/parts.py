"""Parts that seals and seal signatures have in common: who signed, with what, and extensions.

Here is where what others write is tolerated: each deviation is noted in the set that is handed
around, and becomes part of what was read.

Source: GB/T 38540-2020, 6.1 and 7.1 (read second-hand, and in files that others made).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from asn1crypto import x509

from eseal import oids
from eseal.algorithms import Algorithm, Suite
from eseal.certificates import read_certificate
from eseal.der import check_der
from eseal.errors import EvidenceError, RefusedError
from eseal.reasons import Reason
from eseal.seals import fields as asn1
from eseal.seals.fields import Fields, malformed
from eseal.seals.model import Deviation, SealExtension
from eseal.sizes import too_large
from eseal.sm2 import decode_signature, encode_signature

MAX_CERTIFICATE_BYTES: Final = 64 << 10
MAX_EXTENSIONS: Final = 32
DIGEST_BYTES: Final = 32

_ALGORITHMS = {
    oids.SM2_WITH_SM3: Algorithm.SM2_SM3,
    oids.RSA_WITH_SHA256: Algorithm.RSA_SHA256,
}
_NULL = 0x05
_RAW_SIGNATURE_BYTES = 64

Told = set[Deviation]


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """One who signed: certificate and algorithm, and the bytes of both as they stand."""

    certificate: x509.Certificate
    algorithm: Algorithm
    original: bytes


def read_party(fields: Fields, algorithm_name: str, told: Told) -> Party:
    """Take a certificate, and the algorithm behind it.

    Raises:
        MalformedError: SEAL_MALFORMED.
        RefusedError: ALGORITHM_REFUSED.
    """
    begin = fields.position
    der = fields.contents("cert", asn1.OCTET_STRING)
    try:
        certificate = _parse_certificate(der)
    except EvidenceError as error:
        raise malformed(error.sentence, fields.place("cert")) from error
    algorithm = _read_algorithm(fields, algorithm_name, told)
    return Party(
        certificate=certificate,
        algorithm=algorithm,
        original=fields.whole[begin : fields.position],
    )


def read_signature_value(fields: Fields, name: str, algorithm: Algorithm, told: Told) -> bytes:
    """Take a signature; SM2's r || s is turned into SEQUENCE { r, s }."""
    value = fields.bits(name)
    if algorithm.suite is not Suite.SM2 or len(value) != _RAW_SIGNATURE_BYTES:
        return value
    try:
        decode_signature(value)
    except RefusedError:
        told.add(Deviation.RAW_SIGNATURE)
        return encode_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    return value


def check_digest(value: bytes, place: str) -> bytes:
    """Return a digest that has the length of SM3 and SHA-256."""
    if len(value) != DIGEST_BYTES:
        raise malformed(f"摘要长度不符 a digest has {DIGEST_BYTES} bytes", place)
    return value


def read_timestamp(fields: Fields) -> bytes | None:
    """Take the timestamp, if there is one; it is not looked into."""
    if fields.next_tag != asn1.CONTEXT_0:
        return None
    tagged = fields.within("timeStamp", asn1.CONTEXT_0)
    token = tagged.bits("")
    tagged.end()
    return token


def read_extensions(fields: Fields, told: Told, *, tagged: bool) -> tuple[SealExtension, ...]:
    """Take the extensions, if there are some, with the tag [0] or without.

    Args:
        fields: they are the last of these.
        told: where it is noted.
        tagged: whether the standard has the tag here.
    """
    match fields.next_tag:
        case asn1.CONTEXT_0:
            wrapper = fields.within("extDatas", asn1.CONTEXT_0)
            found = wrapper.within("")
            wrapper.end()
            told |= set() if tagged else {Deviation.EXTENSIONS_TAGGED}
        case asn1.SEQUENCE:
            found = fields.within("extDatas")
            told |= {Deviation.EXTENSIONS_UNTAGGED} if tagged else set()
        case _:
            return ()
    extensions = [_read_extension(found.within(one), told) for one in found.each(MAX_EXTENSIONS)]
    if len({one.oid for one in extensions}) != len(extensions):
        raise malformed("扩展项重复 an extension stands twice", found.at)
    return tuple(extensions)


def _read_extension(fields: Fields, told: Told) -> SealExtension:
    oid = fields.oid("extnID")
    critical = False
    if fields.next_tag == asn1.BOOLEAN:
        critical = fields.boolean("critical")
        told |= set() if critical else {Deviation.EXPLICIT_FALSE}
    value = fields.contents("extnValue", asn1.OCTET_STRING)
    fields.end()
    return SealExtension(oid=oid, critical=critical, value=value)


def _read_algorithm(fields: Fields, name: str, told: Told) -> Algorithm:
    """Take a bare OID, or an AlgorithmIdentifier with NULL or no parameters."""
    if fields.next_tag == asn1.SEQUENCE:
        told.add(Deviation.ALGORITHM_PARAMETERS)
        identifier = fields.within(name)
        oid = identifier.oid("algorithm")
        if identifier.next_tag == _NULL and identifier.contents("parameters", _NULL):
            raise malformed("应为 NULL not a NULL", identifier.place("parameters"))
        identifier.end()
    else:
        oid = fields.oid(name)
    if oid not in _ALGORITHMS:
        raise RefusedError(
            Reason.ALGORITHM_REFUSED, f"不接受此算法 {oid} is not accepted", at=fields.place(name)
        )
    return _ALGORITHMS[oid]


@lru_cache(maxsize=256)
def _parse_certificate(der: bytes) -> x509.Certificate:
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise malformed(too_large(MAX_CERTIFICATE_BYTES), "")
    check_der(der, Reason.SEAL_MALFORMED, "")
    return read_certificate(der)
