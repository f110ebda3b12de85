"""What stands beside documents in the self-test: status lists, signed histories, registers.

By default each is the issuing department's, and says that its paper is valid; made the day before
`AT`, so that it speaks of `AT`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from eseal.jose.status_list import StatusList, sign_status_list
from eseal.signers import Signer
from licences.authority_entries import AuthorityEntry
from licences.authority_register import AuthorityRegister, sign_register
from licences.catalogue import Department
from licences.history_statement import sign_history
from licences.journal import intend, record_issue
from licences.licence_life import LifeAction, Standing
from licences.life_journal import record_life
from licences.model import Event, Format, Licence, LicenceKey, NaturalKey
from licences.seal_journal import Grounds
from licences.selftest.authority import AT, DAY, SIGNED, YEAR
from licences.selftest.office import Office
from licences.selftest.papers import INDEX, identifier_of, place_of
from licences.selftest.table import Question
from licences.status_lists import list_of

_ACTOR: Final = "张样例"


def status_list(
    office: Office,
    standing: Standing = Standing.VALID,
    *,
    statuses: StatusList | None = None,
    signer: Signer | None = None,
    department: Department | None = None,
    uri: str | None = None,
    at: datetime = SIGNED,
    lifetime: timedelta = YEAR,
) -> bytes:
    """Sign a status list in which the paper stands so."""
    issuer = department or office.department
    return sign_status_list(
        signer or office.signer,
        statuses or list_of({INDEX: standing}),
        issuer=issuer.code.text,
        uri=uri or place_of(issuer).uri,
        at=at,
        lifetime=lifetime,
        ttl=DAY,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """A licence that lives without a register."""

    signer: Signer
    licence: Licence
    events: tuple[Event, ...]

    def then(self, action: LifeAction, at: datetime) -> "Life":
        """Record something that is done to it."""
        entry = record_life(
            self.licence,
            self.events,
            action,
            actor=_ACTOR,
            grounds=Grounds(reason="自检（样本）"),
            at=at,
            signer=self.signer,
        )
        return replace(self, licence=entry.licence, events=(*self.events, entry.event))

    def stated(self, at: datetime = AT, lifetime: timedelta = YEAR) -> bytes:
        """Sign its history as of a time."""
        return sign_history(self.signer, self.licence, self.events, at=at, lifetime=lifetime)


def life_of(office: Office, signer: Signer | None = None) -> Life:
    """Begin the life of the sample licence."""
    department, licence_type = office.department.code.text, office.licence_type
    natural = NaturalKey(type_code=licence_type.code, department=department, number="SELFTEST")
    licence = Licence(
        key=LicenceKey(shard=0, id=UUID(int=1)),
        identifier=str(identifier_of(office)),
        type_code=licence_type.code,
        natural_key=natural.digest,
        department=department,
        suite=office.suite,
        formats=(Format.JSON,),
        request_digest=bytes(32),
        data=licence_type.sample(),
        issued_at=SIGNED,
        seed=None,
        run=UUID(int=1),
    )
    begun = intend(licence, Format.JSON, bytes(32), signer=office.signer, at=SIGNED)
    issued = record_issue(begun.licence, [], at=SIGNED)
    return Life(
        signer=signer or office.signer,
        licence=issued.licence,
        events=(begun.event, issued.event),
    )


def suspended_life(office: Office) -> Life:
    """Give one that was suspended for a day, from the day after `AT` on."""
    begun = life_of(office).then(LifeAction.SUSPEND, AT + DAY)
    return begun.then(LifeAction.RESUME, AT + 2 * DAY)


def register(
    office: Office,
    *,
    signer: Signer | None = None,
    expires_at: datetime | None = None,
    entries: Sequence[AuthorityEntry] | None = None,
    **changes: Any,
) -> bytes:
    """Sign an authority register, kept by the other department.

    Args:
        office: whose.
        signer: who signs it instead.
        expires_at: after when it says nothing.
        entries: its lines, by default one that allows the sample licence.
        changes: what that line says otherwise.
    """
    good: dict[str, Any] = {
        "department": office.department.code,
        "types": frozenset({office.licence_type.type_code}),
    }
    listed = [AuthorityEntry(**(good | changes))] if entries is None else entries
    said = AuthorityRegister(
        issuer=office.other_department.code,
        made_at=SIGNED,
        expires_at=expires_at,
        entries=tuple(listed),
    )
    return sign_register(signer or office.other_signer, said)


def ask(office: Office, data: bytes, **changes: Any) -> Question:
    """Ask about a document with the good trust store and the good list, or with something else."""
    good: dict[str, Any] = {"trust": office.trust, "statuses": (status_list(office),)}
    return Question(data=data, **(good | changes))
