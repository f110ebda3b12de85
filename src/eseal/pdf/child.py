"""The process that reads and draws pages for another one; it bounds its own memory.

It answers one question after another, and ends when the other end of its pipe is closed, even
while pdfium is at work. What pdfium finds too much ends it, without a word.

Left to others: deadlines, to `helper`; pdfium, to `pdfium`.
"""

import os
import resource
import select
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any, BinaryIO, Final

from eseal.errors import MalformedError, RefusedError
from eseal.pdf import pdfium
from eseal.pdf.frames import MALFORMED, NO_PAGE, READY, REFUSED, frame_of, read_frame

MAX_MEMORY: Final = 1536 * 1024 * 1024
"""Bytes of address space above what the process has when it is ready."""

_SECONDS_TO_GO: Final = 0.5
"""How long a process that is not at work may take to end by itself."""

_Answer = tuple[dict[str, Any], bytes]

_ANSWERS: Final[Mapping[str, Callable[[bytes, dict[str, Any]], _Answer]]] = {
    "survey": pdfium.survey,
    "look": pdfium.look,
    "sizes": pdfium.page_sizes,
    "find": pdfium.find_text,
    "draw": pdfium.draw_page,
}


def main() -> None:
    """Answer what is asked on standard input, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one decides what it means
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing but answers goes there
    Thread(target=_end_with_the_other, daemon=True).start()
    _bound_memory()
    _send(answers, (READY, b""))
    while True:
        question, pdf = read_frame(_exactly)
        _send(answers, _answer(question, pdf))


def _answer(question: dict[str, Any], pdf: bytes) -> _Answer:
    try:
        return _ANSWERS[question["ask"]](pdf, question)
    except MalformedError as error:
        return {"fault": MALFORMED, "sentence": error.sentence, "at": error.at}, b""
    except RefusedError as error:
        return {"fault": REFUSED, "sentence": error.sentence, "at": error.at}, b""
    except IndexError as error:
        return {"fault": NO_PAGE, "sentence": str(error), "at": ""}, b""


def _exactly(length: int) -> bytes:
    data = sys.stdin.buffer.read(length)
    if len(data) < length:
        sys.exit()
    return data


def _send(answers: BinaryIO, answer: _Answer) -> None:
    for part in frame_of(*answer):
        answers.write(part)
    answers.flush()


def _end_with_the_other() -> None:
    """Wait until nobody can write to us any more; pdfium lets other threads run."""
    closed = select.poll()
    closed.register(sys.stdin.fileno(), 0)
    closed.poll()
    sleep(_SECONDS_TO_GO)
    os._exit(0)


def _bound_memory() -> None:
    """Let no more be had than is bounded; where a system does not say what is had, all is it."""
    had = Path("/proc/self/statm")
    now = int(had.read_text().split()[0]) * resource.getpagesize() if had.exists() else 0
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = now + MAX_MEMORY
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
