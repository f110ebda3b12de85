"""`make bench`: one table; each row is a figure and a ratio measured in the same run."""

import argparse
import sys

from bench import bulk, issuing, memory, sealing, startup, status, verifying
from bench.measure import Row, print_table
from bench.world import make_world

PARTS = {
    "issuing": issuing.rows,
    "sealing": sealing.rows,
    "verifying": verifying.rows,
    "bulk": bulk.rows,
    "memory": memory.rows,
    "status": status.rows,
    "startup": startup.rows,
}


def main() -> int:
    """Measure the parts that were asked for, all by default; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which parts; all if none")
    chosen = parser.parse_args().parts or list(PARTS)
    rows: list[Row] = []
    with make_world() as world:
        for name in chosen:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            rows += PARTS[name](world)
    print_table(rows)
    return 0 if all(row.held is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
