"""Characters that nobody sees: with one of them a page shows another text than is signed.

They are the controls, what turns or ends lines, halves of characters, and all that Unicode lets a
font leave out: fillers, joiners, tags, and the selectors of variants too, since whether a variant
is shown is up to the font, and no reader of a page can tell that it was asked for.

Source: Unicode 16.0, DerivedCoreProperties.txt, `Default_Ignorable_Code_Point`; chapter 23.
"""

import re
from typing import Final

_DEFAULT_IGNORABLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_OTHERS: Final = "\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"
_UNSEEN: Final = re.compile(f"[{_DEFAULT_IGNORABLE}{_OTHERS}]")

_PLAIN: Final = re.compile("[ -~\u3001-\u3163\u3200-\u9fff\uff01-\uff5e]*")
"""What most texts are of: ASCII, Chinese, and signs of full width."""


def is_plain(text: str) -> bool:
    """Whether a text has surely no such character and no line feed; quick, and true of most."""
    return _PLAIN.fullmatch(text) is not None


def find_unseen(text: str) -> str | None:
    """Give the first character that nobody sees, `None` if there is none; line feeds are none."""
    found = _UNSEEN.search(text)
    return None if found is None else found[0]
