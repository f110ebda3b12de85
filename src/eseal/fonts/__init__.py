"""The fonts that come with the package: Licence Song in two weights, under the SIL OFL 1.1.

They cover the 8105 characters of 通用规范汉字表 (2013) with Latin and punctuation; `charset.txt`
says exactly what, and is written by the script that cut them (`scripts/make_fonts.py`).
"""

from functools import cache
from pathlib import Path
from typing import Final

FONT_FOLDER: Final = Path(__file__).parent

_BREAKS: Final = frozenset("\n")


@cache
def shipped_characters() -> frozenset[str]:
    """Read the characters that the shipped fonts have."""
    return frozenset((FONT_FOLDER / "charset.txt").read_text(encoding="utf-8")) | _BREAKS


def not_shipped(text: str) -> frozenset[str]:
    """Name the characters of `text` that the shipped fonts lack."""
    return frozenset(text) - shipped_characters()
