"""What status lists say of licences (证照状态): from standings to statuses, and back to a finding.

Rules kept: a list says of each place where its licence stands now; places that nobody has, and
licences that are valid, look alike. Whoever asks gets one finding: passed when the list says valid,
failed when it says anything else that we know, undetermined when there is no answer for that time.

Left to others: giving out places to `status_places`, files to `publishing`, whether a list may be
believed to `eseal.jose.status_judging`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from eseal.jose.status_judging import CLOCKS_DIFFER, StatusJudge, StatusReference
from eseal.jose.status_list import Status, StatusList, StatusListToken, build_status_list
from eseal.report import Finding, failed, passed, undetermined
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.licence_life import Standing
from licences.reasons import LicenceReason
from licences.status_places import LIST_SIZE

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
_REASONS: Final = {
    Standing.REVOKED: LicenceReason.LICENCE_REVOKED,
    Standing.SUSPENDED: LicenceReason.LICENCE_SUSPENDED,
    Standing.SUPERSEDED: LicenceReason.LICENCE_SUPERSEDED,
    Standing.CANCELLED: LicenceReason.LICENCE_CANCELLED,
    Standing.EXPIRED: LicenceReason.LICENCE_EXPIRED,
}
_STANDINGS: Final = {status.value: standing for standing, status in STATUSES.items()}


def list_of(standings: Mapping[int, Standing]) -> StatusList:
    """Make a list in which these places do not stand as valid."""
    values = {index: STATUSES[standing].value for index, standing in standings.items()}
    return build_status_list(LIST_SIZE, BITS, values)


class StatusLists:
    """Lists that were given, of which the right one is asked; they are not believed by that."""

    def __init__(self, tokens: Iterable[StatusListToken] = ()) -> None:
        """Take lists in, several of one address among them: those of other times."""
        found: defaultdict[str, list[StatusListToken]] = defaultdict(list)
        for token in tokens:
            found[token.uri].append(token)
        self._tokens = {
            uri: sorted(same, key=lambda each: each.made_at) for uri, same in found.items()
        }

    def find(self, uri: str, at: datetime) -> StatusListToken | None:
        """Give the last list that was made by then, else the first after it; `None`: no list."""
        tokens = self._tokens.get(uri, [])
        made = [each for each in tokens if each.made_at - at <= CLOCKS_DIFFER]
        return next(iter(made[-1:] or tokens), None)


def check_status(
    claims: LicenceClaims, lists: StatusLists, judge: StatusJudge, at: datetime
) -> Finding:
    """Say where a licence stood at `at`, which is the judge's time, by the lists at hand."""
    check, place = LicenceCheck.STATUS, claims.status
    if place is None:
        return undetermined(check, LicenceReason.STATUS_NOT_STATED, claims.identifier)
    answer = judge.ask(
        lists.find(place.uri, at),
        StatusReference(uri=place.uri, index=place.index),
        issuer=claims.issuing_authority_code,
        check=check,
    )
    if isinstance(answer, Finding):
        return answer
    standing = _STANDINGS.get(answer.value)
    aged = f"by the list of {answer.made_at}, {_words(answer.age)} before"
    if standing is None:
        detail = f"status {answer.value}, {aged}"
        return undetermined(check, LicenceReason.STATUS_UNKNOWN, detail)
    if standing is Standing.VALID:
        return passed(check, f"valid {aged}")
    return failed(check, _REASONS[standing], f"{standing} {aged}")


def _words(age: timedelta) -> str:
    """Write an age, such as `2 days, 3:00:00`, to the second."""
    return str(timedelta(seconds=int(age.total_seconds())))
