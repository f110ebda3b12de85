"""What people write into records of licences and seals: who acts, why, on what ground, what for.

Rules kept: one line, bounded, printable. Journals of licences are read without asking again, so
that what was once recorded stays readable.
"""

from typing import Final

from eseal.errors import RefusedError
from licences.reasons import LicenceReason

MAX_TEXT: Final = 200
"""Characters of a name, a matter (事项), a reason or a basis."""


def check_text(text: str, at: str, *, required: bool = True) -> str:
    """See that a text is printable and not longer than 200 characters.

    Raises:
        RefusedError: TEXT_REFUSED; `.at` names the text.
    """
    if required and not text.strip():
        raise RefusedError(LicenceReason.TEXT_REFUSED, "不能为空 it is empty", at=at)
    if len(text) > MAX_TEXT:
        sentence = f"过长，至多 {MAX_TEXT} 字 {len(text)} characters, of at most {MAX_TEXT}"
        raise RefusedError(LicenceReason.TEXT_REFUSED, sentence, at=at)
    if not text.isprintable():
        odd = next(each for each in text if not each.isprintable())
        sentence = f"含不可打印字符 not printable: U+{ord(odd):04X}"
        raise RefusedError(LicenceReason.TEXT_REFUSED, sentence, at=at)
    return text
