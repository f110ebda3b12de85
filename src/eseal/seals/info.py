"""What a seal says (SES_SealInfo): header, identifier, property, picture, extensions.

V1 lists certificates only and has UTCTime; V4 and V5 say the kind of list and have
GeneralizedTime.

Source: GB/T 38540-2020, 6.1; GM/T 0031-2014; GM/T 0031-2025 (read second-hand, and in files that
others made).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eseal.seals import fields as asn1
from eseal.seals.fields import Fields, malformed
from eseal.seals.model import (
    MAX_SIGNERS,
    CertificateDigest,
    SealExtension,
    SealPicture,
    SignerList,
)
from eseal.seals.parts import Told, check_digest, read_extensions

MAX_PICTURE_BYTES: Final = 512 << 10
MAX_CHARACTERS: Final = 128
MAX_MILLIMETRES: Final = 1000

CERTIFICATE_LIST: Final = 1
DIGEST_LIST: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class SealProperty:
    """What a seal is and who may use it (SES_ESPropertyInfo); see `Seal` for the attributes."""

    kind: int
    name: str
    signers: SignerList
    created: datetime
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SealInfo:
    """What the maker signs (SES_SealInfo); see `Seal` for the attributes.

    Attributes:
        number: the version number that its header says.
    """

    number: int
    vendor: str
    es_id: str
    property: SealProperty
    picture: SealPicture
    extensions: tuple[SealExtension, ...]


def read_info(fields: Fields, told: Told, *, is_first: bool) -> SealInfo:
    """Read all of SES_SealInfo; `is_first` says that it is one of V1.

    Raises:
        MalformedError: SEAL_MALFORMED.
    """
    number, vendor = _read_header(fields.within("header"))
    info = SealInfo(
        number=number,
        vendor=vendor,
        es_id=fields.text("esID", asn1.IA5_STRING, MAX_CHARACTERS),
        property=_read_property(fields.within("property"), is_first=is_first),
        picture=_read_picture(fields.within("picture")),
        extensions=read_extensions(fields, told, tagged=False),
    )
    fields.end()
    return info


def _read_header(fields: Fields) -> tuple[int, str]:
    if fields.text("ID", asn1.IA5_STRING, MAX_CHARACTERS) != "ES":
        raise malformed("标识应为 ES not ES", fields.place("ID"))
    number = fields.integer("version")
    vendor = fields.text("Vid", asn1.IA5_STRING, MAX_CHARACTERS, least=0)
    fields.end()
    return number, vendor


def _read_property(fields: Fields, *, is_first: bool) -> SealProperty:
    tag = asn1.UTC_TIME if is_first else asn1.GENERALIZED_TIME
    found = SealProperty(
        kind=fields.integer("type"),
        name=fields.text("name", asn1.UTF8_STRING, MAX_CHARACTERS),
        signers=_read_signers(fields, is_first=is_first),
        created=fields.time("createDate", tag),
        valid_from=fields.time("validStart", tag),
        valid_until=fields.time("validEnd", tag),
    )
    fields.end()
    if found.valid_until < found.valid_from:
        raise malformed("截止早于起始 it ends before it begins", fields.place("validEnd"))
    return found


def _read_signers(outer: Fields, *, is_first: bool) -> SignerList:
    """Read the list; only its type tells the two SEQUENCEs apart."""
    list_type = CERTIFICATE_LIST if is_first else outer.integer("certListType")
    fields = outer.within("certList")
    if fields.next_tag is None:
        raise malformed("没有签章者 nobody may use it", fields.at)
    places = fields.each(MAX_SIGNERS)
    if list_type == CERTIFICATE_LIST:
        return SignerList(certificates=tuple(_read_certificate(fields, place) for place in places))
    if list_type == DIGEST_LIST:
        return SignerList(digests=tuple(_read_digest(fields.within(place)) for place in places))
    raise malformed(f"签章者列表类型不符 a list of type {list_type}", outer.place("certListType"))


def _read_certificate(fields: Fields, place: str) -> bytes:
    der = fields.contents(place, asn1.OCTET_STRING)
    Fields(der, fields.place(place))  # it is a SEQUENCE; the rest is compared and never read
    return der


def _read_digest(fields: Fields) -> CertificateDigest:
    kind = fields.text("type", asn1.PRINTABLE_STRING, MAX_CHARACTERS)
    value = fields.contents("value", asn1.OCTET_STRING)
    fields.end()
    return CertificateDigest(kind=kind, value=check_digest(value, fields.place("value")))


def _read_picture(fields: Fields) -> SealPicture:
    kind = fields.text("type", asn1.IA5_STRING, MAX_CHARACTERS)
    data = fields.contents("data", asn1.OCTET_STRING)
    if not 1 <= len(data) <= MAX_PICTURE_BYTES:
        raise malformed(f"图片大小不合 not 1 to {MAX_PICTURE_BYTES} bytes", fields.place("data"))
    width = fields.integer("width", 1, MAX_MILLIMETRES)
    height = fields.integer("height", 1, MAX_MILLIMETRES)
    fields.end()
    return SealPicture(kind=kind, data=data, width=width, height=height)
