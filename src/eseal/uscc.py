"""The unified social credit code (统一社会信用代码): its form and its two check characters.

Pure arithmetic, and one sentence that says what is wrong. Whether a code was ever assigned to
anybody nobody can tell offline.

Source: GB 32100-2015 and GB 11714-1997; read second-hand, confirmed on published examples.
"""

import re
from operator import mul
from typing import Final

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: no I, O, S, V, Z."""

_FORM: Final = re.compile(r"[1-9A-HJ-NP-RTUWXY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
_VALUES: Final = {character: value for value, character in enumerate(USCC_ALPHABET)}
_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # 3^i mod 31
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def has_uscc_form(text: str) -> bool:
    """Tell whether a text has the form of a code, whatever its check characters are."""
    return _FORM.fullmatch(text) is not None


def uscc_fault(text: str) -> str:
    """Say what is wrong with a code, Chinese first; empty if nothing is."""
    if not has_uscc_form(text):
        return "应为 18 位数字及大写字母 not 18 digits and capitals"
    if text[16] != organisation_check(text[8:16]):
        return "第 17 位校验不符 character 17 does not fit 9 to 16"
    if text[17] != uscc_check(text[:17]):
        return "第 18 位校验不符 character 18 does not fit 1 to 17"
    return ""


def uscc_check(text: str) -> str:
    """Check the first 17 characters of a code (GB 32100)."""
    total = sum(map(mul, map(_VALUES.__getitem__, text), _WEIGHTS))
    return USCC_ALPHABET[-total % 31]


def organisation_check(text: str) -> str:
    """Check the first eight characters of an organisation code (GB 11714): digits and capitals."""
    total = sum(map(mul, (int(each, 36) for each in text), _ORGANISATION_WEIGHTS))
    return "0123456789X"[-total % 11]
