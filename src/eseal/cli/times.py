"""Times as people read them: by China's clocks, and how old something is."""

from datetime import datetime
from typing import Final

from eseal.moments import china_time, in_china

__all__ = ["age_words", "china_time", "in_china"]

_HOURS_OF_A_DAY: Final = 24


def age_words(moment: datetime, at: datetime) -> str:
    """Say how old something of `moment` is at a time, such as 1d4h, or 12m in its first hour."""
    hours, seconds = divmod(int((at - moment).total_seconds()), 3600)
    if hours < 0:
        return "晚于所问时刻 from later"
    days, hours = divmod(hours, _HOURS_OF_A_DAY)
    return f"{days}d{hours}h 前 old" if days or hours else f"{seconds // 60}m 前 old"
