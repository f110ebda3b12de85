"""pyHanko's incremental update without its clock and its chance, and without its spelling.

It says of every document that it was modified now, by the machine's clock, and draws half of its
identifier; for neither is there a parameter, so that two of its attributes are set here, `_meta`
and `_document_id`. A test signs twice, and would tell if a new version wrote by others. What it
writes again of what was there is taken over byte by byte (`spliced`).
"""

import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata.model import DocumentMetadata

from eseal.pdf.guarded import GuardedReader
from eseal.pdf.spliced import Spliced, spliced


class DatedWriter(IncrementalPdfFileWriter):
    """Writes an update of a given time: the same file, time, signer and say give the same bytes."""

    def __init__(self, pdf: bytes, *, at: datetime, signer: bytes, said: str) -> None:
        """Read a file strictly, to write an update behind it.

        Args:
            pdf: the file.
            at: when it is modified, aware, in whole seconds.
            signer: SHA-256 of the certificate by which the update is signed.
            said: all else in which two updates may differ; their identifiers then do as well.
        """
        super().__init__(BytesIO(pdf), prev=GuardedReader(pdf))
        self._meta = _ModifiedAt(last_modified=at)
        told = hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
        seed = b"".join((signer, at.isoformat().encode(), told, pdf))
        changed = generic.ByteStringObject(hashlib.sha256(seed).digest()[:16])
        first = self._document_id[0] if "/ID" in self.prev.trailer else changed
        self._document_id = generic.ArrayObject((first, changed))

    def _write_objects(self, stream: Any, object_position_dict: Any) -> None:
        """Write objects; those that were there with their own bytes but for what changed."""
        for (generation, number), found in self.objects.items():
            reference = generic.Reference(number, generation, self.prev)
            is_stream = isinstance(found, generic.StreamObject)
            if self.prev.xrefs[reference] is not None and not is_stream:
                was = cast("GuardedReader", self.prev).source(reference)
                self.objects[generation, number] = Spliced(spliced(was, found))
        super()._write_objects(stream, object_position_dict)


class _ModifiedAt(DocumentMetadata):
    """What is said of a document; that it was modified `now` is not taken over."""

    def __setattr__(self, name: str, value: object) -> None:
        if (name, value) != ("last_modified", "now"):
            super().__setattr__(name, value)
