"""Which objects each revision of a PDF has, and where they are named.

A revision is walked from its trailer, each object once and no key passed over, so that it takes as
long as the file is large. pyHanko's own walk follows every path, of which a small file can have
more than anybody could count, and passes over /Parent and /P.

Objects go by their numbers alone: not all readers look at the generation.

Left to others: what may become of what is named where, to `later`.
Source: ISO 32000-1, 7.3.10 and 7.5.4 (read second-hand).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.xref import ObjStreamRef

from eseal.errors import MalformedError
from eseal.pdf.guarded import FOREIGN_ERRORS, GuardedReader, told_by
from eseal.pdf.values import Reference
from eseal.reasons import Reason

TRAILER: Final = 0
"""Stands for the trailer where an object's number is expected; no object has it."""


class Place(NamedTuple):
    """Where an object is named: the number of the object that names it, and the keys there."""

    container: int
    path: tuple[str | int, ...]


class Pointer(NamedTuple):
    """A reference, and where it stands."""

    number: int
    generation: int
    place: Place


class Standing(NamedTuple):
    """Which revision made an object what it is, and of which generation it is."""

    revision: int
    generation: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What a revision has, and where it is named.

    Attributes:
        present: the objects that there are, reachable or not.
        places: where the objects are named that are reachable, or would be if they were there.
        astray: what of these leads to nothing, or to an object of another generation.
    """

    present: Mapping[int, Standing]
    places: Mapping[int, Sequence[Place]]
    astray: frozenset[Pointer]


class UnreadableObjectError(MalformedError):
    """An object that cannot be read, so that what it names is not known.

    Attributes:
        number: of the object.
        holder: of the object stream that has it; 0 where none does.
    """

    number = holder = 0


class History:
    """The revisions of a file, each looked through when it is asked for, and once.

    Attributes:
        reader: reads the file.
    """

    def __init__(self, reader: GuardedReader) -> None:
        self.reader = reader
        self._latest = self._present(reader.total_revisions - 1)
        self._named: dict[int, Named] = {}
        self._within: dict[tuple[int, Standing], list[Pointer]] = {}

    def named(self, revision: int) -> Named:
        """Say what the revision of this number has, from 0, and where it is named."""
        if revision not in self._named:
            present = self._present(revision)
            self._named[revision] = self._walked(revision, present)
        return self._named[revision]

    def root(self, revision: int) -> Reference:
        """Say which object is the catalog of a revision."""
        found = self.reader.get_historical_resolver(revision).root_ref
        return Reference(found.idnum, found.generation)

    def _present(self, revision: int) -> dict[int, Standing]:
        found: dict[int, Standing] = {}
        for number in range(revision + 1):
            section = self.reader.xrefs.get_xref_data(number)
            for freed, following in section.freed.items():  # of another generation it frees nothing
                if freed in found and found[freed].generation == following - 1:
                    del found[freed]
            for one, (generation, _) in section.standard_xrefs.items():
                found[one] = Standing(number, generation)
            found |= dict.fromkeys(section.xrefs_in_objstm, Standing(number, 0))
        return found

    def _walked(self, revision: int, present: Mapping[int, Standing]) -> Named:
        trailer = self.reader.trailer.flatten(revision)
        streams = [Pointer(number, 0, Place(TRAILER, ())) for number in self._streams(revision)]
        waiting = [[*_names(trailer, TRAILER, ()), *streams]]
        found: dict[int, list[Place]] = {}
        astray: set[Pointer] = set()
        while waiting:
            for pointer in waiting.pop():
                number, generation, place = pointer
                places = found.setdefault(number, [])
                standing = present.get(number)
                if standing is None or standing.generation != generation:
                    astray.add(pointer)
                if not places and standing is not None:
                    waiting.append(self._names_in(number, standing, revision))
                places.append(place)
        return Named(present=present, places=found, astray=frozenset(astray))

    def _streams(self, revision: int) -> set[int]:
        """The object streams that the revision needs, which only its sections name."""
        sections = (self.reader.xrefs.get_xref_data(one) for one in range(revision + 1))
        return {number for section in sections for number in section.obj_streams_used}

    def _names_in(self, number: int, standing: Standing, revision: int) -> list[Pointer]:
        """What an object names, and where."""
        if (number, standing) not in self._within:
            is_latest = self._latest.get(number) == standing
            reference = generic.Reference(number, standing.generation, self.reader)
            try:
                found = self.reader.get_object(reference, None if is_latest else revision)
            except (*FOREIGN_ERRORS, MalformedError) as error:
                raise self._unreadable(reference, revision, error) from error
            self._within[number, standing] = list(_names(found, number, ()))
        return self._within[number, standing]

    def _unreadable(
        self, reference: generic.Reference, revision: int, error: Exception
    ) -> UnreadableObjectError:
        at = f"object {reference.idnum}"
        found = UnreadableObjectError(Reason.BROKEN_PDF, told_by(error), at=at)
        found.number = reference.idnum
        place = self.reader.xrefs.get_historical_ref(reference, revision)
        if isinstance(place, ObjStreamRef):
            found.holder = place.obj_stream_id
        return found


def _names(
    value: generic.PdfObject, container: int, path: tuple[str | int, ...]
) -> Iterator[Pointer]:
    if isinstance(value, generic.IndirectObject):
        yield Pointer(value.idnum, value.generation, Place(container, path))
    elif isinstance(value, generic.DictionaryObject):
        for key, one in value.items():
            yield from _names(one, container, (*path, key))
    elif isinstance(value, generic.ArrayObject):
        for index, one in enumerate(value):
            yield from _names(one, container, (*path, index))
