"""The door to pyHanko's reading of PDFs: strict, bounded, and every fault translated.

pyHanko reads the objects of a file; what it raises on hostile bytes is of many kinds, and all of
them leave here as MalformedError.

Rules kept:
    - strict mode: nothing is repaired;
    - what decompresses is bounded, for one stream and for the document;
    - pyHanko reads character by character, and takes 90 bytes of memory for one of the file in a
      long name: what it is going to read is read by `eseal.pdf.syntax` first, and bounded, in
      every revision of it;
    - strings in hexadecimal and names are read by ways of ours (`spellings`);
    - object streams are read at once (`object_streams`), and what they hold is counted before:
      pyHanko takes 400 bytes of memory for two of the file;
    - rows written as differences are counted, and read as other readers do (`predictors`).

Left to others: what is in the file to `reader`, its signatures to `judging`.
"""

import logging
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, TypeVar

from pyhanko.pdf_utils import filters, generic, misc
from pyhanko.pdf_utils.decode_limits import (
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef

from eseal.der import fault_words, is_ours
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.pdf.hybrid import join_hybrid
from eseal.pdf.object_streams import ObjectStream
from eseal.pdf.predictors import count_rows, unpredicted
from eseal.pdf.source import Source
from eseal.pdf.spellings import read_spellings
from eseal.pdf.structure import MAX_STREAM_BYTES
from eseal.pdf.syntax import MAX_PARSED_BYTES, read_body, read_value
from eseal.pdf.values import Placed
from eseal.reasons import Reason

MAX_DECODED_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_TOKENS = 400_000
"""Names, numbers, words and openings in all object streams that are opened."""

MAX_ROWS = 200_000
"""Written as differences, in all streams that are unpacked: each takes a microsecond."""

MAX_COMPARED = 2_000_000
"""Annotations, in all lists that are held against each other: each takes some microseconds."""

Kind = TypeVar("Kind", bound=generic.PdfObject)

# What pyHanko and asn1crypto raise on bytes that are not what they expect.
FOREIGN_ERRORS = (
    misc.PdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,  # with RecursionError and NotImplementedError
    OSError,
    EOFError,
    zlib.error,
    struct.error,
)

_STRUCTURE = StreamDecodeLimits(max_output_size=1024 * 1024)
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=MAX_STREAM_BYTES),
    per_purpose={DecodePurpose.OBJECT_STREAM: _STRUCTURE, DecodePurpose.XREF_STREAM: _STRUCTURE},
    document_budget=DocumentDecodeBudget(base_allowance=MAX_DECODED_BYTES, max_ratio=2),
)
_PREDICTORS = range(10, 16)
_NOTHING_IF_NULL = frozenset({"/Annots", "/AcroForm"})
"""Keys under which pyHanko looks for more without a thought of null, which is nothing (7.3.7)."""

_LONGEST = 150
_WRONG = (
    (re.compile("generation|xref|/Prev", re.IGNORECASE), "：交叉引用表有误"),
    (re.compile("object|endobj", re.IGNORECASE), "：其中的对象有误"),
)
"""What pyHanko is speaking of, by its words; the first that fits counts."""

# pyHanko logs, with a traceback, what it also raises or returns; a library keeps that to itself
# unless the application listens.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())


read_spellings()


def _inflate(
    self: filters.FlateDecode,  # noqa: ARG001 - it takes the place of a method
    data: bytes,
    decode_params: Any,
    max_output_size: int | None,
) -> bytes:
    """Unpack as pyHanko does, but read rows of differences as other readers do."""
    whole = filters._bounded_decompress(data, max_output_size)
    said = decode_params if isinstance(decode_params, generic.DictionaryObject) else {}
    predictor = said.get("/Predictor", 1)
    if predictor == 1:
        return whole
    if predictor not in _PREDICTORS:
        raise misc.PdfReadError(f"不支持的预测 a predictor that is not read: {predictor}")
    rows = {
        "columns": said.get("/Columns", 1),
        "colors": said.get("/Colors", 1),
        "bits": said.get("/BitsPerComponent", 8),
    }
    _count_rows(decode_params, count_rows(whole, **rows))
    return unpredicted(whole, **rows)


def _count_rows(decode_params: generic.DictionaryObject, rows: int) -> None:
    """Count rows with those of the document that their stream is of."""
    place = decode_params.container_ref
    handler = place.get_pdf_handler() if place is not None else None
    reader = handler.reader if isinstance(handler, HistoricalResolver) else handler
    if isinstance(reader, GuardedReader):
        reader.count_rows(rows)


filters.FlateDecode.decode_bounded = _inflate  # type: ignore[method-assign]  # as above


@contextmanager
def translated(reason: Reason, at: str) -> Iterator[None]:
    """Turn whatever pyHanko raises into a MalformedError; errors of ours pass."""
    try:
        yield
    except FOREIGN_ERRORS as error:
        raise MalformedError(reason, told_by(error), at=at) from error


def told_by(error: Exception) -> str:
    """Say what is wrong; what pyHanko says of PDF itself helps, other libraries' words do not."""
    if isinstance(error, EvidenceError):
        return error.told
    said = str(error)
    if isinstance(error, misc.PdfError) and not is_ours(said):
        zh = next((words for sign, words in _WRONG if sign.search(said)), "")
        return f"无法处理{zh} it cannot be processed ({said[:_LONGEST]})"
    return fault_words(error)


class GuardedReader(PdfFileReader):
    """pyHanko's reader, which reads no object that is not in bounds.

    Attributes:
        data: the file.
    """

    def __init__(self, data: bytes, *, known: "GuardedReader | None" = None) -> None:
        """Read a file; what another reader of the same bytes has measured is not measured again."""
        self.data = data
        self._guarded: set[int] = set()
        self._measured = 0
        if known is not None and known.data is data:
            self._guarded |= known._guarded
            self._measured = known._measured
        self._streams: dict[int, ObjectStream] = {}
        self._faults: dict[int, MalformedError] = {}
        self._sources: dict[int | ObjStreamRef, Source] = {}
        self._tokens = self._rows = self._compared = 0
        super().__init__(BytesIO(data), strict=True, decode_limits=_LIMITS)
        join_hybrid(self.xrefs)

    def get_object(  # type: ignore[override]  # pyHanko's own reader has it so
        self, ref: generic.Reference, revision: int | None = None, *options: Any, **more: Any
    ) -> Any:
        """Read an object, after it was measured."""
        offset = (
            self.xrefs[ref] if revision is None else self.xrefs.get_historical_ref(ref, revision)
        )
        if isinstance(offset, int) and offset not in self._guarded:
            body = self._body(offset)
            self._guarded.add(offset)
            self._measured += body.end - offset
            if self._measured > MAX_PARSED_BYTES:
                raise too_much()
        found = super().get_object(ref, revision, *options, **more)
        if isinstance(found, generic.DictionaryObject):
            for key in _NOTHING_IF_NULL & found.keys():
                if isinstance(found.raw_get(key), generic.NullObject):
                    del found[key]
        return found

    def _body(self, offset: int) -> Placed:
        if offset in self._faults:
            raise self._faults[offset]
        try:
            return read_body(self.data, offset, comments=True, most=MAX_PARSED_BYTES)[1]
        except MalformedError as error:
            end = offset + MAX_PARSED_BYTES
            if end < len(self.data) and self.data.find(b"endobj", offset, end) < 0:
                raise too_much() from error
            self._faults[offset] = error
            raise

    def count_rows(self, rows: int) -> None:
        """Count rows that were written as differences.

        Raises:
            RefusedError: INPUT_TOO_LARGE, there are too many of them.
        """
        self._rows += rows
        if self._rows > MAX_ROWS:
            raise too_much()

    def count_compared(self, annotations: int) -> None:
        """Count annotations that are held against others.

        Raises:
            RefusedError: INPUT_TOO_LARGE, there are too many of them.
        """
        self._compared += annotations
        if self._compared > MAX_COMPARED:
            raise too_much()

    def source(self, ref: generic.Reference, revision: int | None = None) -> Source:
        """The bytes of an object that was read, and what they say; raises as `get_object`.

        It is the same value again wherever the same object is meant.
        """
        number = self.total_revisions - 1 if revision is None else revision
        place = self.xrefs.get_historical_ref(ref, number)
        if place is None:
            raise misc.PdfReadError(f"没有此对象 there is no object {ref.idnum}")
        if place not in self._sources:
            self.get_object(ref, revision)
            self._sources[place] = self._source(place)
        return self._sources[place]

    def _source(self, place: int | ObjStreamRef) -> Source:
        if isinstance(place, int):
            return Source(self.data, self._body(place))
        content, start = self._streams[place.obj_stream_id].source(place.ix_in_stream)
        return Source(content, read_value(content, start, comments=True, most=MAX_PARSED_BYTES))

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> generic.PdfObject:
        """Read an object of an object stream, which is opened once."""
        return self.object_stream(stmnum).read(idx, generic.Reference(idnum, 0, self))

    def object_stream(self, number: int) -> ObjectStream:
        """Open an object stream, once.

        Raises:
            PdfError: it is none.
            RefusedError: INPUT_TOO_LARGE, there is too much in it and those opened before.
        """
        if number not in self._streams:
            opened = ObjectStream(generic.Reference(number, 0, self).get_object())
            self._tokens += opened.count_tokens(MAX_UNPACKED_TOKENS - self._tokens)
            if self._tokens > MAX_UNPACKED_TOKENS:
                raise too_much()
            self._streams[number] = opened
        return self._streams[number]


def too_much() -> RefusedError:
    """Make the error for a file with more in it than is read."""
    return RefusedError(Reason.INPUT_TOO_LARGE, "内容过多 there is too much to read")


def entry(entries: generic.DictionaryObject, key: str, kind: type[Kind]) -> Kind | None:
    """What stands under `key`, `None` where nothing does; of this kind or an error."""
    return resolve(entries.raw_get(key), kind) if key in entries else None


def resolve(value: generic.PdfObject, kind: type[Kind]) -> Kind:
    """Follow a reference, if it is one; of this kind or an error."""
    found = value.get_object()
    if not isinstance(found, kind):
        raise misc.PdfReadError(f"对象类型不符 a {kind.__name__} was expected")
    return found
