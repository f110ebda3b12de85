"""The strict reader of PDF objects: what it reads, where it says it stands, what it refuses."""

import pytest

from eseal.errors import MalformedError
from eseal.pdf.sections import (
    MAX_OBJECTS,
    check_sections,
    find_object,
    read_last_section,
    read_section,
)
from eseal.pdf.syntax import MAX_DEPTH, read_body, read_object, read_value
from eseal.pdf.values import Array, Dictionary, HexString, LiteralString, Name, Reference, Value
from eseal.reasons import Reason


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"/Name ", Name(b"Name")),
        (b"/A#20B ", Name(b"A B")),
        (b"/", Name(b"")),
        (b"7 ", 7),
        (b"-7]", -7),
        (b"+7", 7),
        (b"7 0 R ", Reference(7, 0)),
        (b"7\x00\x0c0\x00R ", Reference(7, 0)),
        (b"7.5", 7.5),
        (b"-.5>>", -0.5),
        (b"4. ", 4.0),
        (b"12345678901 ", 12345678901.0),
        (b"-123456789012345678901234.5 ", -123456789012345678901234.5),
        (b"0.123456789012345678901234567890 ", 0.12345678901234568),
        (b"/\xcb\xce\xcc\xe5 ", Name(b"\xcb\xce\xcc\xe5")),
        (b"/A#2", Name(b"\0/A#2")),
        (b"/A#00", Name(b"\0/A#00")),
        (b"<48 6\n9\x000>", HexString(b"Hi\x00")),
        (b"< >", HexString(b"")),
        (b"true ", True),
        (b"false/", False),
        (b"null ", None),
        (b"<48690>", HexString(b"Hi\x00")),
        (b"<>", HexString(b"")),
        (b"(a(b)c)", LiteralString(b"a(b)c")),
        (rb"(\(\)\\)", LiteralString(rb"()\ "[:3])),
        (rb"(\101\n\q\8)", LiteralString(b"A\nq8")),
        (b"(a\\\nb\\\r\nc)", LiteralString(b"abc")),
        (b"  \r\n\t/N ", Name(b"N")),
    ],
)
def test_reads_values(text: bytes, value: Value) -> None:
    """Each kind of value, written in each way that it may be."""
    found = read_value(text, 0).value
    assert found == value
    assert type(found) is type(value)


def test_says_where_values_stand() -> None:
    """Every value's place is exactly the bytes that it is written with."""
    text = b"  <</A 1/B [2 (x)]/C <</D <ab>>>>> "
    found = read_value(text, 0)
    assert text[found.start : found.end] == text.strip()
    assert isinstance(found.value, Dictionary)
    places = {key: text[one.start : one.end] for key, one in found.value.entries.items()}
    assert places == {b"A": b"1", b"B": b"[2 (x)]", b"C": b"<</D <ab>>>"}
    array = found.value.value(b"B")
    assert isinstance(array, Array)
    assert [text[one.start : one.end] for one in array.items] == [b"2", b"(x)"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b">>",
        b"]",
        b"<<",
        b"[",
        b"[1",
        b"(",
        b"(\\)",
        b"<4g>",
        b"<48",
        b"1" * 101,
        b"." + b"1" * 101,
        b"/" + b"A" * 4097,
        b"<41\x0b42>",
        b"<</A1>>",
        b"7up",
        b"treu",
        b"<</A>>",
        b"<</A 1 /B>>",
        b"<<1 2>>",
        b"<</A 1/A 2>>",
        b"<</A 1/#41 2>>",
        b"<</A 1 % comment\n>>",
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"<</A" * (MAX_DEPTH + 1),
    ],
)
def test_refuses(text: bytes) -> None:
    """What does not end, is no value, stands twice, has comments or is nested too deeply."""
    with pytest.raises(MalformedError) as caught:
        read_value(text, 0)
    assert caught.value.reason is Reason.BROKEN_PDF
    assert caught.value.at.startswith("byte ")


def test_reads_objects() -> None:
    """An object has its number, its body, and the place of its stream."""
    text = b"7 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\n"
    found = read_object(text, 0)
    assert found.reference == Reference(7, 0)
    assert found.stream is not None
    assert text[slice(*found.stream)] == b"abc"
    assert read_object(b"7 0 obj<</A 1>>endobj ", 0).dictionary().value(b"A") == 1
    for value in (b"[1]", b"(x)", b"/Name"):
        assert read_object(b"7 0 obj%b endobj " % value, 0).reference.number == 7


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" 7 0 obj\n<<>>\nendobj\n",
        b"7 obj\n<<>>\nendobj\n",
        b"7 0 obj\n<<>>\n",
        b"7 0 obj\n<<>>\nendobject\n",
        b"7 0 obj\n<<>>\nstream\nabc\nendstream\nendobj\n",
        b"7 0 obj\n<</Length -1>>\nstream\nabc\nendstream\nendobj\n",
        b"7 0 obj\n<</Length 2>>\nstream\nabc\nendstream\nendobj\n",
        b"7 0 obj\n<</Length 3>>\nstream\nabc\nendstream\n",
        b"7 0 obj\n<</Length 3 0 R>>\nstream\nabc\nendstream\nendobj\n",
        b"7 0 obj\n[]\nstream\nabc\nendstream\nendobj\n",
    ],
)
def test_refuses_objects(text: bytes) -> None:
    """Headers, ends and lengths have to be there and right."""
    with pytest.raises(MalformedError) as caught:
        read_object(text, 0)
    assert caught.value.reason is Reason.BROKEN_PDF


def test_a_number_is_no_dictionary() -> None:
    """Asking an object of another kind for its entries refuses."""
    with pytest.raises(MalformedError):
        read_object(b"7 0 obj\n1\nendobj\n", 0).dictionary()


TABLE = b"xref\n0 1\n0000000000 65535 f\r\n2 2\n0000000100 00000 n\r\n0000000200 00001 n \n"
TRAILER = b"trailer\n<</Size 4/Root 2 0 R>>\nstartxref\n0\n%%EOF\n"


def test_reads_comments_where_they_are_allowed() -> None:
    """A comment ends with its line; what is in it is nothing, and it is no part of a string."""
    data = b"1 0 obj % >>\n<</A % /B 2 >>\r1/C[1%]\n 2]%\n/D(%)/E<%>>>"
    with pytest.raises(MalformedError):
        read_body(data, 0, comments=True)
    _, body = read_body(data.replace(b"/E<%>", b""), 0, comments=True)
    assert isinstance(body.value, Dictionary)
    assert body.value.value(b"A") == 1
    assert set(body.value.entries) == {b"A", b"C", b"D"}
    assert body.value.value(b"D") == LiteralString(b"%")
    with pytest.raises(MalformedError):
        read_body(b"1 0 obj <</A 1 %", 0, comments=True)


def test_reads_sections() -> None:
    """Subsections, trailer and the offsets of the objects in use."""
    section = read_last_section(TABLE + TRAILER, len(TABLE + TRAILER))
    assert section.entries.value(b"Size") == 4
    data = TABLE + TRAILER
    assert section.offset(data, Reference(2, 0)) == 100
    assert section.offset(data, Reference(3, 1)) == 200
    assert section.offset(data, Reference(4, 0)) is None


@pytest.mark.parametrize("reference", [Reference(0, 65535), Reference(3, 0), Reference(2, 1)])
def test_refuses_entries_not_in_use(reference: Reference) -> None:
    """A free entry, and one of another generation, are no place to read from."""
    data = TABLE + TRAILER
    with pytest.raises(MalformedError):
        read_section(data, 0).offset(data, reference)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TABLE,
        TABLE + TRAILER.replace(b"startxref", b"startxrfe"),
        TABLE + TRAILER.replace(b"\n0\n", b"\nzero\n"),
        TABLE + TRAILER.replace(b"\n0\n", b"\n3\n"),
        TABLE + TRAILER + b" " * 65,
        TABLE + TRAILER + b"%",
        b"xref\n" + TRAILER,
        TABLE.replace(b"2 2", b"2 3") + TRAILER,
        TABLE + TRAILER.replace(b"<<", b"[").replace(b">>", b"]"),
        b"xref\n" + b"0 0\n" * (MAX_OBJECTS + 2) + TRAILER,
    ],
    ids=lambda data: data[-60:].decode() or "empty",
)
def test_refuses_sections(data: bytes) -> None:
    """Tails, tables and trailers that are not in their form."""
    with pytest.raises(MalformedError) as caught:
        check_sections(data, len(data))
    assert caught.value.reason is Reason.BROKEN_PDF
    with pytest.raises(MalformedError):
        read_last_section(data, len(data)).entries.value(b"Root")


def stream(entries: bytes) -> bytes:
    """A file that begins with a cross-reference stream of these entries."""
    return (
        b"1 0 obj\n<</Type/XRef%b>>\nstream\nendstream\nendobj\nstartxref\n0\n%%%%EOF\n" % entries
    )


def test_passes_sections_in_bounds() -> None:
    """A table, a stream with and without an index, and one behind the other."""
    good = stream(b"/W[1 2 1]/Size 9")
    chain = b"%b%b" % (good, TRAILER.replace(b"\n0\n", b"\n%d\n" % len(good)))
    later = TABLE + chain[len(good) :].replace(b"/Root", b"/Prev 0/Root")
    for data in (TABLE + TRAILER, good, stream(b"/W[1 2 0]/Index[0 3 9 2]/Size 9"), good + later):
        check_sections(data, len(data))


@pytest.mark.parametrize(
    "entries",
    [
        b"/Size 9",
        b"/W[1 2 1]",
        b"/W[1 2]/Size 9",
        b"/W[1 0 1]/Size 9",
        b"/W[1 9 1]/Size 9",
        b"/W[1 2 -1]/Size 9",
        b"/W[1 2 1.5]/Size 9",
        b"/W 1/Size 9",
        b"/W[1 2 1]/Size 2 0 R",
        b"/W[1 2 1]/Size 9/Index 2 0 R",
        b"/W[1 2 1]/Size 9/Index[0 100001]",
        b"/W[1 2 1]/Size 9/Prev 0",
        b"/W[1 2 1]/Size 9/Prev(x)",
        b"/W[1 2 1]/Size 9/XRefStm 0",
    ],
)
def test_refuses_streams_out_of_bounds(entries: bytes) -> None:
    """Entries without width, counts that are none or too high, sections that do not end."""
    with pytest.raises(MalformedError) as caught:
        check_sections(stream(entries), len(stream(entries)))
    assert caught.value.reason is Reason.BROKEN_PDF


def test_finds_objects_in_the_newest_section_first() -> None:
    """An object is read where the newest section that has it says, and must be that object."""
    objects = b"1 0 obj\n(old)\nendobj\n1 0 obj\n(new)\nendobj\n"

    def table(number: int, offset: int) -> bytes:
        entry = b"xref\n%d 1\n%010d 00000 n\r\n" % (number, offset)
        return entry + b"trailer\n<</Size 9>>\n"

    tables = [table(1, 21), table(1, 0), table(2, 21)]
    data = objects + b"".join(tables)
    starts = [len(objects) + sum(map(len, tables[:number])) for number in range(3)]
    new, old, wrong = (read_section(data, start) for start in starts)
    for sections, text in (((new, old), b"new"), ((old, new), b"old"), ((wrong, old), b"old")):
        assert find_object(data, sections, Reference(1, 0)).body.value == LiteralString(text)
    for value in (Reference(2, 0), Reference(9, 0), 1, None):
        with pytest.raises(MalformedError):
            find_object(data, (wrong,), value)
