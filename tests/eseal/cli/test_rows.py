"""Rows: aligned where they fit, flowing where not; nothing is cut, no word broken."""

import pytest
from rich.cells import cell_len

from eseal.cli.page import page
from eseal.cli.rows import Rows

DIGEST = "0123456789abcdef" * 4


def printed(rows: Rows, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Print rows on a page and give its lines."""
    with page() as console:
        console.print(rows)
    return capsys.readouterr().out.splitlines()


@pytest.fixture(params=[40, 60, 80, 120])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Give a width, and make pages as wide."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def test_columns_are_aligned_by_what_a_terminal_shows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chinese characters are two cells wide; cells that are missing leave nothing behind."""
    monkeypatch.setenv("COLUMNS", "60")
    rows = Rows(fixed=1)
    rows.add_row("通过", "甲.pdf", "[dim]一[/]")
    rows.add_row("a", "b")
    assert printed(rows, capsys) == ["通过  甲.pdf  一", "a     b"]


def test_what_is_long_goes_on_below_itself(capsys: pytest.CaptureFixture[str], width: int) -> None:
    """Broken between words and Chinese characters; no line is wider than the page."""
    said = "证书链不成立，用途、层级或签名有误 a usage, constraint or signature is wrong " * 3
    rows = Rows(fixed=1)
    rows.add_row("原因", said.strip())
    lines = printed(rows, capsys)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(f"原因{said}".split())
    first, *more = lines
    assert first.startswith("原因  证")
    assert all(line.startswith("      ") and not line[6:].startswith((" ", "，")) for line in more)


@pytest.mark.usefixtures("width")
def test_what_is_to_be_copied_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """A digest, a time, and a path with blanks in it stand in one line, at any width."""
    rows = Rows(fixed=1)
    rows.add_row("摘要 digest", f"SHA-256 {DIGEST}，制于 made 2026-11-22 12:00:00 +08:00，一二三四")
    path = f"证照 文件夹/{'很长的名字 ' * 10}a.pdf"
    rows.add_row("文件 file", path, whole=True)
    text = "\n".join(printed(rows, capsys))
    rows.add_row("证书 path", "".join(f"{'一' * count}所据数据 " for count in range(40)))
    labels = "\n".join(printed(rows, capsys)).count("所据数据")
    assert labels == 40
    for each in (DIGEST, "2026-11-22 12:00:00 +08:00", path):
        assert each in text


def test_where_labels_leave_no_room_text_goes_below_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins on a line of its own instead of in a column of a few letters."""
    monkeypatch.setenv("COLUMNS", "40")
    rows = Rows(fixed=1)
    rows.add_row("a label that is rather long", "some words that do not fit")
    assert printed(rows, capsys) == [
        "a label that is rather long",
        "      some words that do not fit",
    ]
