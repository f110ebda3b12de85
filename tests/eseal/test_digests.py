"""SHA-256 and SM3, from hashlib and from gmssl."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal import digests
from eseal.digests import CommonBeginnings, DigestAlgorithm, PortableSm3, digest, new

SM3_ANSWERS = {
    b"": "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize(("data", "expected"), SM3_ANSWERS.items(), ids=["empty", "abc", "block"])
def test_sm3_gives_the_known_answers(data: bytes, expected: str) -> None:
    """The examples of GB/T 32905-2016, Annex A, come out, and so they do by gmssl."""
    assert digest(DigestAlgorithm.SM3, data).hex() == expected
    assert PortableSm3(data).digest().hex() == expected


def test_sha256_gives_the_known_answer() -> None:
    """The example of FIPS 180-4 comes out."""
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest(DigestAlgorithm.SHA256, b"abc").hex() == expected


@pytest.mark.parametrize("algorithm", DigestAlgorithm)
def test_a_digest_can_be_made_piece_by_piece(algorithm: DigestAlgorithm) -> None:
    """Pieces give the digest of the whole, and a copy goes its own way."""
    pieces = new(algorithm, b"ab")
    branch = pieces.copy()
    pieces.update(b"c")
    branch.update(b"d")
    assert pieces.digest() == digest(algorithm, b"abc")
    assert branch.digest() == digest(algorithm, b"abd")


def test_the_portable_sm3_works_piece_by_piece() -> None:
    """The replacement for hashlib can be updated, copied and asked twice."""
    pieces = PortableSm3(b"ab")
    branch = pieces.copy()
    pieces.update(b"c")
    assert pieces.digest() == pieces.digest() == bytes.fromhex(SM3_ANSWERS[b"abc"])
    assert branch.digest() == PortableSm3(b"ab").digest()


def test_without_sm3_in_hashlib_gmssl_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python whose OpenSSL has no SM3 still digests; one that has it uses it."""

    def refuse(name: str, data: bytes = b"") -> None:
        raise ValueError(name, data)

    monkeypatch.setattr(hashlib, "new", refuse)
    assert digests._choose_sm3() is PortableSm3


@given(
    texts=st.lists(
        st.tuples(st.sampled_from([0, 1, 4095, 4096, 9000]), st.binary(max_size=3)), max_size=8
    )
)
@settings(max_examples=40, deadline=None)
def test_common_beginnings_change_no_digest(texts: list[tuple[int, bytes]]) -> None:
    """Whatever came before, a text has the digest that it has by itself."""
    beginnings = CommonBeginnings(DigestAlgorithm.SM3)
    for length, end in texts:
        text = bytes(length) + end
        assert beginnings.begin(text).digest() == digest(DigestAlgorithm.SM3, text)


def test_a_common_beginning_is_digested_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the third text on only what is its own is digested, also when another form comes."""
    begun: list[int] = []
    original = digests.new

    def watched(algorithm: DigestAlgorithm, data: bytes = b"") -> digests.Hash:
        begun.append(len(data))
        return original(algorithm, data)

    monkeypatch.setattr(digests, "new", watched)
    beginnings = CommonBeginnings(DigestAlgorithm.SHA256)
    for form in (b"a", b"b", b"a", b"b"):
        for number in (0, 0, 1, 2):
            beginnings.begin(5000 * form + b"%d" % number)
    one_form = [5001, 5001, 4864, 5001]
    assert begun == [*one_form, *one_form]
