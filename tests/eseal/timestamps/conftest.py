"""Tokens that the tests of timestamps share; each is made once a session."""

from functools import cache

import pytest

from eseal.chain import PathJudge
from eseal.keys import Suite
from tests.vectors.timestamps import TokenForge
from tests.world import NOW, Authority, World


@cache
def _forge(authority: Authority) -> TokenForge:
    return TokenForge(authority)


@pytest.fixture(scope="session", params=list(Suite), ids=str)
def forge(request: pytest.FixtureRequest, world: World) -> TokenForge:
    """Tokens of each suite in turn."""
    return _forge(world.authority(Suite(request.param)))


@pytest.fixture(scope="session")
def rsa_tokens(world: World) -> TokenForge:
    """Tokens of the RSA suite: what foreign tools can read."""
    return _forge(world.rsa)


@pytest.fixture(scope="session")
def judge(world: World) -> PathJudge:
    """Judges against both good authorities, now."""
    return PathJudge(world.trust, at=NOW)
