"""An authority over HTTP: what is taken from it, and what each way to fail is called."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from eseal.chain import PathJudge
from eseal.digests import DigestAlgorithm
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.keys import Suite
from eseal.moments import CLOCKS_DIFFER
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from eseal.timestamps import server as tsa_server
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.client import QUERY, REPLY, Tsa
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.requests import MAX_REQUEST_BYTES, TimestampRequest, read_request
from eseal.timestamps.responses import Failure, write_granted, write_refusal
from eseal.timestamps.server import make_server
from eseal.timestamps.tokens import read_token
from eseal.timestamps.verification import check_token
from tests.stamps import serving, unsafe_authority
from tests.vectors.timestamps import STAMPED, TokenForge
from tests.world import NOW, SECOND, Authority, World


@contextmanager
def answering(answer: Callable[[bytes], bytes], kind: str = REPLY) -> Iterator[str]:
    """A server that answers whatever is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def failure(tsa: Tsa, digest: DigestAlgorithm = DigestAlgorithm.SM3) -> EvidenceError:
    """What asking it comes to."""
    with pytest.raises((RefusedError, UnavailableError)) as caught:
        tsa.stamp(STAMPED, digest=digest)
    assert tsa.url in caught.value.at
    return caught.value


def test_gets_a_timestamp(forge: TokenForge, judge: PathJudge) -> None:
    """What comes back is a sound timestamp, of either digest."""
    with serving(forge.authority) as url:
        tsa = Tsa(url=url, judge=judge)
        for digest in DigestAlgorithm:
            token = tsa.stamp(STAMPED, digest=digest)
            check_token(read_token(token), STAMPED)
            assert read_token(token).content.imprint.algorithm is digest
            assert len(token) <= tsa.max_size
        fixed = Tsa(url=url, judge=judge, digest=DigestAlgorithm.SHA256)
        token = fixed.stamp(STAMPED, digest=DigestAlgorithm.SM3)
        assert read_token(token).content.imprint.algorithm is DigestAlgorithm.SHA256


def test_every_request_has_another_nonce(judge: PathJudge) -> None:
    """The certificate is asked for, and the nonce is random."""
    seen: list[TimestampRequest] = []

    def note(request: bytes) -> bytes:
        seen.append(read_request(request))
        return b""

    with answering(note) as url:
        for _ in range(2):
            failure(Tsa(url=url, judge=judge, policy="1.2.3"))
    assert seen[0].nonce != seen[1].nonce
    assert all(one.wants_certificate and one.policy == "1.2.3" for one in seen)


# -- silent --------------------------------------------------------------------------------------


def test_nobody_listens(judge: PathJudge) -> None:
    """A refused connection: UNREACHABLE."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        assert failure(Tsa(url=url, judge=judge)).reason is Reason.UNREACHABLE


def test_it_hangs(judge: PathJudge) -> None:
    """An authority that takes the connection and says nothing: UNREACHABLE, in bounded time."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        begun = time.monotonic()
        error = failure(Tsa(url=url, judge=judge, timeout=0.2))
        assert time.monotonic() - begun < 5
    assert error.reason is Reason.UNREACHABLE
    assert isinstance(error, UnavailableError)


@pytest.mark.parametrize("garbage", [b"", b"<html>", b"\x30\x03\x02\x01", bytes(70_000)])
def test_it_answers_garbage(judge: PathJudge, garbage: bytes) -> None:
    """What is no answer at all is none: UNREACHABLE, undecided and worth trying again."""
    with answering(lambda _request: garbage) as url:
        error = failure(Tsa(url=url, judge=judge))
    assert isinstance(error, UnavailableError)
    assert error.reason is Reason.UNREACHABLE


def test_it_answers_another_kind(judge: PathJudge, forge: TokenForge) -> None:
    """An answer of another media type is none."""
    with answering(lambda _request: write_granted(forge.good), kind="text/html") as url:
        assert failure(Tsa(url=url, judge=judge)).reason is Reason.UNREACHABLE


def test_its_address(judge: PathJudge) -> None:
    """What is no address is refused before anything is signed."""
    with pytest.raises(RefusedError) as caught:
        Tsa(url="tsa.example.cn", judge=judge)
    assert caught.value.reason is Reason.ADDRESS_REFUSED


# -- answers that are not taken ------------------------------------------------------------------


def test_it_refuses(judge: PathJudge) -> None:
    """The authority's words are told: TSA_REFUSED."""
    refusal = write_refusal(Failure.UNACCEPTED_POLICY, "样本：不接受")
    with answering(lambda _request: refusal) as url:
        error = failure(Tsa(url=url, judge=judge))
    assert error.reason is Reason.TSA_REFUSED
    assert "unaccepted_policy" in error.sentence
    assert "样本：不接受" in error.sentence


def _stamping(
    signer: SoftwareSigner,
    *,
    at: datetime = NOW,
    nonce: Callable[[int], int] = lambda given: given,
    over: bytes | None = None,
) -> Callable[[bytes], bytes]:
    """Grant whatever is asked, in a way of one's own."""

    def answer(der: bytes) -> bytes:
        request = read_request(der)
        assert request.nonce is not None
        request = replace(request, nonce=nonce(request.nonce))
        if over is not None:
            request = replace(request, imprint=Imprint.of(over, request.imprint.algorithm))
        authority = TimestampAuthority(signer=signer)
        return write_granted(authority.token(request, at=at, serial_number=1))

    return answer


def test_a_replayed_answer(world: World, judge: PathJudge) -> None:
    """An answer with the nonce of another request is none to this: TSA_ANSWER_WRONG."""
    with answering(_stamping(world.sm2.timestamping, nonce=lambda given: given ^ 1)) as url:
        assert failure(Tsa(url=url, judge=judge)).reason is Reason.TSA_ANSWER_WRONG


def test_an_answer_over_something_else(world: World, judge: PathJudge) -> None:
    """TIMESTAMP_MISMATCH."""
    with answering(_stamping(world.sm2.timestamping, over=b"other")) as url:
        assert failure(Tsa(url=url, judge=judge)).reason is Reason.TIMESTAMP_MISMATCH


def test_an_authority_whose_clock_is_wrong(world: World, judge: PathJudge) -> None:
    """Five minutes behind or ahead are taken, more is not."""
    for at, reason in (
        (NOW - CLOCKS_DIFFER - SECOND, Reason.TSA_ANSWER_WRONG),
        (NOW + CLOCKS_DIFFER + SECOND, Reason.SIGNED_LATER),
    ):
        with answering(_stamping(world.sm2.timestamping, at=at)) as url:
            assert failure(Tsa(url=url, judge=judge)).reason is reason
    with answering(_stamping(world.sm2.timestamping, at=NOW - CLOCKS_DIFFER)) as url:
        Tsa(url=url, judge=judge).stamp(STAMPED, digest=DigestAlgorithm.SM3)


def test_a_token_longer_than_what_was_reserved(world: World, judge: PathJudge) -> None:
    """It would not fit into the document."""
    with serving(world.sm2) as url:
        error = failure(Tsa(url=url, judge=judge, max_size=500))
    assert error.reason is Reason.TSA_ANSWER_WRONG


def test_a_stranger(judge: PathJudge) -> None:
    """An authority that the trust material does not know cannot be judged: UNKNOWN_ISSUER."""
    with serving(Authority(Suite.SM2)) as url:
        error = failure(Tsa(url=url, judge=judge))
    assert isinstance(error, UnavailableError)
    assert error.reason is Reason.UNKNOWN_ISSUER


def test_a_signer_of_documents(world: World, judge: PathJudge) -> None:
    """KEY_USAGE_REFUSED."""

    def answer(der: bytes) -> bytes:
        maker = unsafe_authority(world.sm2.signing)
        return write_granted(maker.token(read_request(der), at=NOW, serial_number=1))

    with answering(answer) as url:
        assert failure(Tsa(url=url, judge=judge)).reason is Reason.KEY_USAGE_REFUSED


# -- the server ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "kind", "length", "status"),
    [
        ("GET", QUERY, "0", 501),
        ("POST", "text/plain", "4", 415),
        ("POST", QUERY, "x", 411),
        ("POST", QUERY, "-1", 411),
        ("POST", QUERY, str(MAX_REQUEST_BYTES + 1), 413),
        ("POST", QUERY, "9" * 5000, 413),
        ("POST", f"{QUERY.upper()}; a=b", "0", 200),
    ],
)
def test_the_server_takes_queries_only(
    world: World, method: str, kind: str, length: str, status: int
) -> None:
    """Other methods, kinds and lengths have their status; an empty query is answered."""
    with serving(world.sm2) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
        connection.putrequest(method, "/")
        connection.putheader("Content-Type", kind)
        connection.putheader("Content-Length", length)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()


def test_the_server_answers_when_its_key_fails(world: World, judge: PathJudge) -> None:
    """A device that is silent is a refusal with systemFailure, not a broken connection."""

    class Silent:
        certificate = world.sm2.timestamping.certificate
        chain = world.sm2.timestamping.chain
        algorithm = world.sm2.timestamping.algorithm

        def sign(self, data: bytes) -> bytes:
            raise UnavailableError(Reason.ENGINE_UNAVAILABLE, f"{len(data)} bytes")

    server = make_server(
        TimestampAuthority(signer=Silent()),
        host="127.0.0.1",
        port=0,
        clock=lambda: NOW,
        serial_numbers=lambda: 1,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    error = failure(Tsa(url=f"http://127.0.0.1:{server.server_port}/", judge=judge))
    server.shutdown()
    thread.join()
    server.server_close()
    assert error.reason is Reason.TSA_REFUSED
    assert "system_failure" in error.sentence


def test_the_server_waits_for_nobody_and_serves_no_more_than_it_can(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sends a byte now and then is hung up on in time; who comes while all are busy is too."""
    monkeypatch.setattr(tsa_server, "TIMEOUT", 0.2)
    monkeypatch.setattr(tsa_server, "MOST_AT_ONCE", 1)
    with serving(world.sm2) as url:
        address = "127.0.0.1", urlsplit(url).port
        with socket.create_connection(address, 5) as slow:
            slow.sendall(b"POST / HTTP/1.0\r\n")
            with socket.create_connection(address, 5) as second:
                assert second.recv(1) == b""
            for _ in range(15):
                with suppress(ConnectionError):
                    slow.sendall(b"x")
                time.sleep(0.02)
            slow.settimeout(0.1)
            with suppress(ConnectionError):
                assert slow.recv(1) == b""
