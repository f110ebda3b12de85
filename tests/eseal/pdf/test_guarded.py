"""The door to pyHanko: its own way to read hexadecimal strings, only quicker; and bounds."""

from importlib.util import find_spec, module_from_spec
from io import BytesIO
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic, misc

from eseal.pdf import spellings

HEX = st.lists(
    st.sampled_from([*"0123456789abcdefABCDEF", " ", "\n", "\r", "\t", "\f", "\0"]), max_size=80
)


def pyhankos_own() -> ModuleType:
    """PyHanko's module once more, as it is before its way to read is replaced."""
    spec = find_spec("pyhanko.pdf_utils.generic")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OWN = pyhankos_own()


def read(data: bytes, start: int = 0) -> tuple[bytes, int]:
    """What pyHanko's reader gets now, and where it goes on."""
    stream = BytesIO(data)
    stream.seek(start)
    found = generic.read_object(stream, generic.TrailerReference(None))  # type: ignore[no-untyped-call]
    assert isinstance(found, generic.TextStringObject | generic.ByteStringObject)
    return found.original_bytes, stream.tell()


@given(inside=HEX, before=st.binary(max_size=5), behind=st.binary(max_size=20))
def test_reads_as_pyhanko_does(inside: list[str], before: bytes, behind: bytes) -> None:
    """The same bytes or text as pyHanko's own way gives, and reading goes on at the same place."""
    data = before + b"<" + "".join(inside).encode() + b">" + behind
    ours, theirs = BytesIO(data), BytesIO(data)
    ours.seek(len(before))
    theirs.seek(len(before))
    found, wanted = spellings.read_hex_string(ours), OWN.read_hex_string_from_stream(theirs)
    assert type(found).__name__ == type(wanted).__name__
    assert (found, found.original_bytes) == (wanted, wanted.original_bytes)
    assert ours.tell() == theirs.tell()


@given(data=st.binary(max_size=40))
def test_refuses_as_pyhanko_does(data: bytes) -> None:
    """What pyHanko's own way refuses is refused, and nothing else."""
    try:
        wanted = OWN.read_hex_string_from_stream(BytesIO(b"<" + data)).original_bytes
    except Exception:  # noqa: BLE001 - whatever it may be: a class of the other module
        wanted = None
    try:
        found = spellings.read_hex_string(BytesIO(b"<" + data)).original_bytes
    except misc.PdfStreamError:
        found = None
    assert found == wanted


def test_pyhanko_reads_with_it() -> None:
    """PyHanko takes this reader; a text string stays one, bytes stay bytes."""
    assert generic.read_hex_string_from_stream is spellings.read_hex_string
    assert read(b"<FEFF6837672C>/Next") == (bytes.fromhex("feff6837672c"), 14)
    assert read(b"x<3003 0201 7>", 1) == (bytes.fromhex("3003020170"), 14)


@pytest.mark.parametrize("size", [(1 << 16) - 2, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 200_001])
def test_reads_over_the_edges_of_its_steps(size: int) -> None:
    """A string of any length is read whole, wherever its end falls."""
    data = b"<" + b"a" * size + b">>"
    found, end = read(data)
    assert (len(found), end) == ((size + 1) // 2, size + 2)


@pytest.mark.parametrize("data", [b"<", b"<30", b"<3 0 ", b"<0g>", b"<0<0>", b"<0(0)>", b"<\x80>"])
def test_refuses_what_is_none(data: bytes) -> None:
    """A string that does not end, or has other characters, is an error of pyHanko's."""
    with pytest.raises(misc.PdfStreamError):
        spellings.read_hex_string(BytesIO(data))
