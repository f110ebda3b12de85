"""NumericDate: whole seconds since 1970, and nothing that only looks like them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eseal.jose.numeric_dates import numeric_date, read_numeric_date
from eseal.jose.strict_json import JsonValue
from tests.world import NOW, SECOND


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants its bounds naive
def test_round_trip_to_the_second(moment: datetime) -> None:
    """A time that was written is read again, without its parts of a second."""
    assert read_numeric_date(numeric_date(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize("value", [-1, True, None, "1", [], {}, 2**53 - 1])
def test_other_values_are_no_time(value: JsonValue) -> None:
    """Negative, far or of another type: no time."""
    assert read_numeric_date(value) is None


@pytest.mark.parametrize(
    "moment", [NOW.replace(tzinfo=None), datetime(1970, 1, 1, tzinfo=UTC) - SECOND]
)
def test_writes_no_time_that_cannot_be_read(moment: datetime) -> None:
    """Naive times and those before 1970 are refused."""
    with pytest.raises(ValueError, match=r"zone|calendar"):
        numeric_date(moment)
