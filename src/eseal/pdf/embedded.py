"""Every file that is embedded in a PDF, in whatever way a reader comes to it.

Readers offer what the tree of names has, also as a portfolio; what annotations have; and some what
is associated with the document or a part of it (/AF). Each is a file specification, a dictionary
with /EF, so that is looked for in all objects that the document has now.

Rules kept: only objects whose own text has /EF are read by pyHanko, and what has none costs a
search through the file; how much is looked through and how many files there are is bounded; what
cannot be read is told, never passed over.

Left to others: the files that a document is meant to have, by their names, to `reader`.
Source: ISO 32000-1, 7.11; ISO 32000-2, 14.13 (both read second-hand).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.xref import ObjStreamRef

from eseal.errors import MalformedError
from eseal.pdf.guarded import GuardedReader, resolve, translated
from eseal.pdf.reader import OpenPdf
from eseal.pdf.syntax import MAX_OBJECT_BYTES, read_body, read_value
from eseal.reasons import Reason

MAX_FILES: Final = 64
MAX_SEARCHED_BYTES: Final = 8 * 1024 * 1024
"""Of objects near an /EF; one that cannot be read counts as the longest that can."""

_EF: Final = re.compile(rb"/(?:E|#45)(?:F|#46)")
_NAMES: Final = ("/UF", "/F", "/Unix", "/Mac", "/DOS")


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedFile:
    """A file in a PDF.

    Attributes:
        names: what it is called; of several names readers show one or another.
        contents: what it holds; more than one where systems would see different files.
    """

    names: tuple[str, ...]
    contents: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    """Bytes in which objects stand: the file, or what an object stream holds.

    Attributes:
        data: the bytes.
        objects: which object begins where.
        end: says where the object that begins at a place ends.
    """

    data: bytes
    objects: Mapping[int, generic.Reference]
    end: Callable[[bytes, int], int]


def embedded_files(opened: OpenPdf) -> tuple[EmbeddedFile, ...]:
    """Read all files that are embedded in a document.

    Raises:
        MalformedError: BROKEN_PDF, one of them cannot be read; there are more than `MAX_FILES`, or
            there is too much to look through.
    """
    with translated(Reason.BROKEN_PDF, "EmbeddedFiles"):
        reader, found = opened.pyhanko, list[EmbeddedFile]()
        for number, holder in enumerate(_holders(reader)):
            found += [_read(reader, each) for each in _specifications(holder.get_object())]
            if max(number, len(found)) > MAX_FILES:
                raise misc.PdfReadError(
                    "嵌入文件或类似物过多 too many embedded files, or what is like them"
                )
        return tuple(found)


def _holders(reader: GuardedReader) -> Iterator[generic.Reference]:
    """Find the objects in whose own text /EF stands."""
    left = MAX_SEARCHED_BYTES
    for text in _texts(reader):
        for start, following, hit in _near(text):
            try:
                end = text.end(text.data, start)
            except MalformedError:
                if hit < following:
                    raise
                end = start + MAX_OBJECT_BYTES
            else:
                if hit < end:
                    yield text.objects[start]
            left -= end - start
            if left < 0:
                raise misc.PdfReadError(
                    "内容过多，未能查完嵌入文件 too much to look through for embedded files"
                )


def _texts(reader: GuardedReader) -> Iterator[_Text]:
    """Give the file and what its object streams hold, and the objects that stand there now."""
    revisions = map(reader.xrefs.get_xref_data, range(reader.xrefs.total_revisions))
    if not (_EF.search(reader.data) or any(each.obj_streams_used for each in revisions)):
        return
    in_file: dict[int, generic.Reference] = {}
    in_streams: dict[int, dict[int, generic.Reference]] = {}
    for reference, place in _places(reader).items():
        if isinstance(place, int):
            in_file[place] = reference
        elif place is not None:
            in_streams.setdefault(place.obj_stream_id, {})[place.ix_in_stream] = reference
    yield _Text(data=reader.data, objects=in_file, end=_end_in_file)
    for number, indexed in in_streams.items():
        yield _stream_text(reader, number, indexed)


def _places(reader: GuardedReader) -> Mapping[generic.Reference, int | ObjStreamRef | None]:
    """Say where each object stands by the newest revision that speaks of it; `None`: nowhere."""
    places: dict[generic.Reference, int | ObjStreamRef | None] = {}
    for revision in reversed(range(reader.xrefs.total_revisions)):
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            if reference not in places:
                places[reference] = reader.xrefs.get_historical_ref(reference, revision)
    return places


def _stream_text(
    reader: GuardedReader, number: int, indexed: Mapping[int, generic.Reference]
) -> _Text:
    """Unpack an object stream, whose head says where the objects begin behind it."""
    found = reader.get_object(generic.Reference(number, 0, reader))
    stream = resolve(found, generic.StreamObject)
    data = stream.read_data(DecodePurpose.OBJECT_STREAM)
    first = int(stream["/First"])
    offsets = [int(each) for each in data[:first].split()[1::2]]
    objects = {first + offsets[index]: reference for index, reference in indexed.items()}
    return _Text(data=data, objects=objects, end=_end_in_stream)


def _end_in_file(data: bytes, start: int) -> int:
    return read_body(data, start, comments=True)[1].end


def _end_in_stream(data: bytes, start: int) -> int:
    return read_value(data, start, comments=True).end


def _near(text: _Text) -> Iterator[tuple[int, int, int]]:
    """Give the objects whose text may reach to an /EF: their beginning, the next one's, the /EF."""
    hit = -1
    for start, following in pairwise([*sorted(text.objects), len(text.data)]):
        if hit < start:
            found = _EF.search(text.data, start)
            if found is None:
                return
            hit = found.start()
        if hit - start < MAX_OBJECT_BYTES:
            yield start, following, hit


def _specifications(holder: object) -> Iterator[generic.DictionaryObject]:
    """Give the dictionaries with /EF in an object, its references not followed."""
    waiting = [holder]
    while waiting:
        value = waiting.pop()
        if isinstance(value, generic.DictionaryObject):
            waiting.extend(value.values())
            if "/EF" in value:
                yield value
        elif isinstance(value, generic.ArrayObject):
            waiting.extend(value)


def _read(reader: GuardedReader, specification: generic.DictionaryObject) -> EmbeddedFile:
    """Read a file; a stream that was taken out of the document holds nothing."""
    files = resolve(specification["/EF"], generic.DictionaryObject)
    streams = {each.reference: each for each in files.values()}
    return EmbeddedFile(
        names=tuple({_text(specification[key]): None for key in _NAMES if key in specification}),
        contents=tuple(
            bytes(resolve(stream, generic.StreamObject).data)
            for reference, stream in streams.items()
            if reader.xrefs[reference] is not None
        ),
    )


def _text(name: generic.PdfObject) -> str:
    """Give a name as text; one in an encoding of its own byte by byte."""
    return name.decode("latin-1") if isinstance(name, bytes) else str(name)
