"""Processes as the kernel tells of them: which belong to one, and which are gone."""

import time
from pathlib import Path


def children_of(number: int) -> list[int]:
    """Give the processes that a process began and that have not ended."""
    return [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if _stat(int(folder.name))[1:2] == [str(number)] and not is_gone(int(folder.name))
    ]


def is_gone(number: int) -> bool:
    """Has a process ended, whether or not anybody waited for it?"""
    return _stat(number)[:1] in ([], ["Z"])


def becomes_gone(number: int) -> bool:
    """Does a process end within a while?"""
    until = time.monotonic() + 10
    while not is_gone(number):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _stat(number: int) -> list[str]:
    """Give state, parent and so on; nothing of a process that is not there."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
