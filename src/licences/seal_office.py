"""The seal office (印章管理): everything that is done to seals, checked before it is signed.

Rules kept: the three powers and the keeper's as `seal_life` has them; of two that act at once one
wins, the other is told; a seal object is made and judged before its event is signed.

Left to others: what is possible to `seal_history`, what is acceptable to `seal_acceptance`,
recording to `seal_clerk`, making seal objects to `seal_bench`, the use of seals to `seal_using`.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from asn1crypto import x509

from eseal.errors import EvidenceError, RefusedError
from eseal.trust import TrustStore
from licences.home import Home
from licences.officers import Actor, OfficerSettings
from licences.reasons import LicenceReason
from licences.seal_acceptance import demand_approvable, demand_change, demand_enterable
from licences.seal_application import SealApplication
from licences.seal_audit import SealHistory, audit
from licences.seal_bench import SealOrder, make_checked
from licences.seal_clerk import Attach, SealClerk, attach_nothing, open_clerk
from licences.seal_history import Standing
from licences.seal_journal import Grounds
from licences.seal_life import SealAction
from licences.seal_model import SealKey, SealRecord, check_registration
from licences.seal_turns import instead, who_may
from licences.seal_using import SealUsage

NO_GROUNDS: Final = Grounds()
_WHO: Final = frozenset(
    {LicenceReason.POWER_MISSING, LicenceReason.POWERS_NOT_APART, LicenceReason.NOT_THE_KEEPER}
)


class SealOffice:
    """Deals with the seals of one home; threads may share it.

    Attributes:
        usage: their use, by their keepers.
    """

    def __init__(
        self,
        clerk: SealClerk,
        officers: Sequence[OfficerSettings],
        *,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._clerk = clerk
        self._officers = tuple(officers)
        self._randomness = randomness
        self.usage = SealUsage(clerk, randomness=randomness)

    @classmethod
    def open(
        cls,
        home: Home,
        *,
        clock: Callable[[], datetime],
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> Self:
        """Open the office of a home, which reads its trust when it judges a certificate.

        Raises:
            EvidenceError: as `Home.seal_register`; what judges, as `Home.trust_store` besides.
        """
        clerk = open_clerk(home, home.seal_register(), clock=clock)
        return cls(clerk, home.settings.officers, randomness=randomness)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the register's connections."""
        self._clerk.register.close()

    def apply(
        self,
        application: SealApplication,
        by: Actor,
        grounds: Grounds = NO_GROUNDS,
        *,
        number: str = "",
    ) -> SealRecord:
        """Apply for a seal (申请).

        Args:
            application: what is wanted.
            by: who applies.
            grounds: why.
            number: the number under which the seal is filed, 13 or 14 digits; else one is drawn.

        Raises:
            RefusedError: SEAL_APPLICATION_REFUSED, SEAL_APPLIED_ALREADY, SEAL_NUMBER_TAKEN,
                POWER_MISSING; as `demand_enterable`; or a reason of the officer's certificate.
            UnavailableError: the officer's certificate could not be judged.
        """
        demand_enterable(application, self._officers, at=self._clerk.clock())
        if number:
            check_registration(number)
        key = SealKey.of(application.owner, UUID(bytes=self._randomness(16), version=4))
        es_id = number or self._randomness(16).hex()
        try:
            return self._clerk.enter(key, es_id, by, grounds, application.to_bytes())
        except RefusedError as error:
            if error.reason not in _WHO:
                raise
            raise self._naming(error, None, SealAction.APPLY, by) from error

    def approve(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Approve what was applied for (审批).

        Raises:
            EvidenceError: as `suspend`, and POWERS_NOT_APART; or as `demand_approvable`.
        """

        def check(before: Standing, at: datetime) -> bytes:
            demand_approvable(before.version.application, at=at)
            return attach_nothing(before, at)

        return self._act(seal, SealAction.APPROVE, by, grounds, check)

    def reject(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Reject what was applied for (驳回); raises as `approve`."""
        return self._act(seal, SealAction.REJECT, by, grounds)

    def make(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Make the seal object that was approved (制作); raises as `make_checked`, `approve`."""

        def make(before: Standing, at: datetime) -> bytes:
            wanted = before.version.application
            return self._make(before, by, wanted.certificates, wanted.issuers, at)

        return self._act(seal, SealAction.MAKE, by, grounds, make)

    def renew(
        self,
        seal: str,
        certificates: Sequence[x509.Certificate],
        by: Actor,
        grounds: Grounds = NO_GROUNDS,
        *,
        issuers: Sequence[x509.Certificate] = (),
    ) -> SealRecord:
        """Make the same seal for new certificates of its owner (换证), without a new approval.

        Args:
            seal: its id or es_id.
            certificates: who may use it from now on; the owner's, by organizationIdentifier.
            by: the maker.
            grounds: why.
            issuers: certificates that help to judge these.

        Raises:
            EvidenceError: as `make`.
        """
        listed, others = (tuple(each.dump() for each in ones) for ones in (certificates, issuers))
        return self._act(
            seal,
            SealAction.RENEW,
            by,
            grounds,
            lambda before, at: self._make(before, by, listed, others, at),
        )

    def change(
        self, seal: str, application: SealApplication, by: Actor, grounds: Grounds = NO_GROUNDS
    ) -> SealRecord:
        """Apply for other content of a seal (变更): its next version.

        Raises:
            EvidenceError: as `apply`; SEAL_APPLICATION_REFUSED, nothing is changed.
        """
        demand_enterable(application, self._officers, at=self._clerk.clock())

        def attach(before: Standing, _at: datetime) -> bytes:
            demand_change(before, application)
            return application.to_bytes()

        return self._act(seal, SealAction.CHANGE, by, grounds, attach)

    def activate(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Take a seal into use (启用), by its keeper.

        Raises:
            EvidenceError: as `suspend`; NOT_THE_KEEPER; ISSUING_SEAL_EXISTS.
        """
        return self._act(seal, SealAction.ACTIVATE, by, grounds)

    def suspend(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Take a seal out of use for a while (停用).

        Raises:
            RefusedError: UNKNOWN_SEAL, SEAL_TRANSITION_REFUSED, POWER_MISSING,
                SEAL_HISTORY_BROKEN; or a reason of the officer's certificate.
            UnavailableError: SEAL_MOVED_ON; the certificate could not be judged.
        """
        return self._act(seal, SealAction.SUSPEND, by, grounds)

    def resume(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Take a suspended seal back into use, or one whose change was rejected to where it was."""
        return self._act(seal, SealAction.RESUME, by, grounds)

    def revoke(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Revoke a seal for ever (撤销)."""
        return self._act(seal, SealAction.REVOKE, by, grounds)

    def hand_in(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Hand a seal in (缴销), by its keeper."""
        return self._act(seal, SealAction.HAND_IN, by, grounds)

    def destroy(self, seal: str, by: Actor, grounds: Grounds = NO_GROUNDS) -> SealRecord:
        """Record that a seal was destroyed (销毁), by a maker."""
        return self._act(seal, SealAction.DESTROY, by, grounds)

    def find(self, seal: str) -> SealRecord:
        """Give the seal with this id or es_id, as the register shows it; else UNKNOWN_SEAL."""
        return self._clerk.find(seal)

    def standing(self, seal: str) -> Standing:
        """Tell where a seal stands by its history, which has to hold; as `SealClerk.standing`."""
        return self._clerk.standing(seal)

    def history(self, seal: str) -> SealHistory:
        """Audit the history of a seal, without readable trust undetermined; UNKNOWN_SEAL."""
        record = self.find(seal)
        events = self._clerk.register.events(record.key)
        try:
            trust: TrustStore | EvidenceError = self._clerk.trust
        except EvidenceError as error:
            trust = error
        return audit(record, events, trust=trust, certificates_of=self._clerk.certificates_of)

    def _act(
        self,
        seal: str,
        action: SealAction,
        by: Actor,
        grounds: Grounds,
        attach: Attach = attach_nothing,
    ) -> SealRecord:
        """Do it; who may not is told who may."""
        try:
            return self._clerk.act(seal, action, by, grounds, attach)
        except RefusedError as error:
            if error.reason not in _WHO:
                raise
            before = self._clerk.standing(seal, to=action)
            raise self._naming(error, before, action, by) from error

    def _naming(
        self, error: RefusedError, before: Standing | None, action: SealAction, by: Actor
    ) -> RefusedError:
        """Add who may to the refusal of somebody who may not."""
        able = who_may(before, action, self._officers)
        told = instead(each for each in able if each.id != by.officer.id)
        return RefusedError(error.reason, f"{error.sentence}；{told}", at=error.at)

    def _make(
        self,
        before: Standing,
        by: Actor,
        certificates: tuple[bytes, ...],
        issuers: tuple[bytes, ...],
        at: datetime,
    ) -> bytes:
        order = SealOrder(
            es_id=before.es_id,
            application=before.version.application,
            certificates=certificates,
            issuers=issuers,
        )
        return make_checked(order, by.signer, trust=self._clerk.trust, at=at)
