"""A process beside this one that reads and draws pages, so that what they cost is bounded.

Rules kept:
    - one helper for a process, begun when it is first needed and used again: one that died, was
      late or said what it must not is ended, and the next question begins another;
    - a question has a deadline; the helper bounds its own memory (`child`);
    - the helper ends with this process, however that ends: it reads from a pipe that then closes;
    - a process that was forked has none and begins its own.

It is begun without `fork`, so that threads may run, and without `multiprocessing`, so that workers
of a pool may have one. One question at a time; threads take turns.

Left to others: what is asked and what the answers mean, to `pages`.
"""

import atexit
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from threading import Lock
from time import monotonic
from typing import IO, Any, Final

from eseal.errors import RefusedError, UnavailableError
from eseal.pdf.frames import MAX_BYTES, READY, frame_of, read_frame
from eseal.reasons import Reason

MAX_SECONDS_TO_BEGIN: Final = 60
"""How long a helper may take before it says that it is ready."""

_CHUNK: Final = 1 << 20
_BEGIN: Final = "import sys; sys.path[:] = sys.argv[1:]; from eseal.pdf.child import main; main()"
_NOT_BEGUN: Final = "读页面的进程未能启动 the process that reads pages could not be begun"
_TOO_LATE: Final = "读取或绘制页面超时 reading or drawing the pages took too much time"
_DIED: Final = (
    "读取或绘制页面占用内存过多，或中断 "
    "reading or drawing the pages took too much memory, or broke off"
)


class _TooLateError(Exception):
    """The deadline passed."""


class Helper:
    """The helper of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(
        self, question: dict[str, Any], pdf: bytes, *, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        """Ask something about a PDF.

        Args:
            question: as `child` reads it.
            pdf: the file.
            seconds: how long the answer may take; a helper that dies is begun again once, unless
                it was begun for this.

        Raises:
            RefusedError: INPUT_TOO_LARGE, it took too long, or the helper died of it.
            UnavailableError: NOT_REACHED, no helper can be begun.
        """
        with self._lock:
            try:
                is_old = self._process is not None
                try:
                    return self._answer(question, pdf, seconds)
                except (OSError, EOFError, ValueError):
                    if not is_old:
                        raise
                self.end()  # it may have been killed before, and not have been gone yet
                return self._answer(question, pdf, seconds)
            except BaseException as error:  # else the next question would get this one's answer
                self.end()
                if isinstance(error, _TooLateError):
                    raise RefusedError(Reason.INPUT_TOO_LARGE, _TOO_LATE) from error
                if isinstance(error, (OSError, EOFError, ValueError)):
                    raise RefusedError(Reason.INPUT_TOO_LARGE, _DIED) from error
                raise

    def _answer(
        self, question: dict[str, Any], pdf: bytes, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        process = self._running()
        until = monotonic() + seconds
        _write(_pipe(process.stdin), frame_of(question, pdf), until)
        return _read(_pipe(process.stdout), until)

    def end(self) -> None:
        """End the helper, if there is one, and wait for it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with process:  # closes the pipes, and waits
                pass

    def forget(self) -> None:
        """Leave the helper alone: to the process that this one was forked from, or to its end.

        It ends by itself when no process can write to it any more.
        """
        process, self._process = self._process, None
        self._lock = Lock()
        if process is not None:
            _pipe(process.stdin).close()
            _pipe(process.stdout).close()
            process.returncode = 0  # nobody waits for it

    @property
    def number(self) -> int | None:
        """The helper's process number, if there is one."""
        return None if self._process is None else self._process.pid

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.end()
        try:
            return self._begun()
        except (_TooLateError, OSError, EOFError, ValueError) as error:
            raise UnavailableError(Reason.NOT_REACHED, _NOT_BEGUN) from error

    def _begun(self) -> subprocess.Popen[bytes]:
        self._process = process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-I", "-c", _BEGIN, *filter(None, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what pdfium says while it breaks
            bufsize=0,
        )
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(_pipe(pipe).fileno(), False)
        said, _ = _read(_pipe(process.stdout), monotonic() + MAX_SECONDS_TO_BEGIN)
        if said != READY:
            raise EOFError
        return process


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe


def _write(pipe: IO[bytes], parts: Sequence[bytes], until: float) -> None:
    for part in parts:
        left = memoryview(part)
        while left:
            _wait(pipe, select.POLLOUT, until)
            left = left[os.write(pipe.fileno(), left[:_CHUNK]) :]


def _read(pipe: IO[bytes], until: float) -> tuple[dict[str, Any], bytes]:
    def read(length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            _wait(pipe, select.POLLIN, until)
            chunk = os.read(pipe.fileno(), min(length - len(data), _CHUNK))
            if not chunk:
                raise EOFError
            data += chunk
        return bytes(data)

    return read_frame(read, most=MAX_BYTES)


def _wait(pipe: IO[bytes], event: int, until: float) -> None:
    """Wait until something can be read or written, or the other end is closed."""
    waiting = select.poll()
    waiting.register(pipe, event)
    if not waiting.poll(max(0.0, until - monotonic()) * 1000):
        raise _TooLateError


HELPER: Final = Helper()
"""The helper of this process."""

os.register_at_fork(after_in_child=HELPER.forget)
atexit.register(HELPER.forget)
