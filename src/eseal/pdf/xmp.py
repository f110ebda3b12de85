"""The document's identifier (`dc:identifier`) in its XMP metadata: read, and put in.

Reading is done by expat and refuses what XMP has no use for (document types, and with them
entities). Putting in changes nothing else, so that what was PDF/A stays PDF/A.

Source: ISO 16684-1 (XMP), ISO 19005-3, 6.6 (both read second-hand).
"""

from xml.parsers import expat
from xml.sax.saxutils import escape

from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason

MAX_XMP_BYTES = 1024 * 1024

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_DESCRIPTION = f"{_RDF} Description"
_IDENTIFIER = f"{_DC} identifier"
_DECLARED = f'xmlns:dc="{_DC}"'.encode()
_END = b"</rdf:Description>"


def read_identifier(xmp: bytes) -> str | None:
    """Read `dc:identifier`; `None` where there is none.

    Raises:
        MalformedError: BROKEN_PDF, it is no XML, has a document type, or says it twice.
    """
    if len(xmp) > MAX_XMP_BYTES:
        raise _broken("longer than the limit")
    search = _Search()
    try:
        search.parser.Parse(xmp, True)
    except expat.ExpatError as error:
        raise _broken(str(error)) from error
    if len(search.found) > 1:
        raise _broken("the identifier stands twice")
    return search.found[0].strip() if search.found else None


def add_identifier(xmp: bytes, identifier: str) -> bytes:
    """Put `dc:identifier` behind what the renderer wrote.

    Raises:
        RefusedError: PDF_NOT_OURS, not the form that our renderer writes.
    """
    if xmp.count(_END) != 1 or xmp.count(_DECLARED) != 1 or b"dc:identifier" in xmp:
        raise RefusedError(
            Reason.PDF_NOT_OURS, "metadata in another form than the renderer's", at="Metadata"
        )
    element = f"<dc:identifier>{escape(identifier)}</dc:identifier>".encode()
    place = xmp.index(_END)
    return xmp[:place] + element + xmp[place:]


class _Search:
    """Collects the identifiers that stand directly in a description, as element or attribute."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._path: list[str] = []
        self._is_inside = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse_document_type
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._is_inside:
            raise _broken("the identifier is no plain text")
        if name == _DESCRIPTION and _IDENTIFIER in attributes:
            self.found.append(attributes[_IDENTIFIER])
        if name == _IDENTIFIER and self._path[-1:] == [_DESCRIPTION]:
            self.found.append("")
            self._is_inside = True
        self._path.append(name)

    def _end(self, _name: str) -> None:
        self._path.pop()
        self._is_inside = False

    def _text(self, text: str) -> None:
        if self._is_inside:
            self.found[-1] += text

    def _refuse_document_type(self, *_declaration: object) -> None:
        raise _broken("a document type does not belong here")


def _broken(sentence: str) -> MalformedError:
    return MalformedError(Reason.BROKEN_PDF, sentence, at="Metadata")
