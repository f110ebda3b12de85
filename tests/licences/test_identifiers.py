"""Identifiers: what is right is read and written back, what is wrong has a reason of its own."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import MalformedError
from eseal.uscc import USCC_ALPHABET, uscc_check
from licences.check_characters import citizen_check, mod_37_36
from licences.identifiers import (
    CitizenNumber,
    HolderCodeType,
    LicenceIdentifier,
    TypeCode,
    Uscc,
    holder_code_type,
    parse_holder_code,
)
from licences.reasons import LicenceReason

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COMPANY = "91999901MAEX000107"
DEPARTMENT = "11999900MB0000019D"
PERSON = "119999199001011234"
IDENTIFIER = LicenceIdentifier.build(
    type_code=TypeCode.parse("11100000MB0143028R001"),
    issuer=Uscc.parse(DEPARTMENT),
    serial="20260000123",
)
TEXT = str(IDENTIFIER)
STEM = TEXT[:-1]


def _reason(parse: object, text: str) -> LicenceReason:
    assert callable(parse)
    with pytest.raises(MalformedError) as caught:
        parse(text)
    assert isinstance(caught.value.reason, LicenceReason)
    return caught.value.reason


# -- licence identifier --------------------------------------------------------------------


def test_identifier_reads_what_it_wrote() -> None:
    """Parsing the text of an identifier gives the same identifier."""
    assert LicenceIdentifier.parse(TEXT) == IDENTIFIER


def test_identifier_has_the_form_of_the_standard() -> None:
    """Root, type, issuer, serial, version and check character stand in this order."""
    parts = STEM.removeprefix("1.2.156.3005.2.").split(".")
    assert parts == ["11100000MB0143028R001", DEPARTMENT, "20260000123", "001", ""]


def test_identifier_check_covers_neither_dots_nor_root() -> None:
    """The check character is that of the parts alone, run together."""
    assert TEXT[-1] == mod_37_36(f"11100000MB0143028R001{DEPARTMENT}20260000123001")


@settings(max_examples=40, deadline=None)
@given(
    serial=st.text(ALPHANUMERIC, min_size=1, max_size=64),
    version=st.integers(0, 999),
    issuer=st.text(ALPHANUMERIC, min_size=1, max_size=18),
)
def test_identifier_round_trip(serial: str, version: int, issuer: str) -> None:
    """Whatever the parts are, writing and reading gives them back, and one spelling only."""
    parts = LicenceIdentifier(
        type_code=IDENTIFIER.type_code,
        issuer_code=issuer,
        serial=serial,
        version=f"{version:03d}",
    )
    assert LicenceIdentifier.parse(str(parts)) == parts
    assert str(LicenceIdentifier.parse(str(parts))) == str(parts)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(len("1.2.156.3005.2."), len(TEXT) - 1), data=st.data())
def test_identifier_with_one_wrong_character_is_refused(place: int, data: st.DataObject) -> None:
    """No single substitution behind the root leaves an identifier that is read."""
    other = data.draw(st.sampled_from(ALPHANUMERIC + ".").filter(lambda it: it != TEXT[place]))
    with pytest.raises(MalformedError):
        LicenceIdentifier.parse(TEXT[:place] + other + TEXT[place + 1 :])


def test_identifier_with_wrong_check_character() -> None:
    """Only the check character is wrong: the reason says just that."""
    wrong = STEM + ("0" if TEXT[-1] != "0" else "1")
    assert _reason(LicenceIdentifier.parse, wrong) is LicenceReason.IDENTIFIER_CHECK


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-2],
        TEXT + "0",
        TEXT + "\n",
        " " + TEXT,
        TEXT.lower(),
        TEXT.replace("1.2.156.3005.2", "1.2.156.3005.3"),
        TEXT.replace(".001.", ".01."),
        TEXT.replace(".001.", ".A01."),
        TEXT.replace("20260000123", ""),
        TEXT.replace("20260000123", "0" * 65),
        TEXT.replace("20260000123", "２０２６"),
        TEXT.replace(DEPARTMENT, DEPARTMENT + "0"),
    ],
)
def test_identifier_of_another_form_is_refused(text: str) -> None:
    """White space, small letters, other roots, other lengths: not an identifier."""
    assert _reason(LicenceIdentifier.parse, text) is LicenceReason.IDENTIFIER_MALFORMED


def test_identifier_refuses_parts_that_cannot_be_written() -> None:
    """A value that exists can be written and read: a bad serial number makes none."""
    with pytest.raises(MalformedError) as caught:
        LicenceIdentifier.build(
            type_code=TypeCode.parse(IDENTIFIER.type_code),
            issuer=Uscc.parse(DEPARTMENT),
            serial="a-1",
        )
    assert caught.value.reason is LicenceReason.IDENTIFIER_MALFORMED


def test_identifier_refuses_a_version_of_four_digits() -> None:
    """There is no version 1000."""
    with pytest.raises(MalformedError):
        LicenceIdentifier.build(
            type_code=TypeCode.parse(IDENTIFIER.type_code),
            issuer=Uscc.parse(DEPARTMENT),
            serial="1",
            version=1000,
        )


def test_identifier_with_a_wrong_check_character_has_its_reason() -> None:
    """Only the check character is wrong: told apart from another form."""
    wrong = STEM + ("0" if TEXT[-1] != "0" else "1")
    assert _reason(LicenceIdentifier.parse, wrong) is LicenceReason.IDENTIFIER_CHECK


# -- type code -----------------------------------------------------------------------------


def test_type_code_reads_what_it_wrote() -> None:
    """Authority and number are taken apart and put together again."""
    code = TypeCode.parse("11100000MB0143028R001")
    assert (str(code.authority), code.number) == ("11100000MB0143028R", "001")
    assert str(code) == "11100000MB0143028R001"


@pytest.mark.parametrize("text", ["", "11100000MB0143028R01", "11100000MB0143028R0011", "x" * 21])
def test_type_code_of_another_form_is_refused(text: str) -> None:
    """A type code has 21 characters."""
    assert _reason(TypeCode.parse, text) is LicenceReason.IDENTIFIER_MALFORMED


def test_type_code_of_a_wrong_authority_is_refused() -> None:
    """The check characters of the defining authority count."""
    assert _reason(TypeCode.parse, "11100000MB01430280001") is LicenceReason.USCC_CHECK


def test_type_code_number_has_three_digits() -> None:
    """A type code cannot be made with another number."""
    with pytest.raises(MalformedError):
        TypeCode(authority=Uscc.parse(DEPARTMENT), number="1")


# -- unified social credit code ------------------------------------------------------------


def test_uscc_shows_its_parts() -> None:
    """Area and organisation code are cut out where GB 32100 has them."""
    code = Uscc.parse(COMPANY)
    assert (code.area, code.organisation_code, str(code)) == ("999901", "MAEX00010", COMPANY)


def test_uscc_is_built_with_both_check_characters() -> None:
    """Building from the parts gives the code."""
    assert Uscc.build("91", "999901", "MAEX0001").text == COMPANY


@settings(max_examples=40, deadline=None)
@given(
    organisation=st.text(USCC_ALPHABET, min_size=8, max_size=8),
    area=st.text("0123456789", min_size=6, max_size=6),
)
def test_uscc_round_trip(organisation: str, area: str) -> None:
    """Whatever is built is read."""
    code = Uscc.build("91", area, organisation)
    assert Uscc.parse(str(code)) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        COMPANY[:-1],
        COMPANY + "0",
        COMPANY.lower(),
        COMPANY.replace("M", "I"),
        "0" + COMPANY[1:],
    ],
)
def test_uscc_of_another_form_is_refused(text: str) -> None:
    """18 digits and capitals of GB 32100, beginning with no zero; nothing else."""
    assert _reason(Uscc.parse, text) is LicenceReason.USCC_MALFORMED


@pytest.mark.parametrize("place", range(18))
def test_uscc_with_one_wrong_character_is_refused(place: int) -> None:
    """A substitution in any place is noticed."""
    other = "2" if COMPANY[place] != "2" else "3"
    wrong = COMPANY[:place] + other + COMPANY[place + 1 :]
    assert _reason(Uscc.parse, wrong) is LicenceReason.USCC_CHECK


def test_uscc_with_wrong_organisation_check() -> None:
    """The organisation code's own check character counts, also when the last one is right."""
    body = COMPANY[:16] + ("1" if COMPANY[16] != "1" else "2")
    assert _reason(Uscc.parse, body + uscc_check(body)) is LicenceReason.USCC_CHECK


def test_uscc_is_not_built_from_other_parts() -> None:
    """An area of five digits makes no code."""
    with pytest.raises(MalformedError) as caught:
        Uscc.build("91", "99990", "MAEX0001")
    assert caught.value.reason is LicenceReason.USCC_MALFORMED


# -- citizen number ------------------------------------------------------------------------


def test_citizen_number_shows_its_parts() -> None:
    """Area and birth date are cut out where GB 11643 has them."""
    number = CitizenNumber.parse(PERSON)
    assert (number.area, number.born_on) == ("119999", datetime.date(1990, 1, 1))
    assert str(number) == PERSON


@pytest.mark.parametrize("text", ["", PERSON[:-1], PERSON + "1", "1199999001011" + "23", "x" * 18])
def test_citizen_number_of_another_form_is_refused(text: str) -> None:
    """18 characters; those of 15 are no longer used."""
    assert _reason(CitizenNumber.parse, text) is LicenceReason.CITIZEN_NUMBER_MALFORMED


def test_citizen_number_with_small_x_is_refused() -> None:
    """The check character ten is a capital X."""
    body = next(
        f"1199991990010110{serial:d}"
        for serial in range(10)
        if _ends_in_x(f"1199991990010110{serial}")
    )
    assert CitizenNumber.parse(body + "X").text[-1] == "X"
    assert _reason(CitizenNumber.parse, body + "x") is LicenceReason.CITIZEN_NUMBER_MALFORMED


def _ends_in_x(body: str) -> bool:
    return citizen_check(body) == "X"


def test_citizen_number_of_no_province_is_refused() -> None:
    """There is no province 10."""
    body = "10" + PERSON[2:17]
    wrong = body + citizen_check(body)
    assert _reason(CitizenNumber.parse, wrong) is LicenceReason.CITIZEN_NUMBER_PROVINCE


@pytest.mark.parametrize("day", ["19900230", "19901301", "00000101", "19900100"])
def test_citizen_number_of_no_day_is_refused(day: str) -> None:
    """A birth date that is in no calendar."""
    body = f"119999{day}123"
    wrong = body + citizen_check(body)
    assert _reason(CitizenNumber.parse, wrong) is LicenceReason.CITIZEN_NUMBER_DATE


def test_citizen_number_with_wrong_check_character() -> None:
    """Only the check character is wrong: the reason says just that."""
    assert _reason(CitizenNumber.parse, PERSON[:-1] + "5") is LicenceReason.CITIZEN_NUMBER_CHECK


# -- holder code ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [(COMPANY, HolderCodeType.USCC), (PERSON, HolderCodeType.CITIZEN_NUMBER)],
)
def test_holder_code_tells_organisations_from_persons(text: str, kind: HolderCodeType) -> None:
    """Both have 18 characters; which it is comes out right."""
    assert holder_code_type(parse_holder_code(text)) is kind


def test_holder_code_that_looks_personal_has_the_reason_of_a_person() -> None:
    """A mistyped citizen number is told to be one."""
    reason = _reason(parse_holder_code, PERSON[:-1] + "5")
    assert reason is LicenceReason.CITIZEN_NUMBER_CHECK


@pytest.mark.parametrize("text", [COMPANY[:-1] + "0", DEPARTMENT[:-1] + "0"])
def test_holder_code_that_looks_like_an_organisation(text: str) -> None:
    """A mistyped code of an organisation is told to be one."""
    assert _reason(parse_holder_code, text) is LicenceReason.USCC_CHECK
