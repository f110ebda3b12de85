"""pyHanko's incremental update without its clock and its chance, its spelling and its additions.

It draws half of a file's identifier, for which there is no parameter, so that an attribute is set
here, `_document_id`: a test signs twice, and would tell if a new version wrote by another. It says
that the document was modified, by what, and of which version it is; that is left as it was, for
/Info, metadata and catalog may be used as something else, too, and whoever signs says when in the
signature. What it writes again of what was there is taken over byte by byte (`spliced`).
"""

import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from eseal.pdf.guarded import GuardedReader
from eseal.pdf.spliced import Spliced, spliced


class DatedWriter(IncrementalPdfFileWriter):
    """Writes an update of a given time: the same file, time, signer and say give the same bytes."""

    def __init__(
        self, pdf: bytes, *, known: GuardedReader, at: datetime, signer: bytes, said: str
    ) -> None:
        """Read a file strictly, to write an update behind it.

        Args:
            pdf: the file.
            known: another reader of it.
            at: when it is modified, aware, in whole seconds.
            signer: SHA-256 of the certificate by which the update is signed.
            said: all else in which two updates may differ; their identifiers then do as well.
        """
        super().__init__(BytesIO(pdf), prev=GuardedReader(pdf, known=known))
        told = hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
        seed = b"".join((signer, at.isoformat().encode(), told, pdf))
        changed = generic.ByteStringObject(hashlib.sha256(seed).digest()[:16])
        first = self._document_id[0] if "/ID" in self.prev.trailer else changed
        self._document_id = generic.ArrayObject((first, changed))

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Leave the version as it is: readers take signatures in any."""

    def register_extension(self, ext: DeveloperExtension) -> None:
        """Leave the extensions as they are."""

    def _update_meta(self) -> None:
        """Leave /Info and metadata as they are."""

    def _write_objects(self, stream: Any, object_position_dict: Any) -> None:
        """Write objects; those that were there with their own bytes but for what changed."""
        for (generation, number), found in self.objects.items():
            reference = generic.Reference(number, generation, self.prev)
            is_stream = isinstance(found, generic.StreamObject)
            if self.prev.xrefs[reference] is not None and not is_stream:
                was = cast("GuardedReader", self.prev).source(reference)
                self.objects[generation, number] = Spliced(spliced(was, found))
        super()._write_objects(stream, object_position_dict)
