"""Seals and seal signatures read strictly, in the three generations that are met.

Rules kept:
    - sizes first, then structure, then meaning; every field is read, nothing may stand behind;
    - what a signature is over is taken from the original bytes, never encoded again;
    - the generation is told by the number of fields, between V4 and V5 by the number in the
      header;
    - what others do otherwise than the standard, and does no harm, is tolerated and told
      (`Deviation`).

Left to others: whether signatures hold and who is believed (`eseal.seals.checks`), the picture,
and timestamps.

Source: GB/T 38540-2020, 6.1 and 7.1; GM/T 0031-2014; GM/T 0031-2025 (read second-hand, and in
files that others made).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from asn1crypto import cms, tsp

from eseal.der import PARSE_ERRORS, tlv
from eseal.seals import fields as asn1
from eseal.seals.fields import Fields, malformed
from eseal.seals.model import (
    MAX_SIGNERS,
    CertificateDigest,
    Deviation,
    Seal,
    SealPicture,
    SealSignature,
    SealVersion,
    SignerList,
)
from eseal.seals.parts import (
    Told,
    read_extensions,
    read_party,
    read_signature_value,
    read_timestamp,
)

MAX_SEAL_BYTES: Final = 1 << 20
MAX_SIGNATURE_BYTES: Final = 2 << 20
MAX_PICTURE_BYTES: Final = 512 << 10
MAX_CHARACTERS: Final = 128
MAX_PROPERTY_CHARACTERS: Final = 1024
MAX_MILLIMETRES: Final = 1000
DIGEST_BYTES: Final = 32

_FIELDS_V1, _FIELDS, _FIELDS_WITH_TIMESTAMP = 2, 4, 5
_CERTIFICATES = 1
_SEQUENCE = b"\x30"


def read_seal(der: bytes) -> Seal:
    """Read a seal (SESeal) of any generation.

    Args:
        der: at most 1 MiB; nothing may follow the outer SEQUENCE.

    Raises:
        MalformedError: SEAL_MALFORMED; `.at` is the path, such as `esealInfo.property.validEnd`.
        RefusedError: ALGORITHM_REFUSED, it is signed with an algorithm that is not accepted.
    """
    if len(der) > MAX_SEAL_BYTES:
        raise malformed("larger than the limit", "")
    return _read_seal(Fields(der, ""))


def read_seal_signature(der: bytes) -> SealSignature:
    """Read a seal signature (SES_Signature) of any generation, with the seal in it.

    Args:
        der: at most 2 MiB; nothing may follow the outer SEQUENCE.

    Raises:
        MalformedError: SEAL_MALFORMED; `.at` is the path, such as `toSign.dataHash`.
        RefusedError: ALGORITHM_REFUSED, it is signed with an algorithm that is not accepted.
    """
    if len(der) > MAX_SIGNATURE_BYTES:
        raise malformed("larger than the limit", "")
    return _read_signature(Fields(der, ""))


def _read_seal(outer: Fields) -> Seal:
    count = outer.count()
    if count not in {_FIELDS_V1, _FIELDS, _FIELDS_WITH_TIMESTAMP}:
        raise malformed(f"{count} fields", outer.at)
    told: Told = set()
    info = outer.within("esealInfo")
    number, vendor = _read_header(info.within("header"))
    version = _version(count, number)
    if version not in {SealVersion.V1, number}:
        told.add(Deviation.VERSION_NUMBER)
    es_id = info.text("esID", asn1.IA5_STRING, MAX_CHARACTERS)
    about = _read_property(info.within("property"), version)
    picture = _read_picture(info.within("picture"))
    extensions = read_extensions(info, told, tagged=False)
    info.end()
    signed = outer.within("signInfo") if version is SealVersion.V1 else outer
    maker = read_party(signed, "signatureAlgorithm", told)
    signature = read_signature_value(signed, "signedValue", maker.algorithm, told)
    timestamp = read_timestamp(outer)
    signed.end()
    outer.end()
    return Seal(
        der=outer.whole,
        version=version,
        vendor=vendor,
        es_id=es_id,
        kind=about.kind,
        name=about.name,
        signers=about.signers,
        created=about.created,
        valid_from=about.valid_from,
        valid_until=about.valid_until,
        picture=picture,
        extensions=extensions,
        maker=maker.certificate,
        algorithm=maker.algorithm,
        signed_bytes=(
            tlv(_SEQUENCE, info.whole + maker.original) if version is SealVersion.V1 else info.whole
        ),
        signature=signature,
        timestamp=timestamp,
        deviations=tuple(sorted(told)),
    )


def _version(count: int, number: int) -> SealVersion:
    if count == _FIELDS_V1:
        return SealVersion.V1
    if count == _FIELDS_WITH_TIMESTAMP or number == SealVersion.V5:
        return SealVersion.V5
    return SealVersion.V4


def _read_header(header: Fields) -> tuple[int, str]:
    if header.text("ID", asn1.IA5_STRING, MAX_CHARACTERS) != "ES":
        raise malformed("not ES", header.place("ID"))
    number = header.integer("version")
    vendor = header.text("Vid", asn1.IA5_STRING, MAX_CHARACTERS, least=0)
    header.end()
    return number, vendor


@dataclass(frozen=True, kw_only=True, slots=True)
class _Property:
    kind: int
    name: str
    signers: SignerList
    created: datetime
    valid_from: datetime
    valid_until: datetime


def _read_property(fields: Fields, version: SealVersion) -> _Property:
    kind = fields.integer("type")
    name = fields.text("name", asn1.UTF8_STRING, MAX_CHARACTERS)
    is_first = version is SealVersion.V1
    list_type = _CERTIFICATES if is_first else fields.integer("certListType")
    signers = _read_signers(fields.within("certList"), list_type)
    tag = asn1.UTC_TIME if is_first else asn1.GENERALIZED_TIME
    created = fields.time("createDate", tag)
    valid_from = fields.time("validStart", tag)
    valid_until = fields.time("validEnd", tag)
    fields.end()
    if valid_until < valid_from:
        raise malformed("it ends before it begins", fields.place("validEnd"))
    return _Property(
        kind=kind,
        name=name,
        signers=signers,
        created=created,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def _read_signers(fields: Fields, list_type: int) -> SignerList:
    places = fields.each(MAX_SIGNERS)
    match list_type:
        case 1:  # only this number tells the two SEQUENCEs apart
            certificates = tuple(_read_listed_certificate(fields, place) for place in places)
            digests: tuple[CertificateDigest, ...] = ()
        case 2:
            certificates = ()
            digests = tuple(_read_listed_digest(fields.within(place)) for place in places)
        case _:
            raise malformed(f"a list of type {list_type}", fields.at)
    if not certificates and not digests:
        raise malformed("nobody may use it", fields.at)
    return SignerList(certificates=certificates, digests=digests)


def _read_listed_certificate(fields: Fields, place: str) -> bytes:
    der = fields.contents(place, asn1.OCTET_STRING)
    Fields(der, fields.place(place))  # a SEQUENCE; the rest is compared, not read
    return der


def _read_listed_digest(fields: Fields) -> CertificateDigest:
    kind = fields.text("type", asn1.PRINTABLE_STRING, MAX_CHARACTERS)
    value = fields.contents("value", asn1.OCTET_STRING)
    fields.end()
    if len(value) != DIGEST_BYTES:
        raise malformed(f"a digest has {DIGEST_BYTES} bytes", fields.place("value"))
    return CertificateDigest(kind=kind, value=value)


def _read_picture(fields: Fields) -> SealPicture:
    kind = fields.text("type", asn1.IA5_STRING, MAX_CHARACTERS)
    data = fields.contents("data", asn1.OCTET_STRING)
    if not 1 <= len(data) <= MAX_PICTURE_BYTES:
        raise malformed(f"not 1 to {MAX_PICTURE_BYTES} bytes", fields.place("data"))
    width = fields.integer("width", 1, MAX_MILLIMETRES)
    height = fields.integer("height", 1, MAX_MILLIMETRES)
    fields.end()
    return SealPicture(kind=kind, data=data, width=width, height=height)


def _read_signature(outer: Fields) -> SealSignature:
    count = outer.count()
    if count not in {_FIELDS_V1, _FIELDS, _FIELDS_WITH_TIMESTAMP}:
        raise malformed(f"{count} fields", outer.at)
    is_first = count == _FIELDS_V1
    told: Told = set()
    tbs = outer.within("toSign")
    number = tbs.integer("version")
    seal = _read_seal_within(tbs, is_first=is_first)
    version = _signature_version(number, seal)
    if version not in {SealVersion.V1, number}:
        told.add(Deviation.VERSION_NUMBER)
    at, token = _read_time(tbs) if is_first else (tbs.time("timeInfo"), None)
    data_hash = tbs.bits("dataHash")
    if len(data_hash) != DIGEST_BYTES:
        raise malformed(f"a digest has {DIGEST_BYTES} bytes", tbs.place("dataHash"))
    property_info = tbs.text("propertyInfo", asn1.IA5_STRING, MAX_PROPERTY_CHARACTERS, least=0)
    extensions = () if is_first else read_extensions(tbs, told, tagged=True)
    signer = read_party(tbs if is_first else outer, "signatureAlgorithm", told)
    tbs.end()
    signature = read_signature_value(outer, "signature", signer.algorithm, told)
    timestamp = token or read_timestamp(outer)
    outer.end()
    return SealSignature(
        der=outer.whole,
        version=version,
        seal=seal,
        at=at,
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
    if len(fields.whole) > MAX_SEAL_BYTES:
        raise malformed("larger than the limit", fields.at)
    seal = _read_seal(fields)
    if (seal.version is SealVersion.V1) is not is_first:
        raise malformed("the seal is of another generation than its use", fields.at)
    return seal


def _signature_version(number: int, seal: Seal) -> SealVersion:
    """V4 and V5 look alike: the number says which, or else the seal."""
    if seal.version is not SealVersion.V1 and number in {SealVersion.V4, SealVersion.V5}:
        return SealVersion(number)
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
    """The time in a timestamp token; the token itself is not verified."""
    try:
        content = cms.ContentInfo.load(token, strict=True)["content"]["encap_content_info"]
        moment: datetime = tsp.TSTInfo.load(content["content"].native_bytes)["gen_time"].native
    except PARSE_ERRORS as error:
        raise malformed("not a timestamp token that can be read", place) from error
    return moment.astimezone(UTC).replace(microsecond=0)
