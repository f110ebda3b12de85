"""Every demo department gets a seal to issue with, through the whole procedure, once."""

from dataclasses import replace
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.errors import EvidenceError
from licences.demo_authority import DemoAuthority
from licences.demo_seals import PURPOSE, create_demo_seals, demo_number
from licences.home import Home, create_home
from licences.reasons import LicenceReason
from licences.seal_life import Power, SealState
from licences.seal_office import SealOffice
from tests.homes import DEPARTMENTS, MARKET
from tests.world import NOW

pytestmark = pytest.mark.unmeasured


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority) -> Home:
    """A new home of the demo authority's departments and officers."""
    return create_home(
        tmp_path / "home",
        departments=demo_authority.departments,
        trust=demo_authority.trust_files,
        officers=demo_authority.officers,
    )


def test_makes_a_seal_for_every_department(home: Home) -> None:
    """Active, to issue with, named after its department; every step by another officer."""
    made = create_demo_seals(home, clock=lambda: NOW)
    assert len(made) == 2 * len(DEPARTMENTS)
    register = home.seal_register()
    for department in DEPARTMENTS:
        for suite in Suite:
            seal = register.active_seal(department.code.text, suite, NOW)
            assert seal in made
            assert seal is not None
            assert seal.name == f"{department.name.zh}{PURPOSE}"
            assert '"sample":true' in seal.design
    register.close()
    with SealOffice.open(home, clock=lambda: NOW) as office:
        history = office.history(made[0].es_id)
    assert history.finding.reason is None
    assert len({each.entry.actor for each in history.events if each.entry}) == 4


def test_goes_on_with_what_was_begun(home: Home) -> None:
    """A second run changes nothing; what a killed one had approved is made and activated."""
    number = demo_number(MARKET, Suite.SM2)
    create_demo_seals(home, suites=[Suite.SM2], clock=lambda: NOW)
    before = create_demo_seals(home, suites=[Suite.SM2], clock=lambda: NOW)
    with SealOffice.open(home, clock=lambda: NOW) as office:
        applied = office.change(
            number,
            replace(office.standing(number).version.application, name="另一专用章（样本）"),
            home.acting("applicant-1", Suite.SM2),
        )
        assert applied.state is SealState.APPLIED
    after = create_demo_seals(home, suites=[Suite.SM2], clock=lambda: NOW)
    assert [each.es_id for each in after] == [each.es_id for each in before]
    assert {each.state for each in after} == {SealState.ACTIVE}
    assert after[1:] == before[1:]


def test_needs_an_officer_for_every_power(home: Home) -> None:
    """UNKNOWN_OFFICER: a home without officers gets no seals."""
    without = replace(home, settings=replace(home.settings, officers=()))
    with pytest.raises(EvidenceError) as caught:
        create_demo_seals(without, clock=lambda: NOW)
    assert caught.value.reason is LicenceReason.UNKNOWN_OFFICER
    assert Power.APPLY.value in caught.value.sentence


def test_leaves_a_revoked_seal_alone(home: Home) -> None:
    """What somebody revoked is not brought back."""
    number = demo_number(MARKET, Suite.SM2)
    create_demo_seals(home, suites=[Suite.SM2], clock=lambda: NOW)
    with SealOffice.open(home, clock=lambda: NOW) as office:
        office.revoke(number, home.acting("approver-1", Suite.SM2))
    again = create_demo_seals(home, suites=[Suite.SM2], clock=lambda: NOW)
    assert {each.es_id: each.state for each in again}[number] is SealState.REVOKED
