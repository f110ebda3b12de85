"""Times in signed JSON: whole seconds since 1970, UTC (NumericDate of RFC 7519, section 2).

Fractions, which NumericDate permits, are not read: two readers may round them apart.
"""

from datetime import UTC, datetime
from typing import Final

from eseal.jose.strict_json import JsonValue

_END_OF_TIME: Final = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


def numeric_date(moment: datetime) -> int:
    """Write an aware time; parts of a second are dropped.

    Raises:
        ValueError: the time is naive, or before 1970.
    """
    if moment.tzinfo is None:
        msg = "a time without its zone"
        raise ValueError(msg)
    seconds = int(moment.replace(microsecond=0).timestamp())
    if read_numeric_date(seconds) is None:
        msg = f"{moment} is out of the calendar"
        raise ValueError(msg)
    return seconds


def read_numeric_date(value: JsonValue) -> datetime | None:
    """Read a time, `None` when the value is none."""
    if type(value) is not int or not 0 <= value <= _END_OF_TIME:
        return None
    return datetime.fromtimestamp(value, UTC)
