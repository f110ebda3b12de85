"""What two processes say to each other about pages: frames of JSON and bytes, read strictly.

A frame is the length of its JSON, the length of its bytes, and both. Whoever reads one says how
long it may be; nothing of it is ever executed or unpickled.

Left to others: who speaks, to `helper` and `child`.
"""

import json
import struct
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

MAX_JSON: Final = 64 * 1024 * 1024
"""Bytes of a frame's JSON: the text of the pages is in it."""

MAX_PIXELS: Final = 40_000_000
"""Pixels of a page that is drawn: A4 at 600 dpi has 35 million."""

MAX_BYTES: Final = 4 * MAX_PIXELS
"""Bytes behind the JSON of an answer: a page that is drawn."""

READY: Final = {"ready": True}
"""What a helper says first."""

MALFORMED: Final = "malformed"
REFUSED: Final = "refused"
NO_PAGE: Final = "no page"
"""Faults that are told, by name."""

_LENGTHS: Final = struct.Struct(">QQ")
_HYPHEN_AT_LINE_END: Final = "\ufffe"  # as pdfium gives it
_NOTHING: Final = frozenset({_HYPHEN_AT_LINE_END, "\ufeff", "\u00ad", "\x00"})


def frame_of(head: Mapping[str, Any], body: bytes = b"") -> tuple[bytes, bytes]:
    """Write a frame, in two parts."""
    text = json.dumps(head, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(body)) + text, body


def read_frame(
    read: Callable[[int], bytes], *, most: int | None = None
) -> tuple[dict[str, Any], bytes]:
    """Read a frame.

    Args:
        read: gives exactly so many bytes.
        most: how many bytes may stand behind the JSON.

    Raises:
        ValueError: it is none, or too long.
    """
    length, behind = _LENGTHS.unpack(read(_LENGTHS.size))
    if length > MAX_JSON or (most is not None and behind > most):
        msg = "a frame is too long"
        raise ValueError(msg)
    try:
        head = json.loads(read(length))
    except RecursionError as error:
        msg = "a frame is too deep"
        raise ValueError(msg) from error
    if not isinstance(head, dict):
        msg = "a frame is no object"
        raise ValueError(msg)  # noqa: TRY004 - of what was read, not of an argument
    return head, read(behind)


def squeezed(text: str) -> str:
    """Take spaces out, and write compatibility forms (ligatures, radicals) as what they mean."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if not char.isspace() and char not in _NOTHING)
