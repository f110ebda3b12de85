"""Fixtures shared by all tests: the authority in memory, made once a session."""

import gc
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from functools import cache, partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Final

import pytest
from sqlalchemy import create_engine

import eseal
import licences
from eseal import pkcs8
from eseal.keys import Suite
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from licences import database
from tests.measuring import Libraries, unmeasured
from tests.world import Authority, World, make_world

_AGAIN: Final = re.compile(r"\[(.*-)?(rsa|postgres)\b")
_UNMEASURED: Final = ("unmeasured", "hypothesis")
_LIBRARIES: Final = Libraries()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import the packages measured, collect the tests unmeasured, and no garbage while at it.

    What is loaded stays: every further collection of garbage leaves it out, and is seldom.
    """
    gc.disable()
    for package in (eseal, licences):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".env"):  # Alembic's script
                import_module(module.name)
    with unmeasured():
        result = yield
    gc.freeze()
    gc.set_threshold(5000)
    gc.enable()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure the coverage of one suite and one database: the other runs the same lines again.

    So do property tests, a hundred times each, and the tests marked `unmeasured`. What is not
    measured can only make the figure smaller.
    (The `no_cover` of pytest-cov stops one tracer in a worker of xdist, and leaves a second one.)
    """
    again = _AGAIN.search(item.name) or any(map(item.get_closest_marker, _UNMEASURED))
    _LIBRARIES.rest(not again and sys.gettrace() is not None)
    with unmeasured() if again else nullcontext():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _rsa_keys_are_read_once() -> Iterator[None]:
    """Remember RSA keys by their bytes: to see that one is sound takes 30 ms, each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "_read_rsa", cache(pkcs8._read_rsa))
        yield


class _Compiled(dict[tuple[Any, ...], Any]):
    """Statements compiled once for every engine of a kind: each has a dialect of its own."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    """A test's register is new, and so is its engine; the statements are the same ones."""
    remembering = partial(create_engine, execution_options={"compiled_cache": _Compiled()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", remembering)
        yield


@pytest.fixture(scope="session")
def world() -> World:
    """Both authorities; do not change them, take variants from their methods."""
    return make_world()


@pytest.fixture(scope="session", params=list(Suite), ids=str)
def authority(world: World, request: pytest.FixtureRequest) -> Authority:
    """Each suite's authority in turn."""
    return world.authority(Suite(request.param))


@pytest.fixture(scope="session")
def sm2_signer(world: World) -> SoftwareSigner:
    """The department's good SM2 signer."""
    return world.sm2.signing


@pytest.fixture(scope="session")
def rsa_signer(world: World) -> SoftwareSigner:
    """The department's good RSA signer."""
    return world.rsa.signing


@pytest.fixture(scope="session")
def trust(world: World) -> TrustStore:
    """Both roots with current CRLs of both roots and both CAs."""
    return world.trust
