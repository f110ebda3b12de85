"""PDF objects, written: what stands between `obj` and `endobj`, and around it.

Rules kept: line ends and spaces as ISO 19005-3, 6.1.7 and 6.1.9, wants them.
Left to others: reading, to `syntax`.
Source: ISO 32000-1, 7.3 and 7.9 (read second-hand).
"""

from datetime import UTC, datetime

from eseal.pdf.values import Reference

_ESCAPES = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})


def write_object(reference: Reference, body: bytes) -> bytes:
    """Write an indirect object; its body says everything between `obj` and `endobj`."""
    return b"%d %d obj\n%b\nendobj\n" % (*reference, body)


def write_stream(entries: bytes, content: bytes) -> bytes:
    """Write a stream; `entries` are those of its dictionary but for the length."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def write_text(value: str) -> bytes:
    """Write a text string: ASCII in parentheses, anything else as UTF-16 in hexadecimal."""
    if value.isascii() and value.isprintable():
        return b"(%b)" % value.translate(_ESCAPES).encode()
    return b"<FEFF%b>" % value.encode("utf-16-be").hex().encode()


def write_time(at: datetime) -> bytes:
    """Write a time as a date string without its parentheses, in UTC, to the second."""
    return at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode()
