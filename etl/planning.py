"""Making a plan: the question of a file, the events of the store and the roads in; the saved plan and what to say of it out."""

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from etl.progress import Progress
from etl.save import store_if_there
from geodata.errors import BadFile, StoreProblem
from geodata.places.cached import store_file
from geodata.places.files import records
from geodata.settings import Settings
from geodata.store import reading

if TYPE_CHECKING:
    from layers.planning.answer import Answer
    from layers.travel.network import Network

FOLDER = "plans"


@dataclass(frozen=True)
class Made:
    """stored_in: the plan; the sites and demand as GeoJSON beside it. is_same: it was there already, byte for byte. lines: to be read."""

    stored_in: Path
    is_same: bool
    lines: Sequence[str]


def make_plan(settings: Settings, file: Path, progress: Progress) -> Made:
    """Answer the question of a TOML file and keep the answer in the data folder.

    Raises BadFile, StoreProblem, PlanningError, SitingError.
    """
    from layers.planning.answer import answer, hours_between
    from layers.planning.demand import demand_of
    from layers.planning.question import read_question
    from layers.planning.saved import as_bytes, as_geojson, as_record
    from layers.planning.sites import sites_of

    question = read_question(_read(file), file.stem)
    progress("reading", 0, 2)
    events, facts = _events(settings, question.first, question.last, question.drugs)
    ground = _ground(settings, question.countries)
    demand = demand_of(question, events, *ground)
    sites = sites_of(question, ground.posts, ground.districts)
    progress("ways", 1, 2)
    network, edge_hours, roads = _roads(question.scenario)
    hours = hours_between(network, edge_hours, demand.table, sites.table)
    present = ground.posts[(ground.posts["status"] != "closed") & ground.posts["lon"].notna()]
    to_posts = hours_between(network, edge_hours, demand.table, present).min(axis=1)
    found = answer(question, sites, demand, hours, to_posts, progress)
    record = as_record(found, {"store": facts.data_version, "roads": roads, "panj": _version()}, is_generated=facts.is_generated)
    folder = settings.data / FOLDER
    plan = as_bytes(record)
    stored_in = folder / f"{file.stem}.plan.json"
    is_same = stored_in.exists() and stored_in.read_bytes() == plan
    store_file(folder, stored_in.name, plan)
    store_file(folder, f"{file.stem}.geojson", as_bytes(as_geojson(found, is_generated=facts.is_generated)))
    marked = ["DEMONSTRATION: generated events, no plan for anybody"] if facts.is_generated else []
    return Made(stored_in, is_same, [*marked, *_said(found)])


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise BadFile(f"{file} was not found: give the file of a plan (.toml).") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadFile(f"{file.name} is no TOML: {problem}.") from problem


def _events(settings: Settings, first: str, last: str, drugs: tuple[str, ...]) -> tuple[pd.DataFrame, reading.StoreFacts]:
    from layers.selection import Selection, select

    engine = store_if_there(settings)
    if engine is None:
        raise StoreProblem("There is no store yet: make run, or python -m etl run, loads the reports first.")
    try:
        facts = reading.facts(engine, role="command")
        events = reading.events(engine, role="command")
    finally:
        engine.dispose()
    chosen = Selection(drugs=drugs, first_month=first or None, last_month=last or None)
    return select(events, chosen).events, facts


class _Ground(NamedTuple):
    posts: pd.DataFrame
    districts: pd.DataFrame
    areas: dict[str, BaseGeometry]
    outlines: dict[str, BaseGeometry]


def _ground(settings: Settings, countries: tuple[str, ...]) -> _Ground:
    from geodata.places.areas import district_areas, province_areas
    from geodata.places.boundaries import country_outline
    from geodata.places.districts import load_districts
    from geodata.places.posts import load_posts

    provinces, districts = province_areas(settings.cache), district_areas(settings.cache)
    areas = dict(zip(provinces["province_id"], provinces.geometry, strict=True))
    areas |= dict(zip(districts["district_id"], districts.geometry, strict=True))
    return _Ground(load_posts(), load_districts(), areas, {iso3: country_outline(iso3, settings.cache) for iso3 in countries})


def _roads(scenario: str) -> "tuple[Network, NDArray[np.float64], str]":
    """The network, the hours of its edges under a scenario, and a fingerprint of both."""
    from layers.planning.question import PlanningError
    from layers.travel.region import region_network, region_rules, region_scenarios
    from layers.travel.scenarios import edge_hours

    known = region_scenarios()
    if scenario not in known:
        raise PlanningError(f"scenario came as {scenario!r}; wanted is one of {', '.join(known)}.")
    network = region_network()
    hours = edge_hours(network, known[scenario], region_rules())
    told = hashlib.sha256(np.nan_to_num(hours, posinf=-1).round(9).tobytes() + json.dumps(network.edges["edge_id"].tolist()).encode())
    return network, hours, told.hexdigest()[:16]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("panj")
    except PackageNotFoundError:
        return "source"


def _said(found: "Answer") -> list[str]:
    question, table = found.question, found.sites.table
    total = found.demand.sum()

    def share(value: float) -> str:
        return f"{value:,.1f} of {total:,.1f} points ({value / total:.1%})"

    weights = " + ".join(f"{given:g} x share of {kind}" for kind, given in sorted(question.weights.items()))
    lines = [
        f"{question.name}: {question.model}, {question.new} new offices, {question.hours:g} h, {question.scenario}",
        f"  demand = {weights}; {len(found.demand):,} places, {found.demand_places.n_events:,} events",
        f"  the {found.sites.n_existing} offices that stand cover {share(found.before)}",
    ]
    for name, plan, weights_of in (
        ("as recorded", found.recorded, found.demand),
        ("corrected by presence", found.presence, found.corrected),
    ):
        names = ", ".join(str(table["name_en"].iloc[site]) for site in found.new_sites(plan))
        covered = weights_of[found.covered(plan)].sum()
        lines.append(f"  {name}: {names}")
        lines.append(f"    covers {covered:,.1f} points ({covered / weights_of.sum():.1%}); {plan.status}, gap {plan.gap:.2%}")
    if found.flips:
        lines.append("  THE CHOICE FLIPS: demand corrected by presence asks for other sites than demand as recorded.")
    lines += [f"  {row.new} more: {share(row.covered)}, gap {row.gap:.2%}" for row in records(found.curve)]
    for one in found.nearly[1:]:
        gained, lost = (", ".join(str(table["name_en"].iloc[site]) for site in sites) for sites in (one.gained, one.lost))
        lines.append(f"  {one.loss:.2%} less: {gained} instead of {lost}")
    if question.draws:
        order = np.argsort(-found.chosen, kind="stable")
        often = [row for row in order.tolist() if row >= found.sites.n_existing and found.chosen[row] > 0][: question.new + 3]
        told = ", ".join(f"{table['name_en'].iloc[row]} {found.chosen[row]:.0%}" for row in often)
        lines.append(f"  chosen in {question.draws} draws: {told}")
    if len(found.out_of_reach):
        beyond = found.demand[found.out_of_reach].sum()
        lines.append(f"  out of reach by any road or on foot: {len(found.out_of_reach):,} places, {share(beyond)}")
    return lines
