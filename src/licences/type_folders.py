"""Reading a licence type from its folder, strictly: a wrong definition never issues a licence.

A folder holds `type.toml` (names, code, authority, issuers, roles, validity, groups, and maybe
`standing_codes`),
`schema.json` (the fields, see `schema_fields`), `sample.json` (good data, marked 样本) and
`face.typ`.

Rules kept: every key is known; every field that is named exists and is fit for its role; every
field is in exactly one group and no group is empty. A fault is a `MalformedError`
(TYPE_MALFORMED) whose `at` names file and key.

`read_type` is quick, because verifying reads every type; what needs the schema compiled (is it one,
is the sample good) or the face is asked by `check_type`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from eseal.errors import EvidenceError, MalformedError
from eseal.jose import strict_json
from eseal.jose.strict_json import JsonObject
from licences.field_rules import compile_schema
from licences.identifiers import TypeCode, Uscc
from licences.licence_type import (
    Bilingual,
    Field,
    FieldKind,
    Group,
    HolderKind,
    LicenceType,
    Roles,
)
from licences.reasons import LicenceReason
from licences.schema_fields import read_fields
from licences.standing_codes import StandingCode, read_standing_codes
from licences.strict_table import StrictTable, read_small, read_toml, short_name
from licences.validity import ValidityRule, ValidityTerms

_SLUG = re.compile(r"[a-z][a-z0-9-]{0,63}")
_MALFORMED = LicenceReason.TYPE_MALFORMED
_HOLDER_FORMATS: Mapping[HolderKind, frozenset[str]] = {
    HolderKind.ORGANISATION: frozenset({"uscc", ""}),
    HolderKind.PERSON: frozenset({"citizen-number", ""}),
    HolderKind.EITHER: frozenset({"holder-code", ""}),
}  # "": a code of another kind, whose form we cannot check
_MAX_YEARS = 100

_Choice = TypeVar("_Choice", bound=StrEnum)


def read_type(folder: Path) -> LicenceType:
    """Read the type that a folder describes.

    Raises:
        MalformedError: TYPE_MALFORMED.
    """
    table = read_toml(folder / "type.toml", reason=_MALFORMED)
    slug = table.text("slug")
    if slug != folder.name or not _SLUG.fullmatch(slug):
        table.refuse(
            "应为文件夹的名称：小写字母、数字、连字符 "
            "has to be the folder's name: small letters, digits, hyphens",
            "slug",
        )
    schema_path = folder / "schema.json"
    fields = read_fields(_read_json(schema_path), at=short_name(schema_path))
    type_code = table.parsed("code", TypeCode.parse)
    holder_kind = _choose(table, "holder_kind", HolderKind)
    roles = _read_roles(table.table("roles"), fields, holder_kind)
    licence_type = LicenceType(
        slug=slug,
        type_code=type_code,
        name=_read_name(table.table("name")),
        authority=_read_authority(table.table("defining_authority"), type_code),
        holder_kind=holder_kind,
        issuers=_read_issuers(table),
        roles=roles,
        terms=_read_terms(table.table("validity"), fields, roles),
        groups=_read_groups(table, fields),
        fields=fields,
        schema=read_small(schema_path, reason=_MALFORMED).decode(),
        folder=folder,
        standing_codes=_read_standings(table),
    )
    table.close()
    return licence_type


def check_type(licence_type: LicenceType) -> None:
    """Ask what `read_type` left for later: schema, sample data and face.

    Raises:
        MalformedError: TYPE_MALFORMED.
    """
    compile_schema(licence_type.schema)
    compile_schema(licence_type.schema, partial=True)
    path = licence_type.folder / "sample.json"
    problems = licence_type.check_data(_read_json(path))
    if problems:
        first = problems[0]
        at = f"{short_name(path)}:{first.pointer}"
        raise MalformedError(
            _MALFORMED, f"样例不合：{first.zh} the sample is not good: {first.en}", at=at
        )
    read_small(licence_type.face_path, reason=_MALFORMED)


def _read_json(path: Path) -> JsonObject:
    try:
        return strict_json.parse(read_small(path, reason=_MALFORMED))
    except EvidenceError as error:
        if error.reason is _MALFORMED:
            raise
        raise MalformedError(_MALFORMED, error.sentence, at=short_name(path)) from error


def _read_name(table: StrictTable) -> Bilingual:
    name = Bilingual(zh=table.text("zh"), en=table.text("en"))
    table.close()
    return name


def _read_authority(table: StrictTable, type_code: TypeCode) -> str:
    name = table.text("name")
    if table.text("code") != str(type_code.authority):
        table.refuse(
            f"应与类型代码中的一致 has to be {type_code.authority}, as in the type's code", "code"
        )
    table.close()
    return name


def _read_issuers(table: StrictTable) -> tuple[Uscc, ...]:
    codes = table.texts("issuers")
    if not codes:
        table.refuse("没有指明部门 names no department", "issuers")
    try:
        return tuple(Uscc.parse(code) for code in codes)
    except MalformedError as error:
        table.refuse(f"{error.reason}: {error.sentence}", "issuers")


def _read_roles(table: StrictTable, fields: tuple[Field, ...], holder_kind: HolderKind) -> Roles:
    texts = {
        field.name: field for field in fields if field.kind is FieldKind.TEXT and field.required
    }
    days = _days(fields, required=True)
    code = _name_of(table, "holder_code", texts)
    if texts[code].format not in _HOLDER_FORMATS[holder_kind]:
        forms = " or ".join(sorted(_HOLDER_FORMATS[holder_kind] - {""}))
        table.refuse(
            f"格式应为其中之一，或不写 {code} has to have the format {forms}, or none",
            "holder_code",
        )
    roles = Roles(
        number=_name_of(table, "number", texts),
        holder_name=_name_of(table, "holder_name", texts),
        holder_code=code,
        issued_on=_name_of(table, "issued_on", days),
    )
    table.close()
    return roles


def _read_terms(table: StrictTable, fields: tuple[Field, ...], roles: Roles) -> ValidityTerms:
    rule = _choose(table, "rule", ValidityRule)
    days = _days(fields)
    start = _name_of(table, "start", days) if table.has("start") else roles.issued_on
    until, years = "", 0
    match rule:
        case ValidityRule.INDEFINITE:
            pass
        case ValidityRule.FROM_FIELD:
            until = _name_of(table, "until", days)
        case ValidityRule.YEARS:
            years = table.integer("years")
            if not 1 <= years <= _MAX_YEARS:
                table.refuse(f"数值超出范围 has to be 1 to {_MAX_YEARS}", "years")
    table.close()
    return ValidityTerms(rule=rule, start=start, until=until, years=years)


def _read_standings(table: StrictTable) -> tuple[StandingCode, ...]:
    return read_standing_codes(table.table("standings")) if table.has("standings") else ()


def _read_groups(table: StrictTable, fields: tuple[Field, ...]) -> tuple[Group, ...]:
    groups = table.each("group", _read_group, name=lambda group: group.id, required=True)
    ids = [group.id for group in groups]
    for field in fields:
        if field.group not in ids:
            table.refuse(f"没有此分组 no group {field.group}, which {field.name} is in", "group")
    empty = set(ids) - {field.group for field in fields}
    if empty:
        table.refuse(f"以下分组没有字段 no field is in {', '.join(sorted(empty))}", "group")
    return groups


def _read_group(table: StrictTable) -> Group:
    group = Group(id=table.text("id"), name=Bilingual(zh=table.text("zh"), en=table.text("en")))
    table.close()
    return group


def _days(fields: tuple[Field, ...], *, required: bool = False) -> Mapping[str, Field]:
    return {
        field.name: field
        for field in fields
        if field.kind is FieldKind.DATE and (field.required or not required)
    }


def _name_of(table: StrictTable, key: str, fit: Mapping[str, Field]) -> str:
    name = table.text(key)
    if name not in fit:
        table.refuse(f"不是适用的字段 {name} is no field that is fit for it", key)
    return name


def _choose(table: StrictTable, key: str, choices: type[_Choice]) -> _Choice:
    text = table.text(key)
    try:
        return choices(text)
    except ValueError:
        table.refuse(f"应为其中之一 has to be one of {', '.join(choices)}", key)
