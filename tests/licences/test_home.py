"""A home is made once, opened cheaply, and holds what issuing and verifying need."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.errors import EvidenceError
from eseal.reasons import Reason
from licences.demo_authority import DemoAuthority
from licences.home import Home, create_home, open_home
from licences.reasons import LicenceReason
from tests.homes import MARKET
from tests.licences.type_world import write_type
from tests.registers import PostgresRegisters


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority) -> Home:
    """A new home of the demo authority's departments."""
    return create_home(
        tmp_path / "home",
        departments=demo_authority.departments,
        trust=demo_authority.trust_files,
    )


def test_makes_a_home_that_opens(home: Home) -> None:
    """A new home has an empty register at the newest schema, trust and departments."""
    opened = open_home(home.path)
    assert opened == home
    register = opened.register()
    assert register.unfinished(limit=1) == ()
    register.close()
    opened.upgrade()
    assert len(opened.trust_store().roots) == 2
    assert opened.catalogue().get("business-licence")
    assert opened.signer(MARKET, Suite.SM2).certificate.subject.native["common_name"]


def test_a_home_on_postgresql(
    tmp_path: Path, demo_authority: DemoAuthority, postgres_registers: PostgresRegisters
) -> None:
    """A home may keep its register on PostgreSQL; documents stay in the folder."""
    made = create_home(
        tmp_path / "home",
        departments=demo_authority.departments,
        trust=demo_authority.trust_files,
        database=postgres_registers.fresh(),
    )
    made.register().close()
    assert not (made.path / "register.db").exists()


def test_a_server_that_does_not_answer_leaves_nothing(tmp_path: Path) -> None:
    """Else what is made next at this place would be completed with another database."""
    nowhere = "postgresql://nobody@127.0.0.1:1/licences"
    with pytest.raises(EvidenceError) as caught:
        create_home(tmp_path / "home", departments=(), trust=(), database=nowhere)
    assert caught.value.reason is LicenceReason.DATABASE_UNAVAILABLE
    assert not (tmp_path / "home").exists()


def test_keeps_others_out(home: Home) -> None:
    """Folder and database of a home are for their owner only."""
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert (home.path / "register.db").stat().st_mode & 0o777 == 0o600


def test_never_makes_a_home_twice(home: Home) -> None:
    """HOME_EXISTS: a home that is there stays as it is."""
    before = (home.path / "settings.toml").read_bytes()
    with pytest.raises(EvidenceError) as caught:
        create_home(home.path, departments=(), trust=())
    assert caught.value.reason is LicenceReason.HOME_EXISTS
    assert (home.path / "settings.toml").read_bytes() == before


def test_completes_a_home_that_was_half_made(home: Home, demo_authority: DemoAuthority) -> None:
    """Settings come last: without them everything else is made again and the home opens."""
    (home.path / "settings.toml").unlink()
    create_home(
        home.path, departments=demo_authority.departments, trust=demo_authority.trust_files
    ).register().close()


def test_says_that_there_is_no_home(tmp_path: Path) -> None:
    """HOME_MISSING: the folder has no settings."""
    with pytest.raises(EvidenceError) as caught:
        open_home(tmp_path)
    assert caught.value.reason is LicenceReason.HOME_MISSING


def test_says_that_a_home_cannot_be_made(tmp_path: Path) -> None:
    """STORAGE_UNAVAILABLE: a file stands where the folder should be."""
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(EvidenceError) as caught:
        create_home(tmp_path / "home", departments=(), trust=())
    assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE


def test_knows_its_own_types(home: Home) -> None:
    """Types in the home's own folder, which is there from the first, stand beside the shipped."""
    shipped = home.catalogue().types
    own = write_type(home.path / "types")
    assert {each.slug for each in home.catalogue().types} == {
        own.name,
        *(each.slug for each in shipped),
    }
    shutil.rmtree(home.path / "types")
    assert home.catalogue().types == shipped


def test_says_that_nobody_signs_for_a_department(home: Home) -> None:
    """NO_SIGNER: the settings have no such department."""
    with pytest.raises(EvidenceError) as caught:
        home.signer("11999900MB0000000X", Suite.SM2)
    assert caught.value.reason is LicenceReason.NO_SIGNER


@pytest.mark.parametrize("named", ["none.pem", "/dev/zero", "."])
def test_says_that_a_certificate_is_missing(
    named: str, tmp_path: Path, demo_authority: DemoAuthority
) -> None:
    """UNREADABLE_FILE: what the settings name is not there, or no file that ends."""
    made = create_home(tmp_path / "keys" / "home", departments=demo_authority.departments, trust=())
    text = (made.path / "settings.toml").read_text(encoding="utf-8")
    (made.path / "settings.toml").write_text(re.sub(f'"[^"]*{MARKET}.pem"', f'"{named}"', text))
    with pytest.raises(EvidenceError) as caught:
        open_home(made.path).signer(MARKET, Suite.SM2)
    assert caught.value.reason is Reason.UNREADABLE_FILE
    assert caught.value.at.endswith(named.strip("."))
    assert caught.value.advice is not None
    assert "settings.toml" in caught.value.advice[1]


def test_opening_a_home_loads_no_database() -> None:
    """Reading settings imports neither SQLModel nor typst, which take seconds."""
    code = (
        "import sys, licences.home; "
        "sys.exit(bool({'sqlmodel', 'sqlalchemy', 'typst', 'pyhanko'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
