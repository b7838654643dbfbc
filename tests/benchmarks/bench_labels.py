"""How often the locator is wrong about place strings labelled by hand, and pairs about a sample whose truth is known, in percent."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from measure import Figure

from etl.pairs import find_pairs
from tests.etl.pair_sample import sample
from tests.labels.asking import ask, facts_of, judged_half
from tests.labels.judging import HALVES, Judged, by, confident_rights, confident_share, hits, labels, report

MOST = {"held": (5.0, 3.0), "tune": (None, None)}


def figures(settings: Any, _: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Both halves, each script of the untuned one, the untuned one again with the flat table of places beside ours; then the doubles.

    Only the half that nobody tuned on has a limit.
    """
    facts = facts_of(settings.cache)
    for half in HALVES:
        judged = _ask(half, settings, facts)
        print(report(judged, half))
        yield from _figures(half, judged, *MOST[half])
        if half == "held":
            for script, rows in by([one for one in judged if one.hit is not None], "script").items():
                yield from _figures(f"held, {script}", rows, None, None)
    flat = shared and shared / "data" / "gazetteer_wof_centralasia.csv.gz"
    if flat and flat.is_file():
        yield from _figures("held, with the flat table", _ask("held", settings, facts, "--gazetteer", str(flat)), *MOST["held"])
    yield from _pairs()


def _pairs() -> Iterator[Figure]:
    """Doubles of a sample of which the truth is known: of those found, how many are none, and how many are missed."""
    known = sample(seed=1)
    found = find_pairs(known.rows, known.rows.iloc[:0])
    judged = known.pairs.merge(found[["report_a", "report_b", "verdict"]], "left")
    said, sure = judged["verdict"].notna(), judged["verdict"] == "sure"
    yield Figure(
        f"doubles: of {said.sum()} found in {len(judged)} pairs, not the same", "%", 100 * float((~judged["same"])[said].mean()), most=5
    )
    yield Figure(f"doubles: of {judged['same'].sum()} true ones, missed", "%", 100 * float((~said)[judged["same"]].mean()), most=10)
    yield Figure(
        f"doubles: of {sure.sum()} merged without a person, not the same", "%", 100 * float((~judged["same"])[sure].mean()), most=1
    )


def _ask(half: str, settings: Any, facts: Any, *options: str) -> list[Judged]:
    with tempfile.TemporaryDirectory() as folder:
        return judged_half(half, ask(labels(half), Path(folder), settings.cache.parent, *options), facts.get)


def _figures(name: str, judged: list[Judged], off: float | None, wrong: float | None) -> Iterator[Figure]:
    placed, sure = hits(judged), confident_rights(judged)
    yield Figure(f"place strings ({name}): of {placed.of}, not in the right district", "%", 100 - placed.percent, most=off)
    yield Figure(f"place strings ({name}): of {sure.of} confident answers, wrong", "%", 100 - sure.percent, most=wrong)
    yield Figure(f"place strings ({name}): sent to review or not placed", "%", 100 - confident_share(judged).percent)
