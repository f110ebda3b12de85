"""Fixtures shared by all tests: the authority in memory, made once a session."""

import gc
import re
import sys
from collections.abc import Generator, Iterator
from functools import cache
from typing import Final

import pytest

from eseal import pkcs8
from eseal.keys import Suite
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from tests.world import Authority, World, make_world

_AGAIN: Final = re.compile(r"\[(.*-)?(rsa|postgres)\b")


def pytest_configure() -> None:
    """Collect no garbage while tests are collected: what they are made of stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave out of every further collection what has been loaded."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure the coverage of one suite and one database: the other runs the same lines again.

    Measuring doubles what a test takes. What is not measured can only make the figure smaller.
    """
    tracer = sys.gettrace() if _AGAIN.search(item.name) else None
    if tracer is not None:
        sys.settrace(None)
    try:
        return (yield)
    finally:
        if tracer is not None:
            sys.settrace(tracer)


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
