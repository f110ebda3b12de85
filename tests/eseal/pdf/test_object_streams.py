"""Object streams: each object is where the list says, and the list is read once."""

import pytest
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.generic import Reference, pdf_name

from eseal.pdf.object_streams import ObjectStream
from tests.vectors.after_sealing import entries, flags

LISTED = b"7 0 8 2 "


def stream(
    content: bytes, count: int = 2, first: int = len(LISTED), kind: str = "/ObjStm"
) -> generic.StreamObject:
    """An object stream with this content."""
    head = entries(Type=pdf_name(kind), N=flags(count), First=flags(first))
    return generic.StreamObject(head, stream_data=content)


def test_reads_by_the_list() -> None:
    """What stands there, in any order and again."""
    opened = ObjectStream(stream(LISTED + b"1 [ 2 ]"))
    assert opened.read(1, Reference(8)) == generic.ArrayObject([flags(2)])
    for _ in range(2):
        assert opened.read(0, Reference(7)) == flags(1)


@pytest.mark.parametrize(
    "broken",
    [
        stream(b"7 0 7 2 1 [2]"),
        stream(b"7 0 8   1 [2]"),
        stream(b"7 0 8 _2 [2]", first=9),
        stream(LISTED + b"1 2", count=3),
        stream(LISTED + b"1 2", kind="/Other"),
        flags(1),
    ],
    ids=["twice", "short", "no number", "longer", "kind", "no stream"],
)
def test_refuses_what_is_none(broken: generic.PdfObject) -> None:
    """A list that names an object twice, or is not as long as it says; another kind of object."""
    with pytest.raises(misc.PdfReadError):
        ObjectStream(broken)


@pytest.mark.parametrize("key", ["/F", "/FFilter", "/FDecodeParms", "/DP", "/Other"])
def test_refuses_other_keys(key: str) -> None:
    """Some readers take /F for /Filter, and unpack another stream."""
    odd = stream(LISTED + b"1 [ 2 ]")
    odd[pdf_name(key)] = pdf_name("/RunLengthDecode")
    with pytest.raises(misc.PdfReadError, match="odd keys"):
        ObjectStream(odd)


@pytest.mark.parametrize(
    ("content", "index", "number"),
    [
        (LISTED + b"1 2", 0, 8),
        (LISTED + b"1 2", 2, 8),
        (LISTED + b"1 1 0 R ", 1, 8),
        (LISTED + b"1 <</Length 1>>\nstream\nx\nendstream", 1, 8),
    ],
    ids=["another", "none", "reference", "stream"],
)
def test_refuses_what_is_not_there(content: bytes, index: int, number: int) -> None:
    """Another object than the one that is looked for, and kinds that may not be packed."""
    with pytest.raises(misc.PdfReadError):
        ObjectStream(stream(content)).read(index, Reference(number))


def test_takes_no_longer_for_many() -> None:
    """Thousands of objects in a stream are read in a moment: the list is not read for each."""
    many = 20_000
    listed = b"".join(b"%d %d " % (number, 2 * number) for number in range(many))
    opened = ObjectStream(stream(listed + b"1 " * many, many, len(listed)))
    assert all(opened.read(n, Reference(n)) == flags(1) for n in range(many))
