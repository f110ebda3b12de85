"""Seals for tests: an office, officers with opened keys, and an application to go on from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from asn1crypto import x509

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from eseal.pictures.design import SealDesign, SealKind, design_of
from eseal.seals.model import SealPicture
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.demo_authority import DemoAuthority
from licences.home import certificates_of, open_signer, read_chain
from licences.officers import Actor, OfficerSettings
from licences.seal_application import Listing, SealApplication
from licences.seal_clerk import SealClerk
from licences.seal_drafting import design_text, draw_picture
from licences.seal_life import Power, SealAction, SealState, power_for
from licences.seal_model import PlannedUse, SealRecord, SealUse
from licences.seal_office import SealOffice
from licences.seal_store import SealRegister
from licences.settings import DepartmentSettings
from tests.homes import MARKET
from tests.world import DAY, NOW, YEAR

NUMBER = "9999990000001"
"""A registration number of an area that does not exist."""


_TO_USE = (SealAction.APPLY, SealAction.APPROVE, SealAction.MAKE, SealAction.ACTIVATE)
WAYS = {
    SealState.APPLIED: _TO_USE[:1],
    SealState.APPROVED: _TO_USE[:2],
    SealState.REJECTED: (SealAction.APPLY, SealAction.REJECT),
    SealState.MADE: _TO_USE[:3],
    SealState.ACTIVE: _TO_USE,
    SealState.SUSPENDED: (*_TO_USE, SealAction.SUSPEND),
    SealState.REVOKED: (*_TO_USE, SealAction.REVOKE),
    SealState.HANDED_IN: (*_TO_USE, SealAction.HAND_IN),
    SealState.DESTROYED: (*_TO_USE, SealAction.HAND_IN, SealAction.DESTROY),
}
"""The shortest way to each state."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.at


@lru_cache(maxsize=1)
def design() -> SealDesign:
    """The design of the sample seal."""
    return design_of(SealKind.COMPANY, name="示例市样本有限公司", sample=True)


@lru_cache(maxsize=1)
def picture() -> SealPicture:
    """Its picture."""
    return draw_picture(design())


class Officers:
    """The demo authority's officers with opened keys, and others with the same keys."""

    def __init__(self, authority: DemoAuthority) -> None:
        self._authority = authority
        self._settings = {
            power: next(each for each in authority.officers if power in each.powers)
            for power in Power
        }
        self._opened: dict[tuple[Power, Suite], Actor] = {}
        self.known = {each.id: each for each in authority.officers}
        for number, powers in (("keeper-2", {Power.KEEP}), ("everything-1", set(Power))):
            keeper = self._settings[Power.KEEP]
            self.known[number] = replace(keeper, id=number, powers=frozenset(powers))

    def find(self, number: str) -> OfficerSettings | None:
        """Find an officer by id."""
        return self.known.get(number)

    @property
    def all(self) -> tuple[OfficerSettings, ...]:
        """Every officer there is."""
        return tuple(self.known.values())

    def of(self, power: Power, suite: Suite = Suite.SM2) -> Actor:
        """The officer with a power, and a key of a suite."""
        if (power, suite) not in self._opened:
            settings = self._settings[power]
            signer = open_signer(settings.signers[suite])
            self._opened[power, suite] = Actor(officer=settings, signer=signer)
        return self._opened[power, suite]

    def named(self, number: str) -> Actor:
        """Another officer, `keeper-2` or `everything-1`, with the keeper's key."""
        return replace(self.of(Power.KEEP), officer=self.known[number])


@dataclass(kw_only=True)
class SealWorld:
    """An office on a register, with all that is needed to take seals through their life."""

    office: SealOffice
    clerk: SealClerk
    register: SealRegister
    clock: Clock
    officers: Officers
    authority: DemoAuthority

    @property
    def applicant(self) -> Actor:
        """Who applies."""
        return self.officers.of(Power.APPLY)

    @property
    def approver(self) -> Actor:
        """Who approves."""
        return self.officers.of(Power.APPROVE)

    @property
    def maker(self) -> Actor:
        """Who makes."""
        return self.officers.of(Power.MAKE)

    @property
    def keeper(self) -> Actor:
        """Who keeps."""
        return self.officers.of(Power.KEEP)

    def application(self, suite: Suite = Suite.SM2) -> SealApplication:
        """An application for a seal of the market regulator's."""
        return application(self.authority, suite)

    def act(self, action: SealAction, actor: Actor | None = None) -> SealRecord:
        """Do something to the seal; by the officer who has the power, unless told otherwise."""
        by = actor or self.officers.of(power_for(action))
        match action:
            case SealAction.APPLY:
                return self.office.apply(self.application(), by, number=NUMBER)
            case SealAction.CHANGE:
                changed = replace(self.application(), keeper=self._other_keeper())
                return self.office.change(NUMBER, changed, by)
            case SealAction.RENEW:
                certificate, *issuers = self.signer_chain()
                return self.office.renew(NUMBER, [certificate], by, issuers=issuers)
            case _:
                method = getattr(self.office, action.value.replace("-", "_"))
                record: SealRecord = method(NUMBER, by)
                return record

    def _other_keeper(self) -> str:
        """A keeper who does not keep the seal yet, so that a change changes something."""
        keeper = self.office.find(NUMBER).keeper
        return "keeper-1" if keeper == "keeper-2" else "keeper-2"

    def signer_chain(self, suite: Suite = Suite.SM2) -> tuple[x509.Certificate, ...]:
        """The certificate of the market regulator's signer, and its issuer's."""
        return read_chain(market(self.authority).signers[suite])

    def signer(self, suite: Suite = Suite.SM2) -> Signer:
        """The market regulator's signer."""
        return open_signer(market(self.authority).signers[suite])

    def reach(self, state: SealState) -> SealRecord:
        """A seal in a state, by the shortest way from an application."""
        for action in WAYS[state]:
            seal = self.act(action)
        assert seal.state is state
        return seal


def market(authority: DemoAuthority) -> DepartmentSettings:
    """The market regulator's settings."""
    return next(each for each in authority.departments if each.code.text == MARKET)


def application(authority: DemoAuthority, suite: Suite = Suite.SM2) -> SealApplication:
    """An application for a seal of the market regulator's, marked 样本."""
    department = market(authority)
    certificate, *issuers = read_chain(department.signers[suite])
    return SealApplication(
        owner=MARKET,
        owner_name=department.name.zh,
        name=f"{department.name.zh}电子证照专用章",
        kind=SealKind.SPECIAL,
        suite=suite,
        keeper="keeper-1",
        issuing=True,
        certificates=(certificate.dump(),),
        issuers=tuple(each.dump() for each in issuers),
        listing=Listing.CERTIFICATES,
        valid_from=NOW - DAY,
        valid_until=NOW + YEAR,
        picture=picture(),
        design=design_text(design()),
    )


def make_seal_world(
    register: SealRegister, trust: TrustStore, officers: Officers, authority: DemoAuthority
) -> SealWorld:
    """An office whose clock stands at NOW."""
    clock = Clock()
    clerk = SealClerk(
        register=register,
        read_trust=lambda: trust,
        certificates_of=lambda number: certificates_of(officers.find(number)),
        clock=clock,
    )
    return SealWorld(
        office=SealOffice(clerk, officers.all),
        clerk=clerk,
        register=register,
        clock=clock,
        officers=officers,
        authority=authority,
    )


def url_of(seals: SealWorld) -> str:
    """The URL of a register."""
    return seals.register._engine.url.render_as_string(hide_password=False)


def read_uses(found: Iterable[SealUse | RefusedError]) -> tuple[SealUse, ...]:
    """The uses that were listed, of which each could be read."""
    listed = tuple(found)
    uses = tuple(each for each in listed if isinstance(each, SealUse))
    assert len(uses) == len(listed)
    return uses


def use(record: SealRecord, number: int = 1) -> SealUse:
    """A use of a seal by the department that issues with it, in a licence's shard."""
    return SealUse(
        shard=7,
        id=UUID(int=number),
        seal=record.key.id,
        at=NOW,
        actor=record.owner,
        suite=Suite.SM2,
        digest="ab" * 32,
        matter="签发营业执照（样本）",
        operation="issue",
        licence="1.2.156.3005.2.样本",
    )


def planned(record: SealRecord, number: int = 1) -> PlannedUse:
    """Such a use, of the seal as the record has it."""
    sha256 = record.esl_sha256 or b""
    return PlannedUse(use=use(record, number), key=record.key, esl_sha256=sha256)
