"""Running `licences` where there is no route: a process that cannot reach anything, and proves it.

Two ways, of which the second works everywhere:

    namespace   a network namespace of its own (`unshare -n`), whose one interface is down
    sockets     an audit hook that ends every try to make an IP socket or to look a name up

Either way the process first tries to reach addresses, its own loopback among them, and gives up if
it can: a test that passes there passed without any network.
"""

import os
import subprocess
import sys
from enum import StrEnum
from functools import cache
from pathlib import Path

_PROLOGUE = """
import socket, sys

def refuse(event, arguments):
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        raise OSError("no sockets here")
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        raise OSError("no names here")

if sys.argv.pop(1) == "sockets":
    sys.addaudithook(refuse)
for address in (("127.0.0.1", 80), ("192.0.2.1", 443), ("198.51.100.7", 53)):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_INET, kind) as tried:
                tried.settimeout(1)
                tried.connect(address)
        except OSError:
            continue
        sys.exit("there is a route to " + address[0])
try:
    socket.getaddrinfo("licences.example", 443)
except OSError:
    pass
else:
    sys.exit("names are looked up")
from licences.cli.main import main
sys.argv[0] = "licences"
main()
"""


class Way(StrEnum):
    """How the network is kept away."""

    NAMESPACE = "namespace"
    SOCKETS = "sockets"


@cache
def ways() -> tuple[Way, ...]:
    """Give the ways that work on this machine; there is one at least."""
    return (*([Way.NAMESPACE] if _unshare() else []), Way.SOCKETS)


def licences_without_route(way: Way, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process that has no route."""
    inside = _unshare() if way is Way.NAMESPACE else ()
    command = [*inside, sys.executable, "-c", _PROLOGUE, way.value, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, timeout=120
    )


@cache
def _unshare() -> tuple[str, ...]:
    """Give the command that begins a network namespace, if this kernel lets us."""
    for command in (("unshare", "-n"), ("unshare", "-rn")):
        try:
            tried = subprocess.run([*command, "true"], check=False, capture_output=True)
        except OSError:
            continue
        if tried.returncode == 0:
            return command
    return ()


def interfaces(way: Way) -> str:
    """Give what the kernel says of routes where the command runs."""
    inside = _unshare() if way is Way.NAMESPACE else ()
    route = Path("/proc/net/route")
    told = subprocess.run([*inside, "cat", route], check=True, capture_output=True, text=True)
    return told.stdout
