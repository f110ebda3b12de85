"""The strict reader of tables: every key is taken, of its kind, or named in the error."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eseal.errors import MalformedError
from licences.reasons import LicenceReason
from licences.strict_table import MAX_FILE_BYTES, StrictTable, read_small, read_toml

REASON = LicenceReason.SETTINGS_MALFORMED


def _table(**values: object) -> StrictTable:
    return StrictTable(values, at="file:", reason=REASON)


def test_takes_each_kind() -> None:
    """Texts, integers, flags, lists, tables and lists of tables are taken by name."""
    table = _table(a="x", b=1, c=True, d=["x", "y"], e={"f": "z"}, g=[{"h": 1}, {"h": 2}])
    assert (table.text("a"), table.integer("b"), table.flag("c")) == ("x", 1, True)
    assert table.texts("d") == ("x", "y")
    assert table.table("e").text("f") == "z"
    assert [each.integer("h") for each in table.tables("g")] == [1, 2]
    table.close()


def test_defaults_stand_in_for_what_is_missing() -> None:
    """What has a default may be missing."""
    table = _table()
    assert (table.text("a", ""), table.integer("b", 3), table.flag("c", default=False)) == (
        "", 3, False,
    )  # fmt: skip
    assert table.texts("d", []) == ()
    assert not table.has("a")


@pytest.mark.parametrize(
    ("values", "take", "at"),
    [
        ({}, lambda table: table.text("a"), "file:a"),
        ({"a": ""}, lambda table: table.text("a"), "file:a"),
        ({"a": " "}, lambda table: table.text("a", ""), "file:a"),
        ({"a": 1}, lambda table: table.text("a"), "file:a"),
        ({"a": True}, lambda table: table.integer("a"), "file:a"),
        ({"a": 1}, lambda table: table.flag("a"), "file:a"),
        ({"a": "x"}, lambda table: table.texts("a"), "file:a"),
        ({"a": ["x", "x"]}, lambda table: table.texts("a"), "file:a"),
        ({"a": ["x", ""]}, lambda table: table.texts("a"), "file:a"),
        ({"a": ["x", 1]}, lambda table: table.texts("a"), "file:a"),
        ({"a": 1}, lambda table: table.table("a"), "file:a"),
        ({"a": []}, lambda table: table.tables("a"), "file:a"),
        ({"a": [{}, 1]}, lambda table: table.tables("a"), "file:a"),
        ({"a": {}}, lambda table: table.table("a").text("b"), "file:a.b"),
        ({"a": [{}]}, lambda table: table.tables("a")[0].text("b"), "file:a[0].b"),
        ({"b": 1}, StrictTable.close, "file:b"),
    ],
)
def test_names_the_key_that_is_wrong(
    values: dict[str, object], take: Callable[[StrictTable], object], at: str
) -> None:
    """Missing, empty, of another kind, twice, unknown: the error names file and key."""
    with pytest.raises(MalformedError) as caught:
        take(_table(**values))
    assert (caught.value.reason, caught.value.at) == (REASON, at)


def test_reads_a_toml_file(tmp_path: Path) -> None:
    """A TOML file becomes a table."""
    path = tmp_path / "a.toml"
    path.write_text("a = 1\n")
    assert read_toml(path, reason=REASON).integer("a") == 1


@pytest.mark.parametrize("content", [b"a = ", b"\xff", b"a = 1\na = 2\n"])
def test_refuses_what_is_no_toml(tmp_path: Path, content: bytes) -> None:
    """Broken syntax, broken UTF-8 and a key twice are no TOML."""
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(MalformedError) as caught:
        read_toml(path, reason=REASON)
    assert (caught.value.reason, caught.value.at) == (REASON, f"{tmp_path.name}/a.toml")


def test_refuses_a_file_that_is_missing(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(MalformedError) as caught:
        read_small(tmp_path / "a.toml", reason=REASON)
    assert caught.value.at == f"{tmp_path.name}/a.toml"


def test_refuses_a_file_that_is_too_large(tmp_path: Path) -> None:
    """A file beyond the limit is not read to its end."""
    path = tmp_path / "a.toml"
    path.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(MalformedError) as caught:
        read_small(path, reason=REASON)
    assert "256 KiB" in caught.value.sentence
