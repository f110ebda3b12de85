"""Memory over 10,000 issues in one process: after the first thousand it has to stay flat."""

import subprocess
import sys

from bench.measure import Row
from bench.world import World

ISSUES = 10_000
WARM = 1_000
BAR = 1.05

_PROGRAM = """
import sys
from pathlib import Path
from bench.world import World
from eseal.algorithms import Suite
from licences.home import open_home
from licences.issuing import Issuer
from licences.model import Format
from eseal.moments import now

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

home, warm, issues = open_home(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
world = World(folder=home.path, authority=home.settings)
formats = (Format.PDF, Format.JSON)
with Issuer.open(home, clock=now) as issuer:
    for number, _ in enumerate(issuer.issue_many(world.requests(Suite.SM2, 0, issues, formats)), 1):
        if number in (warm, issues):
            print(resident())
"""


def rows(world: World) -> list[Row]:
    """Issue in a process of its own and compare its resident memory at two points."""
    home = world.home("memory")
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(home.path), str(WARM), str(ISSUES)],
        check=True,
        capture_output=True,
        text=True,
    )
    warm, end = map(int, result.stdout.split())
    return [
        Row(
            what=f"resident memory after {ISSUES} issues, PDF and JSON",
            figure=f"{end / 1024:.0f} MB",
            ratio=end / warm,
            against=f"after {WARM}, {warm / 1024:.0f} MB",
            bar=f"<= {BAR}",
            held=end / warm <= BAR,
        )
    ]
