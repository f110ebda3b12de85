"""Faults of the machine: a full disk, a database that goes away. Nothing lost, nothing doubled."""

import ctypes
import os
import shutil
import subprocess
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from eseal.errors import UnavailableError
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.issuing import Issued, Issuer, Outcome
from licences.licence_life import LifeAction, Standing
from licences.life_office import LifeOffice
from licences.publishing import Change, publish
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from tests.homes import clean_processes, make_home, open_issuer, request
from tests.registers import PostgresRegisters, SqliteRegisters, running_postgres
from tests.world import NOW, SECOND

pytestmark = pytest.mark.unmeasured

COUNT = 24
MOUNTS = 0x00020000
"""CLONE_NEWNS: mounts of the process alone, which go with it."""

EXPECTED = {LicenceReason.STORAGE_UNAVAILABLE, LicenceReason.DATABASE_UNAVAILABLE}


def test_a_full_disk_loses_nothing(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters
) -> None:
    """Told as what it is; when there is room again the same requests give each licence once."""
    ours, theirs = clean_processes.Pipe()
    (tmp_path / "disk").mkdir()
    arguments = (theirs, tmp_path / "disk", demo_authority, sqlite_registers.fresh())
    process = clean_processes.Process(target=on_a_small_disk, args=arguments)
    process.start()
    assert ours.poll(120)
    told = ours.recv()
    process.join(10)
    if told == "no mounts here":
        pytest.skip("this machine lets nobody mount a small disk")
    before, reasons, after, unfinished, read = told
    assert 0 < len(before) < COUNT
    assert set(reasons) <= EXPECTED
    assert reasons
    assert after[: len(before)] == before
    assert len(set(after)) == COUNT
    assert unfinished == 0
    assert read == 2 * COUNT


def on_a_small_disk(
    theirs: Connection, disk: Path, authority: DemoAuthority, register: str
) -> None:
    """Fill a disk of 4 MB by issuing, make room, and issue the same again."""
    if not _mount(disk):
        theirs.send("no mounts here")
        return
    database = disk / "register.db"
    shutil.copy(register.removeprefix("sqlite:///"), database)
    home = make_home(disk / "home", authority, f"sqlite:///{database}")
    filler = disk / "filler"
    _fill(filler, leave=400_000)
    before, reasons = [], []
    with open_issuer(home) as issuer:
        for number in range(COUNT):
            try:
                outcome = issuer.issue(request(number))
            except UnavailableError as error:
                reasons.append(error.reason)
                continue
            if isinstance(outcome, Issued):
                before.append(outcome.identifier)
            else:
                reasons += [each.reason for each in outcome.problems]
    filler.unlink()
    with open_issuer(home) as issuer:
        outcomes = [issuer.issue(request(number)) for number in range(COUNT)]
        issued = [each for each in outcomes if isinstance(each, Issued)]
        read = sum(len(issuer.documents_of(each)) for each in issued)
    with closing(home.register()) as opened:
        unfinished = len(opened.unfinished(limit=100))
    theirs.send((before, reasons, [each.identifier for each in issued], unfinished, read))


def _mount(folder: Path) -> bool:
    """Mount a disk of 4 MB for this process alone; says whether that is permitted."""
    if ctypes.CDLL(None, use_errno=True).unshare(MOUNTS) != 0:
        return False
    steps = (
        ["mount", "--make-rprivate", "/"],
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
    )
    return all(
        subprocess.run(step, check=False, capture_output=True).returncode == 0 for step in steps
    )


def _fill(file: Path, *, leave: int) -> None:
    """Write a file that leaves so many bytes of its disk free."""
    disk = os.statvfs(file.parent)
    file.write_bytes(bytes(disk.f_bavail * disk.f_frsize - leave))


def issue_all(issuer: Issuer) -> list[Outcome]:
    """Ask for some licences."""
    return list(issuer.issue_many(request(number) for number in range(3)))


def test_a_database_that_comes_back_goes_on(tmp_path: Path, demo_authority: DemoAuthority) -> None:
    """Away: DATABASE_UNAVAILABLE, for all that needs it; back: the same objects work again."""
    with running_postgres() as server:
        url = PostgresRegisters(server.get_uri()).fresh()
        home = make_home(tmp_path / "home", demo_authority, url)
        with open_issuer(home) as issuer:
            (first, *_) = issue_all(issuer)
            assert isinstance(first, Issued)
            server.stop()
            for step in (
                lambda: issue_all(issuer),
                lambda: suspend(home, first.identifier),
                lambda: list(publish(home, tmp_path / "public", clock=lambda: NOW)),
            ):
                with pytest.raises(UnavailableError) as caught:
                    step()
                assert caught.value.reason is LicenceReason.DATABASE_UNAVAILABLE
            server.start()
            again = issue_all(issuer)
        assert {each.identifier for each in again if isinstance(each, Issued)} >= {first.identifier}
        suspend(home, first.identifier)
        (published,) = publish(home, tmp_path / "public", clock=lambda: NOW + SECOND)
        assert (published.change, published.notable) == (Change.NEW, 1)


def suspend(home: Home, identifier: str) -> None:
    """Suspend a licence."""
    with LifeOffice.open(home, clock=lambda: NOW) as office:
        done = office.act(
            identifier, LifeAction.SUSPEND, operator="张样例", grounds=Grounds(reason="样本")
        )
    assert done.standing is Standing.SUSPENDED
