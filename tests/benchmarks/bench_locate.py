"""Placing words: distinct place strings a second beside RapidFuzz over the same names, and how soon the gazetteer is ready.

Misspellings are made from the gazetteer's own names with a fixed seed; both sides get the same strings in the same run, on one core.
"""

import gc
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from measure import Figure, not_measured
from rapidfuzz import fuzz, process

from geodata.settings import Settings

NAME = "one place string"
#: So many strings of each kind; the peer is so slow that it gets fewer.
STRINGS, PEERS = 3_000, 60
READY_S, TIMES_FASTER = 5.0, 10


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Seconds to read the 58,259 places, and microseconds a string, spelled right and wrong."""
    from etl.matching.engine import Locator, Question
    from geodata.places.gazetteer import load_gazetteer
    from geodata.places.importing_names import load_names_of

    file = None if shared is None else shared / "data" / "gazetteer_wof_centralasia.csv.gz"
    if file is None or not file.is_file():
        yield not_measured(NAME, "the names are not on this machine: ../shared/data/gazetteer_wof_centralasia.csv.gz")
        return
    load_names_of(file, settings.cache)  # imported once for a machine
    started = time.perf_counter()
    further = load_names_of(file, settings.cache)
    gazetteer = pd.concat([load_gazetteer(settings.cache), further], ignore_index=True)
    locator = Locator.of(gazetteer)
    yield Figure(f"gazetteer of {gazetteer['place_id'].nunique():,} places ready", "s", time.perf_counter() - started, most=READY_S)

    draw = random.Random(1)
    sample = further[further["name"].str.len() > 4].drop_duplicates("name").sample(STRINGS, random_state=1)
    pairs = list(zip(sample["name"], sample["country_iso3"], strict=True))
    names = gazetteer.drop_duplicates("place_id")["name"].tolist()
    gc.collect()
    gc.freeze()
    for kind, strings in (("spelled right", pairs), ("misspelled", [(_misspelled(name, draw), iso3) for name, iso3 in pairs])):
        ours, peer = _times(
            locator, [Question(text, "", iso3, None) for text, iso3 in strings], [text for text, _ in strings[:PEERS]], names
        )
        named = f"{NAME}, {kind}, {1e6 / ours:,.0f} a second"
        yield Figure(named, "us", ours, peer, "rapidfuzz.process.extractOne, fuzz.ratio", most=peer / TIMES_FASTER)
    started = time.perf_counter()
    for text, _ in pairs[:PEERS]:
        process.extractOne(text, names)
    yield Figure("rapidfuzz.process.extractOne as it comes (WRatio)", "us", (time.perf_counter() - started) / PEERS * 1e6)
    gc.unfreeze()


def _times(locator: object, questions: list[object], texts: list[str], names: list[str]) -> tuple[float, float]:
    """Microseconds a string of both, in turns of tenths, so that a busy moment of the machine hits both."""
    ours = peer = 0.0
    for turn in range(10):
        started = time.perf_counter()
        locator.answers(questions[turn::10])  # type: ignore[attr-defined]
        ours += time.perf_counter() - started
        started = time.perf_counter()
        for text in texts[turn::10]:
            process.extractOne(text, names, scorer=fuzz.ratio)
        peer += time.perf_counter() - started
    return ours / len(questions) * 1e6, peer / len(texts) * 1e6


def _misspelled(name: str, draw: random.Random) -> str:
    """A letter left out, put in, or two that changed places."""
    at, how = draw.randrange(1, len(name) - 1), draw.random()
    if how < 1 / 3:
        return name[:at] + name[at + 1 :]
    if how < 2 / 3:
        return name[:at] + draw.choice("aeioulnrk") + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
