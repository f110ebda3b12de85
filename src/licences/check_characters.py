"""The check characters of Chinese identifiers: pure arithmetic, one function a standard.

Each takes the characters before the check character and returns it. Forms are checked by the
caller (`licences.identifiers`); a character outside the standard's alphabet is a programming error.

Source: GB/T 17710-2008 = ISO/IEC 7064 (MOD 37,36), GB 32100-2015, GB 11714-1997, GB 11643-1999;
read second-hand, confirmed on published examples.
"""

from collections.abc import Iterable
from operator import mul

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: no I, O, S, V, Z."""

_VALUES = {character: value for value, character in enumerate(_ALPHANUMERIC)}
_USCC_VALUES = {character: value for value, character in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # 3^i mod 31
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # 2^(17-i) mod 11
_CITIZEN_CHECKS = "10X98765432"
_AFTER = {
    character: tuple(((product + value) % 36 or 36) * 2 % 37 for product in range(37))
    for character, value in _VALUES.items()
}
"""ISO 7064's product after each character, by the product before it; below 37 always."""


def mod_37_36(text: str) -> str:
    """Check digits and capitals of any length (ISO/IEC 7064 MOD 37,36)."""
    product = 36
    for character in text:
        product = _AFTER[character][product]
    return _ALPHANUMERIC[(37 - product) % 36]


def uscc_check(text: str) -> str:
    """Check the first 17 characters of a unified social credit code (GB 32100)."""
    total = _weigh(map(_USCC_VALUES.__getitem__, text), _USCC_WEIGHTS)
    return USCC_ALPHABET[-total % 31]


def organisation_check(text: str) -> str:
    """Check the first eight characters of an organisation code (GB 11714)."""
    total = _weigh(map(_VALUES.__getitem__, text), _ORGANISATION_WEIGHTS)
    return "0123456789X"[-total % 11]


def citizen_check(text: str) -> str:
    """Check the first 17 digits of a citizen number (GB 11643)."""
    return _CITIZEN_CHECKS[_weigh(map(int, text), _CITIZEN_WEIGHTS) % 11]


def _weigh(values: Iterable[int], weights: tuple[int, ...]) -> int:
    return sum(map(mul, values, weights))
