"""Where the objects of a revision are named: every key is followed, each object read once."""

import pytest

from eseal.pdf.named import TRAILER, History, Place, Standing
from eseal.pdf.reader import OpenPdf
from tests.pages import write_bodies, write_update

BASE = write_bodies(
    [
        b"<</Type/Catalog/Pages 2 0 R/X[5 0 R<</Y 9 0 R>>]>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"[5 0 R]",
        b"<</P 6 0 R/Self 5 0 R>>",
        b"[]",
    ]
)


def history(pdf: bytes) -> History:
    """The revisions of a file."""
    return OpenPdf(pdf).history


def test_says_where_all_are_named() -> None:
    """In the trailer, in dictionaries and arrays, by keys that lead up; there or not."""
    found = history(BASE).named(0)
    assert found.present == {number: Standing(0, 0) for number in range(1, 7)}
    assert found.places == {
        1: [Place(TRAILER, ("/Root",))],
        2: [Place(1, ("/Pages",)), Place(3, ("/Parent",))],
        3: [Place(2, ("/Kids", 0))],
        5: [Place(1, ("/X", 0)), Place(5, ("/Self",))],
        6: [Place(5, ("/P",))],
        9: [Place(1, ("/X", 1, "/Y"))],
    }


def test_each_revision_is_what_it_was() -> None:
    """An object that is written anew names other objects from then on."""
    both = history(write_update(BASE, {(6, 0): b"[8 0 R]"}))
    assert 8 not in both.named(0).places
    assert both.named(1).places[8] == [Place(6, (0,))]
    assert both.named(1).present[6] == Standing(1, 0)
    assert both.named(1) is both.named(1)


@pytest.mark.parametrize(("following", "is_there"), [(1, False), (5, True)])
def test_what_is_freed_is_gone(following: int, is_there: bool) -> None:
    """Unless it is of another generation that is freed: then some readers have it still."""
    found = history(write_update(BASE, {}, {5: following})).named(1)
    assert (5 in found.present) is is_there
    assert (6 in found.places) is is_there
