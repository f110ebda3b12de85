"""`licences bulk` of 2,000 rows: licences a second."""

import csv
import os
import subprocess
import sys
from pathlib import Path

from bench.measure import Row, wall_seconds
from bench.world import TYPE, World, different
from eseal.algorithms import Suite

ROWS = 2000
LICENCES = str(Path(sys.executable).with_name("licences"))


def rows(world: World) -> list[Row]:
    """Run the command for both suites, PDF and JSON, on all cores; against JSON alone."""
    source = world.folder / "rows.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        first = different(0)
        writer = csv.DictWriter(file, fieldnames=list(first))
        writer.writeheader()
        writer.writerows(different(number) for number in range(ROWS))
    table = []
    for suite in Suite:
        json = _rate(world, source, suite, "json")
        both = _rate(world, source, suite, "pdf,json")
        table.append(
            Row(
                what=f"licences bulk, {ROWS} rows, PDF and JSON, {suite}",
                figure=f"{both:.0f} licences/s",
                ratio=both / json,
                against=f"JSON only, {json:.0f} licences/s",
            )
        )
    return table


def _rate(world: World, source: Path, suite: Suite, formats: str) -> float:
    name = f"bulk-{suite.value}-{formats.replace(',', '-')}"
    home = world.home(name)
    command = [
        LICENCES, "bulk", TYPE, "--from", str(source), "--out", str(world.folder / f"{name}-out"),
        "--suite", suite.value, "--format", formats, "--home", str(home.path),
        "--jobs", str(os.cpu_count() or 1),
    ]  # fmt: skip
    seconds = wall_seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    return ROWS / seconds
