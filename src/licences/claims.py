"""What a licence says, as claims: GB/T 36903's names for its metadata, and its fields.

`make_claims` turns a request that was found good into what is signed; `read_claims` is its inverse
and reads only what was verified. Rules kept:

- the same arguments give the same claims, and so with the same seed the same bytes;
- everybody sees what the licence is, who issued it and when it is in force; number, holder and
  every field can be withheld, each on its own;
- dates are YYYY-MM-DD; a licence without a last day says so with null.

Left to others: the form and the signature to `eseal.jose`, what a field may hold to `catalogue`.
The status claim is that of the IETF's Token Status List (draft, read second-hand).
Source: names as systems in the field use them for GB/T 36903-2018 (its text was not at hand);
`iss`, `iat`: RFC 7519, 4.1; `vct`: SD-JWT VC (draft), here the GB/T 36904 type code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from eseal.errors import MalformedError
from eseal.jose.issuing import ClaimSet
from eseal.jose.status_list import is_status_uri
from eseal.jose.strict_json import JsonObject, Scalar
from licences.catalogue import Department, LicenceType
from licences.identifiers import LicenceIdentifier
from licences.model import StatusPlace
from licences.reasons import LicenceReason

LICENCE_TYP = "licence+sd-jwt"
"""`typ` of a JSON licence's protected header."""

EMBEDDED_NAME = "licence.json"
"""What the JSON licence is called inside a PDF."""

FIELDS = "fields"
STATUS = "status"
"""Where the licence's status is found: `{"status_list": {"idx": …, "uri": …}}`."""

_PREVIOUS = "certificate_previous_identifier"
"""关联证照标识: identifier of the licence that this one takes the place of."""

MAX_TEXT = 1000
"""Characters of a text in the metadata."""

_MAX_INDEX = 2**31 - 1

_KNOWN = frozenset(
    {
        "iss", "iat", "vct", FIELDS, STATUS, _PREVIOUS,
        "certificate_identifier", "certificate_type_name", "certificate_type_code",
        "certificate_version", "certificate_issuing_authority_name",
        "certificate_issuing_authority_code", "certificate_issued_date",
        "certificate_validate_start", "certificate_validate_end",
        "certificate_define_authority_name", "certificate_define_authority_code",
        "certificate_number", "certificate_holder_name", "certificate_holder_code",
        "certificate_holder_type",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenceClaims:
    """What a licence says, as far as it is disclosed.

    Attributes:
        identifier: its GB/T 36904 identifier, as claimed.
        type_code: code of its type.
        type_name: what it is called.
        version: its version, three digits.
        issuing_authority: name of the issuing department.
        issuing_authority_code: code (USCC) of the issuing department.
        issued_on: the day of issue that stands on it.
        valid_from: its first day in force.
        valid_until: its last day in force; `None`: for ever.
        defining_authority: name of the authority that defined the type.
        defining_authority_code: code (USCC) of that authority.
        number: its number (证照编号), `None` when withheld; so with the holder's three.
        holder_name: name of the holder.
        holder_code: code of the holder.
        holder_type: what kind of code that is (GB/T 36903, annex A).
        fields: the disclosed fields.
        withheld: how many of its claims are not disclosed.
        disclosed: how many of those that can be withheld are.
        status: its place in a status list, `None` if it names none.
        replaces: identifier of the licence that it takes the place of; `None`: of none.
    """

    identifier: str
    type_code: str
    type_name: str
    version: str
    issuing_authority: str
    issuing_authority_code: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    defining_authority: str
    defining_authority_code: str
    number: str | None = None
    holder_name: str | None = None
    holder_code: str | None = None
    holder_type: str | None = None
    fields: Mapping[str, Scalar] = field(default_factory=dict)
    withheld: int = 0
    disclosed: int = 0
    status: StatusPlace | None = None
    replaces: str | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is withheld."""
        return not self.withheld

    @property
    def shares(self) -> str:
        """Say how much is disclosed; "" where all of it is."""
        return share_words(self.disclosed, self.withheld)


def share_words(disclosed: int, withheld: int) -> str:
    """Say how much of a licence is disclosed; "" where all of it is."""
    many = disclosed + withheld
    return f"部分披露 partly disclosed {disclosed}/{many}" if withheld else ""


def make_claims(
    licence_type: LicenceType,
    department: Department,
    data: Mapping[str, Scalar],
    *,
    identifier: LicenceIdentifier,
    issued_at: datetime,
    status: StatusPlace | None = None,
    replaces: str = "",
) -> ClaimSet:
    """Make the claims of a licence.

    Args:
        licence_type: its type.
        department: who issues it.
        data: its fields, found good by the type.
        identifier: what was allotted to it.
        issued_at: aware; whole seconds are stated.
        status: its place in a status list.
        replaces: identifier of the licence that it takes the place of; empty if of none.
    """
    roles, values = licence_type.roles, dict(data)
    validity = licence_type.validity(values)
    until = validity.until
    return ClaimSet(
        whole=_status_claim(status) if status else {},
        visible={
            **({_PREVIOUS: replaces} if replaces else {}),
            "iss": department.code.text,
            "iat": int(issued_at.timestamp()),
            "vct": licence_type.code,
            "certificate_identifier": str(identifier),
            "certificate_type_name": licence_type.name.zh,
            "certificate_type_code": licence_type.code,
            "certificate_version": identifier.version,
            "certificate_issuing_authority_name": department.name.zh,
            "certificate_issuing_authority_code": department.code.text,
            "certificate_issued_date": values[roles.issued_on],
            "certificate_validate_start": validity.start.isoformat(),
            "certificate_validate_end": until.isoformat() if until else None,
            "certificate_define_authority_name": licence_type.authority,
            "certificate_define_authority_code": licence_type.type_code.authority.text,
        },
        disclosable={
            "certificate_number": values[roles.number],
            "certificate_holder_name": values[roles.holder_name],
            "certificate_holder_code": values[roles.holder_code],
            "certificate_holder_type": licence_type.holder_code_type(values).value,
        },
        nested={FIELDS: values},
    )


def _status_claim(place: StatusPlace) -> Mapping[str, JsonObject]:
    return {STATUS: {"status_list": {"idx": place.index, "uri": place.uri}}}


def read_claims(claims: JsonObject, *, withheld: int = 0, disclosed: int = 0) -> LicenceClaims:
    """Read the claims of a licence whose signature was verified; what is withheld stays `None`.

    Args:
        claims: what is disclosed.
        withheld: how many claims are not.
        disclosed: how many that could be withheld are.

    Raises:
        MalformedError: NOT_A_LICENCE; `.at` is the claim that is missing or of another form.
    """
    unknown = sorted(claims.keys() - _KNOWN)
    if unknown:
        raise _malformed("不是证照应有的项 is no claim of a licence", unknown[0])
    authority_code = _text(claims, "certificate_issuing_authority_code")
    type_code = _text(claims, "certificate_type_code")
    for name, expected in (("iss", authority_code), ("vct", type_code)):
        if _text(claims, name) != expected:
            raise _malformed("与证照元数据不符 contradicts the licence's metadata", name)
    return LicenceClaims(
        identifier=_text(claims, "certificate_identifier"),
        type_code=type_code,
        type_name=_text(claims, "certificate_type_name"),
        version=_text(claims, "certificate_version"),
        issuing_authority=_text(claims, "certificate_issuing_authority_name"),
        issuing_authority_code=authority_code,
        issued_on=_day(claims, "certificate_issued_date"),
        valid_from=_day(claims, "certificate_validate_start"),
        valid_until=_last_day(claims, "certificate_validate_end"),
        defining_authority=_text(claims, "certificate_define_authority_name"),
        defining_authority_code=_text(claims, "certificate_define_authority_code"),
        number=_withheld(claims, "certificate_number"),
        holder_name=_withheld(claims, "certificate_holder_name"),
        holder_code=_withheld(claims, "certificate_holder_code"),
        holder_type=_withheld(claims, "certificate_holder_type"),
        fields=_fields(claims),
        withheld=withheld,
        disclosed=disclosed,
        status=_status(claims),
        replaces=_withheld(claims, _PREVIOUS),
    )


def _text(claims: JsonObject, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
        raise _malformed(
            f"缺失，或不是文字，或过长 is missing, or no text of at most {MAX_TEXT} characters",
            name,
        )
    return value


def _withheld(claims: JsonObject, name: str) -> str | None:
    return _text(claims, name) if name in claims else None


def _day(claims: JsonObject, name: str) -> date:
    text = _text(claims, name)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _malformed("没有此日期 is no date", name) from error
    if day.isoformat() != text:
        raise _malformed("不是 YYYY-MM-DD 日期 is no date written YYYY-MM-DD", name)
    return day


def _last_day(claims: JsonObject, name: str) -> date | None:
    if name not in claims:
        raise _malformed("缺失 is missing", name)
    return None if claims[name] is None else _day(claims, name)


def _status(claims: JsonObject) -> StatusPlace | None:
    if STATUS not in claims:
        return None
    match claims[STATUS]:
        case {"status_list": {"idx": int(index), "uri": str(uri), **more}, **others} if not (
            more or others or isinstance(index, bool)
        ):
            if 0 <= index <= _MAX_INDEX and len(uri) <= MAX_TEXT and is_status_uri(uri):
                return StatusPlace(uri=uri, index=index)
    raise _malformed(
        "不是单一状态列表中的位置 has another form than a place in one status list", STATUS
    )


def _fields(claims: JsonObject) -> Mapping[str, Scalar]:
    members = claims.get(FIELDS)
    if not isinstance(members, dict):
        raise _malformed("缺失，或不是对象 is missing, or no object", FIELDS)
    fields: dict[str, Scalar] = {}
    for name, value in members.items():
        if isinstance(value, dict | list):
            raise _malformed("不是单个值 holds more than one value", f"{FIELDS}/{name}")
        fields[name] = value
    return fields


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.NOT_A_LICENCE, sentence, at=at)
