"""Values as their bytes say them: what is equal, and what is nearly so."""

import pytest

from eseal.pdf.source import Source, differing, same_numbers
from eseal.pdf.syntax import read_value


def source(text: bytes) -> Source:
    """A value that these bytes spell."""
    return Source(text, read_value(text, 0))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"/A#42", b"/AB"),
        (b"(A\\102\\n)", b"<41420A>"),
        (b"(\\\\x)", b"<5C78>"),
        (b"(A)", b" %comment\n(A)"),
        (b"+07", b"7"),
        (b".50", b"0.5"),
        (b"<</A 1/B[2]>>", b"<</B [ 2 ]/A 1>>"),
        (b"[1 0 R]", b"[1  0\nR]"),
        (b"<41 4\r\n2\x00>", b"(AB)"),
        (b"/#cb#CE", b"/\xcb\xce"),
        (b"+2147483647", b"2147483647"),
        (b"-2147483647.50", b"-2147483647.5"),
    ],
)
def test_one_value_in_two_spellings(one: bytes, other: bytes) -> None:
    """Spellings that every reader takes for the same."""
    found = Source(other, read_value(other, 0, comments=True))
    assert source(one).meaning() == found.meaning()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"/A", b"(A)"),
        (b"1", b"1.0"),
        (b"1", b"true"),
        (b"0", b"null"),
        (b"false", b"null"),
        (b"0.1", b"0.10000000000000000001"),
        (b"(a\rb)", b"(a\nb)"),
        (b"(a\rb)", b"(a\\rb)"),
        (b"(\\x)", b"(x)"),
        (b"(\\777)", b"<FF>"),
        (b"1 0 R", b"1 1 R"),
        (b"1 0 R", b"[1 0]"),
        (b"[1 2]", b"[2 1]"),
        (b"<</A 1>>", b"<</A 1/B null>>"),
        (b"/#E9", b"/#C3#A9"),
        (b"/\xe9", b"/\xc3\xa9"),
        (b"/A#", b"/A#23"),
        (b"/A#0", b"/A#230"),
        (b"/A#00", b"/A#2300"),
        (b"<</A# 1>>", b"<</A#23 1>>"),
        (b"4294967296", b"04294967296"),
        (b"4294967296", b"4294967296.0"),
        (b"4294967296", b"0"),
        (b"99999999999", b"099999999999"),
        (b"4294967296.5", b"4294967296.50"),
        (b"0.1234567890123456789", b"0.12345678901234567890"),
        (b"[99999999999]", b"[99999999998]"),
    ],
)
def test_two_values(one: bytes, other: bytes) -> None:
    """Values that some reader or other tells apart; each is equal to itself."""
    assert source(one).meaning() != source(other).meaning()
    assert source(one).meaning() == source(one).meaning()


def test_which_entries_differ() -> None:
    """Those that change, come and go; of nothing, all."""
    before, after = source(b"<</A 1/B 2/C 3>>"), source(b"<</A 1/B 2.0/D 3>>")
    assert differing(before, after) == {b"B", b"C", b"D"}
    assert differing(None, after) == {b"A", b"B", b"D"}
    assert differing(before, before) == set()


def test_same_numbers() -> None:
    """Whole ones with a point or without; nothing that is no number, and no array."""
    assert same_numbers(source(b"[0 595.0]"), source(b"[0.0 595]"))
    assert not same_numbers(source(b"[0 595.0]"), source(b"[0 595.1]"))
    assert not same_numbers(source(b"[true]"), source(b"[true]"))
    assert not same_numbers(source(b"[0]"), source(b"[0 0]"))
    assert not same_numbers(source(b"[4294967296]"), source(b"[4294967296.0]"))
