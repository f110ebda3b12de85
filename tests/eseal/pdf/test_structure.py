"""The signature dictionary's strict reading, where the vectors do not reach."""

from datetime import UTC, datetime, timedelta

import pytest

from eseal.errors import MalformedError
from eseal.pdf.structure import MAX_CONTENTS_BYTES, SignatureDictionary, read_signature_dictionary
from eseal.pdf.values import Reference
from eseal.reasons import Reason
from tests.vectors.pdf import PdfForge

CMS = b"3003020107"


def dictionary(contents: bytes = b"<3003020107>", time: bytes = b"D:20261122120000Z") -> bytes:
    """A signature dictionary's object, with other contents or another time."""
    return (
        b"9 0 obj\n<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/M(%b)"
        b"/Contents%b>>\nendobj\n" % (time, contents)
    )


def test_reads_its_parts() -> None:
    """CMS without its padding, hole, range, number."""
    data = dictionary(b"<" + CMS + b"0000>")
    found = read_signature_dictionary(data, 0)
    assert isinstance(found, SignatureDictionary)
    assert found.reference == Reference(9, 0)
    assert found.contents.hex().encode() == CMS
    assert data[slice(*found.hole)] == b"<" + CMS + b"0000>"
    assert found.byte_range == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        (b"D:20261122120000Z", 0),
        (b"D:20261122120000Z00'00'", 0),
        (b"D:20261122120000+08'00'", 8),
        (b"D:20261122120000+08'00", 8),
        (b"D:20261122120000-05'30'", -5.5),
        (rb"D\07220261122120000+00'00'", 0),
    ],
)
def test_reads_times(text: bytes, offset: float) -> None:
    """A time with its zone, in each way to write it, is aware."""
    wanted = datetime(2026, 11, 22, 12, tzinfo=UTC) - timedelta(hours=offset)
    found = read_signature_dictionary(dictionary(time=text), 0)
    assert isinstance(found, SignatureDictionary)
    assert found.claimed_time == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"20261122120000Z",
        b"D:20261122120000",
        b"D:20261322120000Z",
        b"D:20261122120000+24'00'",
        b"D:2026",
    ],
)
def test_refuses_times(text: bytes) -> None:
    """A time without zone, cut short, or not of the calendar."""
    with pytest.raises(MalformedError) as caught:
        read_signature_dictionary(dictionary(time=text), 0)
    assert (caught.value.reason, caught.value.at) == (Reason.SIGNATURE_MALFORMED, "signature.M")


@pytest.mark.parametrize(
    "contents",
    [
        b"(0)",
        b"<>",
        b"<3>",
        b"<30>",
        b"<300302010>",
        b"<3003020107ab>",
        b"<3103020107>",
        b"<3080020107>",
        b"<3004020107>",
        b"<3084000000030201070000>",
        b"<aB>",
        b"<30 03020107>",
        b"<3003020107 0>",
        b"<3003020107\n\n>",
        b"<" + b"0" * (2 * MAX_CONTENTS_BYTES + 2) + b">",
    ],
    ids=lambda contents: contents[:24].decode(),
)
def test_refuses_contents(contents: bytes) -> None:
    """Not hexadecimal, no SEQUENCE, one that does not end within, or something behind it."""
    with pytest.raises(MalformedError) as caught:
        read_signature_dictionary(dictionary(contents), 0)
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def test_a_stream_is_no_signature(rsa_forge: PdfForge) -> None:
    """At the place of some stream, or of nothing, there is no signature."""
    for offset in (0, rsa_forge.good.index(b"1 0 obj")):
        with pytest.raises(MalformedError) as caught:
            read_signature_dictionary(rsa_forge.good, offset)
        assert caught.value.reason is Reason.SIGNATURE_MALFORMED


@pytest.mark.parametrize("name", [b"/Sig", b"/ETSI.CAdES.detached"])
def test_a_string_is_no_name(name: bytes) -> None:
    """What readers do not take for a signature, for it says in strings what are names, is none."""
    data = dictionary().replace(name, b"(%b)" % name[1:], 1)
    with pytest.raises(MalformedError) as caught:
        read_signature_dictionary(data, 0)
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED
