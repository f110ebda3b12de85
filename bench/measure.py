"""Measuring: CPU time, interleaved rounds, medians; a figure always stands beside a ratio.

Machines are shared and noisy, so what is compared is run alternately in small rounds in one
process, and the median of the rounds' ratios is told.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes:
        what: what was measured.
        figure: the figure with its unit.
        ratio: the ratio to what stands in `against`, measured in the same run.
        against: what the ratio is to.
        bar: the bar as text, empty where there is none.
        held: whether the bar holds; `None` where there is none.
    """

    what: str
    figure: str
    ratio: float | None
    against: str
    bar: str = ""
    held: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """CPU seconds a call of two things, and the median ratio of the second to the first."""

    first: float
    second: float
    ratio: float


def interleaved(
    first: Callable[[], object], second: Callable[[], object], *, rounds: int, calls: int = 1
) -> Pair:
    """Measure the CPU time of two things in turn; one uncounted round warms both up."""
    times: list[tuple[float, float]] = []
    for number in range(rounds + 1):
        pair = (cpu_seconds(first, calls), cpu_seconds(second, calls))
        if number:
            times.append(pair)
    return Pair(
        first=statistics.median(a for a, _ in times),
        second=statistics.median(b for _, b in times),
        ratio=statistics.median(b / a for a, b in times),
    )


def cpu_seconds(call: Callable[[], object], calls: int) -> float:
    """Measure the CPU seconds that one call takes, all threads of this process counted."""
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls


def wall_seconds(call: Callable[[], object]) -> float:
    """Measure how long a call takes by the wall clock."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def print_table(rows: list[Row]) -> None:
    """Print the rows as a table and, last, how many bars hold."""
    print(f"{'what':<52} {'figure':>22} {'ratio':>8}  {'against':<38} {'bar':<10}")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        mark = {None: "", True: "held", False: "MISSED"}[row.held]
        print(f"{row.what:<52} {row.figure:>22} {ratio:>8}  {row.against:<38} {row.bar:<10} {mark}")
    barred = [row for row in rows if row.held is not None]
    print(f"{sum(row.held is True for row in barred)} of {len(barred)} bars held")
