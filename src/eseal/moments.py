"""Times: as people write them, in China's zone where none is given; inside, UTC in whole seconds.

The clock of the process is read here and nowhere else; only command lines and what is composed for
them call `now`, everything else takes the time as a parameter.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "UTC+8")
"""China keeps one zone and no summer time; the days on a licence are its days."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much clocks may differ: so much later may others date what they make now."""

_UTC = re.compile(r"\b2\d{3}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?\+00:00")
_SPAN = re.compile(r"([0-9]{1,8})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_UNIT_WORDS = {"d": ("天", "d"), "h": ("小时", "h"), "m": ("分钟", "min")}
_LONGEST_SPAN = timedelta(days=36525)


def now() -> datetime:
    """Read the clock: aware, UTC, second precision."""
    return datetime.now(UTC).replace(microsecond=0)


def check_time(moment: datetime, where: str) -> datetime:
    """Return `moment` in UTC and whole seconds; a naive one is a programming error.

    Raises:
        ValueError: `moment` carries no time zone.
    """
    if moment.utcoffset() is None:
        msg = f"{where} has no time zone"
        raise ValueError(msg)
    return moment.astimezone(UTC).replace(microsecond=0)


def china_day(moment: datetime) -> date:
    """Give the day that an aware time lies in, in China.

    The last hours of the calendar, which somebody may claim, lie in its last day.
    """
    try:
        return moment.astimezone(CHINA).date()
    except OverflowError:
        return date.max


def china_time(moment: datetime) -> str:
    """Write a time as clocks in China show it, with the zone; in UTC at the calendar's ends."""
    try:
        return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S} +08:00"
    except OverflowError:
        return f"{moment:%Y-%m-%d %H:%M:%S %z}"


def in_china(text: str) -> str:
    """Write the times of a finding's detail, which are in UTC, as clocks in China show them."""
    return _UTC.sub(_reworded, text)


def _reworded(found: re.Match[str]) -> str:
    """Word a time; a document's own text may only look like one, and stays."""
    try:
        return china_time(datetime.fromisoformat(found[0]))
    except ValueError:
        return found[0]


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
        return moment.astimezone(CHINA).astimezone(UTC)  # days are China's, so it has to have one
    except OverflowError as error:
        msg = f"{text} is out of the calendar"
        raise ValueError(msg) from error


def span_text(span: timedelta) -> str:
    """Say a span of whole minutes for people, in the largest unit that it is a whole number of."""
    for unit, (zh, en) in _UNIT_WORDS.items():
        if not span % _UNITS[unit]:
            return f"{span // _UNITS[unit]} {zh} {en}"
    return f"{span // timedelta(seconds=1)} 秒 s"


def parse_span(text: str) -> timedelta:
    """Read a span of time: a whole number of minutes, hours or days, such as 30m, 24h or 7d.

    Raises:
        ValueError: it is none, or longer than a century.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        msg = f"{text} is no span such as 30m, 24h or 7d"
        raise ValueError(msg)
    span = int(found[1]) * _UNITS[found[2]]
    if not timedelta(0) < span <= _LONGEST_SPAN:
        msg = f"{text} is not from a minute to a century"
        raise ValueError(msg)
    return span
