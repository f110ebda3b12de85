"""Which package has the characters that the shipped fonts lack."""

from typing import Final

_PLANE_2: Final = 0x20000


def package_with(character: str) -> str:
    """Name the Debian package whose fonts are likely to have a character."""
    return "fonts-hanazono" if ord(character) >= _PLANE_2 else "fonts-noto-cjk"
