"""How later revisions are laid out: readers that repair a file find nothing else in it.

The first signer signs a contract; the second one writes a revision that pyHanko reads as good, and
in which other readers would find another content, or would begin to look for one.
"""

from collections.abc import Callable
from dataclasses import replace
from time import process_time

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from eseal.errors import MalformedError
from eseal.pdf import guarded, layout, tiles
from eseal.pdf.objects import write_object, write_stream
from eseal.pdf.reader import OpenPdf
from eseal.pdf.values import Reference
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Check, Outcome
from tests.eseal.pdf.test_later import contract, told
from tests.vectors.after_sealing import Entries, Writer, entries
from tests.vectors.relaid import Second, second_revision
from tests.vectors.sealed_pdf import SealedForge, sign_with

CONTENT = 4
"""Number of the page's content."""

NEW = 70
"""Number of an object that no document here has; such a one is its section."""

EVIL = write_stream(b"", b"0 0 99 99 re f")
ANOTHER = write_object(Reference(CONTENT, 0), EVIL)


@pytest.fixture(scope="module")
def first(rsa_sealed: SealedForge) -> bytes:
    """The contract, signed once."""
    return sign_with(contract(), rsa_sealed.cms, name="First")


@pytest.fixture(scope="module")
def second(rsa_sealed: SealedForge, first: bytes) -> Second:
    """The second signature."""
    return second_revision(rsa_sealed, first)


def bringing_nothing_wrong(second: Second) -> Second:
    """Words that are keywords elsewhere, where nobody takes them for some."""
    return replace(second, before=b"% an object, a trailer, an xref\n")


HONEST: dict[str, Callable[[Second], Second]] = {
    "table": lambda second: second,
    "stream": lambda second: replace(second, stream=NEW),
    "stream that does not list itself": lambda second: replace(
        second, stream=NEW, lists_itself=False
    ),
    "stream in rows": lambda second: replace(second, stream=NEW, rows=0),
    "words": bringing_nothing_wrong,
    "comment": lambda second: replace(second, before=b"%iText-5.5.13\r\n\r\n", behind=b"% x\n"),
}


@pytest.mark.parametrize("how", HONEST)
def test_what_products_write_is_good(rsa_sealed: SealedForge, second: Second, how: str) -> None:
    """Tables, streams that list themselves and such that do not, lines of comment."""
    assert told(rsa_sealed, HONEST[how](second).write(rsa_sealed)) == ""


def holding(content: bytes, said: bytes, *holds: int) -> Callable[[Second], Second]:
    """A section that is a stream, and an object stream before it."""
    return lambda second: replace(second.with_packed(NEW + 1, content, holds, said), stream=NEW)


def bringing(written: bytes) -> Callable[[Second], Second]:
    """An object more."""
    return lambda second: second.with_object(NEW + 1, write_object(Reference(NEW + 1, 0), written))


def _old(second: Second) -> int:
    """Where an object of the first revision begins."""
    return second.first.index(b"4 0 obj")


MORE: dict[str, tuple[Callable[[Second], Second], str]] = {
    "object": (lambda second: replace(second, before=ANOTHER), "no section lists"),
    "object behind": (lambda second: replace(second, behind=ANOTHER), "no section lists"),
    "words": (lambda second: replace(second, before=b"null\n"), "no section lists"),
    "end": (lambda second: replace(second, behind=b"%%EOF\n"), "no section lists"),
    "object in a stream": (bringing(write_stream(b"", b"\n" + ANOTHER)), "looks like an object"),
    "object in a string": (bringing(b"(4 0 obj\n[])"), "looks like an object"),
    "object in a comment": (
        lambda second: replace(second, before=b"%4 0 obj\n"),
        "looks like an object",
    ),
    "trailer in a stream": (
        bringing(write_stream(b"", b"x\r trailer <</Root 9 0 R>>")),
        "looks like an object",
    ),
    "object in odd spaces": (
        bringing(write_stream(b"", b"x 4\x0b0\xa0obj[]")),
        "looks like an object",
    ),
    "trailer in a line": (
        bringing(write_stream(b"", b"x trailer <</Root 9 0 R>>")),
        "looks like an object",
    ),
    "trailer behind a bracket": (bringing(write_stream(b"", b"x< trailer")), "looks like"),
    "section in a stream": (bringing(write_stream(b"", b"xref\n0 1")), "looks like an object"),
    "end of file in a string": (bringing(b"(\nstartxref\n0)"), "looks like an object"),
    "packed list": (holding(b"72 0 4 0 []", b"/N 1/First 9", NEW + 2), "more in an object stream"),
    "length": (
        bringing(b"<</Length 1>>\nstream\nxyz\nendstream"),
        "where its length says",
    ),
    "length elsewhere": (bringing(b"<</Length 4 0 R>>\nstream\nx\nendstream"), "say its length"),
    "number": (
        lambda second: second.with_object(NEW + 1, write_object(Reference(NEW, 0), b"[]")),
        "another number",
    ),
    "elsewhere": (
        lambda second: replace(second, entries={**second.entries, NEW: _old(second)}),
        "not in their revision",
    ),
    "keys": (bringing(write_stream(b"/F/FlateDecode", b"x")), "keys that not all readers know"),
    "file": (bringing(write_stream(b"/DP<<>>", b"x")), "keys that not all readers know"),
    "section": (bringing(write_stream(b"/Type/XRef", b"x")), "of a kind"),
    "unlisted object stream": (
        bringing(write_stream(b"/Type/ObjStm/N 1/First 4", b"4 0 []")),
        "of a kind",
    ),
    "kind": (bringing(write_stream(b"/Type 4 0 R", b"x")), "of a kind"),
    "no root": (
        lambda second: replace(second, trailer=second.trailer.replace(b"/Root", b"/Toor")),
        "/Root",
    ),
    "comment in the trailer": (
        lambda second: replace(second, trailer=b"%>>\n" + second.trailer),
        "go on or end",
    ),
    "packed in rows": (
        holding(b"\x0072 0 []", b"/N 1/First 5/DecodeParms<</Predictor 12>>", NEW + 2),
        "packed in an odd way",
    ),
    "section packed in other rows": (
        lambda second: replace(
            second, stream=NEW, trailer=second.trailer + b"/DecodeParms<</Predictor 12>>"
        ),
        "packed in an odd way",
    ),
    "packed more": (holding(b"71 0 4 2 [][]", b"/N 2/First 9", NEW + 2), "than are listed"),
    "packed in between": (
        holding(b"72 3 [] [] []", b"/N 1/First 5", NEW + 2),
        "more in an object stream",
    ),
    "packed behind": (holding(b"72 0 [] []", b"/N 1/First 5", NEW + 2), "more in an object stream"),
    "packed comment": (holding(b"72 0 [%\n]", b"/N 1/First 5", NEW + 2), "go on or end"),
    "packed otherwise": (
        holding(b"3732203020 5b5d>", b"/N 1/First 5/Filter/ASCIIHexDecode", NEW + 2),
        "packed in an odd way",
    ),
}


@pytest.mark.parametrize("what", MORE)
def test_nothing_but_what_is_listed(rsa_sealed: SealedForge, second: Second, what: str) -> None:
    """Objects that no section lists, what looks like one, streams that are two things."""
    relay, said = MORE[what]
    assert said in told(rsa_sealed, relay(second).write(rsa_sealed))


def refused(forge: SealedForge, pdf: bytes) -> str:
    """What is said of a file that is not read at all."""
    (finding, *_) = verify_pdf(pdf, judge=forge.judge).findings
    assert finding.check is Check.READABLE
    assert finding.reason is Reason.BROKEN_PDF
    return finding.detail


HEADERS = {
    "far apart": b"4" + b" " * 700 + b"0 obj",
    "far before": b"4 0" + b"\n" * 700 + b"obj",
    "comments": b"4 %c\n0 %c\nobj",
    "comment": b"4%c\n0 obj",
    "long comment": b"4 0%" + b"c" * 700 + b"\r obj",
    "comment of a line": b"4 0\n%c\n\n %d\nobj",
    "cut by zeros": b"4\0x\n0\0x\nobj",
    "zeros": b"4\0\0000\0obj",
    "signs": b"+4 +0 obj",
    "one sign": b"4+0 obj",
    "points": b"4. 0. obj",
    "brackets": b"4)0>obj",
    "long": b"4 " + b"0" * 700 + b"obj",
    "prefix": b"4 0 object",
}
"""Spellings of a header that one reader or another takes for one."""


@pytest.mark.parametrize("spelling", HEADERS)
def test_no_header_however_spelled(rsa_sealed: SealedForge, second: Second, spelling: str) -> None:
    """In a stream, where only readers that repair see it."""
    hidden = b"\n" + HEADERS[spelling] + b"\n[]\nendobj\n"
    pdf = bringing(write_stream(b"", hidden))(second).write(rsa_sealed)
    assert "looks like an object" in told(rsa_sealed, pdf)


WORDS = [b"an object", b"7 an object", b"7\nobjects", b"a7 obj", b"%\nan obj", b"1.7obj", b"endobj"]


@pytest.mark.parametrize("words", WORDS)
def test_words_are_no_headers(rsa_sealed: SealedForge, second: Second, words: bytes) -> None:
    """Nobody takes these for one; as a number alone before the word."""
    assert not list(tiles._keywords(words, 0, len(words)))
    pdf = bringing(write_stream(b"", b"x\n" + words))(second).write(rsa_sealed)
    assert "objects that may not come" in told(rsa_sealed, pdf)  # as any new object


@pytest.mark.parametrize("unit", [b"obj", b" obj", b"1 obj", b"\nobj", b"x\robj", b"1 1.obj"])
def test_headers_are_looked_for_once(unit: bytes) -> None:
    """However often the word stands there: 100 KB of it take a moment."""
    data = unit * (100_000 // len(unit))
    began = process_time()
    assert len(list(tiles._keywords(data, 0, len(data)))) < len(data)
    far = b"1" + b" " * 300_000 + b"obj"
    assert len(list(tiles._keywords(b"2 " + far, 0, len(far) + 2))) == 1
    assert process_time() - began < 2


def test_so_many_words_are_no_text() -> None:
    """A file of nothing but the beginning of a word is not looked through to its end."""
    assert not list(tiles._keywords(b" obj" * 10_000, 0, 40_000))
    assert list(tiles._keywords(b" obj" * 10_001, 0, 40_004)) == [40_001]


@pytest.mark.parametrize("key", ["F", "FFilter", "FDecodeParms", "DP"])
def test_object_streams_of_one_kind(rsa_sealed: SealedForge, second: Second, key: str) -> None:
    """Keys by which some readers unpack an object stream, or a section, in another way."""
    said = b"/%b/RunLengthDecode" % key.encode()
    packed = holding(b"72 0 []", b"/N 1/First 5" + said, NEW + 2)(second)
    assert "keys" in told(rsa_sealed, packed.write(rsa_sealed))
    section = replace(second, stream=NEW, trailer=second.trailer + said)
    assert "odd keys" in refused(rsa_sealed, section.write(rsa_sealed))


def test_a_section_is_no_other_object(rsa_sealed: SealedForge, second: Second) -> None:
    """A section with the number of the content is the content to some readers."""
    unlisted = replace(second, stream=CONTENT, lists_itself=False)
    assert "number of another object" in refused(rsa_sealed, unlisted.write(rsa_sealed))
    elsewhere = {**second.entries, NEW: _old(second)}
    listed = replace(second, stream=NEW, lists_itself=False, entries=elsewhere)
    assert "number of another object" in refused(rsa_sealed, listed.write(rsa_sealed))
    anew = replace(second, stream=CONTENT)
    assert "objects that may not" in told(rsa_sealed, anew.write(rsa_sealed))


def test_a_section_is_nothing_that_lacks(rsa_sealed: SealedForge) -> None:
    """A section that does not list itself is not what the signed revision names and has not."""
    lacking = contract(contents=b"[4 0 R %d 0 R]" % NEW)
    signed = sign_with(lacking, rsa_sealed.cms, name="First")
    second = replace(second_revision(rsa_sealed, signed), stream=NEW, lists_itself=False)
    assert "is named" in told(rsa_sealed, second.write(rsa_sealed))


@pytest.mark.parametrize(("number", "generation"), [(NEW, 0), (CONTENT, 7)])
def test_no_new_reference_to_nothing(
    rsa_sealed: SealedForge, first: bytes, number: int, generation: int
) -> None:
    """It makes readers look for the object in all of the file; one that was there stays."""

    def lead_astray(writer: Writer, field: Entries) -> None:
        lock = entries(Type=pdf_name("/SigFieldLock"), Action=pdf_name("/All"))
        lock[pdf_name("/X")] = generic.IndirectObject(number, generation, writer)  # type: ignore[no-untyped-call]
        field[pdf_name("/Lock")] = writer.add_object(lock)

    pdf = sign_with(first, rsa_sealed.insider, lead_astray)
    assert "lead to nothing" in told(rsa_sealed, pdf)
    before = sign_with(contract(b"/Y 60 0 R"), rsa_sealed.cms, name="First")
    assert told(rsa_sealed, sign_with(before, rsa_sealed.insider)) == ""


def test_no_reference_to_another_generation(rsa_sealed: SealedForge) -> None:
    """Some readers begin to search by one that was signed; alone, the file is what it was."""
    once = sign_with(contract(b"/X 4 7 R"), rsa_sealed.cms, name="First")
    assert told(rsa_sealed, once) == ""
    assert "another generation" in told(rsa_sealed, sign_with(once, rsa_sealed.insider))


def test_signed_entries_lead_to_their_objects(rsa_sealed: SealedForge) -> None:
    """An entry that does not makes some readers repair; alone, the file is what it was."""
    pdf = contract(b"", b"/Parent 2 0 R", b"[]")
    place, other = pdf.index(b"5 0 obj"), pdf.index(b"4 0 obj")
    wrong = pdf.replace(b"%010d 00000 n" % place, b"%010d 00000 n" % other)
    assert wrong != pdf
    once = sign_with(wrong, rsa_sealed.cms, name="First")
    assert told(rsa_sealed, once) == ""
    assert "did not lead to it" in told(rsa_sealed, sign_with(once, rsa_sealed.insider))


def packed(row: bytes) -> bytes:
    """A document with an object stream, and an entry for an object 7 that nobody names."""
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        4: write_stream(b"", b"0 0 9 9 re f"),
        5: write_stream(b"/Type/ObjStm/N 2/First 8", b"9 0 7 3 [] []"),
    }
    out, rows = b"%PDF-1.7\n", bytes(6)
    for number, body in bodies.items():
        rows += b"\1%b\0" % len(out).to_bytes(4, "big")
        out += write_object(Reference(number, 0), body)
    rows += b"\1%b\0%b" % (len(out).to_bytes(4, "big"), row)
    said = write_stream(b"/Type/XRef/W[1 4 1]/Size 8/Root 1 0 R", rows)
    return out + write_object(Reference(6, 0), said) + b"startxref\n%d\n%%%%EOF\n" % len(out)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"\2\0\0\0\5\1", ""),
        (b"\2\0\0\0\5\0", "did not lead to it"),
        (b"\2\0\0\0\5\2", "did not lead to it"),
        (b"\2\0\0\0\x4d\0", "did not lead to it"),
        (b"\2\0\0\0\4\0", "later"),
        (b"\2\0\0\0\3\0", "later"),
    ],
    ids=["its own", "another's", "behind", "no stream", "another stream", "no stream but a page"],
)
def test_signed_entries_lead_into_object_streams(
    rsa_sealed: SealedForge, row: bytes, said: str
) -> None:
    """Where one does not some readers repair, though nobody names what it is of."""
    once = sign_with(packed(row), rsa_sealed.cms, name="First")
    assert told(rsa_sealed, once) == ""
    found = told(rsa_sealed, sign_with(once, rsa_sealed.insider))
    assert said in found
    assert bool(found) is bool(said)


def test_entries_stay_in_the_file() -> None:
    """One that leads out of it could lead to something, once more is added."""
    pdf = contract(b"", b"/Parent 2 0 R", b"[]")
    outside = b"%010d 00000 n" % len(pdf)
    with pytest.raises(MalformedError, match="out of the file"):
        OpenPdf(pdf.replace(b"%010d 00000 n" % pdf.index(b"5 0 obj"), outside))


def test_objects_stay_under_the_size(rsa_sealed: SealedForge, second: Second) -> None:
    """An object over /Size is none to some readers, until a later trailer says more."""
    for size in (NEW, 5_000_000):  # with that some take the file for damaged
        trailer = second.trailer.replace(b"/Size 90", b"/Size %d" % size)
        pdf = replace(second, stream=NEW, trailer=trailer).write(rsa_sealed)
        assert "/Size" in refused(rsa_sealed, pdf)


def test_ends_once(rsa_sealed: SealedForge, second: Second) -> None:
    """What stands behind the end is not of the revision, be it the end once more."""
    start = len(second.first) + len(second.objects)
    again = replace(second, behind=b"startxref\n%d\n%%%%EOF\n" % start)
    assert "behind the last revision" in told(rsa_sealed, again.write(rsa_sealed))


def test_signed_sections_are_signed() -> None:
    """One that stands behind what was signed could be brought later."""
    with pytest.raises(MalformedError, match="was not signed"):
        OpenPdf(contract()).layout.check(0, 20)


def test_looks_once_at_each_revision(rsa_sealed: SealedForge, second: Second) -> None:
    """Sixteen signatures do not make it sixteen times as long."""
    pdf = second.write(rsa_sealed)
    for number in range(3):
        pdf = sign_with(pdf, rsa_sealed.insider, name=f"More{number}")
    assert told(rsa_sealed, pdf) == ""


def test_too_much_to_read_is_undetermined(
    rsa_sealed: SealedForge, second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is packed is counted before it is read: of too much nothing is said to be wrong."""
    pdf = holding(b"72 0 [1 2 3]", b"/N 1/First 5", NEW + 2)(second).write(rsa_sealed)
    assert "objects that may not come" in told(rsa_sealed, pdf)
    for most in (6, 5):  # two of the list, and four
        monkeypatch.setattr(guarded, "MAX_UNPACKED_TOKENS", most)
        (finding, *_) = verify_pdf(pdf, judge=rsa_sealed.judge).findings
        assert (finding.outcome is Outcome.PASSED) is (most == 6)
    assert finding.check is Check.READABLE
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.reason is Reason.INPUT_TOO_LARGE


def test_plain_objects_are_too_much_as_well(
    rsa_sealed: SealedForge, second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Objects of later revisions are measured before pyHanko reads them."""
    monkeypatch.setattr(layout, "MAX_PARSED_BYTES", 100)
    (finding, *_) = verify_pdf(second.write(rsa_sealed), judge=rsa_sealed.judge).findings
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.reason is Reason.INPUT_TOO_LARGE
