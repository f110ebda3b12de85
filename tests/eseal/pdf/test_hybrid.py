"""Files with a stream beside a table, as Microsoft Word ends them: both have to say the same."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from eseal.errors import MalformedError
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.reader import OpenPdf
from eseal.pdf.sections import last_start
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Check, Outcome
from tests.eseal.pdf.test_later import told
from tests.vectors.hybrid import PACKED, Hybrid
from tests.vectors.sealed_pdf import SealedForge, mark
from tests.world import NOW


def stamped(forge: SealedForge, pdf: bytes) -> bytes:
    """The file with one more signature that shows a mark."""
    return sign_foreign_pdf(pdf, forge.cms, at=NOW, marks=[mark()])


def test_a_file_of_word_is_signed_twice(rsa_sealed: SealedForge) -> None:
    """Each signature holds, and what is hidden from old readers is read."""
    once = stamped(rsa_sealed, Hybrid().write())
    twice = stamped(rsa_sealed, once)
    for pdf, count in ((once, 1), (twice, 2)):
        evidence = verify_pdf(pdf, judge=rsa_sealed.judge)
        findings = {one.check: one.outcome for one in evidence.findings}
        assert len(evidence.judged) == count
        assert findings[Check.INTEGRITY] is findings[Check.SIGNATURE] is Outcome.PASSED
        reader = PdfReader(BytesIO(pdf), strict=True)
        assert "/K" in str(reader.root_object["/StructTreeRoot"].get_object())
    assert told(rsa_sealed, twice) == ""


@pytest.mark.parametrize(
    "hybrid",
    [
        Hybrid(empty=b"0 1\r\n0000000000 65535 f\r\n"),
        Hybrid(said=b""),
        Hybrid(table={5: b"0000000000 65535 f"}),
        Hybrid(table={8: b"0000000000 65535 f"}),
        Hybrid(stream={4: None}),
    ],
    ids=["object 0", "no trailer", "hidden", "stream is free", "left to the table"],
)
def test_both_say_the_same(rsa_sealed: SealedForge, hybrid: Hybrid) -> None:
    """What one of them leaves to the other is no contradiction."""
    assert told(rsa_sealed, stamped(rsa_sealed, stamped(rsa_sealed, hybrid.write()))) == ""


REFUSED = {
    "another place": Hybrid(table={4: b"0000000009 00000 n"}),
    "another generation": Hybrid(stream={4: (1, 9, 1)}),
    "in use beside an object stream": Hybrid(table={next(iter(PACKED)): b"0000000009 00000 n"}),
    "free in the stream": Hybrid(stream={4: (0, 0, 1)}),
    "never in the stream": Hybrid(stream={4: (0, 0, 65535)}),
    "packed in the stream": Hybrid(stream={4: (2, 7, 0)}),
    "unknown in the stream": Hybrid(stream={4: (3, 7, 0)}),
    "out of the file": Hybrid(table={5: b"0000000000 65535 f"}, stream={5: (1, 99999, 0)}),
    "stream of another number": Hybrid(table={8: b"0000000009 00000 n"}),
    "another catalog": Hybrid(said=b"/Root 3 0 R"),
    "other information": Hybrid(said=b"/Root 1 0 R/Info 4 0 R"),
    "encrypted": Hybrid(said=b"/Encrypt 4 0 R"),
    "going on": Hybrid(said=b"/Prev 9"),
    "yet another": Hybrid(said=b"/XRefStm 9"),
    "elsewhere": Hybrid(last=b"/Prev TABLE/XRefStm PAGE"),
    "a table": Hybrid(last=b"/Prev TABLE/XRefStm TABLE"),
    "itself": Hybrid(last=b"/Prev TABLE/XRefStm LAST"),
    "no number": Hybrid(last=b"/Prev TABLE/XRefStm/A"),
    "nothing before": Hybrid(last=b"/XRefStm STREAM"),
    "stream before": Hybrid(last=b"/Prev STREAM/XRefStm STREAM"),
    "entries": Hybrid(empty=b"9 1\r\n0000000000 65535 f\r\n"),
    "twice": Hybrid(first=b"/XRefStm STREAM"),
    "first of all": Hybrid(first=b"/XRefStm STREAM", last=b"/Prev TABLE"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_two_views(name: str) -> None:
    """Readers of one kind would see something else than those of the other."""
    with pytest.raises(MalformedError) as caught:
        OpenPdf(REFUSED[name].write())
    assert caught.value.reason is Reason.BROKEN_PDF


def _beside(pdf: bytes, stream: int) -> bytes:
    """The file with a section behind it that names a stream, and has no entries."""
    said = b"/Size 11/Root 1 0 R/Prev %d/XRefStm %d" % (last_start(pdf, len(pdf)), stream)
    section = b"\nxref\n0 0\ntrailer\n<<%b>>\nstartxref\n%d\n%%%%EOF\n" % (said, len(pdf) + 1)
    return pdf + section


def test_refuses_it_in_a_later_revision(rsa_sealed: SealedForge) -> None:
    """Only what a file begins with may be of this kind."""
    pdf = Hybrid().write()
    stream = pdf.index(b"8 0 obj")
    for each in (pdf, stamped(rsa_sealed, pdf)):
        with pytest.raises(MalformedError) as caught:
            OpenPdf(_beside(each, stream))
        assert caught.value.reason is Reason.BROKEN_PDF


@pytest.mark.parametrize(
    "hybrid",
    [Hybrid(), Hybrid(stream=dict.fromkeys(range(1, 11)))],
    ids=["all objects", "none"],
)
def test_refuses_it_behind_what_was_signed(hybrid: Hybrid) -> None:
    """Where a signature covers the first table only, who wrote the second could choose a stream."""
    pdf = hybrid.write()
    end = pdf.index(b"%%EOF\r\n") + len(b"%%EOF\r\n")
    opened = OpenPdf(pdf)
    with pytest.raises(MalformedError) as caught:
        opened.layout.check(0, end)
    assert caught.value.reason is Reason.BROKEN_PDF
