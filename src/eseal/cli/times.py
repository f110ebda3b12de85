"""Times as people read them: by China's clocks, and how old something is."""

from datetime import datetime
from typing import Final

from eseal.moments import china_time, in_china

__all__ = ["age_words", "china_time", "in_china"]

_HOURS_OF_A_DAY: Final = 24


def age_words(moment: datetime, at: datetime) -> str:
    """Say how old something of `moment` is at a time, in days and hours, such as 1d4h."""
    hours = int((at - moment).total_seconds()) // 3600
    if hours < 0:
        return "晚于所问时刻 from later"
    return f"{hours // _HOURS_OF_A_DAY}d{hours % _HOURS_OF_A_DAY}h 前 old"
