"""Do texts stand on a page? Each by itself, and each at a place of its own.

White space is removed on both sides, and every text has to be found with white space, a line's end
or the page's around it, so that 伍佰万元整 is not found in 伍佰万元整至伍亿元整. Longer texts are
looked for first and used up.

Left to others: the text of a page, to `eseal.pdf.pages`; what has to stand on it, to who asks.
"""

import re
import unicodedata
from collections.abc import Mapping
from itertools import accumulate

_CONSUMED = "\x00"
_WHITE_SPACE = re.compile(r"[\s\u00ad\ufeff]+")
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
"""What pdfium reads Latin ligatures as."""

_HYPHEN_AT_LINE_END = "\ufffe"  # as pdfium gives it, and the line's end with it


def words_not_shown(wanted: Mapping[str, str], page: str) -> tuple[str, ...]:
    """Name the texts that do not stand on a page by themselves; the longest first."""
    words = _Words(page)
    squeezed = {name: _squeeze(text) for name, text in wanted.items()}
    longest_first = sorted(squeezed.items(), key=lambda item: -len(item[1]))
    return tuple(name for name, text in longest_first if not words.take(text))


class _Words:
    """The text of pages without its white space, and where white space was."""

    def __init__(self, page: str) -> None:
        page = page.replace(_HYPHEN_AT_LINE_END, "-\n").translate(_LIGATURES)
        parts = _WHITE_SPACE.split(page)
        self._text = "".join(parts)
        self._edges = set(accumulate(map(len, parts), initial=0))

    def take(self, wanted: str) -> bool:
        """Find `wanted` between white space, or the page's ends, and use it up."""
        start = self._text.find(wanted)
        while start >= 0:
            end = start + len(wanted)
            if start in self._edges and end in self._edges:
                self._text = f"{self._text[:start]}{_CONSUMED * len(wanted)}{self._text[end:]}"
                return True
            start = self._text.find(wanted, start + 1)
        return False


def _squeeze(text: str) -> str:
    return _WHITE_SPACE.sub("", text.translate(_LIGATURES))
