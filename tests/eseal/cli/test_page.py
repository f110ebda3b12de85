"""What is printed for people: times and texts that came from documents."""

from datetime import UTC, datetime

from eseal.cli.page import china_time


def test_times_are_chinas() -> None:
    """Times are told as clocks in China show them; at the end of the calendar in UTC."""
    assert china_time(datetime(2026, 11, 22, 17, tzinfo=UTC)) == "2026-11-23 01:00:00 +08:00"
    assert china_time(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)).startswith("9999-12-31 23:59")
