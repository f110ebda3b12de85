"""Tokens: read strictly, every rule with what breaks it; what others lawfully do is read."""

import hashlib
from datetime import timedelta

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.chain import PathJudge
from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason
from eseal.report import Outcome, TimestampCheck
from eseal.timestamps.tokens import read_token
from eseal.timestamps.verification import check_token, judge_timestamp
from tests.vectors.timestamps import (
    SERIAL,
    STAMPED,
    VECTORS,
    TokenForge,
    Vector,
    attribute,
    flipped,
    lawful,
)
from tests.world import NOW

pytestmark = pytest.mark.unmeasured


def test_says_what_was_asked(forge: TokenForge) -> None:
    """Time, number, nonce, policy and imprint are those that were given."""
    timestamp = read_token(forge.good)
    content = timestamp.content
    assert content.imprint == forge.request.imprint
    assert (content.time, content.serial_number, content.nonce) == (NOW, SERIAL, 77)
    assert content.policy == forge.tsa.policy
    assert timestamp.certificate.dump() == forge.signer.certificate.dump()
    assert [one.dump() for one in timestamp.others] == [one.dump() for one in forge.signer.chain]
    assert timestamp.der == forge.good
    check_token(timestamp, STAMPED)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_refuses(forge: TokenForge, judge: PathJudge, vector: Vector) -> None:
    """Every defect has its reason, and the check on timestamps fails with it."""
    token = vector.make(forge)
    with pytest.raises((MalformedError, RefusedError)) as caught:
        check_token(read_token(token), STAMPED)
    assert caught.value.reason is vector.reason, caught.value
    evidence = judge_timestamp(token, STAMPED, judge=judge)
    assert evidence.finding.check is TimestampCheck.TIMESTAMP
    assert (evidence.finding.outcome, evidence.finding.reason) == (Outcome.FAILED, vector.reason)
    assert evidence.proven is None


def test_reads_what_others_lawfully_make(forge: TokenForge, judge: PathJudge) -> None:
    """Variants of other authorities are as good as ours."""
    for name, token in lawful(forge).items():
        evidence = judge_timestamp(token, STAMPED, judge=judge)
        assert evidence.finding.outcome is Outcome.PASSED, (name, evidence.finding)
    content = read_token(lawful(forge)["accuracy and order"]).content
    assert content.accuracy == timedelta(seconds=1, milliseconds=500, microseconds=1)
    fraction = read_token(lawful(forge)["fraction"]).content
    assert fraction.time == NOW + timedelta(milliseconds=250)


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
def test_reads_rsa_with_longer_digests(rsa_tokens: TokenForge, digest: str) -> None:
    """Many authorities sign so; the name of the algorithm has to be that of the digest."""
    hashed = {"sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[digest]
    key = serialization.load_der_private_key(
        rsa_tokens.signer.key.private_key_info(),  # type: ignore[attr-defined]
        None,
    )
    assert isinstance(key, rsa.RSAPrivateKey)

    def sign(name: str) -> bytes:
        info = cms.ContentInfo.load(rsa_tokens.good)
        data = info["content"]
        signer = data["signer_infos"][0]
        written = bytes(data["encap_content_info"]["content"])
        kept = [one for one in signer["signed_attrs"] if one["type"].native != "message_digest"]
        attributes = cms.CMSAttributes(
            [*kept, attribute("message_digest", hashlib.new(digest, written).digest())]
        )
        data["digest_algorithms"] = [{"algorithm": digest}]
        signer["digest_algorithm"] = {"algorithm": digest}
        signer["signature_algorithm"] = {"algorithm": name}
        signer["signed_attrs"] = attributes
        signer["signature"] = key.sign(attributes.dump(), padding.PKCS1v15(), hashed)
        return bytes(info.dump())

    check_token(read_token(sign(f"{digest}_rsa")), STAMPED)
    with pytest.raises(RefusedError) as caught:
        read_token(sign("sha384_rsa" if digest == "sha512" else "sha512_rsa"))
    assert caught.value.reason is Reason.ALGORITHM_REFUSED


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_never_verifies(forge: TokenForge, data: st.DataObject) -> None:
    """One bit changed anywhere: refused or malformed, or it is in what nobody signed."""
    place = data.draw(st.integers(0, len(forge.good) - 1))
    token = flipped(forge.good, place)
    try:
        timestamp = read_token(token)
        check_token(timestamp, STAMPED)
    except (MalformedError, RefusedError):
        return
    assert timestamp.content == read_token(forge.good).content
    assert timestamp.certificate.dump() == forge.signer.certificate.dump()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
@pytest.mark.unmeasured
def test_no_bytes_do_anything_else_than_be_refused(forge: TokenForge, data: st.DataObject) -> None:
    """Bytes, and tokens cut and mixed with bytes: nothing but the two errors ever comes out."""
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(forge.good))] * 2)))
    token = forge.good[:start] + data.draw(st.binary(max_size=40)) + forge.good[end:]
    try:
        read_token(token)
    except (MalformedError, RefusedError):
        return
    assert token
