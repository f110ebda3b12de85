"""Objects that many files have in common: dictionaries without a stream, read once.

The files that one renderer and one writer make share catalog, page and field, byte for byte. Such
an object is cut out of its file, and what was read of the last ones is remembered by their bytes.

Left to others: what an object may look like to `syntax`, where it stands to `sections`.
"""

from dataclasses import dataclass
from functools import lru_cache

from eseal.pdf.sections import Section, find_offset
from eseal.pdf.syntax import MAX_OBJECT_BYTES, read_object
from eseal.pdf.values import Dictionary, Placed, Reference, broken

_END = b"endobj"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainObject:
    """A dictionary by itself; to be looked at only, for it may be remembered.

    Attributes:
        reference: its number and generation as its own header says.
        source: the object's bytes.
        body: the place of the dictionary in `source`.
        entries: the dictionary; places in it are places in `source`.
    """

    reference: Reference
    source: bytes
    body: Placed
    entries: Dictionary

    @property
    def text(self) -> bytes:
        """The dictionary as it stands."""
        return self.source[self.body.start : self.body.end]

    def dictionary(self) -> Dictionary:
        """The dictionary, as of any other object."""
        return self.entries


def find_plain(data: bytes, sections: tuple[Section, ...], value: object) -> PlainObject:
    """Read the plain object that a reference points to, in the newest of `sections` that has it.

    Raises:
        MalformedError: it is no reference, leads to no object of its number, or to another kind of
            object.
    """
    reference, offset = find_offset(data, sections, value)
    end = data.find(_END, offset, offset + MAX_OBJECT_BYTES)
    # One byte more than the object has, for it decides whether the object ends there.
    found = _read(data[offset : max(offset, end + len(_END) + 1)])
    if found.reference != reference:
        raise broken(f"不是所指对象 not object {reference.number}", offset)
    return found


@lru_cache(maxsize=256)
def _read(source: bytes) -> PlainObject:
    found = read_object(source, 0)
    if found.stream is not None:
        raise broken("此处应为普通对象，却是流 a stream, where a plain object was expected", 0)
    return PlainObject(
        reference=found.reference, source=source, body=found.body, entries=found.dictionary()
    )
