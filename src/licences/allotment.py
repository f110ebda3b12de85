"""What a licence gets when it is begun and keeps for good: identifier, number, place, secret.

Left to others: whether there may be one to `orders`, what is made of it to `workshop`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import repeat
from typing import TypeAlias
from uuid import UUID

from eseal.algorithms import Suite
from licences.identifiers import LicenceIdentifier
from licences.jobs import Job
from licences.model import Licence, LicenceKey, StatusPlace
from licences.orders import Order
from licences.store import Register

AllotPlaces: TypeAlias = Callable[[str, Suite, int], Iterable[StatusPlace]]
"""Gives a department so many places in its status lists of a suite."""

_Office: TypeAlias = tuple[str, Suite]


class Allotment:
    """Allots to new licences what is theirs; threads may share it."""

    def __init__(
        self,
        register: Register,
        *,
        randomness: Callable[[int], bytes],
        allot_places: AllotPlaces | None = None,
    ) -> None:
        """Make ready; without `allot_places` licences have no place in a status list."""
        self._register = register
        self._randomness = randomness
        self._allot_places = allot_places

    def jobs(self, orders: Iterable[Order], run: UUID, *, at: datetime) -> list[Job]:
        """Begin a licence for each order; nothing is written but that its place is taken."""
        listed = list(orders)
        places = self._places(listed)
        return [self._allot(order, run, at, next(places[_office(order)])) for order in listed]

    def random_id(self) -> UUID:
        """Give a number that nobody else has."""
        return UUID(bytes=self._randomness(16), version=4)

    def _places(self, orders: Iterable[Order]) -> Mapping[_Office, Iterator[StatusPlace | None]]:
        """Have a place in a status list for each order, of its department and suite."""
        needed = Counter(map(_office, orders))
        if self._allot_places is None:
            return {office: repeat(None) for office in needed}
        return {office: iter(self._allot_places(*office, needed[office])) for office in needed}

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
