"""The fonts of faces: their families, and what is said of characters that they lack.

Left to others: which characters the shipped fonts have, to `eseal.fonts`.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from eseal.errors import RefusedError
from licences.face_source import literal
from licences.reasons import LicenceReason
from licences.typesetter import Typesetter, TypesettingError

SHIPPED_FAMILY: Final = "Licence Song"
FALLBACK_FAMILIES: Final = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "HanaMinA",
    "HanaMinB",
)  # GB 18030-2022, level 3, together

_NO_LETTERS: Final = (
    "去掉所指的字符，或改写为文字；安装字体也无济于事；不会印成空白",
    "Leave the character out that is named, or write words: no font is likely to have it, and it "
    "is never left blank",
)
"""What to do about characters that no package of fonts has."""
_PLANE_2: Final = 0x20000


def has_glyph(typesetter: Typesetter, folder: Path, character: str, *, at: datetime) -> bool:
    """Ask whether any font has a character, by setting nothing else.

    Args:
        typesetter: sets it.
        folder: of the type whose face needs it.
        character: what is asked for.
        at: the time that the PDF states as its own.
    """
    families = ", ".join(map(literal, (SHIPPED_FAMILY, *FALLBACK_FAMILIES)))
    source = f"#set text(font: ({families}), fallback: false)\n#{literal(character)}"
    try:
        typesetter.pdf(folder, source.encode(), at=at, fallback=True)
    except TypesettingError:
        return False
    return True


def missing_glyph(missing: Sequence[str], shown: Mapping[str, str]) -> RefusedError:
    """Make the refusal of characters that no font has: named, with what to do about each kind.

    Letters may be in a package of fonts; emoji, symbols and private characters have to go.

    Args:
        missing: the characters.
        shown: the display string of every field, by its name; the first field that has one of them
            is told.
    """
    named = ", ".join(f"{each} (U+{ord(each):04X})" for each in missing)
    letters = [each for each in missing if unicodedata.category(each).startswith("L")]
    packages = ", ".join(sorted({_package_with(each) for each in letters}))
    zh, en = f"可用字体中没有 {named}", f"no installed font has {named}"
    if len(letters) < len(missing):
        zh += "；表情与符号请去掉或用文字代替"
        en += "; leave out emoji and symbols, or write words"
    if letters:
        zh += f"；可安装字体包 {packages}"
        en += f"; the Debian package {packages} may have it"
    at = _field_with(frozenset(missing), shown)
    error = RefusedError.apart(LicenceReason.MISSING_GLYPH, zh, en, at=at)
    error.advice = None if letters else _NO_LETTERS
    return error


def shown_otherwise(odd: Iterable[str], name: str) -> RefusedError:
    """Make the refusal of a field whose characters installed fonts show as something else.

    Args:
        odd: its characters that the shipped fonts lack.
        name: the field.
    """
    named = ", ".join(f"{each} (U+{ord(each):04X})" for each in sorted(odd))
    return RefusedError.apart(
        LicenceReason.MISSING_GLYPH,
        f"可用字体把其中之一示作别的字：{named}",
        f"the installed fonts show one of these as something else: {named}",
        at=f"/{name}",
    )


def _package_with(character: str) -> str:
    """Name the Debian package whose fonts are likely to have a character."""
    return "fonts-hanazono" if ord(character) >= _PLANE_2 else "fonts-noto-cjk"


def _field_with(characters: frozenset[str], shown: Mapping[str, str]) -> str:
    for name, text in shown.items():
        if not characters.isdisjoint(text):
            return f"/{name}"
    return ""
