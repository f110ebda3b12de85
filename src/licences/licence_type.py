"""What a licence type is: names, issuers, fields, and what follows from a licence's data.

A value that exists came through the strict reader (`licences.type_folders`). It holds plain data
only, so that it can be sent to another process; schemas are compiled on first use and cached.

Left to others: reading folders to `type_folders`, the rules of data to `field_rules`, days to
`validity`, finding a type to `catalogue`, drawing it to `faces`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from eseal.jose import strict_json
from eseal.jose.strict_json import JsonValue, Scalar
from licences.field_rules import Problem, find_problems
from licences.identifiers import (
    HolderCodeType,
    TypeCode,
    Uscc,
    holder_code_type,
    parse_holder_code,
)
from licences.licence_life import Standing
from licences.reasons import LicenceReason
from licences.standing_codes import StandingCode
from licences.strict_table import read_small
from licences.validity import Validity, ValidityTerms

ABSENT = "/"
"""What an office prints where a form has nothing to say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bilingual:
    """A text in Chinese and in English."""

    zh: str
    en: str


class HolderKind(StrEnum):
    """Who may hold a licence of a type."""

    ORGANISATION = "organisation"
    PERSON = "person"
    EITHER = "either"


class FieldKind(StrEnum):
    """What a field holds, and so how it is shown."""

    TEXT = "text"
    DATE = "date"
    BOOLEAN = "boolean"
    INTEGER = "integer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Fields that are disclosed together."""

    id: str
    name: Bilingual


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a type.

    Attributes:
        name: the member's name in the data.
        title: what the form calls it.
        kind: what it holds.
        group: id of its disclosure group.
        format: the schema's format (`date`, `uscc`, `citizen-number`, `holder-code`), or "".
        personal: whether it says something about a natural person.
        required: whether a licence cannot do without it.
        multiline: whether its text may have line breaks.
        on_face: whether the face shows it; what is not shown is only in the JSON licence.
        unit: what follows the value where it is shown, or "".
        absent: what is shown when it has no value.
        max_length: the most characters it may have, where the schema says so.
        past: whether its day has come when the licence is issued, as a day of birth has.
    """

    name: str
    title: Bilingual
    kind: FieldKind
    group: str
    format: str = ""
    personal: bool = False
    required: bool = False
    multiline: bool = False
    on_face: bool = True
    unit: str = ""
    absent: str = ABSENT
    max_length: int | None = None
    past: bool = False

    def display(self, value: JsonValue) -> str:
        """Write a value as the face shows it; a text that is no date is shown as it stands."""
        if value is None:
            return self.absent
        match self.kind:
            case FieldKind.DATE:
                return display_date(str(value))
            case FieldKind.BOOLEAN:
                return "是" if value is True else "否"
            case FieldKind.INTEGER | FieldKind.TEXT:
                return f"{value}{self.unit}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Roles:
    """Which fields fill the metadata of GB/T 36903."""

    number: str
    holder_name: str
    holder_code: str
    issued_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenceType:
    """A licence type (证照类型) as its folder describes it.

    Attributes:
        slug: the folder's name.
        type_code: its GB/T 36904 code.
        name: what the licence is called.
        authority: name of the defining authority; its code is in the type code.
        holder_kind: who may hold one.
        issuers: the departments that may issue one.
        roles: fields that fill the metadata.
        terms: how its validity is computed.
        groups: disclosure groups, in order.
        fields: its fields, in the order of the form.
        schema: text of its JSON Schema.
        folder: where it was read from.
        standing_codes: a ministry's codes of where a licence stands; none, or one a standing.
        code: the type code as text.
        multiline: names of the fields whose text may have line breaks.
    """

    slug: str
    type_code: TypeCode
    name: Bilingual
    authority: str
    holder_kind: HolderKind
    issuers: tuple[Uscc, ...]
    roles: Roles
    terms: ValidityTerms
    groups: tuple[Group, ...]
    fields: tuple[Field, ...]
    schema: str
    folder: Path
    standing_codes: tuple[StandingCode, ...] = ()
    code: str = field(init=False)
    multiline: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", str(self.type_code))
        multiline = frozenset(each.name for each in self.fields if each.multiline)
        object.__setattr__(self, "multiline", multiline)

    @property
    def face_path(self) -> Path:
        """Where its face is."""
        return self.folder / "face.typ"

    def field(self, name: str) -> Field:
        """Give the field called `name`; `KeyError` when there is none."""
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)

    def standing_code(self, standing: Standing | None) -> StandingCode | None:
        """Give the ministry's code of a standing; `None` where it has none."""
        return next((each for each in self.standing_codes if each.standing is standing), None)

    def may_be_issued_by(self, department: str) -> bool:
        """Whether the department with this code may issue it."""
        return any(department == issuer.text for issuer in self.issuers)

    def check_data(self, data: Mapping[str, JsonValue]) -> tuple[Problem, ...]:
        """List what is wrong with the data of a licence to be issued; nothing means good."""
        problems = find_problems(self.schema, data, multiline=self.multiline)
        return problems or self._check_order(data)

    def check_disclosed(self, data: Mapping[str, JsonValue]) -> tuple[Problem, ...]:
        """List what is wrong with the fields that somebody disclosed; the others may be missing."""
        return find_problems(self.schema, data, multiline=self.multiline, partial=True)

    def display(self, name: str, value: JsonValue) -> str:
        """Write the value of the field `name` as the face shows it."""
        return self.field(name).display(value)

    def validity(self, data: Mapping[str, JsonValue]) -> Validity:
        """Compute the first and last day of a licence with these (good) data."""
        return self.terms.validity(data, self.roles.issued_on)

    def holder_code_type(self, data: Mapping[str, JsonValue]) -> HolderCodeType:
        """Say what the holder code in these (good) data is (GB/T 36903, annex A)."""
        match self.field(self.roles.holder_code).format:
            case "uscc":
                return HolderCodeType.USCC
            case "citizen-number":
                return HolderCodeType.CITIZEN_NUMBER
            case "":
                return self._other_code_type()
            case _:
                return holder_code_type(parse_holder_code(str(data[self.roles.holder_code])))

    def sample(self) -> dict[str, Scalar]:
        """Read the type's sample data (样本)."""
        path = self.folder / "sample.json"
        data = strict_json.parse(read_small(path, reason=LicenceReason.TYPE_MALFORMED))
        return strict_json.split_scalars(data)[0]

    def _other_code_type(self) -> HolderCodeType:
        is_person = self.holder_kind is HolderKind.PERSON
        return HolderCodeType.OTHER_PERSON if is_person else HolderCodeType.OTHER_ORGANISATION

    def _check_order(self, data: Mapping[str, JsonValue]) -> tuple[Problem, ...]:
        validity = self.validity(data)
        if validity.until is None or validity.until >= validity.start:
            return ()
        return (
            Problem(
                pointer=f"/{self.terms.until}",
                reason=LicenceReason.FIELD_RANGE,
                zh="早于有效期的第一天",
                en="is before the first day of validity",
            ),
        )


def display_date(text: str) -> str:
    """Write `2026-11-02` as 2026年11月02日, the form that the faces use; other texts unchanged."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year:04d}年{day.month:02d}月{day.day:02d}日"
