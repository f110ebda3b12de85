"""DER: heads, whole values, and the writing of a length."""

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from eseal.certificates import read_certificate
from eseal.der import DerHead, check_der, fault_words, read_head, tlv
from eseal.errors import MalformedError
from eseal.reasons import Reason


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_a_length_is_read_as_it_is_written(length: int) -> None:
    """At every step of the length's form, a value is written in DER and its head read."""
    der = tlv(b"\x04", bytes(length))
    assert read_head(der, 0, len(der)) == DerHead(4, len(der) - length, len(der))
    check_der(der, Reason.SEAL_MALFORMED, "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Extra data - 1380 bytes of trailing data were provided",
            "解析不了：其后还有内容 cannot be parsed: something stands behind it",
        ),
        (
            "Error parsing 2611251!5600Z to a asn1crypto.core.UTCTime",
            "解析不了：时间写法不对 cannot be parsed: a time in it is none",
        ),
        (
            "Insufficient data - 98 bytes requested but only 1 available",
            "解析不了：内容不全 cannot be parsed: it ends too early",
        ),
        (
            "Error parsing asn1crypto.core.Integer - tag\n    while parsing",
            "解析不了：结构不符 cannot be parsed: it is not built as it should be",
        ),
        ("", "解析不了：结构不符 cannot be parsed: it is not built as it should be"),
        ("长度编码不合 DER a length is not in DER", "长度编码不合 DER a length is not in DER"),
    ],
)
def test_what_a_parser_raises_is_told_in_our_words(said: str, words: str) -> None:
    """No library's sentence gets out; our own, as they are."""
    assert fault_words(ValueError(said)) == words


@pytest.mark.parametrize(
    ("der", "said"),
    [
        (b"\x30\x00\x00\x00", "其后还有内容"),
        (b"\x30\x05", "内容不全"),
        (b"\x30\x03\x02\x01\x01", "结构不符"),
    ],
)
def test_asn1crypto_still_says_what_we_translate(der: bytes, said: str) -> None:
    """The signs by which its sentences are known are those of the version in use."""
    with pytest.raises(MalformedError) as caught:
        read_certificate(der)
    assert said in caught.value.sentence
    with pytest.raises(ValueError, match="UTCTime") as wrong:
        core.UTCTime.load(b"\x17\x0d2611251!5600Z").native  # noqa: B018 - parses lazily
    assert "时间写法不对" in fault_words(wrong.value)


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
