"""Fixtures of the `licences` command: the command, a folder of licences, a home."""

import json
import shutil
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.moments import now
from licences.cli.main import main
from licences.demo_authority import create_demo_authority
from licences.demo_seals import create_demo_seals
from licences.home import create_home, open_home
from tests.command import Command
from tests.homes import BUSINESS, DEPARTMENTS, MARKET
from tests.licences.cli.seal_desk import Desk
from tests.licences.papers import expired, good_list, market_signer, paper
from tests.world import NOW, Authority, World

AT = NOW.isoformat()


@pytest.fixture
def licences(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the command, with no home and no terminal's width or colours in the environment."""
    for name in ("LICENCES_HOME", "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return Command(main, monkeypatch, capsys)


@pytest.fixture(scope="session")
def trust_folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the good world's roots and CRLs, and the papers' status list."""
    folder = world.write_trust(tmp_path_factory.mktemp("trust"))
    (folder / "status").mkdir()
    (folder / "status" / "list.jwt").write_bytes(good_list(world.sm2))
    return folder


@pytest.fixture(scope="session")
def papers_folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one file of each verdict."""
    folder = tmp_path_factory.mktemp("papers")
    signer = market_signer(world.sm2)
    (folder / "passed.json").write_bytes(paper(signer))
    (folder / "failed.json").write_bytes(paper(signer, expired))
    stranger = market_signer(Authority(world.sm2.suite))
    (folder / "undetermined.json").write_bytes(paper(stranger))
    (folder / "unreadable.txt").write_bytes(b"a text")
    return folder


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for a demo authority that `init` makes with the clock of this machine.

    Processes that are spawned read that clock, so what they use has to be valid by it.
    """
    folder = tmp_path_factory.mktemp("living")
    create_demo_authority(folder, DEPARTMENTS, clock=now)
    return folder


@pytest.fixture(scope="session")
def new_home(authority_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a new home of that authority; do not change it, take a copy."""
    authority = create_demo_authority(authority_folder, DEPARTMENTS, clock=now)
    path = tmp_path_factory.mktemp("new") / "home"
    create_home(
        path,
        departments=authority.departments,
        trust=authority.trust_files,
        officers=authority.officers,
        sealed=False,
    )
    return path


@pytest.fixture(scope="session")
def new_home_with_seals(new_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a new home whose departments have the demo's SM2 seals; do not change it."""
    path = tmp_path_factory.mktemp("new") / "with seals"
    shutil.copytree(new_home, path)
    create_demo_seals(open_home(path), suites=[Suite.SM2])
    return path


@pytest.fixture
def home(new_home: Path, tmp_path: Path) -> Path:
    """Give a new home of that authority."""
    return Path(shutil.copytree(new_home, tmp_path / "home"))


@pytest.fixture
def home_with_seals(new_home_with_seals: Path, tmp_path: Path) -> Path:
    """Give a new home whose departments have the demo's SM2 seals."""
    return Path(shutil.copytree(new_home_with_seals, tmp_path / "home"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a file with the sample data of a business licence."""
    path = tmp_path / "data.json"
    path.write_text(json.dumps(BUSINESS.sample(), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def desk(licences: Command, home: Path) -> Desk:
    """The command on a new home."""
    settings = open_home(home).settings.find_department(MARKET)
    assert settings is not None
    return Desk(licences=licences, home=home, certificate=settings.signers[Suite.SM2].certificate)
