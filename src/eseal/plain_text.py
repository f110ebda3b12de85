"""Texts that came from documents, made harmless for whoever looks at them on a terminal.

Rules kept: controls but tab and line feed, other ends of lines, marks that turn text and halves of
characters are never written as they are; in JSON they are escaped, so that its value stays.
"""

import json
import re
from collections.abc import Iterable
from typing import Final

_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Make a text that came from a document harmless for a terminal."""
    return _UNPRINTABLE.sub("\ufffd", text)


def json_text(value: object, *, indent: int | None = None, compact: bool = False) -> str:
    """Write JSON for people and programs: Chinese as it is, and nothing that a terminal obeys."""
    separators = (",", ":") if compact else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def in_a_row(names: Iterable[str]) -> str:
    """List names for people, always in one order."""
    return ", ".join(sorted(names))
