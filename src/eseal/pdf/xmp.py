"""The document's identifier (`dc:identifier`) in its XMP metadata: read, and put in.

Reading refuses what XMP has no use for: document types, and with them entities of one's own.
Putting in changes nothing else, so that what was PDF/A stays PDF/A.

Source: ISO 16684-1 (XMP), ISO 19005-3, 6.6 (both read second-hand).
"""

from html import escape
from xml.etree import ElementTree

from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason

MAX_XMP_BYTES = 1024 * 1024

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_DESCRIPTION = f"{{{_RDF}}}Description"
_IDENTIFIER = f"{{{_DC}}}identifier"
_DECLARED = f'xmlns:dc="{_DC}"'.encode()
_END = b"</rdf:Description>"


def read_identifier(xmp: bytes) -> str | None:
    """Read `dc:identifier`, as element or attribute; `None` where there is none.

    Raises:
        MalformedError: BROKEN_PDF, it is no XML, has a document type, or says it twice.
    """
    # In no encoding without zero bytes that expat reads can a document type look otherwise.
    if len(xmp) > MAX_XMP_BYTES or b"\0" in xmp or b"<!DOCTYPE" in xmp:
        raise _broken("过长，或自有文档类型 longer than the limit, or of a type of its own")
    try:
        root = ElementTree.fromstring(xmp)  # noqa: S314 - without a document type: no entities
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _broken(f"不是 XML not XML: {error}") from error
    found: list[str] = []
    for description in root.iter(_DESCRIPTION):
        if _IDENTIFIER in description.attrib:
            found.append(description.attrib[_IDENTIFIER])
        for element in description.findall(_IDENTIFIER):
            if len(element):
                raise _broken("标识不是普通文字 the identifier is no plain text")
            found.append(element.text or "")
    if len(found) > 1:
        raise _broken("标识重复 the identifier stands twice")
    return found[0].strip() if found else None


def says_identifier(xmp: bytes, identifier: str) -> bool:
    """Does it say just this identifier, in the form in which `add_identifier` writes it?"""
    return xmp.count(b"dc:identifier") == 2 and _element(identifier) in xmp


def add_identifier(xmp: bytes, identifier: str) -> bytes:
    """Put `dc:identifier` behind what the renderer wrote.

    Raises:
        RefusedError: PDF_NOT_OURS, not the form that our renderer writes.
    """
    if xmp.count(_END) != 1 or xmp.count(_DECLARED) != 1 or b"dc:identifier" in xmp:
        raise RefusedError(
            Reason.PDF_NOT_OURS,
            "元数据的形式与排版程序的不同 metadata in another form than the renderer's",
            at="Metadata",
        )
    place = xmp.index(_END)
    return xmp[:place] + _element(identifier) + xmp[place:]


def _element(identifier: str) -> bytes:
    return f"<dc:identifier>{escape(identifier, quote=False)}</dc:identifier>".encode()


def _broken(sentence: str) -> MalformedError:
    return MalformedError(Reason.BROKEN_PDF, sentence, at="Metadata")
