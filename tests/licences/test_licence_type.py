"""What a type knows: who may issue, how values are shown, how long a licence is in force."""

import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eseal.jose.strict_json import JsonValue
from licences.identifiers import HolderCodeType
from licences.licence_type import LicenceType
from licences.reasons import LicenceReason
from licences.type_folders import read_type
from licences.validity import Validity
from tests.licences.type_world import TYPE_TOML, data, schema, write_type


@pytest.fixture(scope="module")
def licence_type(tmp_path_factory: pytest.TempPathFactory) -> LicenceType:
    """The small type of the tests."""
    return read_type(write_type(tmp_path_factory.mktemp("types")))


def _data(**changes: JsonValue) -> dict[str, JsonValue]:
    merged: dict[str, Any] = data() | changes
    return merged


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("issued_on", "2026-11-02", "2026年11月02日"),
        ("issued_on", "no date", "no date"),
        ("issued_on", None, "/"),
        ("until", None, "长期"),
        ("good", True, "是"),
        ("good", False, "否"),
        ("area", 12345, "12345平方米"),
        ("area", None, "/"),
        ("holder", "示例市样本科技有限公司", "示例市样本科技有限公司"),
        ("remarks", "一\n二", "一\n二"),
    ],
)
def test_display(licence_type: LicenceType, name: str, value: JsonValue, shown: str) -> None:
    """Each kind of value is written as an office writes it."""
    assert licence_type.display(name, value) == shown


def test_unknown_field_is_a_key_error(licence_type: LicenceType) -> None:
    """Asking for a field that the type does not have is a programming error."""
    with pytest.raises(KeyError):
        licence_type.field("nobody")


def test_issuers(licence_type: LicenceType) -> None:
    """Only the departments that the type lists may issue it."""
    assert licence_type.may_be_issued_by("11999900MB0000019D")
    assert not licence_type.may_be_issued_by("11999900MB00000278")


def test_validity_from_a_field(licence_type: LicenceType) -> None:
    """The last day is the field's; without it the licence is in force for ever."""
    assert licence_type.validity(_data(until="2031-11-19")) == Validity(
        start=date(2026, 11, 20), until=date(2031, 11, 19)
    )
    assert licence_type.validity(_data()) == Validity(start=date(2026, 11, 20), until=None)


def test_last_day_before_the_first_is_refused(licence_type: LicenceType) -> None:
    """A licence that ends before it begins is refused at the field of its last day."""
    (problem,) = licence_type.check_data(_data(until="2026-11-19"))
    assert (problem.pointer, problem.reason) == ("/until", LicenceReason.FIELD_RANGE)
    assert licence_type.check_data(_data(until="2026-11-20")) == ()


def test_validity_from_another_first_day(tmp_path: Path) -> None:
    """The first day may be a field's; where it is absent, the day of issue counts."""
    toml = TYPE_TOML.replace(
        'rule = "from-field"\nuntil = "until"', 'rule = "indefinite"\nstart = "until"'
    )
    other = read_type(write_type(tmp_path, toml=toml))
    assert other.validity(_data(until="2027-01-01")).start == date(2027, 1, 1)
    assert other.validity(_data()) == Validity(start=date(2026, 11, 20), until=None)


@pytest.mark.parametrize(
    ("issued_on", "until"),
    [("2026-11-20", date(2031, 11, 19)), ("2024-02-29", date(2029, 2, 28))],
)
def test_validity_of_some_years(tmp_path: Path, issued_on: str, until: date) -> None:
    """Five years end on the day before the anniversary, also when that is no 29 February."""
    toml = TYPE_TOML.replace('rule = "from-field"\nuntil = "until"', 'rule = "years"\nyears = 5')
    other = read_type(write_type(tmp_path, toml=toml))
    assert other.validity(_data(issued_on=issued_on)).until == until


def test_validity_needs_the_day_of_issue(licence_type: LicenceType) -> None:
    """Validity is asked of good data only."""
    with pytest.raises(ValueError, match="issued_on"):
        licence_type.validity({})


def test_disclosed_fields_may_be_some(licence_type: LicenceType) -> None:
    """What was disclosed is checked, what was withheld is not."""
    assert licence_type.check_disclosed({"holder": "示例市样本科技有限公司"}) == ()
    (problem,) = licence_type.check_disclosed({"holder": "短"})
    assert problem.pointer == "/holder"


@pytest.mark.parametrize(
    ("kind", "form", "code", "expected"),
    [
        ("organisation", "uscc", "91999901MAEX000107", HolderCodeType.USCC),
        ("organisation", "", "X-1", HolderCodeType.OTHER_ORGANISATION),
        ("person", "citizen-number", "119999199001011234", HolderCodeType.CITIZEN_NUMBER),
        ("person", "", "X-1", HolderCodeType.OTHER_PERSON),
        ("either", "holder-code", "119999199001011234", HolderCodeType.CITIZEN_NUMBER),
        ("either", "holder-code", "91999901MAEX000107", HolderCodeType.USCC),
    ],
)
def test_holder_code_types(
    tmp_path: Path, kind: str, form: str, code: str, expected: HolderCodeType
) -> None:
    """The kind of a holder's code follows from the field's format, or from the code itself."""
    changed: dict[str, Any] = schema()
    changed["properties"]["holder_code"].pop("format")
    changed["properties"]["holder_code"] |= {"format": form} if form else {"maxLength": 20}
    toml = TYPE_TOML.replace('holder_kind = "organisation"', f'holder_kind = "{kind}"')
    other = read_type(write_type(tmp_path, toml=toml, schema_json=changed))
    assert other.holder_code_type(_data(holder_code=code)) is expected


def test_type_can_be_sent_to_another_process(licence_type: LicenceType) -> None:
    """Pickling gives an equal type, which bulk issuing and parallel verifying rest on."""
    assert pickle.loads(pickle.dumps(licence_type)) == licence_type  # noqa: S301  our own bytes
