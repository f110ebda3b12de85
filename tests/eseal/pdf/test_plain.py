"""Plain objects: read by themselves, remembered by their bytes, refused if anything else."""

import pytest

from eseal.errors import MalformedError
from eseal.pdf.plain import PlainObject, find_plain
from eseal.pdf.rendered import open_rendered
from eseal.pdf.sections import Section, Subsection, read_last_section
from eseal.pdf.values import Dictionary, Reference
from tests.rendered import render_sample

_TAIL = b"xref\n1 1\n%010d 00000 n\r\ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"


def _find(body: bytes, *, before: bytes = b"") -> PlainObject:
    """Find object 1 in a file where it is `body`, behind `before`."""
    data = before + body
    data += _TAIL % (len(before), len(data))
    return find_plain(data, (read_last_section(data, len(data)),), Reference(1, 0))


def test_reads_the_same_wherever_it_stands() -> None:
    """An object that was read before is not read again, and its places are its own."""
    source = b"1 0 obj\n<</Type/Page/Annots[2 0 R]>>\nendobj\n"
    first, second = _find(source), _find(source, before=b"%PDF-1.7\n")
    assert first is second
    assert first.text == b"<</Type/Page/Annots[2 0 R]>>"
    assert first.dictionary() == first.entries
    place = first.entries.entries[b"Annots"]
    assert first.source[place.start : place.end] == b"[2 0 R]"


def test_another_byte_is_another_object() -> None:
    """What is remembered is never taken for something similar."""
    assert _find(b"1 0 obj\n<</A 1>>\nendobj\n").entries.value(b"A") == 1
    assert _find(b"1 0 obj\n<</A 2>>\nendobj\n").entries.value(b"A") == 2


@pytest.mark.parametrize(
    "body",
    [
        b"1 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\n",
        b"1 0 obj\n<</A(endobj)>>\nendobj\n",
        b"1 0 obj\n<</A 1>>\nendobjx\n",
        b"1 0 obj\n<</A 1/A 2>>\nendobj\n",
        b"1 0 obj\n<</A 1>>\n",
        b"1 0 obj\n[1]\nendobj\n",
        b"2 0 obj\n<</A 1>>\nendobj\n",
        b"<</A 1>>\nendobj\n",
    ],
    ids=["stream", "end-within", "no-end", "twice", "cut-off", "array", "number", "no-header"],
)
def test_refuses_whatever_is_no_plain_object(body: bytes) -> None:
    """A stream, another object, no dictionary, no end, a key twice; an end where none should be."""
    with pytest.raises(MalformedError):
        _find(body)


def test_refuses_what_is_no_reference_or_leads_nowhere() -> None:
    """A value that is no reference, and an object that no section speaks of."""
    run = Subsection(first=1, count=1, start=0)
    section = Section(start=0, subsections=(run,), entries=Dictionary({}))
    for value in (1, Reference(2, 0)):
        with pytest.raises(MalformedError):
            find_plain(b"", (section,), value)


def test_a_page_is_the_same_by_itself_and_in_its_file() -> None:
    """The page that a writer extends is the one that stands in the file."""
    file = open_rendered(render_sample())
    placed, plain = file.page(0), file.plain_page(0)
    assert placed.reference == plain.reference
    assert file.source(placed.body) == plain.text
