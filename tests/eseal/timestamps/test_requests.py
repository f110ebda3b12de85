"""Requests and answers: what is granted, what is refused, and what is no answer to a request."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from asn1crypto import tsp
from hypothesis import given
from hypothesis import strategies as st

from eseal.der import tlv
from eseal.digests import DigestAlgorithm
from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.requests import TimestampRequest, read_request
from eseal.timestamps.responses import demand_answer, read_response, write_granted
from tests.vectors.timestamps import STAMPED, TokenForge
from tests.world import NOW, World

REQUEST = TimestampRequest(
    imprint=Imprint.of(STAMPED, DigestAlgorithm.SM3), policy="1.2.3", nonce=(1 << 64) - 1
)


def answer(forge: TokenForge, request: bytes) -> bytes:
    """What the authority answers."""
    return forge.tsa.respond(request, at=NOW, serial_number=1)


def refused(response: bytes) -> str:
    """The words of a refusal."""
    with pytest.raises(RefusedError) as caught:
        read_response(response)
    assert caught.value.reason is Reason.TSA_REFUSED
    return caught.value.sentence


@pytest.mark.parametrize(
    "request_",
    [
        REQUEST,
        replace(REQUEST, policy=None, nonce=None),
        replace(REQUEST, wants_certificate=False),
    ],
)
def test_a_request_reads_back(request_: TimestampRequest) -> None:
    """What is written is read as it was."""
    assert read_request(request_.dump()) == request_


@given(st.binary(max_size=80))
def test_no_bytes_do_anything_else_than_be_refused(data: bytes) -> None:
    """As request and as answer: nothing but the two errors ever comes out."""
    for read in (read_request, read_response):
        with pytest.raises((MalformedError, RefusedError)):
            read(data)


@given(st.data())
def test_a_spoilt_request_is_refused_or_read(data: st.DataObject) -> None:
    """A request cut and mixed with bytes: nothing but the two errors ever comes out."""
    good = REQUEST.dump()
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(good))] * 2)))
    spoilt = good[:start] + data.draw(st.binary(max_size=20)) + good[end:]
    with contextlib.suppress(MalformedError, RefusedError):
        read_request(spoilt)


@pytest.mark.parametrize("der", [b"\x30\x00", b"\x05\x00", b"\x30\x03\x02\x01\x01"])
def test_der_of_something_else_is_malformed(der: bytes) -> None:
    """As request and as answer, good DER of another structure is TIMESTAMP_MALFORMED."""
    for read in (read_request, read_response):
        with pytest.raises(MalformedError) as caught:
            read(der)
        assert caught.value.reason is Reason.TIMESTAMP_MALFORMED


def test_grants_and_answers_this_request(forge: TokenForge) -> None:
    """A good request is granted, and the answer is one to it."""
    request = replace(forge.request, policy=forge.tsa.policy)
    demand_answer(read_response(answer(forge, request.dump())), request)


def test_leaves_certificates_out_if_they_are_not_wanted(forge: TokenForge) -> None:
    """Without certReq there is no certificate, and so nothing that we could judge."""
    request = replace(forge.request, wants_certificate=False)
    with pytest.raises(RefusedError) as caught:
        read_response(answer(forge, request.dump()))
    assert caught.value.reason is Reason.CERTIFICATE_MISMATCH


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": 78}, Reason.TSA_ANSWER_WRONG),
        ({"nonce": None}, Reason.TSA_ANSWER_WRONG),
        ({"policy": "1.2.3"}, Reason.TSA_ANSWER_WRONG),
        ({"imprint": Imprint.of(b"", DigestAlgorithm.SM3)}, Reason.TIMESTAMP_MISMATCH),
    ],
)
def test_an_answer_to_another_request(
    forge: TokenForge, changes: dict[str, Any], reason: Reason
) -> None:
    """Nonce, policy and imprint have to be those of the request."""
    timestamp = read_response(write_granted(forge.good))
    with pytest.raises(RefusedError) as caught:
        demand_answer(timestamp, replace(forge.request, **changes))
    assert caught.value.reason is reason


def _asked(forge: TokenForge, **changes: Any) -> bytes:
    found = tsp.TimeStampReq.load(forge.request.dump())
    for name, value in changes.items():
        found[name] = value
    return bytes(found.dump(force=True))


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"version": "v2"}, "bad_data_format"),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": b""}},
            "bad_alg",
        ),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sm3"}, "hashed_message": b""}},
            "bad_data_format",
        ),
        ({"req_policy": "1.2.3"}, "unaccepted_policy"),
        ({"extensions": [{"extn_id": "1.2.3", "extn_value": b""}]}, "unaccepted_extensions"),
        (
            {"extensions": [{"extn_id": "1.2.3", "critical": True, "extn_value": b""}]},
            "unaccepted_extensions",
        ),
    ],
)
def test_refuses_with_what_is_wrong(
    forge: TokenForge, changes: dict[str, Any], failure: str
) -> None:
    """A bad request is answered with its PKIFailureInfo."""
    assert refused(answer(forge, _asked(forge, **changes))).startswith(f"rejection: {failure}")


@pytest.mark.parametrize("request_", [b"", b"\x30\x80", bytes(5000)])
def test_refuses_what_is_no_request(forge: TokenForge, request_: bytes) -> None:
    """What cannot be read is answered, too."""
    assert "bad_data_format" in refused(answer(forge, request_))


def test_words_of_an_authority_are_made_harmless() -> None:
    """What an authority says is printed, without what could act on a terminal."""
    status = tsp.PKIStatusInfo({"status": "waiting", "status_string": ["a\x1b[2J" + "b" * 999]})
    said = refused(tlv(b"\x30", status.dump()))
    assert said.startswith("waiting: a\ufffd[2J")
    assert len(said) == 300


def test_granted_without_a_token_is_malformed() -> None:
    """An authority that grants has to give."""
    with pytest.raises(MalformedError) as caught:
        read_response(write_granted(b""))
    assert caught.value.reason is Reason.TIMESTAMP_MALFORMED


def test_an_answer_is_bounded() -> None:
    """No answer is read that is longer than any can be."""
    with pytest.raises(MalformedError):
        read_response(bytes(64 * 1024 + 1))


def test_only_a_certificate_for_timestamps_makes_an_authority(world: World) -> None:
    """A signer of documents is no time-stamping authority."""
    with pytest.raises(RefusedError) as caught:
        TimestampAuthority(signer=world.rsa.signing)
    assert caught.value.reason is Reason.KEY_USAGE_REFUSED


def test_serial_numbers_are_bounded(forge: TokenForge) -> None:
    """No number is written that could not be read."""
    for number in (-1, 1 << 160):
        with pytest.raises(ValueError, match="serial"):
            forge.tsa.token(forge.request, at=NOW, serial_number=number)


def test_tells_how_long_its_tokens_get(forge: TokenForge) -> None:
    """A token is not longer than was said, and not much shorter."""
    assert len(forge.good) <= forge.tsa.max_size < len(forge.good) + 1024
