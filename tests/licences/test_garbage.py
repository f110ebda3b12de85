"""Whatever somebody writes into the register: what cannot be read is told, and hides no other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from eseal.algorithms import Suite
from eseal.errors import EvidenceError
from eseal.trust import load_trust
from licences.cli.show import about
from licences.cli.summary import summarise
from licences.demo_authority import DemoAuthority
from licences.finding import Finder, Wanted
from licences.licence_life import LifeAction, Standing
from licences.life_office import LifeOffice
from licences.rebuilding import rebuild
from licences.seal_life import SealState
from licences.seal_model import SealUse
from licences.seal_store import SealRegister
from licences.status_places import StatusPlaces
from licences.store import Register
from tests.homes import MARKET, STATUS_URI, request
from tests.licences.press import Press
from tests.licences.seal_world import NUMBER, Officers, make_seal_world, planned
from tests.licences.shelf import make_shelf
from tests.registers import SqliteRegisters, unguard
from tests.world import NOW, SECOND

pytestmark = pytest.mark.unmeasured

REVOKED, VALID = Standing.REVOKED, Standing.VALID
TABLES = (
    "licence",
    "event",
    "event_signature",
    "document",
    "natural_key",
    "identifier",
    "status_list",
)


@pytest.fixture
def press(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters
) -> Iterator[Press]:
    """A shelf of which all was published, and after that the third licence was revoked, too."""
    with sqlite_registers.lending():
        home = tmp_path / "home"
        with make_shelf(home, demo_authority, sqlite_registers) as shelf:
            made = Press(shelf, tmp_path / "public")
            made.publish()
            shelf.act(2, LifeAction.REVOKE, made.at + SECOND)
            yield made


def readers(press: Press) -> Iterator[Callable[[], object]]:
    """All that reads a register."""
    shelf, catalogue = press.shelf, press.shelf.home.catalogue()
    key, holder = shelf.find(0).natural_key, str(request(1).data["uscc"])

    def show() -> None:
        licence, events = shelf.register.read(shelf.identifiers[1])
        kind = catalogue.find_code(licence.type_code)
        summary = summarise(licence, events, kind, shelf.signers, at=NOW)
        assert all(summary.lines(""))
        assert all(isinstance(about(each), str) for each in events)

    def history() -> None:
        with closing(LifeOffice.open(shelf.home, clock=lambda: NOW)) as office:
            office.history(shelf.identifiers[1])

    yield show
    yield history
    yield lambda: shelf.register.find_by_natural_keys([key])
    places = StatusPlaces(shelf.register.engine)
    yield lambda: places.allot(MARKET, Suite.SM2, 1, base=STATUS_URI)
    yield lambda: list(rebuild(shelf.projections, shelf.signers, check=True))
    finder = Finder(shelf.register, catalogue, [MARKET])
    yield lambda: finder.find(Wanted(holder=holder), limit=9)
    yield lambda: finder.find(Wanted(number=str(request(1).data["licence_number"])), limit=9)


@pytest.mark.parametrize("table", TABLES)
def test_garbage_hides_no_other(press: Press, table: str) -> None:
    """In any column of a licence that was published as revoked: nothing but errors of ours.

    It stays revoked, and another that was revoked meanwhile is told of; not where it is the list
    that cannot be read.
    """
    shelf, places = press.shelf, [press.place(number) for number in (1, 2)]
    key = "sm2" if table == "status_list" else shelf.find(1).key.id.hex
    name = {"licence": "id", "status_list": "suite"}.get(table, "licence_id")
    for garbage in put_each(shelf.register.engine, table, f"{name} = '{key}'"):
        press.publish_all()
        assert press.told_at(places[0]) == [REVOKED], garbage
        if table != "status_list":
            assert press.told_at(places[1]) == [REVOKED], garbage
        tolerate(readers(press))


@pytest.mark.parametrize("table", ["seal", "seal_name", "seal_event", "seal_use"])
def test_garbage_hides_no_other_seal(
    sqlite_registers: SqliteRegisters,
    demo_authority: DemoAuthority,
    officers: Officers,
    table: str,
) -> None:
    """Nor does it in the seal register: SEAL_HISTORY_BROKEN, and the others are listed."""
    with (
        sqlite_registers.lending(),
        closing(Register(sqlite_registers.fresh())) as register,
    ):
        trust = load_trust(demo_authority.trust)
        seals = make_seal_world(SealRegister(register), trust, officers, demo_authority)
        record = seals.reach(SealState.ACTIVE)
        seals.office.apply(replace(seals.application(), name="另一枚（样本）"), seals.applicant)
        for number in range(2):
            seals.register.record_use(planned(record, number))
        for garbage in put_each(register.engine, table, "1"):
            uses = seals.register.uses(record.key.id, limit=9)
            assert any(isinstance(each, SealUse) for each in uses), garbage
            assert len(seals.register.seals(limit=9)) == 2, garbage
            tolerate(
                [
                    lambda: seals.clerk.standing(NUMBER),
                    lambda: seals.register.active_seal(record.owner, record.suite, NOW),
                    lambda: seals.register.find_use(record.key.id, UUID(int=1)),
                    lambda: seals.office.history(NUMBER),
                ]
            )


def tolerate(readers: Iterable[Callable[[], object]]) -> None:
    """Read; whatever is refused has a reason of ours."""
    for read in readers:
        with suppress(EvidenceError):
            read()


def put_each(engine: Engine, table: str, where: str) -> Iterator[tuple[str, object]]:
    """Put garbage into each column of a row in turn, where the database lets it; and back."""
    last = f"SELECT rowid AS r, * FROM {table} WHERE {where} ORDER BY r DESC"  # noqa: S608
    unguard(engine, table)
    with engine.begin() as connection:
        row = connection.exec_driver_sql(last).mappings().first()
    assert row is not None
    for column, value in row.items():
        if column != "r":
            for garbage in ("x", "\udcffA", -5 if isinstance(value, int) else b"\xff\xfe"):
                if _put(engine, table, column, row["r"], garbage):
                    yield column, garbage
                    _put(engine, table, column, row["r"], value)


def _put(engine: Engine, table: str, column: str, rowid: int, value: object) -> bool:
    """Put a value there; of a text with a half of a character, the byte that it stands for."""
    place = "?"
    if isinstance(value, str):
        place, value = "CAST(? AS TEXT)", value.encode(errors="surrogateescape")
    sql = f"UPDATE {table} SET {column} = {place} WHERE rowid = ?"  # noqa: S608
    with suppress(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(sql, (value, rowid))
        return True
    return False
