"""SHA-256 and SM3, from hashlib and from gmssl."""

import hashlib
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal import digests
from eseal.digests import CommonTexts, DigestAlgorithm, PortableSm3, digest, new

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
    beginnings = CommonTexts(DigestAlgorithm.SM3)
    for length, end in texts:
        text = bytes(length) + end
        assert beginnings.begin(text).digest() == digest(DigestAlgorithm.SM3, text)


def test_a_common_beginning_is_digested_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the third text on only what is its own is digested, also when another form comes.

    The same text again is not digested again.
    """
    begun: list[int] = []
    original = digests.new

    def watched(algorithm: DigestAlgorithm, data: bytes = b"") -> digests.Hash:
        begun.append(len(data))
        return original(algorithm, data)

    monkeypatch.setattr(digests, "new", watched)
    beginnings = CommonTexts(DigestAlgorithm.SHA256, before=secrets.token_bytes(3))
    for round_, form in enumerate((b"a", b"b", b"a", b"b")):
        for number in (0, 0, 1, 2):
            beginnings.begin(5000 * form + b"%d%d" % (round_, number))
    one_form = [5005, 4867, 5005]
    assert begun == [*one_form, *one_form]


def test_what_was_digested_once_more_is_for_its_very_text() -> None:
    """Neither another text with the same samples nor another beginning gets its digest."""
    one = secrets.token_bytes(20_000)
    other = b"?" + one[1:]
    for text in (one, other, one):
        for algorithm in DigestAlgorithm:
            for before in (b"", b"Z"):
                texts = CommonTexts(algorithm, before=before)
                begun = texts.begin(text)
                begun.update(b"!")
                assert begun.digest() == digest(algorithm, before + text + b"!")


def test_only_some_texts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten, and one that is too long is not kept at all."""
    recent = digests._Recent()
    monkeypatch.setattr(digests, "_recent", recent)
    texts = CommonTexts(DigestAlgorithm.SHA256)
    for number in range(200):
        texts.begin(secrets.token_bytes(5000) + bytes(number))
    texts.begin(bytes(1_000_000))
    assert len(recent._begun) == 128
    assert max(len(text) for text, _ in recent._begun.values()) == 5199
