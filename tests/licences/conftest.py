"""Fixtures of the licence layer: registers on both databases."""

from collections.abc import Iterator

import pytest

from licences.store import Register
from tests.registers import Backend, PostgresRegisters, SqliteRegisters, postgres_server


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
def register_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty register, on each database in turn."""
    registers = request.getfixturevalue(f"{request.param}_registers")
    url: str = registers.fresh()
    return url


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    """An empty register, on each database in turn."""
    opened = Register(register_url)
    yield opened
    opened.close()
