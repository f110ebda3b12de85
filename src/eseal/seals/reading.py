"""Seals and seal signatures read strictly, in the three generations that are met.

Rules kept:
    - sizes first, then structure, then meaning; every field is read, nothing may stand behind;
    - what a signature is over is taken from the original bytes, never encoded again;
    - the generation is told by the number of fields, between V4 and V5 by the version number;
    - a seal is used in its own generation: V1 in V1, V4 and V5, which look alike, in either;
    - what others do otherwise than the standard, and does no harm, is tolerated and told
      (`Deviation`).

Left to others: whether signatures hold and who is believed (`eseal.seals.checks`), the picture,
and timestamps.

Source: GB/T 38540-2020, 6.1 and 7.1; GM/T 0031-2014; GM/T 0031-2025 (read second-hand, and in
files that others made).
"""

from datetime import datetime
from typing import Final

from asn1crypto import cms, tsp

from eseal.der import PARSE_ERRORS, tlv
from eseal.moments import check_time
from eseal.seals import fields as asn1
from eseal.seals.fields import Fields, malformed
from eseal.seals.info import SealInfo, read_info
from eseal.seals.model import Deviation, Seal, SealSignature, SealVersion
from eseal.seals.parts import (
    Told,
    check_digest,
    read_extensions,
    read_party,
    read_signature_value,
    read_timestamp,
)
from eseal.sizes import too_large

MAX_SEAL_BYTES: Final = 1 << 20
MAX_SIGNATURE_BYTES: Final = 2 << 20
MAX_PROPERTY_CHARACTERS: Final = 1024

_FIELDS_V1, _FIELDS, _FIELDS_WITH_TIMESTAMP = 2, 4, 5
_SEQUENCE = b"\x30"


def read_seal(der: bytes) -> Seal:
    """Read a seal (SESeal) of any generation.

    Args:
        der: at most 1 MiB; nothing may follow the outer SEQUENCE.

    Raises:
        MalformedError: SEAL_MALFORMED; `.at` is the path, such as `esealInfo.property.validEnd`.
        RefusedError: ALGORITHM_REFUSED, it is signed with an algorithm that is not accepted.
    """
    return _read_seal(Fields(_bounded(der, MAX_SEAL_BYTES), ""))


def read_seal_signature(der: bytes) -> SealSignature:
    """Read a seal signature (SES_Signature) of any generation, with the seal in it.

    Args:
        der: at most 2 MiB; nothing may follow the outer SEQUENCE.

    Raises:
        MalformedError: SEAL_MALFORMED; `.at` is the path, such as `toSign.dataHash`.
        RefusedError: ALGORITHM_REFUSED, it is signed with an algorithm that is not accepted.
    """
    return _read_signature(Fields(_bounded(der, MAX_SIGNATURE_BYTES), ""))


def _bounded(der: bytes, most: int, at: str = "") -> bytes:
    if len(der) > most:
        raise malformed(too_large(most), at)
    return der


def _count(outer: Fields) -> int:
    """Count the outer fields, by which the generations are told apart."""
    count = outer.count(_FIELDS_WITH_TIMESTAMP)
    if count not in {_FIELDS_V1, _FIELDS, _FIELDS_WITH_TIMESTAMP}:
        raise malformed("应为两、四或五个字段 not two, four or five fields", outer.at)
    return count


def _read_seal(outer: Fields) -> Seal:
    count = _count(outer)
    is_first = count == _FIELDS_V1
    told: Told = set()
    fields = outer.within("esealInfo")
    info = read_info(fields, told, is_first=is_first)
    version = _seal_version(count, info, told)
    signed = outer.within("signInfo") if is_first else outer
    maker = read_party(signed, "signatureAlgorithm" if is_first else "signAlgID", told)
    signature = read_signature_value(
        signed, "signData" if is_first else "signedValue", maker.algorithm, told
    )
    timestamp = read_timestamp(outer)
    signed.end()
    outer.end()
    return Seal(
        der=outer.whole,
        version=version,
        vendor=info.vendor,
        es_id=info.es_id,
        kind=info.property.kind,
        name=info.property.name,
        signers=info.property.signers,
        created=info.property.created,
        valid_from=info.property.valid_from,
        valid_until=info.property.valid_until,
        picture=info.picture,
        extensions=info.extensions,
        maker=maker.certificate,
        algorithm=maker.algorithm,
        signed_bytes=tlv(_SEQUENCE, fields.whole + maker.original) if is_first else fields.whole,
        signature=signature,
        timestamp=timestamp,
        deviations=tuple(sorted(told)),
    )


def _seal_version(count: int, info: SealInfo, told: Told) -> SealVersion:
    """Tell the generation; V1 may have any number."""
    if count == _FIELDS_V1:
        return SealVersion.V1
    is_last = count == _FIELDS_WITH_TIMESTAMP or info.number == SealVersion.V5
    version = SealVersion.V5 if is_last else SealVersion.V4
    if info.number != version:
        told.add(Deviation.VERSION_NUMBER)
    return version


def _read_signature(outer: Fields) -> SealSignature:
    is_first = _count(outer) == _FIELDS_V1
    told: Told = set()
    tbs = outer.within("toSign")
    number = tbs.integer("version")
    seal = _read_seal_within(tbs, is_first=is_first)
    version = _signature_version(number, seal, told)
    moment, token = _read_time(tbs) if is_first else (tbs.time("timeInfo"), None)
    data_hash = check_digest(tbs.bits("dataHash"), tbs.place("dataHash"))
    property_info = tbs.text("propertyInfo", asn1.IA5_STRING, MAX_PROPERTY_CHARACTERS, least=0)
    extensions = () if is_first else read_extensions(tbs, told, tagged=True)
    signer = (
        read_party(tbs, "signatureAlgorithm", told)
        if is_first
        else read_party(outer, "signatureAlgID", told)
    )
    tbs.end()
    signature = read_signature_value(outer, "signature", signer.algorithm, told)
    timestamp = token or read_timestamp(outer)
    outer.end()
    return SealSignature(
        der=outer.whole,
        version=version,
        seal=seal,
        at=moment,
        data_hash=data_hash,
        property_info=property_info,
        extensions=extensions,
        signer=signer.certificate,
        algorithm=signer.algorithm,
        signed_bytes=tbs.whole,
        signature=signature,
        timestamp=timestamp,
        deviations=tuple(sorted(told)),
    )


def _read_seal_within(tbs: Fields, *, is_first: bool) -> Seal:
    fields = tbs.within("eseal")
    _bounded(fields.whole, MAX_SEAL_BYTES, fields.at)
    seal = _read_seal(fields)
    if (seal.version is SealVersion.V1) is not is_first:
        raise malformed(
            "印章与签章不是同一版本 the seal is of another generation than its use", fields.at
        )
    return seal


def _signature_version(number: int, seal: Seal, told: Told) -> SealVersion:
    """Tell the generation: the number says it, or else the seal; V1 may have any number."""
    if seal.version is SealVersion.V1:
        return SealVersion.V1
    if number in {SealVersion.V4, SealVersion.V5}:
        return SealVersion(number)
    told.add(Deviation.VERSION_NUMBER)
    return seal.version


def _read_time(tbs: Fields) -> tuple[datetime, bytes | None]:
    """V1's time: a UTCTime, a GeneralizedTime or a timestamp token, in a BIT STRING."""
    place = tbs.place("timeInfo")
    contents = tbs.bits("timeInfo")
    if contents[:1] == _SEQUENCE:
        return _read_token_time(contents, place), contents
    inner = Fields(tlv(_SEQUENCE, contents), place)
    is_utc = inner.next_tag == asn1.UTC_TIME
    moment = inner.time("", asn1.UTC_TIME if is_utc else asn1.GENERALIZED_TIME)
    inner.end()
    return moment, None


def _read_token_time(token: bytes, place: str) -> datetime:
    """The time in a timestamp token (RFC 3161): signed along, but the token is not verified."""
    try:
        content = cms.ContentInfo.load(token, strict=True)["content"]["encap_content_info"]
        stamped = tsp.TSTInfo.load(bytes(content["content"]), strict=True)
        return check_time(stamped["gen_time"].native, "genTime")
    except PARSE_ERRORS as error:
        raise malformed(
            "时间戳令牌无法读取 not a timestamp token that can be read", place
        ) from error
