"""Places in status lists: each once, in an order that tells nothing, whoever asks at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from licences import status_places
from licences.database import make_engine
from licences.demo_authority import DemoAuthority
from licences.issuing import Issued
from licences.licence_life import LifeAction, Standing
from licences.life_office import LifeOffice
from licences.model import Format
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.status_lists import LIST_SIZE
from licences.status_places import KeptList, StatusPlaces
from licences.store import Register
from tests.homes import MARKET, STATUS_URI, make_home, open_issuer, request
from tests.licences.test_store import entry, licence
from tests.registers import AnyRegisters, SqliteRegisters, by_hand
from tests.world import DAY, NOW

pytestmark = pytest.mark.unmeasured


@pytest.fixture
def places(register_url: str) -> Iterator[StatusPlaces]:
    """Places in an empty register, on each database in turn."""
    engine = make_engine(register_url)
    yield StatusPlaces(engine)
    engine.dispose()


def uri(number: int, base: str = STATUS_URI, suite: str = "sm2") -> str:
    """Address of a list of the market regulator."""
    return f"{base}/{MARKET}-{suite}-{number}.jwt"


def test_each_place_is_given_out_once(places: StatusPlaces) -> None:
    """All places of a list, then those of the next; no two alike, in no order."""
    most = LIST_SIZE // 2
    given = [places.allot(MARKET, Suite.SM2, most, base=STATUS_URI) for _ in range(3)]
    first = [*given[0], *given[1]]
    assert {each.uri for each in first} == {uri(0)}
    indexes = [each.index for each in first]
    assert sorted(indexes) == list(range(LIST_SIZE))
    assert indexes != sorted(indexes)
    assert {each.uri for each in given[2]} == {uri(1)}
    assert [each.index for each in given[2]] != indexes[:most]


def test_a_list_that_has_no_room_is_left_as_it_is(places: StatusPlaces) -> None:
    """What does not fit in whole goes into the next list."""
    places.allot(MARKET, Suite.SM2, LIST_SIZE - 1, base=STATUS_URI)
    assert {each.uri for each in places.allot(MARKET, Suite.SM2, 2, base=STATUS_URI)} == {uri(1)}


def test_lists_are_of_a_department_a_suite_and_an_address(places: StatusPlaces) -> None:
    """Each has its own; those that were begun stay where they are."""
    for department, suite, base in (
        (MARKET, Suite.SM2, STATUS_URI),
        (MARKET, Suite.RSA, STATUS_URI),
        (MARKET, Suite.SM2, "https://other.example"),
        ("11999900MB0000000X", Suite.SM2, STATUS_URI),
    ):
        (place,) = places.allot(department, suite, 1, base=base)
        assert place.uri.startswith(f"{base}/{department}-{suite}-")
    found = places.lists()
    assert len(found) == 4
    address = uri(1, base="https://other.example")
    moved = KeptList(department=MARKET, suite=Suite.SM2, number=1, uri=address)
    assert moved in found
    assert places.notable() == {}


def test_of_many_who_ask_at_once_each_gets_others(places: StatusPlaces) -> None:
    """Also the list itself is begun once."""

    def take(_: int) -> list[int]:
        return [each.index for each in places.allot(MARKET, Suite.SM2, 5, base=STATUS_URI)]

    with ThreadPoolExecutor(8) as threads:
        given = [index for each in threads.map(take, range(40)) for index in each]
    assert len(set(given)) == len(given) == 200
    assert len(places.lists()) == 1


def test_the_order_is_fixed_for_ever() -> None:
    """A change of it would give places twice that were given out before."""
    assert list(status_places._order(bytes(32))[:5]) == [20261, 5082, 55331, 9085, 6693]


def test_no_place_that_a_licence_has_is_given_out(register: Register, places: StatusPlaces) -> None:
    """Whoever turns the counter back has the list closed: the next one gives out places."""
    first, *others = places.allot(MARKET, Suite.SM2, 3, base=STATUS_URI)
    new = replace(licence(), status=first)
    register.begin([entry(new)])
    with by_hand(register.engine) as connection:
        connection.exec_driver_sql("UPDATE status_list SET used = 0")
    given = places.allot(MARKET, Suite.SM2, 2, base=STATUS_URI)
    assert {each.uri for each in given} == {uri(1)}
    places.demand_free(first, new.key)
    places.demand_free(others[0], new.key)
    with pytest.raises(RefusedError, match=new.identifier) as caught:
        places.demand_free(first, licence().key)
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN


def test_says_when_there_is_no_room(places: StatusPlaces) -> None:
    """More places than a list has are never to be had."""
    with pytest.raises(UnavailableError):
        places.allot(MARKET, Suite.SM2, LIST_SIZE + 1, base=STATUS_URI)


def test_tells_which_licences_are_not_valid(
    tmp_path: Path, demo_authority: DemoAuthority, registers: AnyRegisters
) -> None:
    """By the place that stands in the licence; what is valid again is not told any more."""
    home = make_home(tmp_path / "home", demo_authority, registers.fresh())
    with open_issuer(home) as issuer:
        outcomes = [issuer.issue(request(number, formats=(Format.JSON,))) for number in (1, 2, 3)]
    identifiers = [each.identifier for each in outcomes if isinstance(each, Issued)]
    with LifeOffice.open(home, clock=lambda: NOW + DAY) as office:
        for identifier, action in zip(
            [*identifiers, identifiers[1]],
            (LifeAction.REVOKE, LifeAction.SUSPEND, LifeAction.CANCEL, LifeAction.RESUME),
            strict=True,
        ):
            office.act(identifier, action, operator="张样例", grounds=Grounds(reason="样本"))
        found = [office.find(each) for each in identifiers]
    register = home.register()
    told = StatusPlaces(register.engine).notable()
    register.close()
    revoked, _, cancelled = [each.status for each in found]
    assert revoked is not None
    assert cancelled is not None
    assert told == {
        (uri(0), revoked.index): Standing.REVOKED,
        (uri(0), cancelled.index): Standing.CANCELLED,
    }


def test_finds_them_by_an_index(sqlite_registers: SqliteRegisters) -> None:
    """A million licences that are valid cost nothing: the partial index is read, and no more."""
    engine = make_engine(sqlite_registers.fresh())
    query = status_places._NOTABLE.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())
    assert "USING COVERING INDEX licence_notable" in plan
    engine.dispose()
