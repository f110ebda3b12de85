"""What a licence gets when it is begun and keeps for good: identifier, number, place, secret.

Left to others: whether there may be one to `orders`, what is made of it to `workshop`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import repeat
from typing import TypeAlias
from uuid import UUID

from eseal.algorithms import Suite
from eseal.errors import MalformedError, RefusedError
from licences.identifiers import LicenceIdentifier
from licences.jobs import Job
from licences.licence_reading import misplaced
from licences.model import Licence, LicenceKey, StatusPlace, request_digest
from licences.orders import Order
from licences.reasons import LicenceReason
from licences.status_places import StatusPlaces, is_in_list
from licences.store import Register

_Office: TypeAlias = tuple[str, Suite]


class Allotment:
    """Allots to new licences what is theirs; threads may share it."""

    def __init__(
        self,
        register: Register,
        *,
        randomness: Callable[[int], bytes],
        status_uri: str = "",
    ) -> None:
        """Make ready.

        Args:
            register: where licences are.
            randomness: gives random bytes, so many.
            status_uri: where status lists are found; without it licences have no place in one.
        """
        self._register = register
        self._places = StatusPlaces(register.engine)
        self._randomness = randomness
        self._status_uri = status_uri

    def jobs(self, orders: Iterable[Order], run: UUID, *, at: datetime) -> list[Job]:
        """Begin a licence for each order; nothing is written but that its place is taken."""
        listed = list(orders)
        places = self._places_for(listed)
        return [self._allot(order, run, at, next(places[_office(order)])) for order in listed]

    def demand_its_own(self, licence: Licence) -> None:
        """Insist that identifier and place of a begun licence are no other one's.

        Raises:
            RefusedError: JOURNAL_BROKEN, they are; nothing of it may be signed or published.
            UnavailableError: DATABASE_UNAVAILABLE.
        """
        found = self._register.find_by_identifier(licence.identifier)
        if found is None or found.key != licence.key:
            raise misplaced(licence.identifier, found)
        if licence.status is not None:
            self._places.demand_free(licence.status, licence.key)

    def demand_allotted(self, order: Order, licence: Licence) -> None:
        """Insist that a begun licence has what it could have got for this order.

        What is journaled of issuing nobody signs, so a journal may have been made up.

        Raises:
            RefusedError: JOURNAL_BROKEN, it has something else.
        """
        wrong = {
            "分片 shard": licence.key.shard != order.shard,
            "请求摘要 digest of the request": request_digest(licence) != order.digest,
            "标识 identifier": not self._could_identify(order, licence.identifier),
            "状态列表位置 place in a status list": not self._could_place(order, licence.status),
        }
        found = "、".join(name for name, is_wrong in wrong.items() if is_wrong)
        if found:
            sentence = f"登记行所载不会是为此请求给定的 not allotted for this request: {found}"
            raise RefusedError(LicenceReason.JOURNAL_BROKEN, sentence, at=licence.identifier)

    def random_id(self) -> UUID:
        """Give a number that nobody else has."""
        return UUID(bytes=self._randomness(16), version=4)

    def _could_identify(self, order: Order, text: str) -> bool:
        try:
            identifier = LicenceIdentifier.parse(text)
        except MalformedError:
            return False
        first = LicenceIdentifier.build(
            type_code=order.licence_type.type_code,
            issuer=order.department.code,
            serial=identifier.serial,
        )
        if order.former is None:
            return identifier == first
        former = LicenceIdentifier.parse(order.former.identifier)
        return (
            replace(identifier, version=former.version) == former
            and identifier.version > former.version
        )

    def _could_place(self, order: Order, place: StatusPlace | None) -> bool:
        if place is None or not self._status_uri:
            return place is None and not self._status_uri
        return is_in_list(place, *_office(order), base=self._status_uri)

    def _places_for(
        self, orders: Iterable[Order]
    ) -> Mapping[_Office, Iterator[StatusPlace | None]]:
        """Have a place in a status list for each order, of its department and suite."""
        needed = Counter(map(_office, orders))
        if not self._status_uri:
            return {office: repeat(None) for office in needed}
        return {
            office: iter(self._places.allot(*office, needed[office], base=self._status_uri))
            for office in needed
        }

    def _allot(self, order: Order, run: UUID, at: datetime, status: StatusPlace | None) -> Job:
        former = order.former
        licence = Licence(
            key=LicenceKey(shard=order.shard, id=self.random_id()),
            identifier=str(self._identifier(order)),
            type_code=order.licence_type.code,
            natural_key=order.natural_key,
            department=order.request.department,
            suite=order.request.suite,
            formats=order.request.formats,
            request_digest=order.digest,
            data=order.request.data,
            issued_at=at,
            seed=self._randomness(32),
            run=run,
            status=status,
            replaces=former.identifier if former else "",
        )
        return Job(order=order, licence=licence)

    def _identifier(self, order: Order) -> LicenceIdentifier:
        if order.former is not None:
            return self._next_version(order.former.identifier)
        return LicenceIdentifier.build(
            type_code=order.licence_type.type_code,
            issuer=order.department.code,
            serial=self._randomness(16).hex().upper(),
        )

    def _next_version(self, identifier: str) -> LicenceIdentifier:
        """Give the first version after a licence that never was: nor taken back, nor in vain."""
        following = LicenceIdentifier.parse(identifier).successor()
        while self._register.find_by_identifier(str(following)) is not None:
            following = following.successor()
        return following


def _office(order: Order) -> _Office:
    return order.request.department, order.request.suite
