"""A licence's claims: made from good data, and read back from what was verified."""

from datetime import date

import pytest

from eseal.errors import MalformedError
from eseal.jose.issuing import ClaimSet
from eseal.jose.strict_json import JsonObject, JsonValue
from licences.catalogue import LicenceType
from licences.claims import make_claims, read_claims
from licences.identifiers import LicenceIdentifier, Uscc
from licences.model import StatusPlace
from licences.reasons import LicenceReason
from tests.homes import BUSINESS, CATALOGUE, DEPARTMENTS
from tests.world import NOW

ABSENT = object()


def claims_of(licence_type: LicenceType) -> ClaimSet:
    """The claims of the type's sample."""
    identifier = LicenceIdentifier.build(
        type_code=licence_type.type_code, issuer=Uscc.parse(DEPARTMENTS[0].code.text), serial="A1"
    )
    return make_claims(
        licence_type, DEPARTMENTS[0], licence_type.sample(), identifier=identifier, issued_at=NOW
    )


def payload(claims: ClaimSet) -> JsonObject:
    """What a verifier gets of a licence with everything disclosed."""
    nested: dict[str, JsonValue] = {name: dict(each) for name, each in claims.nested.items()}
    return {**claims.visible, **claims.disclosable, **nested}


@pytest.mark.parametrize("licence_type", CATALOGUE.types, ids=lambda each: each.slug)
def test_reads_what_was_made(licence_type: LicenceType) -> None:
    """For every type: the metadata follow from the sample, and all fields are there."""
    made = claims_of(licence_type)
    read = read_claims(payload(made))
    sample, roles = licence_type.sample(), licence_type.roles
    validity = licence_type.validity(sample)
    assert read.fields == sample
    assert read.type_code == licence_type.code
    assert read.type_name == licence_type.name.zh
    assert read.version == "001"
    assert (read.valid_from, read.valid_until) == (validity.start, validity.until)
    assert read.issued_on == date.fromisoformat(str(sample[roles.issued_on]))
    assert (read.number, read.holder_name, read.holder_code) == tuple(
        sample[name] for name in (roles.number, roles.holder_name, roles.holder_code)
    )
    assert read.issuing_authority_code == DEPARTMENTS[0].code.text
    assert made.visible["iat"] == int(NOW.timestamp())


def test_everything_personal_can_be_withheld() -> None:
    """What everybody sees names no holder; without the rest the licence still reads."""
    made = claims_of(BUSINESS)
    seen: JsonObject = {**made.visible, "fields": {}}
    read = read_claims(seen)
    assert (read.number, read.holder_name, read.holder_code, read.holder_type) == (None,) * 4
    assert read.fields == {}
    hidden = {str(value) for value in BUSINESS.sample().values()} - {"2026-11-20", "2019-03-18"}
    assert not hidden & {str(value) for value in seen.values()}


@pytest.mark.parametrize(
    ("name", "value", "at"),
    [
        ("certificate_identifier", ABSENT, "certificate_identifier"),
        ("certificate_identifier", 3, "certificate_identifier"),
        ("certificate_type_name", "", "certificate_type_name"),
        ("certificate_issued_date", "2026-02-30", "certificate_issued_date"),
        ("certificate_issued_date", "20261120", "certificate_issued_date"),
        ("certificate_validate_end", ABSENT, "certificate_validate_end"),
        ("certificate_validate_end", False, "certificate_validate_end"),
        ("certificate_number", None, "certificate_number"),
        ("iss", "11999900MB00000278", "iss"),
        ("vct", "other", "vct"),
        ("fields", ABSENT, "fields"),
        ("fields", ["a"], "fields"),
        ("fields", {"name": ["a"]}, "fields/name"),
    ],
)
def test_refuses_what_is_no_licence(name: str, value: JsonValue, at: str) -> None:
    """NOT_A_LICENCE: a claim is missing, of another form, or contradicts another."""
    claims = payload(claims_of(BUSINESS))
    if value is ABSENT:
        del claims[name]
    else:
        claims[name] = value
    with pytest.raises(MalformedError) as caught:
        read_claims(claims)
    assert caught.value.reason is LicenceReason.NOT_A_LICENCE
    assert caught.value.at == at


PLACE: JsonObject = {"idx": 1, "uri": "x"}
TWO_WAYS: JsonObject = {"status_list": PLACE, "other": 1}


def with_status(**changes: JsonValue) -> JsonObject:
    """A payload that names a place in a status list, with changes to the place."""
    place: JsonObject = {"idx": 7, "uri": "https://licences.example/status/x.jwt", **changes}
    return {**payload(claims_of(BUSINESS)), "status": {"status_list": place}}


def test_says_where_its_status_is_found_and_what_it_replaces() -> None:
    """Both stand in what everybody sees; neither has to."""
    assert read_claims(payload(claims_of(BUSINESS))).status is None
    identifier = LicenceIdentifier.build(
        type_code=BUSINESS.type_code, issuer=DEPARTMENTS[0].code, serial="A1", version=2
    )
    made = make_claims(
        BUSINESS,
        DEPARTMENTS[0],
        BUSINESS.sample(),
        identifier=identifier,
        issued_at=NOW,
        status=StatusPlace(uri="https://licences.example/status/x.jwt", index=7),
        replaces="1.2.156.3005.2.x",
    )
    read = read_claims({**payload(made), **made.whole})
    assert read.status == StatusPlace(uri="https://licences.example/status/x.jwt", index=7)
    assert (read.version, read.replaces) == ("002", "1.2.156.3005.2.x")
    assert read_claims(with_status()).status == read.status


@pytest.mark.parametrize(
    "claims",
    [
        with_status(idx=-1),
        with_status(idx=2**31),
        with_status(idx=True),
        with_status(idx="7"),
        with_status(uri=""),
        with_status(uri="x" * 1001),
        with_status(more=1),
        {**with_status(), "status": 1},
        {**with_status(), "status": TWO_WAYS},
        {**with_status(), "certificate_previous_identifier": 2},
    ],
)
def test_refuses_a_status_of_another_form(claims: JsonObject) -> None:
    """NOT_A_LICENCE: what says something that is not understood is not read past."""
    with pytest.raises(MalformedError) as caught:
        read_claims(claims)
    assert caught.value.reason is LicenceReason.NOT_A_LICENCE
