"""Linearized files: those that say they are have to have been so before anything was added."""

import re

import pytest

from eseal.errors import MalformedError
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.objects import write_object, write_stream
from eseal.pdf.reader import OpenPdf
from eseal.pdf.values import Reference
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Indication, judge
from tests.pages import blank
from tests.vectors.sealed_pdf import SealedForge, sign_with
from tests.world import NOW

_SIZED = b"0000000000"


def linearized(
    length: int | None = None, *, header: bytes = b"%PDF-1.7\n", key: bytes = b"/Linearized 1"
) -> bytes:
    """Write a file that is linearized, and says that it is so long; as long as it is by default."""
    out = header + b"6 0 obj\n<<%b/L %b/O 3/E 99/N 1/T 99>>\nendobj\n" % (key, _SIZED)
    first = len(out)
    out += b"xref\n3 4\n%b" % (b"%b 00000 n\r\n" % _SIZED * 4)
    out += b"trailer\n<</Size 7/Root 5 0 R/Prev %b>>\nstartxref\n0\n%%%%EOF\n" % _SIZED
    bodies = {
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        4: write_stream(b"", b""),
        5: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    }
    places = {6: len(header)}
    for number, body in bodies.items():
        places[number] = len(out)
        out += write_object(Reference(number, 0), body)
    main = len(out)
    out += b"xref\n0 1\n0000000000 65535 f\r\n2 1\n%010d 00000 n\r\n" % places[2]
    out += b"trailer\n<</Size 3>>\nstartxref\n%d\n%%%%EOF\n" % first
    for value in (len(out) if length is None else length, *(places[n] for n in range(3, 7)), main):
        out = out.replace(_SIZED, b"%010d" % value, 1) if value else out
    return out


def becoming_true(length: int, header: bytes = b"9 0 obj") -> bytes:
    """A file that is not linearized, and says that it is and so long."""
    said = b"<</Linearized 1/L %010d/O 3/E 99/N 1/T 99>>" % length
    first = b"%b\n%b\nendobj\n" % (header, said)
    pdf = blank().replace(b"%PDF-1.7\n", b"%PDF-1.7\n" + first)
    start = pdf.index(b"xref\n")
    head, tail = pdf[:start], pdf[start:]
    for number in range(1, 6):
        old = head.index(b"%d 0 obj" % number) - len(first)
        tail = tail.replace(b"%010d 00000 n" % old, b"%010d 00000 n" % (old + len(first)))
    return head + tail.replace(b"startxref\n%d" % (start - len(first)), b"startxref\n%d" % start)


def test_a_linearized_file_is_sealed_as_any(rsa_sealed: SealedForge) -> None:
    """Signed once and twice, though its length is another one by then."""
    pdf = linearized()
    for name in ("First", "Second"):
        pdf = sign_with(pdf, rsa_sealed.cms, name=name)
        found = judge(verify_pdf(pdf, judge=rsa_sealed.judge).findings)
        assert found.indication is Indication.TOTAL_PASSED, found
    OpenPdf(linearized() + b"\n")


@pytest.mark.parametrize(
    "pdf",
    [
        linearized(1),
        linearized(10**9),
        linearized(len(linearized()) - 30),
        linearized(key=b"/Linearized 1/X %b" % _SIZED),
        linearized(1, key=b"/L#69nearized 1"),
        linearized(1, header=b"%PDF-1.7 "),
        linearized(1, header=b"%PDF-1.7\n%\xe2\xe3\n"),
        linearized(1, key=b"/Linearized (#)/#"),
    ],
    ids=["short", "long", "within", "no number", "spelt", "first line", "comment", "unreadable"],
)
def test_refuses_what_is_not_true(pdf: bytes) -> None:
    """A length that is not that of the file, however it is said."""
    with pytest.raises(MalformedError) as caught:
        OpenPdf(pdf)
    assert caught.value.reason is Reason.BROKEN_PDF


def test_signing_makes_no_file_linearized(rsa_sealed: SealedForge) -> None:
    """A length that the file has when it was signed: readers would begin at its beginning then."""
    once, twice = 0, 0
    signed = sign_with(blank(), rsa_sealed.cms, name="First")
    once = len(signed) + len(becoming_true(0)) - len(blank())
    twice = once + len(sign_with(signed, rsa_sealed.cms, name="Second")) - len(signed)
    for length in (once, twice, len(becoming_true(0))):
        with pytest.raises(MalformedError, match="not true of the file"):
            sign_foreign_pdf(becoming_true(length), rsa_sealed.cms, at=NOW)


SPELLINGS = {
    "sign": b"+9 0 obj",
    "sign of the generation": b"9 +0 obj",
    "point": b"9. 0 obj",
    "zeros": b"0000000000009 0 obj",
    "comment": b"9%c\n0 obj",
    "comment behind": b"9 0%c\nobj",
    "comment before the dictionary": b"9 0 obj%c",
    "odd space": b"9\x0b0 obj",
    "word before": b"null 9 0 obj",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_a_file_begins_with_is_plain(rsa_sealed: SealedForge, spelling: str) -> None:
    """Some readers take it for an object and believe what it says; neither judged nor signed."""
    pdf = becoming_true(1, SPELLINGS[spelling])
    (finding, *_) = verify_pdf(pdf, judge=rsa_sealed.judge).findings
    assert finding.reason is Reason.BROKEN_PDF
    with pytest.raises(MalformedError):
        sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW)


def test_what_a_file_begins_with_may_be_its_table() -> None:
    """A table is none of the objects that readers look for there."""
    pdf = blank()
    start = pdf.index(b"xref\n")
    table, _ = pdf[start:].split(b"startxref")
    head = pdf[:9]
    moved = re.sub(rb"\d{10}(?= 00000 n)", lambda at: b"%010d" % (int(at[0]) + len(table)), table)
    OpenPdf(head + moved + pdf[9:start] + b"startxref\n9\n%%EOF\n")
