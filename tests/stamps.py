"""Timestamps for documents of tests: by the time-stamping authority of the good world, or bad."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from eseal.digests import DigestAlgorithm
from eseal.errors import UnavailableError
from eseal.reasons import Reason
from eseal.signers import Signer
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.own import OwnTimestamps
from eseal.timestamps.requests import TimestampRequest
from eseal.timestamps.server import make_server
from tests.world import NOW, Authority


def stamps_of(authority: Authority, *, at: datetime = NOW) -> OwnTimestamps:
    """Good timestamps of a time."""
    return OwnTimestamps(
        authority=TimestampAuthority(signer=authority.timestamping),
        clock=lambda: at,
        serial_numbers=lambda: 7,
    )


@dataclass(frozen=True, kw_only=True)
class SpoiltStamps:
    """Timestamps of which nobody sees, before they are used, that they are spoilt."""

    make: Callable[[bytes, DigestAlgorithm], bytes]
    max_size: int = 8192

    def stamp(self, data: bytes, *, digest: DigestAlgorithm) -> bytes:
        """What stands for a timestamp."""
        return self.make(data, digest)


def over_other_bytes(authority: Authority) -> SpoiltStamps:
    """Good timestamps of something else."""
    good = stamps_of(authority)
    return SpoiltStamps(make=lambda data, digest: good.stamp(data + b"\x00", digest=digest))


def unsafe_authority(signer: Signer) -> TimestampAuthority:
    """An authority of whoever it is, whatever their certificate is for."""
    maker = object.__new__(TimestampAuthority)
    object.__setattr__(maker, "signer", signer)
    object.__setattr__(maker, "policy", "1.2.3")
    return maker


def signed_by(signer: Signer, *, at: datetime = NOW) -> SpoiltStamps:
    """Timestamps of whoever it is, whatever their certificate is for."""
    maker = unsafe_authority(signer)

    def make(data: bytes, digest: DigestAlgorithm) -> bytes:
        request = TimestampRequest(imprint=Imprint.of(data, digest))
        return maker.token(request, at=at, serial_number=1)

    return SpoiltStamps(make=make)


def given(token: bytes) -> SpoiltStamps:
    """The same bytes for every signature."""
    return SpoiltStamps(make=lambda _data, _digest: token)


@dataclass(frozen=True, kw_only=True)
class SilentStamps:
    """An authority that does not answer."""

    max_size: int = 8192

    def stamp(self, data: bytes, *, digest: DigestAlgorithm) -> bytes:
        """Nothing."""
        raise UnavailableError(Reason.UNREACHABLE, f"no answer: {len(data)}, {digest}")


@contextmanager
def serving(authority: Authority, *, at: datetime = NOW) -> Iterator[str]:
    """Serve the authority's timestamps of a time; gives the address."""
    server = make_server(
        TimestampAuthority(signer=authority.timestamping),
        host="127.0.0.1",
        port=0,
        clock=lambda: at,
        serial_numbers=lambda: 9,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
