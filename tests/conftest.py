"""Fixtures shared by all tests: the authority in memory, made once a session."""

import gc
from collections.abc import Iterator
from functools import cache

import pytest

from eseal import pkcs8
from eseal.keys import Suite
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from tests.world import Authority, World, make_world


def pytest_configure() -> None:
    """Collect no garbage while tests are collected: what they are made of stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave out of every further collection what has been loaded."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _rsa_keys_are_read_once() -> Iterator[None]:
    """Remember RSA keys by their bytes: to see that one is sound takes 30 ms, each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "_read_rsa", cache(pkcs8._read_rsa))
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
