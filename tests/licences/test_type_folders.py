"""A type's folder: the good one is read, and each defect is named by file and key."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from eseal.errors import MalformedError
from licences.licence_life import Standing
from licences.licence_type import FieldKind, HolderKind
from licences.reasons import LicenceReason
from licences.type_folders import check_type, read_type
from licences.validity import ValidityRule
from tests.licences.type_world import TYPE_TOML, data, field, schema, write_type


def _refused(folder: Path, *, deep: bool = False) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        check_type(read_type(folder)) if deep else read_type(folder)
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED
    return caught.value


def test_reads_the_good_folder(tmp_path: Path) -> None:
    """Everything that the folder says is in the value."""
    licence_type = read_type(write_type(tmp_path))
    check_type(licence_type)
    assert licence_type.slug == "test-permit"
    assert licence_type.code == "11999900MB0000019D999"
    assert licence_type.name.zh == "测试许可证"
    assert licence_type.holder_kind is HolderKind.ORGANISATION
    assert licence_type.terms.rule is ValidityRule.FROM_FIELD
    assert licence_type.face_path == tmp_path / "test-permit" / "face.typ"
    kinds = {each.name: each.kind for each in licence_type.fields}
    assert kinds["issued_on"] is FieldKind.DATE
    assert kinds["area"] is FieldKind.INTEGER
    assert kinds["good"] is FieldKind.BOOLEAN
    assert licence_type.field("holder").max_length == 30
    assert licence_type.field("holder").required
    assert not licence_type.field("until").required
    assert not licence_type.field("holder_code").on_face
    assert licence_type.field("remarks").multiline


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('slug = "test-permit"', 'slug = "other"', "slug"),
        ('slug = "test-permit"', "slug = 1", "slug"),
        ("D999", "D99", "code"),
        ("D999", "X999", "code"),
        ('holder_kind = "organisation"', 'holder_kind = "cat"', "holder_kind"),
        ('holder_kind = "organisation"', 'holder_kind = "person"', "roles.holder_code"),
        ('issuers = ["11999900MB0000019D"]', "issuers = []", "issuers"),
        ('issuers = ["11999900MB0000019D"]', 'issuers = ["1"]', "issuers"),
        ('issuers = ["11999900MB0000019D"]\n', "", "issuers"),
        ('zh = "测试许可证"', 'zh = ""', "name.zh"),
        ('en = "Test Permit"', 'en = "x"\nfr = "y"', "name.fr"),
        ('code = "11999900MB0000019D"', 'code = "11999900MB00000278"', "defining_authority.code"),
        ('number = "number"', 'number = "nothing"', "roles.number"),
        ('number = "number"', 'number = "level"', "roles.number"),
        ('issued_on = "issued_on"', 'issued_on = "until"', "roles.issued_on"),
        ('issued_on = "issued_on"', 'issued_on = "issued_on"\nx = "y"', "roles.x"),
        ('rule = "from-field"', 'rule = "never"', "validity.rule"),
        ('until = "until"', "", "validity.until"),
        ('until = "until"', 'until = "area"', "validity.until"),
        ('until = "until"', 'until = "until"\nstart = "holder"', "validity.start"),
        ('until = "until"', 'until = "until"\nyears = 1', "validity.years"),
        ('rule = "from-field"\nuntil = "until"', 'rule = "years"\nyears = 0', "validity.years"),
        ('id = "all"', 'id = "some"', "group"),
        ('en = "All"', 'en = "All"\nmore = 1', "group[0].more"),
        ('en = "All"', 'en = "All"\n[[group]]\nid = "all"\nzh = "x"\nen = "x"', "group"),
        ('en = "All"', 'en = "All"\n[[group]]\nid = "none"\nzh = "x"\nen = "x"', "group"),
        ('slug = "test-permit"', 'slug = "test-permit"\nsluggish = 1', "sluggish"),
    ],
)
def test_names_the_key_of_type_toml(tmp_path: Path, old: str, new: str, at: str) -> None:
    """One defect in `type.toml` is named by its key."""
    assert TYPE_TOML.count(old) == 1
    folder = write_type(tmp_path, toml=TYPE_TOML.replace(old, new))
    assert _refused(folder).at == f"test-permit/type.toml:{at}"


STANDINGS = """
[standings]
valid = { code = "1", zh = "有效" }
suspended = { code = "2", zh = "暂扣" }
revoked = { code = "3", zh = "吊销" }
cancelled = { code = "4", zh = "注销" }
expired = { code = "5", zh = "失效" }
superseded = { code = "5", zh = "失效" }
"""


def test_reads_the_codes_of_a_ministry(tmp_path: Path) -> None:
    """Each standing has its code and word, two that the ministry does not tell apart the same."""
    licence_type = read_type(write_type(tmp_path, toml=TYPE_TOML + STANDINGS))
    codes = {each: licence_type.standing_code(each) for each in Standing}
    assert {each: code.code for each, code in codes.items() if code} == {
        Standing.VALID: "1",
        Standing.SUSPENDED: "2",
        Standing.REVOKED: "3",
        Standing.CANCELLED: "4",
        Standing.EXPIRED: "5",
        Standing.SUPERSEDED: "5",
    }
    assert [each.zh for each in licence_type.standing_codes][-2:] == ["失效", "失效"]
    assert licence_type.standing_code(None) is None
    assert deepcopy(licence_type) == licence_type


def test_a_type_without_codes_has_none(tmp_path: Path) -> None:
    """The section may be left out."""
    licence_type = read_type(write_type(tmp_path))
    assert licence_type.standing_codes == ()
    assert licence_type.standing_code(Standing.VALID) is None


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('valid = { code = "1", zh = "有效" }\n', "", "valid"),
        ('{ code = "2", zh = "暂扣" }', '"2"', "suspended"),
        ('{ code = "2", zh = "暂扣" }', "{ code = 2 }", "suspended.code"),
        ('"2"', '""', "suspended.code"),
        ('"2"', '"123456789"', "suspended.code"),
        ('"2"', '"二"', "suspended.code"),
        ('"2"', '"2\\n"', "suspended.code"),
        ('"2"', '"2", en = "x"', "suspended.en"),
        ('"2"', '"1"', "suspended.zh"),
        ('"暂扣"', '"有效"', "suspended.code"),
        ('"暂扣"', '"暂\\n扣"', "suspended.zh"),
        ('"暂扣"', f'"{"扣" * 21}"', "suspended.zh"),
        ("suspended", "on-hold", "suspended"),
        ("[standings]", '[standings]\nlost = { code = "6", zh = "遗失" }', "lost"),
    ],
)
def test_names_the_key_of_a_standing(tmp_path: Path, old: str, new: str, at: str) -> None:
    """TYPE_MALFORMED: a standing is missing, unknown, or its code means something else already."""
    assert STANDINGS.count(old) == 1
    toml = TYPE_TOML + STANDINGS.replace(old, new)
    assert _refused(write_type(tmp_path, toml=toml)).at == f"test-permit/type.toml:standings.{at}"


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (lambda it: it.pop("$schema"), "$schema"),
        (lambda it: it.update({"$schema": "http://json-schema.org/draft-07/schema#"}), "$schema"),
        (lambda it: it.update(type="array"), "type"),
        (lambda it: it.update(additionalProperties=True), "additionalProperties"),
        (lambda it: it.pop("additionalProperties"), "additionalProperties"),
        (lambda it: it.update(patternProperties={}), "patternProperties"),
        (lambda it: it["required"].append("nothing"), "required"),
        (lambda it: it.update(properties=[]), "properties"),
        (lambda it: it["properties"].update({"Bad-Name": field("x")}), "properties.Bad-Name"),
        (lambda it: it["properties"].update(x=5), "properties.x"),
        (lambda it: it["properties"]["holder"].pop("title"), "properties.holder.title"),
        (lambda it: it["properties"]["holder"].pop("x-group"), "properties.holder.x-group"),
        (lambda it: it["properties"]["holder"].pop("x-personal"), "properties.holder.x-personal"),
        (lambda it: it["properties"]["holder"].pop("maxLength"), "properties.holder.maxLength"),
        (
            lambda it: it["properties"]["holder"].update(maxLength=9999),
            "properties.holder.maxLength",
        ),
        (lambda it: it["properties"]["holder"].update(minimum=1), "properties.holder.minimum"),
        (lambda it: it["properties"]["holder"].update(type="number"), "properties.holder.type"),
        (lambda it: it["properties"]["holder"].update(format="email"), "properties.holder.format"),
        (lambda it: it["properties"]["area"].update(format="date"), "properties.area.format"),
        (lambda it: it["properties"]["good"].update(maxLength=1), "properties.good.maxLength"),
        (
            lambda it: it["properties"]["holder"].update({"x-other": 1}),
            "properties.holder.x-other",
        ),
        (
            lambda it: it["properties"]["holder"].update({"x-past": True}),
            "properties.holder.x-past",
        ),
        (
            lambda it: it["properties"]["number"].update({"x-form": "数字"}),
            "properties.number.x-form",
        ),
        (
            lambda it: it["properties"]["holder"].update({"x-form": "字", "x-form-en": "text"}),
            "properties.holder.x-form",
        ),
    ],
)
def test_names_the_keyword_of_the_schema(tmp_path: Path, change: Change, at: str) -> None:
    """One defect in `schema.json` is named by its path."""
    changed = schema()
    change(changed)
    assert _refused(write_type(tmp_path, schema_json=changed)).at == f"test-permit/schema.json:{at}"


def test_refuses_a_schema_with_a_key_twice(tmp_path: Path) -> None:
    """JSON that can be read in two ways defines nothing."""
    folder = write_type(tmp_path, schema_json='{"type": "object", "type": "object"}')
    assert _refused(folder).at == "test-permit/schema.json"


@pytest.mark.parametrize("name", ["type.toml", "schema.json"])
def test_refuses_a_folder_without_a_file(tmp_path: Path, name: str) -> None:
    """Each file has to be there."""
    folder = write_type(tmp_path)
    (folder / name).unlink()
    assert _refused(folder).at == f"test-permit/{name}"


@pytest.mark.parametrize("name", ["sample.json", "face.typ"])
def test_check_refuses_a_folder_without_a_file(tmp_path: Path, name: str) -> None:
    """What reading leaves for later is asked by the check."""
    folder = write_type(tmp_path)
    (folder / name).unlink()
    assert _refused(folder, deep=True).at == f"test-permit/{name}"


def test_check_refuses_a_sample_that_is_not_good(tmp_path: Path) -> None:
    """The sample has to meet the type's own rules."""
    folder = write_type(tmp_path, sample=data() | {"area": -1})
    assert _refused(folder, deep=True).at == "test-permit/sample.json:/area"


def test_check_refuses_a_pattern_that_is_none(tmp_path: Path) -> None:
    """A schema that does not compile is found before the first licence."""
    changed: dict[str, Any] = schema()
    changed["properties"]["number"]["pattern"] = "("
    assert _refused(write_type(tmp_path, schema_json=changed), deep=True).at == "schema.json"
