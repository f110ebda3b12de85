"""Which characters the shipped fonts have, and which package has the others.

The shipped fonts cover the 8105 characters of 通用规范汉字表 (2013) with Latin and punctuation;
`charset.txt` beside them says exactly what, and is written by the script that cut them.
"""

from functools import cache
from pathlib import Path
from typing import Final

FONT_FOLDER: Final = Path(__file__).parent / "fonts"

_BREAKS: Final = frozenset("\n")
_PLANE_2: Final = 0x20000


@cache
def shipped_characters() -> frozenset[str]:
    """Read the characters that the shipped fonts have."""
    return frozenset((FONT_FOLDER / "charset.txt").read_text(encoding="utf-8")) | _BREAKS


def not_shipped(text: str) -> frozenset[str]:
    """Name the characters of `text` that the shipped fonts lack."""
    return frozenset(text) - shipped_characters()


def package_with(character: str) -> str:
    """Name the Debian package whose fonts are likely to have a character."""
    return "fonts-hanazono" if ord(character) >= _PLANE_2 else "fonts-noto-cjk"
