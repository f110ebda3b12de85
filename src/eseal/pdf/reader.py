"""The door to pyHanko's reading of PDFs: strict, bounded, and every fault translated.

pyHanko reads the objects, finds the signatures, digests what they cover and checks their CMS. What
it raises on hostile bytes is of many kinds; all of them leave here as MalformedError.

Rules kept:
    - strict mode: nothing is repaired;
    - an encrypted file is refused before anything in it is read;
    - what decompresses is bounded, for one stream and for the document;
    - pyHanko reads character by character, and takes 90 bytes of memory for one of the file in a
      long name: what it is going to read is read by `eseal.pdf.syntax` first, and bounded.

Left to others: what pyHanko lets through (`eseal.pdf.structure`, `eseal.signed_data`).
"""

import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any, TypeVar

from asn1crypto import x509
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import (
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.sections import check_sections
from eseal.pdf.structure import MAX_STREAM_BYTES
from eseal.pdf.syntax import Reference, broken, read_body
from eseal.pdf.xmp import read_identifier
from eseal.reasons import Reason
from eseal.stack import SuiteSignatureValidator

MAX_DECODED_BYTES = 64 * 1024 * 1024
MAX_ATTACHMENTS = 16
MAX_SIGNATURES = 16
MAX_FIELDS = 1000
MAX_PARSED_BYTES = 384 * 1024
"""Of objects, without their streams, in all that is read of a document."""

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

# pyHanko logs, with a traceback, what it also raises or returns; a library keeps that to itself
# unless the application listens.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())


@contextmanager
def translated(reason: Reason, at: str) -> Iterator[None]:
    """Turn whatever pyHanko raises into a MalformedError; errors of ours pass."""
    try:
        yield
    except FOREIGN_ERRORS as error:
        sentence = f"{type(error).__name__}: {error}"[:200]
        raise MalformedError(reason, sentence, at=at) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureField:
    """A signature field that has been filled: its name, and where its signature lies.

    Attributes:
        name: fully qualified.
        reference: number and generation of the signature dictionary's object.
        offset: where that object begins.
    """

    name: str
    reference: Reference
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What pyHanko says of a signature.

    Attributes:
        covers_file: it covers the entire file but itself.
        digest_matches: what it covers has the digest that was signed.
        signature_holds: the signature value is right for the signer's key.
        certificate: the signer's, as pyHanko has it.
        cms: the whole of /Contents, as pyHanko has it.
    """

    covers_file: bool
    digest_matches: bool
    signature_holds: bool
    certificate: x509.Certificate
    cms: bytes


class _GuardedReader(PdfFileReader):
    """pyHanko's reader, which reads no object that is not in bounds."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._guarded: dict[int, int] = {}
        super().__init__(BytesIO(data), strict=True, decode_limits=_LIMITS)

    def get_object(self, ref: generic.Reference, *options: Any, **more: Any) -> Any:
        """Read an object, after it was measured."""
        offset = self.xrefs[ref]
        if isinstance(offset, int) and offset not in self._guarded:
            _, body = read_body(self._data, offset)
            self._guarded[offset] = body.end - offset
            if sum(self._guarded.values()) > MAX_PARSED_BYTES:
                raise broken("there is too much to read", offset)
        return super().get_object(ref, *options, **more)  # type: ignore[no-untyped-call]


class OpenPdf:
    """A PDF as pyHanko reads it."""

    def __init__(self, data: bytes) -> None:
        """Open a PDF.

        Raises:
            MalformedError: BROKEN_PDF, pyHanko cannot read it, or it is out of bounds.
            RefusedError: ENCRYPTED_PDF.
        """
        check_sections(data, len(data))
        with translated(Reason.BROKEN_PDF, "document"):
            self._reader = _GuardedReader(data)
            is_encrypted = "/Encrypt" in self._reader.trailer_view
        if is_encrypted:
            raise RefusedError(Reason.ENCRYPTED_PDF, "the trailer has /Encrypt")
        with translated(Reason.BROKEN_PDF, "document"):
            self._root = self._reader.root

    @cached_property
    def _fields(self) -> "tuple[tuple[str, generic.IndirectObject], ...]":
        self._check_fields()
        found = enumerate_sig_fields(self._reader, filled_status=True)
        return tuple((str(name), field) for name, _, field in found)

    def signature_fields(self) -> tuple[SignatureField, ...]:
        """List the filled signature fields.

        Raises:
            MalformedError: SIGNATURE_MALFORMED, the form cannot be read, holds too many, or has
                a signature that is no object of its own in the file.
        """
        with translated(Reason.SIGNATURE_MALFORMED, "AcroForm"):
            if len(self._fields) > MAX_SIGNATURES:
                raise misc.PdfReadError(f"{len(self._fields)} signatures")
            return tuple(self._locate(name, field) for name, field in self._fields)

    def _check_fields(self) -> None:
        """See that the fields are a tree of bounded size: pyHanko walks it along every path."""
        form = _entry(self._root, "/AcroForm", generic.DictionaryObject)
        waiting = [] if form is None else [_entry(form, "/Fields", generic.ArrayObject)]
        seen: set[generic.Reference] = set()
        while waiting:
            for field in waiting.pop() or ():
                if field.reference in seen or len(seen) >= MAX_FIELDS:
                    raise misc.PdfReadError("the fields are no tree, or too many")
                seen.add(field.reference)
                found = _resolve(field, generic.DictionaryObject)
                waiting.append(_entry(found, "/Kids", generic.ArrayObject))

    def _locate(self, name: str, field: generic.IndirectObject) -> SignatureField:
        value = _resolve(field, generic.DictionaryObject).raw_get("/V")
        if not isinstance(value, generic.IndirectObject):
            raise misc.PdfReadError(f"the signature of {name} is no object of its own")
        offset = self._reader.xrefs[value.reference]
        if not isinstance(offset, int):
            raise misc.PdfReadError(f"the signature of {name} is compressed")
        reference = Reference(value.reference.idnum, value.reference.generation)
        return SignatureField(name=name, reference=reference, offset=offset)

    def judge_signature(self, number: int) -> Judgement:
        """Let pyHanko judge the signature of field `number`, by integrity and by its key.

        Raises:
            MalformedError: SIGNATURE_MALFORMED, pyHanko does not take it for a signature.
        """
        name, field = self._fields[number]
        with translated(Reason.SIGNATURE_MALFORMED, name):
            dictionary = _resolve(field, generic.DictionaryObject)
            embedded = EmbeddedPdfSignature(self._reader, dictionary, name)
            # Nothing may follow a signature here: there is no difference to analyse.
            embedded.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
            certificate = embedded.signer_cert
            matches, holds = validate_sig_integrity(
                embedded.signer_info,
                certificate,
                expected_content_type="data",
                actual_digest=embedded.compute_digest(),
                sig_validator=SuiteSignatureValidator(),
            )
            return Judgement(
                covers_file=embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE,
                digest_matches=matches,
                signature_holds=holds,
                certificate=certificate,
                cms=embedded.pkcs7_content,
            )

    def xmp_identifier(self) -> str | None:
        """Read `dc:identifier` from the document's metadata; `None` where there is none.

        Raises:
            MalformedError: BROKEN_PDF, the metadata cannot be read.
        """
        with translated(Reason.BROKEN_PDF, "Metadata"):
            stream = _entry(self._root, "/Metadata", generic.StreamObject)
            if stream is None:
                return None
            xmp = stream.data
        return read_identifier(xmp)

    def attachments(self) -> dict[str, bytes]:
        """Read the files attached to the document, by name.

        Raises:
            MalformedError: BROKEN_PDF, they cannot be read, are too many or too large, or a name
                stands for two.
        """
        with translated(Reason.BROKEN_PDF, "EmbeddedFiles"):
            found: dict[str, bytes] = {}
            for specification in self._specifications():
                name = str(specification["/UF"] if "/UF" in specification else specification["/F"])
                if name in found or len(found) >= MAX_ATTACHMENTS:
                    raise misc.PdfReadError(f"{name}: attached twice, or too many")
                found[name] = self._attached(specification)
            return found

    def _specifications(self) -> Iterator[generic.DictionaryObject]:
        """The file specifications of the name tree, in its order."""
        names = _entry(self._root, "/Names", generic.DictionaryObject)
        tree = names and _entry(names, "/EmbeddedFiles", generic.DictionaryObject)
        waiting: list[generic.PdfObject] = [] if tree is None else [tree]
        for _ in range(4 * MAX_ATTACHMENTS):
            if not waiting:
                return
            node = _resolve(waiting.pop(0), generic.DictionaryObject)
            pairs = _entry(node, "/Names", generic.ArrayObject) or ()
            for index in range(1, len(pairs), 2):
                yield _resolve(pairs[index], generic.DictionaryObject)
            waiting.extend(_entry(node, "/Kids", generic.ArrayObject) or ())
        raise misc.PdfReadError("the tree of names is too large")

    def _attached(self, specification: generic.DictionaryObject) -> bytes:
        files = specification["/EF"]
        streams = [files.raw_get(key) for key in files]
        if len({getattr(stream, "reference", None) for stream in streams}) != 1:
            raise misc.PdfReadError("a file with two contents, or none")
        return bytes(_resolve(streams[0], generic.StreamObject).data)


def _entry(entries: generic.DictionaryObject, key: str, kind: type[Kind]) -> Kind | None:
    """What stands under `key`, `None` where nothing does; of this kind or an error."""
    return _resolve(entries.raw_get(key), kind) if key in entries else None


def _resolve(value: generic.PdfObject, kind: type[Kind]) -> Kind:
    found = value.get_object()  # type: ignore[no-untyped-call]
    if not isinstance(found, kind):
        raise misc.PdfReadError(f"a {kind.__name__} was expected")
    return found
