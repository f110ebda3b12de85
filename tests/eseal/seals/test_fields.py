"""The fields of a SEQUENCE: taken in order, in DER, with nothing left over."""

from datetime import UTC, datetime

import pytest

from eseal.der import tlv
from eseal.errors import MalformedError
from eseal.reasons import Reason
from eseal.seals import fields as asn1
from eseal.seals.fields import Fields


def fields_of(*fields: bytes) -> Fields:
    """A SEQUENCE of these, somewhere."""
    return Fields(tlv(b"\x30", b"".join(fields)), "place")


def test_fields_are_taken_in_their_order() -> None:
    """Each kind gives its value; at the end there is nothing more."""
    fields = fields_of(b"\x02\x01\x07", b"\x01\x01\xff", b"\x03\x02\x00\xab", b"\x30\x02\x05\x00")
    assert fields.count(9) == 4
    assert fields.integer("a") == 7
    assert fields.boolean("b") is True
    assert fields.bits("c") == b"\xab"
    assert fields.within("d").take("e", 5) == b"\x05\x00"
    assert fields.next_tag is None
    fields.end()


def test_counting_stops() -> None:
    """Nobody is kept busy with counting half a million of nothing."""
    assert fields_of(b"\x05\x00" * 500_000).count(5) == 6


@pytest.mark.parametrize(
    "contents", [b"", b"\x00\x01", b"\xff", b"\x00\x80\x00\x00\x00", b"\x7f" * 5000]
)
def test_no_number_that_belongs_here(contents: bytes) -> None:
    """A number is written in its shortest form and lies within its bounds."""
    with pytest.raises(MalformedError) as caught:
        fields_of(tlv(b"\x02", contents)).integer("number")
    assert (caught.value.reason, caught.value.at) == (Reason.SEAL_MALFORMED, "place.number")


@pytest.mark.parametrize("number", [0, 1, 127, 128, 255, 256, asn1.MAX_NUMBER])
def test_numbers(number: int) -> None:
    """Numbers at the ends of their forms are read."""
    contents = number.to_bytes(number.bit_length() // 8 + 1)
    assert fields_of(tlv(b"\x02", contents)).integer("number") == number


@pytest.mark.parametrize(("text", "year"), [(b"491231235959Z", 2049), (b"500101000000Z", 1950)])
def test_years_of_two_digits(text: bytes, year: int) -> None:
    """UTCTime turns at 1950 (RFC 5280, 4.1.2.5.1)."""
    assert fields_of(tlv(b"\x17", text)).time("time", asn1.UTC_TIME).year == year


def test_fraction_of_a_second() -> None:
    """DER ends a fraction with a digit that counts."""
    moment = fields_of(tlv(b"\x18", b"20261122040000.25Z")).time("time")
    assert moment == datetime(2026, 11, 22, 4, tzinfo=UTC)
    with pytest.raises(MalformedError):
        fields_of(tlv(b"\x18", b"20261122040000.50Z")).time("time")


def test_what_is_left_over_is_a_fault() -> None:
    """Whoever ends before the end is told."""
    with pytest.raises(MalformedError) as caught:
        fields_of(b"\x05\x00").end()
    assert caught.value.at == "place"
