"""The doctor on a home that seals: a line for the issuing seal of every department and suite."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.reasons import Reason
from licences.demo_authority import DemoAuthority
from licences.demo_seals import demo_number
from licences.diagnosis import examine
from licences.home import Home
from licences.reasons import LicenceReason
from licences.seal_life import Power
from licences.seal_office import SealOffice
from licences.symptoms import SOON, Symptom
from tests.bundles import PUBLISHER
from tests.homes import CATALOGUE, DEPARTMENTS, MARKET, make_home, sealed_home
from tests.licences.seal_world import Officers, application
from tests.registers import SqliteRegisters, unguard
from tests.world import NOW, SECOND

pytestmark = pytest.mark.unmeasured


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters) -> Home:
    """A home that seals, with the demo's SM2 seals and no RSA ones."""
    return sealed_home(tmp_path / "home", demo_authority, sqlite_registers, Suite.SM2)


def seals(home: Home, suite: Suite, at: datetime = NOW) -> list[Symptom]:
    """What is said of the seals of a suite, in order of the departments."""
    found = [each for each in examine(home.path, at=at) if "issuing seal" in each.what]
    assert len(found) == len(DEPARTMENTS) * len(Suite)
    return [each for each in found if f" {suite} " in each.what]


def test_names_every_issuing_seal(home: Home) -> None:
    """Each active seal stands with its name, number and last day; without one it is not good."""
    market, other = seals(home, Suite.SM2)
    assert market.good
    assert other.good
    for said in (f"{DEPARTMENTS[0].name.zh}电子证照专用章", demo_number(MARKET, Suite.SM2)):
        assert said in market.detail
    assert "valid until 2028-11-21" in market.detail
    for missing in seals(home, Suite.RSA):
        assert (missing.good, missing.reason) == (False, LicenceReason.NO_ISSUING_SEAL)


def test_a_department_that_no_type_lists_is_told(home: Home) -> None:
    """It could issue nothing, with all else in order; a type of its own is what is missing."""

    def told() -> list[Symptom]:
        return [each for each in examine(home.path, at=NOW) if "types to issue" in each.what]

    assert told() == []
    for each in CATALOGUE.types:
        if each.may_be_issued_by(MARKET):
            own = Path(shutil.copytree(each.folder, home.path / "types" / each.slug))
            toml = (own / "type.toml").read_text("utf-8")
            (own / "type.toml").write_text(toml.replace(MARKET, PUBLISHER), "utf-8")
    (found,) = told()
    assert MARKET in found.detail
    assert found.advice is not None
    assert "schemas/README.md" in found.advice[1]


def test_warns_of_a_seal_that_ends_soon(
    tmp_path: Path,
    demo_authority: DemoAuthority,
    sqlite_registers: SqliteRegisters,
    officers: Officers,
) -> None:
    """A seal that ends within thirty days is not good, though it can still be used."""
    home = make_home(tmp_path / "short", demo_authority, sqlite_registers.fresh(), sealed=True)
    wanted = replace(application(demo_authority), valid_until=NOW + SOON)
    number = demo_number(MARKET, Suite.SM2)
    with SealOffice.open(home, clock=lambda: NOW) as office:
        office.apply(wanted, officers.of(Power.APPLY), number=number)
        office.approve(number, officers.of(Power.APPROVE))
        office.make(number, officers.of(Power.MAKE))
        office.activate(number, officers.of(Power.KEEP))
    assert seals(home, Suite.SM2)[0].good
    late = seals(home, Suite.SM2, at=NOW + SECOND)[0]
    assert (late.good, late.reason) == (False, None)
    assert late.detail.endswith("不足 30 天 in less than 30 days")


def test_a_seal_whose_history_nobody_answers_for_is_not_good(home: Home) -> None:
    """SEAL_ACTOR_UNKNOWN: active, and whoever activated it is in the settings no more."""
    settings = home.path / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"keeper-1"', '"keeper-9"'), encoding="utf-8")
    for each in seals(home, Suite.SM2):
        assert (each.good, each.reason) == (False, LicenceReason.SEAL_ACTOR_UNKNOWN)
        assert "第 3 条记录 event 3：" in each.detail


def test_a_register_without_its_guards_is_not_good(home: Home) -> None:
    """DATABASE_ALTERED: somebody took away a trigger that keeps the journals; it is named."""
    with closing(home.register()) as register:
        unguard(register.engine, "seal_event")
    symptom = next(each for each in examine(home.path, at=NOW) if "register" in each.what)
    assert symptom.reason is LicenceReason.DATABASE_ALTERED
    kinds = ("no_delete", "no_replace", "no_rowid", "no_update", "own_rowid")
    assert "：" + "、".join(f"seal_event_{kind}" for kind in kinds) in symptom.detail


def test_tries_to_write_where_issuing_writes(home: Home) -> None:
    """A store that takes nothing is told before somebody issues; what was tried leaves nothing."""
    (good,) = (each for each in examine(home.path, at=NOW) if "documents" in each.what)
    assert good.good
    assert str(home.settings.documents) in good.detail
    staging = home.settings.documents / "staging"
    assert list(staging.iterdir()) == []
    staging.rmdir()
    (told,) = (each for each in examine(home.path, at=NOW) if "documents" in each.what)
    assert (told.good, told.reason) == (False, LicenceReason.STORAGE_UNAVAILABLE)
    assert str(staging) in told.detail


def test_asks_what_issuing_asks(home: Home) -> None:
    """A suspended seal is none, and one whose maker is trusted no more is not good either."""
    with SealOffice.open(home, clock=lambda: NOW) as office:
        office.suspend(demo_number(MARKET, Suite.SM2), home.acting("approver-1", Suite.SM2))
    market, other = seals(home, Suite.SM2)
    assert (market.reason, other.reason) == (LicenceReason.NO_ISSUING_SEAL, None)
    for path in home.trust.glob("*-maker-1.pem"):
        path.unlink()
    assert [each.reason for each in seals(home, Suite.SM2)][1] is Reason.NO_SEAL_MAKERS


def test_a_home_that_does_not_seal_has_no_such_lines(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters
) -> None:
    """With `sealed = false` nothing is said of seals."""
    home = make_home(tmp_path / "unsealed", demo_authority, sqlite_registers.fresh())
    assert not [each for each in examine(home.path, at=NOW) if "seal" in each.what]
