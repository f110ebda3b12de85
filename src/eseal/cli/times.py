"""Times as people read them: by China's clocks, and how old something is."""

import re
from datetime import datetime
from typing import Final

from eseal.moments import CHINA

_HOURS_OF_A_DAY: Final = 24
_UTC: Final = re.compile(r"\b2\d{3}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?\+00:00")


def china_time(moment: datetime) -> str:
    """Write a time as clocks in China show it, with the zone; in UTC at the calendar's ends."""
    try:
        return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S} +08:00"
    except OverflowError:
        return f"{moment:%Y-%m-%d %H:%M:%S %z}"


def age_words(moment: datetime, at: datetime) -> str:
    """Say how old something of `moment` is at a time, in days and hours, such as 1d4h."""
    hours = int((at - moment).total_seconds()) // 3600
    if hours < 0:
        return "晚于所问时刻 from later"
    return f"{hours // _HOURS_OF_A_DAY}d{hours % _HOURS_OF_A_DAY}h 前 old"


def in_china(text: str) -> str:
    """Write the times of a finding's detail, which are in UTC, as clocks in China show them."""
    return _UTC.sub(_reworded, text)


def _reworded(found: re.Match[str]) -> str:
    """Word a time; a document's own text may only look like one, and stays."""
    try:
        return china_time(datetime.fromisoformat(found[0]))
    except ValueError:
        return found[0]
