"""`make bench`: measures what the project promises on generated events, beside a peer where there is one, and beside the last run.

Prints a table and keeps it in artefacts/bench-last.json. Ends with 1 when a promise is broken.
"""

import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from measure import Figure, not_measured

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "artefacts" / "bench-last.json"
PARTS = ("layers", "hotspots", "cube", "etl", "import", "locate", "labels", "travel", "page", "millions", "siting", "activities")
PROGRESS = sys.stderr


def main(argv: list[str] | None = None) -> int:
    """Measure the chosen parts. Returns 1 when a limit is broken, else 0."""
    parser = argparse.ArgumentParser(description="Measure what Panj promises.")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part only; may be given again")
    chosen = parser.parse_args(argv)
    last = _last()
    settings, events, made = _demo_store(chosen.events, chosen.seed)
    figures = [made] if made else []
    shared = Path(os.environ.get("PANJ_SHARED") or ROOT.parent / "shared")
    for part in chosen.only or PARTS:
        print(f"measuring: {part}", file=PROGRESS, flush=True)
        figures += _part(part, settings, events, shared if shared.is_dir() else None)
    _print(figures, last)
    _keep(figures, last, chosen)
    broken = [figure.name for figure in figures if not figure.holds]
    if broken:
        print(f"\nBroken promises: {'; '.join(broken)}")
    return 1 if broken else 0


def _part(part: str, *arguments: Any) -> list[Figure]:
    """The figures of one part; what fails in it becomes a row that says why, and the other parts go on."""
    found: list[Figure] = []
    try:
        for figure in importlib.import_module(f"bench_{part}").figures(*arguments):
            found.append(figure)
    except Exception as problem:  # a missing part of the program must not cost the figures of the others
        traceback.print_exc(file=PROGRESS)
        found.append(not_measured(f"{part}, from here on", problem))
    return found


def _demo_store(events: int, seed: int) -> tuple[Any, Any, Figure | None]:
    """The demonstration store of this seed, made once; the cache of places is shared with `make demo`."""
    from etl.demo.run import RECIPE, run
    from etl.ground import load_ground
    from geodata.places.gazetteer import load_gazetteer
    from geodata.settings import Settings
    from geodata.store import reading
    from geodata.store.engine import open_store

    data = ROOT / "demo-data" / f"bench-{events}-seed{seed}-recipe{RECIPE}"
    settings = Settings.from_environment({"PANJ_DATA": str(data)})
    finished, made = data / "bench-store-complete", None
    if not finished.exists():
        print(f"making {events:,} events, once", file=PROGRESS, flush=True)
        # The places first, and not timed: they are made once for a machine.
        load_ground(settings.cache, settings.region)
        load_gazetteer(settings.cache)
        started = time.perf_counter()
        run(settings, events, seed)
        made = Figure(f"{events:,} events generated and saved", "s", time.perf_counter() - started, most=20 if events == 100_000 else None)
        from etl.pipeline import make_caches

        make_caches(settings)
        finished.touch()
    engine = open_store(settings, create=True)  # a store that an older Panj made is brought up to date
    try:
        return settings, reading.events(engine, role="command"), made
    finally:
        engine.dispose()


def _last() -> dict[str, Any]:
    try:
        return dict(json.loads(KEPT.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _keep(figures: list[Figure], last: dict[str, Any], chosen: argparse.Namespace) -> None:
    """Keep this run; figures of parts that were not measured now stay from before."""
    kept = {figure["name"]: figure for figure in last.get("figures", [])}
    kept |= {figure.name: figure.as_dict() for figure in figures if figure.value is not None}
    about = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count(), "load": _load()}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    run = {"made_on": time.strftime("%Y-%m-%d"), "events": chosen.events, "seed": chosen.seed, **about, "figures": list(kept.values())}
    unfinished = KEPT.with_suffix(".tmp")
    unfinished.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(KEPT)
    print(f"\nkept in {KEPT.relative_to(ROOT)}; {about['cores']} cores, load {about['load']}, Python {about['python']}")


def _load() -> float | None:
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _print(figures: list[Figure], last: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    before = {figure["name"]: figure.get("value") for figure in last.get("figures", [])}
    table = Table(title=None, show_lines=False)
    for name, side in (
        ("what", "left"),
        ("now", "right"),
        ("limit", "right"),
        ("last run", "right"),
        ("peer", "right"),
        ("times peer", "right"),
    ):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    table.add_column("peer is")
    for row in _rows(figures, before):
        table.add_row(*row)
    Console(width=max(Console().width, 150)).print(table)


def _rows(figures: list[Figure], before: dict[str, float | None]) -> Iterator[list[str]]:
    for figure in figures:
        if figure.value is None:
            yield [figure.name, "not measured", "", "", "", "", figure.why_not]
            continue
        limit = "" if figure.most is None else f"<= {_said(replace(figure, value=figure.most))}{'' if figure.holds else '  BROKEN'}"
        peer = "" if figure.peer is None else _said(replace(figure, value=figure.peer))
        ratio = f"{figure.value / figure.peer:.2f}" if figure.peer else ""
        was = before.get(figure.name)
        yield [figure.name, _said(figure), limit, "" if was is None else _said(replace(figure, value=was)), peer, ratio, figure.peer_name]


def _said(figure: Figure) -> str:
    value = figure.value or 0.0
    digits = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f} {figure.unit}".strip()


if __name__ == "__main__":
    sys.exit(main())
