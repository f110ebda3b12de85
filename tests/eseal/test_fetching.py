"""Fetching: bounded in size and time, to the one address only; every failure says why."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eseal.errors import RefusedError, UnavailableError
from eseal.fetching import check_url, fetch
from eseal.reasons import Reason

pytestmark = pytest.mark.unmeasured

KIND = "application/pkix-crl"
TRICKLES = {
    "/trickled": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "/early": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "/chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n5;x=",
        b"a",
    ),
}
"""How an answer begins that has no end, and what is said again and again."""


class Server(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    def do_GET(self) -> None:
        """Answer in the way that the path names."""
        self._answer(b"got")

    def do_POST(self) -> None:
        """Give back what was posted, and as what."""
        length = int(self.headers["Content-Length"])
        self._answer(self.headers["Content-Type"].encode() + b" " + self.rfile.read(length))

    def _answer(self, body: bytes) -> None:
        match self.path:
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/good")
                self.end_headers()
                return
            case "/gone":
                self.send_error(404)
                return
            case "/large":
                body = bytes(2000)
            case "/silent":
                time.sleep(1.5)
            case "/trickled" | "/early" | "/chunks":
                self._trickle(*TRICKLES[self.path])
                return
            case _:
                pass
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path == "/page" else f"{KIND}; a=b")
        self.end_headers()
        with contextlib.suppress(OSError):  # whoever asked has gone
            for _ in range(30 if self.path == "/slow" else 0):
                self.wfile.write(b"x")
                time.sleep(0.05)
            self.wfile.write(body)

    def _trickle(self, begun: bytes, again: bytes) -> None:
        """Begin an answer and never come to its end, saying something all the while."""
        with contextlib.suppress(OSError):  # whoever asked has gone
            self.wfile.write(begun)
            for _ in range(30):
                self.wfile.write(again)
                time.sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """Where a server answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_gets_and_posts(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered comes back as it is; a proxy of the environment is not asked."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(f"{base}/good", accept=KIND, max_bytes=100) == b"got"
    posted = fetch(f"{base}/good", accept=KIND, max_bytes=100, post=b"\x00", content_type="a/b")
    assert posted == b"a/b \x00"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("moved", "status 302"),
        ("gone", "status 404"),
        ("page", "text/html"),
        ("large", "at most 1000 B"),
        ("silent", "too long"),
        ("slow", "too long"),
        ("trickled", "too long"),
        ("early", "too long"),
        ("chunks", "too long"),
    ],
)
def test_no_usable_answer(base: str, path: str, why: str) -> None:
    """Neither another place nor another type, nor too much, nor too slow."""
    url = f"{base}/{path}"
    with pytest.raises(UnavailableError) as caught:
        fetch(url, accept=KIND, max_bytes=1000, timeout=0.3)
    assert (caught.value.reason, caught.value.at) == (Reason.UNREACHABLE, url)
    assert why in caught.value.sentence


def test_a_query_is_not_told(base: str) -> None:
    """What stands behind the ? may be a secret: an error has the address without it."""
    for place in (f"{base}/good", "http://127.0.0.1:9/x"):
        with pytest.raises(UnavailableError) as caught:
            fetch(f"{place}?token=secret&a=b", accept=KIND, max_bytes=1)
        assert (caught.value.reason, caught.value.at) == (Reason.UNREACHABLE, place)
        assert "secret" not in str(caught.value)


def test_a_name_is_looked_up_within_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that says nothing is not waited for."""
    asked = threading.Event()

    def silent(*_: object, **__: object) -> list[object]:
        asked.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(UnavailableError, match="too long"):
        fetch("http://h.example/x", accept=KIND, max_bytes=10, timeout=0.05)
    asked.set()


def test_nobody_there() -> None:
    """A refused connection is told like the rest."""
    with pytest.raises(UnavailableError, match=r"refused|attempts failed"):
        fetch("http://127.0.0.1:9/x", accept=KIND, max_bytes=10)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a/b", "file:///etc/passwd", "http://", "http://u:p@host/", "http://h\n/", "http://[/",
     "http://h:0/", "http://例/", "http://h/a b", " http://h/"],
)  # fmt: skip
def test_addresses_that_are_refused(url: str) -> None:
    """Only http and https, with a host, without blanks and without a password."""
    with pytest.raises(RefusedError) as caught:
        check_url(url)
    assert caught.value.reason is Reason.ADDRESS_REFUSED
