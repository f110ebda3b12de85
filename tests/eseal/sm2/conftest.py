"""The two SM2 engines, each found and tested once a session."""

import pytest

from eseal.errors import UnavailableError
from eseal.sm2 import Engine
from eseal.sm2.libcrypto import LibcryptoEngine, find_engine
from eseal.sm2.portable import PortableEngine


@pytest.fixture(scope="session")
def libcrypto() -> LibcryptoEngine:
    """The machine's libcrypto."""
    try:
        return find_engine()
    except UnavailableError as error:
        pytest.skip(error.sentence)


@pytest.fixture(scope="session")
def portable() -> PortableEngine:
    """Gmssl, made safe."""
    return PortableEngine()


@pytest.fixture(scope="session", params=["libcrypto", "portable"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    engine: Engine = request.getfixturevalue(request.param)
    return engine
