"""A time-stamping authority of one's own behind HTTP: for trying things out, and for closed nets.

Rules kept: POST of a query, and nothing else; a request is bounded in size and time; every query
that was read is answered, with a refusal if need be; nothing is logged. There is no TLS and nobody
is asked who they are: it belongs behind something that does, if it is to be seen from outside.

Source: RFC 3161, 3.4.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from eseal.errors import EvidenceError
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.client import QUERY, REPLY
from eseal.timestamps.requests import MAX_REQUEST_BYTES
from eseal.timestamps.responses import Failure, write_refusal

TIMEOUT: Final = 10.0
"""Seconds that whoever asks may be silent."""


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

        timeout = TIMEOUT
        server_version = "eseal"
        sys_version = ""

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

    return ThreadingHTTPServer((host, port), Handler)
