"""Documents that the PDF tests share; each is made once a session."""

from functools import cache

import pytest

from eseal.chain import PathJudge
from eseal.keys import Suite
from tests.eseal.pdf.written import SEAL, written
from tests.rendered import render_sample
from tests.vectors.pdf import PdfForge
from tests.vectors.sealed_pdf import SealedForge
from tests.world import NOW, Authority, World


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


@pytest.fixture(scope="session", params=list(Suite), ids=str)
def sealed_forge(request: pytest.FixtureRequest, world: World) -> SealedForge:
    """Sealed documents of each suite in turn."""
    return _sealed_forge(world.authority(Suite(request.param)))


@pytest.fixture(scope="session")
def rsa_sealed(world: World) -> SealedForge:
    """Sealed documents of the RSA suite."""
    return _sealed_forge(world.rsa)


@cache
def _sealed_forge(authority: Authority) -> SealedForge:
    return SealedForge(authority)


@pytest.fixture(scope="module", params=[None, SEAL], ids=["invisible", "visible"])
def signed(request: pytest.FixtureRequest, rsa_forge: PdfForge) -> bytes:
    """A signed document, invisible and visible."""
    return written(rsa_forge, request.param)
