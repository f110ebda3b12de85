"""Times as people write them: China's zone where none is given; UTC inside.

The clock of the process is read here and nowhere else; only command lines and what is composed for
them call `now`, everything else takes the time as a parameter.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "UTC+8")
"""China keeps one zone and no summer time; the days on a licence are its days."""


def now() -> datetime:
    """Read the clock: aware, UTC, second precision."""
    return datetime.now(UTC).replace(microsecond=0)


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 time; without a zone it is China's, a day alone means its noon.

    Raises:
        ValueError: it is no such time.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
    else:
        moment = datetime.combine(day, time(12), CHINA)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=CHINA)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        msg = f"{text} lies outside the years 1 to 9999 in UTC"
        raise ValueError(msg) from error
