"""The identifier in the metadata: put in, read back, and never read from what is not plain."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.rendered import open_rendered
from eseal.pdf.xmp import MAX_XMP_BYTES, add_identifier, read_identifier, says_identifier
from eseal.reasons import Reason
from tests.rendered import render_sample

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"


def xmp(inside: str, attributes: str = "") -> bytes:
    """Metadata with something inside their one description."""
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}" xmlns:dc="{DC}">'
        f'<rdf:Description rdf:about=""{attributes}>{inside}</rdf:Description></rdf:RDF>'
        "</x:xmpmeta>"
    ).encode()


@given(identifier=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_reads_what_was_put_in(identifier: str) -> None:
    """Whatever the identifier's characters, it reads back from the renderer's metadata."""
    _, rendered = open_rendered(render_sample()).metadata()
    assert read_identifier(rendered) is None
    assert read_identifier(add_identifier(rendered, identifier)) == identifier


def test_changes_nothing_else() -> None:
    """Without the element the bytes are those of the renderer."""
    _, rendered = open_rendered(render_sample()).metadata()
    element = b"<dc:identifier>a&amp;b</dc:identifier>"
    assert add_identifier(rendered, "a&b").replace(element, b"") == rendered


def test_says_what_was_put_in_and_nothing_else() -> None:
    """Only the identifier itself, once, in the form in which it is put in."""
    _, rendered = open_rendered(render_sample()).metadata()
    said = add_identifier(rendered, "a&b")
    assert says_identifier(said, "a&b")
    assert not says_identifier(said, "a")
    assert not says_identifier(rendered, "a&b")
    assert not says_identifier(said + b"<dc:identifier>c</dc:identifier>", "a&b")


@pytest.mark.parametrize("other", ["one", "two"])
def test_reads_every_way_to_write_it(other: str) -> None:
    """An element, an attribute, another prefix: the same property."""
    assert read_identifier(xmp(f"<dc:identifier> {other} </dc:identifier>")) == other
    assert read_identifier(xmp("", f' dc:identifier="{other}"')) == other
    assert read_identifier(xmp(f'<d:identifier xmlns:d="{DC}">{other}</d:identifier>')) == other


def test_elsewhere_it_is_another_property() -> None:
    """An identifier inside another property is not the document's."""
    inside = "<dc:source><dc:identifier>other</dc:identifier></dc:source>"
    assert read_identifier(xmp(inside)) is None
    assert read_identifier(xmp("<dc:title>x</dc:title>")) is None


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"not XML",
        xmp("<dc:identifier>a</dc:identifier><dc:identifier>a</dc:identifier>"),
        xmp("<dc:identifier>a</dc:identifier>", ' dc:identifier="a"'),
        xmp("<dc:identifier><b>a</b></dc:identifier>"),
        xmp("<dc:identifier>&other;</dc:identifier>"),
        b'<!DOCTYPE x [<!ENTITY a "a">]>' + xmp("<dc:identifier>&a;</dc:identifier>"),
        xmp("<dc:identifier>a</dc:identifier>") + b"<more/>",
        xmp(" " * MAX_XMP_BYTES),
    ],
)
def test_refuses(bad: bytes) -> None:
    """No XML, twice, not plain, an entity, a document type, something behind, too long."""
    with pytest.raises(MalformedError) as caught:
        read_identifier(bad)
    assert caught.value.reason is Reason.BROKEN_PDF


@pytest.mark.parametrize(
    "foreign",
    [b"", xmp("") + xmp(""), xmp("<dc:identifier>a</dc:identifier>")],
)
def test_puts_into_the_renderers_metadata_only(foreign: bytes) -> None:
    """Metadata in another form, or with an identifier, are not touched."""
    with pytest.raises(RefusedError) as caught:
        add_identifier(foreign, "x")
    assert caught.value.reason is Reason.PDF_NOT_OURS
