"""Fixtures of the `eseal` command: the command at NOW, and a desk of either suite."""

from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.cli.main import main
from tests.command import Command
from tests.eseal.cli.desk import PASSPHRASE, Desk
from tests.world import NOW, World


@pytest.fixture
def eseal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the command, with a passphrase in the environment, at NOW."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ESEAL_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("eseal.moments.now", lambda: NOW)
    return Command(main, monkeypatch, capsys)


@pytest.fixture
def desk(eseal: Command, world: World, tmp_path: Path) -> Desk:
    """An SM2 desk, for what does not depend on the suite."""
    return Desk(eseal=eseal, folder=tmp_path, world=world, authority=world.sm2)


@pytest.fixture(params=list(Suite), ids=str)
def each_desk(eseal: Command, world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    """A desk of each suite in turn."""
    authority = world.authority(Suite(request.param))
    return Desk(eseal=eseal, folder=tmp_path, world=world, authority=authority)
