"""A pool of no processes, for tests of bulk issuing that are not about processes."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from licences import bulk


class InlinePool:
    """Does in this process, at once, what processes of a pool do."""

    def __init__(self, _jobs: int, _context: object, _start: object, arguments: Any) -> None:
        bulk._job[:], bulk._workers[:] = [arguments], []

    def submit(self, work: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Do it."""
        future: Future[Any] = Future()
        future.set_result(work(*arguments))
        return future

    def shutdown(self, **_options: object) -> None:
        """There is nothing to end."""
