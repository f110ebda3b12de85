"""Times as people write them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from eseal.moments import check_time, china_day, now, parse_moment, parse_span, span_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22", datetime(2026, 11, 22, 4, tzinfo=UTC)),
        ("2026-11-22T10:00:00", datetime(2026, 11, 22, 2, tzinfo=UTC)),
        ("2026-11-22T10:00:00+00:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T10:00:00Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
    ],
)
def test_reads_days_local_times_and_zones(text: str, expected: datetime) -> None:
    """A day is its noon in China, a time without a zone is China's, a zone is kept."""
    assert parse_moment(text) == expected


def test_every_time_has_a_day_in_china() -> None:
    """The last hours of the calendar, which somebody may claim, have its last day."""
    assert china_day(datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 21)
    assert china_day(datetime(2026, 11, 21, 16, tzinfo=UTC)) == date(2026, 11, 22)
    assert china_day(datetime(9999, 12, 31, 23, tzinfo=UTC)) == date.max


def test_refuses_what_is_no_time() -> None:
    """A text that is no ISO 8601 time is an error, not the current time."""
    with pytest.raises(ValueError, match="tomorrow"):
        parse_moment("tomorrow")


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00", "9999-12-31T23:59:59-10:00", "9999-12-31T16:00Z"]
)
def test_refuses_what_the_calendar_does_not_have(text: str) -> None:
    """A time that in UTC or in China is before the first year or behind the last."""
    with pytest.raises(ValueError, match="calendar"):
        parse_moment(text)


def test_now_is_aware_and_in_utc() -> None:
    """The clock is read as aware UTC in whole seconds."""
    moment = now()
    assert moment.utcoffset() == timedelta(0)
    assert moment.microsecond == 0


@pytest.mark.parametrize(
    ("text", "span"),
    [("30m", timedelta(minutes=30)), ("24h", timedelta(days=1)), ("7d", timedelta(days=7))],
)
def test_reads_spans(text: str, span: timedelta) -> None:
    """Minutes, hours, days."""
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "7", "0d", "-1d", "1.5h", "7 d", "7w", "99999999d", "٣d"])
def test_refuses_what_is_no_span(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"span|century"):
        parse_span(text)


def test_naive_time_is_a_programming_error() -> None:
    """A time without a zone is not guessed at."""
    with pytest.raises(ValueError, match="no time zone"):
        check_time(datetime(2026, 11, 22), "at")  # noqa: DTZ001 - it is naive on purpose


@pytest.mark.parametrize(
    ("span", "said"),
    [("7d", "7 天 d"), ("24h", "1 天 d"), ("30h", "30 小时 h"), ("10m", "10 分钟 min")],
)
def test_a_span_is_said_in_its_largest_unit(span: str, said: str) -> None:
    """Chinese first, and no colons to be guessed at."""
    assert span_text(parse_span(span)) == said
    assert span_text(timedelta(seconds=90)) == "90 秒 s"
