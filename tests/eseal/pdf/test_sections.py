"""Which revisions of a file are closed by signatures: nothing else may stand between them."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from eseal.errors import MalformedError
from eseal.pdf.reader import OpenPdf
from eseal.pdf.sections import check_sections, closed_ends, last_start
from eseal.reasons import Reason
from tests.pages import blank


@pytest.fixture(scope="module")
def revisions() -> list[bytes]:
    """A file, and after it each of three updates."""
    found = [blank()]
    for number in range(3):
        writer = IncrementalPdfFileWriter(BytesIO(found[-1]))
        writer.add_object(generic.pdf_string(str(number)))
        output = BytesIO()
        writer.write(output)  # type: ignore[no-untyped-call]
        found.append(output.getvalue())
    return found


@pytest.fixture(scope="module")
def ends(revisions: list[bytes]) -> list[int]:
    """Where each of the revisions ends."""
    return [len(one) for one in revisions]


def test_all_closed(revisions: list[bytes], ends: list[int]) -> None:
    """Every revision ends where a signature does: all of these ends are closed."""
    for least in range(4):
        assert closed_ends(revisions[-1], ends[least:]) == frozenset(ends[least:])


def test_an_end_named_twice_is_one(revisions: list[bytes], ends: list[int]) -> None:
    """Two signatures that say the same end change nothing."""
    assert closed_ends(revisions[-1], [*ends, ends[-1], ends[2]]) == frozenset(ends)


def test_a_revision_between_that_nobody_closes(revisions: list[bytes], ends: list[int]) -> None:
    """Before a revision that no signature closes no end is closed."""
    assert closed_ends(revisions[-1], [ends[0], ends[1], ends[3]]) == frozenset({ends[3]})


def test_the_last_revision_has_to_be_closed(revisions: list[bytes], ends: list[int]) -> None:
    """Where no signature ends with the file, or one beyond it, nothing is closed."""
    assert closed_ends(revisions[-1], ends[:3]) == frozenset()
    assert closed_ends(revisions[-1], [*ends, ends[-1] + 1]) == frozenset()
    assert closed_ends(revisions[-1] + b"\n", ends) == frozenset()
    assert closed_ends(revisions[-1], []) == frozenset()


@pytest.mark.parametrize("off", [-40, -2, 1, 2])
def test_an_end_within_a_revision(revisions: list[bytes], ends: list[int], off: int) -> None:
    """An end that is none of a revision is not closed, and what is before it neither."""
    found = closed_ends(revisions[-1], [ends[0], ends[1], ends[2] + off, ends[3]])
    assert found == frozenset({ends[3]})


def test_bytes_between_revisions(revisions: list[bytes], ends: list[int]) -> None:
    """An end that copies the tail of a revision, further on, is the end of the same section.

    What stands between is signed by who signed behind it, but was not there before.
    """
    tail = revisions[1][revisions[1].rindex(b"startxref") :]
    longer = revisions[1] + b"% sample\n" + tail
    writer = IncrementalPdfFileWriter(BytesIO(longer))
    writer.add_object(generic.pdf_string("x"))
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    pdf = output.getvalue()
    assert closed_ends(pdf, [ends[1], len(pdf)]) == frozenset({ends[1], len(pdf)})


def test_sections_that_go_round(revisions: list[bytes], ends: list[int]) -> None:
    """Sections that follow themselves end the search; what was found before it counts only."""
    first = b"/Prev %d" % last_start(revisions[-1], ends[2])
    assert first in revisions[-1]
    round_about = revisions[-1].replace(first, b"/Prev %d" % last_start(revisions[-1], ends[3]), 1)
    assert closed_ends(round_about, [*ends[:3], len(round_about)]) <= {len(round_about)}


def test_says_where_the_last_section_begins(revisions: list[bytes], ends: list[int]) -> None:
    """Each end says where its section begins; anything else says nothing."""
    for end in ends:
        start = last_start(revisions[-1], end)
        assert revisions[-1][start:].startswith(b"xref")
        with pytest.raises(MalformedError) as caught:
            last_start(revisions[-1], end - 3)
        assert caught.value.reason is Reason.BROKEN_PDF


def with_stream(kind: int) -> bytes:
    """A file with a cross-reference stream, whose entry for the object 3 is of this kind."""
    pdf = blank()
    start = last_start(pdf, len(pdf))
    places = [0, *(pdf.index(b"%d 0 obj" % number) for number in range(1, 6)), start]
    kinds = [0, 1, 1, kind, 1, 1, 1]
    rows = b"".join(bytes([k, *divmod(at, 256), 0]) for k, at in zip(kinds, places, strict=True))
    head = b"<</Type/XRef/W[1 2 1]/Size 7/Root 1 0 R/Length %d>>" % len(rows)
    stream = b"6 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (head, rows)
    return pdf[:start] + stream + b"startxref\n%d\n%%%%EOF\n" % start


def test_entries_are_of_known_kinds() -> None:
    """An object of a kind that pyHanko passes over is nothing to readers, whatever it was."""
    (section,) = check_sections(with_stream(1), len(with_stream(1)))
    assert section == (last_start(with_stream(1), len(with_stream(1))), 6)
    OpenPdf(with_stream(1))
    with pytest.raises(MalformedError) as caught:
        OpenPdf(with_stream(3))
    assert "unknown kind" in caught.value.sentence
