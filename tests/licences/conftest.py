"""Fixtures of the licence layer: registers on both databases, and the demo authority."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace

import pytest

from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore, load_trust
from licences import home, status_places
from licences.demo_authority import DemoAuthority, create_demo_authority
from licences.seal_store import SealRegister
from licences.store import Register
from tests.homes import DEPARTMENTS, MARKET
from tests.licences.press import Press
from tests.licences.seal_world import Officers, SealWorld, make_seal_world
from tests.licences.shelf import Shelf, make_shelf
from tests.registers import (
    AnyRegisters,
    Backend,
    PostgresRegisters,
    SqliteRegisters,
    postgres_server,
)
from tests.world import DEPARTMENT, NOW, World


@pytest.fixture(scope="session", autouse=True)
def _few_orders_of_places() -> Iterator[None]:
    """Give new status lists one of eight secrets: to put a list's places in order takes 30 ms."""
    secrets = cycle(bytes([number]) * 32 for number in range(8))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            status_places, "secrets", SimpleNamespace(token_bytes=lambda _size: next(secrets))
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def _trust_is_read_once() -> Iterator[None]:
    """Give homes with the same trust the same store: what was judged with it is remembered."""
    known: dict[tuple[tuple[str, bytes], ...], TrustStore] = {}

    def read(folder: Path) -> TrustStore:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        key = tuple((str(path.relative_to(folder)), path.read_bytes()) for path in files)
        if key not in known:
            known[key] = load_trust(folder)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "load_trust", read)
        yield


@pytest.fixture(scope="session")
def sqlite_registers(tmp_path_factory: pytest.TempPathFactory) -> SqliteRegisters:
    """Registers in SQLite files."""
    return SqliteRegisters(tmp_path_factory.mktemp("registers"))


@pytest.fixture(scope="session")
def postgres_registers() -> Iterator[PostgresRegisters]:
    """Registers on a PostgreSQL server that lives as long as the session."""
    with postgres_server() as url:
        yield PostgresRegisters(url)


@pytest.fixture(params=list(Backend), ids=str)
def registers(request: pytest.FixtureRequest) -> Iterator[AnyRegisters]:
    """Registers on each database in turn."""
    found: AnyRegisters = request.getfixturevalue(f"{request.param}_registers")
    with found.lending():
        yield found


@pytest.fixture
def register_url(registers: AnyRegisters) -> str:
    """URL of an empty register, on each database in turn."""
    return registers.fresh()


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    """An empty register, on each database in turn."""
    opened = Register(register_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demo_authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    """A demo authority of two departments, made at NOW; do not change it."""
    folder = tmp_path_factory.mktemp("authority")
    return create_demo_authority(folder, DEPARTMENTS, clock=lambda: NOW)


@pytest.fixture(scope="session")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    """Another one, of the market regulator alone; do not change it."""
    folder = tmp_path_factory.mktemp("other")
    return create_demo_authority(folder, DEPARTMENTS[:1], clock=lambda: NOW)


@pytest.fixture(scope="session")
def officers(demo_authority: DemoAuthority) -> Officers:
    """The demo authority's officers; each key is opened once."""
    return Officers(demo_authority)


@pytest.fixture
def seals(
    register_url: str, demo_authority: DemoAuthority, officers: Officers
) -> Iterator[SealWorld]:
    """A seal office on an empty register, on each database in turn."""
    register = SealRegister(register_url)
    trust = load_trust(demo_authority.trust)
    yield make_seal_world(register, trust, officers, demo_authority)
    register.close()


@pytest.fixture
def quick_seals(
    sqlite_registers: SqliteRegisters, demo_authority: DemoAuthority, officers: Officers
) -> Iterator[SealWorld]:
    """A seal office on an empty register in SQLite, for what does not depend on the database."""
    register = SealRegister(sqlite_registers.fresh())
    trust = load_trust(demo_authority.trust)
    yield make_seal_world(register, trust, officers, demo_authority)
    register.close()


@pytest.fixture
def shelf(
    tmp_path: Path, demo_authority: DemoAuthority, registers: AnyRegisters
) -> Iterator[Shelf]:
    """Five licences that were issued NOW, their last day, on each database in turn."""
    with make_shelf(tmp_path / "home", demo_authority, registers) as made:
        yield made


@pytest.fixture
def stranger(world: World) -> SoftwareSigner:
    """Somebody whose certificate names the department, and whom the home does not trust."""
    return world.sm2.department(subject=replace(DEPARTMENT, organisation_code=MARKET))


@pytest.fixture
def press(shelf: Shelf, tmp_path: Path) -> Press:
    """A shelf of which all was published: the first suspended, the second revoked."""
    made = Press(shelf, tmp_path / "public")
    assert made.publish().error is None
    assert made.told() == ["suspended", "revoked", "valid", "valid", "valid"]
    return made
