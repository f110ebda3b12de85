"""The check characters of Chinese identifiers: pure arithmetic, one function a standard.

Each takes the characters before the check character and returns it. Forms are checked by the
caller (`licences.identifiers`); a character outside the standard's alphabet is a programming error.
Those of organisations' codes are in `eseal.uscc`, for certificates name them.

Source: GB/T 17710-2008 = ISO/IEC 7064 (MOD 37,36), GB 11643-1999; read second-hand, confirmed on
published examples.
"""

from operator import mul

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_VALUES = {character: value for value, character in enumerate(_ALPHANUMERIC)}
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


def citizen_check(text: str) -> str:
    """Check the first 17 digits of a citizen number (GB 11643)."""
    return _CITIZEN_CHECKS[sum(map(mul, map(int, text), _CITIZEN_WEIGHTS)) % 11]
