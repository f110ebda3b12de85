"""Finding licences by number and holder, on either database, without going through all of them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.event import listen

from licences.catalogue import Catalogue
from licences.demo_authority import DemoAuthority
from licences.finding import Finder, Wanted
from licences.home import Home
from licences.issuing import Issued, Issuer
from licences.licence_life import LifeAction
from licences.life_office import LifeOffice
from licences.model import EventKind, Format, Licence, LicenceState, NaturalKey, Replacement
from licences.seal_journal import Grounds
from licences.store import Register
from licences.succession import successor_key
from tests.homes import BUSINESS, CATALOGUE, MARKET, QuickFaces, home_with_licences, request
from tests.licences.test_store import entry, licence
from tests.registers import AnyRegisters, by_hand
from tests.world import NOW

pytestmark = pytest.mark.unmeasured

JSON = (Format.JSON,)
HOLDER = str(BUSINESS.sample()["uscc"])
OTHER = "91999901MAEX000294"
NUMBERS = tuple(f"{number:021d}" for number in (1, 2, 3))


@dataclass
class Office:
    """A home with three licences, two of one holder, and who finds them."""

    home: Home
    register: Register
    identifiers: tuple[str, ...]

    def find(self, limit: int = 10, catalogue: Catalogue = CATALOGUE, **known: Any) -> list[str]:
        """Identifiers of what is found."""
        finder = Finder(self.register, catalogue, [MARKET])
        return [each.identifier for each in finder.find(Wanted(**known), limit=limit)]

    def replace(self, former: str, name: str, days: int) -> str:
        """Replace the first licence, some days after NOW."""
        why = Replacement(identifier=former, operator="张样例", reason="样本")
        wanted = replace(request(formats=JSON, name=name), replaces=why)
        moment = NOW + timedelta(days=days)
        with Issuer.open(self.home, clock=lambda: moment, faces=QuickFaces()) as issuer:
            outcome = issuer.issue(wanted)
        assert isinstance(outcome, Issued), outcome
        return outcome.identifier

    def act(self, identifier: str, action: LifeAction, **more: Any) -> None:
        """Do something to a licence."""
        moment = NOW + timedelta(days=3)
        with LifeOffice.open(self.home, clock=lambda: moment) as office:
            grounds = Grounds(reason="样本")
            office.act(identifier, action, operator="张样例", grounds=grounds, **more)


@pytest.fixture
def office(
    tmp_path: Path, demo_authority: DemoAuthority, registers: AnyRegisters
) -> Iterator[Office]:
    """Such a home, on each database in turn."""
    home, identifiers = home_with_licences(
        tmp_path / "home",
        demo_authority,
        registers,
        request(1, formats=JSON),
        request(2, formats=JSON),
        request(3, formats=JSON, uscc=OTHER, name="另一样本有限公司"),
    )
    with closing(home.register()) as register:
        yield Office(home, register, identifiers)


@pytest.mark.parametrize(
    "known",
    [
        {"number": f" {NUMBERS[1]}\t"},
        {"number": "".join(chr(ord(each) + 0xFEE0) for each in NUMBERS[1])},
        {"holder": f" {OTHER.lower()} "},
        {"holder": "９１９９９９０１ｍａｅｘ０００２９４"},
    ],
    ids=["blanks", "wide digits", "small letters", "wide letters"],
)
def test_finds_what_is_meant(office: Office, known: dict[str, Any]) -> None:
    """Blanks around it, full-width characters and small letters hide no licence."""
    expected = office.identifiers[1] if "number" in known else office.identifiers[2]
    assert office.find(**known) == [expected]


def test_finds_a_licence_by_its_number(office: Office) -> None:
    """The whole number, of whatever type; what is not there, or is no text, is not found."""
    assert office.find(number=NUMBERS[1]) == [office.identifiers[1]]
    assert office.find(number=NUMBERS[1], licence_type=BUSINESS) == [office.identifiers[1]]
    assert office.find(number=NUMBERS[1], licence_type=CATALOGUE.get("talent-card")) == []
    for number in (NUMBERS[1][:-1], "9" * 21, "9" * 300, "\udcff", " "):
        assert office.find(number=number) == []


def test_finds_every_version_with_a_number(office: Office) -> None:
    """Newest first, also what took its place once and was taken back since."""
    first = office.identifiers[0]
    second = office.replace(first, "示例市样本（集团）有限公司", 1)
    third = office.replace(second, "示例市样本（再次）有限公司", 2)
    assert office.find(number=NUMBERS[0]) == [third, second, first]
    assert office.find(number=NUMBERS[0], limit=2) == [third, second]
    assert office.find(number=NUMBERS[0], name="再次") == [third]
    office.act(third, LifeAction.CANCEL)
    office.act(second, LifeAction.CORRECT, corrects=2)
    fourth = office.replace(second, "示例市样本（第四次）有限公司", 4)
    assert office.find(number=NUMBERS[0]) == [fourth, third, second, first]


def test_a_version_that_cannot_be_read_hides_no_later_one(office: Office) -> None:
    """It is told beside those that took its place, by number and by holder."""
    first = office.identifiers[0]
    second = office.replace(first, "示例市样本（集团）有限公司", 1)
    with by_hand(office.register.engine) as connection:
        spoil = "UPDATE licence SET natural_key = :key WHERE identifier = :identifier"
        connection.execute(text(spoil), {"key": b"other", "identifier": second})
        spoil = "UPDATE licence SET suite = 'nonsense' WHERE identifier = :identifier"
        connection.execute(text(spoil), {"identifier": first})
    assert office.find(number=NUMBERS[0]) == [first, second]
    assert set(office.find(holder=HOLDER)) == {first, second, office.identifiers[1]}
    assert office.find(number=NUMBERS[1]) == [office.identifiers[1]]


def test_finds_the_licences_of_a_holder(office: Office) -> None:
    """By the whole code; a name, a number and a type narrow it."""
    theirs = {office.identifiers[0], office.identifiers[1]}
    assert set(office.find(holder=HOLDER)) == theirs
    assert len(office.find(holder=HOLDER, limit=1)) == 1
    assert office.find(holder=OTHER) == [office.identifiers[2]]
    assert office.find(holder=OTHER, name="另一样本") == [office.identifiers[2]]
    assert office.find(holder=OTHER, name="示例市") == []
    assert office.find(holder=OTHER, number=NUMBERS[0]) == []
    assert office.find(holder=HOLDER, number=NUMBERS[0]) == [office.identifiers[0]]
    assert office.find(holder=HOLDER, licence_type=CATALOGUE.get("talent-card")) == []
    for holder in (HOLDER[:-1], "%", "_" * 18, '"', "\udcff", "9" * 300):
        assert office.find(holder=holder) == []


def test_finds_a_licence_whose_type_is_gone(office: Office) -> None:
    """By its holder's code, which then may stand in any field."""
    gone = replace(CATALOGUE, types=())
    assert office.find(holder=OTHER, catalogue=gone) == [office.identifiers[2]]
    assert office.find(holder=OTHER, catalogue=gone, name="另一样本") == [office.identifiers[2]]
    assert office.find(holder=OTHER, catalogue=gone, number=NUMBERS[2]) == []


def test_a_code_in_another_field_is_no_holders(register: Register) -> None:
    """What merely mentions a code is not the holder's; what was begun is found, what failed not."""
    data = {**BUSINESS.sample(), "licence_number": NUMBERS[0]}

    def begun(**changes: Any) -> Licence:
        return replace(licence(changes["name"], HOLDER), type_code=BUSINESS.code, **changes["to"])

    own = begun(name="1", to={"data": data})
    foreign = begun(name="2", to={"data": {**data, "uscc": OTHER, "remarks": HOLDER}})
    failing = begun(name="3", to={"data": data})
    register.begin([entry(own), entry(foreign), entry(failing)])
    after = replace(failing, state=LicenceState.FAILED, seed=None, events=2)
    register.advance([entry(after, EventKind.FAILED)])
    finder = Finder(register, CATALOGUE, [MARKET])
    found = finder.find(Wanted(holder=HOLDER), limit=9)
    assert [each.identifier for each in found] == [own.identifier]


def test_rows_that_name_each_other_end() -> None:
    """Two altered rows, each the other's successor: both are found, once."""
    natural = NaturalKey(type_code=BUSINESS.code, department=MARKET, number=NUMBERS[0]).digest
    named: dict[str, Any] = {"type_code": BUSINESS.code, "data": BUSINESS.sample()}
    first = replace(licence("1", HOLDER), natural_key=natural, **named)
    second = replace(licence("2", HOLDER), natural_key=successor_key(first.identifier, 0), **named)
    rows = {natural: first, second.natural_key: second, successor_key(second.identifier, 0): first}

    class Altered:
        """A register with such rows."""

        def find_by_natural_keys(self, keys: list[bytes]) -> dict[bytes, Licence]:
            """Give what is under some keys, as it says that it is."""
            return {key: replace(rows[key], natural_key=key) for key in keys if key in rows}

    finder = Finder(cast("Register", Altered()), CATALOGUE, [MARKET])
    found = finder.find(Wanted(number=NUMBERS[0]), limit=9)
    assert sorted(each.identifier for each in found) == sorted(
        [first.identifier, second.identifier]
    )


def test_needs_a_number_or_a_code() -> None:
    """A name and a type alone would have the whole register read."""
    with pytest.raises(ValueError, match="is needed"):
        Wanted(name="样本", licence_type=BUSINESS)


def test_goes_by_primary_keys_alone(office: Office) -> None:
    """No look-up goes through a whole table: SQLite plans a search by an index for each."""
    if office.register.engine.dialect.name != "sqlite":
        pytest.skip("how PostgreSQL plans depends on how much there is")
    plans: list[str] = []

    def explain(
        connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any
    ) -> None:
        if not statement.startswith("EXPLAIN"):
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in found)

    listen(office.register.engine, "before_cursor_execute", explain)
    office.find(number=NUMBERS[0])
    office.find(holder=HOLDER)
    natural_keys = [office.register.read(each)[0].natural_key for each in office.identifiers]
    assert len(office.register.find_by_natural_keys(natural_keys)) == len(natural_keys)
    assert any("licence_1 (shard=?)" in each for each in plans)
    tables = ("natural_key", "licence", "document")
    assert not [each for each in plans if each.startswith(tuple(f"SCAN {name}" for name in tables))]
