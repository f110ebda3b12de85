"""The writing of what seals are made of: single values, in DER.

Texts and numbers are written as they are given; whether they belong where they stand is seen by
reading them (`eseal.seals.reading`) before anything is signed.
"""

from datetime import datetime
from functools import lru_cache

from asn1crypto import core

from eseal import oids
from eseal.algorithms import Algorithm
from eseal.der import tlv
from eseal.errors import RefusedError
from eseal.moments import check_time
from eseal.reasons import Reason
from eseal.seals import fields as asn1
from eseal.signers import Signer


def put(tag: int, *contents: bytes) -> bytes:
    """Write a value of these contents."""
    return tlv(bytes((tag,)), b"".join(contents))


def sequence(*fields: bytes) -> bytes:
    """Write a SEQUENCE of these fields."""
    return put(asn1.SEQUENCE, *fields)


def text(tag: int, characters: str) -> bytes:
    """Write a text."""
    return put(tag, characters.encode("utf-8", "surrogatepass"))


def integer(number: int) -> bytes:
    """Write an INTEGER."""
    written: bytes = core.Integer(int(number)).dump()
    return written


def octets(contents: bytes) -> bytes:
    """Write an OCTET STRING."""
    return put(asn1.OCTET_STRING, contents)


def bits(contents: bytes) -> bytes:
    """Write a BIT STRING of whole bytes."""
    return put(asn1.BIT_STRING, b"\0", contents)


@lru_cache(maxsize=16)
def time(moment: datetime, where: str) -> bytes:
    """Write a GeneralizedTime in UTC; parts of a second are dropped.

    Kept, because a batch is sealed at one time.

    Raises:
        ValueError: `moment` carries no time zone.
    """
    moment = check_time(moment, where)
    digits = f"{moment.year:04}{moment:%m%d%H%M%S}Z"  # %Y does not fill up with zeros everywhere
    return put(asn1.GENERALIZED_TIME, digits.encode())


def party(signer: Signer) -> bytes:
    """Write who signs and with what: a certificate and the bare OID of the algorithm.

    Raises:
        RefusedError: SEAL_REFUSED, seals are not signed with this algorithm.
    """
    match signer.algorithm:
        case Algorithm.SM2_SM3:
            oid = oids.SM2_WITH_SM3
        case Algorithm.RSA_SHA256:
            oid = oids.RSA_WITH_SHA256
        case Algorithm.RSA_PSS_SHA256:
            raise RefusedError(
                Reason.SEAL_REFUSED,
                "单一 OID 不能表明 PSS 参数 a bare OID cannot say the parameters of PSS",
                at="algorithm",
            )
    written: bytes = core.ObjectIdentifier(oid).dump()
    return octets(signer.certificate.dump()) + written
