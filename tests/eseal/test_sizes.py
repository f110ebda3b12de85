"""Sizes as people are told them."""

import pytest

from eseal.sizes import size_words, too_large


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (32 << 20, "32 MiB"),
        (1536 << 10, "1536 KiB"),
        (1 << 10, "1 KiB"),
        (1000, "1000 B"),
    ],
)
def test_a_size_has_the_largest_unit_that_is_whole(size: int, words: str) -> None:
    """So no size is rounded."""
    assert size_words(size) == words


def test_a_limit_is_told_in_each_language() -> None:
    """Whoever reads one of them knows how large it may be."""
    assert too_large(32 << 20) == "过大，至多 32 MiB it is too large: at most 32 MiB"
