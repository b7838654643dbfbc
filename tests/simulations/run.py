"""`make simulate`: runs the parts and prints their tables as they stand in docs/methods.md. Ends with 1 when a promise is broken."""

import argparse
import importlib
import sys
import time

PARTS = ("hotspots", "scan", "changes", "line", "effect")


def main(argv: list[str] | None = None) -> int:
    """Each part is a file simulate_<part>.py with tables(maps, seed) that yields finished tables. Returns 1 when one says BROKEN."""
    parser = argparse.ArgumentParser(description="How often are the statistics wrong on maps with nothing on them?")
    parser.add_argument("--maps", type=int, default=1000, help="simulated maps for each row")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part only; may be given again")
    chosen = parser.parse_args(argv)
    broken = False
    for part in chosen.only or PARTS:
        started = time.monotonic()
        for table in importlib.import_module(f"simulate_{part}").tables(chosen.maps, chosen.seed):
            print(f"\n{table.rstrip()}", flush=True)
            broken = broken or "BROKEN" in table
            print(f"{part}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
