"""Standard output and error while a command runs: what cannot be written is told apart.

An error of the disk behind `> FILE` is no error of the command: it did what it was asked to, and
nobody would know from a traceback, or from the exit code of a refusal.

Left to others: what is said of it, and the exit code, to `voice`.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase, TextIOWrapper
from typing import BinaryIO, Final, TextIO, cast

_ERRORS: Final = "backslashreplace"
"""What an encoding has not, such as ✓ in GBK, is escaped."""


class UnwrittenError(Exception):
    """Standard output or error could not be written; no OSError, which commands handle."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.is_closed_pipe = error.errno == errno.EPIPE


class _Told(TextIOWrapper):
    """A stream whose failures are told apart."""

    def write(self, text: str, /) -> int:
        """Write, or tell."""
        with _telling():
            return super().write(text)

    def flush(self) -> None:
        """Flush, or tell."""
        with _telling():
            super().flush()


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwrittenError(error) from error


class _Closed(RawIOBase):
    """What stands for a stream that was closed before the command began."""

    def writable(self) -> bool:
        """Say yes, to be asked."""
        return True

    def write(self, _data: object, /) -> int:
        """Say no."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


@contextmanager
def told_apart() -> Iterator[None]:
    """Have standard output and error raise `UnwrittenError` and nothing else."""
    before = sys.stdout, sys.stderr
    told = sys.stdout, sys.stderr = tuple(map(_told, before))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for stream in told:
            if isinstance(stream, _Told):
                _let_go(stream)


def _told(stream: TextIO | None) -> TextIO:
    if stream is None:
        return _Told(cast("BinaryIO", _Closed()), encoding="utf-8", errors=_ERRORS)
    if not isinstance(stream, TextIOWrapper):
        return stream
    return _Told(
        stream.buffer,
        encoding=stream.encoding,
        errors=_ERRORS,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _let_go(stream: _Told) -> None:
    """Leave a stream to what it writes to; what cannot be written goes nowhere.

    Else Python would try again when it ends, and say in its own words that it cannot.
    """
    try:
        stream.detach()
    except UnwrittenError:
        with suppress(UnwrittenError, OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
            stream.detach()
