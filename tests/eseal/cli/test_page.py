"""What is printed for people: times and texts that came from documents."""

from datetime import UTC, datetime

import pytest

from eseal.cli.page import in_line, page
from eseal.cli.times import china_time, in_china
from eseal.cli.voice import one_line


def test_times_are_chinas() -> None:
    """Times are told as clocks in China show them; at the end of the calendar in UTC."""
    assert china_time(datetime(2026, 11, 22, 17, tzinfo=UTC)) == "2026-11-23 01:00:00 +08:00"
    assert china_time(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)).startswith("9999-12-31 23:59")


@pytest.mark.parametrize("hour", ["2026-13-01 00", "2026-02-31 00", "2026-01-01 29"])
def test_what_only_looks_like_a_time_stays(hour: str) -> None:
    """A document's own text stands in details, too."""
    assert in_china(f"a {hour}:00:00+00:00 b") == f"a {hour}:00:00+00:00 b"


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_what_stands_in_a_line_begins_no_other(
    capsys: pytest.CaptureFixture[str], end: str
) -> None:
    """Whatever ends a line for somebody is replaced, and a page has no lines but its own."""
    assert one_line(f"a{end}b") == in_line(f"a{end}b") == "a\ufffdb"
    with page() as console:
        console.print(in_line(f"a{end}b"))
    assert capsys.readouterr().out.splitlines() == ["a\ufffdb"]


def test_a_page_ends_its_lines_without_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines are those that were printed, empty ones too."""
    with page() as console:
        console.print("a  ")
        console.print()
        console.print("b")
    assert capsys.readouterr().out == "a\n\nb\n"


def test_an_empty_page_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """No line, not even an empty one."""
    with page():
        pass
    assert capsys.readouterr().out == ""
