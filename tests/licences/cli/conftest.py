"""Fixtures of the `licences` command: the command, and a folder of licences with their trust."""

from pathlib import Path

import pytest

from licences.cli.main import main
from tests.command import Command
from tests.licences.papers import market_signer, paper, visible
from tests.world import NOW, Authority, World

AT = NOW.isoformat()


@pytest.fixture
def licences(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the command, with no home in the environment."""
    monkeypatch.delenv("LICENCES_HOME", raising=False)
    return Command(main, monkeypatch, capsys)


@pytest.fixture(scope="session")
def trust_folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the good world's roots and CRLs."""
    return world.write_trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="session")
def papers_folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one file of each verdict."""
    folder = tmp_path_factory.mktemp("papers")
    signer = market_signer(world.sm2)
    (folder / "passed.json").write_bytes(paper(signer))
    (folder / "failed.json").write_bytes(
        paper(signer, visible(certificate_validate_end="2026-11-21"))
    )
    stranger = market_signer(Authority(world.sm2.suite))
    (folder / "undetermined.json").write_bytes(paper(stranger))
    (folder / "unreadable.txt").write_bytes(b"a text")
    return folder
