"""An object that an update writes again, with the bytes that it had where it says what it said.

pyHanko writes all of a page anew to add an annotation, and not as it was: a string that begins as
UTF-16 does with other bytes, a name that is no UTF-8 as another name, 595.0 as 595. Whoever stamps
a document would sign something else than what was handed in. So only what changed is pyHanko's,
and it stands within the bytes that were there; nothing is taken away.

Left to others: which objects are written again, to pyHanko; reading them, to `guarded`.
"""

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic

from eseal.pdf.source import Source


class Spliced(generic.PdfObject):
    """An object as it is to be written."""

    def __init__(self, written: bytes) -> None:
        self._written = written

    def write_to_stream(self, stream: Any, *_: Any, **__: Any) -> None:
        """Write it."""
        stream.write(self._written)


def spliced(before: Source, now: generic.PdfObject) -> bytes:
    """Write an object that was there.

    Args:
        before: what it says in the file.
        now: what it shall say, as pyHanko has it; what it does not speak of stays.

    Raises:
        PdfError: pyHanko's; it cannot be read.
    """
    was = generic.read_object(BytesIO(before.text + b" "), generic.Reference(0, 0))
    if _written(was) == _written(now):
        return before.text
    if isinstance(was, generic.DictionaryObject) and isinstance(now, generic.DictionaryObject):
        return _dictionary(before, was, now)
    if isinstance(was, generic.ArrayObject) and isinstance(now, generic.ArrayObject):
        return _array(before, was, now)
    return _written(now)


def _dictionary(
    before: Source, was: generic.DictionaryObject, now: generic.DictionaryObject
) -> bytes:
    changes = [
        (entry, now.raw_get(key))
        for key, entry in zip(was, before.entries().values(), strict=True)
        if key in now
    ]
    more = [
        b" %b %b" % (_written(key), _written(now.raw_get(key))) for key in now if key not in was
    ]
    return _exchanged(before, changes, b"".join(more), b">>")


def _array(before: Source, was: generic.ArrayObject, now: generic.ArrayObject) -> bytes:
    if len(now) < len(was):
        return _written(now)
    here = [now.raw_get(index) for index in range(len(now))]
    more = [b" %b" % _written(item) for item in here[len(was) :]]
    changes = list(zip(before.items(), here, strict=False))
    return _exchanged(before, changes, b"".join(more), b"]")


def _exchanged(
    before: Source, changes: list[tuple[Source, generic.PdfObject]], more: bytes, closing: bytes
) -> bytes:
    """Put what parts shall say in their places, and more at the end."""
    data, position = before.data, before.placed.start
    parts: list[bytes] = []
    for part, now in changes:
        parts += data[position : part.placed.start], spliced(part, now)
        position = part.placed.end
    return b"".join((*parts, data[position : before.placed.end - len(closing)], more, closing))


def _written(value: generic.PdfObject) -> bytes:
    output = BytesIO()
    value.write_to_stream(output)
    return output.getvalue()
