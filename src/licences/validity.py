"""On which days a licence is in force (有效期), by its data and the terms of its type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from eseal.jose.strict_json import JsonValue


class ValidityRule(StrEnum):
    """Where the last day of a licence comes from."""

    INDEFINITE = "indefinite"
    FROM_FIELD = "from-field"
    YEARS = "years"


@dataclass(frozen=True, kw_only=True, slots=True)
class Validity:
    """The days on which a licence is in force, in China's zone; without `until` for ever."""

    start: date
    until: date | None

    def is_over(self, day: date) -> bool:
        """Whether the last day is over on `day`."""
        return self.until is not None and self.until < day


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidityTerms:
    """How a type's validity is computed.

    Attributes:
        rule: where the last day comes from.
        start: the date field of the first day; the day of issue where it is absent.
        until: the date field of the last day, for `from-field`; absent in the data: for ever.
        years: how many years, for `years`.
    """

    rule: ValidityRule
    start: str
    until: str = ""
    years: int = 0

    def validity(self, data: Mapping[str, JsonValue], issued_on: str) -> Validity:
        """Compute the first and last day.

        Args:
            data: the (good) data of a licence.
            issued_on: the field of the day of issue.
        """
        start = _day(data, self.start) or _day(data, issued_on)
        if start is None:
            msg = f"{issued_on} is required"
            raise ValueError(msg)
        match self.rule:
            case ValidityRule.INDEFINITE:
                return Validity(start=start, until=None)
            case ValidityRule.FROM_FIELD:
                return Validity(start=start, until=_day(data, self.until))
            case ValidityRule.YEARS:
                return Validity(start=start, until=_years_on(start, self.years))


def _day(data: Mapping[str, JsonValue], name: str) -> date | None:
    value = data.get(name)
    return None if value is None else date.fromisoformat(str(value))


def _years_on(start: date, years: int) -> date:
    """Give the day before the anniversary; that of 29 February is 1 March."""
    try:
        anniversary = start.replace(year=start.year + years)
    except ValueError:
        anniversary = date(start.year + years, 3, 1)
    return anniversary - timedelta(days=1)
