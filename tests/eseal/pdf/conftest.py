"""Documents that the PDF tests share; each is made once a session."""

import pytest

from eseal.chain import PathJudge
from eseal.keys import Suite
from tests.rendered import render_sample
from tests.vectors.pdf import PdfForge
from tests.world import NOW, World


@pytest.fixture(scope="session")
def rendered() -> bytes:
    """A PDF as our renderer makes it, unsigned."""
    return render_sample()


@pytest.fixture(scope="session")
def path_judge(world: World) -> PathJudge:
    """Judges against both good authorities, now."""
    return PathJudge(world.trust, at=NOW)


@pytest.fixture(scope="session")
def forges(world: World) -> dict[Suite, PdfForge]:
    """Documents by the department, of each suite."""
    return {suite: PdfForge(world.authority(suite)) for suite in Suite}


@pytest.fixture(scope="session", params=list(Suite), ids=str)
def forge(request: pytest.FixtureRequest, forges: dict[Suite, PdfForge]) -> PdfForge:
    """Documents by the department, of each suite in turn."""
    return forges[Suite(request.param)]


@pytest.fixture(scope="session")
def rsa_forge(forges: dict[Suite, PdfForge]) -> PdfForge:
    """Documents by the department, signed with RSA: what foreign tools can read."""
    return forges[Suite.RSA]
