"""Forges of seals, one for each suite, and judges of each."""

import os
from pathlib import Path

import pytest

from eseal.chain import PathJudge
from tests.vectors.seals import SealForge
from tests.world import NOW, Authority, World

CORPUS = Path(
    os.environ.get("ESEAL_CORPUS", Path(__file__).parents[3].parent / "shared" / "corpus")
)


@pytest.fixture(scope="session")
def sm2_seals(world: World) -> SealForge:
    """Seals of the SM2 authority."""
    return SealForge(world.sm2)


@pytest.fixture(scope="session")
def rsa_seals(world: World) -> SealForge:
    """Seals of the RSA authority."""
    return SealForge(world.rsa)


@pytest.fixture(scope="session")
def seals(authority: Authority, request: pytest.FixtureRequest) -> SealForge:
    """Seals of each authority in turn."""
    forge: SealForge = request.getfixturevalue(f"{authority.suite}_seals")
    return forge


@pytest.fixture
def seal_judge(seals: SealForge) -> PathJudge:
    """Believes the authority and its seal maker, at NOW."""
    return PathJudge(seals.trust, at=NOW)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of seals that nobody here wrote."""
    folder = CORPUS / "seals"
    if not folder.is_dir():
        pytest.skip(f"no seals of others in {folder}: set ESEAL_CORPUS")
    return folder
