"""DER: heads, whole values, and the writing of a length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eseal.der import DerHead, check_der, read_head, tlv
from eseal.errors import MalformedError
from eseal.reasons import Reason


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_a_length_is_read_as_it_is_written(length: int) -> None:
    """At every step of the length's form, a value is written in DER and its head read."""
    der = tlv(b"\x04", bytes(length))
    assert read_head(der, 0, len(der)) == DerHead(4, len(der) - length, len(der))
    check_der(der, Reason.SEAL_MALFORMED, "")


@given(st.binary(max_size=40))
def test_a_value_is_read_or_refused(data: bytes) -> None:
    """No bytes do anything else."""
    try:
        head = read_head(data, 0, len(data))
    except ValueError:
        return
    assert tlv(data[:1], data[head.start : head.end]) == data[: head.end]


def test_a_value_ends_by_the_end_of_its_container() -> None:
    """What stands behind the end does not count, not even for the head."""
    with pytest.raises(ValueError, match="longer"):
        read_head(b"\x04\x02\x00\x00", 0, 3)
    with pytest.raises(ValueError, match="no DER"):
        read_head(b"\x04\x00", 0, 1)
    with pytest.raises(ValueError, match="not in DER"):
        read_head(b"\x04\x81\x80", 0, 2)


def test_a_fault_has_reason_and_place() -> None:
    """The reason is the caller's, and the byte is named."""
    with pytest.raises(MalformedError) as caught:
        check_der(b"\x30\x02\x04\x81", Reason.SEAL_MALFORMED, "seal")
    assert (caught.value.reason, caught.value.at) == (Reason.SEAL_MALFORMED, "seal.byte 2")
    with pytest.raises(MalformedError) as caught:
        check_der(b"\x30\x00\x00", Reason.SIGNATURE_MALFORMED, "cms")
    assert (caught.value.reason, caught.value.at) == (Reason.SIGNATURE_MALFORMED, "cms")
