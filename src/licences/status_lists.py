"""What status lists say of licences (证照状态): from standings to statuses, and back.

Rules kept: a list says of each place where its licence stands now; places that nobody has, and
licences that are valid, look alike.

Left to others: giving out places to `status_places`, files to `publishing`, asking to
`status_check`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eseal.jose.status_list import Status, StatusList, build_status_list
from licences.licence_life import Standing

LIST_SIZE: Final = 1 << 16
"""Places of a list; fixed for ever, because it is how many a published list has."""

BITS: Final = 4

STATUSES: Final[Mapping[Standing, Status]] = MappingProxyType(
    {
        Standing.VALID: Status.VALID,
        Standing.REVOKED: Status.INVALID,
        Standing.SUSPENDED: Status.SUSPENDED,
        Standing.SUPERSEDED: Status.SUPERSEDED,
        Standing.CANCELLED: Status.CANCELLED,
        Standing.EXPIRED: Status.EXPIRED,
    }
)
_STANDINGS: Final = {status.value: standing for standing, status in STATUSES.items()}


def list_of(standings: Mapping[int, Standing]) -> StatusList:
    """Make a list in which these places do not stand as valid."""
    values = {index: STATUSES[standing].value for index, standing in standings.items()}
    return build_status_list(LIST_SIZE, BITS, values)


def standing_of(value: int) -> Standing | None:
    """Say what a status means; `None`: nothing that is known here."""
    return _STANDINGS.get(value)
