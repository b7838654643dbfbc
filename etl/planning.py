"""Making a plan: the question of a file, the events of the store and the roads in; the saved plan and what to say of it out."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.plan_words import said
from etl.progress import Progress
from etl.save import store_if_there
from geodata.errors import BadFile, StoreProblem
from geodata.places.areas import area_shapes
from geodata.places.boundaries import countries_at
from geodata.places.cached import store_file
from geodata.places.corridors import load_corridors
from geodata.places.districts import load_districts
from geodata.places.facing import facing_posts
from geodata.places.posts import load_posts
from geodata.plans import ANSWER, FOLDER, MAP
from geodata.settings import Settings
from geodata.store import reading
from geodata.version import panj_version

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Made:
    """stored_in: the plan; the sites and demand as GeoJSON beside it. is_same: it was there already, byte for byte. lines: to be read.
    differs: of a kept plan that was asked again, what it was made from and is no longer so, in sentences."""

    stored_in: Path
    is_same: bool
    lines: Sequence[str]
    differs: Sequence[str] = ()


def make_plan(settings: Settings, file: Path, progress: Progress) -> Made:
    """Answer the question of a TOML file, or that of a kept plan again, and keep the answer in the data folder.

    Nothing is kept before all of it is there. A kept plan that comes out otherwise is not written over. Raises BadFile, StoreProblem,
    PlanningError, SitingError.
    """
    from layers.planning.answer import answer, hours_between
    from layers.planning.demand import Around, demand_of
    from layers.planning.pairs import Pair, pairs_of, without_bystanders
    from layers.planning.question import read_question
    from layers.planning.saved import as_bytes, as_geojson, as_record
    from layers.planning.sites import places_of, refuse_islands, sites_of
    from layers.travel.isochrones import hours_to_nearest
    from layers.travel.off_road import places
    from layers.travel.region import region_hours, region_network, region_rules, region_scenarios

    told, kept = _read(file)
    name = file.name.removesuffix(ANSWER).removesuffix(".toml")
    question = read_question({key: value for key, value in told.items() if key != "name"}, str(told.get("name", name)))
    network, edge_hours = region_network(), region_hours(question.scenario)
    of_scenario = {one: region_hours(one) for one in dict.fromkeys((*region_scenarios(), *question.draw_scenarios))}
    progress("reading", 0, 2)
    events, facts = _events(settings)
    progress("reading", 1, 2)
    posts, districts = load_posts(), load_districts()
    present = places_of(posts[(posts["status"] != "closed") & posts["lon"].notna()])
    around = Around(
        posts,
        districts,
        area_shapes(settings.cache),
        load_corridors(),
        region_rules().wait_h,
        partial(countries_at, among=question.countries, cache=settings.cache),
        lambda lon, lat, side: hours_to_nearest(network, edge_hours, present, places(lon, lat, side)).hours,
    )
    demand = demand_of(question, events, around)
    progress("ways", 0, len(of_scenario) + 1)
    sites = sites_of(question, posts, districts)
    pairs: list[Pair] = []
    if question.two_sided:
        sites, pairs = without_bystanders(question, sites, pairs_of(question, sites, network, edge_hours, facing_posts()))
    refuse_islands(network, sites)
    hours = {}
    for one, of_edges in of_scenario.items():
        hours[one] = hours_between(network, of_edges, demand.table, sites.table)
        progress("ways", len(hours), len(of_scenario) + 1)
    found = answer(question, sites, demand, hours, progress, pairs)
    progress("saving", 0, 1)
    made_from = {"store": facts.data_version, "roads": _fingerprint(of_scenario.values()), "panj": panj_version(), "code": _code()}
    plan = as_bytes(as_record(found, made_from, is_generated=facts.is_generated))
    drawn = as_bytes(as_geojson(found, is_generated=facts.is_generated))
    folder = settings.data / FOLDER
    before = file.read_bytes() if kept else _bytes(folder / f"{name}{ANSWER}")
    if kept and before != plan and (folder / f"{name}{ANSWER}").exists():
        name = f"{name}-again"
    store_file(folder, f"{name}{MAP}", drawn)
    stored_in = store_file(folder, f"{name}{ANSWER}", plan)
    progress("saving", 1, 1)
    marked = ["DEMONSTRATION: generated events, no plan for anybody"] if facts.is_generated else []
    return Made(stored_in, before == plan, [*marked, *said(found)], _differs(kept, made_from))


def _read(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The question that a file asks, and the kept plan that it is, where it is one. Raises BadFile."""
    try:
        text = file.read_text(encoding="utf-8")
        if not file.name.endswith(".json"):
            return tomllib.loads(text), {}
        kept = json.loads(text)
        if not isinstance(kept, dict) or not isinstance(kept.get("question"), dict) or not isinstance(kept.get("made_from"), dict):
            raise BadFile(f"{file.name} is no plan that was kept: it holds no question.")
        return kept["question"], kept
    except FileNotFoundError as problem:
        raise BadFile(f"{file} was not found: give the file of a plan (.toml, or one that was kept, {ANSWER}).") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadFile(f"{file.name} is no TOML: {problem}.") from problem
    except json.JSONDecodeError as problem:
        raise BadFile(f"{file.name} is no plan that was kept: {problem}.") from problem


def _bytes(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _differs(kept: Mapping[str, Any], made_from: Mapping[str, str]) -> list[str]:
    """What a kept plan was made from and is no longer so, one sentence each."""
    if not kept:
        return []
    then = kept["made_from"]
    names = {
        "store": "The events differ",
        "roads": "The roads differ",
        "panj": "Panj's version differs",
        "code": "The code of plans differs",
    }
    return [
        f"{names[what]} from what the plan was made from: {then.get(what, 'not said')} then, {now} now."
        for what, now in made_from.items()
        if then.get(what) != now
    ]


def _events(settings: Settings) -> tuple[pd.DataFrame, reading.StoreFacts]:
    engine = store_if_there(settings)
    if engine is None:
        raise StoreProblem("There is no store yet: make run, or python -m etl run, loads the reports first.")
    try:
        return reading.events(engine, role="command"), reading.facts(engine, role="command")
    finally:
        engine.dispose()


def _fingerprint(hours: Iterable[NDArray[np.float64]]) -> str:
    """Of what the roads say: hours of each edge in each scenario, to the microsecond."""
    told = hashlib.sha256()
    for one in hours:
        told.update(np.nan_to_num(one, posinf=-1).round(9).tobytes())
    return told.hexdigest()[:16]


def _code() -> str:
    """Of the code that a plan's numbers come from."""
    told = hashlib.sha256()
    for folder in ("planning", "siting", "travel"):
        for file in sorted((ROOT / "layers" / folder).glob("*.py")):
            told.update(file.name.encode() + file.read_bytes().replace(b"\r\n", b"\n"))
    return told.hexdigest()[:16]
