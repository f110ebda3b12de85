"""A time-stamping authority of one's own behind HTTP: for trying things out, and for closed nets.

Rules kept: POST of a query, and nothing else; a request is bounded in size and as a whole in time,
and only so many are served at once; every query that was read is answered, with a refusal if need
be; nothing is logged. There is no TLS and nobody is asked who they are: it belongs behind something
that does, if it is to be seen from outside.

Source: RFC 3161, 3.4.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader, RawIOBase
from socket import socket
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from eseal.errors import EvidenceError
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.client import QUERY, REPLY
from eseal.timestamps.requests import MAX_REQUEST_BYTES
from eseal.timestamps.responses import Failure, write_refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TIMEOUT: Final = 10.0
"""Seconds that asking may take."""

MOST_AT_ONCE: Final = 64
"""Connections; who comes beyond that is hung up on."""


class _Timed(RawIOBase):
    """Reads a connection until its time is over, however little comes at a time."""

    def __init__(self, connection: socket) -> None:
        self._connection = connection
        self._end = monotonic() + TIMEOUT

    def readable(self) -> bool:
        """Say so."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read some; raises `TimeoutError`."""
        self._connection.settimeout(max(self._end - monotonic(), 0.001))
        return self._connection.recv_into(buffer)


class _Server(ThreadingHTTPServer):
    """Has a thread for each connection, and no more than there may be."""

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._free = BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, if there is one left."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: who asked is nobody's business, and breaks off as they like."""

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


def make_server(
    authority: TimestampAuthority,
    *,
    host: str,
    port: int,
    clock: Callable[[], datetime],
    serial_numbers: Callable[[], int],
) -> ThreadingHTTPServer:
    """Make a server that is bound and not yet serving.

    Args:
        authority: who answers.
        host: the address to bind.
        port: 0 for any that is free.
        clock: tells the time, aware.
        serial_numbers: gives numbers that were never used before, from any thread.

    Raises:
        OSError: the address cannot be bound.
    """

    class Handler(BaseHTTPRequestHandler):
        """Answers queries."""

        server_version = "eseal"
        sys_version = ""

        def setup(self) -> None:
            """Bound the time of the whole request."""
            super().setup()
            self.rfile = BufferedReader(_Timed(self.connection))

        def do_POST(self) -> None:
            """Read a query within bounds, and answer it."""
            length = self.headers.get("Content-Length", "")
            kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind != QUERY:
                self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            elif not length.isascii() or not length.isdecimal():
                self.send_error(HTTPStatus.LENGTH_REQUIRED)
            elif len(length) > 9 or int(length) > MAX_REQUEST_BYTES:
                self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            else:
                self._answer(_respond(self.rfile.read(int(length))))

        def _answer(self, body: bytes) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", REPLY)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: who asked is nobody's business."""

    def _respond(request: bytes) -> bytes:
        try:
            return authority.respond(request, at=clock(), serial_number=serial_numbers())
        except EvidenceError as error:
            return write_refusal(Failure.SYSTEM_FAILURE, str(error.reason))

    return _Server((host, port), Handler)
