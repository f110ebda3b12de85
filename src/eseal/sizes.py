"""Sizes as people are told them, the same in every language."""

from typing import Final

_UNITS: Final = ((1 << 20, "MiB"), (1 << 10, "KiB"))


def size_words(size: int) -> str:
    """Write a size, in the largest unit of which it is a whole number."""
    for many, unit in _UNITS:
        if size % many == 0:
            return f"{size // many} {unit}"
    return f"{size} B"


def too_large(limit: int) -> str:
    """Say that something is larger than a limit, and what that is."""
    words = size_words(limit)
    return f"过大，至多 {words} it is too large: at most {words}"
