"""How soon the command line answers: `licences --help` against Python that does nothing."""

import statistics
import subprocess
import sys
from pathlib import Path

from bench.measure import Row, wall_seconds
from bench.world import World

ROUNDS = 9
BAR = 0.3
LICENCES = str(Path(sys.executable).with_name("licences"))


def rows(_world: World) -> list[Row]:
    """Start each in turn; the median of the rounds is told."""
    help_command, nothing = [LICENCES, "--help"], [sys.executable, "-c", "pass"]

    def seconds(command: list[str]) -> float:
        return wall_seconds(lambda: subprocess.run(command, check=True, capture_output=True))

    times = [(seconds(help_command), seconds(nothing)) for _ in range(ROUNDS)]
    figure = statistics.median(first for first, _ in times)
    return [
        Row(
            what="licences --help",
            figure=f"{figure:.2f} s",
            ratio=statistics.median(first / second for first, second in times),
            against="python -c pass",
            bar=f"< {BAR} s",
            held=figure < BAR,
        )
    ]
