"""Processes of a pool end when the process that began them is gone, however that ended.

A pool ends its workers when it is left; one whose process was killed can leave nothing, and its
workers would wait for ever. Each therefore has a thread that waits for the end of its parent.
Where workers are forked, a later one holds the earlier ones' line to their parent open; it ends
first, and with it that line.
"""

import os
import signal
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread


def end_with_parent() -> None:
    """Have this process, a worker, end at once when its parent is gone; it may be in mid-work."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # those are for the work
    wait([sentinel])
    os._exit(1)
