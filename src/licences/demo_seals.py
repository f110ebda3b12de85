"""Seals for the demo: every demo department gets one to issue with, through the whole procedure.

Rules kept: nothing is short-cut: applicant, approver, maker and keeper act one after another, each
with their own key; what is there is used and what is begun is gone on with, so that a killed
attempt is finished; everything drawn says 样本.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from eseal.moments import CHINA, china_day, now
from eseal.pictures.design import SealDesign, SealKind, design_of
from licences.home import Home, read_chain
from licences.officers import Actor
from licences.reasons import LicenceReason
from licences.seal_application import MOST_VALID, Listing, SealApplication
from licences.seal_drafting import design_text, draw_picture
from licences.seal_journal import Grounds
from licences.seal_life import Power, SealState
from licences.seal_model import SealRecord
from licences.seal_office import SealOffice
from licences.settings import DepartmentSettings

PURPOSE = "电子证照专用章"
_GROUNDS = Grounds(reason="演示（样本）", basis="示例市电子印章管理办法（样本）")
_NO_SUCH_AREA = "999999"


def create_demo_seals(
    home: Home, *, suites: Iterable[Suite] = tuple(Suite), clock: Callable[[], datetime] = now
) -> tuple[SealRecord, ...]:
    """Have an active issuing seal for every department of a demo home, in each of the suites.

    Args:
        home: its settings name officers with the four powers.
        suites: which; a department without a signer of a suite gets no seal of it.
        clock: tells the time.

    Raises:
        RefusedError: UNKNOWN_OFFICER, a power has no officer; or as `SealOffice`.
    """
    found = []
    with SealOffice.open(home, clock=clock) as office:
        for suite in suites:
            actors = _actors(home, suite)
            for department in home.settings.departments:
                if suite in department.signers:
                    found.append(_have_seal(office, department, suite, actors, clock()))
    return tuple(found)


def demo_number(code: str, suite: Suite) -> str:
    """Give the registration number of a department's demo seal; of an area that does not exist."""
    digest = hashlib.sha256(f"{code} {suite}".encode()).digest()
    return f"{_NO_SUCH_AREA}{int.from_bytes(digest[:8]) % 10**7:07d}"


def _have_seal(
    office: SealOffice,
    department: DepartmentSettings,
    suite: Suite,
    actors: Mapping[Power, Actor],
    at: datetime,
) -> SealRecord:
    number = demo_number(department.code.text, suite)
    try:
        seal = office.find(number)
    except RefusedError as error:
        if error.reason is not LicenceReason.UNKNOWN_SEAL:
            raise
        wanted = _application(department, suite, actors[Power.KEEP].officer.id, number, at)
        seal = office.apply(wanted, actors[Power.APPLY], _GROUNDS, number=number)
    if seal.state is SealState.APPLIED:
        seal = office.approve(number, actors[Power.APPROVE], _GROUNDS)
    if seal.state is SealState.APPROVED:
        seal = office.make(number, actors[Power.MAKE], _GROUNDS)
    if seal.state is SealState.MADE:
        seal = office.activate(number, actors[Power.KEEP], _GROUNDS)
    return seal


def _application(
    department: DepartmentSettings, suite: Suite, keeper: str, number: str, at: datetime
) -> SealApplication:
    certificate, *issuers = read_chain(department.signers[suite])
    today = datetime.combine(china_day(at), time.min, CHINA)
    name = department.name.zh
    design = demo_design(name, number)
    return SealApplication(
        owner=department.code.text,
        owner_name=name,
        name=f"{name}{PURPOSE}",
        kind=SealKind.SPECIAL,
        suite=suite,
        keeper=keeper,
        issuing=True,
        certificates=(certificate.dump(),),
        issuers=tuple(each.dump() for each in issuers),
        listing=Listing.CERTIFICATES,
        valid_from=today,
        valid_until=min(today + MOST_VALID, certificate.not_valid_after),
        picture=draw_picture(design),
        design=design_text(design),
    )


def demo_design(name: str, number: str) -> SealDesign:
    """Design a department's seal: round, with a star, its purpose below, marked 样本."""
    kind = SealKind.SPECIAL
    return design_of(kind, name=name, purpose=PURPOSE, number=number, star=True, sample=True)


def _actors(home: Home, suite: Suite) -> dict[Power, Actor]:
    """Open the key of an officer for each power; the first that has it."""
    actors = {}
    for power in Power:
        able = [each.id for each in home.settings.officers if power in each.powers]
        if not able:
            raise RefusedError(LicenceReason.UNKNOWN_OFFICER, f"无人有此职权 nobody may {power}")
        actors[power] = home.acting(able[0], suite)
    return actors
